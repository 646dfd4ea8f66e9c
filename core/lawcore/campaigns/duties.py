"""谁执法谁普法 (法治宣传教育法 9): which department makes which day known, and what came of it.

The list is the calendar of the year times the departments its observances name. What was held is
read from the ledger, what was sent from the campaigns; nobody is compared with anybody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from lawcore.calendar.observance import Occasion, span_text
from lawcore.clock import local_day
from lawcore.delivery.book import DeliveryBook
from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput, NotFound
from lawcore.ids import AccountId, CampaignId, DutyId, ObservanceKey, UnitId
from lawcore.participation import Entry, EntryKind, Ledger
from lawcore.people.book import PeopleBook
from lawcore.people.model import Unit, UnitKind

ALL_VILLAGES = "各村"
ALL_DEPARTMENTS = "各站所"
REMIND_DAYS = (15, 7, 1)
"""Days ahead on which a department is reminded, as long as nothing is planned."""

LONGEST_PLAN = 200
HALF_A_YEAR = timedelta(days=183)


class DutyState(StrEnum):
    """How a duty stands; `sent` is a message of the township, no event of the department."""

    HELD = "held"
    SENT = "sent"
    PLANNED = "planned"
    AHEAD = "ahead"
    OVERDUE = "overdue"
    UNDATED = "undated"


DUTY_STATE_WORDS = {
    DutyState.HELD: "已开展",
    DutyState.SENT: "已发消息",
    DutyState.PLANNED: "已安排",
    DutyState.AHEAD: "还没到",
    DutyState.OVERDUE: "过期没有记录",
    DutyState.UNDATED: "日期待通知",
}


@dataclass(frozen=True, slots=True)
class Duty:
    """A day of the year and one department. `unit` is None where the roster has none so called."""

    observance: ObservanceKey
    title: str
    year: int
    start: date | None
    end: date | None
    department: str
    unit: UnitId | None

    @property
    def date_text(self) -> str:
        if self.start is None or self.end is None:
            return "待通知"
        return span_text(self.start, self.end)


class Proof(NamedTuple):
    """An event of the ledger: its number, day and name."""

    number: str
    day: date
    name: str


class SentMessage(NamedTuple):
    """A campaign and how many of its messages were sent: 人次."""

    campaign: CampaignId
    sent: int


class Plan(NamedTuple):
    """What a department means to do."""

    what: str
    planned_for: date
    filed_by: str


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A duty with its evidence."""

    duty: Duty
    state: DutyState
    held: tuple[Proof, ...]
    sent: SentMessage | None
    plan: Plan | None
    contacts: int
    """Accounts that are reminded; 0 where the department has nobody to remind."""


