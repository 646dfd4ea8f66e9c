"""The ledger counted by the database, grouped by unit, quarter, observance and month."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    and_,
    exists,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.types import String

from lawcore.clock import local_day
from lawcore.delivery.model import DeliveryKind, DeliveryState
from lawcore.ids import ObservanceKey, UnitId
from lawcore.people.model import UnitKind
from lawcore.reports.figure import Scope
from lawcore.reports.ledger import Held, MonthSent, ObservanceHeld, QuarterHeld, UnitHeld
from lawcore.storage.activities import counts
from lawcore.storage.scoping import activities_in, inside, moments
from lawcore.storage.tables import activities, activity_partners, campaigns, deliveries, units

_HELD = (
    func.count().label("events"),
    func.coalesce(func.sum(activities.c.attendances), 0).label("attendances"),
    func.count().filter(activities.c.attendances.is_(None)).label("uncounted"),
    func.coalesce(func.sum(activities.c.copies), 0).label("copies"),
    func.coalesce(func.sum(activities.c.pushes), 0).label("pushes"),
)


class SqlLedgerTables:
    """Grouped counts of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def by_unit(self, scope: Scope) -> tuple[UnitHeld, ...]:
        """Every unit that organised or took part, by kind and code."""
        held = held_by(self._sql, scope, activities.c.organiser_id)
        partnered = self._partnered(scope)
        wanted = sorted(held.keys() | partnered.keys())
        found = select(units).where(units.c.id.in_(wanted)).order_by(units.c.code)
        rows = [
            UnitHeld(
                UnitId(row.id),
                row.code,
                row.name,
                UnitKind(row.kind),
                held.get(row.id, Held()),
                partnered.get(row.id, 0),
            )
            for row in self._sql.execute(found)
        ]
        return tuple(sorted(rows, key=lambda row: (_KINDS.index(row.kind), row.code)))

    def by_quarter(self, scope: Scope) -> tuple[QuarterHeld, ...]:
        """Quarters in which something was held, in order."""
        quarters: dict[int, Held] = defaultdict(Held)
        for month, held in held_by(self._sql, scope, self._month_held()).items():
            year, number = map(int, month.split("-"))
            quarters[year * 10 + (number + 2) // 3] += held
        return tuple(QuarterHeld(quarter, quarters[quarter]) for quarter in sorted(quarters))

    def by_observance(self, scope: Scope) -> tuple[ObservanceHeld, ...]:
        """Observances for which something was held, those of none last."""
        held = held_by(self._sql, scope, activities.c.observance)
        return tuple(
            ObservanceHeld(ObservanceKey(key) if key else None, held[key])
            for key in sorted(held, key=lambda key: (key is None, key or ""))
        )

    def by_month(self, scope: Scope) -> tuple[MonthSent, ...]:
        """Messages by the month in which they were due, on the township's calendar."""
        months: dict[str, MonthSent] = {}
        for due_at, intended, sent in sent_of(self._sql, scope):
            month = f"{local_day(due_at):%Y-%m}"
            known = months.get(month, MonthSent(month, 0, 0))
            months[month] = MonthSent(month, known.intended + intended, known.sent + sent)
        return tuple(months[month] for month in sorted(months))

    def doubles(self, scope: Scope) -> tuple[tuple[str, str], ...]:
        """Pairs of one day, each held with the organiser of the other, or alike in name."""
        other, others = activities.alias("other"), activity_partners.alias("others")
        mutual = exists().where(
            others.c.activity_id == other.c.id, others.c.unit_id == activities.c.organiser_id
        )
        found = (
            select(activities.c.id, other.c.id.label("other"))
            .join(activity_partners, activity_partners.c.activity_id == activities.c.id)
            .join(
                other,
                and_(
                    other.c.day == activities.c.day,
                    other.c.organiser_id == activity_partners.c.unit_id,
                ),
            )
            .where(
                *activities_in(scope), counts(other), or_(mutual, other.c.name == activities.c.name)
            )
        )
        pairs = {(min(row), max(row)) for row in self._sql.execute(found)}
        return tuple((f"H{one}", f"H{two}") for one, two in sorted(pairs))

    def _partnered(self, scope: Scope) -> dict[int, int]:
        here = inside(self._sql, activity_partners.c.unit_id, scope)
        found = (
            select(activity_partners.c.unit_id, func.count().label("events"))
            .join(activities, activities.c.id == activity_partners.c.activity_id)
            .where(*activities_in(scope), *here)
            .group_by(activity_partners.c.unit_id)
        )
        return {row.unit_id: row.events for row in self._sql.execute(found)}

    def _month_held(self) -> Any:
        """``2026-11`` of the day of an activity."""
        if self._sql.dialect.name == "sqlite":
            return func.substr(type_coerce(activities.c.day, String), 1, 7)
        return func.to_char(activities.c.day, "YYYY-MM")


def held_by(connection: Connection, scope: Scope, key: Any) -> dict[Any, Held]:
    """In one pass over the activities; the few joint ones are counted by their partners."""
    where = [*activities_in(scope), *inside(connection, activities.c.organiser_id, scope)]
    held = select(key.label("key"), *_HELD).where(*where).group_by("key")
    shared = (
        select(key.label("key"), func.count().label("joint"))
        .where(activities.c.id.in_(select(activity_partners.c.activity_id)), *where)
        .group_by("key")
    )
    joint = {row.key: row.joint for row in connection.execute(shared)}
    return {row.key: _held(row, joint.get(row.key, 0)) for row in connection.execute(held)}


def sent_of(connection: Connection, scope: Scope) -> list[tuple[datetime, int, int]]:
    """Of each campaign due in `scope` when it was due, how many were meant, how many sent.

    The deliveries are counted by campaign alone, in the order of their index, and joined then.
    """
    begin, end = moments(scope)
    due = and_(campaigns.c.due_at >= begin, campaigns.c.due_at < end)
    sent = deliveries.c.state == DeliveryState.SENT.value
    counted = (
        select(
            deliveries.c.subject,
            func.count().label("intended"),
            func.count().filter(sent).label("sent"),
        )
        .where(
            deliveries.c.kind == DeliveryKind.CAMPAIGN.value,
            deliveries.c.subject.in_(select(campaigns.c.id).where(due)),
            *inside(connection, deliveries.c.unit_id, scope),
        )
        .group_by(deliveries.c.subject)
        .subquery()
    )
    found = select(campaigns.c.due_at, counted.c.intended, counted.c.sent).join(
        counted, counted.c.subject == campaigns.c.id
    )
    return [(row.due_at, row.intended, row.sent) for row in connection.execute(found)]


_KINDS = (UnitKind.COUNTY, UnitKind.TOWN, UnitKind.VILLAGE, UnitKind.DEPARTMENT)


def _held(row: Row[Any], joint: int) -> Held:
    return Held(
        row.events,
        int(row.attendances),
        row.uncounted,
        int(row.copies),
        int(row.pushes),
        joint,
    )
