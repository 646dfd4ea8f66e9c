"""Appeals, regrades and the scores in force, in SQL. A score is added, never overwritten."""

import dataclasses
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    and_,
    func,
    insert,
    select,
    update,
)

from lawcore.exams.model import Attempt
from lawcore.exams.review_book import Appeal, Change, Correction, Regrade
from lawcore.ids import AppealId, AttemptId, CadreId, ExamId, QuestionKey, RegradeId
from lawcore.questions.question import Question
from lawcore.storage.exam_rows import question_of
from lawcore.storage.tables import appeals, attempts, exam_questions, regraded_scores, regrades


def in_force(attempt: FromClause, name: str) -> ColumnElement[Any]:
    """The `score` or `passed` of a row of attempts that counts: the last regrade's, if any."""
    last = (
        select(regraded_scores.c[name])
        .where(regraded_scores.c.attempt_id == attempt.c.id)
        .order_by(regraded_scores.c.regrade_id.desc())
        .limit(1)
        .scalar_subquery()
        .correlate(attempt)
    )
    return func.coalesce(last, attempt.c[name], type_=attempt.c[name].type)


SCORE = in_force(attempts, "score")
PASSED = in_force(attempts, "passed")


class SqlReviewBook:
    """Appeals and regrades of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def add_appeal(
        self, exam: ExamId, cadre: CadreId, question: QuestionKey, at: datetime
    ) -> AppealId | None:
        """The new appeal; None if this person asked about this question before."""
        same = and_(
            appeals.c.exam_id == exam, appeals.c.cadre_id == cadre, appeals.c.question == question
        )
        if self._sql.execute(select(appeals.c.id).where(same)).first():
            return None
        values = {"exam_id": exam, "cadre_id": cadre, "question": question, "at": at}
        added = self._sql.execute(insert(appeals).values(**values).returning(appeals.c.id))
        return AppealId(added.scalar_one())

    def appeal(self, appeal: AppealId) -> Appeal | None:
        row = self._sql.execute(select(appeals).where(appeals.c.id == appeal)).one_or_none()
        return _appeal(row) if row else None

    def appeals(self, exam: ExamId) -> tuple[Appeal, ...]:
        found = select(appeals).where(appeals.c.exam_id == exam).order_by(appeals.c.id)
        return tuple(_appeal(row) for row in self._sql.execute(found))

    def set_appeal_text(self, appeal: AppealId, text: str) -> None:
        self._sql.execute(update(appeals).where(appeals.c.id == appeal).values(text=text))

    def answer_appeal(self, appeal: AppealId, answer: str, by: str, at: datetime) -> bool:
        """False if it was answered before."""
        where = and_(appeals.c.id == appeal, appeals.c.answer.is_(None))
        values = {"answer": answer, "answered_by": by, "answered_at": at}
        return self._sql.execute(update(appeals).where(where).values(**values)).rowcount == 1

    def propose(
        self, exam: ExamId, question: QuestionKey, key: AbstractSet[int], by: str, at: datetime
    ) -> RegradeId:
        added = self._sql.execute(
            insert(regrades)
            .values(
                exam_id=exam, question=question, key=sorted(key), proposed_by=by, proposed_at=at
            )
            .returning(regrades.c.id)
        )
        return RegradeId(added.scalar_one())

    def regrades(self, exam: ExamId) -> tuple[Regrade, ...]:
        found = select(regrades).where(regrades.c.exam_id == exam).order_by(regrades.c.id)
        return tuple(_regrade(row) for row in self._sql.execute(found))

    def corrections(self) -> tuple[Correction, ...]:
        """All that were applied, in all exams, the last one last."""
        asked = and_(
            exam_questions.c.exam_id == regrades.c.exam_id,
            exam_questions.c.question == regrades.c.question,
        )
        found = (
            select(regrades.c.exam_id, regrades.c.key, exam_questions.c.body)
            .join(exam_questions, asked)
            .where(regrades.c.applied_at.is_not(None))
            .order_by(regrades.c.applied_at, regrades.c.id)
        )
        return tuple(
            Correction(
                ExamId(row.exam_id),
                dataclasses.replace(question_of(row.body), key=frozenset(row.key)),
            )
            for row in self._sql.execute(found)
        )

    def holding(self, question: QuestionKey) -> tuple[tuple[ExamId, Question], ...]:
        """The exams that may ask a question, each with its frozen wording."""
        found = (
            select(exam_questions.c.exam_id, exam_questions.c.body)
            .where(exam_questions.c.question == question)
            .order_by(exam_questions.c.exam_id)
        )
        return tuple((ExamId(exam), question_of(body)) for exam, body in self._sql.execute(found))

    def regrade(self, regrade: RegradeId) -> Regrade | None:
        row = self._sql.execute(select(regrades).where(regrades.c.id == regrade)).one_or_none()
        return _regrade(row) if row else None

    def apply(self, regrade: RegradeId, changes: Sequence[Change], by: str, at: datetime) -> None:
        """Mark as applied and add the scores; the earlier ones stay."""
        where = and_(regrades.c.id == regrade, regrades.c.applied_at.is_(None))
        self._sql.execute(update(regrades).where(where).values(applied_by=by, applied_at=at))
        self.add_scores(regrade, changes)

    def add_scores(self, regrade: RegradeId, changes: Sequence[Change]) -> None:
        rows = [
            {
                "regrade_id": regrade,
                "attempt_id": change.attempt,
                "score_before": change.score_before,
                "passed_before": change.passed_before,
                "score": change.score,
                "passed": change.passed,
            }
            for change in changes
        ]
        if rows:
            self._sql.execute(insert(regraded_scores), rows)

    def change(self, regrade: RegradeId, cadre: CadreId) -> Change | None:
        found = (
            select(regraded_scores, attempts.c.cadre_id)
            .join(attempts, attempts.c.id == regraded_scores.c.attempt_id)
            .where(regraded_scores.c.regrade_id == regrade, attempts.c.cadre_id == cadre)
        )
        row = self._sql.execute(found).one_or_none()
        return _change(row) if row else None

    def keys(self, exam: ExamId) -> Mapping[QuestionKey, frozenset[int]]:
        """The corrected keys of an exam; the last correction of a question counts."""
        found = (
            select(regrades.c.question, regrades.c.key)
            .where(regrades.c.exam_id == exam, regrades.c.applied_at.is_not(None))
            .order_by(regrades.c.applied_at, regrades.c.id)
        )
        return {QuestionKey(row.question): frozenset(row.key) for row in self._sql.execute(found)}

    def in_force(self, attempt: Attempt) -> Attempt:
        """The attempt with the score that counts."""
        found = (
            select(regraded_scores.c.score, regraded_scores.c.passed)
            .where(regraded_scores.c.attempt_id == attempt.id)
            .order_by(regraded_scores.c.regrade_id.desc())
            .limit(1)
        )
        row = self._sql.execute(found).one_or_none()
        return dataclasses.replace(attempt, score=row.score, passed=row.passed) if row else attempt


def _appeal(row: Row[Any]) -> Appeal:
    return Appeal(
        AppealId(row.id),
        ExamId(row.exam_id),
        CadreId(row.cadre_id),
        QuestionKey(row.question),
        row.at,
        row.text,
        row.answer,
    )


def _regrade(row: Row[Any]) -> Regrade:
    return Regrade(
        RegradeId(row.id),
        ExamId(row.exam_id),
        QuestionKey(row.question),
        frozenset(row.key),
        row.proposed_by,
        row.applied_by,
    )


def _change(row: Row[Any]) -> Change:
    return Change(
        AttemptId(row.attempt_id),
        CadreId(row.cadre_id),
        row.score_before,
        row.passed_before,
        row.score,
        row.passed,
    )
