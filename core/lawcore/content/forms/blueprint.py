"""``exams/{key}.toml``: the plan of a paper."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StrictInt

from lawcore.content.forms.base import Form, Words, registered
from lawcore.ids import BlueprintKey
from lawcore.law.registry import Registry
from lawcore.people.model import CadreCategory
from lawcore.questions.blueprint import Blueprint, PaperKind, Section
from lawcore.questions.question import Audience, QuestionKind, Topic

Positive = Annotated[StrictInt, Field(ge=1)]


class SectionForm(Form):
    """``[[section]]``: so many questions of a kind; a filter left out lets everything through."""

    kind: QuestionKind
    count: Positive
    marks: Annotated[Decimal, Field(gt=0)]
    laws: tuple[Words, ...] = ()
    topics: tuple[Topic, ...] = ()
    audience: tuple[Audience, ...] = ()
    difficulty: tuple[int, ...] = ()

    def build(self, registry: Registry) -> Section:
        return Section(
            kind=self.kind,
            count=self.count,
            marks=self.marks,
            laws=frozenset(registered(name, registry) for name in self.laws),
            topics=frozenset(self.topics),
            audience=frozenset(self.audience),
            difficulty=frozenset(self.difficulty),
        )


class BlueprintForm(Form):
    """One blueprint a file."""

    title: Words
    minutes: Positive
    pass_mark: Annotated[Decimal, Field(gt=0)]
    paper: PaperKind = PaperKind.PER_PERSON
    categories: tuple[CadreCategory, ...] = ()
    section: Annotated[tuple[SectionForm, ...], Field(min_length=1)]

    def build(self, key: str, registry: Registry) -> Blueprint:
        return Blueprint(
            id=BlueprintKey(key),
            title=self.title,
            minutes=self.minutes,
            pass_mark=self.pass_mark,
            paper=self.paper,
            categories=frozenset(self.categories),
            sections=tuple(section.build(registry) for section in self.section),
        )
