"""Marking: 全对得分, exact to the cent, never below nothing and never above full."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.exams.grading import chosen, mark
from lawcore.exams.model import Marked
from lawcore.ids import QuestionKey
from lawcore.questions.draw import PaperItem, shuffle_options
from lawcore.questions.question import Question, QuestionKind

from .conftest import blueprint, question, small_bank


def one(asked: Question, marks: str = "2", order: tuple[int, ...] = (3, 1, 0, 2)) -> PaperItem:
    return PaperItem(asked.id, order, Decimal(marks))


@pytest.mark.parametrize("size", range(1, 9))
def test_of_all_answers_exactly_the_right_one_earns_the_marks(size: int) -> None:
    """Every key against every one of the 2^n answers."""
    order = tuple(reversed(range(size)))
    for key in range(1, 1 << size):
        right = frozenset(place for place in range(size) if key >> place & 1)
        asked = question("m", QuestionKind.MULTIPLE, right)
        item = PaperItem(asked.id, order, Decimal("1.5"))
        pool = {asked.id: asked}
        for choice in range(1 << size):
            marked = mark([item], pool, {0: choice})
            full = chosen(item, choice) == right
            assert marked.score == (Decimal("1.50") if full else 0)
            assert marked.answered == (choice != 0)
            assert marked.right == full


def test_what_is_shown_is_marked_and_not_where_it_stands_in_the_bank() -> None:
    asked = question("s", right=frozenset({0}))
    item = one(asked, order=(3, 1, 0, 2))
    assert mark([item], {asked.id: asked}, {0: 0b0100}).right == 1
    assert mark([item], {asked.id: asked}, {0: 0b0001}).right == 0


@pytest.mark.parametrize("choices", [{}, {0: 0}, {0: 0, 1: 0}])
def test_an_empty_paper_earns_nothing(choices: dict[int, int]) -> None:
    asked = question("s")
    marked = mark([one(asked), one(asked)], {asked.id: asked}, choices)
    assert marked == Marked(Decimal(0), 0, 0)


def test_marks_add_up_without_rounding_on_the_way() -> None:
    asked = question("s")
    paper = [one(asked, "0.1", (0, 1, 2, 3))] * 10
    assert mark(paper, {asked.id: asked}, dict.fromkeys(range(10), 1)).score == Decimal("1.00")


@given(st.text(max_size=8), st.data())
def test_a_score_lies_between_nothing_and_the_full_mark(seed: str, data: st.DataObject) -> None:
    of = blueprint()
    drawn = small_bank()[:3] + small_bank()[6:8] + small_bank()[10:12]
    paper = shuffle_options(drawn, of, seed)
    pool = {asked.id: asked for asked in drawn}
    choices = {
        place: data.draw(st.integers(0, (1 << len(item.order)) - 1))
        for place, item in enumerate(paper)
    }
    marked = mark(paper, pool, choices)
    assert 0 <= marked.score <= of.total
    assert marked.right <= marked.answered <= len(paper)
    right = {place: key_of(item, pool) for place, item in enumerate(paper)}
    assert mark(paper, pool, right).score == of.total


def key_of(item: PaperItem, pool: dict[QuestionKey, Question]) -> int:
    return sum(1 << place for place, own in enumerate(item.order) if own in pool[item.question].key)


def test_a_choice_names_each_option_by_its_place_on_the_paper() -> None:
    item = one(question("s"), order=(2, 0, 1, 3))
    for bits in product((0, 1), repeat=4):
        choice = sum(bit << place for place, bit in enumerate(bits))
        assert chosen(item, choice) == {item.order[place] for place in range(4) if bits[place]}
