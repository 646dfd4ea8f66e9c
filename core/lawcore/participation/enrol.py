"""Joining, leaving, returning and binding: the acts by which an account becomes somebody.

Each act is written down in the ledger in the same transaction.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from lawcore.errors import BadInput, NotFound
from lawcore.ids import CadreId, LanguageCode, UnitId
from lawcore.participation.entry import Entry, EntryKind, Ledger
from lawcore.people.book import PeopleBook
from lawcore.people.model import Account, AccountState, Address, Role, Unit, UnitKind

INVITE_LIFE = timedelta(days=7)
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class Welcome(StrEnum):
    """What a /start did."""

    CHOOSE_VILLAGE = "choose-village"
    JOINED = "joined"
    RETURNED = "returned"
    ALREADY = "already"
    BOUND = "bound"


class Enrolment(NamedTuple):
    """The account after the act and what the act was."""

    account: Account
    welcome: Welcome
    unit: Unit | None = None
    role: Role | None = None


def start(
    book: PeopleBook, ledger: Ledger, address: Address, payload: str, *, at: datetime
) -> Enrolment:
    """Answer a /start: with a village code, a one-time code, or nothing.

    A person who left or had stopped the bot is active again. Raises NotFound for a code that is
    neither a village's nor an unused invitation.
    """
    if payload := payload.strip():
        return _start_with(book, ledger, address, payload, at)
    account = book.account(address) or book.add_account(address, at)
    welcome = Welcome.ALREADY
    if account.state is not AccountState.ACTIVE:
        _return(book, ledger, account, at)
        welcome = Welcome.RETURNED
    if account.village is None and account.cadre is None and not account.roles:
        welcome = Welcome.CHOOSE_VILLAGE
    unit = book.unit(account.village) if account.village else None
    return Enrolment(_again(book, address), welcome, unit)


def join(
    book: PeopleBook,
    ledger: Ledger,
    address: Address,
    village: UnitId,
    *,
    language: LanguageCode | None = None,
    at: datetime,
) -> Enrolment:
    """Join a village, or move to another. Raises NotFound when there is no such village.

    `language` is that of the notice which the person had before them; None for the one in which
    they have agreed already, Chinese at first.
    """
    unit = book.unit(village)
    if unit is None or unit.kind is not UnitKind.VILLAGE:
        raise NotFound("没有这个村。请发 /start 重新选择。")
    account = book.account(address) or book.add_account(address, at)
    if account.village != village:
        book.set_village(account.id, village, at)
        book.set_state(account.id, AccountState.ACTIVE, at)
        agreed = language or account.language
        if agreed != account.language:
            book.set_language(account.id, agreed)
        _write(ledger, EntryKind.JOINED, account, at, unit=village, language=agreed)
        return Enrolment(_again(book, address), Welcome.JOINED, unit)
    welcome = Welcome.ALREADY
    if account.state is not AccountState.ACTIVE:
        _return(book, ledger, account, at)
        welcome = Welcome.RETURNED
    if language is not None and language != account.language:
        _consent(book, ledger, account, language, at)
        welcome = Welcome.JOINED
    return Enrolment(_again(book, address), welcome, unit)


def consent(
    book: PeopleBook, ledger: Ledger, address: Address, language: LanguageCode, *, at: datetime
) -> Enrolment:
    """Agree to the notice in another language. Raises NotFound for who has not joined, or left."""
    account = book.account(address)
    if account is None or account.village is None or account.state is not AccountState.ACTIVE:
        raise NotFound("您现在没有加入。想加入请发 /start。")
    if language != account.language:
        _consent(book, ledger, account, language, at)
    return Enrolment(_again(book, address), Welcome.JOINED, book.unit(account.village))


def leave(book: PeopleBook, ledger: Ledger, address: Address, *, at: datetime) -> Account | None:
    """Stop receiving. One tap, no question asked (个人信息保护法 15). None if never joined."""
    account = book.account(address)
    if account is None:
        return None
    if account.state is not AccountState.LEFT:
        book.set_state(account.id, AccountState.LEFT, at)
        book.set_pending(account.id, None)
        _write(ledger, EntryKind.LEFT, account, at)
    return _again(book, address)


def stopped(book: PeopleBook, ledger: Ledger, address: Address, *, at: datetime) -> None:
    """The person stopped the bot itself: nothing is sent until a /start brings them back."""
    account = book.account(address)
    if account is not None and account.state is AccountState.ACTIVE:
        book.set_state(account.id, AccountState.BLOCKED, at)
        _write(ledger, EntryKind.BLOCKED, account, at)


def allowed_again(book: PeopleBook, ledger: Ledger, address: Address, *, at: datetime) -> None:
    """The person let the bot in again: who had stopped it receives again, not who said /stop."""
    account = book.account(address)
    if account is not None and account.state is AccountState.BLOCKED:
        book.set_state(account.id, AccountState.ACTIVE, at)
        _write(ledger, EntryKind.RETURNED, account, at)


def new_code() -> str:
    """A one-time code of 10 letters and digits, none of which look alike."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))


