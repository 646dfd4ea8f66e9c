"""Counts made by the database: no row is loaded to be counted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from lawcore.delivery.model import DeliveryKind, Tally
from lawcore.exams.model import AttemptState, ExamState
from lawcore.ids import CampaignId, ExamId, UnitId
from lawcore.people.model import AccountState
from lawcore.people.tree import under
from lawcore.reports.participation import (
    CampaignTable,
    ExamTable,
    MakeupTable,
    Sitting,
    UnitDeliveries,
    UnitSitting,
)
from lawcore.reports.scores import CandidateScore, Presence, RosterChange
from lawcore.storage.exam_reviews import PASSED, SCORE
from lawcore.storage.makeup_figures import makeup_tables, roster_changes
from lawcore.storage.people import SqlPeopleBook
from lawcore.storage.tables import (
    accounts,
    attempts,
    cadres,
    campaigns,
    candidates,
    deliveries,
    exams,
    units,
)

NO_UNIT = "（未选村）"
UNIT = units.c.id == candidates.c.unit_id
ATTEMPT = and_(
    attempts.c.exam_id == candidates.c.exam_id, attempts.c.cadre_id == candidates.c.cadre_id
)
ATTENDED = and_(attempts.c.state != AttemptState.RUNNING.value, attempts.c.answered > 0)
"""实考: the sitting is over and has at least one answer."""


class SqlFigures:
    """The counts that reports are made of."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def exam_tables(
        self, opened_from: datetime, opened_before: datetime, unit: UnitId | None = None
    ) -> tuple[ExamTable, ...]:
        """Exams that opened in [opened_from, opened_before), by unit of the candidates.

        An exam is listed once its roster is frozen, a 补考 never: it stands apart. `unit` keeps
        that unit and what is below it.
        """
        period = (
            exams.c.opens_at >= opened_from,
            exams.c.opens_at < opened_before,
            exams.c.makeup_of.is_(None),
        )
        rows = self._sql.execute(_sittings(period, self._inside(candidates.c.unit_id, unit))).all()
        return tuple(_exam_table(group) for group in _grouped(rows))

    def exam_table(self, exam: ExamId) -> ExamTable | None:
        """One exam by unit of the candidates; None before its roster is frozen."""
        rows = self._sql.execute(_sittings((exams.c.id == exam,), ())).all()
        return _exam_table(rows) if rows else None

    def makeup_tables(
        self, of: Sequence[ExamId], unit: UnitId | None = None
    ) -> tuple[MakeupTable, ...]:
        """Of these exams those that had a 补考, by the units of the first exam."""
        return makeup_tables(self._sql, of, unit)

    def roster_changes(self, exam: ExamId) -> tuple[RosterChange, ...]:
        """What was changed on the roster of an exam after its opening."""
        return roster_changes(self._sql, exam)

    def candidate_scores(self, exam: ExamId) -> tuple[CandidateScore, ...]:
        """The candidates of an exam by unit and number, with their scores."""
        found = (
            select(
                cadres.c.number,
                cadres.c.name,
                units.c.name.label("unit_name"),
                candidates.c.exempt_reason,
                attempts.c.state,
                ATTENDED.label("attended"),
                attempts.c.score.label("first_score"),
                SCORE.label("score"),
                PASSED.label("passed"),
                candidates.c.extra_minutes,
            )
            .select_from(candidates.join(cadres).join(units, UNIT).outerjoin(attempts, ATTEMPT))
            .where(candidates.c.exam_id == exam)
            .order_by(units.c.code, cadres.c.number)
        )
        return tuple(_score(row) for row in self._sql.execute(found))

    def campaign_tables(
        self, due_from: datetime, due_before: datetime, unit: UnitId | None = None
    ) -> tuple[CampaignTable, ...]:
        """Campaigns due in [due_from, due_before) that have deliveries, by the unit frozen."""
        due = and_(campaigns.c.due_at >= due_from, campaigns.c.due_at < due_before)
        counted = (
            select(
                deliveries.c.subject,
                deliveries.c.unit_id,
                deliveries.c.state,
                func.count().label("count"),
            )
            .where(
                deliveries.c.kind == DeliveryKind.CAMPAIGN.value,
                deliveries.c.subject.in_(select(campaigns.c.id).where(due)),
                *self._inside(deliveries.c.unit_id, unit),
            )
            .group_by(deliveries.c.subject, deliveries.c.unit_id, deliveries.c.state)
            .subquery()
        )
        found = (
            select(
                campaigns.c.id,
                campaigns.c.title,
                campaigns.c.year,
                campaigns.c.starts_on,
                campaigns.c.ends_on,
                counted,
                units.c.name,
            )
            .join(counted, counted.c.subject == campaigns.c.id)
            .outerjoin(units, units.c.id == counted.c.unit_id)
            .order_by(campaigns.c.due_at, campaigns.c.id, units.c.code.nulls_last())
        )
        rows = self._sql.execute(found).all()
        return tuple(_campaign_table(group) for group in _grouped(rows))

    def residents(self, unit: UnitId | None = None) -> int:
        """Accounts that are active and have chosen a village."""
        counted = select(func.count()).where(
            accounts.c.state == AccountState.ACTIVE.value,
            accounts.c.village_id.is_not(None),
            *self._inside(accounts.c.village_id, unit),
        )
        return self._sql.execute(counted).scalar_one()

    def _inside(self, column: Any, unit: UnitId | None) -> list[Any]:
        if unit is None:
            return []
        return [column.in_(sorted(under(SqlPeopleBook(self._sql).units(), [unit])))]


