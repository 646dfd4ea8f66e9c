"""One gate for all messages of a bot: who has just pressed a button goes before the crowd.

Two queues wait for the pace of the bot, and the one of answers to people is always served first.
A message to many first waits for its own chat: a message a second into a chat, averaged over ten
seconds because the service lets short bursts through, and 20 a minute into a group.
"""

import asyncio
import contextlib
from collections import deque

from lawcore.delivery.pace import Pace

CHAT_MOST, CHAT_SECONDS = 10, 10.0
GROUP_MOST, GROUP_SECONDS = 20, 60.0
"""So many messages into one chat in so many seconds."""
FORGET_AFTER = 4096
"""Chats whose last messages are remembered before those that have rested are forgotten."""


Booked = float | list[float]
"""When the last messages into a chat leave: mostly one, for which a list takes half the memory."""


class Gate:
    """The gate of one bot in one process."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._urgent: deque[asyncio.Future[bool]] = deque()
        self._crowd: deque[asyncio.Future[bool]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._chats: dict[str, Booked] = {}
        self._forget_at = FORGET_AFTER
        self._home = asyncio.Event()

    @property
    def shut_for(self) -> float:
        """Seconds for which the service wants nothing sent."""
        return self._pace.shut_for(_now())

    @property
    def waiting(self) -> int:
        """Messages that wait here."""
        return len(self._urgent) + len(self._crowd)

    async def enter(self, chat: str) -> bool:
        """Wait for the turn of a message to many; False when the crowd was sent home."""
        wait = self._book(chat) - _now()
        if wait > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._home.wait(), wait)
        return not self._home.is_set() and await self._turn(self._crowd)

    async def enter_unseen(self) -> bool:
        """Wait for the turn of a question that nobody sees; behind the answers, like the crowd."""
        return not self._home.is_set() and await self._turn(self._crowd)

    async def enter_first(self, chat: str) -> None:
        """Wait for the turn of an answer to a person."""
        self._book(chat)
        await self._turn(self._urgent)

    def answered(self, left_at: float) -> None:
        """The answer to a message that left at `left_at` has come, or nobody waits for it."""
        self._pace.answered(left_at, _now())
        self._serve()

    def shut(self, seconds: float) -> None:
        """The service asked to wait: nothing leaves for `seconds`."""
        self._pace.shut(seconds, _now())

    def send_crowd_home(self) -> None:
        """Messages to many leave no more; answers to people still do."""
        self._home.set()
        while self._crowd:
            _settle(self._crowd.popleft(), False)

    async def _turn(self, queue: deque[asyncio.Future[bool]]) -> bool:
        nobody_waits = not (self._urgent or self._crowd)
        if nobody_waits and self._pace.wait(_now(), urgent=queue is self._urgent) == 0:
            self._pace.left()
            return True
        mine: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        queue.append(mine)
        self._serve()
        try:
            return await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled() and mine.result():
                self.answered(_now())
            elif mine in queue:
                queue.remove(mine)
            raise

    def _serve(self) -> None:
        """Let in whoever may enter now; see to it that this is asked again in time."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while queue := self._urgent or self._crowd:
            now = _now()
            wait = self._pace.wait(now, urgent=queue is self._urgent)
            if wait is None:
                return  # the next answer asks again
            if wait > 0:
                self._timer = asyncio.get_running_loop().call_later(wait, self._serve)
                return
            if _settle(queue.popleft(), True):
                self._pace.left()

    def _book(self, chat: str) -> float:
        """When the next message into `chat` may leave, in the order of asking."""
        most, seconds = (GROUP_MOST, GROUP_SECONDS) if is_group(chat) else (CHAT_MOST, CHAT_SECONDS)
        now = _now()
        if len(self._chats) >= self._forget_at:
            live = self._chats.items()
            self._chats = {c: last for c, last in live if _last(last) + GROUP_SECONDS > now}
            self._forget_at = max(FORGET_AFTER, 2 * len(self._chats))
        booked = self._chats.get(chat)
        if booked is None:
            self._chats[chat] = now
            return now
        times = [booked] if isinstance(booked, float) else booked
        start = max(now, times[0] + seconds) if len(times) == most else now
        times.append(start)
        self._chats[chat] = times[-most:]
        return start


def is_group(chat: str) -> bool:
    """Whether an address is a group's: those of groups are negative numbers."""
    return chat.startswith("-")


def _last(booked: Booked) -> float:
    return booked if isinstance(booked, float) else booked[-1]


def _settle(waiting: asyncio.Future[bool], allowed: bool) -> bool:
    """Tell who waits; False if they have gone away."""
    if waiting.done():
        return False
    waiting.set_result(allowed)
    return True


def _now() -> float:
    return asyncio.get_running_loop().time()
