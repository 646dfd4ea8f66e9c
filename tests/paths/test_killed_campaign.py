"""kill -9 again and again in a campaign to 500 people: nobody is lost, nobody gets it twice."""

import asyncio
import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from lawbot.house import House
from lawbot.rounds import plan
from lawbot.sandbox import Sandbox, Standing, VirtualPerson
from lawbot.wiring import open_house
from lawcore.campaigns import office
from lawcore.clock import MovableClock, StillClock
from lawcore.delivery.dispatch import BATCH
from lawcore.ids import ObservanceKey
from lawcore.participation import enrol
from lawcore.people.model import Address, Role, Roster
from lawcore.storage import Books
from tests.program import serving
from tests.stage import local, settings_for

RESIDENTS = 500
KILLS = (1, 150, 320, 470)
"""Killed when so many people have got it."""
PATIENCE = 90.0


async def test_killed_at_any_point_and_reconciled_everybody_has_it_once(
    sqlite_url: str, small_town: Roster, tmp_path: Path
) -> None:
    async with Sandbox(MovableClock(local("2026-12-04T09:00")), rate=None, per_chat=None) as box:
        phones = await prepare(box, sqlite_url, small_town)
        box.delay(0.02, 0.25, seed=3)
        in_doubt = []
        for number, mark in enumerate(KILLS):
            async with serving(tmp_path, box, sqlite_url, **at_minute(3 * number)) as program:
                await until(partial(reached, phones, mark))
                program.kill()
                await program.ends()
            in_doubt.append(count(sqlite_url, "state = 'sending'"))
            assert max(received(phones).values()) == 1
        box.delay(0, 0)
        async with serving(tmp_path, box, sqlite_url, **at_minute(3 * len(KILLS))) as program:
            await until(lambda: count(sqlite_url, "state = 'sent'") == RESIDENTS)
            ended = await program.stops()
    assert ended.code == 0
    assert max(in_doubt) <= BATCH
    assert sum(in_doubt) > 0, "the kills came in the middle of something"
    told = received(phones)
    assert (len(told), set(told.values())) == (RESIDENTS, {1})
    assert count(sqlite_url, "state != 'sent'") == 0
    print(f"in doubt after each kill: {in_doubt}")


@pytest.mark.parametrize(("resend", "state"), [("false", "unknown"), ("true", "sent")])
async def test_where_nothing_can_be_found_out_the_township_has_chosen(
    sqlite_url: str, small_town: Roster, tmp_path: Path, resend: str, state: str
) -> None:
    """A service that counts each chat apart: the numbers prove nothing."""
    async with Sandbox(MovableClock(local("2026-12-04T09:00")), rate=None, per_chat=None) as box:
        box.world.count_each_chat_apart()
        phones = await prepare(box, sqlite_url, small_town)
        box.delay(0.05, 0.25, seed=3)
        async with serving(tmp_path, box, sqlite_url, **at_minute(0)) as program:
            await until(lambda: received(phones).total() >= 200)
            program.kill()
            await program.ends()
        doubtful = count(sqlite_url, "state = 'sending'")
        box.delay(0, 0)
        again = {"resend_unknown": resend} | at_minute(3)
        settled = f"state = '{state}' AND looked_at IS NOT NULL OR state = 'sent'"
        async with serving(tmp_path, box, sqlite_url, **again) as program:
            await until(lambda: count(sqlite_url, f"({settled})") == RESIDENTS)
            await program.stops()
    told = received(phones)
    doubled = sum(times - 1 for times in told.values())
    assert 0 < doubtful <= BATCH
    if resend == "true":
        assert len(told) == RESIDENTS, "nobody is lost"
        assert doubled <= doubtful
    else:
        assert doubled == 0
        assert count(sqlite_url, "state = 'unknown'") == doubtful
        assert RESIDENTS - len(told) <= doubtful


def at_minute(minutes: int) -> dict[str, str]:
    """Settings of a start so long after nine."""
    return {
        "clock_start": f"2026-12-04T09:{minutes:02}:00+08:00",
        "telegram_rate": "150",
    }


async def prepare(box: Sandbox, url: str, town: Roster) -> list[VirtualPerson]:
    """500 residents, an admin, and the campaign of the day approved."""
    phones = [box.person(f"村民{number}") for number in range(RESIDENTS)]
    admin = box.person("王所长")

    house = await open_house(settings_for(box, url), StillClock(local("2026-12-03T16:00")))
    try:
        await house.act(lambda books, at: books.people.save_roster(town, at))
        await enrol_all(house, box, phones, admin)
        await plan(house)
        await house.act(_approve)
    finally:
        await house.store.close()
    return phones


async def enrol_all(
    house: House, box: Sandbox, phones: list[VirtualPerson], admin: VirtualPerson
) -> None:
    code = enrol.new_code()
    starts = [(phone, "V1") for phone in phones] + [(admin, code)]
    for phone, _ in starts:
        box.world.chats[phone.user_id].standing = Standing.MEMBER
    await house.act(lambda books, at: enrol.invite(books.people, Role.ADMIN, None, code, at=at))

    def start_all(books: Books, at: datetime) -> None:
        for phone, word in starts:
            address = Address("telegram", str(phone.user_id))
            enrol.start(books.people, books.ledger, address, word, at=at)

    await house.act(start_all)


def _approve(books: Books, at: datetime) -> None:
    found = books.campaigns.of(ObservanceKey("constitution-day"), 2026)
    assert found is not None
    office.approve(books, found.id, None, faults_of=lambda *_: (), actor="console", at=at)


def received(phones: list[VirtualPerson]) -> Counter[int]:
    """How often each phone has the message of the day."""
    return Counter(phone.user_id for phone in phones for m in phone.chat if "不再接收" in m.labels)


def reached(phones: list[VirtualPerson], number: int) -> bool:
    return received(phones).total() >= number


def count(url: str, where: str) -> int:
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
        of_campaign = "SELECT count(*) FROM deliveries WHERE kind = 'campaign' AND "
        return int(file.execute(of_campaign + where).fetchone()[0])


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not what():  # noqa: ASYNC110 - a database tells nobody that it has changed
            await asyncio.sleep(0.02)
