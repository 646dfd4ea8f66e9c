"""Health and metrics: what a monitor sees, and what it never sees."""

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest

from lawbot.house import House
from lawbot.sandbox import Sandbox
from lawbot.settings import Part
from lawbot.wiring import Service
from lawcore.content import Inspection
from lawcore.people.model import Roster
from lawcore.storage import open_store
from tests.stage import Stage, settings_for, shipped


@pytest.fixture
async def watched(
    box: Sandbox, sqlite_url: str, small_town: Roster
) -> AsyncIterator[tuple[Stage, str]]:
    """A bot whose doors are open, and their address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = settings_for(box, sqlite_url, web_port=port)
    store = await open_store(sqlite_url)
    house = House(store, shipped(), box.clock, settings.township, Inspection(shipped(), None))
    service = Service(settings, house)
    stop, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.ensure_future(service.run(stop, lambda _: ready.set(), doors=True))
    await ready.wait()
    stage = Stage(box, house, service)
    await stage.act(lambda books, at: books.people.save_roster(small_town, at))
    yield stage, f"http://127.0.0.1:{port}"
    stop.set()
    await serving
    await store.close()


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def test_a_running_bot_is_alive_and_ready(watched: tuple[Stage, str]) -> None:
    _, address = watched
    assert await get(f"{address}/healthz") == (200, '{"alive": true}')
    assert await get(f"{address}/readyz") == (200, '{"database": true, "started": true}')


async def test_when_the_database_does_not_answer_it_is_alive_and_not_ready(
    watched: tuple[Stage, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, address = watched

    async def broken(_job: object) -> object:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(type(stage.house.store), "read", lambda _self, job: broken(job))
        status, said = await get(f"{address}/readyz")
    assert (status, said) == (503, '{"database": false, "started": true}')
    assert (await get(f"{address}/healthz"))[0] == 200


async def test_metrics_count_what_was_sent_and_name_nobody(watched: tuple[Stage, str]) -> None:
    stage, address = watched
    phones = await stage.residents(5)
    await stage.approve("constitution-day")
    await stage.move_to("2026-12-04T09:00")
    status, said = await get(f"{address}/metrics")
    assert status == 200
    assert 'lawbot_sends_total{outcome="sent"} 5.0' in said
    assert 'lawbot_deliveries{state="sent"} 5.0' in said
    assert "lawbot_send_seconds_count 5.0" in said
    assert f"lawbot_rate {5 / 60}" in said
    assert "lawbot_rate_allowed 30.0" in said
    assert "lawbot_leader 1.0" in said
    assert "lawbot_gate_shut_seconds 0.0" in said
    for phone in phones:
        assert str(phone.user_id) not in said
    assert "村民" not in said


def test_each_part_does_its_own() -> None:
    does = {part: (part.listens, part.leads, part.sends, part.shows) for part in Part}
    assert does == {
        Part.ALL: (True, True, True, True),
        Part.BOT: (True, False, False, False),
        Part.ROUNDS: (False, True, False, False),
        Part.SENDER: (False, False, True, False),
        Part.WEB: (False, False, False, True),
    }
