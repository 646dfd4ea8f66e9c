"""After the reveal: the own paper page by page, doubts and their answers."""

import asyncio
from datetime import datetime

from aiogram import Router
from aiogram.types import CallbackQuery

from lawbot.house import House
from lawbot.telegram import articles, buttons, cards
from lawbot.telegram.buttons import Press
from lawbot.telegram.filters import Pressed
from lawbot.telegram.letters import actor_of
from lawbot.telegram.sender import address_of
from lawbot.telegram.views import exams as exam_views
from lawbot.telegram.views import review as views
from lawcore.clock import local_day
from lawcore.delivery.model import Letter
from lawcore.errors import NotAllowed, NotFound
from lawcore.exams import appeals, hall, review
from lawcore.exams.model import Finished
from lawcore.ids import AppealId
from lawcore.people.model import MAY_REPORT, Account, Address
from lawcore.storage import Books

PENDING_ANSWER = "answer"
PENDING_DOUBT = "doubt"


async def show(query: CallbackQuery, press: Press, house: House) -> None:
    await _show(query, press, house, None)


async def doubt(query: CallbackQuery, press: Press, house: House) -> None:
    token, place, address = press.word(0), press.number(1), address_of(query)

    def job(books: Books, at: datetime) -> AppealId | None:
        appeal = appeals.ask(books, token, address, place, at=at)
        account = books.people.account(address)
        if appeal is not None and account is not None:
            books.people.set_pending(account.id, f"{PENDING_DOUBT}:{appeal}:0")
        return appeal

    new = await house.act(job)
    await _show(query, press, house, views.ASKED if new else views.ASKED_BEFORE)
    if new:
        await cards.below(query, views.prompt_doubt())


async def say_nothing(query: CallbackQuery, house: House) -> None:
    """No sentence: the doubt itself is on its way."""
    address = address_of(query)

    def job(books: Books, _at: datetime) -> None:
        account = books.people.account(address)
        if account is not None and (account.pending or "").startswith(f"{PENDING_DOUBT}:"):
            books.people.set_pending(account.id, None)

    await house.act(job)
    await cards.show(query, Letter(views.NOTHING_SAID))


async def back(query: CallbackQuery, press: Press, house: House) -> None:
    """The result, from which one came."""
    token, address = press.word(0), address_of(query)

    def job(books: Books, _at: datetime) -> Finished:
        attempt, exam = review.revealed(books, token, address)
        found = hall.result(books, exam.id, attempt.cadre)
        if found is None:
            raise NotFound(hall.NOT_YOURS)
        return found

    await cards.show(query, exam_views.finished(await house.look(job)))


async def answer(query: CallbackQuery, press: Press, house: House) -> None:
    """Ask the setter for the words of the answer."""
    address, key = address_of(query), AppealId(press.number(0))

    def job(books: Books, _at: datetime) -> Letter:
        account = _setter(books, address)
        appeal = appeals.waiting(books, key)
        books.people.set_pending(account.id, f"{PENDING_ANSWER}:{key}:0")
        return views.prompt_answer(books.exams.question(appeal.exam, appeal.question))

    letter = await house.act(job)
    await cards.answer(query)
    await cards.below(query, letter)


def answer_typed(books: Books, address: Address, key: AppealId, text: str, at: datetime) -> Letter:
    """The typed answer to a doubt. Raises NotAllowed, WrongState, BadInput."""
    account = _setter(books, address)
    appeals.answer(books, key, text, actor=actor_of(account.id), at=at)
    return views.answered()


def doubt_typed(books: Books, address: Address, key: AppealId, text: str, at: datetime) -> Letter:
    """The sentence that follows a doubt. Raises NotFound, WrongState, BadInput."""
    appeals.say(books, key, address, text, at=at)
    return Letter(views.SAID)


async def _show(query: CallbackQuery, press: Press, house: House, said: str | None) -> None:
    token, place, address = press.word(0), press.number(1), address_of(query)
    page = await house.look(lambda books, _: review.page(books, token, address, place))
    if isinstance(page, review.Sealed):
        await cards.show(query, views.sealed(page), said)
        return
    day = local_day(page.exam.opens_at)  # the articles as they bound on the day of the exam
    cited = await asyncio.to_thread(articles.cited, house.pack.registry, page.question.cites, day)
    await cards.show(query, views.page(page, cited), said)


def _setter(books: Books, address: Address) -> Account:
    account = books.people.account(address)
    if account is None or not account.may(MAY_REPORT):
        raise NotAllowed(views.NOT_SETTER)
    return account


def make_router() -> Router:
    """Which update goes to which handler."""
    router = Router(name="review")
    router.callback_query.register(show, Pressed(buttons.REVIEW))
    router.callback_query.register(back, Pressed(buttons.RESULT))
    router.callback_query.register(doubt, Pressed(buttons.DOUBT))
    router.callback_query.register(say_nothing, Pressed(buttons.DOUBT_SKIP))
    router.callback_query.register(answer, Pressed(buttons.ANSWER))
    return router
