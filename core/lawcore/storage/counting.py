"""Every figure counted by the database, and the rows it was counted from.

A figure and its rows come from one query: the same conditions, once added up and once listed.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)

from lawcore.clock import local_day, moment
from lawcore.delivery.model import DeliveryKind, DeliveryState
from lawcore.ids import UnitId
from lawcore.people.tree import under
from lawcore.reports.figure import (
    Adds,
    Evidence,
    Figure,
    OfActivities,
    OfDeliveries,
    OfExam,
    OfRegister,
    Scope,
)
from lawcore.storage.activities import COUNTS, ROW_COUNTS
from lawcore.storage.exam_reviews import PASSED
from lawcore.storage.figures import ATTEMPT, ATTENDED, UNIT
from lawcore.storage.people import SqlPeopleBook
from lawcore.storage.tables import (
    activities,
    activity_partners,
    activity_reviews,
    attempts,
    cadres,
    campaigns,
    candidates,
    deliveries,
    exams,
    register_rows,
    units,
)

_JOINT = exists().where(activity_partners.c.activity_id == activities.c.id)
_REVIEWED = exists().where(activity_reviews.c.activity_id == activities.c.id)
_ADDED = {
    Adds.ROWS: literal(1),
    Adds.ATTENDANCES: func.coalesce(activities.c.attendances, 0),
    Adds.COPIES: activities.c.copies,
    Adds.PUSHES: activities.c.pushes,
}
_CHUNK = 500


class SqlCounts:
    """Figures of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def count(self, figure: Figure, scope: Scope) -> int:
        """The figure: the sum of the values of its rows."""
        lines = self._lines(figure, scope).subquery()
        total = select(func.coalesce(func.sum(lines.c.value), 0))
        return int(self._sql.execute(total).scalar_one())

    def count_all(self, figures: Sequence[Figure], scope: Scope) -> tuple[int, ...]:
        """Several figures: those of activities in one pass, where no other table is asked."""
        sources = {
            figure.id: figure.source
            for figure in figures
            if isinstance(figure.source, OfActivities) and not _asks_elsewhere(figure.source)
        }
        sums = [
            func.coalesce(
                func.sum(_ADDED[source.adds]).filter(true(), *self._conditions(source)), 0
            ).label(key)
            for key, source in sources.items()
        ]
        inside = self.inside(activities.c.organiser_id, scope)
        passed = select(*sums).select_from(activities).where(*activities_in(scope), *inside)
        found = self._sql.execute(passed).mappings().one() if sums else {}
        return tuple(
            int(found[figure.id]) if figure.id in sources else self.count(figure, scope)
            for figure in figures
        )

    def evidence(self, figure: Figure, scope: Scope) -> Iterator[Evidence]:
        """The rows behind the figure, by day; a few hundred in memory at once."""
        lines = self._lines(figure, scope).subquery()
        listed = select(lines).order_by(lines.c.day, lines.c.number)
        for row in self._sql.execute(listed.execution_options(yield_per=_CHUNK)):
            day = local_day(row.day) if isinstance(row.day, datetime) else row.day
            number = f"{row.letter}{row.number}"
            yield Evidence(number, day, row.what, row.unit or "", row.value, row.note or "")

    def _lines(self, figure: Figure, scope: Scope) -> Select[Any]:
        match figure.source:
            case OfActivities():
                return self._activities(figure.source, scope)
            case OfRegister(adds=Adds.UNITS):
                return self._units(figure.source, scope)
            case OfRegister():
                return self._rows(figure.source, scope)
            case OfExam():
                return self._candidates(figure.source, scope)
        return self._deliveries(figure.source, scope)

    def _activities(self, source: OfActivities, scope: Scope) -> Select[Any]:
        inside = self.inside(activities.c.organiser_id, scope)
        where = [*activities_in(scope), *inside, *self._conditions(source)]
        return (
            select(
                literal("H").label("letter"),
                activities.c.id.label("number"),
                activities.c.day,
                activities.c.name.label("what"),
                units.c.name.label("unit"),
                _ADDED[source.adds].label("value"),
                activities.c.place.label("note"),
            )
            .join(units, units.c.id == activities.c.organiser_id)
            .where(*where)
        )

    def _rows(self, source: OfRegister, scope: Scope) -> Select[Any]:
        value = (
            func.coalesce(register_rows.c["count"], 0) if source.adds is Adds.COUNT else literal(1)
        )
        return (
            select(
                literal("D").label("letter"),
                register_rows.c.id.label("number"),
                register_rows.c.day,
                register_rows.c.kind.label("what"),
                units.c.name.label("unit"),
                value.label("value"),
                register_rows.c.filed_by.label("note"),
            )
            .outerjoin(units, units.c.id == register_rows.c.unit_id)
            .where(*self._register(source, scope))
        )

    def _units(self, source: OfRegister, scope: Scope) -> Select[Any]:
        """A line a unit; its rows are in the note."""
        return (
            select(
                literal("").label("letter"),
                units.c.code.label("number"),
                func.max(register_rows.c.day).label("day"),
                literal("有记录").label("what"),
                units.c.name.label("unit"),
                literal(1).label("value"),
                literal("").label("note"),
            )
            .join(units, units.c.id == register_rows.c.unit_id)
            .where(*self._register(source, scope))
            .group_by(units.c.id)
        )

    def _register(self, source: OfRegister, scope: Scope) -> list[Any]:
        where = [
            register_rows.c.register == source.register.value,
            register_rows.c.day <= scope.last,
            ROW_COUNTS,
            *self.inside(register_rows.c.unit_id, scope),
        ]
        if source.adds is Adds.COUNT:
            where.append(register_rows.c["count"].is_not(None))
        if source.kinds:
            where.append(register_rows.c.kind.in_(sorted(source.kinds)))
        if source.latest:
            where.append(_no_later_row(scope.last))
        elif not source.ever:
            where.append(register_rows.c.day >= scope.first)
        return where

    def _candidates(self, source: OfExam, scope: Scope) -> Select[Any]:
        begin, end = _moments(scope)
        first = exams.c.makeup_of.is_(None)  # who sits a 补考 has been counted in the first exam
        where = [exams.c.opens_at >= begin, exams.c.opens_at < end, first]
        where += self.inside(candidates.c.unit_id, scope)
        if scope.exam is not None:
            where = [exams.c.id == scope.exam, *self.inside(candidates.c.unit_id, scope)]
        return (
            select(
                literal("").label("letter"),
                cadres.c.number,
                exams.c.opens_at.label("day"),
                exams.c.title.label("what"),
                units.c.name.label("unit"),
                literal(1).label("value"),
                candidates.c.exempt_reason.label("note"),
            )
            .select_from(candidates)
            .join(exams, exams.c.id == candidates.c.exam_id)
            .join(cadres, cadres.c.id == candidates.c.cadre_id)
            .join(units, UNIT)
            .outerjoin(attempts, ATTEMPT)
            .where(*where, _SITTING[source])
        )

    def _deliveries(self, source: OfDeliveries, scope: Scope) -> Select[Any]:
        begin, end = _moments(scope)
        where = [campaigns.c.due_at >= begin, campaigns.c.due_at < end]
        where += self.inside(deliveries.c.unit_id, scope)
        if source is OfDeliveries.SENT:
            where.append(deliveries.c.state == DeliveryState.SENT.value)
        mine = and_(
            deliveries.c.subject == campaigns.c.id,
            deliveries.c.kind == DeliveryKind.CAMPAIGN.value,
        )
        return (
            select(
                literal("X").label("letter"),
                campaigns.c.id.label("number"),
                campaigns.c.due_at.label("day"),
                campaigns.c.title.label("what"),
                units.c.name.label("unit"),
                func.count().label("value"),
                literal("").label("note"),
            )
            .select_from(campaigns)
            .join(deliveries, mine)
            .outerjoin(units, units.c.id == deliveries.c.unit_id)
            .where(*where)
            .group_by(campaigns.c.id, units.c.id)
        )

    def _conditions(self, source: OfActivities) -> list[Any]:
        """Which activities a figure is about."""
        where: list[Any] = []
        if source.organisers:
            known = SqlPeopleBook(self._sql).units()
            keys = sorted(unit.id for unit in known if unit.kind in source.organisers)
            where.append(activities.c.organiser_id.in_(keys))
        if source.joint:
            where.append(_JOINT)
        if source.uncounted:
            where.append(activities.c.attendances.is_(None))
        if source.adds is Adds.ATTENDANCES:
            where.append(activities.c.attendances.is_not(None))
        if source.unreviewed:
            where.append(not_(_REVIEWED))
        return where

    def inside(self, column: Column[Any], scope: Scope) -> list[Any]:
        """What keeps `column` within the units of `scope`."""
        if scope.own is not None:
            return [column == scope.own]
        if scope.unit is None:
            return []
        known = SqlPeopleBook(self._sql).units()
        return [column.in_(sorted(under(known, [UnitId(scope.unit)])))]


