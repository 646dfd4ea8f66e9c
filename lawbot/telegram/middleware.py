"""One update of a chat at a time: its edits arrive in the order of its presses."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakValueDictionary

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update


class OneAtATime(BaseMiddleware):
    """Holds a chat's next update until the one before is done; chats do not wait for each other."""

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
        lock = self._locks.get(chat)
        if lock is None:
            lock = self._locks[chat] = asyncio.Lock()
        async with lock:
            return await handler(event, data)


def _chat(event: TelegramObject) -> int | None:
    if not isinstance(event, Update):
        return None
    if event.callback_query is not None:
        return event.callback_query.from_user.id
    return event.message.chat.id if event.message is not None else None
