"""The ledger as a file, and what of a report may be shown outside."""

import csv
import json
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.errors import BadInput
from lawcore.ids import ActivityId, ObservanceKey, UnitId
from lawcore.participation import activity as ledger
from lawcore.participation.activity import Material, Recorded
from lawcore.participation.registers import Register, RegisterLine, RegisterRow
from lawcore.people.model import UnitKind
from lawcore.reports import xlsx
from lawcore.reports.figure import Scope
from lawcore.reports.ledger import (
    Held,
    LedgerReport,
    MonthSent,
    QuarterHeld,
    UnitHeld,
    collect_ledger,
)
from lawcore.reports.ledger_export import write_ledger
from lawcore.reports.ledger_tables import Names
from lawcore.reports.public import CLOSED, SMALL, suppress
from lawcore.reports.table import Column, Row, Table
from lawcore.storage import Books
from tests.conftest import MORNING

from .conftest import Town
from .ledger_year import activity

YEAR = Scope(date(2026, 1, 1), date(2026, 11, 24))
NAMES = Names(
    {UnitId(1): "东河村", UnitId(2): "司法所"}, {ObservanceKey("constitution-day"): "国家宪法日"}
)


def plainly(rows: Iterable[Any], total: int, title: str) -> Iterable[Any]:
    return rows


class Rows:
    """So many activities, made as they are read."""

    def __init__(self, number: int, **changes: Any) -> None:
        self._number, self._changes = number, changes

    def activities(self, scope: Scope, *, all_: bool = False) -> Iterator[Recorded]:
        for number in range(1, self._number + 1):
            one = activity(UnitId(1), partners=(UnitId(2),), **self._changes)
            yield Recorded(ActivityId(number), one, MORNING, "李四", MORNING)

    def activities_count(self, scope: Scope) -> int:
        return self._number

    def rows(self, register: Register, scope: Scope) -> Iterator[RegisterLine]:
        return iter(())

    def rows_count(self, register: Register, scope: Scope) -> int:
        return 0


def report(*held: Held, months: tuple[MonthSent, ...] = ()) -> LedgerReport:
    """A ledger of units 1, 2, … which held this."""
    units = tuple(
        UnitHeld(UnitId(n), f"C{n}", f"东河村{n}", UnitKind.VILLAGE, row, 0)
        for n, row in enumerate(held, start=1)
    )
    quarter = QuarterHeld(20264, sum(held, Held()))
    return LedgerReport("示范镇", YEAR, date(2026, 11, 24), units, (quarter,), (), months, ())


def export(path: Path, listing: Rows, found: LedgerReport, **how: Any) -> Path:
    write_ledger(found, listing, NAMES, path, plainly, **how)
    return path


def cells(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    return [*openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)]


def test_the_sheet_has_the_columns_that_offices_keep(tmp_path: Path) -> None:
    path = export(
        tmp_path / "台账.xlsx",
        Rows(2, observance=ObservanceKey("constitution-day"), cost=Decimal("120.5")),
        report(Held(2, 120, 0, 240)),
    )
    heading, first, _ = cells(path, "活动台账")
    assert "|".join(heading).startswith(
        "序号|日期|活动名称|普法节点|主题|宣传法律|地点|主办（牵头）单位|参与单位|形式（线上/线下）|"
        "六进类别|受众类别|参与人次|发放资料（份）|资料名称|推送条数|佐证编号|填报人|审核人"
    )
    row = dict(zip(heading, first, strict=True))
    assert row["日期"].date() == date(2026, 11, 20)
    assert (row["普法节点"], row["主办（牵头）单位"], row["参与单位"]) == (
        "国家宪法日",
        "东河村",
        "司法所",
    )
    assert (row["参与人次"], row["发放资料（份）"], row["费用（元）"]) == (60, 120, 120.5)
    assert row["资料名称"] == "民法典读本 100；反诈手册 20"
    assert row["台账编号"] == "H1"


