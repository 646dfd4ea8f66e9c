"""Exam, candidate, attempt and answer: the nouns of an exam."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from lawcore.ids import AttemptId, BlueprintKey, CadreId, ExamId, QuestionKey, UnitId
from lawcore.questions.blueprint import Blueprint, Scoring
from lawcore.questions.draw import PaperItem
from lawcore.questions.question import Question


class ExamState(StrEnum):
    """`scheduled` waits for its opening; `open` can be sat; `closed` is over."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"


EXAM_STATE_WORDS = {
    ExamState.SCHEDULED: "未开始",
    ExamState.OPEN: "进行中",
    ExamState.CLOSED: "已结束",
}


class AttemptState(StrEnum):
    """`running` until it is handed in or its time is up."""

    RUNNING = "running"
    SUBMITTED = "submitted"
    OVERDUE = "overdue"
    """Closed by the clock and graded with what was saved."""


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam as it was created; times are aware UTC, the window is [opens_at, closes_at)."""

    id: ExamId
    title: str
    blueprint: BlueprintKey
    opens_at: datetime
    closes_at: datetime
    minutes: int
    pass_mark: Decimal
    total: Decimal
    length: int
    seed: int
    categories: frozenset[str]
    units: frozenset[UnitId]
    """Only cadres of these units; empty: of all."""
    posts: frozenset[str]
    """Only cadres of these posts; empty: of all."""
    scoring: Scoring
    state: ExamState
    owner: str
    """Who created it: the one who may see hints."""
    reveal_at: datetime | None
    """When scores and keys are told; None: at the close."""
    revealed: bool
    makeup_of: ExamId | None
    """The exam that this one is the 补考 of."""

    @property
    def reveals_at(self) -> datetime:
        """The moment from which scores and keys may be told."""
        return self.reveal_at or self.closes_at


@dataclass(frozen=True, slots=True)
class NewExam:
    """What is written down when an exam is created.

    The plan and the wording of all questions it may draw are frozen here: a later edit of the bank
    or of the blueprint changes no paper.
    """

    title: str
    plan: Blueprint
    opens_at: datetime
    closes_at: datetime
    minutes: int
    seed: int
    categories: frozenset[str]
    units: frozenset[UnitId]
    pool: tuple[Question, ...]
    owner: str
    posts: frozenset[str] = frozenset()
    reveal_at: datetime | None = None
    makeup_of: ExamId | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cadre on the frozen roster of an exam, with the paper drawn for them."""

    exam: ExamId
    cadre: CadreId
    unit: UnitId
    exempt_reason: str | None
    extra_minutes: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sitting. `cursor` is the place of the question on the card, from 0."""

    id: AttemptId
    exam: ExamId
    cadre: CadreId
    token: str
    """Opaque; stands in callback data instead of any key."""
    started_at: datetime
    deadline_at: datetime
    cursor: int
    card: int
    """The chat message that shows the attempt; older cards are inert."""
    state: AttemptState
    paper: tuple[PaperItem, ...]
    score: Decimal | None = None
    passed: bool | None = None

    def left(self, at: datetime) -> timedelta:
        """The time that remains at `at`, never below zero."""
        return max(self.deadline_at - at, timedelta())


@dataclass(frozen=True, slots=True)
class Sitting:
    """An attempt and its exam, as they are in one moment."""

    exam: Exam
    attempt: Attempt


Choices = Mapping[int, int]
"""Answers by place from 0: a bit mask over the options in the order of the paper; 0 = none."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a candidate sees: one question of their paper and where they are.

    `question` has no key, no explanation and no citation here.
    """

    exam: Exam
    attempt: Attempt
    question: Question
    item: PaperItem
    choice: int
    answered: frozenset[int]
    left: timedelta


@dataclass(frozen=True, slots=True)
class Sheet:
    """答题卡: which places are answered."""

    exam: Exam
    attempt: Attempt
    answered: frozenset[int]
    left: timedelta


@dataclass(frozen=True, slots=True)
class Finished:
    """A sitting that is over. The score is told only when the exam is revealed.

    `attempt` then holds the score in force: that of the last regrade, where there was one.
    """

    exam: Exam
    attempt: Attempt
    answered: int


class Standing(StrEnum):
    """Where a cadre stands in an exam."""

    EXEMPT = "exempt"
    WAITING = "waiting"
    READY = "ready"
    RUNNING = "running"
    FINISHED = "finished"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One exam as one cadre meets it."""

    exam: Exam
    standing: Standing
    attempt: Attempt | None
    answered: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A paper marked: the frozen questions by key are needed to do it."""

    score: Decimal
    answered: int
    right: int


Pool = Mapping[QuestionKey, Question]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the candidates of an exam are; people, not attempts."""

    candidates: int
    exempt: int
    without_account: int
    running: int
    finished: int
