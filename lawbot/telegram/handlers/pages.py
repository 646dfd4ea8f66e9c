"""The way from the chat to the pages: a one-time link, for who may log in there."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from lawbot.house import House
from lawbot.telegram import buttons, cards
from lawbot.telegram.filters import Pressed
from lawbot.telegram.sender import address_of
from lawbot.telegram.views import desk as views
from lawcore.access import doors
from lawcore.delivery.model import Letter
from lawcore.errors import NotAllowed
from lawcore.people.model import Address
from lawcore.storage import Books


async def web(message: Message, house: House, web_address: str) -> None:
    address = address_of(message)
    letter = await house.act(lambda books, at: _link(books, address, web_address, at))
    await cards.send(message, letter)


async def web_by_button(query: CallbackQuery, house: House, web_address: str) -> None:
    """The link comes as a message of its own, which nobody can forward."""
    address = address_of(query)
    letter = await house.act(lambda books, at: _link(books, address, web_address, at))
    await cards.answer(query)
    await cards.below(query, letter)


def _link(books: Books, address: Address, web_address: str, at: datetime) -> Letter:
    account = books.people.account(address)
    if account is None:
        raise NotAllowed(doors.NOT_ALLOWED)
    return views.page_link(doors.link(web_address, doors.make_link(books, account.id, at=at)))


def make_router() -> Router:
    """Which update goes to which handler."""
    router = Router(name="pages")
    router.message.register(web, Command("web"))
    router.callback_query.register(web_by_button, Pressed(buttons.MENU_PAGES))
    return router
