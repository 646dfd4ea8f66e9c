"""The register of laws that may be cited.

Whether a law binds is always asked for a day (the day of sending), never stored as a status: texts
are published months before they bind and amended while they do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum

from lawcore.errors import NotFound
from lawcore.ids import LawKey
from lawcore.law.law import Law, LawVersion

_STATE = "中华人民共和国"


class ChangeKind(StrEnum):
    """What happens to a law on a day."""

    COMMENCED = "施行"
    """A new law begins to bind."""
    AMENDED = "修改后施行"
    """A new text of a law that already bound."""
    ENDED = "废止"


@dataclass(frozen=True, slots=True)
class Change:
    """A day on which the law in force changes."""

    day: date
    kind: ChangeKind
    law: Law
    version: LawVersion
    """The version that begins or ends."""


class Registry:
    """Laws by key, alias and official name."""

    def __init__(self, laws: Iterable[Law]) -> None:
        self._laws = {law.key: law for law in laws}
        self._names: dict[str, Law] = {}
        for law in self._laws.values():
            for name in (law.key, law.name, *law.aliases):
                self._names.setdefault(plain_name(name), law)

    def __iter__(self) -> Iterator[Law]:
        return iter(self._laws.values())

    def __len__(self) -> int:
        return len(self._laws)

    @property
    def names(self) -> Iterable[str]:
        """Every key, alias and official name, without 中华人民共和国."""
        return self._names.keys()

    def find(self, name: str) -> Law | None:
        """Find the law with this key, alias or official name, with or without 《》."""
        return self._names.get(plain_name(name))

    def near(self, name: str, likeness: float = 0.6) -> tuple[LawKey, ...]:
        """Suggest up to three laws whose names look like `name`, the likeliest first.

        `likeness` is how much of the names must be the same, from 0 to 1.
        """
        close = get_close_matches(plain_name(name), self._names, n=6, cutoff=likeness)
        return tuple(dict.fromkeys(self._names[found].key for found in close))[:3]

    def law(self, key: LawKey) -> Law:
        """Raise NotFound for a key that is not registered."""
        try:
            return self._laws[key]
        except KeyError:
            raise NotFound(f"法律登记表里没有《{key}》。") from None

    def in_force(self, key: LawKey, day: date) -> LawVersion | None:
        """Give the version that binds on `day`, or None; raise NotFound for an unknown key."""
        return self.law(key).in_force(day)

    def has_article(self, key: LawKey, article: int, day: date) -> bool | None:
        """Tell whether the version in force has the article; None where nobody verified it."""
        return self.law(key).has_article(article, day)

    def changes(self, from_day: date, to_day: date) -> tuple[Change, ...]:
        """List what begins or ceases to bind from `from_day` to `to_day`, both included, by day."""
        found = [
            change for law in self for change in _changes(law) if from_day <= change.day <= to_day
        ]
        return tuple(sorted(found, key=lambda change: (change.day, change.law.key)))


def plain_name(name: str) -> str:
    """Strip 《》, spaces and 中华人民共和国 from the name of a law."""
    return name.strip().strip("《》").replace(" ", "").removeprefix(_STATE)


def _changes(law: Law) -> Iterator[Change]:
    kind = ChangeKind.COMMENCED
    for version in law.versions:
        # The first version we list of an old law may itself be an amended text.
        yield Change(version.effective, kind, law, version)
        kind = ChangeKind.AMENDED
        if version.ended:
            yield Change(version.ended, ChangeKind.ENDED, law, version)
