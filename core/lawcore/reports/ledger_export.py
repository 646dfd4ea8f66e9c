"""The ledger as a file: xlsx with charts and one row in memory at once, csv, or json."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from lawcore.errors import BadInput
from lawcore.participation.registers import SHEETS, Sheet
from lawcore.reports.catalogue import FIGURES
from lawcore.reports.figure import OfExam
from lawcore.reports.files import safe
from lawcore.reports.ledger import LedgerReport
from lawcore.reports.ledger_tables import (
    ACTIVITIES,
    ACTIVITY_COLUMNS,
    Listing,
    Names,
    Watch,
    activity_rows,
    figure_table,
    month_table,
    quarter_table,
    register_columns,
    register_rows,
    unit_table,
)
from lawcore.reports.public import PUBLIC_NOTE, suppress
from lawcore.reports.table import Column, Row, Table, days
from lawcore.sheets.whole_file import whole

_NOTHING = "这段时间没有记录。"
_ROWS_NOTES = (
    ("全部的数", "“—”是没有登记；没有登记不等于没有做，也不是 0。"),
    (
        "登记簿",
        "法律明白人和示范户、法治文化阵地列出截至末日的全部登记，别的登记簿只列统计时段里的。"
        "D1、D2 只取各村最近一次登记的数。",
    ),
)


def write_ledger(
    report: LedgerReport,
    listing: Listing,
    names: Names,
    path: Path,
    watch: Watch[Any],
    *,
    public: bool = False,
) -> None:
    """Write the ledger to `path`, whole or not at all; for the public only its counts.

    Raises BadInput for an ending other than .xlsx, .csv or .json, or if it cannot be written there.
    """
    writers = {".xlsx": _xlsx, ".csv": _csv, ".json": _json}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise BadInput(f"“{path.name}”的结尾要是 .xlsx、.csv 或 .json。")
    with whole(path) as file:
        write(file, _Ledger(report, listing, names, watch, public))


class _Ledger(NamedTuple):
    """What is written: the counts, and rows that are read one after the other."""

    report: LedgerReport
    listing: Listing
    names: Names
    watch: Watch[Any]
    public: bool

    def activities(self) -> Iterator[Row]:
        """The rows of the ledger, watched."""
        scope = self.report.scope
        found, number = self.listing.activities(scope), self.listing.activities_count(scope)
        return activity_rows(self.watch(found, number, ACTIVITIES), self.names)

    def register(self, sheet: Sheet) -> Iterator[Row]:
        """The rows of a register, watched."""
        scope = self.report.scope
        found = self.listing.rows(sheet.register, scope)
        number = self.listing.rows_count(sheet.register, scope)
        return register_rows(self.watch(found, number, sheet.layout.title), sheet, self.names)


def summary_tables(report: LedgerReport, *, public: bool) -> tuple[Table, ...]:
    """The counts by unit, quarter and month."""
    found = (unit_table(report), quarter_table(report), month_table(report))
    return tuple(suppress(table) for table in found) if public else found


def _xlsx(to: BinaryIO, ledger: _Ledger) -> None:
    from lawcore.reports.xlsx import Chart, XlsxFile  # noqa: PLC0415 - slow to import

    report, public = ledger.report, ledger.public
    title = f"{report.township}活动台账" + ("（公开版）" if public else "")
    file = XlsxFile(title, report.cut_off, into=to)
    file.add_notes("说明", _notes(report, public))
    file.add_charts()
    units, quarters, months = summary_tables(report, public=public)
    for table in (units, quarters, months):
        file.add_table(table, _NOTHING)
    if units.rows:
        file.add_chart("各单位活动场次", units, Chart(0, (1,)))
    if quarters.rows:
        file.add_chart("各季度活动场次", quarters, Chart(0, (1,), upright=True))
    if units.rows and not public:  # what is closed to the public would be drawn as 0
        file.add_chart("各单位参与人次（没有统计的不画）", units, Chart(0, (2,)))
        file.add_chart("各季度参与人次", quarters, Chart(0, (2,), upright=True))
    if months.rows and not public:
        file.add_chart("各月消息（人次）", months, Chart(0, (1, 2), upright=True))
    if not public:
        file.add_table(figure_table(report), _NOTHING)
        number = file.add_rows(ACTIVITIES, ACTIVITY_COLUMNS, ledger.activities(), 3, _NOTHING)
        file.add_filter(ACTIVITIES, len(ACTIVITY_COLUMNS), number)
        for sheet in SHEETS:
            heading, columns = sheet.layout.title, register_columns(sheet)
            number = file.add_rows(heading, columns, ledger.register(sheet), 2, _NOTHING)
            file.add_filter(heading, len(columns), number)
    file.close()


def _csv(to: BinaryIO, ledger: _Ledger) -> None:
    """The activities: the registers have other columns, and stand in xlsx and json."""
    text = TextIOWrapper(to, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    cut_off = f"{ledger.report.cut_off}"
    if ledger.public:
        for table in summary_tables(ledger.report, public=True):
            headings = (column.heading for column in table.columns)
            writer.writerow([table.title, *headings, "数据截至"])
            writer.writerows(["", *map(safe, row.cells), cut_off] for row in table.rows)
    else:
        writer.writerow([*(column.heading for column in ACTIVITY_COLUMNS), "数据截至"])
        writer.writerows([*map(safe, row.cells), cut_off] for row in ledger.activities())
    text.detach()


def _json(to: BinaryIO, ledger: _Ledger) -> None:
    """The rows are written as they are read; what stands before them is small."""
    report = ledger.report
    if ledger.public:
        text = json.dumps(public_json(report), ensure_ascii=False, indent=2)
        to.write(f"{text}\n".encode())
        return
    figures = {stated.figure.id: stated.value for stated in report.figures}
    text = json.dumps(
        _about(report, public=False) | {"figures": figures}, ensure_ascii=False, indent=2
    )
    to.write(f'{text.removesuffix("}").rstrip()},\n  "activities": '.encode())
    _list_rows(to, ACTIVITY_COLUMNS, ledger.activities())
    to.write(b',\n  "registers": {')
    for place, sheet in enumerate(SHEETS):
        heading = json.dumps(sheet.layout.title, ensure_ascii=False)
        to.write(f"{',' if place else ''}\n  {heading}: ".encode())
        _list_rows(to, register_columns(sheet), ledger.register(sheet))
    to.write(b"}\n}\n")


def public_json(report: LedgerReport) -> dict[str, Any]:
    """Give the counts as they may be shown outside."""
    return _about(report, public=True)


def _about(report: LedgerReport, *, public: bool) -> dict[str, Any]:
    return {
        "township": report.township,
        "from": f"{report.scope.first}",
        "to": f"{report.scope.last}",
        "cut_off": f"{report.cut_off}",
        "public": public,
        "tables": [_listed(table) for table in summary_tables(report, public=public)],
    }


def _list_rows(to: BinaryIO, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """A list of rows by their headings, one a line."""
    headings = [column.heading for column in columns]
    before = "["
    for row in rows:
        cells = dict(zip(headings, row.cells, strict=True))
        to.write(f"{before}\n    {json.dumps(cells, ensure_ascii=False, default=str)}".encode())
        before = ","
    to.write(b"[]" if before == "[" else b"\n  ]")


def _listed(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "headings": [column.heading for column in table.columns],
        "rows": [list(row.cells) for row in table.rows],
    }


def _notes(report: LedgerReport, public: bool) -> tuple[tuple[str, str], ...]:
    scope = report.scope
    meanings = tuple(
        (f"{figure.id} {figure.title}", f"{figure.meaning}单位：{figure.measure}。")
        for figure in FIGURES
        if not isinstance(figure.source, OfExam)
    )
    return (
        ("范围", report.township),
        ("统计时段", f"{days(scope.first, scope.last)}（首尾两天都算）"),
        ("数据截至", f"{report.cut_off}"),
        (
            "更正",
            "已被更正、已撤销的记录不列，也不计数；它们仍在台账里，可以用 activity list --all 看。",
        ),
        ("人次", "不是人数；“—”是没有统计，不是 0。"),
        (
            "单位",
            "活动算在主办单位；哪个单位在哪个单位下面，按数据截至那天的名册。",
        ),
        (
            "追溯",
            "每个数都有编号，用 lawbot report explain 编号 --from 第一天 --to 最后一天，"
            "可以列出它由哪些记录加起来；只导出一个单位的，再加 --unit 单位编码。"
            "编号后加 /unit/单位编码、/quarter/年份季度、/month/年月，"
            "就是一个单位、一个季度、一个月的数，"
            f"如 A1/unit/C01、A1/quarter/{scope.first.year}1、G1/month/{scope.first.year}-01。",
        ),
        *((PUBLIC_NOTE,) if public else _ROWS_NOTES),
        *meanings,
    )
