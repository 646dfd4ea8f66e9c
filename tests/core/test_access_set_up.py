"""Setting a password and a second factor, at first and anew."""

from datetime import timedelta

import pytest

from lawcore.access import doors, own_login, passwords
from lawcore.access.model import FRESH, REST, Refused, Session
from lawcore.errors import BadInput, NotAllowed
from lawcore.people.model import Role

from .conftest import Town
from .entering import (
    PASSWORD,
    SECOND,
    begun,
    code_at,
    link_of,
    log_in,
    open_,
    running,
    set_up,
    with_password,
)

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
