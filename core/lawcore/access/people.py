"""Who may do what: inviting somebody to a role, granting one, taking it back."""

from datetime import datetime

from lawcore.access.book import AccessDesk
from lawcore.access.model import MAY_LOG_IN
from lawcore.errors import BadInput, NotFound, WrongState
from lawcore.ids import AccountId, UnitId
from lawcore.participation import Entry, EntryKind, enrol
from lawcore.people.model import DESK, GONE, Account, AccountState, Address, Role

LONGEST_NAME = 40


def invite(
    books: AccessDesk,
    role: Role,
    number: str | None,
    unit_code: str | None,
    code: str,
    *,
    actor: str,
    at: datetime,
) -> None:
    """Invite somebody to `role` by a one-time code, and write it down; the code itself is not.

    `number` is the 工号 of a cadre to bind, `unit_code` the unit of a unit's admin. Raises
    BadInput as `enrol.invite` does.
    """
    unit = _unit_by_code(books, unit_code)
    cadre = enrol.invite(books.people, role, number, code, unit=unit, at=at)
    detail = {"role": role.value}
    books.ledger.add(Entry(at, EntryKind.INVITED, actor, unit=unit, cadre=cadre, detail=detail))


def add_desk_account(
    books: AccessDesk, name: str, role: Role, unit_code: str | None, *, actor: str, at: datetime
) -> Account:
    """An account of a person who has no chat here: it logs in to the pages, nothing is sent to it.

    Raises BadInput if the name is taken or cannot be one, or the role opens no page.
    """
    name = name.strip()
    fits = 0 < len(name) <= LONGEST_NAME and name.isprintable() and not name.startswith(GONE)
    if not fits:
        raise BadInput(f"名字要有 1 到 {LONGEST_NAME} 个字。")
    address = Address(DESK, name)
    if books.people.account(address) is not None:
        raise BadInput(f"已经有“{name}”了，请换一个名字；要给原来那位发链接，用 --account。")
    account = books.people.add_account(address, at)
    grant(books, account.id, role, _unit_by_code(books, unit_code), actor=actor, at=at)
    return get(books, account.id)


def grant(
    books: AccessDesk,
    account: AccountId,
    role: Role,
    unit: UnitId | None,
    *,
    actor: str,
    at: datetime,
) -> None:
    """Give `role` to an account; a unit's admin gets another unit so.

    Raises NotFound without such an account or unit, or when nothing of the person is left; BadInput
    for a role that is not given by hand or a unit that does not go with it.
    """
    found = get(books, account)
    if found.forgotten:
        raise NotFound(f"账号 {account} 已经删除，不能再给身份。请重新邀请这位同志。")
    if role not in MAY_LOG_IN:
        raise BadInput("干部身份由绑定工号得来，不能直接给：请生成邀请码。")
    enrol.check_unit(books.people, role, unit)
    books.people.grant(account, role, at, unit)
    if found.address.channel == DESK and found.state is AccountState.LEFT:
        books.people.set_state(account, AccountState.ACTIVE, at)
    _write(books, EntryKind.ROLE_GRANTED, account, role, unit, actor, at)


def revoke(books: AccessDesk, account: AccountId, role: Role, *, actor: str, at: datetime) -> None:
    """Take `role` back; who may then no longer log in is logged out, and the log-in goes.

    Raises NotFound if the account has no such role, WrongState for the last admin: nobody could
    let anybody in again.
    """
    found = get(books, account)
    if role not in found.roles:
        raise NotFound("这个账号没有这个身份。")
    if role not in MAY_LOG_IN:
        raise BadInput("干部身份由绑定工号得来，不能直接收回。")
    if role is Role.ADMIN and len(books.people.accounts_with([Role.ADMIN])) == 1:
        raise WrongState("这是最后一位管理员，不能收回。请先让另一位成为管理员。")
    unit = books.people.admin_unit(account) if role is Role.UNIT_ADMIN else None
    books.people.revoke(account, role)
    _write(books, EntryKind.ROLE_REVOKED, account, role, unit, actor, at)
    if not get(books, account).may(MAY_LOG_IN):
        _shut_out(books, found, at)


def _shut_out(books: AccessDesk, account: Account, at: datetime) -> None:
    """Take away the way in. Who was here for the pages alone is forgotten after thirty days."""
    books.access.close_all(account.id)
    books.access.drop_login(account.id)
    if account.address.channel == DESK:
        books.people.set_state(account.id, AccountState.LEFT, at)


def get(books: AccessDesk, account: AccountId) -> Account:
    """The account, or NotFound."""
    found = books.people.account_by_id(account)
    if found is None:
        raise NotFound(f"没有编号 {account} 的账号。")
    return found


def _unit_by_code(books: AccessDesk, code: str | None) -> UnitId | None:
    if code is None:
        return None
    unit = books.people.unit_by_code(code)
    if unit is None:
        raise NotFound(f"名册里没有编码 {code} 的单位。")
    return unit.id


def _write(
    books: AccessDesk,
    kind: EntryKind,
    account: AccountId,
    role: Role,
    unit: UnitId | None,
    actor: str,
    at: datetime,
) -> None:
    detail = {"role": role.value}
    books.ledger.add(Entry(at, kind, actor, unit=unit, account=account, detail=detail))
