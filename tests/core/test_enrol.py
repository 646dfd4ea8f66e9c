"""Joining, leaving, returning and binding, each with its line in the ledger."""

import asyncio
from datetime import timedelta

import pytest

from lawcore.errors import BadInput, LawbotError, NotFound
from lawcore.participation import enrol
from lawcore.participation.enrol import Welcome
from lawcore.people.model import AccountState, Role
from lawcore.storage import open_store

from .conftest import Town, phone


async def test_a_village_code_from_the_poster_joins_the_village(town: Town) -> None:
    done = await town.start(1, "V1")
    assert done.welcome is Welcome.JOINED
    assert done.unit is not None
    assert done.unit.name == "东河村"
    assert done.account.village == await town.unit("V1")
    assert done.account.state is AccountState.ACTIVE
    assert await town.ledger() == ["joined"]


async def test_a_start_without_a_code_asks_for_the_village_and_joins_nothing(town: Town) -> None:
    done = await town.start(1)
    assert done.welcome is Welcome.CHOOSE_VILLAGE
    assert done.account.village is None
    assert await town.ledger() == []
    assert (await town.start(1)).welcome is Welcome.CHOOSE_VILLAGE


async def test_choosing_a_village_joins_it(town: Town) -> None:
    await town.start(1)
    village = await town.unit("V2")
    done = await town.act(
        lambda books, at: enrol.join(books.people, books.ledger, phone(1), village, at=at)
    )
    assert done.welcome is Welcome.JOINED
    assert done.account.village == village
    assert await town.rows("SELECT kind, unit_id, actor FROM entries") == [
        ("joined", village, f"account:{done.account.id}")
    ]


async def test_the_same_poster_twice_joins_once(town: Town) -> None:
    await town.start(1, "V1")
    assert (await town.start(1, "V1")).welcome is Welcome.ALREADY
    assert await town.ledger() == ["joined"]


async def test_another_poster_moves_to_the_other_village(town: Town) -> None:
    await town.start(1, "V1")
    done = await town.start(1, "V2")
    assert done.welcome is Welcome.JOINED
    assert done.account.village == await town.unit("V2")


@pytest.mark.parametrize("code", ["V9", "D1", "T", "ABCDEFGHJK", "' OR 1=1 --", "。", "x" * 64])
async def test_a_code_that_is_no_village_and_no_invitation_changes_nothing(
    town: Town, code: str
) -> None:
    with pytest.raises(NotFound):
        await town.start(1, code)
    assert await town.rows("SELECT * FROM accounts") == []
    assert await town.ledger() == []


async def test_a_department_cannot_be_joined_as_a_village(town: Town) -> None:
    department = await town.unit("D1")
    with pytest.raises(NotFound):
        await town.act(
            lambda books, at: enrol.join(books.people, books.ledger, phone(1), department, at=at)
        )


async def test_a_code_with_spaces_around_it_is_the_same_code(town: Town) -> None:
    assert (await town.start(1, " V1 ")).welcome is Welcome.JOINED
    assert (await town.start(2, "  ")).welcome is Welcome.CHOOSE_VILLAGE


async def test_stop_leaves_and_start_returns(town: Town) -> None:
    await town.start(1, "V1")
    await town.leave(1)
    assert (await town.account(1)).state is AccountState.LEFT
    done = await town.start(1)
    assert done.welcome is Welcome.RETURNED
    assert done.account.state is AccountState.ACTIVE
    assert done.unit is not None
    assert done.unit.code == "V1"
    assert await town.ledger() == ["joined", "left", "returned"]


async def test_who_left_returns_by_the_same_poster_too(town: Town) -> None:
    await town.start(1, "V1")
    await town.leave(1)
    assert (await town.start(1, "V1")).welcome is Welcome.RETURNED
    assert await town.ledger() == ["joined", "left", "returned"]


async def test_leaving_gives_the_account_as_it_is_afterwards(town: Town) -> None:
    await town.start(1, "V1")
    left = await town.act(
        lambda books, at: enrol.leave(books.people, books.ledger, phone(1), at=at)
    )
    assert left is not None
    assert left.state is AccountState.LEFT


async def test_leaving_twice_is_leaving_once(town: Town) -> None:
    await town.start(1, "V1")
    await town.leave(1)
    await town.leave(1)
    assert await town.ledger() == ["joined", "left"]


async def test_who_never_joined_cannot_leave_and_leaves_no_trace(town: Town) -> None:
    await town.leave(1)
    assert await town.rows("SELECT * FROM accounts") == []