def test_the_file_explains_itself_and_draws_its_charts(tmp_path: Path) -> None:
    months = (MonthSent("2026-10", 90, 80), MonthSent("2026-11", 60, 60))
    path = export(tmp_path / "台账.xlsx", Rows(1), report(Held(1, 60, 0, 120), months=months))
    workbook = openpyxl.load_workbook(path)
    summary = ["各单位", "各季度", "各月消息", "全部的数"]
    assert workbook.sheetnames[:7] == ["说明", "图表", *summary, "活动台账"]
    notes = {str(row[0]): str(row[1]) for row in workbook["说明"].iter_rows(values_only=True)}
    assert notes["数据截至"] == "2026-11-24"
    assert "联合举办的只算一场" in notes["A1 开展活动"]
    with zipfile.ZipFile(path) as parts:
        charts = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 5
    sheet = workbook["活动台账"]
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == "A1:V2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.print_area


def test_no_cell_is_ever_a_formula(tmp_path: Path) -> None:
    evil = Rows(1, name='=HYPERLINK("http://x","y")', place="@SUM(A1)", topic="+1", audience="-1")
    path = export(tmp_path / "台账.xlsx", evil, report(Held(1, 60)))
    kinds = {cell.data_type for row in openpyxl.load_workbook(path)["活动台账"] for cell in row}
    assert "f" not in kinds
    text = export(tmp_path / "台账.csv", evil, report(Held(1, 60))).read_text("utf-8-sig")
    (row,) = csv.DictReader(StringIO(text, newline=""))
    assert (row["活动名称"][0], row["地点"][0], row["主题"], row["受众类别"]) == (
        "'",
        "'",
        "'+1",
        "'-1",
    )


def test_attendances_that_nobody_counted_are_left_open(tmp_path: Path) -> None:
    path = export(tmp_path / "台账.xlsx", Rows(1, attendances=None), report(Held(1, 0, 1, 120)))
    heading, first = cells(path, "活动台账")
    assert dict(zip(heading, first, strict=True))["参与人次"] is None
    assert cells(path, "各单位")[1][2] == "—"


def test_the_json_and_the_csv_hold_the_same_rows(tmp_path: Path) -> None:
    found = json.loads(
        export(tmp_path / "台账.json", Rows(3), report(Held(3, 180))).read_text("utf-8")
    )
    assert len(found["activities"]) == 3
    assert found["activities"][0]["参与人次"] == 60
    assert found["cut_off"] == "2026-11-24"
    raw = export(tmp_path / "台账.csv", Rows(3), report(Held(3, 180))).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.decode("utf-8-sig").count("\n") == 4


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="结尾要是"):
        export(tmp_path / "台账.ods", Rows(1), report(Held(1, 60)))
    assert not list(tmp_path.iterdir())


def test_a_hundred_thousand_rows_are_written_one_at_a_time(tmp_path: Path) -> None:
    """A list of them would take several hundred megabytes."""
    scale = 1024 if sys.platform == "linux" else 1
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
    number = 100_000
    path = export(tmp_path / "台账.xlsx", Rows(number), report(Held(number, 60 * number)))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
    assert after - before < 80_000_000
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet7.xml")
    assert sheet.count(b"<row ") == number + 1


