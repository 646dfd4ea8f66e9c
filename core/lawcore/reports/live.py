"""What pages show of this moment, read from tallies that the database keeps as rows are written.

The counts mean what `reports.participation` and `reports.ledger` say of them.
"""

from dataclasses import dataclass
from typing import Protocol

from lawcore.delivery.model import Tally
from lawcore.ids import CampaignId, ExamId, UnitId
from lawcore.people.model import UnitKind
from lawcore.reports.ledger import Held, add_up
from lawcore.reports.participation import Sitting, UnitDeliveries, UnitSitting
from lawcore.reports.participation import add_up as add_tallies


@dataclass(frozen=True, slots=True)
class CampaignNow:
    """The deliveries of a campaign, all its versions, by the unit they were frozen for."""

    campaign: CampaignId
    units: tuple[UnitDeliveries, ...]

    @property
    def total(self) -> Tally:
        return add_tallies(row.counts for row in self.units)


@dataclass(frozen=True, slots=True)
class ExamNow:
    """N, X, A and P of an exam by unit, with the scores in force."""

    exam: ExamId
    units: tuple[UnitSitting, ...]

    @property
    def total(self) -> Sitting:
        return sum((row.counts for row in self.units), Sitting())


@dataclass(frozen=True, slots=True)
class MonthNow:
    """A month of a year: messages by the month in which they were due, and what was held."""

    month: int
    """1 to 12."""
    deliveries: Tally
    held: Held


@dataclass(frozen=True, slots=True)
class YearNow:
    """The twelve months of a year."""

    year: int
    months: tuple[MonthNow, ...]

    @property
    def deliveries(self) -> Tally:
        return add_tallies(month.deliveries for month in self.months)

    @property
    def held(self) -> Held:
        return add_up(month.held for month in self.months)


@dataclass(frozen=True, slots=True)
class UnitNow:
    """What a unit held in a year as the organiser."""

    unit: UnitId
    code: str
    name: str
    kind: UnitKind
    held: Held


@dataclass(frozen=True, slots=True)
class VillageNow:
    """The accounts of a village: people, not inhabitants."""

    unit: UnitId
    code: str
    name: str
    receiving: int
    stopped: int
    """They stopped the bot, and are back when they let it."""
    left: int
    """They left and are not yet forgotten; who was forgotten is in no village."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A tally that is not what its rows add up to."""

    kind: str
    subject: int
    unit: int
    """0 stands for no unit."""
    what: str
    kept: int
    counted: int


class Live(Protocol):
    """What pages ask of storage; each within milliseconds, however many rows there are."""

    def campaign(self, campaign: CampaignId) -> CampaignNow: ...

    def exam(self, exam: ExamId) -> ExamNow: ...

    def months(self, year: int) -> YearNow: ...

    def units(self, year: int) -> tuple[UnitNow, ...]:
        """Every unit, also those that held nothing, by kind and code."""
        ...

    def residents(self) -> tuple[VillageNow, ...]:
        """Every village by code."""
        ...
