"""The ledger of activities: filed, reviewed, corrected by new rows, and counted by the database."""

import random
import shutil
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy.exc import DBAPIError

from lawcore.errors import BadInput, NotFound, WrongState
from lawcore.ids import ActivityId
from lawcore.participation import activity as ledger
from lawcore.participation.activity import Activity, Material, Recorded
from lawcore.participation.registers import (
    BACKBONE,
    Register,
    RegisterRow,
    standing,
    withdraw_row,
)
from lawcore.people.model import Roster
from lawcore.reports.catalogue import FIGURES, find
from lawcore.reports.figure import Scope
from lawcore.reports.ledger import Held, LedgerReport, add_up, collect_ledger
from lawcore.storage import Books
from lawcore.storage.sqlite import sqlite_engine
from tests.conftest import MORNING

from .conftest import Town
from .ledger_year import FIRST, LAST, activity, seeds, some_activity, some_row

YEAR = Scope(FIRST, LAST)


async def file(town: Town, what: Activity) -> ActivityId:
    return await town.act(lambda books, at: ledger.record(books.activities, what, at=at))


async def get(town: Town, key: ActivityId) -> Recorded:
    return await town.look(lambda books: ledger.get(books.activities, key))


async def counted(town: Town, scope: Scope = YEAR) -> LedgerReport:
    return await town.look(lambda books: collect_ledger(books, "示范镇", scope, MORNING))


# Filing, reviewing, correcting.


async def test_what_was_filed_is_read_back_whole(town: Town) -> None:
    village, office = await town.unit("V1"), await town.unit("D1")
    filed = activity(village, partners=(office,), evidence=("2026-031",), topic="民法典")
    key = await file(town, filed)
    found = await get(town, key)
    assert found.activity == filed
    assert (found.filed_at, found.reviewed_by, found.number) == (MORNING, None, f"H{key}")


async def test_photos_are_never_required_and_nobody_counted_is_not_nought(town: Town) -> None:
    village = await town.unit("V1")
    key = await file(town, activity(village, attendances=None, materials=()))
    assert (await get(town, key)).activity.attendances is None
    found = await counted(town)
    assert found.total == Held(events=1, attendances=0, uncounted=1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": date(2026, 11, 25)}, "还没有到"),
        ({"name": " "}, "活动名称是空的"),
        ({"attendances": -1}, "整数"),
        ({"materials": (Material("", 3),)}, "写名称"),
        ({"materials": tuple(Material(f"资料{n}", 10**9 - 1) for n in range(3))}, "加起来"),
    ],
)
async def test_what_cannot_be_true_is_refused_and_nothing_is_filed(
    town: Town, changes: dict[str, Any], sentence: str
) -> None:
    what = activity(await town.unit("V1"), **changes)
    with pytest.raises(BadInput, match=sentence):
        await file(town, what)
    assert (await counted(town)).total.events == 0


async def test_who_filed_does_not_review_and_a_review_is_given_once(town: Town) -> None:
    key = await file(town, activity(await town.unit("V1")))
    with pytest.raises(BadInput, match="不能是同一个人"):
        await town.act(lambda books, at: ledger.review(books.activities, key, "张三", at=at))
    await town.act(lambda books, at: ledger.review(books.activities, key, "李四", at=at))
    assert (await get(town, key)).reviewed_by == "李四"
    assert (await counted(town)).value("A7") == 0
    with pytest.raises(WrongState, match="已由 李四 审核过"):
        await town.act(lambda books, at: ledger.review(books.activities, key, "王五", at=at))


async def test_a_correction_is_a_new_row_and_the_old_one_counts_no_more(town: Town) -> None:
    village = await town.unit("V1")
    old = await file(town, activity(village, attendances=600))
    better = activity(village, attendances=60)
    new = await town.act(lambda books, at: ledger.correct(books.activities, old, better, at=at))
    assert (await get(town, old)).corrected_by == new
    assert (await get(town, new)).activity.corrects == old
    assert (await counted(town)).total.attendances == 60
    with pytest.raises(WrongState, match=f"已由 H{new} 更正"):
        await town.act(lambda books, at: ledger.correct(books.activities, old, better, at=at))
    assert [n for (n,) in await town.rows("SELECT attendances FROM activities ORDER BY id")] == [
        600,
        60,
    ]


