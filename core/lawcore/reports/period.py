"""A period at a glance: its figures, what each unit and quarter held, and what each month sent.

A whole year is read from the tallies that are kept, in milliseconds whatever the number of rows;
any other days are counted.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from lawcore.clock import local_day
from lawcore.reports.catalogue import FIGURES
from lawcore.reports.collect import moments
from lawcore.reports.figure import OfExam, Scope
from lawcore.reports.ledger import Held, LedgerBooks, MonthSent, QuarterHeld, Stated, add_up
from lawcore.reports.live import Live, UnitNow, YearNow
from lawcore.reports.participation import ExamTable, Figures


@dataclass(frozen=True, slots=True)
class Period:
    """The days of `scope`, up to the cut-off."""

    scope: Scope
    cut_off: date
    figures: tuple[Stated, ...]
    units: tuple[UnitNow, ...]
    """Every unit, also those that held nothing, by kind and code."""
    quarters: tuple[QuarterHeld, ...]
    months: tuple[MonthSent, ...]
    exams: tuple[ExamTable, ...]

    @property
    def held(self) -> Held:
        """What all units held; a joint event counts once, for its organiser."""
        return add_up(unit.held for unit in self.units)


class PeriodBooks(LedgerBooks, Protocol):
    """What this report asks of storage, in one transaction."""

    @property
    def live(self) -> Live: ...

    @property
    def figures(self) -> Figures: ...


def collect_period(books: PeriodBooks, scope: Scope, at: datetime) -> Period:
    """Gather the days of `scope`; `at` is the cut-off."""
    today = local_day(at)
    figures = [figure for figure in FIGURES if not isinstance(figure.source, OfExam)]
    units, quarters, months = (
        _kept(books, scope.last) if is_year(scope, today) else _counted(books, scope)
    )
    return Period(
        scope,
        today,
        tuple(map(Stated, figures, books.counts.count_all(figures, scope))),
        units,
        quarters,
        months,
        books.figures.exam_tables(*moments(scope.first, scope.last), None),
    )


def is_year(scope: Scope, today: date) -> bool:
    """Whether these are all days of a year, or all that have been of this one."""
    first, last = scope.first, scope.last
    year = date(last.year, 12, 31)
    return first == date(last.year, 1, 1) and last in {year, min(today, year)}


Tables = tuple[tuple[UnitNow, ...], tuple[QuarterHeld, ...], tuple[MonthSent, ...]]


def _kept(books: PeriodBooks, last: date) -> Tables:
    year, months = last.year, books.live.months(last.year)
    sent = tuple(
        MonthSent(f"{year}-{one.month:02}", one.deliveries.intended, one.deliveries.sent)
        for one in months.months[: last.month]
    )
    return books.live.units(year), _quarters(months), sent


def _counted(books: PeriodBooks, scope: Scope) -> Tables:
    held = {unit.unit: unit.held for unit in books.tables.by_unit(scope)}
    units = tuple(
        UnitNow(one.unit, one.code, one.name, one.kind, held.get(one.unit, Held()))
        for one in books.live.units(scope.first.year)
    )
    return units, books.tables.by_quarter(scope), books.tables.by_month(scope)


def _quarters(year: YearNow) -> tuple[QuarterHeld, ...]:
    found: dict[int, Held] = defaultdict(Held)
    for one in year.months:
        if one.held.events:
            found[year.year * 10 + (one.month + 2) // 3] += one.held
    return tuple(QuarterHeld(quarter, found[quarter]) for quarter in sorted(found))
