"""The ledger counted by the database, grouped by unit, quarter, observance and month."""

from datetime import time, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    and_,
    func,
    select,
    type_coerce,
)
from sqlalchemy.types import String

from lawcore.clock import moment
from lawcore.delivery.model import DeliveryKind, DeliveryState
from lawcore.ids import ObservanceKey, UnitId
from lawcore.people.model import UnitKind
from lawcore.reports.figure import Scope
from lawcore.reports.ledger import Held, MonthSent, ObservanceHeld, QuarterHeld, UnitHeld
from lawcore.storage.counting import SqlCounts, activities_in, quarter_of
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
        self._counts = SqlCounts(connection)

    def by_unit(self, scope: Scope) -> tuple[UnitHeld, ...]:
        """Every unit that organised or took part, by kind and code."""
        held = self._grouped(scope, activities.c.organiser_id)
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
        held = self._grouped(scope, quarter_of(activities.c.day))
        return tuple(QuarterHeld(quarter, held[quarter]) for quarter in sorted(held))

    def by_observance(self, scope: Scope) -> tuple[ObservanceHeld, ...]:
        """Observances for which something was held, those of none last."""
        held = self._grouped(scope, activities.c.observance)
        return tuple(
            ObservanceHeld(ObservanceKey(key) if key else None, held[key])
            for key in sorted(held, key=lambda key: (key is None, key or ""))
        )

    def by_month(self, scope: Scope) -> tuple[MonthSent, ...]:
        """Messages by the month in which they were due, on the township's calendar."""
        begin = moment(scope.first, time())
        end = moment(scope.last + timedelta(days=1), time())
        mine = and_(
            deliveries.c.subject == campaigns.c.id,
            deliveries.c.kind == DeliveryKind.CAMPAIGN.value,
        )
        month = self._month(campaigns.c.due_at)
        sent = deliveries.c.state == DeliveryState.SENT.value
        found = (
            select(
                month.label("month"), func.count().label("n"), func.count().filter(sent).label("s")
            )
            .select_from(campaigns)
            .join(deliveries, mine)
            .where(campaigns.c.due_at >= begin, campaigns.c.due_at < end)
            .where(*self._counts.inside(deliveries.c.unit_id, scope))
            .group_by("month")
            .order_by("month")
        )
        return tuple(MonthSent(row.month, row.n, row.s) for row in self._sql.execute(found))

    def _grouped(self, scope: Scope, key: Any) -> dict[Any, Held]:
        """In one pass over the activities; the few joint ones are counted by their partners."""
        where = [*activities_in(scope), *self._counts.inside(activities.c.organiser_id, scope)]
        held = select(key.label("key"), *_HELD).where(*where).group_by("key")
        shared = (
            select(key.label("key"), func.count().label("joint"))
            .where(activities.c.id.in_(select(activity_partners.c.activity_id)), *where)
            .group_by("key")
        )
        joint = {row.key: row.joint for row in self._sql.execute(shared)}
        return {row.key: _held(row, joint.get(row.key, 0)) for row in self._sql.execute(held)}

    def _partnered(self, scope: Scope) -> dict[int, int]:
        found = (
            select(activity_partners.c.unit_id, func.count().label("events"))
            .join(activities, activities.c.id == activity_partners.c.activity_id)
            .where(*activities_in(scope), *self._counts.inside(activity_partners.c.unit_id, scope))
            .group_by(activity_partners.c.unit_id)
        )
        return {row.unit_id: row.events for row in self._sql.execute(found)}

    def _month(self, column: Any) -> Any:
        """``2026-11`` on the township's calendar, eight hours before UTC."""
        if self._sql.dialect.name == "sqlite":
            return func.strftime("%Y-%m", type_coerce(column, String), "+8 hours")
        return func.to_char(func.timezone("Asia/Shanghai", column), "YYYY-MM")


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
