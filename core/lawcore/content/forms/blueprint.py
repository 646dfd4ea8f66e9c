"""``exams/{key}.toml``: the plan of a paper."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, StrictInt, model_validator

from lawcore.content.forms.base import Form, Words, registered
from lawcore.ids import BlueprintKey, QuestionKey
from lawcore.law.registry import Registry
from lawcore.people.model import CadreCategory
from lawcore.questions.blueprint import Blueprint, Common, PaperKind, Scoring, Section
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


class CommonForm(Form):
    """``[[common]]``: a question that stands in every paper."""

    question: Words
    marks: Annotated[Decimal, Field(gt=0)]

    def build(self) -> Common:
        return Common(QuestionKey(self.question), self.marks)


class BlueprintForm(Form):
    """One blueprint a file. A fixed paper names all its questions; the others have sections."""

    title: Words
    minutes: Positive
    pass_mark: Annotated[Decimal, Field(gt=0)]
    paper: PaperKind = PaperKind.PER_PERSON
    categories: tuple[CadreCategory, ...] = ()
    scoring: Scoring = Scoring.ALL
    exclude_last: Annotated[StrictInt, Field(ge=0, le=20)] = 0
    common: tuple[CommonForm, ...] = ()
    section: tuple[SectionForm, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        named = [one.question for one in self.common]
        if len(set(named)) < len(named):
            raise ValueError("里有一道固定题写了两次")
        if self.paper is PaperKind.FIXED and (self.section or not self.common):
            raise ValueError("里的固定卷（fixed）只写 [[common]]，不写 [[section]]")
        if self.paper is not PaperKind.FIXED and not self.section:
            raise ValueError("里没有 [[section]]，至少写一个")
        return self

    def build(self, key: str, registry: Registry) -> Blueprint:
        return Blueprint(
            id=BlueprintKey(key),
            title=self.title,
            minutes=self.minutes,
            pass_mark=self.pass_mark,
            paper=self.paper,
            categories=frozenset(self.categories),
            sections=tuple(section.build(registry) for section in self.section),
            common=tuple(one.build() for one in self.common),
            exclude_last=self.exclude_last,
            scoring=self.scoring,
        )
