"""The real bot on SQLite, with a small town recorded and an administrator bound."""

import logging
import sys
from collections.abc import AsyncIterator, Callable
from io import StringIO

import pytest

from lawbot.cli import logs
from lawbot.sandbox import Sandbox, VirtualPerson
from lawcore.clock import StillClock
from lawcore.people.model import Role, Roster
from tests.stage import Stage, running


@pytest.fixture(autouse=True)
def plain_logs() -> None:
    """Logs as ``lawbot run`` writes them: one line, no variables of the program."""
    logs.quiet()


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What ``lawbot run`` has logged so far. To be asked for before the stage."""
    stream = StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    logs.quiet()
    return stream.getvalue


@pytest.fixture
async def box(clock: StillClock) -> AsyncIterator[Sandbox]:
    """A sandbox without limits, in which time stands still until it is moved."""
    async with Sandbox(clock, rate=None, per_chat=None, webhook_pause=0.05) as box:
        yield box


@pytest.fixture
async def stage(box: Sandbox, sqlite_url: str, small_town: Roster) -> AsyncIterator[Stage]:
    """The bot runs; the small town is on its roster."""
    async with running(box, sqlite_url) as stage:
        await stage.act(lambda books, at: books.people.save_roster(small_town, at))
        yield stage


@pytest.fixture
async def admin(stage: Stage) -> VirtualPerson:
    return await stage.appoint("王所长", Role.ADMIN)


@pytest.fixture
async def editor(stage: Stage) -> VirtualPerson:
    return await stage.appoint("文书小周", Role.EDITOR)


@pytest.fixture
async def approver(stage: Stage) -> VirtualPerson:
    return await stage.appoint("李镇长", Role.APPROVER)
