"""The sandbox as a whole, and the door for those who drive it from within."""

from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web

from lawbot.sandbox.answers import ApiError
from lawbot.sandbox.api import BotApi, Call
from lawbot.sandbox.chats import Chat
from lawbot.sandbox.faults import Loss
from lawbot.sandbox.guard import guard
from lawbot.sandbox.limits import Limits
from lawbot.sandbox.page import ChatPage
from lawbot.sandbox.people import VirtualPerson
from lawbot.sandbox.requests import BIGGEST_BODY
from lawbot.sandbox.stage import Moved, Stage
from lawbot.sandbox.world import World
from lawcore.clock import Clock, SystemClock

TOKEN: Final = "7000000001:AAsandbox-of-the-township-law-office"  # noqa: S105 - opens nothing
NAME: Final = "普法助手"
USERNAME: Final = "township_law_bot"


class Sandbox:
    """A Bot API server with virtual people and a chat page.

    `rate`, `per_chat`, `per_group`: see `limits.Limits`; None lifts a limit. Use it as an
    asynchronous context manager, or call `start` and `stop`.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        rate: int | None = 30,
        per_chat: float | None = 1.0,
        per_group: int | None = 20,
        token: str = TOKEN,
        webhook_pause: float = 0.5,
        on_move: Moved | None = None,
    ) -> None:
        self.clock = clock or SystemClock()
        self.token = token
        self.url = ""
        """The address of the Bot API and of the chat page, once it serves."""
        self.limits = Limits(rate, per_chat, per_group)
        self.world = World(self.clock, self.limits, _bot(token))
        self._api = BotApi(self.world, token, webhook_pause)
        self._stage = Stage(self.world, on_move)
        self._page = ChatPage(self._stage)
        self._runner: web.AppRunner | None = None

    # -- life --------------------------------------------------------------------------------

    async def start(self, port: int = 0) -> None:
        """Serve on loopback; port 0 takes a free one."""
        app = web.Application(client_max_size=BIGGEST_BODY, middlewares=[guard])
        self._api.add_to(app)
        self._page.add_to(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, backlog=1024).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self._page.stop()
        await self._api.stop()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    # -- people ------------------------------------------------------------------------------

    def person(self, name: str, user_id: int | None = None, note: str = "") -> VirtualPerson:
        """The person with this number, made when new; without a number a new person.

        `note` says on the chat page who that is: "柳河村 · 村民".
        """
        return self._stage.person(name, user_id, note)

    @property
    def people(self) -> list[VirtualPerson]:
        return list(self._stage.people.values())

    def group(self, title: str, chat_id: int | None = None) -> Chat:
        """A group in which the bot may write."""
        return self.world.join(title, chat_id, group=True)

    # -- the chat page -----------------------------------------------------------------------

    def show(self, *people: VirtualPerson) -> None:
        """Whose phones the chat page shows first."""
        self._stage.shown = [person.user_id for person in people]

    def bookmark(self, label: str, at: datetime) -> None:
        """Offer a moment in the date bar of the chat page."""
        self._stage.bookmarks.append((label, at))

    async def move_to(self, at: datetime) -> None:
        """Move the clock and tell `on_move`; raises WrongState for a clock that is not movable."""
        await self._stage.move_to(at)

    # -- what the bot sent, and what goes wrong ----------------------------------------------

    @property
    def sent(self) -> list[Call]:
        """Every request with a known token, in the order of arrival."""
        return self._api.sent

    def calls(self, method: str) -> list[Call]:
        """The requests for `method`, in the order of arrival."""
        return [call for call in self.sent if call.method.lower() == method.lower()]

    def fail_next(
        self,
        method: str,
        error_code: int,
        description: str,
        parameters: Mapping[str, Any] | None = None,
        times: int = 1,
    ) -> None:
        """The next `times` requests for `method` ("*" = any) are refused and change nothing."""
        self._api.faults.add(method, ApiError(error_code, description, parameters), times)

    def lose_next(self, method: str, times: int = 1, *, executed: bool = True) -> None:
        """The next answers to `method` are lost with the connection."""
        self._api.faults.add(method, Loss(executed), times)

    def delay(self, shortest: float, longest: float, seed: int = 0) -> None:
        """Answers (not long polls) take this many seconds from now on; 0, 0 ends it."""
        self._api.faults.delay(shortest, longest, seed)


def _bot(token: str) -> dict[str, Any]:
    return {
        "id": int(token.partition(":")[0]),
        "is_bot": True,
        "first_name": NAME,
        "username": USERNAME,
    }
