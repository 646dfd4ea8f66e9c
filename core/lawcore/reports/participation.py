"""Who took part: exams and deliveries by unit, with numerators and denominators.

N = candidates on the frozen roster, X = approved exemptions, A = distinct people whose sitting is
over with at least one answer, P = those of A who passed. 参考率 = A/(N−X); 合格率 is printed
twice, P/A (实考) and P/(N−X) (应考). intended = sent + blocked + failed + unknown + skipped +
under way. A rate with a zero denominator is "—". The sum of the units is the total.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from lawcore.delivery.model import Tally
from lawcore.ids import CampaignId, ExamId, UnitId


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with its numerator and denominator, which are printed with it."""

    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """The rate in percent, rounded half up to 0.1; None when the denominator is zero."""
        if self.whole == 0:
            return None
        exact = Decimal(self.part) * 100 / Decimal(self.whole)
        return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)

    def __str__(self) -> str:
        return "—" if self.percent is None else f"{self.percent}%（{self.part}/{self.whole}）"


@dataclass(frozen=True, slots=True)
class Sitting:
    """The four counts of an exam, of one unit or of all; people, not 人次."""

    candidates: int = 0
    exempt: int = 0
    attended: int = 0
    passed: int = 0

    @property
    def due(self) -> int:
        """应考: N − X."""
        return self.candidates - self.exempt

    @property
    def absent(self) -> int:
        """缺考: N − X − A."""
        return self.due - self.attended

    @property
    def attendance(self) -> Rate:
        """参考率 = A/(N−X)."""
        return Rate(self.attended, self.due)

    @property
    def passed_of_attended(self) -> Rate:
        """合格率（实考） = P/A."""
        return Rate(self.passed, self.attended)

    @property
    def passed_of_due(self) -> Rate:
        """合格率（应考） = P/(N−X)."""
        return Rate(self.passed, self.due)

    def __add__(self, other: "Sitting") -> "Sitting":
        return Sitting(
            self.candidates + other.candidates,
            self.exempt + other.exempt,
            self.attended + other.attended,
            self.passed + other.passed,
        )


@dataclass(frozen=True, slots=True)
class UnitSitting:
    """The counts of one unit in one exam."""

    unit: UnitId
    unit_name: str
    counts: Sitting


@dataclass(frozen=True, slots=True)
class ExamTable:
    """One exam by unit. `open` marks an exam that is still running: its counts will change."""

    exam: ExamId
    title: str
    opens_at: datetime
    closes_at: datetime
    open: bool
    units: tuple[UnitSitting, ...]

    @property
    def total(self) -> Sitting:
        return sum((row.counts for row in self.units), Sitting())


@dataclass(frozen=True, slots=True)
class Makeup:
    """The counts of an exam with those of its 补考, of one unit or of all; people, not 人次.

    The units are those of the first exam. The first result is not changed by the 补考.
    """

    first: Sitting = Sitting()
    again: Sitting = Sitting()
    """Of the candidates of the 补考; who sat several is counted once."""
    passed_after: int = 0
    """People who passed the first exam or a 补考 of it."""

    @property
    def passed_after_of_due(self) -> Rate:
        """补考后合格率（应考） = passed_after/(N−X) of the first exam."""
        return Rate(self.passed_after, self.first.due)

    def __add__(self, other: "Makeup") -> "Makeup":
        return Makeup(
            self.first + other.first,
            self.again + other.again,
            self.passed_after + other.passed_after,
        )


@dataclass(frozen=True, slots=True)
class UnitMakeup:
    """The counts of one unit."""

    unit: UnitId
    unit_name: str
    counts: Makeup


@dataclass(frozen=True, slots=True)
class MakeupTable:
    """An exam that had a 补考, by unit. `open`: the 补考 is still running."""

    exam: ExamId
    title: str
    opens_at: datetime
    closes_at: datetime
    """The window of the 补考; of the first to the last, where there were several."""
    open: bool
    units: tuple[UnitMakeup, ...]

    @property
    def total(self) -> Makeup:
        return sum((row.counts for row in self.units), Makeup())


@dataclass(frozen=True, slots=True)
class UnitDeliveries:
    """The deliveries of one campaign in one unit (a village, or a cadre's unit)."""

    unit: UnitId | None
    unit_name: str
    counts: Tally


@dataclass(frozen=True, slots=True)
class CampaignTable:
    """One campaign by unit. A delivery that was sent is not one that was read."""

    campaign: CampaignId
    title: str
    year: int
    starts_on: date
    ends_on: date
    units: tuple[UnitDeliveries, ...]

    @property
    def total(self) -> Tally:
        return add_up(row.counts for row in self.units)


@dataclass(frozen=True, slots=True)
class Participation:
    """The whole report for [first, last], both days included."""

    township: str
    first: date
    last: date
    cut_off: date
    exams: tuple[ExamTable, ...]
    campaigns: tuple[CampaignTable, ...]
    residents: int
    """Accounts that receive as residents on the cut-off day; people, not inhabitants."""
    makeups: tuple[MakeupTable, ...] = ()
    """The 补考 of the exams above."""


class Figures(Protocol):
    """What this room asks of storage: counts made by the database."""

    def exam_tables(
        self, opened_from: datetime, opened_before: datetime, unit: UnitId | None
    ) -> tuple[ExamTable, ...]: ...

    def makeup_tables(
        self, exams: Sequence[ExamId], unit: UnitId | None
    ) -> tuple[MakeupTable, ...]:
        """Of these exams those that had a 补考, by the units of the first exam."""
        ...

    def campaign_tables(
        self, due_from: datetime, due_before: datetime, unit: UnitId | None
    ) -> tuple[CampaignTable, ...]: ...

    def residents(self, unit: UnitId | None) -> int: ...


def add_up(tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies, state by state."""
    return sum(tallies, Tally())
