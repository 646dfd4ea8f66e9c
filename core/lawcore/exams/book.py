"""The book of exams: what this room needs of storage."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

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
from lawcore.questions.blueprint import Blueprint
from lawcore.questions.draw import PaperItem
from lawcore.questions.question import Question


class ExamBook(Protocol):
    """Exams, candidates, attempts and the append-only steps of their answers."""

    def add_exam(self, exam: NewExam, at: datetime) -> ExamId: ...

    def exam(self, exam: ExamId) -> Exam | None: ...

    def exams(self) -> tuple[Exam, ...]: ...

    def set_exam_state(self, exam: ExamId, state: ExamState) -> None: ...

    def set_window(self, exam: ExamId, opens_at: datetime, closes_at: datetime) -> None: ...

    def plan(self, exam: ExamId) -> Blueprint:
        """The blueprint as it was when the exam was created."""
        ...

    def pool(self, exam: ExamId) -> Pool:
        """The questions of an exam as they were worded when it was created."""
        ...

    def question(self, exam: ExamId, question: QuestionKey) -> Question: ...

    def add_candidates(
        self,
        exam: ExamId,
        papers: Sequence[tuple[CadreId, UnitId, Sequence[PaperItem]]],
        at: datetime,
    ) -> None: ...

    def candidate(self, exam: ExamId, cadre: CadreId) -> Candidate | None: ...

    def candidates(self, exam: ExamId) -> tuple[Candidate, ...]: ...

    def exempt(
        self, exam: ExamId, cadre: CadreId, reason: str, approver: str, at: datetime
    ) -> None: ...

    def unfinished(self, exam: ExamId) -> tuple[CadreId, ...]:
        """Candidates, exempted ones left out, who have not handed in."""
        ...

    def finished(self, exam: ExamId) -> tuple[CadreId, ...]: ...

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
        ...

    def attempt(self, exam: ExamId, cadre: CadreId) -> Attempt | None: ...

    def sitting(self, token: str, channel: str, address: str) -> Sitting | None:
        """That of the person at this address; None if it is somebody else's or none."""
        ...

    def add_step(self, attempt: AttemptId, place: int, choice: int, at: datetime) -> None: ...

    def choices(self, attempt: AttemptId) -> Choices:
        """The last step of each place."""
        ...

    def move(self, attempt: AttemptId, cursor: int, card: int) -> None: ...

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
        ...

    def overdue(self, at: datetime) -> tuple[Attempt, ...]:
        """Running attempts whose deadline is at or before `at`."""
        ...

    def progress(self, exam: ExamId) -> Progress:
        """How far the candidates of an exam are, counted now."""
        ...

    def sittings(self, cadre: CadreId) -> tuple[ExamId, ...]:
        """Exams that have this cadre on their roster, newest first."""
        ...