def _sittings(which: Iterable[Any], whose: Iterable[Any]) -> Select[Any]:
    """The counts of the exams `which` by the unit of the candidates `whose`.

    They are counted by number alone, in the order of the index; names are joined then.
    """
    counted = (
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
        .where(candidates.c.exam_id.in_(select(exams.c.id).where(*which)), *whose)
        .group_by(candidates.c.exam_id, candidates.c.unit_id)
        .subquery()
    )
    return (
        select(
            exams.c.id,
            exams.c.title,
            exams.c.opens_at,
            exams.c.closes_at,
            exams.c.state,
            counted,
            units.c.name,
        )
        .join(counted, counted.c.exam_id == exams.c.id)
        .join(units, units.c.id == counted.c.unit_id)
        .order_by(exams.c.opens_at, exams.c.id, units.c.code)
    )


def _grouped(rows: Sequence[Any]) -> list[list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.id].append(row)
    return list(groups.values())


def _exam_table(rows: Sequence[Any]) -> ExamTable:
    first = rows[0]
    return ExamTable(
        ExamId(first.id),
        first.title,
        first.opens_at,
        first.closes_at,
        first.state == ExamState.OPEN.value,
        tuple(
            UnitSitting(
                UnitId(row.unit_id),
                row.name,
                Sitting(row.candidates, row.exempt, row.attended, row.passed),
            )
            for row in rows
        ),
    )


def _score(row: Row[Any]) -> CandidateScore:
    presence, notes = Presence.ABSENT, []
    if row.attended:
        presence = Presence.ATTENDED
        if row.state == AttemptState.OVERDUE.value:
            notes.append("到时自动收卷")
        if row.score != row.first_score:
            notes.append(f"更正答案前 {row.first_score.normalize():f} 分")
    elif row.exempt_reason is not None:
        presence = Presence.EXEMPT
        notes.append(row.exempt_reason)
    elif row.state is not None:
        notes.append("开始后一题未答")
    if row.extra_minutes:
        notes.append(f"加时 {row.extra_minutes} 分钟")
    note = "；".join(notes)
    score, passed = (row.score, row.passed) if row.attended else (None, None)
    return CandidateScore(row.number, row.name, row.unit_name, presence, note, score, passed)


def _campaign_table(rows: Sequence[Any]) -> CampaignTable:
    first = rows[0]
    states: dict[int | None, dict[str, int]] = defaultdict(dict)
    names = {row.unit_id: row.name or NO_UNIT for row in rows}
    for row in rows:
        states[row.unit_id][row.state] = row.count
    return CampaignTable(
        CampaignId(first.id),
        first.title,
        first.year,
        first.starts_on,
        first.ends_on,
        tuple(
            UnitDeliveries(UnitId(unit) if unit is not None else None, names[unit], Tally(**counts))
            for unit, counts in states.items()
        ),
    )
