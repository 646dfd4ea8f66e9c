"""The queue of updates, and long polling over it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from lawbot.sandbox.answers import conflict
from lawbot.sandbox.signals import Signal

LONGEST_POLL: Final = 50
"""Seconds; a longer wait is cut to this."""
ON_REQUEST: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that a bot gets only when it names them."""


@dataclass(frozen=True, slots=True)
class Update:
    """One update, ready to be sent."""

    update_id: int
    chat_id: int
    raw: bytes


class Updates:
    """Unconfirmed updates in their order; ids only grow."""

    def __init__(self, first_id: int) -> None:
        self._next_id = first_id
        self._pending: dict[int, Update] = {}
        self._allowed: frozenset[str] | None = None
        self._poll = 0
        self._stop_reason = ""
        self._added = Signal()
        self.carry: Callable[[Update], None] | None = None
        """Set while a webhook takes the updates."""

    def __len__(self) -> int:
        return len(self._pending)

    def pending(self) -> list[Update]:
        return list(self._pending.values())

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Which kinds are queued from now on; None changes nothing, an empty list resets."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    @property
    def allowed(self) -> list[str] | None:
        return sorted(self._allowed) if self._allowed else None

    def add(self, kind: str, chat_id: int, body: Mapping[str, Any]) -> None:
        if kind not in self._allowed if self._allowed else kind in ON_REQUEST:
            return
        update_id = self._next_id
        self._next_id += 1
        update = Update(update_id, chat_id, orjson.dumps({"update_id": update_id, kind: body}))
        self._pending[update_id] = update
        if self.carry:
            self.carry(update)
        else:
            self._added.fire()

    def confirm(self, update_id: int) -> None:
        self._pending.pop(update_id, None)

    def clear(self) -> None:
        self._pending.clear()

    def interrupt(self, reason: str) -> None:
        """End a running long poll: with 409 for `reason`, or with an empty answer for ""."""
        self._poll += 1
        self._stop_reason = reason
        self._added.fire()

    async def poll(self, offset: int, limit: int, seconds: int) -> list[Update]:
        """Wait up to `seconds` real seconds for updates from `offset` on.

        Raises ApiError 409 when another poll or a webhook takes over meanwhile.
        """
        self.interrupt(
            "terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
        poll = self._poll
        self._forget(offset)
        if not self._pending and seconds > 0:
            try:
                async with asyncio.timeout(min(seconds, LONGEST_POLL)):
                    while not self._pending and poll == self._poll:
                        await self._added.wait()
            except TimeoutError:
                return []
            if poll != self._poll:
                if self._stop_reason:
                    raise conflict(self._stop_reason)
                return []
        return self.pending()[: max(1, min(limit, 100))]

    def _forget(self, offset: int) -> None:
        if offset > 0:
            for update_id in list(self._pending):
                if update_id >= offset:
                    break
                del self._pending[update_id]
        elif offset < 0:
            for update_id in list(self._pending)[:offset]:
                del self._pending[update_id]
