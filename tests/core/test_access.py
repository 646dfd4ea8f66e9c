"""Logging in to the pages: links, passwords with a second factor, sessions, who sees what."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.access import doors, own_login, passwords
from lawcore.access import people as roles
from lawcore.access.model import (
    FRESH,
    IDLE,
    LINK_LIFE,
    LONGEST,
    MAY_LOG_IN,
    REST,
    Checked,
    Login,
    Refused,
    Session,
    SessionRow,
    csrf_of,
    hash_of,
    remit_of,
)
from lawcore.campaigns import office
from lawcore.delivery.model import Cadres, DeliveryKind
from lawcore.errors import BadInput, NotAllowed, NotFound, WrongState
from lawcore.ids import AccountId, CadreId, UnitId
from lawcore.participation import enrol
from lawcore.participation.forget import KEEP_LEFT, forget_address, purge
from lawcore.people.model import (
    DESK,
    MAY_APPROVE,
    MAY_EDIT,
    MAY_REPORT,
    Account,
    AccountState,
    Address,
    Role,
)
from lawcore.storage import Books
from tests.conftest import MORNING

from .conftest import Town, phone

NAME, PASSWORD = "王一", "河边的柳树又绿了一回"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SECOND = timedelta(seconds=1)
HASHED = passwords.hash_of(PASSWORD)


async def link_of(town: Town, account: Account) -> str:
    return await town.act(lambda books, at: doors.make_link(books, account.id, at=at))


async def open_(town: Town, code: str) -> Session:
    return await town.act(lambda books, at: doors.open_link(books, code, at=at))


async def begun(town: Town, account: Account) -> Session:
    """A session of this account, begun by a link."""
    return await open_(town, await link_of(town, account))


async def running(town: Town, token: str) -> Session | None:
    at = town.clock.now()
    return await town.look(lambda books: doors.session(books, token, at=at))


def code_at(town: Town, secret: str = SECRET) -> str:
    """What the phone shows now."""
    return pyotp.TOTP(secret).at(town.clock.now())


async def set_up(
    town: Town,
    session: Session,
    present: str = "",
    *,
    name: str = NAME,
    hashed: str = HASHED,
    secret: str = SECRET,
    code: str | None = None,
) -> Refused | None:
    """What the page of the settings does: the present password is checked, then all is set."""
    login = await town.look(lambda books: books.access.login(session.account.id))
    given = passwords.verify(login, present) if present else Checked(right=False)
    shown = code_at(town, secret) if code is None else code
    return await town.act(
        lambda books, at: own_login.set_up(
            books, session.token, given, name, hashed, secret, shown, at=at
        )
    )


async def with_password(
    town: Town, account: Account, name: str = NAME, hashed: str = HASHED
) -> Session:
    """The log-in by password, set up from the session that is returned; its first code is spent."""
    session = await begun(town, account)
    assert await set_up(town, session, name=name, hashed=hashed) is None
    town.clock.pass_time(timedelta(minutes=1))
    return session


async def log_in(
    town: Town, name: str = NAME, password: str = PASSWORD, code: str | None = None
) -> Session | Refused:
    """The three steps, as the page does them."""
    login = await town.look(lambda books: doors.look_up(books, name))
    checked = passwords.verify(login, password)
    shown = code_at(town) if code is None else code
    return await town.act(lambda books, at: doors.settle(books, name, checked, shown, at=at))


async def unit_admin(town: Town, number: int, unit: str) -> Account:
    """A unit's admin who has accepted the invitation."""
    code = enrol.new_code()
    await town.act(
        lambda books, at: roles.invite(
            books, Role.UNIT_ADMIN, None, unit, code, actor="console", at=at
        )
    )
    return (await town.start(number, code)).account


async def grant(town: Town, account: Account, role: Role, unit: UnitId | None = None) -> None:
    await town.act(
        lambda books, at: roles.grant(books, account.id, role, unit, actor="account:99", at=at)
    )


async def revoke(town: Town, account: Account, role: Role) -> None:
    await town.act(
        lambda books, at: roles.revoke(books, account.id, role, actor="account:99", at=at)
    )


# -- links ---------------------------------------------------------------------------------------


async def test_a_link_opens_a_session_of_its_account_once(town: Town) -> None:
    admin = await town.appoint(1, Role.ADMIN)
    code = await link_of(town, admin)
    session = await open_(town, code)
    assert session.account.id == admin.id
    assert session.token
    assert session.expires_at == town.clock.now() + LONGEST
    with pytest.raises(NotAllowed) as again:
        await open_(town, code)
    with pytest.raises(NotAllowed) as unknown:
        await open_(town, "no such code")
    assert str(again.value) == str(unknown.value) == doors.LINK_REFUSED
    assert (await town.ledger())[-2:] == ["link-made", "logged-in"]


