"""The plan of a paper: how many questions of which kind, about what, for how many marks."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lawcore.ids import BlueprintKey, LawKey, QuestionKey
from lawcore.questions.question import Audience, Question, QuestionKind, Topic


class PaperKind(StrEnum):
    """Who gets the same questions. Options are shuffled per person in every case."""

    FIXED = "fixed"
    """Every question is named in the common block: nothing is drawn."""
    PER_EXAM = "per-exam"
    """One draw for the exam: all candidates answer the same questions."""
    PER_PERSON = "per-person"
    """Each candidate has a draw of their own from the same cells."""


class Scoring(StrEnum):
    """What a multiple-choice question earns when not exactly the right options are chosen.

    Questions with one right answer earn their marks or nothing under every rule.
    """

    ALL = "all"
    PARTIAL = "partial"
    HALF = "half"
    RIGHT_MINUS_WRONG = "right-minus-wrong"

    @property
    def label(self) -> str:
        """The rule as candidates are told it."""
        return {
            "all": "多选题全部选对才给分",
            "partial": "多选题少选按选对的比例给分，错选不给分",
            "half": "多选题少选给一半的分，错选不给分",
            "right-minus-wrong": "多选题按选对减选错的个数给分，最少 0 分",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Common:
    """A question that stands in every paper, for its marks."""

    question: QuestionKey
    marks: Decimal


@dataclass(frozen=True, slots=True)
class Section:
    """`count` questions at `marks` each; an empty filter lets everything through."""

    kind: QuestionKind
    count: int
    marks: Decimal
    laws: frozenset[LawKey] = frozenset()
    topics: frozenset[Topic] = frozenset()
    audience: frozenset[Audience] = frozenset()
    difficulty: frozenset[int] = frozenset()

    def takes(self, question: Question) -> bool:
        """Whether `question` fits this section."""
        return (
            question.kind is self.kind
            and (not self.laws or any(cite.law in self.laws for cite in question.cites))
            and (not self.topics or question.topic in self.topics)
            and (not self.audience or bool(question.audience & self.audience))
            and (not self.difficulty or question.difficulty in self.difficulty)
        )

    @property
    def label(self) -> str:
        """The cell in words: ``单选题（民法典）``."""
        words = [
            *sorted(self.laws),
            *(topic.label for topic in sorted(self.topics)),
            *(audience.label for audience in sorted(self.audience)),
            *(f"难度{level}" for level in sorted(self.difficulty)),
        ]
        return self.kind.label + (f"（{'、'.join(words)}）" if words else "")


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A plan that an exam is created from."""

    id: BlueprintKey
    title: str
    minutes: int
    pass_mark: Decimal
    paper: PaperKind
    categories: frozenset[str]
    """Cadre categories that sit it unless the exam says otherwise; empty: all cadres."""
    sections: tuple[Section, ...]
    common: tuple[Common, ...] = ()
    """The fixed block: it comes first in every paper, and no section draws from it."""
    exclude_last: int = 0
    """Questions that stood in the papers of so many exams before this one are not drawn.

    Where each has a paper of their own, what counts is their own papers; where the bank is too
    small for one of them, as few as possible come again.
    """
    scoring: Scoring = Scoring.ALL

    @property
    def marks(self) -> tuple[Decimal, ...]:
        """The marks of a paper, place by place."""
        drawn = (section.marks for section in self.sections for _ in range(section.count))
        return (*(one.marks for one in self.common), *drawn)

    @property
    def total(self) -> Decimal:
        """The full mark."""
        return sum(self.marks, Decimal(0))

    @property
    def length(self) -> int:
        """The number of questions."""
        return len(self.marks)
