"""A leaflet on one sheet of paper: a few words, then questions with answers."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from lawcore.ids import Citation, ObservanceKey


class Point(NamedTuple):
    """What people ask, and the answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Leaflet:
    """A leaflet with placeholders, what it cites and when a person last checked it."""

    observance: ObservanceKey
    title: str
    text: str
    points: tuple[Point, ...]
    cites: tuple[Citation, ...]
    hotlines: tuple[str, ...]
    checked: date

    @property
    def wording(self) -> str:
        """All that is printed, in the order in which it is read."""
        points = (part for point in self.points for part in point)
        return "\n".join((self.title, self.text, *points))
