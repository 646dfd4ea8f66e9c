"""Counts of exams with their 补考, and what was changed on a roster, made by the database."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from lawcore.exams.model import AttemptState, ExamState
from lawcore.ids import ExamId, UnitId
from lawcore.participation import EntryKind
from lawcore.people.tree import under
from lawcore.reports.participation import Makeup, MakeupTable, Sitting, UnitMakeup
from lawcore.reports.scores import RosterChange
from lawcore.storage.exam_reviews import PASSED, in_force
from lawcore.storage.people import SqlPeopleBook
from lawcore.storage.tables import attempts, cadres, candidates, entries, exams, units

_AGAIN = exams.alias("again")
_SEATED = candidates.alias("seated")
_SITTING = attempts.alias("sitting")
_ATTEMPT = and_(
    attempts.c.exam_id == candidates.c.exam_id, attempts.c.cadre_id == candidates.c.cadre_id
)
_ATTENDED = and_(attempts.c.state != AttemptState.RUNNING.value, attempts.c.answered > 0)
_CHANGES = (
    EntryKind.EXEMPTED,
    EntryKind.EXEMPTION_ENDED,
    EntryKind.CANDIDATE_ADDED,
    EntryKind.CANDIDATE_MOVED,
    EntryKind.CANDIDATE_LEFT,
    EntryKind.EXTRA_TIME,
)


def _seated(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the candidate of the row is on the roster of a 补考 of the exam of the row."""
    return (
        exists()
        .where(
            _AGAIN.c.makeup_of == exams.c.id,
            _SEATED.c.exam_id == _AGAIN.c.id,
            _SEATED.c.cadre_id == candidates.c.cadre_id,
            *more,
        )
        .correlate(exams, candidates)
    )


def _sat(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    return _seated(
        _SITTING.c.exam_id == _AGAIN.c.id,
        _SITTING.c.cadre_id == _SEATED.c.cadre_id,
        _SITTING.c.state != AttemptState.RUNNING.value,
        _SITTING.c.answered > 0,
        *more,
    )


_PASSED_AGAIN = _sat(in_force(_SITTING, "passed"))
_EXCUSED = and_(_seated(_SEATED.c.exempt_reason.is_not(None)), ~_sat())
_COUNTED = (
    select(
        exams.c.id,
        exams.c.title,
        units.c.id.label("unit_id"),
        units.c.name,
        func.count().label("candidates"),
        func.count(candidates.c.exempt_reason).label("exempt"),
        func.count().filter(_ATTENDED).label("attended"),
        func.count().filter(_ATTENDED, PASSED).label("passed"),
        func.count().filter(_seated()).label("seated"),
        func.count().filter(_EXCUSED).label("excused"),
        func.count().filter(_sat()).label("sat"),
        func.count().filter(_PASSED_AGAIN).label("passed_again"),
        func.count().filter(or_(and_(_ATTENDED, PASSED), _PASSED_AGAIN)).label("passed_after"),
    )
    .join(candidates, candidates.c.exam_id == exams.c.id)
    .join(units, units.c.id == candidates.c.unit_id)
    .outerjoin(attempts, _ATTEMPT)
    .group_by(exams.c.id, units.c.id)
    .order_by(exams.c.opens_at, exams.c.id, units.c.code)
)


def makeup_tables(
    connection: Connection, wanted: Sequence[ExamId], unit: UnitId | None
) -> tuple[MakeupTable, ...]:
    """Of these exams those whose 补考 has been opened; `unit` keeps it and what is below it."""
    windows = _windows(connection, wanted)
    counted = _COUNTED.where(exams.c.id.in_(sorted(windows)))
    if unit is not None:
        inside = under(SqlPeopleBook(connection).units(), [unit])
        counted = counted.where(units.c.id.in_(sorted(inside)))
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(counted):
        groups[row.id].append(row)
    return tuple(_table(rows, windows[rows[0].id]) for rows in groups.values())


def _windows(connection: Connection, wanted: Sequence[ExamId]) -> dict[int, list[Any]]:
    opened = exists().where(candidates.c.exam_id == exams.c.id).correlate(exams)
    found = (
        select(exams.c.makeup_of, exams.c.opens_at, exams.c.closes_at, exams.c.state)
        .where(exams.c.makeup_of.in_(wanted), opened)
        .order_by(exams.c.id)
    )
    windows: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(found):
        windows[row.makeup_of].append(row)
    return windows


def _table(rows: Sequence[Any], windows: Sequence[Any]) -> MakeupTable:
    return MakeupTable(
        ExamId(rows[0].id),
        rows[0].title,
        min(window.opens_at for window in windows),
        max(window.closes_at for window in windows),
        any(window.state != ExamState.CLOSED.value for window in windows),
        tuple(
            UnitMakeup(
                UnitId(row.unit_id),
                row.name,
                Makeup(
                    Sitting(row.candidates, row.exempt, row.attended, row.passed),
                    Sitting(row.seated, row.excused, row.sat, row.passed_again),
                    row.passed_after,
                ),
            )
            for row in rows
        ),
    )


def roster_changes(connection: Connection, exam: ExamId) -> tuple[RosterChange, ...]:
    """What was changed on the roster after the opening, as the ledger has it."""
    found = (
        select(entries, cadres.c.number, cadres.c.name, units.c.name.label("unit_name"))
        .join(cadres, cadres.c.id == entries.c.cadre_id)
        .outerjoin(units, units.c.id == entries.c.unit_id)
        .where(entries.c.exam_id == exam, entries.c.kind.in_([kind.value for kind in _CHANGES]))
        .order_by(entries.c.id)
    )
    return tuple(
        RosterChange(
            row.at,
            EntryKind(row.kind),
            row.number,
            row.name,
            row.unit_name or "",
            row.detail,
            row.actor,
        )
        for row in connection.execute(found)
    )
