"""The admin's menu: what waits, how exams go, and the table as a document."""

import asyncio
import tempfile
from datetime import date, datetime
from pathlib import Path

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from lawbot.house import House
from lawbot.telegram import buttons, cards
from lawbot.telegram.buttons import Press
from lawbot.telegram.filters import Pressed
from lawbot.telegram.letters import draft_for
from lawbot.telegram.sender import address_of
from lawbot.telegram.views import desk as views
from lawbot.telegram.views import residents
from lawcore.campaigns.model import CampaignState
from lawcore.content import Item
from lawcore.delivery.model import DeliveryKind, Letter
from lawcore.errors import NotAllowed
from lawcore.exams import tending
from lawcore.exams.model import ExamState
from lawcore.people.model import MAY_REPORT, Account, Address
from lawcore.reports.collect import collect
from lawcore.storage import Books

LATEST = 10


async def admin(message: Message, house: House) -> None:
    address = address_of(message)
    held = await _held(house)
    await cards.send(message, await house.look(lambda books, _: _menu(books, address, held)))


async def menu(query: CallbackQuery, house: House) -> None:
    address = address_of(query)
    held = await _held(house)
    await cards.show(query, await house.look(lambda books, _: _menu(books, address, held)))


async def close(query: CallbackQuery, house: House) -> None:
    address = address_of(query)
    await house.look(lambda books, _: _admin(books, address))
    await cards.show(query, Letter(residents.HELP + residents.HELP_ADMIN + residents.HELP_WEB))


async def drafts(query: CallbackQuery, house: House) -> None:
    """Each waiting draft as a card of its own, below."""
    address = address_of(query)

    def job(books: Books, _at: datetime) -> list[Letter]:
        account = _admin(books, address)
        waiting = books.campaigns.in_states(CampaignState.SUBMITTED)
        return [draft_for(books, house.inspection, campaign, account) for campaign in waiting]

    letters = await house.look(job)
    if not letters:
        await cards.show(query, views.no_drafts())
        return
    await cards.answer(query)
    for letter in letters:
        await cards.below(query, letter)


async def campaigns(query: CallbackQuery, house: House) -> None:
    address = address_of(query)

    def job(books: Books, _at: datetime) -> Letter:
        _admin(books, address)
        latest = books.campaigns.in_states()[-LATEST:]
        return views.campaigns(
            [(one, books.deliveries.tally(DeliveryKind.CAMPAIGN, one.id)) for one in latest]
        )

    await cards.show(query, await house.look(job))


async def exams(query: CallbackQuery, house: House) -> None:
    address = address_of(query)

    def job(books: Books, at: datetime) -> Letter:
        _admin(books, address)
        latest = books.exams.exams()[-LATEST:]
        fits = house.inspection.fits
        return views.exams(
            [
                (exam, books.exams.progress(exam.id), tending.obstacle(books, exam, fits, at))
                for exam in latest
            ]
        )

    await cards.show(query, await house.look(job))


async def report(query: CallbackQuery, press: Press, house: House) -> None:
    """Ask for the period, then make the table and send it as a document."""
    address = address_of(query)
    await house.look(lambda books, _: _admin(books, address))
    if not press.keys:
        await cards.show(query, views.periods())
        return
    await cards.show(query, Letter(views.MAKING))
    first, last = period(press.word(0), house.today())
    await _send_table(query, house, first, last)
    await cards.show(query, Letter(views.DONE, (views.back_row(),)))


def period(word: str, day: date) -> tuple[date, date]:
    """This quarter or this year, up to the last day of it."""
    if word == "quarter":
        month = (day.month - 1) // 3 * 3 + 1
        first = day.replace(month=month, day=1)
        last_month = month + 2
        last = date(day.year, last_month, 31 if last_month in {3, 12} else 30)
        return first, last
    return date(day.year, 1, 1), date(day.year, 12, 31)


async def _send_table(query: CallbackQuery, house: House, first: date, last: date) -> None:
    from lawcore.reports.files import write_participation  # noqa: PLC0415 - slow to import

    gathered = await house.look(
        lambda books, at: collect(books.figures, house.township, first, last, None, at)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"参与情况_{first}_{last}.xlsx"
        await asyncio.to_thread(write_participation, gathered, path)
        await cards.send_file(query, path)


async def _held(house: House) -> tuple[Item, ...]:
    """Counted once a day over the whole pack: not on the loop that answers everybody."""
    return await asyncio.to_thread(house.inspection.held, house.today())


def _menu(books: Books, address: Address, held: tuple[Item, ...]) -> Letter:
    _admin(books, address)
    waiting = books.campaigns.in_states(CampaignState.SUBMITTED)
    sending = books.campaigns.in_states(CampaignState.SENDING)
    running = [exam for exam in books.exams.exams() if exam.state is ExamState.OPEN]
    return views.menu(len(waiting), len(sending), len(running), held)


def _admin(books: Books, address: Address) -> Account:
    account = books.people.account(address)
    if account is None or not account.may(MAY_REPORT):
        raise NotAllowed(views.NOT_ADMIN)
    return account


def make_router() -> Router:
    """Which update goes to which handler."""
    router = Router(name="admin")
    router.message.register(admin, Command("admin"))
    router.callback_query.register(menu, Pressed(buttons.MENU))
    router.callback_query.register(close, Pressed(buttons.MENU_CLOSE))
    router.callback_query.register(drafts, Pressed(buttons.MENU_DRAFTS))
    router.callback_query.register(campaigns, Pressed(buttons.MENU_CAMPAIGNS))
    router.callback_query.register(exams, Pressed(buttons.MENU_EXAMS))
    router.callback_query.register(report, Pressed(buttons.MENU_REPORT))
    return router
