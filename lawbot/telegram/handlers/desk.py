"""The desk: approve, return, revise. Who may do what is decided in the core."""

from datetime import datetime

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from lawbot.house import House
from lawbot.telegram import buttons, cards
from lawbot.telegram.buttons import Press
from lawbot.telegram.filters import PlainText, Pressed
from lawbot.telegram.handlers import campaign as campaign_acts
from lawbot.telegram.handlers.review import (
    PENDING_ANSWER,
    PENDING_DOUBT,
    answer_typed,
    doubt_typed,
)
from lawbot.telegram.letters import actor_of, draft_for
from lawbot.telegram.sender import address_of, words_of
from lawbot.telegram.views import desk as views
from lawbot.telegram.views import residents
from lawcore.campaigns import office
from lawcore.campaigns.model import Campaign
from lawcore.campaigns.typed import LONGEST_REASON, LONGEST_TEXT
from lawcore.delivery.model import Letter
from lawcore.errors import BadInput, NotAllowed, WrongState
from lawcore.ids import AppealId, CampaignId
from lawcore.people.model import MAY_APPROVE, MAY_EDIT, Account, Address, Role
from lawcore.storage import Books

PENDING_REFUSE = "refuse"
PENDING_REVISE = "revise"


async def approve(query: CallbackQuery, press: Press, house: House) -> None:
    address, key, version = address_of(query), CampaignId(press.number(0)), press.number(1)

    def job(books: Books, at: datetime) -> Campaign:
        account = _allowed(books, address, MAY_APPROVE, views.NOT_APPROVER)
        books.people.set_pending(account.id, None)
        return office.approve(
            books,
            key,
            version,
            faults_of=house.inspection.knowing(books.notices.all()),
            actor=actor_of(account.id),
            at=at,
        )

    await cards.show(query, views.settled(await house.act(job)), views.APPROVED)


async def refuse(query: CallbackQuery, press: Press, house: House) -> None:
    """Ask for the reason: a button or the next typed text."""
    address, key, version = address_of(query), CampaignId(press.number(0)), press.number(1)

    def job(books: Books, _at: datetime) -> Letter:
        account = _allowed(books, address, MAY_APPROVE, views.NOT_APPROVER)
        campaign = office.waiting(books, key, version)
        books.people.set_pending(account.id, f"{PENDING_REFUSE}:{key}:{version}")
        return views.reasons(campaign)

    await cards.show(query, await house.act(job))


async def refuse_for(query: CallbackQuery, press: Press, house: House) -> None:
    address, key, version = address_of(query), CampaignId(press.number(0)), press.number(1)
    reason = views.REASONS[press.number(2) % len(views.REASONS)]
    done = await house.act(lambda books, at: _send_back(books, address, key, version, reason, at))
    await cards.show(query, views.settled(done), views.RETURNED)


async def revise(query: CallbackQuery, press: Press, house: House) -> None:
    """Ask for the new text; the old one stands there to be copied."""
    address, key = address_of(query), CampaignId(press.number(0))

    def job(books: Books, _at: datetime) -> Letter:
        account = _allowed(books, address, MAY_EDIT, views.NOT_EDITOR)
        campaign = office.get(books, key)
        books.people.set_pending(account.id, f"{PENDING_REVISE}:{key}:{campaign.version}")
        return views.prompt_text(campaign)

    letter = await house.act(job)
    await cards.answer(query)
    await cards.below(query, letter)


async def show_draft(query: CallbackQuery, press: Press, house: House) -> None:
    """Back from the reasons: the draft as it is, the prompt forgotten."""
    address, key = address_of(query), CampaignId(press.number(0))

    def job(books: Books, _at: datetime) -> Letter:
        account = _allowed(books, address, MAY_APPROVE | MAY_EDIT, views.NOT_APPROVER)
        books.people.set_pending(account.id, None)
        return draft_for(books, house.inspection, office.get(books, key), account)

    await cards.show(query, await house.act(job))


async def forget_prompt(query: CallbackQuery, house: House) -> None:
    address = address_of(query)
    await house.act(lambda books, _: _forget(books, address))
    await cards.show(query, Letter(residents.CANCELLED))


async def typed(message: Message, house: House) -> None:
    """A typed text: the reason or the new text that was asked for, or nothing we know."""
    address, text = address_of(message), words_of(message.text)
    try:
        letter = await house.act(lambda books, at: _typed(books, house, address, text, at))
    except (NotAllowed, WrongState):
        await house.act(lambda books, _: _forget(books, address))  # typing again would not help
        raise
    await cards.send(message, letter)


def _typed(books: Books, house: House, address: Address, text: str, at: datetime) -> Letter:
    account = books.people.account(address)
    if account is None or account.pending is None:
        return Letter(residents.NOT_UNDERSTOOD)
    what, key, version = account.pending.split(":")
    books.people.set_pending(account.id, None)
    if what == PENDING_ANSWER:
        return answer_typed(books, address, AppealId(int(key)), text, at)
    if what == PENDING_DOUBT:
        return doubt_typed(books, address, AppealId(int(key)), text, at)
    campaign = CampaignId(int(key))
    if what in campaign_acts.PENDING:
        _check_length(text, LONGEST_TEXT)
        return campaign_acts.typed(books, house, account, what, campaign, text, at)
    _check_length(text, LONGEST_REASON if what == PENDING_REFUSE else LONGEST_TEXT)
    if what == PENDING_REFUSE:
        return views.settled(_send_back(books, address, campaign, int(version), text, at))
    account = _allowed(books, address, MAY_EDIT, views.NOT_EDITOR)
    office.current(books, campaign, int(version))
    revised = office.revise(books, campaign, text, actor=actor_of(account.id), at=at)
    return draft_for(books, house.inspection, revised, account)


def _check_length(text: str, longest: int) -> None:
    """Telegram counts what is beyond the Unicode basic plane, such as an emoji, as two."""
    length = len(text.encode("utf-16-le")) // 2
    if length > longest:
        raise BadInput(f"太长了（{length} 字，表情算两个字），请压缩到 {longest} 字以内再发。")


def _forget(books: Books, address: Address) -> None:
    account = books.people.account(address)
    if account is not None:
        books.people.set_pending(account.id, None)


def _send_back(
    books: Books, address: Address, key: CampaignId, version: int, reason: str, at: datetime
) -> Campaign:
    account = _allowed(books, address, MAY_APPROVE, views.NOT_APPROVER)
    books.people.set_pending(account.id, None)
    return office.send_back(books, key, version, reason, actor=actor_of(account.id), at=at)


def _allowed(books: Books, address: Address, roles: frozenset[Role], refusal: str) -> Account:
    account = books.people.account(address)
    if account is None or not account.may(roles):
        raise NotAllowed(refusal)
    return account


def make_router() -> Router:
    """Which update goes to which handler."""
    router = Router(name="desk")
    router.callback_query.register(approve, Pressed(buttons.APPROVE))
    router.callback_query.register(refuse, Pressed(buttons.REFUSE))
    router.callback_query.register(refuse_for, Pressed(buttons.REFUSE_FOR))
    router.callback_query.register(revise, Pressed(buttons.REVISE))
    router.callback_query.register(show_draft, Pressed(buttons.SHOW_DRAFT))
    router.callback_query.register(forget_prompt, Pressed(buttons.FORGET_PROMPT))
    router.message.register(typed, PlainText())
    return router
