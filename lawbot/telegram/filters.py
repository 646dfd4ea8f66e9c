"""Filters of our own. All are coroutines: aiogram sends a plain function through a thread."""

from typing import Any

from aiogram.filters import Filter
from aiogram.types import CallbackQuery

from lawbot.telegram.buttons import SEP, Press, press


class Pressed(Filter):
    """A button whose act is `act`; the handler gets the `press`."""

    def __init__(self, act: str) -> None:
        self._act = act
        self._start = act + SEP

    async def __call__(self, query: CallbackQuery) -> bool | dict[str, Press]:
        data = query.data or ""
        if data == self._act or data.startswith(self._start):
            return {"press": press(data)}
        return False


class PlainText(Filter):
    """A typed text that is not a command."""

    async def __call__(self, message: Any) -> bool:
        return bool(message.text) and not message.text.startswith("/")
