"""The ledger as a file: xlsx with charts and one row in memory at once, csv, or json."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

from lawcore.errors import BadInput
from lawcore.participation.registers import SHEETS
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
    month_table,
    quarter_table,
    register_columns,
    register_rows,
    unit_table,
)
from lawcore.reports.public import PUBLIC_NOTE, suppress
from lawcore.reports.table import Table, days
from lawcore.sheets.whole_file import write_whole

_NOTHING = "这段时间没有记录。"


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
    match path.suffix.lower():
        case ".xlsx":
            content = _xlsx(report, listing, names, watch, public)
        case ".csv":
            text = _public_csv(report) if public else _csv(report, listing, names, watch)
            content = text.encode("utf-8-sig")
        case ".json":
            content = _json(report, listing, names, watch, public).encode()
        case _:
            raise BadInput(f"「{path.name}」的结尾要是 .xlsx、.csv 或 .json。")
    write_whole(path, content)


def summary_tables(report: LedgerReport, *, public: bool) -> tuple[Table, ...]:
    """The counts by unit, quarter and month."""
    found = (unit_table(report), quarter_table(report), month_table(report))
    return tuple(suppress(table) for table in found) if public else found


def _xlsx(
    report: LedgerReport, listing: Listing, names: Names, watch: Watch[Any], public: bool
) -> bytes:
    from lawcore.reports.xlsx import Chart, XlsxFile  # noqa: PLC0415 - slow to import

    title = f"{report.township}活动台账" + ("（公开版）" if public else "")
    file = XlsxFile(title, report.cut_off, large=True)
    file.add_notes("说明", _notes(report, public))
    file.add_charts()
    units, quarters, months = summary_tables(report, public=public)
    for table in (units, quarters, months):
        file.add_table(table, _NOTHING)
    if units.rows:
        file.add_chart("各单位参与人次（没有统计的不画）", units, Chart(0, (2,)))
        file.add_chart("各单位活动场次", units, Chart(0, (1,)))
    if quarters.rows:
        file.add_chart("各季度参与人次", quarters, Chart(0, (2,), upright=True))
        file.add_chart("各季度活动场次", quarters, Chart(0, (1,), upright=True))
    if months.rows:
        file.add_chart("各月消息（人次）", months, Chart(0, (1, 2), upright=True))
    if public:
        return file.content()
    scope = report.scope
    found = watch(listing.activities(scope), listing.activities_count(scope), ACTIVITIES)
    rows = activity_rows(found, names)
    number = file.add_rows(ACTIVITIES, ACTIVITY_COLUMNS, rows, 3, _NOTHING)
    file.add_filter(ACTIVITIES, len(ACTIVITY_COLUMNS), number)
    for sheet in SHEETS:
        heading, columns = sheet.layout.title, register_columns(sheet)
        lines = listing.rows(sheet.register, scope)
        found = watch(lines, listing.rows_count(sheet.register, scope), heading)
        number = file.add_rows(heading, columns, register_rows(found, sheet, names), 2, _NOTHING)
        file.add_filter(heading, len(columns), number)
    return file.content()


def _csv(report: LedgerReport, listing: Listing, names: Names, watch: Watch[Any]) -> str:
    """The activities: the registers have other columns, and stand in xlsx and json."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([column.heading for column in ACTIVITY_COLUMNS] + ["数据截至"])
    scope = report.scope
    found = watch(listing.activities(scope), listing.activities_count(scope), ACTIVITIES)
    for row in activity_rows(found, names):
        writer.writerow([*map(safe, row.cells), f"{report.cut_off}"])
    return text.getvalue()


def _public_csv(report: LedgerReport) -> str:
    text = StringIO()
    writer = csv.writer(text)
    for table in summary_tables(report, public=True):
        writer.writerow([table.title, *(column.heading for column in table.columns), "数据截至"])
        for row in table.rows:
            writer.writerow(["", *map(safe, row.cells), f"{report.cut_off}"])
    return text.getvalue()


def _json(
    report: LedgerReport, listing: Listing, names: Names, watch: Watch[Any], public: bool
) -> str:
    about: dict[str, Any] = {
        "township": report.township,
        "from": f"{report.scope.first}",
        "to": f"{report.scope.last}",
        "cut_off": f"{report.cut_off}",
        "public": public,
    }
    about["tables"] = [_listed(table) for table in summary_tables(report, public=public)]
    if public:
        return json.dumps(about, ensure_ascii=False, indent=2) + "\n"
    about["figures"] = {stated.figure.id: stated.value for stated in report.figures}
    scope = report.scope
    found = watch(listing.activities(scope), listing.activities_count(scope), ACTIVITIES)
    headings = [column.heading for column in ACTIVITY_COLUMNS]
    about["activities"] = [
        dict(zip(headings, row.cells, strict=True)) for row in activity_rows(found, names)
    ]
    about["registers"] = {
        sheet.layout.title: [
            dict(zip([c.heading for c in register_columns(sheet)], row.cells, strict=True))
            for row in register_rows(listing.rows(sheet.register, scope), sheet, names)
        ]
        for sheet in SHEETS
    }
    return json.dumps(about, ensure_ascii=False, indent=2, default=str) + "\n"


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
        ("人次", "不是人数；「—」是没有统计，不是 0。"),
        ("追溯", "每个数都有编号，用 lawbot report explain 编号，可以列出它由哪些记录加起来。"),
        *((PUBLIC_NOTE,) if public else ()),
        *meanings,
    )
