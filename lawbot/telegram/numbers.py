"""The newest message number of the bot's private chats, which have one counter together.

It is known from what the bot sends and from what people write, so that a claim can note after
which number its messages must come.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject


class Numbers(BaseMiddleware):
    """Sees every message that comes in; is told of every one that goes out."""

    def __init__(self) -> None:
        self.newest = 0

    def sees(self, message: Message) -> None:
        """A message exists. Those of groups are counted apart by the service."""
        if message.chat.id > 0:
            self.raise_to(message.message_id)

    def raise_to(self, number: int) -> None:
        """`number` is in use."""
        self.newest = max(self.newest, number)

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        if isinstance(event, Message):
            self.sees(event)
        return await handler(event, data)
