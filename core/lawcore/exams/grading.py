"""Marking a paper. Exact fractions; the total alone is rounded, half up, to 0.01.

K = right options of a question, C = right ones chosen, W = wrong ones chosen, S = its marks. A
question with one right answer to be given earns S or nothing. A multiple-choice question earns:

- all: S if C = K and W = 0, else 0;
- partial: 0 if W > 0, else S·C/K;
- half: 0 if W > 0, S if C = K, S/2 if 0 < C < K;
- right-minus-wrong: S·max(0, C − W)/K.

Nothing chosen earns nothing under every rule.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from lawcore.exams.model import Choices, Marked, Pool
from lawcore.questions.blueprint import Scoring
from lawcore.questions.draw import PaperItem
from lawcore.questions.question import QuestionKind

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Tick:
    """How one question was answered: K, C and W of the rules above."""

    key: int
    hit: int
    missed: int

    @property
    def right(self) -> bool:
        return self.hit == self.key and self.missed == 0


def mark(
    paper: Sequence[PaperItem], pool: Pool, choices: Choices, scoring: Scoring = Scoring.ALL
) -> Marked:
    """Mark a paper by the rule of its exam."""
    score = Fraction(0)
    answered = right = 0
    for place, item in enumerate(paper):
        choice = choices.get(place, 0)
        question = pool[item.question]
        tick = ticked(question.kind, question.key, chosen(item, choice))
        answered += choice != 0
        right += tick.right
        score += earned(scoring, question.kind, tick, item.marks)
    return Marked(rounded(score), answered, right)


def earned(scoring: Scoring, kind: QuestionKind, tick: Tick, marks: Decimal) -> Fraction:
    """What a question earns, exactly."""
    full = Fraction(marks)
    if tick.right:
        return full
    if kind is not QuestionKind.MULTIPLE or tick.hit == 0:
        return Fraction(0)
    match scoring:
        case Scoring.ALL:
            return Fraction(0)
        case Scoring.PARTIAL:
            return Fraction(0) if tick.missed else full * tick.hit / tick.key
        case Scoring.HALF:
            return Fraction(0) if tick.missed else full / 2
        case Scoring.RIGHT_MINUS_WRONG:
            return full * max(0, tick.hit - tick.missed) / tick.key


def ticked(kind: QuestionKind, key: AbstractSet[int], picked: AbstractSet[int]) -> Tick:
    """Compare what was picked with the key.

    Where one answer is to be given, a corrected key may name several: each of them is right alone.
    """
    hit, missed = len(picked & key), len(picked - key)
    return Tick(len(key) if kind is QuestionKind.MULTIPLE else 1, hit, missed)


def rounded(score: Fraction) -> Decimal:
    """The exact score rounded half up to 0.01; scores are never negative."""
    hundredths, rest = divmod(score * 100, 1)
    return (Decimal(hundredths + (rest >= Fraction(1, 2))) / 100).quantize(CENT, ROUND_HALF_UP)


def chosen(item: PaperItem, choice: int) -> frozenset[int]:
    """The options that the bit mask `choice` names, in the question's own numbering."""
    return frozenset(own for place, own in enumerate(item.order) if choice >> place & 1)
