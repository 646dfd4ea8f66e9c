"""Recording an event in chat: unit, day, form, 人次, materials. It is filed with today's date."""

from datetime import datetime
from typing import NamedTuple

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from lawbot.house import House
from lawbot.telegram import buttons, cards
from lawbot.telegram.buttons import Press
from lawbot.telegram.filters import Pressed
from lawbot.telegram.letters import actor_of
from lawbot.telegram.sender import address_of, words_of
from lawbot.telegram.views import activity as views
from lawbot.telegram.views import residents
from lawcore.clock import local_day
from lawcore.delivery.model import Letter
from lawcore.errors import BadInput, NotAllowed, NotFound
from lawcore.ids import ObservanceKey, UnitId
from lawcore.participation import filing
from lawcore.participation.activity import Activity, Form, Material, materials_of
from lawcore.people.model import MAY_EDIT, Account, Address, Unit
from lawcore.storage import Books

PENDING = "activity"
NEAR_DAYS = 7
"""Days before and after today whose occasions are offered."""
PLAIN_NAME = "法治宣传活动"


class Begun(NamedTuple):
    """What has been chosen so far; it is kept as the account's pending word."""

    unit: UnitId
    observance: ObservanceKey | None
    form: Form
    crowd: str = ""
    """Empty: to be asked. ``?``: nobody counted. Else digits."""

    @property
    def word(self) -> str:
        parts = (PENDING, self.unit, self.observance or views.NO_DAY, self.form.value, self.crowd)
        return ":".join(map(str, parts))


class Recording(Filter):
    """A typed text of somebody who is recording an event."""

    async def __call__(self, message: Message, house: House) -> bool:
        if not message.text or message.text.startswith("/"):
            return False
        address = address_of(message)
        account = await house.look(lambda books, _: books.people.account(address))
        return account is not None and (account.pending or "").startswith(f"{PENDING}:")


async def begin(query: CallbackQuery, house: House) -> None:
    address = address_of(query)

    def job(books: Books, _at: datetime) -> Letter:
        _forget(books, _editor(books, address))
        return views.units(books.people.units())

    await cards.show(query, await house.act(job))


async def unit(query: CallbackQuery, press: Press, house: House) -> None:
    address, key = address_of(query), UnitId(press.number(0))

    def job(books: Books, at: datetime) -> Letter:
        _editor(books, address)
        day = local_day(at)
        near = [
            occasion
            for occasion in house.outlook(books.notices.all(), day)
            if occasion.start
            and occasion.end
            and (occasion.start - day).days <= NEAR_DAYS
            and (day - occasion.end).days <= NEAR_DAYS
        ]
        return views.days(_unit(books, key), near)

    await cards.show(query, await house.look(job))


async def day(query: CallbackQuery, press: Press, house: House) -> None:
    address, key, observance = address_of(query), UnitId(press.number(0)), press.word(1)
    _observance(house, observance)

    def job(books: Books, _at: datetime) -> Letter:
        _editor(books, address)
        return views.forms(_unit(books, key), observance)

    await cards.show(query, await house.look(job))


async def form(query: CallbackQuery, press: Press, house: House) -> None:
    address = address_of(query)
    begun = _begun(house, (press.word(0), press.word(1), press.word(2), ""))

    def job(books: Books, _at: datetime) -> Letter:
        account = _editor(books, address)
        books.people.set_pending(account.id, begun.word)
        return views.crowd(_unit(books, begun.unit), begun.form)

    await cards.show(query, await house.act(job))


async def skip(query: CallbackQuery, house: House) -> None:
    """Nobody counted, or nothing was handed out."""
    address = address_of(query)
    await cards.show(query, await house.act(lambda books, at: _next(books, house, address, "", at)))


async def typed(message: Message, house: House) -> None:
    address, text = address_of(message), words_of(message.text)
    letter = await house.act(lambda books, at: _next(books, house, address, text, at))
    await cards.send(message, letter)


async def cancel(query: CallbackQuery, house: House) -> None:
    address = address_of(query)
    await house.act(lambda books, _: _forget(books, _editor(books, address)))
    await cards.show(query, Letter(residents.CANCELLED))


def _next(books: Books, house: House, address: Address, text: str, at: datetime) -> Letter:
    """The answer to step 4 or 5; an empty one says that there is nothing to say."""
    account = _editor(books, address)
    word, *parts = (account.pending or "").split(":")
    if word != PENDING or len(parts) != 4:
        raise NotFound(buttons.DEAD)
    begun = _begun(house, parts)
    if not begun.crowd:
        books.people.set_pending(account.id, begun._replace(crowd=_crowd(text)).word)
        return views.materials()
    return _file(books, house, account, begun, materials_of(text), at)


def _file(
    books: Books,
    house: House,
    account: Account,
    begun: Begun,
    materials: tuple[Material, ...],
    at: datetime,
) -> Letter:
    known = house.pack.observances.get(begun.observance) if begun.observance else None
    cadre = books.people.cadre(account.cadre) if account.cadre else None
    filed = Activity(
        day=local_day(at),
        name=f"{known.title}宣传活动" if known else PLAIN_NAME,
        organiser=begun.unit,
        form=begun.form,
        filed_by=cadre.name if cadre else actor_of(account.id),
        observance=begun.observance,
        laws=known.laws if known else (),
        attendances=int(begun.crowd) if begun.crowd.isdigit() else None,
        materials=materials,
    )
    done = filing.record(books, filed, actor=actor_of(account.id), at=at)
    _forget(books, account)
    return views.recorded(done, _unit(books, begun.unit))


def _crowd(text: str) -> str:
    if not text:
        return "?"
    number = text.strip().removesuffix("人次").strip()
    if not number.isascii() or not number.isdigit() or len(number) > buttons.LONGEST_NUMBER:
        raise BadInput("人次只写数字，如 120，不写「余」；没有统计就点上面的按钮。")
    return str(int(number))


def _begun(house: House, parts: tuple[str, ...] | list[str]) -> Begun:
    unit_, observance, form_, crowd = parts
    if not unit_.isdigit() or form_ not in {one.value for one in Form}:
        raise NotFound(buttons.DEAD)
    return Begun(UnitId(int(unit_)), _observance(house, observance), Form(form_), crowd)


def _observance(house: House, word: str) -> ObservanceKey | None:
    if word == views.NO_DAY:
        return None
    if word not in house.pack.observances:
        raise NotFound(buttons.DEAD)
    return ObservanceKey(word)


def _unit(books: Books, key: UnitId) -> Unit:
    found = books.people.unit(key)
    if found is None:
        raise NotFound(buttons.DEAD)
    return found


def _editor(books: Books, address: Address) -> Account:
    account = books.people.account(address)
    if account is None or not account.may(MAY_EDIT):
        raise NotAllowed(views.NOT_EDITOR)
    return account


def _forget(books: Books, account: Account) -> None:
    books.people.set_pending(account.id, None)


def make_router() -> Router:
    """Which update goes to which handler. It stands before the desk, which takes any text."""
    router = Router(name="activity")
    router.callback_query.register(begin, Pressed(buttons.ACTIVITY))
    router.callback_query.register(unit, Pressed(buttons.ACTIVITY_UNIT))
    router.callback_query.register(day, Pressed(buttons.ACTIVITY_DAY))
    router.callback_query.register(form, Pressed(buttons.ACTIVITY_FORM))
    router.callback_query.register(skip, Pressed(buttons.ACTIVITY_SKIP))
    router.callback_query.register(cancel, Pressed(buttons.ACTIVITY_CANCEL))
    router.message.register(typed, Recording())
    return router