async def test_a_link_is_good_for_ten_minutes(town: Town) -> None:
    admin = await town.appoint(1, Role.ADMIN)
    first = await link_of(town, admin)
    town.clock.pass_time(LINK_LIFE - SECOND)
    await open_(town, first)
    second = await link_of(town, admin)
    town.clock.pass_time(LINK_LIFE)
    with pytest.raises(NotAllowed, match="已过期"):
        await open_(town, second)


async def test_a_new_link_makes_the_earlier_one_of_the_same_account_void(town: Town) -> None:
    admin, editor = await town.appoint(1, Role.ADMIN), await town.appoint(2, Role.EDITOR)
    first, of_editor = await link_of(town, admin), await link_of(town, editor)
    second = await link_of(town, admin)
    with pytest.raises(NotAllowed):
        await open_(town, first)
    assert (await open_(town, second)).account.id == admin.id
    assert (await open_(town, of_editor)).account.id == editor.id


async def test_one_of_two_who_open_a_link_at_once_gets_in(town: Town) -> None:
    code = await link_of(town, await town.appoint(1, Role.ADMIN))
    done = await asyncio.gather(*(open_(town, code) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, Session) for one in done) == 1


async def test_who_has_no_such_role_gets_no_link(town: Town) -> None:
    cadre = await town.appoint(1, Role.CADRE, "001")
    resident = (await town.start(2, "V1")).account
    for account in (cadre, resident):
        with pytest.raises(NotAllowed, match="司法所"):
            await link_of(town, account)


@pytest.mark.parametrize("role", sorted(MAY_LOG_IN - {Role.UNIT_ADMIN}))
async def test_admins_approvers_and_editors_see_the_whole_township(town: Town, role: Role) -> None:
    remit = (await begun(town, await town.appoint(1, role))).remit
    assert remit.units is None
    assert remit.sees(None)
    assert remit.sees(await town.unit("V1"))
    assert (remit.may_approve, remit.may_edit, remit.may_report) == (
        role in MAY_APPROVE,
        role in MAY_EDIT,
        role in MAY_REPORT,
    )


# -- sessions ------------------------------------------------------------------------------------


async def test_only_hashes_of_codes_and_tokens_are_kept(town: Town) -> None:
    admin = await town.appoint(1, Role.ADMIN)
    code = await link_of(town, admin)
    token = (await open_(town, code)).token
    kept = str(
        [
            await town.rows("SELECT * FROM login_links"),
            await town.rows("SELECT * FROM sessions"),
            await town.rows("SELECT * FROM entries"),
        ]
    )
    assert code not in kept
    assert token not in kept
    assert hash_of(token) in kept


async def test_a_session_read_back_carries_no_token(town: Town) -> None:
    session = await begun(town, await town.appoint(1, Role.ADMIN))
    found = await running(town, session.token)
    assert found is not None
    assert found.token == ""
    assert found.account.id == session.account.id
    assert session.csrf == csrf_of(session.token)
    assert csrf_of(session.token) not in {session.token, csrf_of("another")}


async def test_nobody_is_logged_in_with_a_token_that_was_never_given(town: Town) -> None:
    await begun(town, await town.appoint(1, Role.ADMIN))
    assert await running(town, "never given") is None
    assert await running(town, "") is None


@given(steps=st.lists(st.integers(min_value=1, max_value=45), min_size=1, max_size=40))
def test_a_session_runs_while_no_pause_is_too_long_and_not_longer_than_its_day(
    steps: list[int],
) -> None:
    start = MORNING
    seen, at = start, start
    alive = True
    for minutes in steps:
        at += timedelta(minutes=minutes)
        row = SessionRow(AccountId(1), seen, start + LONGEST)
        alive = timedelta(minutes=minutes) < IDLE and at - start < LONGEST
        assert row.runs(at) is alive
        if not alive:
            return
        seen = at
    assert alive


async def test_a_session_slides_when_it_is_touched_and_ends_when_it_is_not(town: Town) -> None:
    session = await begun(town, await town.appoint(1, Role.ADMIN))
    for _ in range(3):
        town.clock.pass_time(IDLE - SECOND)
        found = await running(town, session.token)
        assert found is not None
        assert found.stale
        await town.act(lambda books, at: doors.touch(books, session.token, at=at))
    town.clock.pass_time(IDLE)
    assert await running(town, session.token) is None
    await town.act(lambda books, at: doors.touch(books, session.token, at=at))
    assert await running(town, session.token) is None, "what is over does not come back"


