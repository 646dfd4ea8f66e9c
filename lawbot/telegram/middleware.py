"""What every update passes: only private chats, and one update of a chat at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakValueDictionary

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import Chat, TelegramObject, Update


class Unfinished(BaseMiddleware):
    """Knows what is being handled, so that a stop can let it come to its end."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        task = asyncio.current_task()
        if task is None:
            return await handler(event, data)
        self._tasks.add(task)
        try:
            return await handler(event, data)
        finally:
            self._tasks.discard(task)

    async def finish(self) -> None:
        """Return when every update that was begun has been answered."""
        await asyncio.gather(*self._tasks, return_exceptions=True)


class PrivateOnly(BaseMiddleware):
    """Lets pass what comes from a private chat.

    In a group others would read along, and a group that puts the bot out is no person who left.
    """

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        chat = _chat(event)
        if chat is not None and chat.type == ChatType.PRIVATE:
            return await handler(event, data)
        return None


class OneAtATime(BaseMiddleware):
    """Holds a chat's next update until the one before is done; chats do not wait for each other.

    So its edits arrive in the order of its presses.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        chat = _chat(event)
        if chat is None:
            return await handler(event, data)
        lock = self._locks.get(chat.id)
        if lock is None:
            lock = self._locks[chat.id] = asyncio.Lock()
        async with lock:
            return await handler(event, data)


def _chat(event: TelegramObject) -> Chat | None:
    if not isinstance(event, Update):
        return None
    if event.callback_query is not None:
        message, person = event.callback_query.message, event.callback_query.from_user
        return message.chat if message else Chat(id=person.id, type=ChatType.PRIVATE)
    if event.my_chat_member is not None:
        return event.my_chat_member.chat
    return event.message.chat if event.message is not None else None
