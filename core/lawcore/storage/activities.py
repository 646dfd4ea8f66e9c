"""The ledger of activities and the registers in SQL: rows are added, never changed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    insert,
    not_,
    select,
)

from lawcore.ids import ActivityId, RegisterRowId, UnitId
from lawcore.participation.activity import Activity, Form, Material, Recorded
from lawcore.participation.registers import Register, RegisterLine, RegisterRow
from lawcore.storage.tables import (
    activities,
    activity_materials,
    activity_partners,
    activity_reviews,
    register_rows,
)

T = TypeVar("T")

CHUNK = 500
"""Activities whose materials and partners are looked up at once."""
_NEWER = activities.alias("newer")
_OTHER = activities.alias("other")
_NEWER_ROW = register_rows.alias("newer_row")
_OTHER_ROW = register_rows.alias("other_row")


def counts(rows: FromClause) -> ColumnElement[bool]:
    """Which `rows` of the activities count: not withdrawn, and nothing stands in their place."""
    replaced = select(_OTHER.c.corrects).where(_OTHER.c.corrects.is_not(None))
    return and_(not_(rows.c.withdrawn), rows.c.id.not_in(replaced))


COUNTS = counts(activities)
ROW_COUNTS = and_(
    not_(register_rows.c.withdrawn),
    register_rows.c.id.not_in(
        select(_OTHER_ROW.c.corrects).where(_OTHER_ROW.c.corrects.is_not(None))
    ),
)
_ACTIVITIES = (
    select(
        activities.c.id,
        activities.c.filed_at,
        activity_reviews.c.reviewed_by,
        activity_reviews.c.reviewed_at,
        _NEWER.c.id.label("corrected_by"),
        activities.c.form,
        activities.c.laws,
        activities.c.evidence,
        activities.c.observance,
        activities.c.day,
        activities.c.name,
        activities.c.organiser_id,
        activities.c.filed_by,
        activities.c.topic,
        activities.c.place,
        activities.c.category,
        activities.c.audience,
        activities.c.attendances,
        activities.c.pushes,
        activities.c.cost,
        activities.c.corrects,
        activities.c.withdrawn,
        activities.c.reason,
    )
    .outerjoin(activity_reviews, activity_reviews.c.activity_id == activities.c.id)
    .outerjoin(_NEWER, _NEWER.c.corrects == activities.c.id)
)
_ROWS = select(
    register_rows, register_rows.c.count.label("counted"), _NEWER_ROW.c.id.label("corrected_by")
).outerjoin(_NEWER_ROW, _NEWER_ROW.c.corrects == register_rows.c.id)


class SqlActivityBook:
    """Activities and register rows of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def add(self, activity: Activity, at: datetime) -> ActivityId:
        """Add a row with its partners and materials."""
        added = insert(activities).values(**_values(activity, at)).returning(activities.c.id)
        key = ActivityId(self._sql.execute(added).scalar_one())
        if activity.partners:
            rows = [{"activity_id": key, "unit_id": unit} for unit in activity.partners]
            self._sql.execute(insert(activity_partners), rows)
        if activity.materials:
            self._sql.execute(insert(activity_materials), list(_material_rows(key, activity)))
        return key

    def get(self, key: ActivityId) -> Recorded | None:
        return next(self.recorded(_ACTIVITIES.where(activities.c.id == key)), None)

    def review(self, key: ActivityId, by: str, at: datetime) -> None:
        self._sql.execute(
            insert(activity_reviews).values(activity_id=key, reviewed_by=by, reviewed_at=at)
        )

    def where(self, *conditions: Any) -> Iterator[Recorded]:
        """Activities by day and id, a few hundred in memory at once."""
        found = _ACTIVITIES.where(*conditions).order_by(activities.c.day, activities.c.id)
        return self.recorded(found)

    def named(self, day: date, organiser: UnitId, name: str) -> Iterator[Recorded]:
        """Activities so called, also those that count no more, the oldest first."""
        columns = activities.c
        return self.where(
            columns.day == day, columns.organiser_id == organiser, columns.name == name
        )

    def newest(self, skip: int, limit: int, *conditions: Any) -> Iterator[Recorded]:
        """Some activities, the newest first."""
        order = (activities.c.day.desc(), activities.c.id.desc())
        found = _ACTIVITIES.where(*conditions).order_by(*order)
        return self.recorded(found.offset(skip).limit(limit))

    def recorded(self, found: Select[Any]) -> Iterator[Recorded]:
        """The activities of a query of `_ACTIVITIES`."""
        rows = self._sql.execute(found.execution_options(yield_per=CHUNK))
        for chunk in rows.partitions(CHUNK):
            keys = [row[0] for row in chunk]
            materials, partners = self._materials(keys), self._partners(keys)
            for key, row in zip(keys, chunk, strict=True):
                yield _recorded(row, materials.get(key, ()), partners.get(key, ()))

    def add_row(self, row: RegisterRow, at: datetime) -> RegisterRowId:
        added = (
            insert(register_rows)
            .values(
                register=row.register.value,
                day=row.day,
                unit_id=row.unit,
                kind=row.kind,
                count=row.count,
                cells=dict(row.cells),
                filed_by=row.filed_by,
                filed_at=at,
                corrects=row.corrects,
                withdrawn=row.withdrawn,
                reason=row.reason,
            )
            .returning(register_rows.c.id)
        )
        return RegisterRowId(self._sql.execute(added).scalar_one())

    def row(self, key: RegisterRowId) -> RegisterLine | None:
        return next(self.rows_where(register_rows.c.id == key), None)

    def rows_where(self, *conditions: Any) -> Iterator[RegisterLine]:
        """Register rows by day and id."""
        found = _ROWS.where(*conditions).order_by(register_rows.c.day, register_rows.c.id)
        for row in self._sql.execute(found.execution_options(yield_per=CHUNK)):
            yield _line(row)

    def rows_on(self, register: Register, day: date, unit: UnitId | None) -> Iterator[RegisterLine]:
        """Rows of a register of this day and unit, also those that count no more."""
        columns = register_rows.c
        return self.rows_where(
            columns.register == register.value, columns.day == day, columns.unit_id == unit
        )

    def newest_rows(self, skip: int, limit: int, *conditions: Any) -> Iterator[RegisterLine]:
        """Some register rows, the newest first."""
        order = (register_rows.c.day.desc(), register_rows.c.id.desc())
        found = _ROWS.where(*conditions).order_by(*order).offset(skip).limit(limit)
        return map(_line, self._sql.execute(found))

    def _materials(self, keys: Sequence[int]) -> dict[int, tuple[Material, ...]]:
        where = activity_materials.c.activity_id.in_(keys)
        order = (activity_materials.c.activity_id, activity_materials.c.place)
        wanted = select(
            activity_materials.c.activity_id,
            activity_materials.c.title,
            activity_materials.c.count.label("handed_out"),
        )
        found = self._sql.execute(wanted.where(where).order_by(*order))
        return _gathered((row.activity_id, Material(row.title, row.handed_out)) for row in found)

    def _partners(self, keys: Sequence[int]) -> dict[int, tuple[UnitId, ...]]:
        where = activity_partners.c.activity_id.in_(keys)
        order = (activity_partners.c.activity_id, activity_partners.c.unit_id)
        found = self._sql.execute(select(activity_partners).where(where).order_by(*order))
        return _gathered((row.activity_id, UnitId(row.unit_id)) for row in found)


