"""Name, password and code together; who guesses rests."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.access import doors, passwords
from lawcore.access.model import REST, Checked, Login, Refused, Session
from lawcore.errors import BadInput
from lawcore.ids import AccountId
from lawcore.people.model import Account, AccountState, Role
from tests.conftest import MORNING

from .conftest import Town, phone
from .entering import (
    HASHED,
    NAME,
    PASSWORD,
    SECOND,
    SECRET,
    begun,
    code_at,
    log_in,
    set_up,
    with_password,
)


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
