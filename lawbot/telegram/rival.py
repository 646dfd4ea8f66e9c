"""Another program that polls for the same bot: the one that came later gives way."""

import asyncio

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramConflictError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

SETTLED = 15.0
"""Seconds of polling undisturbed after which a program keeps its place. Two programs disturb each
other every second or two, so only the one that was there first gets so far."""
PATIENCE = 3
"""Conflicts before an unsettled program gives way; a single one is left by a restart."""


class Rival(BaseRequestMiddleware):
    """Watches the conflicts that the service reports; `wins` is set when we should go."""

    def __init__(self) -> None:
        self.wins = asyncio.Event()
        self._since = asyncio.get_running_loop().time()
        self._conflicts = 0
        self._settled = False

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            return await make_request(bot, method)
        except TelegramConflictError:
            self._disturbed(asyncio.get_running_loop().time())
            raise

    def _disturbed(self, now: float) -> None:
        self._settled = self._settled or now - self._since >= SETTLED
        self._since = now
        self._conflicts += 1
        if not self._settled and self._conflicts >= PATIENCE:
            self.wins.set()