async def test_reading_pages_within_a_minute_asks_for_no_writing(town: Town) -> None:
    session = await begun(town, await town.appoint(1, Role.ADMIN))
    town.clock.pass_time(timedelta(seconds=59))
    found = await running(town, session.token)
    assert found is not None
    assert not found.stale


async def test_twelve_hours_are_the_end_whatever_happens(town: Town) -> None:
    session = await begun(town, await town.appoint(1, Role.ADMIN))
    for _ in range(36):
        town.clock.pass_time(timedelta(minutes=20) - (SECOND if not _ else timedelta(0)))
        await town.act(lambda books, at: doors.touch(books, session.token, at=at))
    assert await running(town, session.token) is not None
    town.clock.pass_time(SECOND)
    assert await running(town, session.token) is None


async def test_logging_out_ends_this_session_and_logging_out_everywhere_all(town: Town) -> None:
    admin = await town.appoint(1, Role.ADMIN)
    first, second, third = [await begun(town, admin) for _ in range(3)]
    waiting = await link_of(town, admin)
    await town.act(lambda books, at: doors.close_session(books, first.token, at=at))
    assert await running(town, first.token) is None
    assert await running(town, second.token) is not None
    await town.act(lambda books, at: doors.close_all(books, admin.id, at=at))
    assert await running(town, second.token) is None
    assert await running(town, third.token) is None
    with pytest.raises(NotAllowed):
        await open_(town, waiting)
    assert (await town.ledger()).count("logged-out") == 2


async def test_logging_out_twice_is_logging_out_once(town: Town) -> None:
    session = await begun(town, await town.appoint(1, Role.ADMIN))
    for _ in range(2):
        await town.act(lambda books, at: doors.close_session(books, session.token, at=at))
    assert (await town.ledger()).count("logged-out") == 1


async def test_sessions_that_are_over_are_cleared_away_by_the_next(town: Town) -> None:
    admin = await town.appoint(1, Role.ADMIN)
    await begun(town, admin)
    town.clock.pass_time(IDLE)
    await begun(town, admin)
    assert await town.rows("SELECT count(*) FROM sessions") == [(1,)]


async def test_who_said_stop_stays_logged_in_for_roles_decide(town: Town) -> None:
    session = await begun(town, await town.appoint(1, Role.ADMIN))
    await town.leave(1)
    assert await running(town, session.token) is not None


async def test_who_lost_the_role_is_out_at_once(town: Town) -> None:
    await town.appoint(1, Role.ADMIN)
    editor = await town.appoint(2, Role.EDITOR)
    session, waiting = await begun(town, editor), await link_of(town, editor)
    await town.act(
        lambda books, at: roles.revoke(books, editor.id, Role.EDITOR, actor="account:1", at=at)
    )
    assert await running(town, session.token) is None
    with pytest.raises(NotAllowed):
        await open_(town, waiting)
    assert await town.rows("SELECT count(*) FROM sessions") == [(0,)]


# -- passwords -----------------------------------------------------------------------------------


async def test_name_password_and_code_together_open_a_session(town: Town) -> None:
    admin = await town.appoint(1, Role.ADMIN)
    await with_password(town, admin)
    done = await log_in(town)
    assert isinstance(done, Session)
    assert done.account.id == admin.id
    assert (await town.ledger())[-2:] == ["password-set", "logged-in"]


async def test_every_refusal_has_the_same_sentence(town: Town) -> None:
    await with_password(town, await town.appoint(1, Role.ADMIN))
    wrong = [
        await log_in(town, name="没有这个人"),
        await log_in(town, password="不是这个密码哦"),
        await log_in(town, code="000000"),
        await log_in(town, code=""),
    ]
    assert wrong == [Refused(doors.LOGIN_REFUSED)] * 4
    assert (await town.ledger()).count("login-refused") == 4


async def test_a_code_opens_once(town: Town) -> None:
    await with_password(town, await town.appoint(1, Role.ADMIN))
    code = code_at(town)
    assert isinstance(await log_in(town, code=code), Session)
    assert isinstance(await log_in(town, code=code), Refused)
    town.clock.pass_time(timedelta(seconds=passwords.STEP))
    assert isinstance(await log_in(town), Session)


async def test_one_of_two_who_give_the_same_code_at_once_gets_in(town: Town) -> None:
    await with_password(town, await town.appoint(1, Role.ADMIN))
    code = code_at(town)
    done = await asyncio.gather(*(log_in(town, code=code) for _ in range(3)))
    assert sum(isinstance(one, Session) for one in done) == 1


