"""Sending through the Bot API. Telegram's errors end here: one table turns them into outcomes."""

import asyncio

from aiogram import Bot
from aiogram.client.default import Default
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import InlineKeyboardMarkup, MessageId
from aiohttp import ClientConnectorError

from lawbot.telegram.numbers import Numbers
from lawcore.delivery.model import Button, Letter, Outcome, OutcomeKind
from lawcore.people.model import Address

CHANNEL = "telegram"

STOPPED = "对方已停用机器人"
NO_SUCH_CHAT = "找不到这个聊天，可能已注销"
REFUSED = "服务拒收这条消息"
NO_WAY = "连不上消息服务"
NOT_KNOWN = "消息服务不认这个机器人"
SERVER_DOWN = "消息服务出错"
NO_ANSWER = "发出后没有收到回音，可能已发出"
WAIT = "服务要求稍等再发"
GONE = "对方聊天里已没有这条消息"
TOO_LATE = "发出超过 48 小时，服务不允许撤回"
MOVED = "群已升级，换到新的群号再发"


class BulkMessage(TelegramMethod[MessageId]):
    """`sendMessage` for many: it has had its turn, and of the answer one number counts."""

    __returning__ = MessageId
    __api_method__ = "sendMessage"

    chat_id: int
    text: str
    parse_mode: str | Default | None = Default("parse_mode")
    reply_markup: InlineKeyboardMarkup | None = None
    protect_content: bool | None = None


class TelegramChannel:
    """A channel over one bot."""

    def __init__(self, bot: Bot, numbers: Numbers) -> None:
        self._bot = bot
        self._numbers = numbers

    @property
    def newest(self) -> int:
        """The highest message number seen; 0 if none was."""
        return self._numbers.newest

    async def send(self, address: Address, letter: Letter) -> Outcome:
        """Send `letter`; whatever happens comes back as an outcome."""
        if letter.takes_back is not None:
            return await self._take_back(address, letter.takes_back)
        try:
            message = await self._bot(
                BulkMessage(
                    chat_id=int(address.value),
                    text=letter.html,
                    reply_markup=keyboard(letter.buttons),
                    protect_content=letter.protected or None,
                )
            )
        except (AiogramError, TimeoutError, asyncio.CancelledError) as error:
            return outcome_of(error)
        if int(address.value) > 0:
            self._numbers.raise_to(message.message_id)
        return Outcome(OutcomeKind.SENT, message=message.message_id)

    async def _take_back(self, address: Address, number: int) -> Outcome:
        """Delete a message: doing so twice does no harm, so a lost answer asks for another try."""
        try:
            await self._bot.delete_message(int(address.value), number)
        except TelegramBadRequest as refusal:
            gone = "message to delete not found" in refusal.message
            return Outcome(OutcomeKind.FAILED, GONE if gone else TOO_LATE, recipients=True)
        except (AiogramError, TimeoutError, asyncio.CancelledError) as error:
            outcome = outcome_of(error)
            lost = outcome.kind is OutcomeKind.UNKNOWN
            return Outcome(OutcomeKind.LATER, NO_WAY) if lost else outcome
        return Outcome(OutcomeKind.SENT)


def outcome_of(error: BaseException) -> Outcome:
    """What an error of the service means for the delivery.

    A refused connection has certainly not sent anything; a lost answer, or one that nobody can
    read, may have. A chat that is not there is a 400; 401 and 404 are about the token.
    """
    match error:
        case TelegramRetryAfter():
            return Outcome(OutcomeKind.FLOOD, WAIT, wait=float(error.retry_after))
        case TelegramMigrateToChat():
            return Outcome(OutcomeKind.MOVED, MOVED, moved_to=str(error.migrate_to_chat_id))
        case TelegramForbiddenError():
            return Outcome(OutcomeKind.BLOCKED, STOPPED)
        case TelegramUnauthorizedError() | TelegramNotFound():
            return Outcome(OutcomeKind.LATER, NOT_KNOWN)
        case TelegramBadRequest() if "chat not found" in error.message:
            return Outcome(OutcomeKind.FAILED, NO_SUCH_CHAT, recipients=True)
        case TelegramServerError():
            return Outcome(OutcomeKind.LATER, SERVER_DOWN)
        case TelegramNetworkError() if isinstance(error.__cause__, ClientConnectorError):
            return Outcome(OutcomeKind.LATER, NO_WAY)
        case (
            TelegramNetworkError() | ClientDecodeError() | TimeoutError() | asyncio.CancelledError()
        ):
            return Outcome(OutcomeKind.UNKNOWN, NO_ANSWER)
        case _:
            return Outcome(OutcomeKind.FAILED, f"{REFUSED}：{error}"[:200])


def keyboard(rows: tuple[tuple[Button, ...], ...]) -> InlineKeyboardMarkup | None:
    """The buttons of a letter as Telegram has them."""
    if not rows:
        return None
    return InlineKeyboardMarkup.model_validate(
        {
            "inline_keyboard": [
                [{"text": one.label, "callback_data": one.press} for one in row] for row in rows
            ]
        }
    )