async def test_a_row_taken_back_counts_no_more_and_stays_readable(town: Town) -> None:
    key = await file(town, activity(await town.unit("V1")))
    await town.act(lambda books, at: ledger.withdraw(books.activities, key, "李四", at=at))
    assert (await counted(town)).total == Held()
    assert (await get(town, key)).activity.attendances == 60


async def test_a_row_that_is_not_there_is_one_sentence(town: Town) -> None:
    with pytest.raises(NotFound, match="没有编号 H99"):
        await get(town, ActivityId(99))


@pytest.mark.parametrize(
    "table",
    [
        "activities",
        "activity_partners",
        "activity_materials",
        "activity_reviews",
        "register_rows",
    ],
)
async def test_the_database_itself_refuses_to_change_or_remove_a_row(
    town: Town, table: str
) -> None:
    village, office = await town.unit("V1"), await town.unit("D1")

    def fill(books: Books, at: object) -> None:
        key = ledger.record(books.activities, activity(village, partners=(office,)), at=MORNING)
        ledger.review(books.activities, key, "李四", at=MORNING)
        row = RegisterRow(Register.PEOPLE, FIRST, "张三", village, BACKBONE, 21)
        books.activities.add_row(row, MORNING)

    await town.act(fill)
    column = {"activities": "name", "register_rows": "kind"}.get(table)
    column = column or {"activity_materials": "title", "activity_reviews": "reviewed_by"}.get(
        table, "unit_id"
    )
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):  # noqa: S608 - our own table names
        with pytest.raises(DBAPIError, match="append-only"):
            await town.act(partial(run, statement))


def run(statement: str, books: Books, at: object) -> None:
    books._sql.exec_driver_sql(statement)


# Registers.


async def test_of_heads_counted_again_and_again_only_the_latest_of_each_village_counts(
    town: Town,
) -> None:
    first, second = await town.unit("V1"), await town.unit("V2")

    def fill(books: Books, at: object) -> None:
        for village, day, count in (
            (first, date(2026, 1, 5), 15),
            (first, date(2026, 6, 5), 21),
            (second, date(2025, 12, 5), 9),
            (second, date(2027, 1, 5), 99),
        ):
            row = RegisterRow(Register.PEOPLE, day, "张三", village, BACKBONE, count)
            books.activities.add_row(row, MORNING)

    await town.act(fill)
    assert (await counted(town)).value("D1") == 21 + 9
    figure, scope = find("D1", YEAR, ())
    rows = await town.look(lambda books: list(books.counts.evidence(figure, scope)))
    assert sorted((row.unit, row.value) for row in rows) == [("东河村", 21), ("西山村", 9)]


async def test_the_township_is_no_village(town: Town) -> None:
    """A service of the township's adviser is a service, and no village more."""
    village, office = await town.unit("V1"), await town.unit("D1")

    def fill(books: Books, at: object) -> None:
        for unit in (village, office):
            row = RegisterRow(Register.ADVISER, FIRST, "张三", unit, "参与调解")
            books.activities.add_row(row, MORNING)
            row = RegisterRow(Register.PEOPLE, FIRST, "张三", unit, BACKBONE, 21)
            books.activities.add_row(row, MORNING)

    await town.act(fill)
    found = await counted(town)
    assert [found.value(key) for key in ("C1", "C2", "C6", "D1")] == [2, 1, 3, 21]


async def test_a_register_row_can_be_taken_back(town: Town) -> None:
    village = await town.unit("V1")
    row = RegisterRow(Register.ADVISER, date(2026, 5, 1), "张三", village, "法律意见书")
    key = await town.act(lambda books, at: books.activities.add_row(row, at))
    assert (await counted(town)).value("C4") == 1
    await town.act(lambda books, at: withdraw_row(books.activities, key, "李四", at=at))
    assert (await counted(town)).value("C4") == 0
    with pytest.raises(WrongState):
        await town.look(lambda books: standing(books.activities, key))


# Counting.


async def test_a_joint_event_counts_once_for_its_organiser(town: Town) -> None:
    village, office, force = [await town.unit(code) for code in ("V1", "D1", "D2")]
    await file(town, activity(office, partners=(village, force)))
    found = await counted(town)
    assert found.total == Held(1, 60, 0, 120, 0, joint=1)
    rows = {row.code: (row.held.events, row.partnered) for row in found.units}
    assert rows == {"D1": (1, 0), "V1": (0, 1), "D2": (0, 1)}