def _values(activity: Activity, at: datetime) -> dict[str, Any]:
    return {
        "day": activity.day,
        "name": activity.name,
        "observance": activity.observance,
        "topic": activity.topic,
        "laws": list(activity.laws),
        "place": activity.place,
        "organiser_id": activity.organiser,
        "form": activity.form.value,
        "category": activity.category,
        "audience": activity.audience,
        "attendances": activity.attendances,
        "copies": activity.copies,
        "pushes": activity.pushes,
        "cost": activity.cost,
        "evidence": list(activity.evidence),
        "filed_by": activity.filed_by,
        "filed_at": at,
        "corrects": activity.corrects,
        "withdrawn": activity.withdrawn,
        "reason": activity.reason,
    }


def _material_rows(key: ActivityId, activity: Activity) -> Iterator[dict[str, Any]]:
    for place, material in enumerate(activity.materials):
        yield {
            "activity_id": key,
            "place": place,
            "title": material.title,
            "count": material.count,
        }


def _recorded(row: Any, materials: tuple[Material, ...], partners: tuple[UnitId, ...]) -> Recorded:
    """A row of `_ACTIVITIES`, taken apart by place: by name it takes twice as long."""
    key, filed_at, by, at, newer, *filed = row
    form, laws, evidence, observance, day, name, organiser, filed_by, topic, *filed = filed
    place, category, audience, attendances, pushes, cost, corrects, withdrawn, reason = filed
    activity = Activity(
        day,
        name,
        organiser,
        Form(form),
        filed_by,
        observance or None,
        topic,
        tuple(laws),
        place,
        partners,
        category,
        audience,
        attendances,
        materials,
        pushes,
        cost,
        tuple(evidence),
        corrects,
        withdrawn,
        reason,
    )
    return Recorded(key, activity, filed_at, by, at, newer)


def _line(row: Any) -> RegisterLine:
    given = RegisterRow(
        register=Register(row.register),
        day=row.day,
        filed_by=row.filed_by,
        unit=UnitId(row.unit_id) if row.unit_id else None,
        kind=row.kind,
        count=row.counted,
        cells=row.cells,
        corrects=RegisterRowId(row.corrects) if row.corrects else None,
        withdrawn=row.withdrawn,
        reason=row.reason,
    )
    newer = RegisterRowId(row.corrected_by) if row.corrected_by else None
    return RegisterLine(RegisterRowId(row.id), given, row.filed_at, newer)


def _gathered(pairs: Iterable[tuple[int, T]]) -> dict[int, tuple[T, ...]]:
    found: dict[int, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}
