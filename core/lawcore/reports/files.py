"""The participation report as a file: xlsx, csv or json, by the ending of its name."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

from lawcore.clock import local_day
from lawcore.delivery.model import Tally
from lawcore.errors import BadInput
from lawcore.reports.participation import Makeup, Participation, Rate, Sitting
from lawcore.reports.public import suppress
from lawcore.reports.table import Cell, Column, Row, tables_of
from lawcore.sheets.whole_file import write_whole

_DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""A spreadsheet takes a cell that begins so for a formula."""


def write_participation(report: Participation, path: Path, *, public: bool = False) -> None:
    """Write the report to `path`, whole or not at all; for the public without small cells.

    Raises BadInput for an ending other than .xlsx, .csv or .json, or if it cannot be written there.
    """
    match path.suffix.lower():
        case ".xlsx":
            from lawcore.reports.sheet import participation_xlsx  # noqa: PLC0415 - slow to import

            content = participation_xlsx(report, public=public)
        case ".csv":
            content = participation_csv(report, public=public).encode("utf-8-sig")
        case ".json":
            found = public_json(report) if public else as_json(report)
            text = json.dumps(found, ensure_ascii=False, indent=2)
            content = f"{text}\n".encode()
        case _:
            raise BadInput(f"“{path.name}”的结尾要是 .xlsx、.csv 或 .json。")
    write_whole(path, content)


def participation_csv(report: Participation, *, public: bool = False) -> str:
    """Write all rows as one table: columns that do not concern a row are empty."""
    tables = [suppress(table) if public else table for table in tables_of(report)]
    about = ("范围", "统计开始", "统计结束", "数据截至", "类别", "名称")
    scope = (report.township, f"{report.first}", f"{report.last}", f"{report.cut_off}")
    headings = [column.heading for table in tables for column in table.columns[1:]]
    columns = list(dict.fromkeys(headings))
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow((*about, *columns))
    for table in tables:
        for row in table.rows:
            cells = _by_heading(table.columns, row)
            line = (*scope, table.title, cells[table.title], *(cells.get(c, "") for c in columns))
            writer.writerow(safe(cell) for cell in line)
    return text.getvalue()


def public_json(report: Participation) -> dict[str, Any]:
    """Give the tables as they may be shown outside."""
    return {
        "township": report.township,
        "from": f"{report.first}",
        "to": f"{report.last}",
        "cut_off": f"{report.cut_off}",
        "public": True,
        "tables": [
            {
                "title": table.title,
                "headings": [column.heading for column in table.columns],
                "rows": [[_plain(cell) for cell in row.cells] for row in suppress(table).rows],
            }
            for table in tables_of(report)
        ],
    }


def as_json(report: Participation) -> dict[str, Any]:
    """Give the report as JSON. It holds dates only, so the same state gives the same text."""
    return {
        "township": report.township,
        "from": f"{report.first}",
        "to": f"{report.last}",
        "cut_off": f"{report.cut_off}",
        "residents": report.residents,
        "exams": [
            {
                "exam": exam.exam,
                "title": exam.title,
                "opens_on": f"{local_day(exam.opens_at)}",
                "closes_on": f"{local_day(exam.closes_at)}",
                "open": exam.open,
                "units": [
                    {"unit": u.unit_name, **_sitting(u.counts, over=not exam.open)}
                    for u in exam.units
                ],
                "total": _sitting(exam.total, over=not exam.open),
            }
            for exam in report.exams
        ],
        "makeups": [
            {
                "exam": makeup.exam,
                "title": makeup.title,
                "opens_on": f"{local_day(makeup.opens_at)}",
                "closes_on": f"{local_day(makeup.closes_at)}",
                "open": makeup.open,
                "units": [
                    {"unit": u.unit_name, **_makeup(u.counts, over=not makeup.open)}
                    for u in makeup.units
                ],
                "total": _makeup(makeup.total, over=not makeup.open),
            }
            for makeup in report.makeups
        ],
        "campaigns": [
            {
                "campaign": campaign.campaign,
                "title": campaign.title,
                "year": campaign.year,
                "starts_on": f"{campaign.starts_on}",
                "ends_on": f"{campaign.ends_on}",
                "units": [{"unit": u.unit_name, **_tally(u.counts)} for u in campaign.units],
                "total": _tally(campaign.total),
            }
            for campaign in report.campaigns
        ],
    }


def _by_heading(columns: tuple[Column, ...], row: Row) -> dict[str, Cell]:
    return {column.heading: cell for column, cell in zip(columns, row.cells, strict=True)}


def safe(cell: Cell) -> str:
    """A cell of a csv, which no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell.startswith(_DANGEROUS):
        return f"'{cell}"
    return str(_plain(cell))


def _plain(cell: Cell) -> str | int:
    match cell:
        case Rate(percent=None):
            return "—"
        case Rate(percent=percent):
            return f"{percent}%"
        case int():
            return cell
        case _:
            return str(cell)


def _makeup(counts: Makeup, *, over: bool) -> dict[str, Any]:
    return {
        "first": _sitting(counts.first, over=True),
        "again": _sitting(counts.again, over=over),
        "passed_after": counts.passed_after if over else None,
        "passed_after_of_due": _rate(counts.passed_after_of_due) if over else None,
    }


def _sitting(counts: Sitting, *, over: bool) -> dict[str, Any]:
    """Until it is `over` nobody is told how many passed."""
    return {
        "candidates": counts.candidates,
        "exempt": counts.exempt,
        "due": counts.due,
        "attended": counts.attended,
        "absent": counts.absent,
        "passed": counts.passed if over else None,
        "attendance": _rate(counts.attendance),
        "passed_of_attended": _rate(counts.passed_of_attended) if over else None,
        "passed_of_due": _rate(counts.passed_of_due) if over else None,
    }


def _rate(rate: Rate) -> dict[str, Any]:
    percent = None if rate.percent is None else float(rate.percent)
    return {"numerator": rate.part, "denominator": rate.whole, "percent": percent}


def _tally(counts: Tally) -> dict[str, int]:
    return {
        "intended": counts.intended,
        "sent": counts.sent,
        "blocked": counts.blocked,
        "failed": counts.failed,
        "unknown": counts.unknown,
        "skipped": counts.skipped,
        "under_way": counts.under_way,
    }