async def test_what_is_exported_is_what_is_counted(town: Town, tmp_path: Path) -> None:
    village, office = await town.unit("V1"), await town.unit("D1")

    def fill(books: Books, at: Any) -> None:
        first = ledger.record(books.activities, activity(village, partners=(office,)), at=at)
        ledger.record(books.activities, activity(office, attendances=40), at=at)
        better = activity(village, materials=(Material("折页", 7),))
        ledger.correct(books.activities, first, better, at=at, reason="漏了折页")
        row = RegisterRow(
            Register.STUDY,
            date(2026, 3, 1),
            "张三",
            office,
            "会前学法",
            12,
            {"会议": "党委会", "学习内容": "宪法"},
        )
        books.activities.add_row(row, at)

    await town.act(fill)
    path = tmp_path / "out.xlsx"

    def job(books: Books) -> LedgerReport:
        found = collect_ledger(books, "示范镇", YEAR, MORNING)
        names = Names({unit.id: unit.name for unit in books.people.units()}, {})
        write_ledger(found, books.listing, names, path, plainly)
        return found

    found = await town.look(job)
    heading, *rows = cells(path, "活动台账")
    column = heading.index("参与人次")
    assert sum(row[column] for row in rows) == found.total.attendances == 100
    assert len(rows) == found.total.events == 2
    assert heading[-1] == "更正原因"
    assert sorted(row[-1] or "" for row in rows) == ["", "漏了折页"]
    heading, row = cells(path, "会前学法和讲座")
    said = dict(zip(heading, row, strict=True))
    assert (said["单位"], said["会议"], said["参加人数"]) == ("司法所", "党委会", 12)


async def test_what_stands_is_listed_however_old_as_it_is_counted(
    town: Town, tmp_path: Path
) -> None:
    """A place opened years ago and heads counted last year are in the figures of this one."""
    village = await town.unit("V1")

    def fill(books: Books, at: Any) -> None:
        for register, day, kind, count in (
            (Register.PLACE, date(2019, 5, 1), "法治宣传栏", None),
            (Register.PEOPLE, date(2025, 5, 1), "法律明白人", 21),
            (Register.STUDY, date(2025, 5, 1), "会前学法", 12),
        ):
            books.activities.add_row(RegisterRow(register, day, "张三", village, kind, count), at)

    await town.act(fill)
    path = tmp_path / "out.xlsx"

    def job(books: Books) -> LedgerReport:
        found = collect_ledger(books, "示范镇", YEAR, MORNING)
        names = Names({unit.id: unit.name for unit in books.people.units()}, {})
        write_ledger(found, books.listing, names, path, plainly)
        return found

    found = await town.look(job)
    said = {row[0]: row[2] for row in cells(path, "全部的数")[1:]}
    assert said == {one.figure.id: found.known(one.figure.id) or "—" for one in found.figures}
    assert (said["D1"], said["D3"], said["B1"], said["D2"]) == (21, 1, "—", "—")
    for sheet, rows in (("法律明白人和示范户", 1), ("法治文化阵地", 1), ("会前学法和讲座", 0)):
        assert sum(isinstance(row[0], int) for row in cells(path, sheet)) == rows


def test_the_few_whom_a_message_did_not_reach_are_not_told_by_the_months_either(
    tmp_path: Path,
) -> None:
    """The public table of messages closes 未发成 3; 298 less 295 would say it."""
    months = (MonthSent("2026-10", 298, 295), MonthSent("2026-11", 300, 300))
    path = export(tmp_path / "公开.json", Rows(1), report(Held(1, 60), months=months), public=True)
    rows = json.loads(path.read_text("utf-8"))["tables"][2]["rows"]
    assert [row[1:] for row in rows] == [[CLOSED, CLOSED]] * 3


def test_rows_that_a_sheet_cannot_hold_are_not_left_out_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "_MOST_ROWS", 4)
    path = tmp_path / "台账.xlsx"
    with pytest.raises(BadInput, match="请分段导出"):
        export(path, Rows(4), report())
    assert not path.exists()
    export(path, Rows(3), report())
    assert len(cells(path, "活动台账")) == 4


# What may be shown outside.

counts = st.integers(0, 30)


