"""Counts and rates over very many rows, each beside the plain SQL for the same; live pages too."""

# ruff: noqa: S608 - every word of these statements stands in this file

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, TypeVar

from sqlalchemy.engine import make_url

from benchmarks.ledger_town import town
from benchmarks.measure import Goal
from lawcore.ids import CampaignId, ExamId
from lawcore.reports.catalogue import FIGURES
from lawcore.reports.figure import OfExam, Scope
from lawcore.storage import Books
from lawcore.storage.sqlite import sqlite_engine

T = TypeVar("T")

ROWS = 1_000_000
YEAR = Scope(date(2026, 1, 1), date(2026, 12, 31))
BEGIN, END = datetime(2025, 12, 31, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)
_STANDS = (
    "withdrawn = 0 AND id NOT IN (SELECT corrects FROM activities WHERE corrects IS NOT NULL)"
    " AND day BETWEEN '2026-01-01' AND '2026-12-31'"
)
_HELD = (
    "count(*), sum(attendances), sum(attendances IS NULL), sum(copies), sum(pushes),"
    " count(joint) FROM activities LEFT JOIN (SELECT DISTINCT activity_id AS joint"
    " FROM activity_partners) ON joint = id"
)
_DUE = "due_at >= '2025-12-31 16:00:00' AND due_at < '2026-12-31 16:00:00'"
_ATTENDED = "a.state != 'running' AND a.answered > 0"


class Count(NamedTuple):
    """A report's count and the plain SQL that a person would write for it."""

    name: str
    ours: Callable[[Books], Any]
    plain: tuple[str, ...]


COUNTS = (
    Count(
        "活动各数",
        lambda books: books.counts.count_all(
            [one for one in FIGURES if not isinstance(one.source, OfExam)], YEAR
        ),
        (
            f"SELECT organiser_id, {_HELD} WHERE {_STANDS} GROUP BY 1",
            f"SELECT count(*) FROM activities WHERE {_STANDS}"
            " AND id NOT IN (SELECT activity_id FROM activity_reviews)",
            "SELECT count(*), sum(state = 'sent') FROM deliveries WHERE kind = 'campaign'"
            f" AND subject IN (SELECT id FROM campaigns WHERE {_DUE})",
        ),
    ),
    Count(
        "活动按单位",
        lambda books: books.tables.by_unit(YEAR),
        (
            f"SELECT organiser_id, {_HELD} WHERE {_STANDS} GROUP BY 1",
            "SELECT p.unit_id, count(*) FROM activity_partners p JOIN activities ON id ="
            f" activity_id WHERE {_STANDS} GROUP BY 1",
        ),
    ),
    Count(
        "活动按季度",
        lambda books: books.tables.by_quarter(YEAR),
        (f"SELECT (strftime('%m', day) + 2) / 3, {_HELD} WHERE {_STANDS} GROUP BY 1",),
    ),
    Count(
        "活动按普法日",
        lambda books: books.tables.by_observance(YEAR),
        (f"SELECT observance, {_HELD} WHERE {_STANDS} GROUP BY 1",),
    ),
    Count(
        "消息按月",
        lambda books: books.tables.by_month(YEAR),
        (
            "SELECT strftime('%m', c.due_at, '+8 hours'), count(*), sum(d.state = 'sent')"
            " FROM campaigns c JOIN deliveries d ON d.subject = c.id AND d.kind = 'campaign'"
            f" WHERE {_DUE.replace('due_at', 'c.due_at')} GROUP BY 1",
        ),
    ),
    Count(
        "消息按任务和单位",
        lambda books: books.figures.campaign_tables(BEGIN, END),
        (
            "SELECT subject, unit_id, state, count(*) FROM deliveries WHERE kind = 'campaign'"
            f" AND subject IN (SELECT id FROM campaigns WHERE {_DUE}) GROUP BY 1, 2, 3",
        ),
    ),
    Count(
        "考试按单位",
        lambda books: books.figures.exam_tables(BEGIN, END),
        (
            "SELECT c.exam_id, c.unit_id, count(*), count(c.exempt_reason),"
            f" sum({_ATTENDED}), sum({_ATTENDED} AND coalesce((SELECT r.passed FROM"
            " regraded_scores r WHERE r.attempt_id = a.id ORDER BY r.regrade_id DESC LIMIT 1),"
            " a.passed)) FROM candidates c LEFT JOIN attempts a ON a.exam_id = c.exam_id"
            " AND a.cadre_id = c.cadre_id GROUP BY 1, 2",
        ),
    ),
    Count(
        "登记居民",
        lambda books: books.figures.residents(),
        ("SELECT count(*) FROM accounts WHERE state = 'active' AND village_id > 0",),
    ),
)
PAGES: tuple[tuple[str, Callable[[Books], Any]], ...] = (
    ("宣传任务", lambda books: books.live.campaign(CampaignId(7))),
    ("考试", lambda books: books.live.exam(ExamId(7))),
    ("全年各月", lambda books: books.live.months(2026)),
    ("各单位", lambda books: books.live.units(2026)),
    ("各村居民", lambda books: books.live.residents()),
)


def goals(rows: int, times: int, say: Callable[[str], None]) -> list[Goal]:
    """Medians of the ratios; the milliseconds of the slowest page."""
    with tempfile.TemporaryDirectory() as folder:
        say(f"写 {rows:,} 行的库")
        url = town(Path(folder), rows)
        return list(_measured(url, rows, times, say))


def _measured(url: str, rows: int, times: int, say: Callable[[str], None]) -> Iterator[Goal]:
    engine = sqlite_engine(url, read_only=True)
    path = make_url(url).database or ""
    with engine.connect() as connection, closing(sqlite3.connect(path)) as plain:
        books = Books(connection)
        for count in COUNTS:
            say(f"{count.name}，{rows:,} 行")
            yield Goal(
                f"{rows:,} 行，{count.name} ÷ 直接的 SQL", _ratio(count, books, plain, times), 1.3
            )
        for name, page in PAGES:
            took = median(_seconds(page, books) for _ in range(5 * times))
            yield Goal(f"{rows:,} 行，网页“{name}”", took * 1e3, 5, "ms")
    engine.dispose()


def _ratio(count: Count, books: Books, plain: sqlite3.Connection, times: int) -> float:
    """The median; they take turns."""

    def by_hand(connection: sqlite3.Connection) -> None:
        for statement in count.plain:
            connection.execute(statement).fetchall()

    return median(_seconds(count.ours, books) / _seconds(by_hand, plain) for _ in range(times))


def _seconds(work: Callable[[T], object], on: T) -> float:
    """Processor time, which a busy machine does not change: SQLite works in this process."""
    began = time.process_time()
    work(on)
    return time.process_time() - began
