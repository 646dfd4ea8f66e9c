"""Rosters after the opening, make-ups, and what all papers hold, in SQL."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from lawcore.exams.model import Attempt, AttemptState
from lawcore.exams.roster_book import Ahead, Exposure, Sat
from lawcore.ids import AttemptId, CadreId, ExamId, QuestionKey, UnitId
from lawcore.questions.draw import PaperItem
from lawcore.storage.exam_reviews import PASSED
from lawcore.storage.exam_rows import attempts_with_papers, paper_of, questions_of
from lawcore.storage.tables import attempts, candidates, exams, exempt_ahead, steps, units

_ATTEMPT = and_(
    attempts.c.exam_id == candidates.c.exam_id, attempts.c.cadre_id == candidates.c.cadre_id
)
_CLOSED = attempts.c.state != AttemptState.RUNNING.value


class SqlRosterBook:
    """Candidates and papers of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def withdraw(self, exam: ExamId, cadre: CadreId) -> None:
        """Take a candidate off the roster, with the paper that was never seen."""
        self._sql.execute(delete(candidates).where(_candidate(exam, cadre)))

    def move(self, exam: ExamId, cadre: CadreId, unit: UnitId) -> None:
        where = _candidate(exam, cadre)
        self._sql.execute(update(candidates).where(where).values(unit_id=unit))

    def set_extra(self, exam: ExamId, cadre: CadreId, minutes: int) -> None:
        where = _candidate(exam, cadre)
        self._sql.execute(update(candidates).where(where).values(extra_minutes=minutes))

    def set_deadline(self, attempt: AttemptId, at: datetime) -> None:
        where = attempts.c.id == attempt
        self._sql.execute(update(attempts).where(where).values(deadline_at=at))

    def add_exempt_ahead(
        self, exam: ExamId, cadre: CadreId, reason: str, approver: str, at: datetime
    ) -> None:
        values = {"reason": reason, "approver": approver, "at": at}
        added = insert(exempt_ahead).values(exam_id=exam, cadre_id=cadre, **values)
        self._sql.execute(added)

    def end_exemption(self, exam: ExamId, cadre: CadreId) -> bool:
        """Take back an exemption, also one ahead of the opening; False where there is none."""
        known = and_(exempt_ahead.c.exam_id == exam, exempt_ahead.c.cadre_id == cadre)
        ahead = self._sql.execute(delete(exempt_ahead).where(known)).rowcount
        exempted = and_(_candidate(exam, cadre), candidates.c.exempt_reason.is_not(None))
        nothing = {"exempt_reason": None, "exempted_by": None, "exempted_at": None}
        seated = self._sql.execute(update(candidates).where(exempted).values(**nothing)).rowcount
        return ahead + seated > 0

    def exempt_ahead(self, exam: ExamId) -> Mapping[CadreId, Ahead]:
        """The exemptions approved before the opening of an exam."""
        found = select(exempt_ahead).where(exempt_ahead.c.exam_id == exam)
        return {
            CadreId(row.cadre_id): Ahead(row.reason, row.approver, row.at)
            for row in self._sql.execute(found.order_by(exempt_ahead.c.cadre_id))
        }

    def set_revealed(self, exam: ExamId) -> None:
        self._sql.execute(update(exams).where(exams.c.id == exam).values(revealed=True))

    def not_passed(self, exam: ExamId) -> tuple[CadreId, ...]:
        """Candidates who are not exempt and have not passed, by the scores in force."""
        found = (
            select(candidates.c.cadre_id)
            .select_from(candidates.outerjoin(attempts, _ATTEMPT))
            .where(
                candidates.c.exam_id == exam,
                candidates.c.exempt_reason.is_(None),
                PASSED.is_not(True),
            )
            .order_by(candidates.c.cadre_id)
        )
        return tuple(CadreId(key) for key in self._sql.execute(found).scalars())

    def passed(self, sat: Sequence[ExamId]) -> frozenset[CadreId]:
        """Who passed any of these exams, by the scores in force."""
        found = select(attempts.c.cadre_id).where(
            attempts.c.exam_id.in_(sat), _CLOSED, PASSED.is_(True)
        )
        return frozenset(CadreId(key) for key in self._sql.execute(found).scalars())

    def makeups(self, exam: ExamId) -> tuple[ExamId, ...]:
        """The make-ups of an exam, the earliest first."""
        found = select(exams.c.id).where(exams.c.makeup_of == exam).order_by(exams.c.id)
        return tuple(ExamId(key) for key in self._sql.execute(found).scalars())

    def paper(self, exam: ExamId, cadre: CadreId) -> tuple[PaperItem, ...]:
        """The paper of a candidate; empty for somebody who is none."""
        found = select(candidates.c.paper).where(_candidate(exam, cadre))
        text = self._sql.execute(found).scalar_one_or_none()
        return paper_of(text) if text else ()

    def asked_last(
        self, last: int, other_than: ExamId | None = None
    ) -> Mapping[CadreId, frozenset[QuestionKey]]:
        """Per candidate the questions of their papers in the last so many exams opened."""
        if last == 0:
            return {}
        opened = (
            select(candidates.c.exam_id)
            .where(candidates.c.exam_id != (other_than or 0))
            .distinct()
            .order_by(candidates.c.exam_id.desc())
            .limit(last)
        )
        papers = select(candidates.c.cadre_id, candidates.c.paper).where(
            candidates.c.exam_id.in_(opened)
        )
        asked: dict[CadreId, frozenset[QuestionKey]] = defaultdict(frozenset)
        for row in self._sql.execute(papers):
            asked[CadreId(row.cadre_id)] |= questions_of(row.paper)
        return asked

    def papers_with(self, exam: ExamId, question: QuestionKey) -> int:
        """How many papers of an exam have this question."""
        papers = select(candidates.c.paper).where(candidates.c.exam_id == exam)
        return sum(question in questions_of(text) for text in self._sql.execute(papers).scalars())

    def exposures(self) -> Mapping[QuestionKey, Exposure]:
        """In how many papers and exams each question stood."""
        papers: Counter[QuestionKey] = Counter()
        held: dict[QuestionKey, set[int]] = defaultdict(set)
        for row in self._sql.execute(select(candidates.c.exam_id, candidates.c.paper)):
            for item in paper_of(row.paper):
                papers[item.question] += 1
                held[item.question].add(row.exam_id)
        return {key: Exposure(count, len(held[key])) for key, count in papers.items()}

    def sat(self, exam: ExamId) -> tuple[Sat, ...]:
        """The papers handed in with at least one answer."""
        answers: dict[int, dict[int, int]] = defaultdict(dict)
        pressed = (
            select(steps.c.attempt_id, steps.c.place, steps.c.choice)
            .join(attempts, attempts.c.id == steps.c.attempt_id)
            .where(attempts.c.exam_id == exam)
            .order_by(steps.c.id)
        )
        for step in self._sql.execute(pressed):
            answers[step.attempt_id][step.place] = step.choice
        found = (
            select(attempts.c.id, candidates, units.c.name)
            .select_from(candidates)
            .join(attempts, _ATTEMPT)
            .join(units, units.c.id == candidates.c.unit_id)
            .where(attempts.c.exam_id == exam, _CLOSED, attempts.c.answered > 0)
            .order_by(units.c.code, candidates.c.cadre_id)
        )
        return tuple(
            Sat(
                CadreId(row.cadre_id),
                UnitId(row.unit_id),
                row.name,
                paper_of(row.paper),
                answers[row.id],
            )
            for row in self._sql.execute(found)
        )

    def closed_attempts(self, exam: ExamId) -> tuple[Attempt, ...]:
        """The attempts of an exam that are over."""
        return attempts_with_papers(self._sql, attempts.c.exam_id == exam, _CLOSED)


def _candidate(exam: ExamId, cadre: CadreId) -> ColumnElement[bool]:
    return and_(candidates.c.exam_id == exam, candidates.c.cadre_id == cadre)