async def test_who_stopped_the_bot_returns_by_start(town: Town) -> None:
    await town.start(1, "V1")
    await town.act(lambda books, at: enrol.stopped(books.people, books.ledger, phone(1), at=at))
    assert (await town.account(1)).state is AccountState.BLOCKED
    assert (await town.start(1)).account.state is AccountState.ACTIVE
    assert await town.ledger() == ["joined", "blocked", "returned"]


async def test_who_left_before_choosing_a_village_is_active_again_after_start(town: Town) -> None:
    await town.start(1)
    await town.leave(1)
    done = await town.start(1)
    assert done.welcome is Welcome.CHOOSE_VILLAGE
    assert done.account.state is AccountState.ACTIVE


async def test_a_one_time_code_binds_the_cadre_and_gives_the_role(town: Town) -> None:
    done = await town.start(5, await town.invite(Role.APPROVER, "001"))
    cadre = await town.look(lambda books: books.people.cadre_by_number("001"))
    assert cadre is not None
    assert done.welcome is Welcome.BOUND
    assert done.account.cadre == cadre.id
    assert done.account.roles == {Role.APPROVER, Role.CADRE}
    assert await town.rows("SELECT kind, account_id, cadre_id FROM entries") == [
        ("bound", done.account.id, cadre.id)
    ]


async def test_a_typed_code_may_be_in_small_letters(town: Town) -> None:
    code = await town.invite(Role.ADMIN)
    assert (await town.start(5, code.lower())).account.roles == {Role.ADMIN}


async def test_a_one_time_code_works_once(town: Town) -> None:
    code = await town.invite(Role.ADMIN)
    await town.start(5, code)
    with pytest.raises(NotFound):
        await town.start(6, code)
    with pytest.raises(NotFound):
        await town.start(5, code)
    assert await town.ledger() == ["bound"]


async def test_a_one_time_code_used_by_two_at_once_is_used_by_one(town: Town) -> None:
    code = await town.invite(Role.ADMIN)
    done = await asyncio.gather(
        *(town.start(number, code) for number in (5, 6)), return_exceptions=True
    )
    assert sorted(isinstance(one, LawbotError) for one in done) == [False, True]
    assert await town.rows("SELECT role FROM grants") == [("admin",)]
    assert len(await town.rows("SELECT * FROM accounts")) == 1


async def test_a_one_time_code_used_in_two_processes_at_once_is_used_by_one(
    town: Town, database_url: str
) -> None:
    code = await town.invite(Role.ADMIN)
    other = Town(await open_store(database_url), town.clock)
    done = await asyncio.gather(town.start(5, code), other.start(6, code), return_exceptions=True)
    await other.store.close()
    assert sorted(isinstance(one, LawbotError) for one in done) == [False, True]
    assert await town.rows("SELECT role FROM grants") == [("admin",)]


async def test_a_one_time_code_expires_after_seven_days(town: Town) -> None:
    code = await town.invite(Role.ADMIN)
    late = await town.invite(Role.ADMIN)
    town.clock.pass_time(enrol.INVITE_LIFE - timedelta(seconds=1))
    await town.start(5, code)
    town.clock.pass_time(timedelta(seconds=1))
    with pytest.raises(NotFound):
        await town.start(6, late)


async def test_only_the_hash_of_a_code_is_kept(town: Town) -> None:
    code = await town.invite(Role.ADMIN)
    assert code not in str(await town.rows("SELECT * FROM invites"))


async def test_a_new_phone_takes_the_cadre_and_the_old_one_keeps_no_power(town: Town) -> None:
    await town.appoint(5, Role.APPROVER, "001")
    new = await town.appoint(6, Role.APPROVER, "001")
    old = await town.account(5)
    assert old.cadre is None
    assert old.roles == frozenset()
    assert new.roles == {Role.APPROVER, Role.CADRE}


@pytest.mark.parametrize("person", [None, "", "999"])
async def test_a_cadre_cannot_be_invited_without_a_known_number(
    town: Town, person: str | None
) -> None:
    with pytest.raises(BadInput):
        await town.invite(Role.CADRE, person)
    assert await town.rows("SELECT * FROM invites") == []


async def test_a_resident_who_is_also_a_cadre_keeps_the_village(town: Town) -> None:
    await town.start(5, "V1")
    done = await town.appoint(5, Role.CADRE, "005")
    assert done.village == await town.unit("V1")
    assert (await town.start(5)).welcome is Welcome.ALREADY
