"""One campaign in the admin's hands: watched, paused, resumed, cancelled, corrected, recalled.

Corrections are written here and approved elsewhere, by another person.
"""

from collections.abc import Callable
from datetime import datetime

from aiogram import Router
from aiogram.types import CallbackQuery

from lawbot.house import House
from lawbot.telegram import buttons, cards
from lawbot.telegram.buttons import Press
from lawbot.telegram.filters import Pressed
from lawbot.telegram.letters import actor_of, draft_for
from lawbot.telegram.sender import address_of
from lawbot.telegram.views import campaign as views
from lawbot.telegram.views import desk as desk_views
from lawcore.campaigns import correction, office
from lawcore.campaigns.model import Campaign
from lawcore.campaigns.overview import overview
from lawcore.delivery.model import Letter
from lawcore.errors import NotAllowed
from lawcore.ids import CampaignId
from lawcore.people.model import MAY_REPORT, Account, Address
from lawcore.storage import Books

PENDING_CORRECT = "correct"
PENDING_CANCEL = "cancel"
PENDING_RECALL = "recall"
PENDING = frozenset({PENDING_CORRECT, PENDING_CANCEL, PENDING_RECALL})
"""What the next typed text of an admin may mean."""

Act = Callable[[Books, CampaignId, str, datetime], Campaign]


async def show(query: CallbackQuery, press: Press, house: House) -> None:
    address, key = address_of(query), CampaignId(press.number(0))

    def job(books: Books, at: datetime) -> Letter:
        _admin(books, address)
        return _card(books, house, key, at)

    await cards.show(query, await house.look(job))


async def pause(query: CallbackQuery, press: Press, house: House) -> None:
    await _act(query, press, house, lambda b, key, who, at: office.pause(b, key, actor=who, at=at))


async def resume(query: CallbackQuery, press: Press, house: House) -> None:
    def act(books: Books, key: CampaignId, who: str, at: datetime) -> Campaign:
        faults_of = house.inspection.knowing(books.notices.all())
        return office.resume(books, key, faults_of=faults_of, actor=who, at=at)

    await _act(query, press, house, act)


async def ask_correction(query: CallbackQuery, press: Press, house: House) -> None:
    await _ask(query, press, house, PENDING_CORRECT, views.TYPE_CORRECTION)


async def ask_cancel(query: CallbackQuery, press: Press, house: House) -> None:
    await _ask(query, press, house, PENDING_CANCEL, views.TYPE_CANCEL)


async def ask_recall(query: CallbackQuery, press: Press, house: House) -> None:
    await _ask(query, press, house, PENDING_RECALL, views.TYPE_RECALL)


def typed(
    books: Books,
    house: House,
    account: Account,
    what: str,
    key: CampaignId,
    text: str,
    at: datetime,
) -> Letter:
    """The text that was asked for: a correction, or the reason of a cancellation or recall."""
    if not account.may(MAY_REPORT):
        raise NotAllowed(desk_views.NOT_ADMIN)
    actor = actor_of(account.id)
    if what == PENDING_CORRECT:
        draft = correction.correct(books, key, text, actor=actor, at=at)
        return draft_for(books, house.inspection, draft, account)
    if what == PENDING_RECALL:
        return views.recalled(correction.recall(books, key, text, actor=actor, at=at))
    office.cancel(books, key, text, actor=actor, at=at)
    return _card(books, house, key, at)


async def _act(query: CallbackQuery, press: Press, house: House, act: Act) -> None:
    address, key = address_of(query), CampaignId(press.number(0))

    def job(books: Books, at: datetime) -> Letter:
        account = _admin(books, address)
        act(books, key, actor_of(account.id), at)
        return _card(books, house, key, at)

    await cards.show(query, await house.act(job))


async def _ask(query: CallbackQuery, press: Press, house: House, what: str, words: str) -> None:
    address, key = address_of(query), CampaignId(press.number(0))

    def job(books: Books, _at: datetime) -> Letter:
        account = _admin(books, address)
        campaign = office.get(books, key)
        books.people.set_pending(account.id, f"{what}:{key}:{campaign.version}")
        return views.prompt(campaign, words)

    letter = await house.act(job)
    await cards.answer(query)
    await cards.below(query, letter)


def _card(books: Books, house: House, key: CampaignId, at: datetime) -> Letter:
    return views.card(overview(books, key, at=at, languages=house.pack.consent.names), at)


def _admin(books: Books, address: Address) -> Account:
    account = books.people.account(address)
    if account is None or not account.may(MAY_REPORT):
        raise NotAllowed(desk_views.NOT_ADMIN)
    return account


def make_router() -> Router:
    """Which update goes to which handler."""
    router = Router(name="campaign")
    router.callback_query.register(show, Pressed(buttons.CAMPAIGN))
    router.callback_query.register(pause, Pressed(buttons.CAMPAIGN_PAUSE))
    router.callback_query.register(resume, Pressed(buttons.CAMPAIGN_RESUME))
    router.callback_query.register(ask_correction, Pressed(buttons.CAMPAIGN_CORRECT))
    router.callback_query.register(ask_cancel, Pressed(buttons.CAMPAIGN_CANCEL))
    router.callback_query.register(ask_recall, Pressed(buttons.CAMPAIGN_RECALL))
    return router
