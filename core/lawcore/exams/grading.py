"""Marking a paper. Exact decimals; the total alone is rounded, half up, to 0.01."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from lawcore.exams.model import Choices, Marked, Pool
from lawcore.questions.draw import PaperItem

CENT = Decimal("0.01")


def mark(paper: Sequence[PaperItem], pool: Pool, choices: Choices) -> Marked:
    """Mark by 全对得分: a question earns its marks when exactly the right options are chosen."""
    score = Decimal(0)
    answered = right = 0
    for place, item in enumerate(paper):
        choice = choices.get(place, 0)
        answered += choice != 0
        if choice and chosen(item, choice) == pool[item.question].key:
            right += 1
            score += item.marks
    return Marked(score.quantize(CENT, ROUND_HALF_UP), answered, right)


def chosen(item: PaperItem, choice: int) -> frozenset[int]:
    """The options that the bit mask `choice` names, in the question's own numbering."""
    return frozenset(own for place, own in enumerate(item.order) if choice >> place & 1)
