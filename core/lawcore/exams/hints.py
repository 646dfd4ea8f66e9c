"""Hints of collusion: pairs of one unit whose wrong answers are alike. A hint, never an action.

For two people, over the questions that both got wrong, `same` counts those with the very same
wrong answer. By chance one expects the sum of P(two wrong answers to this question are equal),
estimated from all wrong answers to it; a pair stands out when `same` is at least LEAST and lies
SIGMAS standard deviations above that. Options stand in each person's own order, so what is
compared is the option itself and not its letter.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

from lawcore.ids import CadreId, QuestionKey, UnitId

LEAST = 5
SIGMAS = 3.0
FLOOR = 1 / 3
"""The chance of an equal wrong answer is never taken for less: a single has three wrong options."""

CAUTION = "以下只是线索，可能是巧合，也可能是一起学习的结果；请先了解情况，不要据此处理人。"
"""What every front end says before it shows any."""

Wrong = Mapping[QuestionKey, frozenset[int]]
"""The wrong answers of one person; a question left out is no wrong answer."""


@dataclass(frozen=True, slots=True)
class Sitter:
    """One person with what they were asked and what they got wrong."""

    cadre: CadreId
    unit: UnitId
    asked: frozenset[QuestionKey]
    wrong: Wrong


@dataclass(frozen=True, slots=True)
class Hint:
    """Two people of one unit, with the numbers."""

    one: CadreId
    two: CadreId
    unit: UnitId
    common: int
    """Questions that both were asked."""
    both_wrong: int
    same: int
    expected: float
    sigmas: float
    """How far `same` lies above what is expected, in standard deviations."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What stands out in an exam, and of how many pairs: of many, some do so by chance."""

    compared: int
    """Pairs of one unit that were looked at."""
    found: tuple[Hint, ...]


def hints(sitters: Sequence[Sitter], besides: CadreId | None = None) -> Hints:
    """The pairs that stand out, the farthest first; none with the person `besides` in it."""
    chance = _chances(sitter.wrong for sitter in sitters)
    units: dict[UnitId, list[Sitter]] = defaultdict(list)
    for sitter in sitters:
        if sitter.cadre != besides:
            units[sitter.unit].append(sitter)
    pairs = [pair for members in units.values() for pair in combinations(members, 2)]
    found = [hint for one, two in pairs if (hint := _compare(one, two, chance)) is not None]
    found.sort(key=lambda hint: (-hint.sigmas, hint.one, hint.two))
    return Hints(len(pairs), tuple(found))


def _compare(one: Sitter, two: Sitter, chance: Mapping[QuestionKey, float]) -> Hint | None:
    both = one.wrong.keys() & two.wrong.keys()
    same = sum(one.wrong[key] == two.wrong[key] for key in both)
    if same < LEAST:
        return None
    expected = sum(chance[key] for key in both)
    spread = sqrt(sum(chance[key] * (1 - chance[key]) for key in both))
    if spread == 0 or (same - expected) / spread < SIGMAS:
        return None
    sigmas = (same - expected) / spread
    common = len(one.asked & two.asked)
    return Hint(one.cadre, two.cadre, one.unit, common, len(both), same, expected, sigmas)


def _chances(answers: Iterable[Wrong]) -> dict[QuestionKey, float]:
    counts: dict[QuestionKey, Counter[frozenset[int]]] = defaultdict(Counter)
    for wrong in answers:
        for key, picked in wrong.items():
            counts[key][picked] += 1
    return {
        key: max(FLOOR, sum((n / counter.total()) ** 2 for n in counter.values()))
        for key, counter in counts.items()
    }
