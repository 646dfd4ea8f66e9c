"""Telegram's limits on sending: over all chats, into one chat, into one group."""

import math
import time
from collections import deque
from collections.abc import Callable

from lawbot.sandbox.answers import too_many_requests


class Window:
    """At most `most` events in any `seconds`; real seconds, whatever the rehearsal clock says.

    Whoever runs into it is shut out until the window has room again, as Telegram does.
    """

    __slots__ = ("_closed_until", "_most", "_past", "_seconds")

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._past: deque[float] = deque()
        self._closed_until = 0.0

    def wait(self, now: float) -> float:
        """Seconds to wait before the next event; 0 = it may happen now."""
        past = self._past
        while past and past[0] <= now - self._seconds:
            past.popleft()
        if now >= self._closed_until and len(past) < self._most:
            return 0.0
        if now >= self._closed_until:
            self._closed_until = now + math.ceil(past[0] + self._seconds - now)
        return self._closed_until - now

    def count(self, now: float) -> None:
        self._past.append(now)


CHAT_WINDOW = 10.0
"""Seconds over which the rate into one chat is averaged: short bursts are let through."""


class Limits:
    """Refuses with 429 what comes too fast. None lifts a limit.

    `rate`: messages a second over all chats. `per_chat`: a second into one private chat,
    averaged over ten seconds. `per_group`: a minute into one group.
    """

    def __init__(
        self,
        rate: int | None,
        per_chat: float | None,
        per_group: int | None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ticks = ticks
        self._all = Window(rate, 1.0) if rate else None
        self._per_chat = per_chat
        self._per_group = per_group
        self._chats: dict[int, Window] = {}
        self.refused = 0
        """How many requests were answered with 429."""

    def admit(self, chat_id: int) -> None:
        """Count one message into `chat_id`; raises ApiError 429 when it comes too fast."""
        now = self._ticks()
        windows = [window for window in (self._all, self._chat(chat_id)) if window]
        wait = max((window.wait(now) for window in windows), default=0.0)
        if wait > 0:
            self.refused += 1
            raise too_many_requests(max(1, math.ceil(wait)))
        for window in windows:
            window.count(now)

    def _chat(self, chat_id: int) -> Window | None:
        window = self._chats.get(chat_id)
        if window is None:
            if chat_id < 0 and self._per_group:
                window = Window(self._per_group, 60.0)
            elif chat_id > 0 and self._per_chat:
                window = Window(max(1, round(self._per_chat * CHAT_WINDOW)), CHAT_WINDOW)
            else:
                return None
            self._chats[chat_id] = window
        return window