@pytest.mark.parametrize("name", ["", "a\0b", "长" * 5000, "a\nb"])
async def test_what_can_be_no_name_is_refused_like_any_other(town: Town, name: str) -> None:
    assert await log_in(town, name=name, code="1") == Refused(doors.LOGIN_REFUSED)


async def test_the_code_that_proved_the_phone_opens_nothing(town: Town) -> None:
    session = await begun(town, await town.appoint(1, Role.ADMIN))
    code = code_at(town)
    await set_up(town, session, code=code)
    assert isinstance(await log_in(town, code=code), Refused)


@given(off=st.integers(min_value=-10, max_value=10), last=st.integers(min_value=-10, max_value=10))
def test_a_code_is_taken_one_step_around_now_and_never_before_the_last_one(
    off: int, last: int
) -> None:
    now = int(MORNING.timestamp()) // passwords.STEP
    code = pyotp.TOTP(SECRET).generate_otp(now + off)
    found = passwords.totp_step(SECRET, code, now + last, MORNING)
    assert found == (now + off if abs(off) <= 1 and off > last else None)


class Shelf:
    """One log-in without a database: what the rule of the lock-out needs, try by try."""

    def __init__(self) -> None:
        self.login = Login(AccountId(1), NAME, HASHED, SECRET, 0, 0, None)
        self.admin = Account(
            AccountId(1), phone(1), AccountState.ACTIVE, None, None, frozenset({Role.ADMIN}), None,
            MORNING,
        )  # fmt: skip
        self.at = MORNING

    def attempt(self, *, right: bool) -> Session | Refused:
        """A try with the right code, half a minute after the last."""
        self.at += timedelta(seconds=passwords.STEP)
        books: Any = SimpleNamespace(
            people=SimpleNamespace(
                account_by_id=lambda _: self.admin, admin_unit=lambda _: None, units=tuple
            ),
            ledger=SimpleNamespace(add=lambda _: None),
            access=self,
        )
        code = pyotp.TOTP(SECRET).at(self.at)
        return doors.settle(books, NAME, Checked(right, HASHED), code, at=self.at)

    def login_named(self, _name: str) -> Login:
        return self.login

    def add_failure(self, _key: AccountId) -> int:
        self.login = replace(self.login, failures=self.login.failures + 1)
        return self.login.failures

    def clear_failures(self, _key: AccountId, until: datetime | None) -> None:
        self.login = replace(self.login, failures=0, locked_until=until)

    def spend_step(self, _key: AccountId, step: int) -> bool:
        self.login = replace(self.login, totp_last_step=step)
        return True

    def add_session(self, *_: object) -> None:
        """What a session needs is told elsewhere."""


@given(tries=st.lists(st.booleans(), max_size=30))
def test_five_failures_in_a_row_rest_the_name_and_a_success_begins_anew(tries: list[bool]) -> None:
    desk, failed, locked = Shelf(), 0, False
    for right in tries:
        done = desk.attempt(right=right)
        if locked:
            assert isinstance(done, Refused), "what is tried meanwhile is refused unseen"
            continue
        assert isinstance(done, Session) is right
        failed = 0 if right else failed + 1
        locked = failed == 5
    assert (desk.login.locked_until is not None) is locked


async def test_five_failures_in_a_row_shut_the_name_for_a_quarter_of_an_hour(town: Town) -> None:
    await with_password(town, await town.appoint(1, Role.ADMIN))
    for _ in range(5):
        assert isinstance(await log_in(town, password="不是这个密码哦"), Refused)
    refused = (await town.ledger()).count("login-refused")
    assert isinstance(await log_in(town), Refused), "even the right password"
    assert (await town.ledger()).count("login-refused") == refused == 5
    town.clock.pass_time(REST - SECOND)
    assert isinstance(await log_in(town), Refused)
    town.clock.pass_time(SECOND)
    assert isinstance(await log_in(town), Session)


async def test_a_shut_name_still_comes_in_by_a_link(town: Town) -> None:
    admin = await town.appoint(1, Role.ADMIN)
    await with_password(town, admin)
    for _ in range(5):
        await log_in(town, password="不是这个密码哦")
    assert (await begun(town, admin)).account.id == admin.id


async def test_unknown_names_do_not_fill_the_ledger(town: Town) -> None:
    for n in range(5):
        await log_in(town, name=f"陌生人{n}", code="1")
    assert await town.ledger() == ["login-refused"]
    assert await town.rows("SELECT account_id FROM entries") == [(None,)]
    town.clock.pass_time(timedelta(minutes=1))
    await log_in(town, name="陌生人", code="1")
    assert await town.ledger() == ["login-refused"] * 2
    assert "陌生人" not in str(await town.rows("SELECT * FROM entries"))


