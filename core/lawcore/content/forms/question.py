"""``questions/*.toml``: ``[[question]]``."""

from datetime import date
from typing import Annotated

from pydantic import Field, StrictBool

from lawcore.content.forms.base import CitationForm, Form, Words, citations
from lawcore.errors import BadInput
from lawcore.ids import QuestionKey
from lawcore.law.registry import Registry
from lawcore.questions.question import (
    JUDGE_OPTIONS,
    LETTERS,
    Audience,
    Question,
    QuestionKind,
    Topic,
)


class QuestionForm(Form):
    """A question; a judge question has no options and answers true or false."""

    id: Words
    kind: QuestionKind
    stem: Words
    options: Annotated[tuple[Words, ...], Field(max_length=len(LETTERS))] = ()
    answer: StrictBool | tuple[Words, ...]
    explanation: Words
    cites: Annotated[tuple[CitationForm, ...], Field(min_length=1)]
    topic: Topic
    audience: Annotated[tuple[Audience, ...], Field(min_length=1)]
    difficulty: Annotated[int, Field(ge=1, le=3)]
    case: bool = False
    checked: date
    computed: tuple[Words, ...] = ()
    apart: tuple[Words, ...] = ()

    def build(self, registry: Registry) -> Question:
        """Raise BadInput where options and answer do not fit the kind."""
        return Question(
            id=QuestionKey(self.id),
            kind=self.kind,
            stem=self.stem,
            options=self._options(),
            key=self._key(),
            explanation=self.explanation,
            cites=citations(self.cites, registry),
            topic=self.topic,
            audience=frozenset(self.audience),
            difficulty=self.difficulty,
            case=self.case,
            checked=self.checked,
            computed=self.computed,
            apart=tuple(map(QuestionKey, self.apart)),
        )

    def _options(self) -> tuple[str, ...]:
        if self.kind is QuestionKind.JUDGE:
            if self.options:
                raise BadInput("判断题不写 options。")
            return JUDGE_OPTIONS
        if len(self.options) < 2:
            raise BadInput("选择题至少要有两个选项。")
        return self.options

    def _key(self) -> frozenset[int]:
        if isinstance(self.answer, bool):
            if self.kind is not QuestionKind.JUDGE:
                raise BadInput('选择题的 answer 要写字母，例如 ["B"]。')
            return frozenset({0 if self.answer else 1})
        if self.kind is QuestionKind.JUDGE:
            raise BadInput("判断题的 answer 要写 true 或 false。")
        letters = LETTERS[: len(self.options)]
        strange = [letter for letter in self.answer if letter not in letters or len(letter) != 1]
        if strange:
            raise BadInput(f"answer 里的“{'、'.join(strange)}”不是选项的字母。")
        return frozenset(letters.index(letter) for letter in self.answer)
