"""Every request of the bot, on its way to the service: an answer to a person takes its turn first.

Whoever is told to wait, all sending of this bot waits.
"""

import asyncio

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, SendDocument, SendMessage, SendPhoto, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Message

from lawbot.telegram.numbers import Numbers
from lawcore.delivery.gate import Gate

SENDS = (SendMessage, SendDocument, SendPhoto)
"""Methods that the service counts against the bot's rate; what goes to many has had its turn."""


class Turns(BaseRequestMiddleware):
    """Lets answers through the gate, and closes it when the service asks to wait."""

    def __init__(self, gate: Gate, numbers: Numbers) -> None:
        self._gate = gate
        self._numbers = numbers

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        urgent = isinstance(method, SENDS)
        if isinstance(method, SENDS):
            await self._gate.enter_first(str(method.chat_id))
        left_at = asyncio.get_running_loop().time()
        try:
            answer = await make_request(bot, method)
        except TelegramRetryAfter as flood:
            self._gate.shut(float(flood.retry_after))
            raise
        finally:
            if urgent:
                self._gate.answered(left_at)
        if isinstance(answer, Message):
            self._numbers.sees(answer)
        return answer
