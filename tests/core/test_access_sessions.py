"""Links open sessions; sessions end."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.access import doors
from lawcore.access import people as roles
from lawcore.access.model import (
    IDLE,
    LINK_LIFE,
    LONGEST,
    MAY_LOG_IN,
    Session,
    SessionRow,
    csrf_of,
    hash_of,
)
from lawcore.errors import NotAllowed
from lawcore.ids import AccountId
from lawcore.people.model import MAY_APPROVE, MAY_EDIT, MAY_REPORT, Role
from tests.conftest import MORNING

from .conftest import Town
from .entering import SECOND, begun, link_of, open_, running


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