def invite(
    book: PeopleBook,
    role: Role,
    number: str | None,
    code: str,
    *,
    unit: UnitId | None = None,
    at: datetime,
) -> CadreId | None:
    """Record an invitation for `role`; only the code's hash is kept.

    Raises BadInput if a cadre is to be invited without naming one, the 工号 is unknown, or the
    unit does not go with the role. `lawcore.access.people.invite` writes it down as well.
    """
    check_unit(book, role, unit)
    if role is Role.CADRE and not number:
        raise BadInput("邀请干部要写工号：加上 --person 工号。")
    cadre = book.cadre_by_number(number) if number else None
    if number and cadre is None:
        raise BadInput(f"名册里没有工号 {number}。请先导入名册，或核对工号。")
    key = cadre.id if cadre else None
    book.add_invite(_hash(code), role, key, at, at + INVITE_LIFE, unit)
    return key


def check_unit(book: PeopleBook, role: Role, unit: UnitId | None) -> None:
    """Raise BadInput unless `unit` is named for a unit's admin and for nobody else.

    Raises NotFound for a unit that is not there.
    """
    if role is Role.UNIT_ADMIN and unit is None:
        raise BadInput("村级管理员要写明管哪个单位：加上 --unit 单位编码。")
    if role is not Role.UNIT_ADMIN and unit is not None:
        raise BadInput("只有村级管理员要写单位，请去掉 --unit。")
    if unit is not None and book.unit(unit) is None:
        raise NotFound("没有这个单位。")


def _start_with(
    book: PeopleBook, ledger: Ledger, address: Address, payload: str, at: datetime
) -> Enrolment:
    unit = book.unit_by_code(payload)
    if unit is not None and unit.kind is UnitKind.VILLAGE:
        return join(book, ledger, address, unit.id, at=at)
    code_hash = _hash(payload)
    found = book.invite(code_hash)
    if found is None or found.used or found.expires_at <= at:
        raise NotFound("这个码无效或已用过。村民请发 /start 选村；干部请向司法所要新的码。")
    account = book.account(address) or book.add_account(address, at)
    if not book.use_invite(code_hash, account.id, at):
        raise NotFound("这个码刚刚被用过了，请向司法所要新的码。")
    book.set_state(account.id, AccountState.ACTIVE, at)
    book.grant(account.id, found.role, at, found.unit)
    if found.cadre is not None:
        book.bind_cadre(account.id, found.cadre)
        book.grant(account.id, Role.CADRE, at)
    _write(
        ledger, EntryKind.BOUND, account, at, unit=found.unit, cadre=found.cadre, role=found.role
    )
    unit = book.unit(found.unit) if found.unit else None
    return Enrolment(_again(book, address), Welcome.BOUND, unit, role=found.role)


def _return(book: PeopleBook, ledger: Ledger, account: Account, at: datetime) -> None:
    book.set_state(account.id, AccountState.ACTIVE, at)
    _write(ledger, EntryKind.RETURNED, account, at)


def _consent(
    book: PeopleBook, ledger: Ledger, account: Account, language: LanguageCode, at: datetime
) -> None:
    book.set_language(account.id, language)
    _write(ledger, EntryKind.CONSENTED, account, at, language=language)


def _write(
    ledger: Ledger,
    kind: EntryKind,
    account: Account,
    at: datetime,
    *,
    unit: UnitId | None = None,
    cadre: CadreId | None = None,
    role: Role | None = None,
    language: LanguageCode | None = None,
) -> None:
    detail: dict[str, str | int] = {"role": role.value} if role else {}
    if language:
        detail["language"] = language
    unit = unit or account.village
    actor = f"account:{account.id}"
    ledger.add(Entry(at, kind, actor, unit=unit, account=account.id, cadre=cadre, detail=detail))


def _again(book: PeopleBook, address: Address) -> Account:
    account = book.account(address)
    if account is None:
        raise NotFound("没有找到您的登记，请发 /start。")
    return account


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()