def _asks_elsewhere(source: OfActivities) -> bool:
    return source.joint or source.unreviewed


def activities_in(scope: Scope) -> list[Any]:
    """Activities that count, of the days and the observance of `scope`."""
    where = [activities.c.day >= scope.first, activities.c.day <= scope.last, COUNTS]
    if scope.observance is not None:
        where.append(activities.c.observance == scope.observance)
    if scope.no_observance:
        where.append(activities.c.observance.is_(None))
    return where


def quarter_of(column: Any) -> Any:
    """``20264`` for a date in the fourth quarter of 2026."""
    month = extract("month", column)
    number = case((month <= 3, 1), (month <= 6, 2), (month <= 9, 3), else_=4)
    return cast(extract("year", column), Integer) * 10 + number


def _no_later_row(last: date) -> Any:
    """Whether a register row is the latest of its unit and kind up to `last`."""
    later = register_rows.alias("later")
    newest = register_rows.alias("newest")
    replaced = exists().where(newest.c.corrects == later.c.id)
    after = or_(
        later.c.day > register_rows.c.day,
        and_(later.c.day == register_rows.c.day, later.c.id > register_rows.c.id),
    )
    return not_(
        exists().where(
            later.c.register == register_rows.c.register,
            later.c.unit_id == register_rows.c.unit_id,
            later.c.kind == register_rows.c.kind,
            later.c.day <= last,
            not_(later.c.withdrawn),
            not_(replaced),
            after,
        )
    )


def _moments(scope: Scope) -> tuple[Any, Any]:
    return moment(scope.first, time()), moment(scope.last + timedelta(days=1), time())


_SITTING = {
    OfExam.DUE: candidates.c.exempt_reason.is_(None),
    OfExam.ATTENDED: ATTENDED,
    OfExam.PASSED: and_(ATTENDED, PASSED),
    OfExam.EXEMPT: candidates.c.exempt_reason.is_not(None),
}