async def test_a_password_that_was_changed_meanwhile_opens_nothing(town: Town) -> None:
    admin = await town.appoint(1, Role.ADMIN)
    await with_password(town, admin)
    login = await town.look(lambda books: doors.look_up(books, NAME))
    checked = passwords.verify(login, PASSWORD)
    assert checked.right
    other = passwords.hash_of("另一个很长的密码")
    await with_password(town, admin, hashed=other)
    code = code_at(town)
    done = await town.act(lambda books, at: doors.settle(books, NAME, checked, code, at=at))
    assert isinstance(done, Refused)


async def test_a_weaker_hash_is_made_anew_at_the_next_log_in(town: Town) -> None:
    from argon2 import PasswordHasher  # noqa: PLC0415 - only this test makes a weak hash

    admin = await town.appoint(1, Role.ADMIN)
    weak = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    await with_password(town, admin, hashed=weak)
    assert isinstance(await log_in(town), Session)
    login = await town.look(lambda books: doors.look_up(books, NAME))
    assert login is not None
    assert login.password_hash != weak
    assert passwords.verify(login, PASSWORD) == Checked(True, login.password_hash, None)


async def test_without_a_second_factor_the_password_opens_nothing(town: Town) -> None:
    admin = await town.appoint(1, Role.ADMIN)
    await with_password(town, admin)
    await town.act(lambda books, _: books.access.set_totp(admin.id, None, 0))
    for code in ("", code_at(town), "000000"):
        assert isinstance(await log_in(town, code=code), Refused)


async def test_a_log_in_by_password_is_only_set_up_with_a_proven_phone(town: Town) -> None:
    session = await begun(town, await town.appoint(1, Role.ADMIN))
    with pytest.raises(BadInput, match="验证码不对"):
        await set_up(town, session, code="000000")
    assert await town.rows("SELECT count(*) FROM logins") == [(0,)]


@pytest.mark.parametrize("secret", ["", "short", "不是密钥", "A" * 65, "1" * 32])
def test_what_is_no_secret_proves_nothing(secret: str) -> None:
    assert passwords.totp_step(secret, "000000", 0, MORNING) is None


NEW = "屋后的桃花又落了一地"


async def by_password(town: Town) -> Session:
    """A session that was begun by password; the clock is past its code."""
    session = await log_in(town)
    assert isinstance(session, Session)
    town.clock.pass_time(timedelta(minutes=1))
    return session


async def test_a_new_password_asks_for_the_present_one(town: Town) -> None:
    await with_password(town, await town.appoint(1, Role.ADMIN))
    session, new = await by_password(town), passwords.hash_of(NEW)
    for wrong in ("", "不是这个密码哦"):
        refused = await set_up(town, session, wrong, hashed=new)
        assert refused == Refused(own_login.PRESENT_REFUSED)
    town.clock.pass_time(timedelta(minutes=1))
    assert isinstance(await log_in(town), Session), "nothing was changed"
    town.clock.pass_time(timedelta(minutes=1))
    assert await set_up(town, session, PASSWORD, hashed=new) is None
    town.clock.pass_time(timedelta(minutes=1))
    assert isinstance(await log_in(town), Refused)
    assert isinstance(await log_in(town, password=NEW), Session)


async def test_a_new_phone_asks_for_the_present_password(town: Town) -> None:
    await with_password(town, await town.appoint(1, Role.ADMIN))
    session, other = await by_password(town), passwords.new_secret()
    assert isinstance(await set_up(town, session, secret=other), Refused)
    assert await set_up(town, session, PASSWORD, secret=other) is None
    town.clock.pass_time(timedelta(minutes=1))
    assert isinstance(await log_in(town), Refused), "the old phone opens nothing"
    assert isinstance(await log_in(town, code=code_at(town, other)), Session)


async def test_a_fresh_link_stands_for_a_password_that_is_lost(town: Town) -> None:
    admin = await town.appoint(1, Role.ADMIN)
    await with_password(town, admin)
    session = await begun(town, admin)
    town.clock.pass_time(FRESH)
    assert await set_up(town, session) is None
    later = await begun(town, admin)
    town.clock.pass_time(FRESH + SECOND)
    assert isinstance(await set_up(town, later), Refused)
    assert await set_up(town, later, PASSWORD) is None


