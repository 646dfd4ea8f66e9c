"""A sandbox without limits and a real bot that talks to it over HTTP."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from lawbot.sandbox import Sandbox, VirtualPerson
from lawcore.clock import StillClock


def keys(*labels: str) -> InlineKeyboardMarkup:
    """One button a row; a press sends its label."""
    rows = [[InlineKeyboardButton(text=label, callback_data=label)] for label in labels]
    return InlineKeyboardMarkup(inline_keyboard=rows)


class Session(AiohttpSession):
    """Closes at once; the original waits a quarter of a second for TLS, which there is none."""

    async def close(self) -> None:
        if self._session:
            await self._session.close()


Connect = Callable[[Sandbox], Bot]


@pytest.fixture
def clock() -> StillClock:
    return StillClock(datetime(2026, 12, 4, 1, 0, tzinfo=UTC))


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    bots: list[Bot] = []

    def connect(sandbox: Sandbox) -> Bot:
        server = TelegramAPIServer.from_base(sandbox.url)
        bots.append(Bot(sandbox.token, session=Session(api=server)))
        return bots[-1]

    yield connect
    for bot in bots:
        await bot.session.close()


@pytest.fixture
async def sandbox(clock: StillClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock, rate=None, per_chat=None, webhook_pause=0.01) as sandbox:
        yield sandbox


@pytest.fixture
def bot(sandbox: Sandbox, connect: Connect) -> Bot:
    return connect(sandbox)


@pytest.fixture
async def wang(sandbox: Sandbox) -> VirtualPerson:
    """A resident who has started the bot; the update is still in the queue."""
    person = sandbox.person("王大妈")
    await person.say("/start")
    return person
