"""What nothing else understood, and what went wrong: always one clear sentence."""

import structlog
from aiogram import Router
from aiogram.types import CallbackQuery, ErrorEvent, Message

from lawbot.telegram import cards
from lawbot.telegram.buttons import DEAD
from lawbot.telegram.views import residents as views
from lawcore.delivery.model import Letter
from lawcore.errors import LawbotError

log = structlog.get_logger()


async def unknown_message(message: Message) -> None:
    known = bool(message.text) and (message.text or "").startswith("/")
    await cards.send(message, Letter(views.UNKNOWN_COMMAND if known else views.NOT_UNDERSTOOD))


async def dead_button(query: CallbackQuery) -> None:
    await cards.answer(query, DEAD, alert=True)


async def sorry(event: ErrorEvent) -> None:
    """Say what was wrong; what we did not foresee is logged with its trace, without the text."""
    if isinstance(event.exception, LawbotError):
        sentence = str(event.exception)
    else:
        sentence = views.TROUBLE
        log.error("update failed", update=event.update.update_id, exc_info=event.exception)
    update = event.update
    if update.callback_query is not None:
        if not await cards.answer(update.callback_query, sentence, alert=True):
            await cards.below(update.callback_query, Letter(sentence))
    elif update.message is not None:
        await cards.send(update.message, Letter(sentence))


def make_router() -> Router:
    """Which update goes to which handler."""
    router = Router(name="other")
    router.message.register(unknown_message)
    router.callback_query.register(dead_button)
    router.errors.register(sorry)
    return router
