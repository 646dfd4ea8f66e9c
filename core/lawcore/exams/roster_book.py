"""The book of exam rosters: changes after the opening, make-ups, and the papers as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lawcore.exams.model import Attempt, Choices
from lawcore.ids import AttemptId, CadreId, ExamId, QuestionKey, UnitId
from lawcore.questions.draw import PaperItem


@dataclass(frozen=True, slots=True)
class Sat:
    """A paper that was handed in with at least one answer."""

    cadre: CadreId
    unit: UnitId
    unit_name: str
    paper: tuple[PaperItem, ...]
    choices: Choices


@dataclass(frozen=True, slots=True)
class Exposure:
    """In how many papers, and in how many exams, a question stood."""

    papers: int
    exams: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """An exemption that was approved before the roster was frozen."""

    reason: str
    approver: str
    at: datetime


class RosterBook(Protocol):
    """What is done to the candidates of an open exam, and what their papers hold."""

    def withdraw(self, exam: ExamId, cadre: CadreId) -> None:
        """Take a candidate off the roster, with the paper that was never seen."""
        ...

    def move(self, exam: ExamId, cadre: CadreId, unit: UnitId) -> None: ...

    def set_extra(self, exam: ExamId, cadre: CadreId, minutes: int) -> None: ...

    def set_deadline(self, attempt: AttemptId, at: datetime) -> None: ...

    def add_exempt_ahead(
        self, exam: ExamId, cadre: CadreId, reason: str, approver: str, at: datetime
    ) -> None: ...

    def end_exemption(self, exam: ExamId, cadre: CadreId) -> bool:
        """Take back an exemption, also one ahead of the opening; False where there is none."""
        ...

    def exempt_ahead(self, exam: ExamId) -> Mapping[CadreId, Ahead]:
        """The exemptions approved before the opening of an exam."""
        ...

    def set_revealed(self, exam: ExamId) -> None: ...

    def not_passed(self, exam: ExamId) -> tuple[CadreId, ...]:
        """Candidates who are not exempt and have not passed, by the scores in force."""
        ...

    def passed(self, exams: Sequence[ExamId]) -> frozenset[CadreId]: ...

    def makeups(self, exam: ExamId) -> tuple[ExamId, ...]:
        """The make-ups of an exam, the earliest first."""
        ...

    def paper(self, exam: ExamId, cadre: CadreId) -> tuple[PaperItem, ...]: ...

    def asked_last(
        self, exams: int, other_than: ExamId | None = None
    ) -> Mapping[CadreId, frozenset[QuestionKey]]:
        """Per candidate the questions of their papers in the last so many exams that were opened.

        The exam `other_than` is not counted: the one whose papers are being drawn.
        """
        ...

    def papers_with(self, exam: ExamId, question: QuestionKey) -> int:
        """How many papers of an exam have this question."""
        ...

    def exposures(self) -> Mapping[QuestionKey, Exposure]: ...

    def sat(self, exam: ExamId) -> tuple[Sat, ...]: ...

    def closed_attempts(self, exam: ExamId) -> tuple[Attempt, ...]: ...
