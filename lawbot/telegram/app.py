"""The bot put together: session, routers, long polling or webhook."""

import gc
from collections.abc import Sequence
from urllib.parse import urlsplit

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.types import BotCommand
from aiogram.utils.token import TokenValidationError
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from lawbot.house import House
from lawbot.settings import Settings
from lawbot.telegram.flood import Flood
from lawbot.telegram.handlers import admin, calendar, desk, enrol, exam, other
from lawbot.telegram.middleware import OneAtATime
from lawcore.delivery.pace import Pace
from lawcore.errors import BadInput, LawbotError

COMMANDS: Sequence[tuple[str, str]] = (
    ("today", "今天和近期的普法日"),
    ("calendar", "普法日历"),
    ("exam", "我的考试（干部）"),
    ("me", "保存了我的什么"),
    ("stop", "不再接收"),
    ("help", "能做什么"),
)

YOUNG_GENERATION = 50_000
"""Objects before a young collection. aiogram keeps 170 MB of classes alive: the collector's default
of 700 spends half of the time walking over them."""


def make_bot(settings: Settings, pace: Pace) -> Bot:
    """The bot of the settings' token. Raises BadInput for a token that cannot be one."""
    server = TelegramAPIServer.from_base(settings.telegram_api_url)
    session = AiohttpSession(api=server)
    session.middleware(Flood(pace))
    try:
        return Bot(
            settings.token(), session=session, default=DefaultBotProperties(parse_mode="HTML")
        )
    except TokenValidationError:
        raise BadInput("LAWBOT_TELEGRAM_TOKEN 写得不对：要像 123456:ABC… 这样。") from None


def make_dispatcher(house: House) -> Dispatcher:
    """All routers; the exam's come first, because its presses are the most."""
    dispatcher = Dispatcher(disable_fsm=True, house=house)
    dispatcher.update.outer_middleware(OneAtATime())
    for module in (exam, enrol, admin, calendar, desk, other):
        dispatcher.include_router(module.make_router())
    return dispatcher


async def introduce(bot: Bot) -> str:
    """Ask the service who we are and publish the commands; return the bot's username.

    Raises BadInput for a refused token, LawbotError when the service cannot be reached.
    """
    try:
        me = await bot.get_me()
        await bot.set_my_commands([BotCommand(command=c, description=d) for c, d in COMMANDS])
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise BadInput("消息服务不认这个令牌：请核对 LAWBOT_TELEGRAM_TOKEN。") from None
    except TelegramNetworkError:
        raise LawbotError("连不上消息服务：请检查网络和 LAWBOT_TELEGRAM_API_URL。") from None
    except TelegramAPIError as error:
        raise LawbotError(f"消息服务回了错误：{error.message}") from None
    return me.username or ""


def freeze_garbage() -> None:
    """Take what is alive after start out of the collector's sight."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_GENERATION, 20, 100)


async def poll(bot: Bot, dispatcher: Dispatcher) -> None:
    """Long polling until stopped. Updates that came meanwhile are kept: nothing is dropped."""
    await bot.delete_webhook(drop_pending_updates=False)
    freeze_garbage()
    await dispatcher.start_polling(
        bot,
        handle_signals=False,
        close_bot_session=False,
        allowed_updates=dispatcher.resolve_used_update_types(),
    )


async def serve_webhook(bot: Bot, dispatcher: Dispatcher, settings: Settings) -> web.AppRunner:
    """Listen for updates and tell the service where; an update is answered when it is done."""
    url, secret = settings.telegram_webhook_url, settings.telegram_webhook_secret
    if url is None:
        raise BadInput("没有设置 LAWBOT_TELEGRAM_WEBHOOK_URL。")
    if secret is None or not secret.get_secret_value():
        raise BadInput("用 webhook 要设置 LAWBOT_TELEGRAM_WEBHOOK_SECRET，防止别人冒充。")
    app = web.Application()
    handler = SimpleRequestHandler(
        dispatcher, bot, secret_token=secret.get_secret_value(), handle_in_background=False
    )
    handler.register(app, path=urlsplit(url).path or "/")
    setup_application(app, dispatcher, bot=bot)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, settings.web_host, settings.web_port).start()
    await bot.set_webhook(
        url,
        secret_token=secret.get_secret_value(),
        allowed_updates=dispatcher.resolve_used_update_types(),
        drop_pending_updates=False,
    )
    freeze_garbage()
    return runner
