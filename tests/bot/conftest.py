"""The real bot on SQLite, with a small town recorded and an administrator bound."""

from collections.abc import AsyncIterator, Callable

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
def logged(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Callable[[], str]:
    """What the log holds so far. To be asked for before the stage."""
    logs.quiet()
    return lambda: capsys.readouterr().err + caplog.text


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
