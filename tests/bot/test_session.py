"""The lighter session says to the service what aiogram's own says, and fails as it does."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ChatAction
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.types import BotCommand, BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup
from aiohttp import web
from aiohttp.test_utils import TestServer

from lawbot.telegram.session import LeanSession, read

BUTTON = InlineKeyboardButton(text="✓ A. 三年 & 五年", callback_data="x:a+b%20:1:0:1")
MARKUP = InlineKeyboardMarkup(inline_keyboard=[[BUTTON]])


class Service:
    """Writes down what it is asked and answers what it is told to."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status = 200
        self.body = b""

    async def handle(self, request: web.Request) -> web.Response:
        parts = await request.post()
        named = {name: _plain(part) for name, part in parts.items() if isinstance(part, str)}
        files = [part.filename for part in parts.values() if isinstance(part, web.FileField)]
        if files:
            named = {}  # aiogram names the part at random
        method = request.path.rsplit("/", 1)[1]
        self.asked.append({"method": method, "files": files, **named})
        usual = b"[]" if method == "getUpdates" else b"true"
        return web.Response(
            status=self.status, body=self.body or b'{"ok":true,"result":%b}' % usual
        )


def _plain(text: str) -> Any:
    return orjson.loads(text) if text[:1] in ("[", "{") else text


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def server(service: Service) -> AsyncIterator[TelegramAPIServer]:
    app = web.Application()
    app.router.add_post("/{path:.*}", service.handle)
    async with TestServer(app) as running:
        yield TelegramAPIServer.from_base(f"http://127.0.0.1:{running.port}")


@pytest.fixture
async def bot(server: TelegramAPIServer) -> AsyncIterator[Bot]:
    made = _bot(LeanSession(server))
    yield made
    await made.session.close()


def _bot(session: AiohttpSession) -> Bot:
    return Bot("1:token", session=session, default=DefaultBotProperties(parse_mode="HTML"))


async def speak(bot: Bot) -> None:
    """One call of each kind that the bot makes, and some that it does not make yet."""
    text = "<b>1+1=2 & 100%</b>\n;\t“😀”=?#"
    await bot.answer_callback_query("8", "已保存", show_alert=True)
    await bot.answer_callback_query("9")
    await bot.edit_message_text(text, chat_id=5, message_id=7, reply_markup=MARKUP)
    await bot.send_chat_action(5, ChatAction.TYPING)
    await bot.set_my_commands([BotCommand(command="exam", description="考试")])
    await bot.get_updates(offset=3, timeout=10, allowed_updates=["message", "callback_query"])
    await bot.ban_chat_member(5, 6, until_date=datetime(2026, 12, 4, tzinfo=UTC))
    await bot.set_webhook("https://a.example/x?y=1", drop_pending_updates=False)
    await bot.set_chat_photo(5, BufferedInputFile(b"picture", "a.png"))


async def test_the_service_is_told_the_same(
    service: Service, server: TelegramAPIServer, bot: Bot
) -> None:
    await speak(bot)
    ours, service.asked = service.asked, []
    heavy = _bot(AiohttpSession(api=server))
    await speak(heavy)
    await heavy.session.close()
    assert len(ours) == 9
    assert ours == service.asked


async def test_an_edit_is_done_whatever_the_card_looks_like(service: Service, bot: Bot) -> None:
    service.body = b'{"ok":true,"result":{"message_id":7,"unread":"..."}}'
    assert await bot.edit_message_text("x", chat_id=5, message_id=7) is True


@pytest.mark.parametrize(
    ("status", "body", "raised"),
    [
        (400, {"description": "Bad Request: message is not modified"}, TelegramBadRequest),
        (429, {"description": "later", "parameters": {"retry_after": 3}}, TelegramRetryAfter),
    ],
)
async def test_a_refusal_is_raised(
    service: Service, bot: Bot, status: int, body: dict[str, Any], raised: type[Exception]
) -> None:
    service.status = status
    service.body = orjson.dumps({"ok": False, "error_code": status, **body})
    with pytest.raises(raised):
        await bot.edit_message_text("x", chat_id=5, message_id=7)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"null", b"{}", b"\xff\xfe"])
async def test_an_answer_that_is_none_is_not_taken_for_success(
    service: Service, bot: Bot, body: bytes
) -> None:
    service.body = body
    with pytest.raises(ClientDecodeError):
        await bot.edit_message_text("x", chat_id=5, message_id=7)


async def test_a_lost_connection_is_a_network_error(bot: Bot) -> None:
    bot.session.api = TelegramAPIServer.from_base("http://127.0.0.1:1")
    with pytest.raises(TelegramNetworkError):
        await bot.answer_callback_query("8")


def test_of_a_pressed_card_its_place_is_kept() -> None:
    card = {"message_id": 7, "date": 1, "chat": {"id": 5, "type": "private"}}
    press = {"id": "8", "data": "x:1", "from": {"id": 5}}
    full = {**press, "message": {**card, "text": "A", "reply_markup": {"inline_keyboard": []}}}
    said = {"update_id": 2, "message": {**card, "text": "/exam"}}
    kept = {"update_id": 1, "callback_query": {**press, "message": card}}
    came = {"update_id": 1, "callback_query": full}
    polled = read(orjson.dumps({"ok": True, "result": [came, said]}))
    assert polled == {"ok": True, "result": [kept, said]}
    assert read(orjson.dumps(came)) == kept, "a webhook brings the update itself"
