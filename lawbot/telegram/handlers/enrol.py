"""Joining, leaving, binding, and what is kept about a person."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from lawbot.house import House
from lawbot.telegram import buttons, cards
from lawbot.telegram.buttons import Press
from lawbot.telegram.channel import CHANNEL
from lawbot.telegram.filters import Pressed
from lawbot.telegram.sender import address_of, words_of
from lawbot.telegram.views import practice as practice_views
from lawbot.telegram.views import residents as views
from lawcore.access.model import MAY_LOG_IN
from lawcore.delivery.model import Letter
from lawcore.errors import NotFound
from lawcore.ids import UnitId
from lawcore.participation import enrol
from lawcore.participation.forget import forget_address
from lawcore.people.model import CHINESE, MAY_REPORT, Address, ResidentGroup, Unit
from lawcore.people.tree import town, villages
from lawcore.storage import Books


async def start(message: Message, command: CommandObject, house: House) -> None:
    address, payload = address_of(message), words_of(command.args)
    letter = await house.act(lambda books, at: _start(books, house, address, payload, at))
    await cards.send(message, letter)


async def join(query: CallbackQuery, press: Press, house: House) -> None:
    """The notice was read in the language of the card that was pressed."""
    address, village = address_of(query), UnitId(press.number(0))
    language = house.pack.consent.offer(press.word(1)).language if len(press.keys) > 1 else None
    done = await house.act(
        lambda books, at: enrol.join(
            books.people, books.ledger, address, village, language=language, at=at
        )
    )
    await cards.show(query, views.welcome(done, house.township, (), house.pack.consent))


async def change_village(query: CallbackQuery, press: Press, house: House) -> None:
    found = await house.look(lambda books, _: _villages(books))
    page = press.number(0) if press.keys else 0
    code = press.word(1) if len(press.keys) > 1 else CHINESE
    letter = views.choose_village(house.township, found, house.pack.consent, page, code)
    await cards.show(query, letter)


async def notice(query: CallbackQuery, press: Press, house: House) -> None:
    """The notice in another language, to be read before agreeing."""
    consent = house.pack.consent
    await cards.show(query, views.privacy(consent.offer(press.word(0)), consent))


async def agree(query: CallbackQuery, press: Press, house: House) -> None:
    address, language = address_of(query), house.pack.consent.offer(press.word(0)).language
    done = await house.act(
        lambda books, at: enrol.consent(books.people, books.ledger, address, language, at=at)
    )
    await cards.show(query, views.welcome(done, house.township, (), house.pack.consent))


async def stop(message: Message, house: House) -> None:
    await cards.send(message, Letter(await _leave(address_of(message), house)))


async def stop_by_button(query: CallbackQuery, house: House) -> None:
    """The message that carried the button stays readable: the answer comes below it."""
    said = await _leave(address_of(query), house)
    await cards.answer(query)
    await cards.below(query, Letter(said))


async def me(message: Message, house: House) -> None:
    address = address_of(message)
    letter = await house.look(lambda books, _: _me(books, house, address))
    await cards.send(message, letter)


async def forget(query: CallbackQuery, house: House) -> None:
    address = address_of(query)
    account = await house.look(lambda books, _: books.people.account(address))
    cadre = account is not None and account.cadre is not None
    login = account is not None and account.may(MAY_LOG_IN)
    await cards.show(query, views.sure_to_forget(cadre=cadre, login=login))


async def forget_surely(query: CallbackQuery, house: House) -> None:
    address = address_of(query)
    done = await house.act(
        lambda books, at: forget_address(books.forgetting, books.ledger, address, at=at)
    )
    await house.store.wipe()
    await cards.show(query, Letter(views.FORGOTTEN if done else views.NEVER_JOINED))


async def help_(message: Message, house: House) -> None:
    address = address_of(message)
    account = await house.look(lambda books, _: books.people.account(address))
    told = views.HELP
    if account is not None and account.may(MAY_REPORT):
        told += views.HELP_ADMIN
    if account is not None and account.may(MAY_LOG_IN):
        told += views.HELP_WEB
    await cards.send(message, Letter(told, (practice_views.door(),)))


async def stopped_or_back(update: ChatMemberUpdated, house: House) -> None:
    """The person stopped the bot in Telegram, or let it in again: written down at once."""
    address = Address(CHANNEL, str(update.from_user.id))
    act = {"kicked": enrol.stopped, "member": enrol.allowed_again}
    if (done := act.get(update.new_chat_member.status)) is not None:
        await house.act(lambda books, at: done(books.people, books.ledger, address, at=at))


async def _leave(address: Address, house: House) -> str:
    left = await house.act(
        lambda books, at: enrol.leave(books.people, books.ledger, address, at=at)
    )
    return views.STOPPED if left else views.NEVER_JOINED


def _start(books: Books, house: House, address: Address, payload: str, at: datetime) -> Letter:
    done = enrol.start(books.people, books.ledger, address, payload, at=at)
    books.people.set_pending(done.account.id, None)
    return views.welcome(done, house.township, _villages(books), house.pack.consent)


def _villages(books: Books) -> tuple[Unit, ...]:
    units = books.people.units()
    home = town(units)
    return villages(units, home.id if home else None)


def _me(books: Books, house: House, address: Address) -> Letter:
    account = books.people.account(address)
    if account is None:
        return Letter(views.NEVER_JOINED)
    village = books.people.unit(account.village) if account.village else None
    cadre = books.people.cadre(account.cadre) if account.cadre else None
    unit = books.people.unit(cadre.unit) if cadre else None
    practised = bool(books.practice.practised(account.id))
    chosen = books.people.groups_of(account.id)
    own = books.people.admin_unit(account.id)
    admin_of = books.people.unit(own) if own else None
    login = books.access.login(account.id)
    return views.me(
        account,
        village,
        cadre,
        unit,
        chosen,
        consent=house.pack.consent,
        admin_of=admin_of,
        login=login.name if login else None,
        practised=practised,
    )


async def groups(query: CallbackQuery, house: House) -> None:
    """The groups that a resident may choose for themselves."""
    address = address_of(query)
    await cards.show(
        query, await house.look(lambda books, _: views.groups(_chosen(books, address)))
    )


async def choose_group(query: CallbackQuery, press: Press, house: House) -> None:
    """Choose a group, or leave it."""
    address, name, on = address_of(query), press.word(0), press.number(1) == 1

    def job(books: Books, at: datetime) -> Letter:
        account = books.people.account(address)
        if account is None or name not in set(ResidentGroup):
            raise NotFound(buttons.DEAD)
        books.people.set_group(account.id, ResidentGroup(name), chosen=on, at=at)
        return views.groups(_chosen(books, address))

    await cards.show(query, await house.act(job))


def _chosen(books: Books, address: Address) -> frozenset[ResidentGroup]:
    account = books.people.account(address)
    if account is None:
        raise NotFound(views.NEVER_JOINED)
    return books.people.groups_of(account.id)


def make_router() -> Router:
    """Which update goes to which handler."""
    router = Router(name="enrol")
    router.message.register(start, CommandStart())
    router.callback_query.register(join, Pressed(buttons.VILLAGE))
    router.callback_query.register(change_village, Pressed(buttons.VILLAGES))
    router.callback_query.register(notice, Pressed(buttons.NOTICE))
    router.callback_query.register(agree, Pressed(buttons.AGREE))
    router.message.register(stop, Command("stop"))
    router.callback_query.register(stop_by_button, Pressed(buttons.STOP))
    router.message.register(me, Command("me"))
    router.callback_query.register(forget, Pressed(buttons.FORGET))
    router.callback_query.register(forget_surely, Pressed(buttons.FORGET_SURELY))
    router.callback_query.register(groups, Pressed(buttons.GROUPS))
    router.callback_query.register(choose_group, Pressed(buttons.GROUP))
    router.message.register(help_, Command("help"))
    router.my_chat_member.register(stopped_or_back)
    return router