@given(st.lists(st.tuples(counts, counts), max_size=8))
def test_no_small_cell_is_shown_and_none_can_be_worked_out(rows: list[tuple[int, int]]) -> None:
    columns = (Column("单位"), Column("甲（人）", private=True), Column("乙（人）", private=True))
    parts = [Row((f"村{n}", *row)) for n, row in enumerate(rows)]
    total = Row(("合计", sum(a for a, _ in rows), sum(b for _, b in rows)), total=True)
    shown = suppress(Table("表", columns, (*parts, total), 1)).rows
    assert [row.cells[0] for row in shown] == [row.cells[0] for row in (*parts, total)]
    for row in shown:
        assert not any(isinstance(cell, int) and cell in SMALL for cell in row.cells[1:])
    closed = [row for row in shown[:-1] if CLOSED in row.cells]
    open_total = CLOSED not in shown[-1].cells
    if open_total and closed:
        assert len(closed) > 1
        hidden = [rows[int(str(row.cells[0])[1:])] for row in closed]
        for column in zip(*hidden, strict=True):
            assert sum(column) not in SMALL


def test_a_closed_cell_does_not_say_that_it_is_few() -> None:
    """The second smallest is closed too, so that the total does not give the smallest away."""
    columns = (Column("单位"), Column("应考（人）", private=True))
    rows = (Row(("甲村", 2)), Row(("乙村", 71)), Row(("丙村", 90)), Row(("合计", 163), total=True))
    shown = suppress(Table("表", columns, rows, 1)).rows
    assert [row.cells[1] for row in shown] == ["不公开", "不公开", 90, 163]


def test_who_is_left_of_a_count_without_its_part_is_people_too() -> None:
    """18 of 20 passed: the two others could be named."""
    columns = (
        Column("单位"),
        Column("实考（人）", private=True),
        Column("合格（人）", private=True),
    )
    rows = [Row(("甲村", 20, 18)), Row(("乙村", 30, 20)), Row(("丙村", 40, 30))]
    total = Row(("合计", 90, 68), total=True)
    shown = suppress(Table("表", columns, (*rows, total), 1, parts=((1, 2),))).rows
    assert [row.cells[1] for row in shown] == [CLOSED, CLOSED, 40, 90]


def test_a_row_that_is_closed_gives_away_none_of_its_cells() -> None:
    columns = (Column("单位"), Column("应考（人）", private=True), Column("场次"))
    table = Table("表", columns, (Row(("东河村", 3, 7)), Row(("西山村", 40, 7))), 1)
    first, second = suppress(table).rows
    assert first.cells == ("东河村", CLOSED, 7)
    assert second.cells == ("西山村", 40, 7)


def test_the_public_file_has_no_rows_of_the_ledger_and_no_small_count(tmp_path: Path) -> None:
    found = report(Held(1, 3), Held(2, 90), Held(1, 50))
    path = export(tmp_path / "公开.xlsx", Rows(3), found, public=True)
    workbook = openpyxl.load_workbook(path)
    assert workbook.sheetnames == ["说明", "图表", "各单位", "各季度", "各月消息"]
    rows = {row[0]: row[2] for row in workbook["各单位"].iter_rows(values_only=True)}
    assert rows["东河村1"] == CLOSED
    assert rows["东河村3"] == CLOSED
    assert (rows["东河村2"], rows["合计"]) == (90, 143)
    codes = {row[0]: row[-1] for row in workbook["各单位"].iter_rows(values_only=True)}
    assert (codes["东河村2"], codes["合计"]) == ("C2", None), "what A2/unit/C2 is asked by"
    told = json.loads(
        export(tmp_path / "公开.json", Rows(3), found, public=True).read_text("utf-8")
    )
    assert "activities" not in told
    crowds = {row[2] for table in told["tables"][:2] for row in table["rows"]}
    assert not crowds & set(SMALL)


def test_the_rows_of_a_month_are_small_cells_too(tmp_path: Path) -> None:
    found = replace(report(Held(1, 60)), months=(MonthSent("2026-10", 3, 3),))
    path = export(tmp_path / "公开.csv", Rows(1), found, public=True)
    rows = list(csv.reader(StringIO(path.read_text("utf-8-sig"), newline="")))
    month = next(row for row in rows if row[1] == "2026-10")
    assert month[2:4] == [CLOSED, CLOSED]
