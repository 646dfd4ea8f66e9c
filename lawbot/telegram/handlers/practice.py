"""Practice: asked for by the person, one press at a time; nothing is ever sent for it."""

import asyncio
from datetime import date
from functools import lru_cache

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from lawbot.house import House
from lawbot.telegram import articles, buttons, cards
from lawbot.telegram.buttons import Press
from lawbot.telegram.filters import Pressed
from lawbot.telegram.sender import address_of
from lawbot.telegram.views import practice as views
from lawcore.content import Inspection
from lawcore.exams import practice
from lawcore.exams.practice import ROUND, Bank, Explained
from lawcore.questions.question import LETTERS


async def start(message: Message, house: House) -> None:
    address = address_of(message)
    await house.look(lambda books, _: practice.practising(books, address))
    await cards.send(message, views.start())


async def start_by_button(query: CallbackQuery, house: House) -> None:
    """The message that carried the button stays: the card comes below it."""
    address = address_of(query)
    await house.look(lambda books, _: practice.practising(books, address))
    await cards.answer(query)
    await cards.below(query, views.start())


async def next_(query: CallbackQuery, press: Press, house: House) -> None:
    address, number = address_of(query), _number(press, 0)
    bank = _bank(house)
    found = await house.look(lambda books, at: practice.next_question(books, bank, address, at=at))
    await cards.show(query, views.question(found, number))


async def mark(query: CallbackQuery, press: Press, house: House) -> None:
    """Put an option of a multiple choice on or off; nothing is answered yet."""
    name, mask, number = press.word(0), press.number(1), _number(press, 2)
    await cards.show(query, views.question(practice.shown(_bank(house), name), number, mask))


async def answer(query: CallbackQuery, press: Press, house: House) -> None:
    name, picked, number = press.word(0), _picked(press.number(1)), _number(press, 2)
    address, bank = address_of(query), _bank(house)
    told = await house.act(
        lambda books, at: practice.answer(books, bank, address, name, picked, at=at)
    )
    if not isinstance(told, Explained):
        await cards.show(query, views.question(told, number), views.MOVED_ON)
        return
    registry, cites = house.pack.registry, told.question.cites
    cited = await asyncio.to_thread(articles.cited, registry, cites, house.today())
    await cards.show(query, views.explained(told, cited, number))


async def weak(query: CallbackQuery, house: House) -> None:
    address, bank = address_of(query), _bank(house)
    found = await house.look(lambda books, _: practice.weak_points(books, bank, address))
    await cards.show(query, views.weak(found))


async def end(query: CallbackQuery) -> None:
    await cards.show(query, views.ended())


def _bank(house: House) -> Bank:
    return _fitting(house.inspection, house.today())


@lru_cache(maxsize=2)
def _fitting(inspection: Inspection, day: date) -> Bank:
    """The questions that may be asked on `day`: none whose law has changed since it was read."""
    asked = inspection.pack.questions.items()
    return {key: question for key, question in asked if inspection.fits(question, day)}


def _number(press: Press, place: int) -> int:
    return min(max(press.number(place), 1), ROUND)


def _picked(mask: int) -> frozenset[int]:
    return frozenset(place for place in range(len(LETTERS)) if mask >> place & 1)


def make_router() -> Router:
    """Which update goes to which handler."""
    router = Router(name="practice")
    router.message.register(start, Command("practice"))
    router.callback_query.register(start_by_button, Pressed(buttons.PRACTICE))
    router.callback_query.register(next_, Pressed(buttons.PRACTICE_NEXT))
    router.callback_query.register(mark, Pressed(buttons.PRACTICE_MARK))
    router.callback_query.register(answer, Pressed(buttons.PRACTICE_ANSWER))
    router.callback_query.register(weak, Pressed(buttons.PRACTICE_WEAK))
    router.callback_query.register(end, Pressed(buttons.PRACTICE_END))
    return router
