"""The book of what comes after an exam: appeals, corrected keys, regraded scores."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from lawcore.exams.model import Attempt
from lawcore.ids import AppealId, AttemptId, CadreId, ExamId, QuestionKey, RegradeId
from lawcore.questions.question import Question


@dataclass(frozen=True, slots=True)
class Appeal:
    """A candidate's doubt about a question, and what was answered."""

    id: AppealId
    exam: ExamId
    cadre: CadreId
    question: QuestionKey
    at: datetime
    text: str | None
    """What the candidate says about it."""
    answer: str | None


@dataclass(frozen=True, slots=True)
class Regrade:
    """A correction of a key: proposed by one, applied by another."""

    id: RegradeId
    exam: ExamId
    question: QuestionKey
    key: frozenset[int]
    proposed_by: str
    applied_by: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """A question as an exam asked it, with the key to which it was corrected there."""

    exam: ExamId
    question: Question


@dataclass(frozen=True, slots=True)
class Change:
    """What a regrade makes of one attempt. Both scores are kept."""

    attempt: AttemptId
    cadre: CadreId
    score_before: Decimal
    passed_before: bool
    score: Decimal
    passed: bool


class ReviewBook(Protocol):
    """Appeals, regrades, and the scores in force."""

    def add_appeal(
        self, exam: ExamId, cadre: CadreId, question: QuestionKey, at: datetime
    ) -> AppealId | None:
        """The new appeal; None if this person asked about this question before."""
        ...

    def appeal(self, appeal: AppealId) -> Appeal | None: ...

    def appeals(self, exam: ExamId) -> tuple[Appeal, ...]: ...

    def set_appeal_text(self, appeal: AppealId, text: str) -> None: ...

    def answer_appeal(self, appeal: AppealId, answer: str, by: str, at: datetime) -> bool:
        """False if it was answered before."""
        ...

    def propose(
        self, exam: ExamId, question: QuestionKey, key: AbstractSet[int], by: str, at: datetime
    ) -> RegradeId: ...

    def regrades(self, exam: ExamId) -> tuple[Regrade, ...]: ...

    def regrade(self, regrade: RegradeId) -> Regrade | None: ...

    def corrections(self) -> tuple[Correction, ...]:
        """All that were applied, in all exams, the last one last."""
        ...

    def holding(self, question: QuestionKey) -> tuple[tuple[ExamId, Question], ...]:
        """The exams that may ask a question, each with its frozen wording."""
        ...

    def apply(self, regrade: RegradeId, changes: Sequence[Change], by: str, at: datetime) -> None:
        """Mark as applied and add the scores; the earlier ones stay."""
        ...

    def add_scores(self, regrade: RegradeId, changes: Sequence[Change]) -> None: ...

    def change(self, regrade: RegradeId, cadre: CadreId) -> Change | None: ...

    def keys(self, exam: ExamId) -> Mapping[QuestionKey, frozenset[int]]:
        """The corrected keys of an exam; the last correction of a question counts."""
        ...

    def in_force(self, attempt: Attempt) -> Attempt:
        """The attempt with the score that counts."""
        ...
