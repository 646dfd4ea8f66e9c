"""The figures chapter of the annual report: sentences whose every number stands in a table.

A number in a sentence carries its table and figure id, and is rounded (“余”) only where the exact
number is in that table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from lawcore.calendar.observance import span_text
from lawcore.clock import local_day
from lawcore.errors import BadInput
from lawcore.ids import ObservanceKey
from lawcore.reports.collect import collect
from lawcore.reports.figure import Figure, OfUnits, Scope
from lawcore.reports.ledger import LedgerBooks, LedgerReport, collect_ledger
from lawcore.reports.participation import ExamTable, Figures


class Cited(NamedTuple):
    """A number in a sentence: its words, its table and its figure."""

    words: str
    table: int
    figure: str

    @property
    def source(self) -> str:
        """``表1·A1``."""
        return f"表{self.table}·{self.figure}"


Piece = str | Cited
Paragraph = tuple[Piece, ...]


class Section(NamedTuple):
    """A heading of the second level with its paragraphs."""

    title: str
    paragraphs: tuple[Paragraph, ...]


class Compared(NamedTuple):
    """A figure this year and last; None where there is no record that could say."""

    figure: Figure
    now: int | None
    before: int | None

    @property
    def change(self) -> int | None:
        """This year less last year."""
        if self.now is None or self.before is None:
            return None
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class Annual:
    """The figures of a year, up to the cut-off."""

    township: str
    year: int
    now: LedgerReport
    before: LedgerReport
    compared: tuple[Compared, ...]
    exams: tuple[ExamTable, ...]
    titles: Mapping[ObservanceKey, str]
    doubles: tuple[tuple[str, str], ...]
    """Rows that may be one joint event: ``("H12", "H15")``."""

    @property
    def cut_off(self) -> date:
        return self.now.cut_off

    @property
    def last_day(self) -> date:
        return self.now.scope.last

    @property
    def period(self) -> str:
        """``1月1日至11月24日``."""
        return span_text(self.now.scope.first, self.last_day)

    @property
    def before_word(self) -> str:
        """``上年`` or, while the year is not over, ``上年同期``."""
        return "上年" if self.last_day == date(self.year, 12, 31) else "上年同期"

    def of(self, figure: str) -> Compared:
        """A figure by its id."""
        return next(one for one in self.compared if one.figure.id == figure)


class AnnualBooks(LedgerBooks, Protocol):
    """What this report asks of storage, in one transaction."""

    @property
    def figures(self) -> Figures: ...


def collect_annual(
    books: AnnualBooks,
    township: str,
    year: int,
    titles: Mapping[ObservanceKey, str],
    at: datetime,
) -> Annual:
    """Count the year up to the day of `at`, and the same days of the year before.

    Raises BadInput for a year that has not begun.
    """
    today = local_day(at)
    if year > today.year:
        raise BadInput(f"{year} 年还没有开始。")
    last = min(today, date(year, 12, 31))
    now = collect_ledger(books, township, Scope(date(year, 1, 1), last), at)
    earlier = Scope(date(year - 1, 1, 1), _a_year_before(last))
    before = collect_ledger(books, township, earlier, at)
    exams = collect(books.figures, township, date(year, 1, 1), last, None, at).exams
    compared = tuple(_compared(stated.figure, now, before) for stated in now.figures)
    doubles = books.tables.doubles(now.scope)
    return Annual(township, year, now, before, compared, exams, titles, doubles)


def about(number: int) -> str:
    """A number as a sentence states it: ``1200余`` for 1234; exact below 1000 and if round.

    Only beside a table that holds the exact number.
    """
    step = 10 ** (len(str(number)) - 2) if number >= 1000 else 1
    rounded = number // step * step
    return f"{rounded}" if number == rounded else f"{rounded}余"


def _a_year_before(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return date(day.year - 1, 2, 28) if leap else day.replace(year=day.year - 1)


def _compared(figure: Figure, now: LedgerReport, before: LedgerReport) -> Compared:
    if isinstance(figure.source, OfUnits):  # the roster of a year ago is not kept
        return Compared(figure, now.known(figure.id), None)
    return Compared(figure, now.known(figure.id), before.known(figure.id))
