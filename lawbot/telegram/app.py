"""The bot put together: session, routers, long polling or webhook."""

import asyncio
import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.types import BotCommand
from aiogram.utils.token import TokenValidationError
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from lawbot.house import House
from lawbot.settings import Settings
from lawbot.telegram.handlers import (
    activity,
    admin,
    calendar,
    campaign,
    desk,
    enrol,
    exam,
    other,
    pages,
    practice,
    review,
)
from lawbot.telegram.middleware import OneAtATime, PrivateOnly, Unfinished
from lawbot.telegram.numbers import Numbers
from lawbot.telegram.rival import Rival
from lawbot.telegram.session import LeanSession
from lawbot.telegram.turns import Turns
from lawcore.delivery.gate import Gate
from lawcore.errors import BadInput, LawbotError

COMMANDS: Sequence[tuple[str, str]] = (
    ("today", "今天和近期的普法日"),
    ("calendar", "普法日历"),
    ("exam", "我的考试（干部）"),
    ("practice", "练一练，答完看解析"),
    ("me", "保存了我的什么"),
    ("stop", "不再接收"),
    ("help", "能做什么"),
)

YOUNG_GENERATION = 50_000
"""Objects before a young collection. aiogram keeps 170 MB of classes alive: the collector's default
of 700 spends half of the time walking over them."""


def make_bot(settings: Settings, gate: Gate, numbers: Numbers) -> Bot:
    """The bot of the settings' token. Raises BadInput for a token that cannot be one."""
    server = TelegramAPIServer.from_base(settings.telegram_api_url)
    session = LeanSession(server)
    session.middleware(Turns(gate, numbers))
    try:
        return Bot(
            settings.token(), session=session, default=DefaultBotProperties(parse_mode="HTML")
        )
    except TokenValidationError:
        raise BadInput("LAWBOT_TELEGRAM_TOKEN 写得不对：要像 123456:ABC… 这样。") from None


def make_dispatcher(house: House, numbers: Numbers, web_address: str) -> Dispatcher:
    """All routers; the exam's come first, because its presses are the most.

    `web_address` is where people open the pages.
    """
    unfinished = Unfinished()
    dispatcher = Dispatcher(
        disable_fsm=True, house=house, unfinished=unfinished, web_address=web_address
    )
    dispatcher.update.outer_middleware(unfinished)
    dispatcher.update.outer_middleware(PrivateOnly())
    dispatcher.update.outer_middleware(OneAtATime())
    dispatcher.message.outer_middleware(numbers)
    for module in (
        exam,
        review,
        practice,
        enrol,
        admin,
        pages,
        campaign,
        calendar,
        activity,
        desk,
        other,
    ):
        dispatcher.include_router(module.make_router())
    return dispatcher


@contextmanager
def plainly() -> Iterator[None]:
    """Say in one sentence what keeps the bot from starting.

    Raises BadInput for a refused token, LawbotError when the service cannot be reached.
    """
    try:
        yield
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise BadInput("消息服务不认这个令牌：请核对 LAWBOT_TELEGRAM_TOKEN。") from None
    except TelegramNetworkError:
        raise LawbotError("连不上消息服务：请检查网络和 LAWBOT_TELEGRAM_API_URL。") from None
    except ClientDecodeError:
        raise LawbotError(
            "LAWBOT_TELEGRAM_API_URL 那里回答的不是消息服务：请核对地址，或过一会儿再试。"
        ) from None
    except TelegramAPIError as error:
        raise LawbotError(f"消息服务回了错误：{error.message}") from None


async def introduce(bot: Bot) -> str:
    """Ask the service who we are and publish the commands; return the bot's username."""
    with plainly():
        me = await bot.get_me()
        await bot.set_my_commands([BotCommand(command=c, description=d) for c, d in COMMANDS])
    return me.username or ""


def freeze_garbage() -> None:
    """Take what is alive after start out of the collector's sight."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_GENERATION, 20, 100)


async def poll(
    bot: Bot, dispatcher: Dispatcher, stop: asyncio.Event, ready: Callable[[], None]
) -> None:
    """Long polling until `stop` is set; what was begun by then is brought to its end.

    Updates that came while nobody polled are kept: nothing is dropped.

    Raises LawbotError when another program polls for the same bot.
    """
    rival, begun = Rival(), asyncio.Event()
    bot.session.middleware(rival)

    async def say_begun() -> None:
        begun.set()

    dispatcher.startup.register(say_begun)
    polling = asyncio.ensure_future(_poll(bot, dispatcher))
    await _first_of(polling, begun)
    if begun.is_set():
        ready()
        await _first_of(polling, stop, rival.wins)
        if not polling.done():
            await dispatcher.stop_polling()
    await polling
    await dispatcher["unfinished"].finish()
    if rival.wins.is_set():
        raise LawbotError("这个令牌已有另一个机器人程序在用：请先停掉那一个，再启动这一个。")


async def _poll(bot: Bot, dispatcher: Dispatcher) -> None:
    with plainly():
        await bot.delete_webhook(drop_pending_updates=False)
    freeze_garbage()
    await dispatcher.start_polling(
        bot,
        handle_signals=False,
        close_bot_session=False,
        allowed_updates=dispatcher.resolve_used_update_types(),
    )


async def _first_of(task: asyncio.Future[None], *events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    futures: list[asyncio.Future[Any]] = [task, *waiting]
    await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
    for one in waiting:
        one.cancel()


def add_webhook(app: web.Application, bot: Bot, dispatcher: Dispatcher, settings: Settings) -> None:
    """Take updates at the path of our address; an update is answered when it is done.

    Raises BadInput without a secret: anybody could write to the address.
    """
    url, secret = settings.telegram_webhook_url, settings.telegram_webhook_secret
    if secret is None or not secret.get_secret_value():
        raise BadInput("用 webhook 要设置 LAWBOT_TELEGRAM_WEBHOOK_SECRET，防止别人冒充。")
    handler = SimpleRequestHandler(
        dispatcher, bot, secret_token=secret.get_secret_value(), handle_in_background=False
    )
    app.router.add_post(urlsplit(url or "").path or "/", handler.handle)


async def ask_for_updates(bot: Bot, dispatcher: Dispatcher, settings: Settings) -> None:
    """Tell the service our address; asking again, from any process, changes nothing."""
    url, secret = settings.telegram_webhook_url, settings.telegram_webhook_secret
    with plainly():
        await bot.set_webhook(
            url or "",
            secret_token=secret.get_secret_value() if secret else None,
            allowed_updates=dispatcher.resolve_used_update_types(),
            drop_pending_updates=False,
        )
    freeze_garbage()
