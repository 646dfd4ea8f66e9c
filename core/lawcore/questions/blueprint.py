"""The plan of a paper: how many questions of which kind, about what, for how many marks."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lawcore.ids import BlueprintKey, LawKey
from lawcore.questions.question import Audience, Question, QuestionKind, Topic


class PaperKind(StrEnum):
    """Who gets the same questions. Options are shuffled per person in every case."""

    PER_EXAM = "per-exam"
    """One draw for the exam: all candidates answer the same questions."""
    PER_PERSON = "per-person"
    """Each candidate has a draw of their own from the same cells."""


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

    @property
    def total(self) -> Decimal:
        """The full mark."""
        return sum((section.count * section.marks for section in self.sections), Decimal(0))

    @property
    def length(self) -> int:
        """The number of questions."""
        return sum(section.count for section in self.sections)