async def test_a_link_that_somebody_else_opened_proves_nothing_here(town: Town) -> None:
    admin = await town.appoint(1, Role.ADMIN)
    await with_password(town, admin)
    left_open = await by_password(town)
    await begun(town, admin)
    await begun(town, await town.appoint(2, Role.EDITOR))
    assert isinstance(await set_up(town, left_open), Refused)


async def test_a_first_password_wants_a_fresh_link(town: Town) -> None:
    session = await begun(town, await town.appoint(1, Role.ADMIN))
    town.clock.pass_time(FRESH + SECOND)
    with pytest.raises(NotAllowed, match="一次性链接"):
        await set_up(town, session)
    assert await town.rows("SELECT count(*) FROM logins") == [(0,)]


async def test_setting_a_password_closes_the_other_sessions_and_links(town: Town) -> None:
    admin, editor = await town.appoint(1, Role.ADMIN), await town.appoint(2, Role.EDITOR)
    others = [await begun(town, admin) for _ in range(2)]
    mine, theirs = await begun(town, admin), await begun(town, editor)
    waiting = await link_of(town, admin)
    await set_up(town, mine)
    assert [await running(town, one.token) is None for one in others] == [True, True]
    assert await running(town, mine.token) is not None
    assert await running(town, theirs.token) is not None
    with pytest.raises(NotAllowed):
        await open_(town, waiting)
    assert (await town.ledger())[-2:] == ["password-set", "logged-out"]


async def test_guessing_the_present_password_rests_the_name_as_at_the_log_in(town: Town) -> None:
    await with_password(town, await town.appoint(1, Role.ADMIN))
    session = await by_password(town)
    for _ in range(5):
        assert isinstance(await set_up(town, session, "不是这个密码哦"), Refused)
    assert isinstance(await set_up(town, session, PASSWORD), Refused)
    assert (await town.ledger()).count("login-refused") == 5
    town.clock.pass_time(REST)
    assert await set_up(town, session, PASSWORD) is None


async def test_a_session_that_is_over_sets_nothing(town: Town) -> None:
    session = await begun(town, await town.appoint(1, Role.ADMIN))
    await town.act(lambda books, at: doors.close_session(books, session.token, at=at))
    with pytest.raises(NotAllowed):
        await set_up(town, session)


async def test_a_name_belongs_to_one_account(town: Town) -> None:
    admin, editor = await town.appoint(1, Role.ADMIN), await town.appoint(2, Role.EDITOR)
    await with_password(town, admin)
    with pytest.raises(BadInput, match="已有人用"):
        await with_password(town, editor)
    await with_password(town, editor, "李二")
    await with_password(town, admin)


@pytest.mark.parametrize("name", ["", "   ", "张 三", "a\nb", "长" * 41])
async def test_a_name_nobody_could_type_is_refused(town: Town, name: str) -> None:
    admin = await town.appoint(1, Role.ADMIN)
    with pytest.raises(BadInput, match="登录名"):
        await with_password(town, admin, name)


async def test_who_lost_the_roles_sets_up_no_log_in(town: Town) -> None:
    await town.appoint(1, Role.ADMIN)
    editor = await town.appoint(2, Role.EDITOR)
    session = await begun(town, editor)
    await town.act(lambda books, _: books.people.revoke(editor.id, Role.EDITOR))
    with pytest.raises(NotAllowed):
        await set_up(town, session)


@pytest.mark.parametrize(
    "password", ["short", "123456789", "aaaaaaaaaaaa", "wang.yi.2026", "长" * 201]
)
def test_a_password_that_is_guessed_at_once_is_refused(password: str) -> None:
    with pytest.raises(BadInput, match="密码"):
        passwords.check_password(password, "Wang.Yi.2026")


def test_a_sentence_of_ten_characters_is_a_password() -> None:
    passwords.check_password(PASSWORD, NAME)
    passwords.check_password("1234567890", NAME)


def test_an_unknown_name_costs_as_much_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = passwords._HASHER.verify

    class Counting:
        def verify(self, against: str, password: str) -> bool:
            asked.append(against)
            return real(against, password)

        def hash(self, password: str) -> str:
            return HASHED

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    assert not passwords.verify(None, PASSWORD).right
    assert len(asked) == 1
    assert asked[0].startswith("$argon2id$")


# -- who is who ------------------------------------------------------------------------------------


