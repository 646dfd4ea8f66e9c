"""The tallies of live pages held against their rows, and counted anew where they differ."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Integer, cast, delete, exists, extract, func, insert, select

from lawcore.delivery.model import DeliveryKind
from lawcore.reports.live import Difference
from lawcore.storage.activities import COUNTS
from lawcore.storage.exam_reviews import PASSED
from lawcore.storage.figures import ATTEMPT, ATTENDED
from lawcore.storage.live import ACTIVITY, DELIVERY, EXAM, INTENDED, RESIDENT
from lawcore.storage.tables import (
    accounts,
    activities,
    activity_partners,
    attempts,
    candidates,
    deliveries,
    tallies,
)

Key = tuple[str, int, int, str]
Line = tuple[Key, int]

_JOINT = exists().where(activity_partners.c.activity_id == activities.c.id)
_MONTH = extract("year", activities.c.day) * 100 + extract("month", activities.c.day)


class SqlTallies:
    """The tallies of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def differences(self) -> tuple[Difference, ...]:
        """The tallies that are not what their rows add up to, by key."""
        kept: dict[Key, int] = {
            (row.kind, row.subject, row.unit_id, row.what): row.n
            for row in self._sql.execute(select(tallies))
        }
        counted = self._recount()
        return tuple(
            Difference(*key, kept.get(key, 0), counted[key])
            for key in sorted(kept.keys() | counted.keys())
            if kept.get(key, 0) != counted[key]
        )

    def rebuild(self) -> None:
        """Count everything anew."""
        self._sql.execute(delete(tallies))
        rows = [
            {"kind": kind, "subject": subject, "unit_id": unit, "what": what, "n": n}
            for (kind, subject, unit, what), n in self._recount().items()
        ]
        if rows:
            self._sql.execute(insert(tallies), rows)

    def _recount(self) -> Counter[Key]:
        """Every tally from its rows."""
        counted: Counter[Key] = Counter()
        for count in (self._deliveries, self._sittings, self._held, self._residents):
            for key, n in count():
                counted[key] += n
        return counted

    def _deliveries(self) -> Iterator[Line]:
        key = (
            deliveries.c.subject,
            deliveries.c.unit_id,
            deliveries.c.state,
            deliveries.c.ended_at.is_not(None).label("ended"),
        )
        mine = deliveries.c.kind == DeliveryKind.CAMPAIGN.value
        for row in self._sql.execute(
            select(*key, func.count().label("n")).where(mine).group_by(*key)
        ):
            unit = row.unit_id or 0
            yield (DELIVERY, row.subject, unit, INTENDED), row.n
            if row.ended:
                yield (DELIVERY, row.subject, unit, row.state), row.n

    def _sittings(self) -> Iterator[Line]:
        found = (
            select(
                candidates.c.exam_id,
                candidates.c.unit_id,
                func.count().label("candidates"),
                func.count(candidates.c.exempt_reason).label("exempt"),
                func.count().filter(ATTENDED).label("attended"),
                func.count().filter(ATTENDED, PASSED).label("passed"),
            )
            .select_from(candidates)
            .outerjoin(attempts, ATTEMPT)
            .group_by(candidates.c.exam_id, candidates.c.unit_id)
        )
        yield from self._columns(EXAM, found)

    def _held(self) -> Iterator[Line]:
        month = cast(_MONTH, Integer)
        found = (
            select(
                month.label("month"),
                activities.c.organiser_id,
                func.count().label("events"),
                func.coalesce(func.sum(activities.c.attendances), 0).label("attendances"),
                func.count().filter(activities.c.attendances.is_(None)).label("uncounted"),
                func.sum(activities.c.copies).label("copies"),
                func.sum(activities.c.pushes).label("pushes"),
                func.count().filter(_JOINT).label("joint"),
            )
            .where(COUNTS)
            .group_by("month", activities.c.organiser_id)
        )
        yield from self._columns(ACTIVITY, found)

    def _residents(self) -> Iterator[Line]:
        key = (accounts.c.village_id, accounts.c.state)
        joined = accounts.c.village_id.is_not(None)
        for row in self._sql.execute(
            select(*key, func.count().label("n")).where(joined).group_by(*key)
        ):
            yield (RESIDENT, 0, row.village_id, row.state), row.n

    def _columns(self, kind: str, found: Any) -> Iterator[Line]:
        """Subject, unit and then a column a word."""
        for subject, unit, *counts in (rows := self._sql.execute(found)):
            for what, n in zip(list(rows.keys())[2:], counts, strict=True):
                yield (kind, subject, unit, what), int(n)
