"""Coming in and going out: one-time links, password with second factor, sessions.

Each act is written down in the ledger in the same transaction. A code, a password or a token is
never: only hashes are kept, and no hash is in the ledger.

Logging in by password is done in three steps, because a password is checked slowly by design::

    login = look_up(books, name)                      # a read
    checked = passwords.verify(login, password)       # in a thread
    done = settle(books, name, checked, code, at=at)  # a write: the Session, or Refused

A password alone opens nothing: it is set up together with a second factor that was proven.
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
from lawcore.errors import BadInput, NotAllowed, WrongState
from lawcore.ids import AccountId
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import Account

LINK_REFUSED = "这个登录链接无效、已用过或已过期。请重新要一个。"
LOGIN_REFUSED = (
    "登录名、密码或验证码不对，或者这个登录名已被暂停一会儿。"
    f"请核对后再试；连错 {MOST_FAILURES} 次要等 {int(REST.total_seconds()) // 60} 分钟。"
)
NOT_ALLOWED = "您的身份不能登录网页。请联系司法所管理员。"
NOT_PROVEN = "验证码不对。请看手机上的 6 位数字，并核对手机的时间。"
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
    _write(books, EntryKind.LINK_MADE, account, at, actor=actor)
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
    return books.access.login_named(name) if _can_be_a_name(name) else None


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
    if login.locked_until is not None and at < login.locked_until:
        return Refused(LOGIN_REFUSED)
    account = books.people.account_by_id(login.account)
    step = _step_of(login, code, at)
    right = checked.right and checked.against == login.password_hash
    if account is None or not account.may(MAY_LOG_IN) or not right or step is None:
        return _count_failure(books, login, at)
    if not books.access.spend_step(login.account, step):
        return _count_failure(books, login, at)
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
        _write(books, EntryKind.LOGGED_OUT, row.account, at)


def close_all(
    books: AccessDesk, account: AccountId, *, at: datetime, actor: str | None = None
) -> None:
    """Log an account out everywhere; links that wait to be used are void."""
    books.access.close_all(account)
    _write(books, EntryKind.LOGGED_OUT, account, at, actor=actor, where="all")


def set_up(
    books: AccessDesk,
    account: AccountId,
    name: str,
    password_hash: str,
    secret: str,
    code: str,
    *,
    at: datetime,
) -> None:
    """Open the log-in by password for `account`; `code` proves that a phone holds `secret`.

    The password has been checked by `passwords.check_password` and hashed outside the transaction.
    Raises BadInput for a bad name or one of another account, or a code that is not right;
    NotAllowed if the account may not log in.
    """
    step = _proven(secret, code, at)
    _put(books, account, name, password_hash, at)
    books.access.set_totp(account, secret, step)
    books.access.clear_failures(account, None)


def set_password(
    books: AccessDesk, account: AccountId, name: str, password_hash: str, *, at: datetime
) -> None:
    """Change name and password of a log-in; other sessions are closed by the caller's wish.

    Raises WrongState where there is no second factor yet, else as `set_up`.
    """
    login = books.access.login(account)
    if login is None or login.totp_secret is None:
        raise WrongState("还没有绑定手机验证码，请先设置密码和验证码。")
    _put(books, account, name, password_hash, at)


def set_totp(
    books: AccessDesk, account: AccountId, secret: str, code: str, *, at: datetime
) -> None:
    """Change the phone that shows the codes; `code` proves that it holds `secret`.

    Raises WrongState where there is no password, BadInput for a code that is not right.
    """
    if books.access.login(account) is None:
        raise WrongState("还没有设置密码，请先设置密码和验证码。")
    books.access.set_totp(account, secret, _proven(secret, code, at))
    _write(books, EntryKind.PASSWORD_SET, account, at, what="totp-set")


def drop_totp(books: AccessDesk, account: AccountId, *, at: datetime) -> None:
    """The phone is gone: the log-in by password is shut until a new one is proven."""
    books.access.set_totp(account, None, 0)
    _write(books, EntryKind.PASSWORD_SET, account, at, what="totp-dropped")


def check_name(name: str) -> str:
    """The name as it is kept. Raises BadInput for one that nobody could type again."""
    name = name.strip()
    if not _can_be_a_name(name):
        raise BadInput(f"登录名要有 1 到 {LONGEST_NAME} 个字，不要有空格。")
    return name


def _step_of(login: Login, code: str, at: datetime) -> int | None:
    if login.totp_secret is None:
        return None
    return passwords.totp_step(login.totp_secret, code, login.totp_last_step, at)


def _count_failure(books: AccessDesk, login: Login, at: datetime) -> Refused:
    failures = books.access.add_failure(login.account)
    if failures >= MOST_FAILURES:
        books.access.clear_failures(login.account, at + REST)
    detail = {"failures": failures}
    entry = Entry(at, EntryKind.LOGIN_REFUSED, "web", account=login.account, detail=detail)
    books.ledger.add(entry)
    return Refused(LOGIN_REFUSED)


def _can_be_a_name(name: str) -> bool:
    return 0 < len(name) <= LONGEST_NAME and name.isprintable() and " " not in name


def _put(
    books: AccessDesk, account: AccountId, name: str, password_hash: str, at: datetime
) -> None:
    found = books.people.account_by_id(account)
    if found is None or not found.may(MAY_LOG_IN):
        raise NotAllowed(NOT_ALLOWED)
    name = check_name(name)
    other = books.access.login_named(name)
    if other is not None and other.account != account:
        raise BadInput("这个登录名已有人用，请换一个。")
    books.access.put_login(account, name, password_hash, at)
    _write(books, EntryKind.PASSWORD_SET, account, at, what="password")


def _proven(secret: str, code: str, at: datetime) -> int:
    step = passwords.totp_step(secret, code, 0, at)
    if step is None:
        raise BadInput(NOT_PROVEN)
    return step


def _begin(books: AccessDesk, account: Account, by: str, at: datetime) -> Session:
    token = secrets.token_urlsafe(32)
    books.access.add_session(hash_of(token), account.id, at, at + LONGEST)
    _write(books, EntryKind.LOGGED_IN, account.id, at, by=by)
    return _session(books, account, token, at + LONGEST)


def _session(
    books: AccessDesk, account: Account, token: str, expires_at: datetime, *, stale: bool = False
) -> Session:
    own = books.people.admin_unit(account.id)
    remit = remit_of(account, own, books.people.units() if own is not None else ())
    return Session(token, account, remit, expires_at, stale)


def _write(
    books: AccessDesk,
    kind: EntryKind,
    account: AccountId,
    at: datetime,
    *,
    actor: str | None = None,
    **detail: str,
) -> None:
    who = actor or f"account:{account}"
    books.ledger.add(Entry(at, kind, who, account=account, detail=detail))
