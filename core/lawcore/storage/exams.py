"""The book of exams in SQL. Plans, papers and questions are frozen as JSON text."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from pydantic import TypeAdapter
from sqlalchemy import Connection, and_, func, insert, select, update

from lawcore.exams.model import (
    Attempt,
    AttemptState,
    Candidate,
    Choices,
    Exam,
    ExamState,
    NewExam,
    Pool,
    Progress,
    Sitting,
)
from lawcore.ids import AttemptId, CadreId, ExamId, QuestionKey, UnitId
from lawcore.people.model import UnitKind
from lawcore.questions.blueprint import Blueprint
from lawcore.questions.draw import PaperItem
from lawcore.questions.question import Question
from lawcore.storage import presses
from lawcore.storage.exam_rows import (
    ATTEMPT,
    EXAM,
    attempt_of,
    candidate_of,
    exam_of,
    paper_text,
    question_of,
    question_text,
    sitting_of,
)
from lawcore.storage.tables import (
    accounts,
    attempts,
    candidates,
    exam_questions,
    exams,
    units,
)

_PLAN = TypeAdapter(Blueprint)


class SqlExamBook:
    """Exams, candidates, attempts and steps of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection
        self._questions: dict[tuple[ExamId, QuestionKey], Question] = {}

    def add_exam(self, exam: NewExam, at: datetime) -> ExamId:
        town = select(units.c.id).where(units.c.kind == UnitKind.TOWN.value).limit(1)
        added = self._sql.execute(
            insert(exams)
            .values(
                unit_id=town.scalar_subquery(),
                title=exam.title,
                blueprint=exam.plan.id,
                plan=_PLAN.dump_json(exam.plan).decode(),
                opens_at=exam.opens_at,
                closes_at=exam.closes_at,
                minutes=exam.minutes,
                pass_mark=exam.plan.pass_mark,
                total=exam.plan.total,
                length=exam.plan.length,
                seed=exam.seed,
                categories=sorted(exam.categories),
                units=sorted(exam.units),
                posts=sorted(exam.posts),
                scoring=exam.plan.scoring.value,
                owner=exam.owner,
                reveal_at=exam.reveal_at,
                makeup_of=exam.makeup_of,
                state=ExamState.SCHEDULED.value,
                created_at=at,
            )
            .returning(exams.c.id)
        )
        key = ExamId(added.scalar_one())
        self._sql.execute(
            insert(exam_questions),
            [{"exam_id": key, "question": q.id, "body": question_text(q)} for q in exam.pool],
        )
        return key

    def exam(self, exam: ExamId) -> Exam | None:
        row = presses.EXAM.row(self._sql, exam=exam)
        return exam_of(row) if row else None

    def exams(self) -> tuple[Exam, ...]:
        return tuple(exam_of(row) for row in self._sql.execute(EXAM.order_by(exams.c.id)))

    def set_exam_state(self, exam: ExamId, state: ExamState) -> None:
        self._sql.execute(update(exams).where(exams.c.id == exam).values(state=state.value))

    def set_window(self, exam: ExamId, opens_at: datetime, closes_at: datetime) -> None:
        values = {"opens_at": opens_at, "closes_at": closes_at}
        self._sql.execute(update(exams).where(exams.c.id == exam).values(**values))

    def plan(self, exam: ExamId) -> Blueprint:
        plan = select(exams.c.plan).where(exams.c.id == exam)
        return _PLAN.validate_json(self._sql.execute(plan).scalar_one())

    def pool(self, exam: ExamId) -> Pool:
        """The questions of an exam as they were worded when it was created."""
        bodies = (
            select(exam_questions.c.body)
            .where(exam_questions.c.exam_id == exam)
            .order_by(exam_questions.c.question)
        )
        found = (question_of(body) for body in self._sql.execute(bodies).scalars())
        return {question.id: question for question in found}

    def question(self, exam: ExamId, question: QuestionKey) -> Question:
        found = self._questions.get((exam, question))
        if found is None:
            ((body,),) = presses.BODY.rows(self._sql, exam=exam, question=question)
            found = self._questions[exam, question] = question_of(body)
        return found

    def add_candidates(
        self,
        exam: ExamId,
        papers: Sequence[tuple[CadreId, UnitId, Sequence[PaperItem]]],
        at: datetime,
    ) -> None:
        self._sql.execute(
            insert(candidates),
            [
                {
                    "exam_id": exam,
                    "cadre_id": cadre,
                    "unit_id": unit,
                    "paper": paper_text(paper),
                    "added_at": at,
                }
                for cadre, unit, paper in papers
            ],
        )

    def candidate(self, exam: ExamId, cadre: CadreId) -> Candidate | None:
        where = and_(candidates.c.exam_id == exam, candidates.c.cadre_id == cadre)
        row = self._sql.execute(select(candidates).where(where)).one_or_none()
        return candidate_of(row) if row else None

    def candidates(self, exam: ExamId) -> tuple[Candidate, ...]:
        where = candidates.c.exam_id == exam
        found = select(candidates).where(where).order_by(candidates.c.cadre_id)
        return tuple(candidate_of(row) for row in self._sql.execute(found))

    def exempt(
        self, exam: ExamId, cadre: CadreId, reason: str, approver: str, at: datetime
    ) -> None:
        where = and_(candidates.c.exam_id == exam, candidates.c.cadre_id == cadre)
        values = {"exempt_reason": reason, "exempted_by": approver, "exempted_at": at}
        self._sql.execute(update(candidates).where(where).values(**values))

    def unfinished(self, exam: ExamId) -> tuple[CadreId, ...]:
        """Candidates, exempted ones left out, who have not handed in."""
        done = select(attempts.c.cadre_id).where(
            attempts.c.exam_id == exam, attempts.c.state != AttemptState.RUNNING.value
        )
        left = select(candidates.c.cadre_id).where(
            candidates.c.exam_id == exam,
            candidates.c.exempt_reason.is_(None),
            candidates.c.cadre_id.not_in(done),
        )
        return tuple(CadreId(key) for key in self._sql.execute(left).scalars())

    def finished(self, exam: ExamId) -> tuple[CadreId, ...]:
        done = select(attempts.c.cadre_id).where(
            attempts.c.exam_id == exam, attempts.c.state != AttemptState.RUNNING.value
        )
        return tuple(CadreId(key) for key in self._sql.execute(done).scalars())

    def sittings(self, cadre: CadreId) -> tuple[ExamId, ...]:
        """Exams that have this cadre on their roster, newest first."""
        found = (
            select(candidates.c.exam_id)
            .where(candidates.c.cadre_id == cadre)
            .order_by(candidates.c.exam_id.desc())
        )
        return tuple(ExamId(key) for key in self._sql.execute(found).scalars())

    def start(
        self,
        exam: ExamId,
        cadre: CadreId,
        token: str,
        card: int,
        at: datetime,
        deadline_at: datetime,
    ) -> bool:
        """Write a new attempt; False if the cadre has one already."""
        known = and_(attempts.c.exam_id == exam, attempts.c.cadre_id == cadre)
        if self._sql.execute(select(attempts.c.id).where(known)).first():
            return False
        self._sql.execute(
            insert(attempts).values(
                exam_id=exam,
                cadre_id=cadre,
                token=token,
                started_at=at,
                deadline_at=deadline_at,
                cursor=0,
                card=card,
                state=AttemptState.RUNNING.value,
            )
        )
        return True

    def attempt(self, exam: ExamId, cadre: CadreId) -> Attempt | None:
        row = presses.ATTEMPT.row(self._sql, exam=exam, cadre=cadre)
        return attempt_of(row) if row else None

    def sitting(self, token: str, channel: str, address: str) -> Sitting | None:
        """That of the person at this address; None if it is somebody else's or none."""
        row = presses.SITTING.row(self._sql, token=token, channel=channel, address=address)
        return sitting_of(row) if row else None

    def add_step(self, attempt: AttemptId, place: int, choice: int, at: datetime) -> None:
        presses.ADD_STEP.run(self._sql, attempt=attempt, shown=place, chosen=choice, moment=at)

    def choices(self, attempt: AttemptId) -> Choices:
        """The last step of each place."""
        return dict(presses.STEPS.rows(self._sql, attempt=attempt))

    def move(self, attempt: AttemptId, cursor: int, card: int) -> None:
        presses.MOVE.run(self._sql, attempt=attempt, place=cursor, message=card)

    def finish(
        self,
        attempt: AttemptId,
        state: AttemptState,
        score: Decimal,
        passed: bool,
        answered: int,
        at: datetime,
    ) -> bool:
        """Close a running attempt; False if it was closed already."""
        running = and_(attempts.c.id == attempt, attempts.c.state == AttemptState.RUNNING.value)
        values = {
            "state": state.value,
            "score": score,
            "passed": passed,
            "answered": answered,
            "finished_at": at,
        }
        return self._sql.execute(update(attempts).where(running).values(**values)).rowcount == 1

    def overdue(self, at: datetime) -> tuple[Attempt, ...]:
        """Running attempts whose deadline is at or before `at`."""
        late = ATTEMPT.where(
            attempts.c.state == AttemptState.RUNNING.value, attempts.c.deadline_at <= at
        )
        return tuple(attempt_of(row) for row in self._sql.execute(late))

    def progress(self, exam: ExamId) -> Progress:
        """How far the candidates of an exam are, counted now."""
        running = attempts.c.state == AttemptState.RUNNING.value
        counted = (
            select(
                func.count(),
                func.count(candidates.c.exempt_reason),
                func.count().filter(accounts.c.id.is_(None)),
                func.count().filter(running),
                func.count().filter(attempts.c.id.is_not(None), ~running),
            )
            .select_from(candidates)
            .outerjoin(accounts, accounts.c.cadre_id == candidates.c.cadre_id)
            .outerjoin(
                attempts,
                and_(
                    attempts.c.exam_id == candidates.c.exam_id,
                    attempts.c.cadre_id == candidates.c.cadre_id,
                ),
            )
            .where(candidates.c.exam_id == exam)
        )
        return Progress(*self._sql.execute(counted).one())
