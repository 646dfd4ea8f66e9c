"""Every request of the bot, on its way to the service: an answer to a person takes its turn first.

Whoever is told to wait, all sending of this bot waits.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, SendDocument, SendMessage, SendPhoto, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Message

from lawbot.telegram.channel import BulkMessage
from lawbot.telegram.numbers import Numbers
from lawcore.delivery.gate import Gate

log = structlog.get_logger()

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


class AllWait(BaseRequestMiddleware):
    """Where senders of other processes share the pace: an answer told to wait stops them as well.

    A message to many is not passed on here: the dispatcher writes its outcome down itself.
    """

    def __init__(self, tell: Callable[[float], Awaitable[None]]) -> None:
        """`tell` is given the seconds."""
        self._tell = tell

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as flood:
            if not isinstance(method, BulkMessage):
                try:
                    await self._tell(float(flood.retry_after))
                except Exception:  # the person still gets the answer, later
                    log.exception("others not told to wait")
            raise
