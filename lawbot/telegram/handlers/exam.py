"""Sitting the exam. Each press is one core call, committed before it is answered."""

from dataclasses import replace
from datetime import datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from lawbot.house import House
from lawbot.telegram import buttons, cards
from lawbot.telegram.buttons import Press
from lawbot.telegram.filters import Pressed
from lawbot.telegram.sender import address_of, card_of
from lawbot.telegram.views import exams as views
from lawbot.telegram.views import practice as practice_views
from lawbot.telegram.views.residents import NOT_CADRE
from lawcore.delivery.model import Letter
from lawcore.errors import NotFound
from lawcore.exams import hall, standing
from lawcore.exams.model import Card, Finished, Invitation, Sheet, Standing
from lawcore.ids import CadreId, ExamId
from lawcore.people.model import Address
from lawcore.storage import Books


async def choose(query: CallbackQuery, press: Press, house: House) -> None:
    token, place, option = press.word(0), press.number(1), press.number(2)
    on, address, card = press.number(3) == 1, address_of(query), card_of(query)
    shown = await house.act(
        lambda books, at: hall.choose(books, token, address, place, option, on, card, at=at)
    )
    await cards.show(query, _letter(shown), views.SAVED if isinstance(shown, Card) else None)


async def turn(query: CallbackQuery, press: Press, house: House) -> None:
    token, place, address, card = press.word(0), press.number(1), address_of(query), card_of(query)
    shown = await house.act(lambda books, at: hall.turn(books, token, address, place, card, at=at))
    await cards.show(query, _letter(shown))


async def sheet(query: CallbackQuery, press: Press, house: House) -> None:
    shown = await _sheet(query, press, house)
    page = press.number(1)
    letter = views.sheet(shown, page) if isinstance(shown, Sheet) else views.finished(shown)
    await cards.show(query, letter)


async def hand_in(query: CallbackQuery, press: Press, house: House) -> None:
    shown = await _sheet(query, press, house)
    letter = views.sure(shown) if isinstance(shown, Sheet) else views.finished(shown)
    await cards.show(query, letter)


async def hand_in_surely(query: CallbackQuery, press: Press, house: House) -> None:
    token, address, card = press.word(0), address_of(query), card_of(query)
    done = await house.act(lambda books, at: hall.submit(books, token, address, card, at=at))
    await cards.show(query, views.finished(done), "已交卷")


async def begin(query: CallbackQuery, press: Press, house: House) -> None:
    exam, address, card = ExamId(press.number(0)), address_of(query), card_of(query)
    shown = await house.act(lambda books, at: hall.begin(books, exam, address, card, at=at))
    await cards.show(query, _letter(shown))


async def mine(message: Message, house: House) -> None:
    """A running attempt comes back as its card; otherwise the exams of this cadre."""
    address = address_of(message)
    found = await house.look(lambda books, at: _invitations(books, address, at))
    if found is None:
        await cards.send(message, Letter(NOT_CADRE, (practice_views.door(),)))
        return
    cadre, invitations = found
    running = [one for one in invitations if one.standing is Standing.RUNNING]
    if running:
        for one in invitations:
            if one is not running[0] and one.standing in {Standing.RUNNING, Standing.READY}:
                await cards.send(message, views.invitation(one))
        await _go_on(message, house, running[0].exam.id, cadre)
        return
    *first, last = [views.invitation(one) for one in invitations[:3]] or [views.nothing_to_sit()]
    for letter in first:
        await cards.send(message, letter)
    await cards.send(message, replace(last, buttons=(*last.buttons, practice_views.door())))


async def _go_on(message: Message, house: House, exam: ExamId, cadre: CadreId) -> None:
    shown = await house.act(lambda books, at: hall.resume(books, exam, cadre, at=at))
    if shown is None:
        raise NotFound(hall.NOT_YOURS)
    card = await cards.send(message, _letter(shown))
    await house.act(lambda books, _: hall.adopt_card(books, exam, cadre, card))


async def _sheet(query: CallbackQuery, press: Press, house: House) -> Sheet | Finished:
    token, address, card = press.word(0), address_of(query), card_of(query)
    return await house.act(lambda books, at: hall.sheet(books, token, address, card, at=at))


def _invitations(
    books: Books, address: Address, at: datetime
) -> tuple[CadreId, tuple[Invitation, ...]] | None:
    account = books.people.account(address)
    if account is None or account.cadre is None:
        return None
    return account.cadre, standing.invitations(books, account.cadre, at=at)


def _letter(shown: Card | Finished) -> Letter:
    return views.card(shown) if isinstance(shown, Card) else views.finished(shown)


def make_router() -> Router:
    """Which update goes to which handler."""
    router = Router(name="exam")
    router.callback_query.register(choose, Pressed(buttons.CHOOSE))
    router.callback_query.register(turn, Pressed(buttons.TURN))
    router.callback_query.register(sheet, Pressed(buttons.SHEET))
    router.callback_query.register(hand_in, Pressed(buttons.HAND_IN))
    router.callback_query.register(hand_in_surely, Pressed(buttons.HAND_IN_SURELY))
    router.callback_query.register(begin, Pressed(buttons.BEGIN))
    router.message.register(mine, Command("exam"))
    return router