async def test_a_units_admin_sees_the_unit_with_all_below_it_and_nothing_else(town: Town) -> None:
    units = {code: await town.unit(code) for code in ("C", "T", "V1", "V2", "D1")}
    village = await unit_admin(town, 1, "V1")
    remit = (await begun(town, village)).remit
    assert remit.unit == units["V1"]
    assert [code for code, unit in units.items() if remit.sees(unit)] == ["V1"]
    assert not remit.sees(None), "what belongs to the township as a whole is not the village's"
    whole = (await begun(town, await unit_admin(town, 2, "T"))).remit
    assert [code for code, unit in units.items() if whole.sees(unit)] == ["T", "V1", "V2", "D1"]


async def test_a_units_admin_may_nothing_that_is_the_whole_townships(town: Town) -> None:
    account = await unit_admin(town, 1, "V1")
    assert not any(account.may(rights) for rights in (MAY_APPROVE, MAY_EDIT, MAY_REPORT))
    remit = (await begun(town, account)).remit
    assert (remit.may_approve, remit.may_edit, remit.may_report) == (False, False, False)


async def test_a_units_admin_who_becomes_an_editor_sees_the_whole_township(town: Town) -> None:
    account = await unit_admin(town, 1, "V1")
    session = await begun(town, account)
    await grant(town, account, Role.EDITOR)
    found = await running(town, session.token)
    assert found is not None
    assert found.remit.units is None


async def test_the_unit_of_a_units_admin_can_be_changed(town: Town) -> None:
    account = await unit_admin(town, 1, "V1")
    session, other = await begun(town, account), await town.unit("V2")
    await grant(town, account, Role.UNIT_ADMIN, other)
    found = await running(town, session.token)
    assert found is not None
    assert found.remit.units == frozenset({other})


def test_a_units_admin_without_a_unit_sees_nothing() -> None:
    account = replace(Shelf().admin, roles=frozenset({Role.UNIT_ADMIN}))
    assert remit_of(account, None, ()).units == frozenset()


