"""Two `bot` processes behind one address: every update may land on the other one."""

import asyncio
import contextlib
import socket
from collections import defaultdict
from collections.abc import AsyncIterator
from itertools import cycle, pairwise

import aiohttp
import pytest
from aiohttp import web

from lawbot.house import House
from lawbot.sandbox import Message, Sandbox, VirtualPerson
from lawbot.settings import Part
from lawbot.web.doors import open_doors
from lawbot.wiring import Service
from lawcore.clock import StillClock
from lawcore.content import Inspection
from lawcore.people.model import Role, Roster
from lawcore.storage import open_store
from tests.stage import (
    CATEGORIES,
    PATIENCE,
    Stage,
    ask,
    is_card,
    place_of,
    press,
    settings_for,
    shipped,
    sit,
)

SECRET = "only-the-service-knows"


class Porter:
    """What stands before several `bot` processes and brings each the next update in turn."""

    def __init__(self, ports: list[int]) -> None:
        self._turn = cycle(range(len(ports)))
        self.ports = ports
        self.brought: dict[int, list[int]] = defaultdict(list)
        """By chat: which process took its updates, in their order."""

    async def bring(self, request: web.Request) -> web.Response:
        update = await request.json()
        person = next(part["from"]["id"] for part in update.values() if isinstance(part, dict))
        mine = self.brought[person]
        number = next(self._turn)
        if mine and mine[-1] == number:
            number = next(self._turn)
        mine.append(number)
        url = f"http://127.0.0.1:{self.ports[number]}{request.path}"
        head = {name: request.headers[name] for name in ("X-Telegram-Bot-Api-Secret-Token",)}
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, json=update, headers=head) as answer,
        ):
            return web.Response(status=answer.status, body=await answer.read())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def part(box: Sandbox, url: str, which: Part, hook: str, port: int) -> AsyncIterator[Stage]:
    """One part with a store, a gate and a memory of its own, as a process has."""
    settings = settings_for(
        box, url, telegram_webhook_url=hook, telegram_webhook_secret=SECRET, web_port=port
    )
    inspection = Inspection(shipped(), None)
    store = await open_store(url)
    house = House(store, shipped(), box.clock, settings.township, inspection, CATEGORIES)
    service = Service(settings, house, which)
    stop, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.ensure_future(service.run(stop, lambda _: ready.set()))
    try:
        async with asyncio.timeout(PATIENCE):
            await ready.wait()
        yield Stage(box, house, service)
    finally:
        stop.set()
        await serving
        await store.close()


@pytest.fixture
async def porter() -> Porter:
    return Porter([free_port(), free_port()])


@pytest.fixture
async def stage(
    clock: StillClock, postgres_url: str, small_town: Roster, porter: Porter
) -> AsyncIterator[Stage]:
    """Two `bot` parts that take turns, and the part that does everything else."""
    app = web.Application()
    app.router.add_post("/hook", porter.bring)
    async with (
        Sandbox(clock, rate=None, per_chat=None) as box,
        open_doors(app, "127.0.0.1", 0) as address,
        part(box, postgres_url, Part.BOT, f"{address}/hook", porter.ports[0]),
        part(box, postgres_url, Part.BOT, f"{address}/hook", porter.ports[1]),
        part(box, postgres_url, Part.SENDER, f"{address}/hook", 0) as office,
    ):
        await office.act(lambda books, at: books.people.save_roster(small_town, at))
        yield office


def took_turns(porter: Porter, phone: VirtualPerson) -> bool:
    """Each update of a person went to another process than the one before."""
    return all(one != next_ for one, next_ in pairwise(porter.brought[phone.user_id]))


async def test_a_reason_asked_for_by_one_process_is_typed_to_the_other(
    stage: Stage, porter: Porter
) -> None:
    approver = await stage.appoint("李主任", Role.APPROVER)
    await stage.rest()
    draft = await approver.wait_for(lambda message: "退回" in message.labels, PATIENCE)
    asked = await press(approver, "退回", message=draft)
    assert "请直接打字" in asked.text
    done = await ask(approver, "日期与通知不符")
    assert "已退回" in done.text
    assert "原因：日期与通知不符" in done.text
    assert len(porter.brought[approver.user_id]) == 3
    assert took_turns(porter, approver)


async def test_an_exam_is_sat_at_two_processes_in_turn(stage: Stage, porter: Porter) -> None:
    cadre = await stage.appoint("赵一", Role.CADRE, "001")
    await stage.exam("2026-12-08T09:00", "2026-12-15T18:00")
    await stage.move_to("2026-12-08T09:00")
    await sit(cadre, right=4, hand_in=False)
    last = next(message for message in reversed(cadre.chat) if is_card(message))
    assert place_of(last).now == 5
    assert took_turns(porter, cadre)
    before = await stage.rows("SELECT count(*), count(DISTINCT place) FROM steps")
    again: Message = await ask(cadre, "/exam")
    assert place_of(again).now == 5
    assert before[0][1] == 5, "every question has its answer"
