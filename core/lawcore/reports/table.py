"""The participation report as flat tables, which csv and xlsx share.

People (人) and messages (人次) stand in tables of their own and are never added.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lawcore.clock import local_day
from lawcore.delivery.model import Tally
from lawcore.reports.participation import (
    CampaignTable,
    ExamTable,
    Makeup,
    MakeupTable,
    Participation,
    Rate,
    Sitting,
)

TOTAL = "合计"
UNTOLD = "—"

Cell = str | int | Decimal | Rate | date
"""A Rate stands for its percentage alone; its fraction has a column of its own."""


class Column(NamedTuple):
    """A heading and the width of its column, in characters of a digit's width."""

    heading: str
    width: int = 11
    private: bool = False
    """It tells of people: few of them are not shown outside."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and whether it adds up those above it."""

    cells: tuple[Cell, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a report; the first `fixed` columns say what the row is about."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    fixed: int
    parts: tuple[tuple[int, int], ...] = ()
    """Columns of which the second counts some of the people of the first: the others are people
    too, and no column of their own."""


def _people(heading: str, width: int = 11) -> Column:
    return Column(heading, width, private=True)


SITTING_COLUMNS = (
    _people("名单（人）"),
    _people("免考（人）"),
    _people("应考（人）"),
    _people("实考（人）"),
    _people("缺考（人）"),
    _people("合格（人）"),
    _people("参考率"),
    _people("实考÷应考"),
    _people("合格率（实考）", 15),
    _people("合格÷实考"),
    _people("合格率（应考）", 15),
    _people("合格÷应考"),
)
DELIVERY_COLUMNS = (
    _people("应发（人次）", 15),
    _people("已发出（人次）", 15),
    _people("对方已停用（人次）", 20),
    _people("未发成（人次）", 15),
    _people("不确定（人次）", 15),
    _people("未发（人次）", 15),
    _people("处理中（人次）", 15),
)


def exam_table(report: Participation) -> Table:
    """Exam × unit, with a total for each exam."""
    columns = (Column("考试", 36), Column("起止", 28), Column("状态", 10), Column("单位", 18))
    rows = tuple(row for exam in report.exams for row in _exam_rows(exam))
    parts = _parts(columns + SITTING_COLUMNS, ("实考（人）", "合格（人）"))
    return Table("考试", columns + SITTING_COLUMNS, rows, len(columns), parts)


MAKEUP_COLUMNS = (
    _people("首考应考（人）"),
    _people("首考合格（人）"),
    _people("补考名单（人）"),
    _people("补考免考（人）"),
    _people("补考实考（人）"),
    _people("补考缺考（人）"),
    _people("补考合格（人）"),
    _people("补考后合格（人）", 13),
    _people("补考后合格率（应考）", 18),
    _people("补考后合格÷首考应考", 16),
)


def makeup_table(report: Participation) -> Table:
    """Exam × unit for the exams that had a 补考; the first results stand in `exam_table`."""
    columns = (Column("补考", 36), Column("起止", 28), Column("状态", 10), Column("单位", 18))
    rows = tuple(row for makeup in report.makeups for row in _makeup_rows(makeup))
    parts = _parts(
        columns + MAKEUP_COLUMNS,
        ("首考应考（人）", "首考合格（人）"),
        ("补考实考（人）", "补考合格（人）"),
        ("补考后合格（人）", "首考合格（人）"),
        ("首考应考（人）", "补考后合格（人）"),
    )
    return Table("补考", columns + MAKEUP_COLUMNS, rows, len(columns), parts)


def makeup_cells(counts: Makeup, *, over: bool = True) -> tuple[Cell, ...]:
    """Give the cells below MAKEUP_COLUMNS; until it is `over` nobody is told how many passed."""
    after = counts.passed_after_of_due
    cells = (
        counts.first.due,
        counts.first.passed,
        counts.again.candidates,
        counts.again.exempt,
        counts.again.attended,
        counts.again.absent,
        counts.again.passed,
        counts.passed_after,
        after,
        fraction(after),
    )
    return cells if over else (*cells[:6], *[UNTOLD] * 4)


def campaign_table(report: Participation) -> Table:
    """Campaign × unit, with a total for each campaign."""
    columns = (Column("消息", 36), Column("起止", 28), Column("单位", 18))
    rows = tuple(row for campaign in report.campaigns for row in _campaign_rows(campaign))
    return Table("消息", columns + DELIVERY_COLUMNS, rows, len(columns))


def tables_of(report: Participation) -> tuple[Table, ...]:
    """The tables of the report in order; make-ups only where there were any."""
    makeups = (makeup_table(report),) if report.makeups else ()
    return (exam_table(report), *makeups, campaign_table(report))


def sitting_cells(counts: Sitting, *, over: bool = True) -> tuple[Cell, ...]:
    """Give the cells below SITTING_COLUMNS; until it is `over` nobody is told how many passed."""
    rates = (counts.attendance, counts.passed_of_attended, counts.passed_of_due)
    cells = (
        counts.candidates,
        counts.exempt,
        counts.due,
        counts.attended,
        counts.absent,
        counts.passed,
        *(cell for rate in rates for cell in (rate, fraction(rate))),
    )
    return cells if over else (*cells[:5], UNTOLD, *cells[6:8], *[UNTOLD] * 4)


def delivery_cells(counts: Tally) -> tuple[Cell, ...]:
    """Give the cells below DELIVERY_COLUMNS: the first is the sum of the others."""
    return (
        counts.intended,
        counts.sent,
        counts.blocked,
        counts.failed,
        counts.unknown,
        counts.skipped,
        counts.under_way,
    )


def fraction(rate: Rate) -> str:
    """Write numerator and denominator: ``3÷9``. Spreadsheets would read ``3/9`` as a date."""
    return f"{rate.part}÷{rate.whole}"


def days(first: date, last: date) -> str:
    """Write a period: ``2026-12-01 至 2026-12-07``, or the one day."""
    return f"{first}" if first == last else f"{first} 至 {last}"


def _parts(columns: tuple[Column, ...], *pairs: tuple[str, str]) -> tuple[tuple[int, int], ...]:
    headings = [column.heading for column in columns]
    return tuple((headings.index(whole), headings.index(part)) for whole, part in pairs)


def _exam_rows(exam: ExamTable) -> Iterator[Row]:
    period = days(local_day(exam.opens_at), local_day(exam.closes_at))
    about = (exam.title, period, "进行中" if exam.open else "已结束")
    for unit in exam.units:
        yield Row((*about, unit.unit_name, *sitting_cells(unit.counts, over=not exam.open)))
    yield Row((*about, TOTAL, *sitting_cells(exam.total, over=not exam.open)), total=True)


def _makeup_rows(makeup: MakeupTable) -> Iterator[Row]:
    period = days(local_day(makeup.opens_at), local_day(makeup.closes_at))
    about = (makeup.title, period, "进行中" if makeup.open else "已结束")
    for unit in makeup.units:
        yield Row((*about, unit.unit_name, *makeup_cells(unit.counts, over=not makeup.open)))
    yield Row((*about, TOTAL, *makeup_cells(makeup.total, over=not makeup.open)), total=True)


def _campaign_rows(campaign: CampaignTable) -> Iterator[Row]:
    about = (f"{campaign.title} {campaign.year}", days(campaign.starts_on, campaign.ends_on))
    for unit in campaign.units:
        yield Row((*about, unit.unit_name, *delivery_cells(unit.counts)))
    yield Row((*about, TOTAL, *delivery_cells(campaign.total)), total=True)
