"""The ledger in numbers: by unit, by quarter, by observance, and in all.

An event belongs to its organiser, so the units add up to the total; where it was held jointly the
partners have it in a column of its own that is added to nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from lawcore.clock import local_day
from lawcore.ids import ObservanceKey, UnitId
from lawcore.participation.registers import Register
from lawcore.people.model import UnitKind
from lawcore.reports.catalogue import FIGURES
from lawcore.reports.figure import (
    Adds,
    Counts,
    Figure,
    OfDeliveries,
    OfExam,
    OfRegister,
    OfUnits,
    Scope,
)


@dataclass(frozen=True, slots=True)
class Held:
    """What was held: `events` 场次, `attendances` 人次 of those that were counted, `copies` 份."""

    events: int = 0
    attendances: int = 0
    uncounted: int = 0
    """Events whose attendances nobody counted; they are in `events`, and not 0 in 人次."""
    copies: int = 0
    pushes: int = 0
    joint: int = 0

    def __add__(self, other: "Held") -> "Held":
        return Held(*(getattr(self, name) + getattr(other, name) for name in Held.__slots__))


class UnitHeld(NamedTuple):
    """What a unit held, and in how many events of others it took part."""

    unit: UnitId
    code: str
    name: str
    kind: UnitKind
    held: Held
    partnered: int


class QuarterHeld(NamedTuple):
    """What was held in a quarter, written ``20264``."""

    quarter: int
    held: Held

    @property
    def name(self) -> str:
        return f"{self.quarter // 10} 年第 {self.quarter % 10} 季度"


class ObservanceHeld(NamedTuple):
    """What was held for an observance; None for none."""

    observance: ObservanceKey | None
    held: Held


class MonthSent(NamedTuple):
    """Messages due in a month, written ``2026-11``: 人次."""

    month: str
    intended: int
    sent: int


class Stated(NamedTuple):
    """A figure with its value."""

    figure: Figure
    value: int
    recorded: bool = True
    """Whether a row says so; of a count of 0 alone it is asked."""


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """The ledger in numbers for the days [first, last]."""

    township: str
    scope: Scope
    cut_off: date
    units: tuple[UnitHeld, ...]
    quarters: tuple[QuarterHeld, ...]
    observances: tuple[ObservanceHeld, ...]
    months: tuple[MonthSent, ...]
    figures: tuple[Stated, ...]

    @property
    def total(self) -> Held:
        return add_up(row.held for row in self.units)

    def value(self, figure: str) -> int:
        """The value of a figure by its id."""
        return self._stated(figure).value

    def known(self, figure: str) -> int | None:
        """The value, or None where no row at all could have told it: no record is not nought."""
        stated = self._stated(figure)
        if stated.value:
            return stated.value
        if figure in _OF_COUNTED:
            events, uncounted = (self.value(key) for key in _OF_COUNTED[figure])
            return 0 if events > uncounted else None
        source = stated.figure.source
        if isinstance(source, OfUnits):
            return stated.value
        if isinstance(source, OfRegister) and source.adds is Adds.COUNT:
            return 0 if stated.recorded else None
        if isinstance(source, OfRegister):
            return 0 if self._kept(source.register) else None
        whole = "G1" if isinstance(source, OfDeliveries) else "A1"
        return 0 if self.value(whole) else None

    def _kept(self, register: Register) -> bool:
        """Whether any figure of a register has rows."""
        return any(
            stated.value
            for stated in self.figures
            if isinstance(stated.figure.source, OfRegister)
            and stated.figure.source.register is register
        )

    def _stated(self, figure: str) -> Stated:
        return next(stated for stated in self.figures if stated.figure.id == figure)


_OF_COUNTED = {"A2": ("A1", "A6"), "A12": ("A11", "A16"), "A22": ("A21", "A26")}
"""Attendances, with the events they are of and those of them that nobody counted."""


class Tables(Protocol):
    """Counts by the database, grouped."""

    def by_unit(self, scope: Scope) -> tuple[UnitHeld, ...]: ...

    def by_quarter(self, scope: Scope) -> tuple[QuarterHeld, ...]: ...

    def by_observance(self, scope: Scope) -> tuple[ObservanceHeld, ...]: ...

    def by_month(self, scope: Scope) -> tuple[MonthSent, ...]: ...

    def doubles(self, scope: Scope) -> tuple[tuple[str, str], ...]:
        """Pairs of rows that may be one joint event, filed by both who held it."""
        ...


class LedgerBooks(Protocol):
    """What this report asks of storage, in one transaction."""

    @property
    def counts(self) -> Counts: ...

    @property
    def tables(self) -> Tables: ...


def collect_ledger(books: LedgerBooks, township: str, scope: Scope, at: datetime) -> LedgerReport:
    """Count everything; `at` is the cut-off."""
    figures = [figure for figure in FIGURES if not isinstance(figure.source, OfExam)]
    values = books.counts.count_all(figures, scope)
    stated = tuple(_stated(books, *one, scope) for one in zip(figures, values, strict=True))
    return LedgerReport(
        township,
        scope,
        local_day(at),
        books.tables.by_unit(scope),
        books.tables.by_quarter(scope),
        books.tables.by_observance(scope),
        books.tables.by_month(scope),
        stated,
    )


def _stated(books: LedgerBooks, figure: Figure, value: int, scope: Scope) -> Stated:
    counted = isinstance(figure.source, OfRegister) and figure.source.adds is Adds.COUNT
    if value or not counted:
        return Stated(figure, value)
    return Stated(figure, value, any(True for _ in books.counts.evidence(figure, scope)))


def add_up(rows: Iterable[Held]) -> Held:
    """The sum of rows, column by column."""
    total = Held()
    for row in rows:
        total = total + row
    return total