@pytest.mark.parametrize(
    ("role", "unit", "words"),
    [
        (Role.UNIT_ADMIN, None, "--unit"),
        (Role.EDITOR, "V1", "--unit"),
        (Role.ADMIN, "V1", "--unit"),
        (Role.UNIT_ADMIN, "V9", "没有编码 V9"),
    ],
)
async def test_a_unit_goes_with_the_units_admin_alone(
    town: Town, role: Role, unit: str | None, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        await town.act(
            lambda books, at: roles.invite(books, role, None, unit, "CODE", actor="console", at=at)
        )
    with pytest.raises(BadInput, match=words):
        await town.act(
            lambda books, at: roles.add_desk_account(
                books, "张三", role, unit, actor="console", at=at
            )
        )
    assert await town.ledger() == []
    assert await town.rows("SELECT count(*) FROM accounts") == [(0,)]


async def test_an_invitation_is_written_down_without_its_code(town: Town) -> None:
    await town.act(
        lambda books, at: roles.invite(
            books, Role.UNIT_ADMIN, "005", "V1", "SECRET2345", actor="account:1", at=at
        )
    )
    kept = await town.rows("SELECT kind, actor, unit_id, cadre_id, detail FROM entries")
    assert [row[:2] for row in kept] == [("invited", "account:1")]
    assert kept[0][2] == await town.unit("V1")
    assert kept[0][3] is not None
    assert "SECRET2345" not in str(kept)


async def test_granting_and_revoking_are_written_down_with_who_did_it(town: Town) -> None:
    account = (await town.start(1, "V1")).account
    await grant(town, account, Role.EDITOR)
    assert (await town.account(1)).roles == frozenset({Role.EDITOR})
    await revoke(town, account, Role.EDITOR)
    assert (await town.account(1)).roles == frozenset()
    assert (await town.rows("SELECT kind, actor, account_id FROM entries ORDER BY id"))[-2:] == [
        ("role-granted", "account:99", account.id),
        ("role-revoked", "account:99", account.id),
    ]


async def test_the_last_admin_stays(town: Town) -> None:
    first = await town.appoint(1, Role.ADMIN)
    with pytest.raises(WrongState, match="最后一位"):
        await revoke(town, first, Role.ADMIN)
    await town.appoint(2, Role.ADMIN)
    await revoke(town, first, Role.ADMIN)
    assert (await town.account(1)).roles == frozenset()


async def test_a_role_that_nobody_has_cannot_be_taken_back(town: Town) -> None:
    account = await town.appoint(1, Role.CADRE, "001")
    with pytest.raises(NotFound):
        await revoke(town, account, Role.EDITOR)
    with pytest.raises(BadInput, match="工号"):
        await revoke(town, account, Role.CADRE)
    with pytest.raises(BadInput, match="工号"):
        await grant(town, account, Role.CADRE)


# -- a township without the chat -------------------------------------------------------------------


async def desk_account(town: Town, name: str = "张三", role: Role = Role.ADMIN) -> Account:
    return await town.act(
        lambda books, at: roles.add_desk_account(books, name, role, None, actor="console", at=at)
    )


async def test_who_has_no_chat_logs_in_by_a_link_all_the_same(town: Town) -> None:
    account = await desk_account(town)
    session = await begun(town, account)
    assert session.account.address == Address(DESK, "张三")
    assert session.remit.may_approve
    with pytest.raises(BadInput, match="已经有"):
        await desk_account(town, " 张三 ")


async def test_nothing_is_ever_queued_for_who_has_no_chat(town: Town) -> None:
    account = await desk_account(town)
    editor = await desk_account(town, "李四", Role.EDITOR)
    chatting = await town.appoint(1, Role.ADMIN)
    keys = [account.id, editor.id, chatting.id]
    queued = await town.act(
        lambda books, at: books.deliveries.queue(DeliveryKind.APPROVAL, 1, 1, keys, at)
    )
    assert queued == 1
    await town.act(lambda books, at: office.tell_admins(books, DeliveryKind.INTERRUPTED, 0, at))
    assert await town.rows("SELECT DISTINCT channel FROM deliveries") == [("telegram",)]


async def test_a_cadre_bound_at_the_desk_is_neither_counted_nor_sent_anything(town: Town) -> None:
    account = await desk_account(town)
    everybody = Cadres(None, ())

    def bind(books: Books, _at: datetime) -> CadreId:
        cadre = books.people.cadre_by_number("001")
        assert cadre is not None
        books.people.bind_cadre(account.id, cadre.id)
        return cadre.id

    cadre = await town.act(bind)
    assert await town.look(lambda books: books.deliveries.count(everybody)) == 0
    assert await town.act(lambda b, at: b.deliveries.freeze(1, 1, everybody, "hash", at)) == 0
    assert (
        await town.act(
            lambda b, at: b.deliveries.queue_cadres(DeliveryKind.EXAM_OPEN, 1, [cadre], at)
        )
        == 0
    )


# -- forgetting ------------------------------------------------------------------------------------


async def test_forgetting_takes_the_log_in_the_links_and_the_sessions(town: Town) -> None:
    admin = await town.appoint(1, Role.ADMIN)
    await with_password(town, admin)
    session = await begun(town, admin)
    await link_of(town, admin)
    await town.act(lambda b, at: forget_address(b.forgetting, b.ledger, phone(1), at=at))
    assert await running(town, session.token) is None
    for table in ("logins", "login_links", "sessions"):
        assert await town.rows(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 - ours
    assert NAME not in str(await town.rows("SELECT * FROM entries"))


async def test_with_the_last_role_goes_the_log_in_and_in_time_the_name(town: Town) -> None:
    """A log-in is kept as long as its role; the manual says so."""
    await desk_account(town)
    account = await desk_account(town, "李四", Role.EDITOR)
    await with_password(town, account)
    await grant(town, account, Role.APPROVER)
    await revoke(town, account, Role.EDITOR)
    assert await town.rows("SELECT count(*) FROM logins") == [(1,)], "one role is left"
    await revoke(town, account, Role.APPROVER)
    for table in ("logins", "sessions"):
        assert await town.rows(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 - ours
    town.clock.pass_time(KEEP_LEFT + timedelta(days=1))
    purged = await town.act(lambda b, at: purge(b.forgetting, b.ledger, at=at))
    assert purged.accounts == 1
    assert "李四" not in str(await town.rows("SELECT * FROM accounts"))
    assert "张三" in str(await town.rows("SELECT * FROM accounts"))


async def test_who_gets_a_role_again_in_time_is_not_forgotten(town: Town) -> None:
    account = await desk_account(town, "李四", Role.EDITOR)
    await revoke(town, account, Role.EDITOR)
    await grant(town, account, Role.APPROVER)
    town.clock.pass_time(KEEP_LEFT + timedelta(days=1))
    purged = await town.act(lambda b, at: purge(b.forgetting, b.ledger, at=at))
    assert purged.accounts == 0


async def test_who_has_a_password_and_left_the_chat_is_not_forgotten_with_it(town: Town) -> None:
    await with_password(town, await town.appoint(1, Role.ADMIN))
    await town.appoint(2, Role.EDITOR)
    for number in (1, 2):
        await town.leave(number)
    town.clock.pass_time(KEEP_LEFT + timedelta(days=1))
    purged = await town.act(lambda b, at: purge(b.forgetting, b.ledger, at=at))
    assert purged.accounts == 1
    assert isinstance(await log_in(town), Session)
