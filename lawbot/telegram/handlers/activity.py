"""Recording an event in chat: unit, observance, form, 人次, materials.

It is filed with the date of the day on which it was begun, or of one of the two before.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from lawbot.house import House
from lawbot.telegram import buttons, cards, recording
from lawbot.telegram.buttons import Press
from lawbot.telegram.filters import Pressed
from lawbot.telegram.letters import actor_of
from lawbot.telegram.recording import Begun
from lawbot.telegram.sender import address_of, words_of
from lawbot.telegram.views import activity as views
from lawbot.telegram.views import residents
from lawcore.clock import local_day
from lawcore.delivery.model import Letter
from lawcore.errors import BadInput, NotAllowed, NotFound
from lawcore.ids import UnitId
from lawcore.participation import filing
from lawcore.participation.activity import Activity, Material, materials_of
from lawcore.people.model import MAY_EDIT, Account, Address
from lawcore.people.naming import called
from lawcore.storage import Books

NEAR_DAYS = 7
"""Days before and after today whose occasions are offered."""
PLAIN_NAME = "法治宣传活动"


class Recording(Filter):
    """A typed text of somebody who is recording an event."""

    async def __call__(self, message: Message, house: House) -> bool:
        if not message.text or message.text.startswith("/"):
            return False
        address = address_of(message)
        account = await house.look(lambda books, _: books.people.account(address))
        return account is not None and (account.pending or "").startswith(f"{recording.PENDING}:")


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
        return views.days(recording.unit_of(books, key), near)

    await cards.show(query, await house.look(job))


async def day(query: CallbackQuery, press: Press, house: House) -> None:
    address, key, observance = address_of(query), UnitId(press.number(0)), press.word(1)
    recording.day_of(house, observance)

    def job(books: Books, _at: datetime) -> Letter:
        _editor(books, address)
        return views.forms(recording.unit_of(books, key), observance)

    await cards.show(query, await house.look(job))


async def form(query: CallbackQuery, press: Press, house: House) -> None:
    address, key = address_of(query), UnitId(press.number(0))

    def job(books: Books, at: datetime) -> Letter:
        account = _editor(books, address)
        organiser, (about, how) = recording.unit_of(books, key), press.keys[1:3]
        begun = recording.begin(house, organiser, about, how, local_day(at))
        return _keep(books, house, account, begun)

    await cards.show(query, await house.act(job))


async def more(query: CallbackQuery, house: House) -> None:
    """What need not be said: another day, partners and 六进."""
    await _choose(query, house, lambda begun, _: begun)


async def when(query: CallbackQuery, press: Press, house: House) -> None:
    ordinal = press.number(0)

    def change(begun: Begun, today: date) -> Begun:
        back = today.toordinal() - ordinal
        if not 0 <= back <= max(views.DAYS_BACK.values()):
            raise NotFound(buttons.DEAD)
        return replace(begun, day=date.fromordinal(ordinal))

    await _choose(query, house, change)


async def kind(query: CallbackQuery, press: Press, house: House) -> None:
    place = press.number(0)
    if place >= len(house.categories):
        raise NotFound(buttons.DEAD)
    await _choose(
        query,
        house,
        lambda begun, _: replace(begun, category=None if begun.category == place else place),
    )


async def partner(query: CallbackQuery, press: Press, house: House) -> None:
    key, on = UnitId(press.number(0)), bool(press.number(1))
    await _choose(query, house, lambda begun, _: begun.joined(key, on))


async def less(query: CallbackQuery, house: House) -> None:
    """Back to the question after 人次."""
    address = address_of(query)

    def job(books: Books, _at: datetime) -> Letter:
        begun, _ = recording.begun(books, house, _editor(books, address))
        return views.crowd(_told(books, house, begun))

    await cards.show(query, await house.look(job))


async def _choose(
    query: CallbackQuery, house: House, change: Callable[[Begun, date], Begun]
) -> None:
    address = address_of(query)

    def job(books: Books, at: datetime) -> Letter:
        today = local_day(at)
        account = _editor(books, address)
        begun, organiser = recording.begun(books, house, account)
        begun = change(begun, today)
        books.people.set_pending(account.id, begun.word)
        others = [unit for unit in books.people.units() if unit.id != organiser.id]
        return views.more(_told(books, house, begun), house.categories, others, today)

    await cards.show(query, await house.act(job))


def _keep(books: Books, house: House, account: Account, begun: Begun) -> Letter:
    books.people.set_pending(account.id, begun.word)
    return views.crowd(_told(books, house, begun))


def _told(books: Books, house: House, begun: Begun) -> views.Told:
    names = {unit.id: unit.name for unit in books.people.units()}
    return views.Told(
        names[begun.unit],
        begun.day,
        begun.form,
        tuple(names[one] for one in begun.partners if one in names),
        _category(house, begun),
    )


def _category(house: House, begun: Begun) -> str:
    if begun.category is None or begun.category >= len(house.categories):
        return ""
    return house.categories[begun.category]


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
    begun, _ = recording.begun(books, house, account)
    if not begun.crowd:
        books.people.set_pending(account.id, replace(begun, crowd=_crowd(text)).word)
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
    filed = Activity(
        day=begun.day,
        name=f"{known.title}宣传活动" if known else PLAIN_NAME,
        organiser=begun.unit,
        form=begun.form,
        filed_by=called(books.people, account),
        observance=begun.observance,
        laws=known.laws if known else (),
        partners=begun.partners,
        category=_category(house, begun),
        attendances=int(begun.crowd) if begun.crowd.isdigit() else None,
        materials=materials,
    )
    done = filing.record(books, filed, actor=actor_of(account.id), at=at)
    _forget(books, account)
    return views.recorded(done, _told(books, house, begun))


def _crowd(text: str) -> str:
    if not text:
        return "?"
    number = text.strip().removesuffix("人次").strip()
    if not number.isascii() or not number.isdigit() or len(number) > buttons.LONGEST_NUMBER:
        raise BadInput("人次只写数字，如 120，不写“余”；没有统计就点上面的按钮。")
    return str(int(number))


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
    router.callback_query.register(more, Pressed(buttons.ACTIVITY_MORE))
    router.callback_query.register(when, Pressed(buttons.ACTIVITY_WHEN))
    router.callback_query.register(kind, Pressed(buttons.ACTIVITY_KIND))
    router.callback_query.register(partner, Pressed(buttons.ACTIVITY_PARTNER))
    router.callback_query.register(less, Pressed(buttons.ACTIVITY_LESS))
    router.callback_query.register(skip, Pressed(buttons.ACTIVITY_SKIP))
    router.callback_query.register(cancel, Pressed(buttons.ACTIVITY_CANCEL))
    router.message.register(typed, Recording())
    return router
