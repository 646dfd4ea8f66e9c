"""What nothing else understood, and what went wrong: always one clear sentence."""

import structlog
from aiogram import Router
from aiogram.types import CallbackQuery, ErrorEvent, Message

from lawbot.telegram import cards
from lawbot.telegram.views import residents as views
from lawcore.delivery.model import Letter
from lawcore.errors import LawbotError

router = Router(name="other")
log = structlog.get_logger()


@router.message()
async def unknown_message(message: Message) -> None:
    known = bool(message.text) and (message.text or "").startswith("/")
    await cards.send(message, Letter(views.UNKNOWN_COMMAND if known else views.NOT_UNDERSTOOD))


@router.callback_query()
async def dead_button(query: CallbackQuery) -> None:
    await cards.answer(query, views.DEAD_BUTTON, alert=True)


@router.errors()
async def sorry(event: ErrorEvent) -> None:
    """Say what was wrong; what we did not foresee is logged with its trace, without the text."""
    if isinstance(event.exception, LawbotError):
        sentence = str(event.exception)
    else:
        sentence = views.TROUBLE
        log.error("update failed", update=event.update.update_id, exc_info=event.exception)
    update = event.update
    if update.callback_query is not None:
        await cards.answer(update.callback_query, sentence, alert=True)
    elif update.message is not None:
        await cards.send(update.message, Letter(sentence))
