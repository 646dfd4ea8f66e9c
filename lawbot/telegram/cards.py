"""Showing a letter: editing the card in place, or sending a new one.

An answer to a person waits as long as Telegram asks and is then given; it is not lost.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import CallbackQuery, FSInputFile, Message

from lawbot.telegram.channel import keyboard
from lawcore.delivery.model import Letter

T = TypeVar("T")

LONGEST_ANSWER = 200
"""Characters in the answer to a press."""


async def send(message: Message, letter: Letter) -> int:
    """Send `letter` to the chat of `message`; return the id of the new message."""
    return await _send(_bot(message.bot), message.chat.id, letter)


async def below(query: CallbackQuery, letter: Letter) -> int:
    """Send `letter` below the card whose button was pressed, even if that card is gone."""
    return await _send(_bot(query.bot), _chat(query), letter)


async def show(query: CallbackQuery, letter: Letter, said: str | None = None) -> None:
    """Answer a press with `said` and put `letter` in the place of its card."""
    await asyncio.gather(answer(query, said), _edit(query, letter))


async def send_file(query: CallbackQuery, path: Path) -> None:
    """Send a file below the card whose button was pressed."""
    bot, chat = _bot(query.bot), _chat(query)
    await patiently(lambda: bot.send_document(chat, FSInputFile(path)))


async def answer(query: CallbackQuery, said: str | None = None, *, alert: bool = False) -> bool:
    """Answer a press; False if it was answered before or is too old for it.

    An answer that is lost on the way is let go: what was done stands on the card.
    """
    bot = _bot(query.bot)
    text = said[:LONGEST_ANSWER] if said else None
    try:
        await patiently(lambda: bot.answer_callback_query(query.id, text, show_alert=alert or None))
    except TelegramBadRequest:
        return False
    except (TelegramNetworkError, TelegramServerError):
        return True
    return True


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Make `call`; as often as Telegram asks to wait, wait and make it again."""
    while True:
        try:
            return await call()
        except TelegramRetryAfter as wait:
            await asyncio.sleep(wait.retry_after)


async def _edit(query: CallbackQuery, letter: Letter) -> None:
    if query.message is None:
        return
    bot, chat, key = _bot(query.bot), query.message.chat.id, query.message.message_id
    markup = keyboard(letter.buttons)
    try:
        await patiently(
            lambda: bot.edit_message_text(
                letter.html, chat_id=chat, message_id=key, reply_markup=markup
            )
        )
    except TelegramForbiddenError:
        return  # who has just stopped the bot gets no answer, and that is no fault of ours
    except TelegramBadRequest as error:
        # the card may show this already, or the person has cleared the chat: then it comes anew
        if "not modified" not in error.message:
            await _send(bot, chat, letter)


async def _send(bot: Bot, chat: int, letter: Letter) -> int:
    markup = keyboard(letter.buttons)
    try:
        sent = await patiently(
            lambda: bot.send_message(
                chat, letter.html, reply_markup=markup, protect_content=letter.protected or None
            )
        )
    except TelegramForbiddenError:
        return 0  # who has just stopped the bot gets no answer, and that is no fault of ours
    return sent.message_id


def _chat(query: CallbackQuery) -> int:
    return query.message.chat.id if query.message else query.from_user.id


def _bot(bot: Bot | None) -> Bot:
    if bot is None:
        raise RuntimeError("the update came without its bot")
    return bot
