"""Units, cadres and accounts in the book, and the tree of units."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lawcore.ids import UnitId
from lawcore.participation import enrol
from lawcore.people.model import (
    MAY_APPROVE,
    CadreCategory,
    CadreRow,
    Role,
    Roster,
    Unit,
    UnitKind,
    UnitRow,
)
from lawcore.people.tree import town as town_of
from lawcore.people.tree import under, villages

from .conftest import Town, phone


async def test_a_roster_comes_back_as_it_was_saved(town: Town, small_town: Roster) -> None:
    saved = await town.look(lambda books: books.people.roster())
    assert set(saved.units) == set(small_town.units)
    assert saved.cadres == small_town.cadres


async def test_saving_a_roster_again_changes_nothing(town: Town, small_town: Roster) -> None:
    before = await town.rows("SELECT * FROM cadres ORDER BY id")
    await town.act(lambda books, at: books.people.save_roster(small_town, at))
    assert await town.rows("SELECT * FROM cadres ORDER BY id") == before
    assert len(await town.rows("SELECT * FROM units")) == len(small_town.units)


async def test_a_later_roster_changes_what_differs_and_adds_what_is_new(
    town: Town, small_town: Roster
) -> None:
    moved = replace(small_town.cadres[0], unit_code="V1", post="包村干部", active=False)
    new = CadreRow("100", "吴新", "V9", "会计", CadreCategory.VILLAGE)
    units = (UnitRow("V9", "新村", UnitKind.VILLAGE, "T"), *small_town.units)
    await town.act(lambda books, at: books.people.save_roster(Roster(units, (moved, new)), at))
    saved = await town.look(lambda books: books.people.roster())
    assert moved in saved.cadres
    assert new in saved.cadres
    assert set(saved.cadres) >= set(small_town.cadres[1:])


async def test_a_unit_may_stand_before_the_one_it_belongs_to(town: Town) -> None:
    rows = (
        UnitRow("B1", "下村", UnitKind.VILLAGE, "B"),
        UnitRow("B", "上镇", UnitKind.TOWN, None),
    )
    await town.act(lambda books, at: books.people.save_roster(Roster(rows, ()), at))
    units = await town.look(lambda books: books.people.units())
    below, above = (next(unit for unit in units if unit.code == code) for code in ("B1", "B"))
    assert below.parent == above.id
    assert above.parent is None


async def test_accounts_are_found_by_role_with_all_their_roles(town: Town) -> None:
    await town.appoint(1, Role.ADMIN)
    await town.appoint(2, Role.APPROVER, "001")
    await town.appoint(3, Role.EDITOR)
    found = await town.look(lambda books: books.people.accounts_with(MAY_APPROVE))
    assert [account.roles for account in found] == [{Role.ADMIN}, {Role.APPROVER, Role.CADRE}]
    assert found[1].may(MAY_APPROVE)
    cadre = found[1].cadre
    assert cadre is not None
    assert await town.look(lambda books: books.people.account_of(cadre)) == found[1]


async def test_only_cadres_in_post_who_receive_are_reached(town: Town) -> None:
    for number, person in ((1, "001"), (2, "002"), (7, "007")):
        await town.appoint(number, Role.CADRE, person)
    await town.leave(2)
    assert await town.look(lambda books: books.people.cadres_reached()) == 1


async def test_what_an_account_is_asked_for_is_kept_and_forgotten_when_it_leaves(
    town: Town,
) -> None:
    account = (await town.start(1, "V1")).account
    await town.act(lambda books, _: books.people.set_pending(account.id, "return:7:1"))
    assert (await town.account(1)).pending == "return:7:1"
    await town.act(lambda books, at: enrol.leave(books.people, books.ledger, phone(1), at=at))
    assert (await town.account(1)).pending is None


def unit(key: int, parent: int | None, kind: UnitKind = UnitKind.VILLAGE) -> Unit:
    above = None if parent is None else UnitId(parent)
    return Unit(UnitId(key), f"U{key:02}", f"单位{key}", kind, above)


@given(st.lists(st.integers(-1, 20), max_size=20), st.integers(0, 19))
def test_under_a_unit_are_exactly_those_whose_way_up_leads_through_it(
    parents: list[int], top: int
) -> None:
    """A unit's parent is any unit before it, or none."""
    units = [unit(key, parent if 0 <= parent < key else None) for key, parent in enumerate(parents)]
    by_key = {one.id: one for one in units}

    def leads_through(one: Unit) -> bool:
        if one.id == top:
            return True
        return one.parent is not None and leads_through(by_key[one.parent])

    expected = {one.id for one in units if leads_through(one)} | {UnitId(top)}
    assert under(units, [UnitId(top)]) == expected


def test_villages_are_those_of_the_town_in_the_order_of_their_codes() -> None:
    units = [
        unit(1, None, UnitKind.TOWN),
        unit(9, 1),
        unit(4, 1),
        unit(5, 1, UnitKind.DEPARTMENT),
        unit(2, None, UnitKind.TOWN),
        unit(3, 2),
    ]
    assert [one.id for one in villages(units, UnitId(1))] == [4, 9]
    assert [one.id for one in villages(units)] == [3, 4, 9]
    assert town_of(units) == units[0]
    assert town_of([]) is None
