"""What a row of the ledger may point at, found by the words people write."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lawcore.calendar.observance import Observance
from lawcore.errors import BadInput
from lawcore.ids import LawKey, ObservanceKey, UnitId
from lawcore.people.model import Unit, UnitKind

_BETWEEN = re.compile(r"[、,，;；\n]+")


@dataclass(frozen=True, slots=True)
class Known:
    """Units, observances, laws and categories by name."""

    units: Sequence[Unit]
    observances: Iterable[Observance]
    law: Callable[[str], LawKey | None]
    categories: tuple[str, ...]

    def unit(self, words: str) -> UnitId:
        """The unit with this code or name. Raises BadInput if there is none, or several."""
        named = Counter(unit.name for unit in self.units)
        for unit in self.units:
            if words == unit.code or (words == unit.name and named[words] == 1):
                return unit.id
        if named[words] > 1:
            raise BadInput(f"名册里有 {named[words]} 个“{words}”，请改写编码")
        raise BadInput(f"名册里没有“{words}”")

    def village(self, words: str) -> UnitId:
        """The village with this code or name. Raises BadInput for another kind of unit too."""
        key = self.unit(words)
        if any(unit.id == key and unit.kind is not UnitKind.VILLAGE for unit in self.units):
            raise BadInput(f"“{words}”不是村，这里按村登记")
        return key

    def several_units(self, words: str) -> tuple[UnitId, ...]:
        """Units in a list of names or codes."""
        return tuple(self.unit(word) for word in several(words))

    def observance(self, words: str) -> ObservanceKey | None:
        """The observance with this title or key; None for nothing. Raises BadInput."""
        if not words:
            return None
        for one in self.observances:
            if words in {one.title, one.key}:
                return one.key
        raise BadInput(f"日历里没有“{words}”")

    def laws(self, words: str) -> tuple[LawKey, ...]:
        """Laws in a list of names, with or without 《》. Raises BadInput for an unknown one."""
        found = []
        for word in several(words):
            key = self.law(word.strip("《》"))
            if key is None:
                raise BadInput(f"法律登记里没有“{word}”")
            found.append(key)
        return tuple(dict.fromkeys(found))


def several(words: str) -> tuple[str, ...]:
    """The parts of a list as people write it, each once."""
    parts = (part.strip() for part in _BETWEEN.split(words))
    return tuple(dict.fromkeys(part for part in parts if part))
