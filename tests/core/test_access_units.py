"""Roles: who sees what, and that giving them is written down."""

import pytest

from lawcore.access import people as roles
from lawcore.access.model import remit_of
from lawcore.errors import BadInput, NotFound, WrongState
from lawcore.ids import AccountId
from lawcore.people.model import MAY_APPROVE, MAY_EDIT, MAY_REPORT, Account, AccountState, Role
from tests.conftest import MORNING

from .conftest import Town, phone
from .entering import begun, grant, revoke, running, unit_admin


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
    roles_ = frozenset({Role.UNIT_ADMIN})
    state = AccountState.ACTIVE
    account = Account(AccountId(1), phone(1), state, None, None, roles_, None, MORNING)
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
