"""Four processes on one PostgreSQL, two of them killed on the way: totals exact, nobody twice."""

import asyncio
import contextlib
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import asyncpg

from lawbot.sandbox import Sandbox, Standing, VirtualPerson
from lawbot.settings import Settings
from lawbot.wiring import open_house
from lawcore.campaigns import office
from lawcore.campaigns.model import Draft, Recipients
from lawcore.clock import SystemClock, local_day
from lawcore.ids import ObservanceKey
from lawcore.participation import enrol
from lawcore.people.model import Address, Role, Roster
from lawcore.storage import Books
from lawcore.storage.leading import Lead
from lawcore.storage.postgres import async_url
from tests.program import Program, environment
from tests.stage import settings_for

RESIDENTS = 5000
RATE = 150
PATIENCE = 400.0

AWAKE = """
from datetime import time
from lawcore.delivery import hours
hours.QUIET_UNTIL, hours.QUIET_FROM = time(0), time(23, 59, 59, 999999)
from lawbot.__main__ import main
main()
"""
"""``lawbot`` without quiet hours: machines that share a database share its clock, so the test
cannot choose the hour."""


@contextlib.asynccontextmanager
async def machine(folder: Path, box: Sandbox, url: str, role: str) -> AsyncIterator[Program]:
    """One process with one part; killed at the end if need be."""
    given = {
        "database_url": url,
        "telegram_token": box.token,
        "telegram_api_url": box.url,
        "telegram_rate": str(RATE),
        "web_port": "0",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", AWAKE, "run", "--role", role),
        cwd=folder,
        env=environment(given),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        program = Program(process)
        await program.says("已启动")
        yield program
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_two_of_four_processes_are_killed_and_the_totals_are_exact(
    postgres_url: str, small_town: Roster, tmp_path: Path
) -> None:
    async with Sandbox(rate=RATE, per_chat=None) as box, contextlib.AsyncExitStack() as stack:
        phones = [box.person(f"村民{number}") for number in range(RESIDENTS)]
        await prepare(box, postgres_url, small_town, phones)
        box.delay(0.02, 0.08, seed=5)
        machines = [
            await stack.enter_async_context(machine(tmp_path, box, postgres_url, role))
            for role in ("all", "rounds", "sender", "sender")
        ]
        await begin(postgres_url)
        for mark, place, role in ((1000, 0, "all"), (2000, 2, "sender")):
            await until(partial(reached, phones, mark))
            machines[place].kill()
            await machines[place].ends()
            again = machine(tmp_path, box, postgres_url, role)
            machines[place] = await stack.enter_async_context(again)
        async with asyncio.timeout(PATIENCE):
            while await campaign(postgres_url) != "done":  # noqa: ASYNC110 - a database is quiet
                await asyncio.sleep(0.5)
        assert await states(postgres_url) == {"sent": RESIDENTS}
        told = received(phones)
        busiest = most_in_a_second([call.tick for call in box.calls("sendMessage")])
    assert (len(told), set(told.values())) == (RESIDENTS, {1})
    assert box.limits.refused == 0, "the pace was kept by all of them together"
    assert busiest <= RATE
    print(f"busiest second {busiest} of {RATE}")


async def test_the_lead_goes_over_at_once_when_its_holder_is_gone(postgres_url: str) -> None:
    first, second = Lead(async_url(postgres_url)), Lead(async_url(postgres_url))
    assert await first.holds()
    assert not await second.holds()
    assert await first.holds(), "it is kept"
    connection = await asyncpg.connect(postgres_url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    )
    await connection.close()
    async with asyncio.timeout(30):
        while not await second.holds():  # noqa: ASYNC110 - it is asked, it does not tell
            await asyncio.sleep(0.1)
    assert not await first.holds(), "who lost its connection leads no more"
    await first.close()
    await second.close()


async def prepare(box: Sandbox, url: str, town: Roster, phones: list[VirtualPerson]) -> None:
    """The residents and an admin have joined."""
    admin = box.person("王所长")
    code = enrol.new_code()
    starts = [(phone, "V1") for phone in phones] + [(admin, code)]
    for phone, _ in starts:
        box.world.chats[phone.user_id].standing = Standing.MEMBER

    def start_all(books: Books, at: datetime) -> None:
        books.people.save_roster(town, at)
        enrol.invite(books.people, Role.ADMIN, None, code, at=at)
        for phone, word in starts:
            address = Address("telegram", str(phone.user_id))
            enrol.start(books.people, books.ledger, address, word, at=at)

    house = await open_house(settings_for(box, url), SystemClock())
    await house.act(start_all)
    await house.store.close()


async def begin(url: str) -> None:
    """A campaign for now, approved."""
    store = (await open_house(_plain(url), SystemClock())).store

    def work(books: Books) -> None:
        at = SystemClock().now()
        day = local_day(at)
        draft = Draft(
            ObservanceKey("own-test"), day.year, "防汛", day, day + timedelta(days=1),
            "夜里有雨，请勿靠近河道。", Recipients.RESIDENTS, at,
        )  # fmt: skip
        key = books.campaigns.add(draft, "console", at).id
        office.approve(books, key, None, faults_of=lambda *_: (), actor="another", at=at)

    await store.write(work)
    await store.close()


def _plain(url: str) -> Settings:
    return Settings(database_url=url, _env_file=None)


def received(phones: list[VirtualPerson]) -> Counter[int]:
    """How often each phone has the message."""
    return Counter(phone.user_id for phone in phones for m in phone.chat if "河道" in m.text)


def reached(phones: list[VirtualPerson], number: int) -> bool:
    return received(phones).total() >= number


def most_in_a_second(ticks: list[float]) -> int:
    """The busiest second of all, as a sliding window sees it."""
    ticks = sorted(ticks)
    most, first = 0, 0
    for last, tick in enumerate(ticks):
        while ticks[first] <= tick - 1:
            first += 1
        most = max(most, last - first + 1)
    return most


async def states(url: str) -> dict[str, int]:
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetch(
            "SELECT state, count(*) FROM deliveries WHERE kind = 'campaign' GROUP BY state"
        )
        return {row[0]: row[1] for row in found}
    finally:
        await connection.close()


async def campaign(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetchval("SELECT state FROM campaigns WHERE title = '防汛'")
        return str(found)
    finally:
        await connection.close()


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not what():  # noqa: ASYNC110 - phones tell nobody together
            await asyncio.sleep(0.25)
