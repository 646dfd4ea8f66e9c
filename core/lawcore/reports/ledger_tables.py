"""The ledger as tables: counts for the charts, and its rows in the columns that offices keep."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from lawcore.ids import ObservanceKey, UnitId
from lawcore.participation.activity import FORM_WORDS, Recorded, materials_text
from lawcore.participation.registers import FILED_BY, Register, RegisterLine, Sheet
from lawcore.reports.figure import Scope
from lawcore.reports.ledger import Held, LedgerReport
from lawcore.reports.table import TOTAL, Cell, Column, Row, Table

T = TypeVar("T")

Watch = Callable[[Iterable[T], int, str], Iterable[T]]
"""Goes through rows, so many and so called, and shows how far it is."""


class Listing(Protocol):
    """The rows, read one after the other."""

    def activities(self, scope: Scope, *, all_: bool = False) -> Iterator[Recorded]: ...

    def activities_count(self, scope: Scope) -> int: ...

    def rows(self, register: Register, scope: Scope) -> Iterator[RegisterLine]: ...

    def rows_count(self, register: Register, scope: Scope) -> int: ...


@dataclass(frozen=True, slots=True)
class Names:
    """What rows point at, as people call it."""

    units: Mapping[UnitId, str]
    observances: Mapping[ObservanceKey, str]


_HELD = (
    Column("活动（场次）", 13),
    Column("参与（人次）", 13, private=True),
    Column("没有统计人次（场次）", 16),
    Column("资料（份）", 13),
    Column("推送（条）", 13),
    Column("联合活动（场次）", 13),
)
UNITS, QUARTERS, MONTHS, ACTIVITIES = "各单位", "各季度", "各月消息", "活动台账"
FIGURES = "全部的数"

ACTIVITY_COLUMNS = (
    Column("序号", 7),
    Column("日期", 13),
    Column("活动名称", 30),
    Column("普法节点", 20),
    Column("主题", 20),
    Column("宣传法律", 24),
    Column("地点", 18),
    Column("主办（牵头）单位", 18),
    Column("参与单位", 20),
    Column("形式（线上/线下）", 10),
    Column("六进类别", 11),
    Column("受众类别", 12),
    Column("参与人次", 10, private=True),
    Column("发放资料（份）", 10),
    Column("资料名称", 30),
    Column("推送条数", 9),
    Column("佐证编号", 16),
    Column("填报人", 10),
    Column("审核人", 10),
    Column("费用（元）", 11),
    Column("台账编号", 10),
    Column("更正原因", 20),
)


def unit_table(report: LedgerReport) -> Table:
    """What each unit organised; the total is their sum."""
    beside = (Column("参与联合活动（不计入合计）", 16), Column("单位编码", 10))
    columns = (Column("主办单位", 20), *_HELD, *beside)
    rows = [Row((u.name, *held_cells(u.held), u.partnered, u.code)) for u in report.units]
    if rows:
        partnered = sum(u.partnered for u in report.units)
        rows.append(Row((TOTAL, *held_cells(report.total), partnered, ""), total=True))
    return Table(UNITS, columns, tuple(rows), 1)


def quarter_table(report: LedgerReport) -> Table:
    """What was held in each quarter."""
    rows = [Row((quarter.name, *held_cells(quarter.held))) for quarter in report.quarters]
    if rows:
        rows.append(Row((TOTAL, *held_cells(report.total)), total=True))
    return Table(QUARTERS, (Column("季度", 20), *_HELD), tuple(rows), 1)


def month_table(report: LedgerReport) -> Table:
    """Messages by month."""
    columns = (
        Column("月份", 14),
        Column("应发（人次）", 14, private=True),
        Column("已发出（人次）", 14, private=True),
    )
    rows = [Row((month.month, month.intended, month.sent)) for month in report.months]
    if rows:
        intended = sum(month.intended for month in report.months)
        sent = sum(month.sent for month in report.months)
        rows.append(Row((TOTAL, intended, sent), total=True))
    return Table(MONTHS, columns, tuple(rows), 1, parts=((1, 2),))


def figure_table(report: LedgerReport) -> Table:
    """Every figure with its id; what each means stands in the notes."""
    columns = (Column("编号", 8), Column("项目", 30), Column("数", 14), Column("单位", 8))
    rows = []
    for one in (stated.figure for stated in report.figures):
        known = report.known(one.id)
        rows.append(Row((one.id, one.title, "—" if known is None else known, one.measure)))
    return Table(FIGURES, columns, tuple(rows), 2)


def held_cells(held: Held) -> tuple[Cell, ...]:
    """Give the cells below what was held; 人次 is open where nobody counted."""
    counted: Cell = held.attendances if held.events > held.uncounted else "—"
    return (held.events, counted, held.uncounted, held.copies, held.pushes, held.joint)


def activity_rows(found: Iterable[Recorded], names: Names) -> Iterator[Row]:
    """Activities below ACTIVITY_COLUMNS."""
    for number, recorded in enumerate(found, start=1):
        one = recorded.activity
        observance = names.observances.get(one.observance, "") if one.observance else ""
        yield Row(
            (
                number,
                one.day,
                one.name,
                observance,
                one.topic,
                "、".join(one.laws),
                one.place,
                names.units[one.organiser],
                "、".join(names.units[unit] for unit in one.partners),
                FORM_WORDS[one.form],
                one.category,
                one.audience,
                "" if one.attendances is None else one.attendances,
                one.copies,
                materials_text(one.materials),
                one.pushes,
                "、".join(one.evidence),
                one.filed_by,
                recorded.reviewed_by or "",
                "" if one.cost is None else one.cost,
                recorded.number,
                one.reason,
            )
        )


def register_columns(sheet: Sheet) -> tuple[Column, ...]:
    """The columns of a register: as they were filled in, who filed it, its number and why."""
    given = (Column(column.heading, column.width) for column in sheet.layout.columns[:-2])
    return (
        Column("序号", 7),
        *given,
        Column(FILED_BY.heading, 12),
        Column("登记编号", 10),
        Column("更正原因", 20),
    )


def register_rows(found: Iterable[RegisterLine], sheet: Sheet, names: Names) -> Iterator[Row]:
    """Rows of a register below its columns; units by their names of today."""
    headings = [column.heading for column in sheet.layout.columns[:-2]]
    for number, line in enumerate(found, start=1):
        cells = dict(line.row.cells)
        cells[sheet.day.heading] = f"{line.row.day}"
        if sheet.unit is not None and line.row.unit is not None:
            cells[sheet.unit.heading] = names.units[line.row.unit]
        if sheet.kind is not None:
            cells[sheet.kind.heading] = line.row.kind
        given: list[Cell] = [cells.get(heading, "") for heading in headings]
        if sheet.count is not None and line.row.count is not None:
            given[headings.index(sheet.count.heading)] = line.row.count
        given[headings.index(sheet.day.heading)] = line.row.day
        yield Row((number, *given, line.row.filed_by, line.number, line.row.reason))
