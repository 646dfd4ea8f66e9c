"""Showing a letter: editing the card in place, or sending a new one."""

import asyncio

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
from aiogram.types import CallbackQuery, Message

from lawbot.telegram.channel import keyboard
from lawcore.delivery.model import Letter

LONGEST_ANSWER = 200
"""Characters in the answer to a press."""


async def send(message: Message, letter: Letter) -> int:
    """Send `letter` to the chat of `message`; return the id of the new message."""
    bot = _bot(message.bot)
    sent = await bot.send_message(
        message.chat.id,
        letter.html,
        reply_markup=keyboard(letter.buttons),
        protect_content=letter.protected or None,
    )
    return sent.message_id


async def show(query: CallbackQuery, letter: Letter, said: str | None = None) -> None:
    """Answer a press with `said` and put `letter` in the place of its card."""
    await asyncio.gather(answer(query, said), _edit(query, letter))


async def answer(query: CallbackQuery, said: str | None = None, *, alert: bool = False) -> None:
    """Answer a press. One that is too old to be answered needs no answer any more."""
    bot = _bot(query.bot)
    text = said[:LONGEST_ANSWER] if said else None
    try:
        await bot.answer_callback_query(query.id, text, show_alert=alert or None)
    except TelegramBadRequest:
        return
    except TelegramRetryAfter:
        return  # what was pressed is stored and the card shows it; the toast may be missed


async def _edit(query: CallbackQuery, letter: Letter) -> None:
    if query.message is None:
        return
    bot, chat, key = _bot(query.bot), query.message.chat.id, query.message.message_id
    while True:
        try:
            await bot.edit_message_text(
                letter.html,
                chat_id=chat,
                message_id=key,
                reply_markup=keyboard(letter.buttons),
            )
        except TelegramRetryAfter as wait:
            await asyncio.sleep(wait.retry_after)
            continue
        except TelegramBadRequest as error:
            if "not modified" not in error.message:
                await _send_anew(bot, chat, letter)
        return


async def _send_anew(bot: Bot, chat: int, letter: Letter) -> None:
    """The card is gone (the person cleared the chat): show it below."""
    await bot.send_message(
        chat,
        letter.html,
        reply_markup=keyboard(letter.buttons),
        protect_content=letter.protected or None,
    )


def _bot(bot: Bot | None) -> Bot:
    if bot is None:
        raise RuntimeError("the update came without its bot")
    return bot
