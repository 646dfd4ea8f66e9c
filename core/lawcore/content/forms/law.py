"""``laws/*.toml``: ``[[law]]`` with ``[[law.version]]``."""

from datetime import date
from typing import Annotated

from pydantic import Field, StrictInt

from lawcore.content.forms.base import Count, Form, Words
from lawcore.ids import LawKey
from lawcore.law.law import Law, LawLevel, LawVersion, Moved

Article = Annotated[StrictInt, Field(ge=1)]


class MovedForm(Form):
    """``[[law.version.moved]]``."""

    article: Article
    to: Article
    about: Annotated[tuple[Words, ...], Field(min_length=1)]
    law: Words | None = None
    now: tuple[Words, ...] = ()

    def build(self) -> Moved:
        law = LawKey(self.law) if self.law else None
        return Moved(self.article, self.to, self.about, law, self.now)


class LawVersionForm(Form):
    """One text of a law."""

    adopted: date
    effective: date
    articles: Count
    source: Words
    ended: date | None = None
    ended_by: str = ""
    note: str = ""
    moved: tuple[MovedForm, ...] = ()

    def build(self) -> LawVersion:
        return LawVersion(
            adopted=self.adopted,
            effective=self.effective,
            articles=self.articles,
            source=self.source,
            ended=self.ended,
            ended_by=self.ended_by,
            note=self.note,
            moved=tuple(moved.build() for moved in self.moved),
        )


class LawForm(Form):
    """A law with its versions in any order."""

    key: Words
    name: Words
    aliases: tuple[Words, ...] = ()
    level: LawLevel
    issuer: Words
    checked: date
    version: Annotated[tuple[LawVersionForm, ...], Field(min_length=1)]

    def build(self) -> Law:
        return Law(
            key=LawKey(self.key),
            name=self.name,
            aliases=self.aliases,
            level=self.level,
            issuer=self.issuer,
            checked=self.checked,
            versions=tuple(
                version.build()
                for version in sorted(self.version, key=lambda version: version.effective)
            ),
        )
