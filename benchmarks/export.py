"""An export of very many rows beside the same cells written by xlsxwriter alone.

``python -m benchmarks.export WHO URL ENDING`` does one of them, in a process of its own: its memory
is then its own.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

import xlsxwriter
from sqlalchemy.engine import make_url

from benchmarks.ledger_town import town
from benchmarks.measure import Goal, peak_megabytes
from lawcore.reports import xlsx
from lawcore.reports.figure import Scope
from lawcore.reports.ledger import collect_ledger
from lawcore.reports.ledger_export import write_ledger
from lawcore.reports.ledger_tables import Names
from lawcore.storage import Books
from lawcore.storage.sqlite import sqlite_engine

ROWS = 100_000
WHO = ("ours", "plain")
_PLAIN = (
    "SELECT a.id, a.attendances, a.copies, a.pushes, a.day, a.name, a.observance, a.topic, a.laws,"
    " a.place, u.name, a.form, a.category, a.audience, a.evidence, a.filed_by, '', '', '', '',"
    " 'H' || a.id, a.reason FROM activities a JOIN units u ON u.id = a.organiser_id"
    " WHERE withdrawn = 0 AND a.id NOT IN"
    " (SELECT corrects FROM activities WHERE corrects IS NOT NULL) ORDER BY a.day"
)


def goals(rows: int, times: int, say: Callable[[str], None]) -> list[Goal]:
    """The ratio of processor time, and the memory that the greediest kind of file takes."""
    with tempfile.TemporaryDirectory() as folder:
        say(f"写 {rows:,} 行的库")
        url = town(Path(folder), rows)
        found: dict[str, list[dict[str, float]]] = {who: [] for who in WHO}
        for number in range(times):
            say(f"导出 {rows:,} 行，第 {number + 1}/{times} 轮")
            for who in WHO:
                found[who].append(_export(who, url, ".xlsx"))
        found["ours"] += [_export("ours", url, ending) for ending in (".csv", ".json")]
    cpu = {who: median(one["cpu"] for one in runs[:times]) for who, runs in found.items()}
    memory = max(one["megabytes"] for one in found["ours"])
    return [
        Goal(f"导出 {rows:,} 行 xlsx：CPU ÷ 只用 xlsxwriter", cpu["ours"] / cpu["plain"], 1.1),
        Goal(f"导出 {rows:,} 行 xlsx、csv、json：最多占内存", memory, 40, "MB"),
    ]


def _export(who: str, url: str, ending: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.export", who, url, ending]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _ours(url: str, path: Path) -> None:
    scope = Scope(date(2026, 1, 1), date(2026, 12, 31))
    with sqlite_engine(url, read_only=True).connect() as connection:
        books = Books(connection)
        report = collect_ledger(books, "镇", scope, datetime(2026, 12, 31, tzinfo=UTC))
        names = Names({unit.id: unit.name for unit in books.people.units()}, {})
        write_ledger(report, books.listing, names, path, lambda rows, _number, _title: rows)


def _plain(url: str, path: Path) -> None:
    with (
        closing(sqlite3.connect(make_url(url).database or "")) as connection,
        xlsxwriter.Workbook(path, {"constant_memory": True}) as book,
    ):
        sheet, bordered = book.add_worksheet(), book.add_format({"border": 1})
        for number, row in enumerate(connection.execute(_PLAIN), start=1):
            numbers, texts = row[:4], row[4:]
            for place, value in enumerate(numbers):
                if value is None:
                    sheet.write_blank(number, place, None, bordered)
                else:
                    sheet.write_number(number, place, value, bordered)
            for place, value in enumerate(texts, start=4):
                sheet.write_string(number, place, value or "", bordered)


def _alone(who: str, url: str, ending: str) -> dict[str, float]:
    assert xlsx, "what is imported late is not what is measured"
    with tempfile.TemporaryDirectory() as folder:
        before = peak_megabytes()
        began = time.process_time()
        (_ours if who == "ours" else _plain)(url, Path(folder) / f"export{ending}")
        took = time.process_time() - began
        return {"cpu": took, "megabytes": peak_megabytes() - before}


if __name__ == "__main__":
    print(json.dumps(_alone(*sys.argv[1:4])))
