"""How often each question of the bank has been seen, and which have been seen too often."""

from collections.abc import Iterable
from dataclasses import dataclass

from lawcore.exams.hall import Hall
from lawcore.exams.roster_book import Exposure
from lawcore.questions.question import Question

NEVER = Exposure(0, 0)


@dataclass(frozen=True, slots=True)
class Seen:
    """A question of the bank with the papers it stood in."""

    question: Question
    exposure: Exposure


def seen(hall: Hall, bank: Iterable[Question]) -> tuple[Seen, ...]:
    """All questions of the bank, the most seen first."""
    counted = hall.rosters.exposures()
    found = [Seen(question, counted.get(question.id, NEVER)) for question in bank]
    return tuple(sorted(found, key=lambda one: (-one.exposure.papers, one.question.id)))


def to_retire(hall: Hall, found: Iterable[Seen], limit: int | None = None) -> tuple[Seen, ...]:
    """The questions that stood in `limit` papers or more.

    By default that is the number of cadres in post: as if each of them had met it once.
    """
    most = limit or sum(cadre.active for cadre in hall.people.cadres()) or 1
    return tuple(one for one in found if one.exposure.papers >= most)
