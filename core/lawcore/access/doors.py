"""Coming in and going out: one-time links, password with second factor, sessions.

Each act is written down in the ledger in the same transaction. A code, a password or a token is
never: only hashes are kept, and no hash is in the ledger.

Logging in by password is done in three steps, because a password is checked slowly by design::

    login = look_up(books, name)                      # a read
    checked = passwords.verify(login, password)       # in a thread
    done = settle(books, name, checked, code, at=at)  # a write: the Session, or Refused
"""

import secrets
from datetime import datetime

from lawcore.access import passwords
from lawcore.access.book import AccessDesk
from lawcore.access.model import (
    LINK_LIFE,
    LONGEST,
    MAY_LOG_IN,
    MOST_FAILURES,
    REST,
    SEEN_EVERY,
    Checked,
    Login,
    Refused,
    Session,
    hash_of,
    remit_of,
)
from lawcore.errors import NotAllowed
from lawcore.ids import AccountId
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import Account

LINK_REFUSED = "这个登录链接无效、已用过或已过期。请重新要一个。"
LOGIN_REFUSED = (
    "登录名、密码或验证码不对，或者这个登录名已被暂停一会儿。"
    f"请核对后再试；连错 {MOST_FAILURES} 次要等 {int(REST.total_seconds()) // 60} 分钟。"
)
NOT_ALLOWED = "您的身份不能登录网页。请联系司法所管理员。"
LONGEST_NAME = 40
UNKNOWN_EVERY = SEEN_EVERY
"""Unknown names are written down no oftener: the ledger only grows, and anybody can knock."""


def make_link(
    books: AccessDesk, account: AccountId, *, at: datetime, actor: str | None = None
) -> str:
    """A one-time code for `account`, good for ten minutes; its earlier unused ones are void.

    `actor` is who asked for it (None: the account itself). Raises NotAllowed if the account may
    not log in.
    """
    found = books.people.account_by_id(account)
    if found is None or not found.may(MAY_LOG_IN):
        raise NotAllowed(NOT_ALLOWED)
    code = secrets.token_urlsafe(24)
    books.access.add_link(hash_of(code), account, at, at + LINK_LIFE)
    write_down(books, EntryKind.LINK_MADE, account, at, actor=actor)
    return code


def link(web_address: str, code: str) -> str:
    """Where a browser opens the one-time code; it is a secret as the code is."""
    return f"{web_address}/login?code={code}"


def open_link(books: AccessDesk, code: str, *, at: datetime) -> Session:
    """Log in by a one-time code.

    Raises NotAllowed, with the same sentence whether it is unknown, used or too old.
    """
    account = books.access.use_link(hash_of(code), at)
    found = books.people.account_by_id(account) if account is not None else None
    if found is None or not found.may(MAY_LOG_IN):
        raise NotAllowed(LINK_REFUSED)
    return _begin(books, found, "link", at)


def look_up(books: AccessDesk, name: str) -> Login | None:
    """The log-in with this name: the first of the three steps. It only reads."""
    name = name.strip()
    return books.access.login_named(name) if can_be_a_name(name) else None


def settle(
    books: AccessDesk, name: str, checked: Checked, code: str, *, at: datetime
) -> Session | Refused:
    """The last of the three steps: a session, or the sentence of a refusal.

    It returns a refusal and does not raise it: a failure is counted, and an error would take the
    count back. After `MOST_FAILURES` in a row the name rests for `REST`; what is tried meanwhile
    is refused unseen.
    """
    login = look_up(books, name)
    if login is None:
        if not books.access.unknown_since(at - UNKNOWN_EVERY):
            books.ledger.add(Entry(at, EntryKind.LOGIN_REFUSED, "web"))
        return Refused(LOGIN_REFUSED)
    if rests(login, at):
        return Refused(LOGIN_REFUSED)
    account = books.people.account_by_id(login.account)
    step = _step_of(login, code, at)
    right = checked.right and checked.against == login.password_hash
    if (
        account is None
        or not account.may(MAY_LOG_IN)
        or not right
        or step is None
        or not books.access.spend_step(login.account, step)
    ):
        count_failure(books, login, at)
        return Refused(LOGIN_REFUSED)
    books.access.clear_failures(login.account, None)
    if checked.fresh is not None:
        books.access.set_password_hash(login.account, checked.fresh)
    return _begin(books, account, "password", at)


