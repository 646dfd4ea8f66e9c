"""The rows behind each figure, as queries: the same conditions count a figure and list its rows.

Every query gives letter, number, day, what, unit, value and note.
"""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, Select, and_, exists, func, literal, not_, or_, select

from lawcore.delivery.model import DeliveryKind, DeliveryState
from lawcore.errors import WrongState
from lawcore.exams.model import ExamState
from lawcore.ids import UnitId
from lawcore.people.model import UnitKind
from lawcore.reports.figure import (
    Adds,
    Figure,
    OfActivities,
    OfDeliveries,
    OfExam,
    OfRegister,
    OfUnits,
    Scope,
)
from lawcore.storage.activities import ROW_COUNTS
from lawcore.storage.exam_reviews import PASSED
from lawcore.storage.figures import ATTEMPT, ATTENDED, UNIT
from lawcore.storage.people import SqlPeopleBook
from lawcore.storage.scoping import activities_in, inside, moments
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

JOINT = exists().where(activity_partners.c.activity_id == activities.c.id)
REVIEWED = exists().where(activity_reviews.c.activity_id == activities.c.id)
_ADDED = {
    Adds.ROWS: literal(1),
    Adds.ATTENDANCES: func.coalesce(activities.c.attendances, 0),
    Adds.COPIES: activities.c.copies,
    Adds.PUSHES: activities.c.pushes,
}


class Rows:
    """The rows of figures, in `scope`."""

    def __init__(self, connection: Connection, scope: Scope) -> None:
        self._sql = connection
        self._scope = scope

    def of(self, figure: Figure) -> Select[Any]:
        """The query for the rows of `figure`."""
        match figure.source:
            case OfActivities():
                return self._activities(figure.source)
            case OfRegister(adds=Adds.UNITS):
                return self._units(figure.source)
            case OfRegister():
                return self._rows(figure.source)
            case OfExam():
                return self._candidates(figure.source)
            case OfUnits():
                return self._roster(figure.source)
        return self._deliveries(figure.source)

    def _activities(self, source: OfActivities) -> Select[Any]:
        here = inside(self._sql, activities.c.organiser_id, self._scope)
        where = [*activities_in(self._scope), *here, *self._conditions(source)]
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

    def _rows(self, source: OfRegister) -> Select[Any]:
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
            .where(*self._register(source))
        )

    def _units(self, source: OfRegister) -> Select[Any]:
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
            .where(*self._register(source))
            .group_by(units.c.id)
        )

    def _roster(self, source: OfUnits) -> Select[Any]:
        kinds = sorted(kind.value for kind in source.kinds)
        return select(
            literal("").label("letter"),
            units.c.code.label("number"),
            literal(self._scope.last, Date).label("day"),
            literal("在名册上").label("what"),
            units.c.name.label("unit"),
            literal(1).label("value"),
            literal("").label("note"),
        ).where(units.c.kind.in_(kinds), *inside(self._sql, units.c.id, self._scope))

    def _register(self, source: OfRegister) -> list[Any]:
        where = [
            register_rows.c.register == source.register.value,
            register_rows.c.day <= self._scope.last,
            ROW_COUNTS,
            *inside(self._sql, register_rows.c.unit_id, self._scope),
        ]
        if source.adds is Adds.COUNT:
            where.append(register_rows.c["count"].is_not(None))
        if source.owners:
            where.append(register_rows.c.unit_id.in_(self._of_kinds(source.owners)))
        if source.kinds:
            where.append(register_rows.c.kind.in_(sorted(source.kinds)))
        if source.latest:
            where.append(_no_later_row(self._scope.last))
        elif not source.ever:
            where.append(register_rows.c.day >= self._scope.first)
        return where

    def _candidates(self, source: OfExam) -> Select[Any]:
        """The people of one exam. Raises WrongState for who passed before it is over."""
        this = exams.c.id == self._scope.exam
        running = this & (exams.c.state == ExamState.OPEN.value)
        if source is OfExam.PASSED and self._sql.execute(select(exams.c.id).where(running)).first():
            raise WrongState("考试还在进行，合格的人数结束后才有。")
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
            .where(this, *inside(self._sql, candidates.c.unit_id, self._scope), _SITTING[source])
        )

    def _deliveries(self, source: OfDeliveries) -> Select[Any]:
        begin, end = moments(self._scope)
        where = [campaigns.c.due_at >= begin, campaigns.c.due_at < end]
        where += inside(self._sql, deliveries.c.unit_id, self._scope)
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

    def _of_kinds(self, kinds: frozenset[UnitKind]) -> list[UnitId]:
        known = SqlPeopleBook(self._sql).units()
        return sorted(unit.id for unit in known if unit.kind in kinds)

    def _conditions(self, source: OfActivities) -> list[Any]:
        """Which activities a figure is about."""
        where: list[Any] = []
        if source.organisers:
            where.append(activities.c.organiser_id.in_(self._of_kinds(source.organisers)))
        if source.joint:
            where.append(JOINT)
        if source.uncounted:
            where.append(activities.c.attendances.is_(None))
        if source.adds is Adds.ATTENDANCES:
            where.append(activities.c.attendances.is_not(None))
        if source.unreviewed:
            where.append(not_(REVIEWED))
        return where


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


_SITTING = {
    OfExam.DUE: candidates.c.exempt_reason.is_(None),
    OfExam.ATTENDED: ATTENDED,
    OfExam.PASSED: and_(ATTENDED, PASSED),
    OfExam.EXEMPT: candidates.c.exempt_reason.is_not(None),
}