Where = tuple[ObservanceKey, UnitId]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the database knows of a year."""

    held: Mapping[Where, tuple[Proof, ...]]
    """Of this year and the next."""
    sent: Mapping[ObservanceKey, SentMessage]
    approved: frozenset[ObservanceKey]
    """Observances whose message of the township is approved and not yet sent."""
    plans: Mapping[Where, Plan]
    contacts: Mapping[UnitId, tuple[AccountId, ...]]


class DutyBook(Protocol):
    """What this room needs of storage."""

    def evidence(self, year: int) -> Evidence: ...

    def ensure(self, observance: ObservanceKey, year: int, unit: UnitId) -> DutyId: ...

    def plan(self, duty: DutyId, plan: Plan, at: datetime) -> None: ...


class DutyDesk(Protocol):
    """The books that duties need, in one transaction."""

    @property
    def people(self) -> PeopleBook: ...

    @property
    def deliveries(self) -> DeliveryBook: ...

    @property
    def duties(self) -> DutyBook: ...

    @property
    def ledger(self) -> Ledger: ...


def duties_of(occasions: Iterable[Occasion], units: Sequence[Unit]) -> tuple[Duty, ...]:
    """The responsibility list: every occasion that is not optional, for each of its departments."""
    return tuple(
        Duty(
            occasion.observance.key,
            occasion.observance.title,
            occasion.year,
            occasion.start,
            occasion.end,
            name,
            unit,
        )
        for occasion in occasions
        if not occasion.observance.optional
        for name, unit in _departments(occasion.observance.departments, units)
    )


def lines(duties: Iterable[Duty], known: Evidence, today: date) -> tuple[DutyLine, ...]:
    """Each duty with what came of it by `today`."""
    return tuple(_line(duty, known, today) for duty in duties)


def remind(desk: DutyDesk, duties: Sequence[Duty], *, at: datetime) -> int:
    """Remind the contacts of departments of what is near and not planned. Reminders queued.

    Each contact is reminded once 15, once 7 and once 1 day ahead; what was missed is caught up.
    """
    today, queued = local_day(at), 0
    for year in sorted({duty.year for duty in duties}):
        known = desk.duties.evidence(year)
        for line in lines((duty for duty in duties if duty.year == year), known, today):
            duty, stage = line.duty, stage_of(line, today)
            if stage is None or duty.unit is None:
                continue
            contacts = known.contacts.get(duty.unit, ())
            if contacts:
                key = desk.duties.ensure(duty.observance, duty.year, duty.unit)
                queued += desk.deliveries.queue(
                    DeliveryKind.DUTY, key, stage, contacts, next_allowed(at)
                )
    return queued


def stage_of(line: DutyLine, today: date) -> int | None:
    """Which reminder is due: 15, 7 or 1; None for none."""
    if line.state is not DutyState.AHEAD or line.duty.start is None:
        return None
    left = (line.duty.start - today).days
    if not 0 < left <= REMIND_DAYS[0]:
        return None
    return min(days for days in REMIND_DAYS if days >= left)


def make_plan(
    desk: DutyDesk, duties: Sequence[Duty], where: Where, plan: Plan, *, actor: str, at: datetime
) -> Duty:
    """Note what a department means to do. Raises NotFound if it has no such duty this year."""
    found = next((duty for duty in duties if (duty.observance, duty.unit) == where), None)
    if found is None:
        raise NotFound("责任清单里没有这个单位的这个普法日。用 lawbot activity due --all 查看。")
    if not plan.what.strip():
        raise BadInput("写明安排了什么。")
    if len(plan.what) > LONGEST_PLAN:
        raise BadInput(f"安排写了 {len(plan.what)} 个字，太长，最多 {LONGEST_PLAN} 个字。")
    key = desk.duties.ensure(found.observance, found.year, where[1])
    desk.duties.plan(key, plan, at)
    told = {"observance": found.observance, "planned_for": plan.planned_for.isoformat()}
    desk.ledger.add(Entry(at, EntryKind.DUTY_PLANNED, actor, unit=where[1], detail=told))
    return found


def _line(duty: Duty, known: Evidence, today: date) -> DutyLine:
    where = (duty.observance, duty.unit) if duty.unit is not None else None
    proofs = known.held.get(where, ()) if where else ()
    held = tuple(proof for proof in proofs if _belongs(proof.day, duty))
    plan = known.plans.get(where) if where else None
    sent = known.sent.get(duty.observance)
    contacts = len(known.contacts.get(duty.unit, ())) if duty.unit is not None else 0
    planned = plan is not None or duty.observance in known.approved
    state = _state(duty, bool(held), sent is not None, planned, today)
    return DutyLine(duty, state, held, sent, plan, contacts)


def _belongs(day: date, duty: Duty) -> bool:
    """Whether what was held on `day` is of this year's duty; a season may go on into the next."""
    if duty.start and duty.end and duty.end.year > duty.year:
        return abs(day - duty.start) < HALF_A_YEAR
    return day.year == duty.year


def _state(duty: Duty, held: bool, sent: bool, planned: bool, today: date) -> DutyState:
    if held:
        return DutyState.HELD
    if sent:
        return DutyState.SENT
    if duty.end is None:
        return DutyState.UNDATED
    if duty.end < today:
        return DutyState.OVERDUE
    return DutyState.PLANNED if planned else DutyState.AHEAD


def _departments(
    names: Iterable[str], units: Sequence[Unit]
) -> Iterator[tuple[str, UnitId | None]]:
    """Each department once; 各村 and 各站所 are all units of their kind."""
    kinds = {ALL_VILLAGES: UnitKind.VILLAGE, ALL_DEPARTMENTS: UnitKind.DEPARTMENT}
    found: dict[str, UnitId | None] = {}
    for name in names:
        if name in kinds:
            for unit in units:
                if unit.kind is kinds[name]:
                    found.setdefault(unit.name, unit.id)
        else:
            found.setdefault(name, next((unit.id for unit in units if unit.name == name), None))
    yield from found.items()
