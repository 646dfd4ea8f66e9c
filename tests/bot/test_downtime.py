"""The bot was off across the hour of a message: sent at once while it holds, or seen as missed."""

import asyncio

import pytest

from lawbot.sandbox import Sandbox
from lawcore.clock import StillClock
from lawcore.people.model import Roster
from tests.stage import local, running

DAY = "constitution-day"


@pytest.mark.parametrize(
    ("back", "state"), [("2026-12-04T15:00", "done"), ("2026-12-05T09:00", "missed")]
)
async def test_after_a_downtime_it_goes_out_within_a_minute_or_is_missed_with_the_reason(
    box: Sandbox, sqlite_url: str, small_town: Roster, back: str, state: str
) -> None:
    assert isinstance(box.clock, StillClock)
    async with running(box, sqlite_url) as stage:
        await stage.act(lambda books, at: books.people.save_roster(small_town, at))
        (phone,) = await stage.residents(1)
        await stage.approve(DAY)
    box.clock.move_to(local(back))
    ended = f"SELECT count(*) FROM campaigns WHERE observance = '{DAY}' AND state = '{state}'"  # noqa: S608 - our own words
    async with asyncio.timeout(60), running(box, sqlite_url) as stage:
        await stage.until(ended)
        reasons = await stage.rows(
            "SELECT reason FROM campaigns WHERE observance = 'constitution-day'"
        )
    got = sum("不再接收" in m.labels for m in phone.chat)
    assert got == (1 if state == "done" else 0)
    assert reasons == [(None,)] or "批准了，但" in str(reasons[0][0])