def session(books: AccessDesk, token: str, *, at: datetime) -> Session | None:
    """Who is logged in with `token`, as their roles are now; None for nobody. It only reads.

    Roles decide, not the state of the chat: who said /stop wants no messages, and who lost the
    roles is out at once. Call `touch` where the session is `stale`.
    """
    row = books.access.session(hash_of(token))
    if row is None or not row.runs(at):
        return None
    account = books.people.account_by_id(row.account)
    if account is None or not account.may(MAY_LOG_IN):
        return None
    return _session(books, account, "", row.expires_at, stale=at - row.seen_at >= SEEN_EVERY)


def touch(books: AccessDesk, token: str, *, at: datetime) -> None:
    """Note that a session that runs was seen now: it may be idle for as long again."""
    row = books.access.session(hash_of(token))
    if row is not None and row.runs(at) and row.seen_at < at:
        books.access.see(hash_of(token), at)


def close_session(books: AccessDesk, token: str, *, at: datetime) -> None:
    """Log out; nothing happens where nobody was logged in."""
    row = books.access.session(hash_of(token))
    if row is not None:
        books.access.close(hash_of(token))
        write_down(books, EntryKind.LOGGED_OUT, row.account, at)


def close_all(
    books: AccessDesk, account: AccountId, *, at: datetime, actor: str | None = None
) -> None:
    """Log an account out everywhere; links that wait to be used are void."""
    books.access.close_all(account)
    write_down(books, EntryKind.LOGGED_OUT, account, at, actor=actor, where="all")


def _step_of(login: Login, code: str, at: datetime) -> int | None:
    if login.totp_secret is None:
        return None
    return passwords.totp_step(login.totp_secret, code, login.totp_last_step, at)


def rests(login: Login, at: datetime) -> bool:
    """Whether the name rests after too many failures."""
    return login.locked_until is not None and at < login.locked_until


def count_failure(books: AccessDesk, login: Login, at: datetime) -> None:
    """Count a wrong password or code, and write it down; after too many the name rests."""
    failures = books.access.add_failure(login.account)
    if failures >= MOST_FAILURES:
        books.access.clear_failures(login.account, at + REST)
    detail = {"failures": failures}
    entry = Entry(at, EntryKind.LOGIN_REFUSED, "web", account=login.account, detail=detail)
    books.ledger.add(entry)


def can_be_a_name(name: str) -> bool:
    """Whether a log-in can be called so: what nobody could type again cannot."""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable() and " " not in name


def _begin(books: AccessDesk, account: Account, by: str, at: datetime) -> Session:
    token = secrets.token_urlsafe(32)
    books.access.add_session(hash_of(token), account.id, at, at + LONGEST)
    write_down(books, EntryKind.LOGGED_IN, account.id, at, by=by)
    return _session(books, account, token, at + LONGEST)


def _session(
    books: AccessDesk, account: Account, token: str, expires_at: datetime, *, stale: bool = False
) -> Session:
    own = books.people.admin_unit(account.id)
    remit = remit_of(account, own, books.people.units() if own is not None else ())
    return Session(token, account, remit, expires_at, stale)


def write_down(
    books: AccessDesk,
    kind: EntryKind,
    account: AccountId,
    at: datetime,
    *,
    actor: str | None = None,
    **detail: str,
) -> None:
    """Write an act about `account` down; without an `actor` it is their own."""
    who = actor or f"account:{account}"
    books.ledger.add(Entry(at, kind, who, account=account, detail=detail))