def holds(books: Books, scope: Scope) -> None:
    """What must be true of any ledger."""
    found = collect_ledger(books, "示范镇", scope, MORNING)
    total = found.total
    assert add_up(row.held for row in found.quarters) == total
    assert add_up(row.held for row in found.observances) == total
    assert (total.events, total.attendances, total.copies) == tuple(
        found.value(key) for key in ("A1", "A2", "A3")
    )
    assert total.pushes == found.value("A4")
    assert total.joint == found.value("A5")
    assert total.uncounted == found.value("A6")
    for whole, parts in {"A1": ("A11", "A21"), "A2": ("A12", "A22"), "A3": ("A13", "A23")}.items():
        assert found.value(whole) == sum(found.value(part) for part in parts)
    for figure in FIGURES:
        rows = list(books.counts.evidence(figure, scope))
        assert sum(row.value for row in rows) == books.counts.count(figure, scope), figure.id
    units = books.people.units()
    for row in found.units:
        figure, part = find(f"A2/unit/{row.code}", scope, units)
        assert books.counts.count(figure, part) == row.held.attendances
    for quarter in found.quarters:
        figure, part = find(f"A1/quarter/{quarter.quarter}", scope, units)
        assert books.counts.count(figure, part) == quarter.held.events


def fill(books: Books, seed: int, rows: int) -> list[Activity]:
    """Any ledger, some of it corrected and some withdrawn."""
    random_ = random.Random(seed)  # noqa: S311 - a test repeats itself
    units = [unit.id for unit in books.people.units()]
    filed = []
    for _ in range(rows):
        filed.append(some_activity(random_, units))
        key = ledger.record(books.activities, filed[-1], at=MORNING)
        if random_.random() < 0.2:
            filed[-1] = some_activity(random_, units)
            ledger.correct(books.activities, key, filed[-1], at=MORNING)
        elif random_.random() < 0.1:
            filed.pop()
            ledger.withdraw(books.activities, key, "李四", at=MORNING)
        row = books.activities.add_row(some_row(random_, units), MORNING)
        if random_.random() < 0.1:
            withdraw_row(books.activities, row, "李四", at=MORNING)
    return filed


@given(seeds)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_for_any_ledger_the_units_add_up_to_the_total_and_the_rows_to_every_figure(
    migrated_sqlite: Path, tmp_path: Path, small_town: Roster, seed: int
) -> None:
    path = tmp_path / f"{seed}.db"
    shutil.copyfile(migrated_sqlite, path)
    engine = sqlite_engine(f"sqlite:///{path}")
    with engine.connect() as connection, connection.begin():
        books = Books(connection)
        books.people.save_roster(small_town, MORNING)
        filed = fill(books, seed, 12)
        holds(books, YEAR)
        total = collect_ledger(books, "示范镇", YEAR, MORNING).total
        assert total.events == len(filed)
        assert total.attendances == sum(one.attendances or 0 for one in filed)
        assert total.copies == sum(one.copies for one in filed)
        holds(books, Scope(date(2026, 3, 15), date(2026, 8, 15)))
        town = books.people.unit_by_code("V1")
        assert town is not None
        holds(books, replace(YEAR, unit=town.id))
    engine.dispose()
    path.unlink()


async def test_both_databases_count_the_same(town: Town) -> None:
    def job(books: Books, at: object) -> LedgerReport:
        filed = fill(books, 7, 40)
        holds(books, YEAR)
        assert collect_ledger(books, "示范镇", YEAR, MORNING).total.events == len(filed)
        return collect_ledger(books, "示范镇", YEAR, MORNING)

    found = await town.act(job)
    assert [row.quarter for row in found.quarters] == [20261, 20262, 20263, 20264]


@pytest.mark.parametrize(
    "words",
    [
        "Z1", "A1/unit/XX", "A1/quarter/20275", "A1/quarter/19001", "A1/x", "A1/quarter/²0264",
        "F1/exam/²", "F1", "F1/quarter/20264", "A1/exam/1", "B1/observance/constitution-day",
        "G1/observance/constitution-day", "G1/month/2026-13", "G1/month/2025-12",
    ],
)  # fmt: skip
def test_an_id_that_names_no_figure_is_one_sentence(words: str) -> None:
    with pytest.raises(BadInput) as refused:
        find(words, YEAR, ())
    assert str(refused.value).count("。") <= 2
