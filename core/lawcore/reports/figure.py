"""A figure: what it counts, of which rows, and which part of them; and one row behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from lawcore.errors import BadInput
from lawcore.ids import ExamId, ObservanceKey, UnitId
from lawcore.participation.registers import Register
from lawcore.people.model import UnitKind


class Adds(StrEnum):
    """What of each row is added up."""

    ROWS = "rows"
    ATTENDANCES = "attendances"
    COPIES = "copies"
    PUSHES = "pushes"
    COUNT = "count"
    """The count of a register row."""
    UNITS = "units"
    """Not the rows but the different units in them."""


@dataclass(frozen=True, slots=True)
class OfActivities:
    """Figures of the ledger of activities; a joint event counts once, for its organiser."""

    adds: Adds
    organisers: frozenset[UnitKind] = frozenset()
    """Kinds of the organising unit; empty: all."""
    joint: bool = False
    uncounted: bool = False
    """Only events whose attendances nobody counted."""
    unreviewed: bool = False


@dataclass(frozen=True, slots=True)
class OfRegister:
    """Figures of a register."""

    register: Register
    adds: Adds
    kinds: frozenset[str] = frozenset()
    """Empty: all."""
    owners: frozenset[UnitKind] = frozenset()
    """Kinds of the unit of a row; empty: all, and rows of none."""
    latest: bool = False
    """Of each unit and kind only the latest row: a state on a day, not a sum over days."""
    ever: bool = False
    """All rows up to the last day, however old: what stands, not what happened."""


class OfExam(StrEnum):
    """Figures of one exam; people, not 人次."""

    DUE = "due"
    ATTENDED = "attended"
    PASSED = "passed"
    EXEMPT = "exempt"


class OfDeliveries(StrEnum):
    """Figures of the messages due in the period."""

    INTENDED = "intended"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class OfUnits:
    """The units of these kinds on the roster of the cut-off: what a number of them is out of."""

    kinds: frozenset[UnitKind]


Source = OfActivities | OfRegister | OfExam | OfDeliveries | OfUnits


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: `measure` is the word behind its number, `meaning` how it is counted."""

    id: str
    title: str
    measure: str
    source: Source
    meaning: str


@dataclass(frozen=True, slots=True)
class Scope:
    """The days [first, last], both included, and what part of them."""

    first: date
    last: date
    unit: UnitId | None = None
    """This unit and what is below it."""
    own: UnitId | None = None
    """This unit alone: a line of a table by unit."""
    observance: ObservanceKey | None = None
    no_observance: bool = False
    exam: ExamId | None = None

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise BadInput(f"统计时段的开始 {self.first} 晚于结束 {self.last}，请对调。")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row behind a figure; the `value` of all rows add up to it."""

    number: str
    """``H12``, ``D5``, a cadre's 工号, a campaign."""
    day: date
    what: str
    unit: str
    value: int
    note: str = ""


class Counts(Protocol):
    """What is asked of storage: a figure, and the rows it is counted from."""

    def count(self, figure: Figure, scope: Scope) -> int: ...

    def count_all(self, figures: Sequence[Figure], scope: Scope) -> tuple[int, ...]: ...

    def evidence(self, figure: Figure, scope: Scope) -> Iterator[Evidence]: ...
