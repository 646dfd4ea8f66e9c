"""One gate for the whole bot: whoever is asked to wait, all sending waits."""

import asyncio

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from lawcore.delivery.pace import Pace


class Flood(BaseRequestMiddleware):
    """Closes the gate of bulk sending when any request of this bot is told to wait."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as flood:
            self._pace.shut(float(flood.retry_after), asyncio.get_running_loop().time())
            raise
