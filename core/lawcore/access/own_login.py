"""One's own log-in: name, password and second factor, set up together and proven.

A password alone opens nothing, and a screen that somebody left open hands the account to nobody:
what is set anew asks for the present password, or for a one-time link that has just been opened.
"""

from datetime import datetime

from lawcore.access import passwords
from lawcore.access.book import AccessDesk
from lawcore.access.doors import (
    LONGEST_NAME,
    NOT_ALLOWED,
    can_be_a_name,
    count_failure,
    rests,
    write_down,
)
from lawcore.access.model import (
    FRESH,
    MAY_LOG_IN,
    MOST_FAILURES,
    REST,
    Checked,
    Login,
    Refused,
    hash_of,
)
from lawcore.errors import BadInput, NotAllowed
from lawcore.ids import AccountId
from lawcore.participation import EntryKind

PRESENT_REFUSED = (
    "现在的密码不对，什么也没有改。忘了密码，请用一次性链接重新进来再设；"
    f"连错 {MOST_FAILURES} 次要等 {int(REST.total_seconds()) // 60} 分钟。"
)
COME_BY_LINK = (
    f"为了安全，登录名和密码要在用一次性链接进来的 {int(FRESH.total_seconds()) // 60} 分钟内设。"
    "请用新的一次性链接重新进来再设。"
)
NOT_PROVEN = "验证码不对。请看手机上的 6 位数字，并核对手机的时间。"


def asks_for_password(books: AccessDesk, token: str, *, at: datetime) -> bool:
    """Whether the session with `token` must give the present password before it sets a new one.

    Not while the link that opened it is fresh: so comes who has lost the password or the phone.
    """
    return not books.access.came_by_link(hash_of(token), at - FRESH)


def set_up(
    books: AccessDesk,
    token: str,
    present: Checked,
    name: str,
    password_hash: str,
    secret: str,
    code: str,
    *,
    at: datetime,
) -> Refused | None:
    """Set name, password and phone of the account whose session has `token`; close its others.

    `present` is what the password that was given as the present one is worth; a fresh link stands
    for it, so that an unattended screen hands the account to nobody. `code` proves that a phone
    holds `secret`. The new password has been checked by `passwords.check_password` and hashed
    outside the transaction. A wrong present password is counted as at the log-in: it is returned,
    for an error would take the count back.

    Raises BadInput for a bad name or one of another account, or a code that is not right;
    NotAllowed if the account may not log in, or its first password is set without a fresh link.
    """
    row = books.access.session(hash_of(token))
    if row is None or not row.runs(at):
        raise NotAllowed(NOT_ALLOWED)
    if asks_for_password(books, token, at=at):
        login = books.access.login(row.account)
        if login is None:
            raise NotAllowed(COME_BY_LINK)
        if not _is_present(books, login, present, at):
            return Refused(PRESENT_REFUSED)
    step = _proven(secret, code, at)
    _put(books, row.account, name, password_hash, at)
    books.access.set_totp(row.account, secret, step)
    books.access.clear_failures(row.account, None)
    if books.access.close_others(row.account, hash_of(token)):
        write_down(books, EntryKind.LOGGED_OUT, row.account, at, where="others")
    return None


def check_name(name: str) -> str:
    """The name as it is kept. Raises BadInput for one that nobody could type again."""
    name = name.strip()
    if not can_be_a_name(name):
        raise BadInput(f"登录名要有 1 到 {LONGEST_NAME} 个字，不要有空格。")
    return name


def _is_present(books: AccessDesk, login: Login, given: Checked, at: datetime) -> bool:
    """Whether `given` is the present password; a wrong one is counted, a resting name refused."""
    if rests(login, at):
        return False
    if given.right and given.against == login.password_hash:
        return True
    count_failure(books, login, at)
    return False


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
    write_down(books, EntryKind.PASSWORD_SET, account, at, what="password")


def _proven(secret: str, code: str, at: datetime) -> int:
    step = passwords.totp_step(secret, code, 0, at)
    if step is None:
        raise BadInput(NOT_PROVEN)
    return step
