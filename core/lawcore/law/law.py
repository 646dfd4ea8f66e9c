"""A law and its versions."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lawcore.ids import LawKey


class LawLevel(StrEnum):
    """The rank of a law; the value is its Chinese name."""

    CONSTITUTION = "宪法"
    STATUTE = "法律"
    DECISION = "法律解释与决定"
    REGULATION = "行政法规"
    PARTY = "党内法规"
    LOCAL = "地方性法规"


@dataclass(frozen=True, slots=True)
class Moved:
    """Where something that an ended text said stands now: old numbers are cited for years."""

    article: int
    """Its number in the ended text."""
    to: int
    """Its number in the text that binds now."""
    about: tuple[str, ...]
    """Words that a sentence about it uses."""
    law: LawKey | None = None
    """The law that says it now, where it is another one."""
    now: tuple[str, ...] = ()
    """Words for what stands under the old number today, where the law still has that number."""


@dataclass(frozen=True, slots=True)
class LawVersion:
    """One text of a law and the days on which it binds."""

    adopted: date
    effective: date
    """The first day on which this text binds, not the day the law first came into force."""
    articles: int
    """Its last article's number; 0 where nobody has verified it."""
    source: str
    ended: date | None = None
    """The first day on which it no longer binds, where nothing of the same law follows it."""
    ended_by: str = ""
    """The law and article that ended it."""
    note: str = ""
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True)
class Law:
    """A law under the short name that everything cites."""

    key: LawKey
    name: str
    """The full official name."""
    aliases: tuple[str, ...]
    level: LawLevel
    issuer: str
    checked: date
    versions: tuple[LawVersion, ...]
    """By the day they take effect."""

    def in_force(self, day: date) -> LawVersion | None:
        """Give the version that binds on `day`: the newest in effect, unless it has ended."""
        begun = [version for version in self.versions if version.effective <= day]
        if not begun or (begun[-1].ended and begun[-1].ended <= day):
            return None
        return begun[-1]

    def has_article(self, article: int, day: date) -> bool | None:
        """Tell whether the version in force has the article; None where nobody verified it."""
        version = self.in_force(day)
        if version is None:
            return False
        return 1 <= article <= version.articles if version.articles else None

    def moved(self, article: int, day: date) -> tuple[Moved, ...]:
        """Tell where what older texts said under this number stands on `day`."""
        now = self.in_force(day)
        older = (version for version in self.versions if version.effective <= day)
        return tuple(
            moved
            for version in older
            if version is not now
            for moved in version.moved
            if moved.article == article
        )
