"""Asking the service whether a message stands in a chat, by a change that changes nothing.

`editMessageReplyMarkup` with the buttons that the message already has is refused with "message is
not modified" if the message is there, and with "message to edit not found" if it is not. Should it
be another message of ours with other buttons, it has lost them for ours: ours are taken off again,
so that no wrong button stays.
"""

import asyncio

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from lawbot.telegram.channel import keyboard
from lawcore.delivery.gate import Gate
from lawcore.delivery.model import Letter
from lawcore.delivery.reconcile import Finding
from lawcore.people.model import Address

SAME = "message is not modified"
NOT_OURS = ("message to edit not found", "message can't be edited")
"""No such message, or one that the person wrote."""


class TelegramProbe:
    """Asks over one bot; a question takes a turn behind all answers to people."""

    def __init__(self, bot: Bot, gate: Gate) -> None:
        self._bot = bot
        self._gate = gate

    async def finds(self, address: Address, number: int, letter: Letter) -> Finding:
        """Whether message `number` of the chat has the buttons of `letter`."""
        chat, buttons = int(address.value), keyboard(letter.buttons)
        if buttons is None:
            return Finding.UNCLEAR  # without buttons one message looks like the other
        if not await self._gate.enter_unseen():
            return Finding.SILENT
        left_at = asyncio.get_running_loop().time()
        try:
            await self._bot.edit_message_reply_markup(
                chat_id=chat, message_id=number, reply_markup=buttons
            )
            await self._bot.edit_message_reply_markup(chat_id=chat, message_id=number)
        except TelegramBadRequest as refusal:
            return finding_of(refusal.message)
        except TelegramForbiddenError:
            return Finding.UNCLEAR
        except (
            TelegramRetryAfter,
            TelegramServerError,
            TelegramNetworkError,
            TimeoutError,
        ):
            return Finding.SILENT
        except AiogramError:
            return Finding.UNCLEAR
        finally:
            self._gate.answered(left_at)
        return Finding.NOT_THERE


def finding_of(refusal: str) -> Finding:
    """What the words of a refused change say."""
    if SAME in refusal:
        return Finding.THERE
    if any(words in refusal for words in NOT_OURS):
        return Finding.NOT_THERE
    return Finding.UNCLEAR
