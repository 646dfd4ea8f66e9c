"""Who is on stage and what time it is: what the chat page needs besides the chats."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol, runtime_checkable

from lawbot.sandbox.people import VirtualPerson
from lawbot.sandbox.world import World
from lawcore.errors import NotFound, WrongState

Moved = Callable[[datetime], Awaitable[None]]
"""Told after the clock was moved, with the new time."""


@runtime_checkable
class Movable(Protocol):
    """A clock that can be moved."""

    def move_to(self, at: datetime) -> None: ...


class Stage:
    """The people, the phones that are shown, and the clock."""

    def __init__(self, world: World, on_move: Moved | None) -> None:
        self.world = world
        self.people: dict[int, VirtualPerson] = {}
        self.shown: list[int] = []
        self.bookmarks: list[tuple[str, datetime]] = []
        self._on_move = on_move

    def person(self, name: str, user_id: int | None, note: str) -> VirtualPerson:
        """The person with this number, made when new."""
        chat = self.world.join(name, user_id)
        if chat.chat_id not in self.people:
            chat.note = note
            self.people[chat.chat_id] = VirtualPerson(self.world, chat)
        return self.people[chat.chat_id]

    def find(self, user_id: int) -> VirtualPerson:
        """Raises NotFound for a number nobody has."""
        person = self.people.get(user_id)
        if person is None:
            raise NotFound("没有这个人。")
        return person

    def first_phones(self) -> list[VirtualPerson]:
        """Whose phones to show unless others are asked for."""
        if self.shown:
            return [self.people[user_id] for user_id in self.shown]
        return list(self.people.values())[:3]

    @property
    def movable(self) -> bool:
        return isinstance(self.world.clock, Movable)

    async def move_to(self, at: datetime) -> None:
        """Move the clock; raises WrongState for one that cannot be moved."""
        clock = self.world.clock
        if not isinstance(clock, Movable):
            raise WrongState("现在用的是真实时间，不能拨动。")
        clock.move_to(at)
        if self._on_move:
            await self._on_move(clock.now())
        self.world.changed.fire()
