"""The four rules for multiple-choice questions, against the formulas written out anew."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.exams.grading import earned, mark, rounded, ticked
from lawcore.questions.blueprint import Scoring
from lawcore.questions.draw import PaperItem
from lawcore.questions.question import QuestionKind

from .conftest import question

MULTIPLE = QuestionKind.MULTIPLE


def by_hand(rule: Scoring, right: set[int], picked: set[int], marks: Fraction) -> Fraction:
    """K, C and W of the definitions."""
    k, c, w = len(right), len(right & picked), len(picked - right)
    exact = c == k and w == 0
    return {
        Scoring.ALL: marks if exact else Fraction(0),
        Scoring.PARTIAL: Fraction(0) if w else marks * c / k,
        Scoring.HALF: marks if exact else (marks / 2 if c and not w else Fraction(0)),
        Scoring.RIGHT_MINUS_WRONG: max(Fraction(0), marks * (c - w) / k),
    }[rule]


@pytest.mark.parametrize("rule", Scoring)
@pytest.mark.parametrize("options", range(2, 9))
def test_every_one_of_all_answers_earns_what_the_rule_says(rule: Scoring, options: int) -> None:
    marks = Decimal("1.5")
    sets = [{i for i in range(options) if bits >> i & 1} for bits in range(1 << options)]
    for right in sets[1:] if options < 7 else sets[1::5]:
        key = frozenset(right)
        for picked in sets:
            got = earned(rule, MULTIPLE, ticked(MULTIPLE, key, frozenset(picked)), marks)
            assert got == by_hand(rule, right, picked, Fraction(3, 2))
            assert 0 <= got <= Fraction(3, 2)
            assert picked or got == 0
            assert (picked != right) or got == Fraction(3, 2)


def test_guessing_pays_as_little_as_was_computed() -> None:
    """n = 4, K = 3: the mean over all non-empty selections, and ticking everything."""
    key, everything = frozenset({0, 1, 2}), frozenset(range(4))
    some = [frozenset(i for i in range(4) if bits[i]) for bits in product((0, 1), repeat=4)]
    expected = {
        Scoring.ALL: (0.067, 0.0),
        Scoring.PARTIAL: (0.267, 0.0),
        Scoring.HALF: (0.267, 0.0),
        Scoring.RIGHT_MINUS_WRONG: (0.378, 0.667),
    }
    for rule, (guess, tick_all) in expected.items():
        marks = [
            earned(rule, MULTIPLE, ticked(MULTIPLE, key, picked), Decimal(1))
            for picked in some
            if picked
        ]
        assert float(sum(marks) / len(marks)) == pytest.approx(guess, abs=0.0005)
        whole = earned(rule, MULTIPLE, ticked(MULTIPLE, key, everything), Decimal(1))
        assert float(whole) == pytest.approx(tick_all, abs=0.0005)


@pytest.mark.parametrize("rule", Scoring)
@pytest.mark.parametrize("kind", [QuestionKind.SINGLE, QuestionKind.JUDGE])
def test_one_right_answer_earns_all_or_nothing_under_every_rule(
    rule: Scoring, kind: QuestionKind
) -> None:
    key = frozenset({1})
    for own in range(2):
        got = earned(rule, kind, ticked(kind, key, frozenset({own})), Decimal(2))
        assert got == (2 if own == 1 else 0)
    assert earned(rule, kind, ticked(kind, key, frozenset()), Decimal(2)) == 0


def test_a_corrected_key_of_a_single_choice_may_name_two_and_each_is_right_alone() -> None:
    both = frozenset({0, 2})
    for own, right in ((0, True), (1, False), (2, True)):
        assert ticked(QuestionKind.SINGLE, both, frozenset({own})).right is right


def test_only_the_total_is_rounded() -> None:
    """Three thirds of a mark are one mark, not 0.99."""
    asked = question("m", MULTIPLE, frozenset({0, 1, 2}))
    paper = [PaperItem(asked.id, (0, 1, 2, 3), Decimal(1))] * 3
    score = mark(paper, {asked.id: asked}, dict.fromkeys(range(3), 0b001), Scoring.PARTIAL).score
    assert score == Decimal("1.00")


@pytest.mark.parametrize(
    ("exact", "shown"),
    [("1/3", "0.33"), ("2/3", "0.67"), ("1/200", "0.01"), ("201/200", "1.01"), ("199/200", "1.00")],
)
def test_half_a_hundredth_is_rounded_up(exact: str, shown: str) -> None:
    assert rounded(Fraction(exact)) == Decimal(shown)


@given(st.fractions(min_value=0, max_value=200))
def test_rounding_never_strays_by_more_than_half_a_hundredth(exact: Fraction) -> None:
    off = Fraction(rounded(exact)) - exact
    assert Fraction(-1, 200) < off <= Fraction(1, 200)


@given(
    st.sampled_from(list(Scoring)),
    st.lists(st.tuples(st.integers(1, 15), st.integers(0, 15)), max_size=8),
)
def test_a_paper_earns_the_rounded_sum_of_its_questions(
    rule: Scoring, answers: list[tuple[int, int]]
) -> None:
    def bits(number: int) -> set[int]:
        return {place for place in range(4) if number >> place & 1}

    pool, paper, choices, total = {}, [], {}, Fraction(0)
    for place, (key, choice) in enumerate(answers):
        asked = question(f"m{place}", MULTIPLE, frozenset(bits(key)))
        pool[asked.id] = asked
        paper.append(PaperItem(asked.id, (0, 1, 2, 3), Decimal("0.7")))
        choices[place] = choice
        total += by_hand(rule, bits(key), bits(choice), Fraction(7, 10))
    marked = mark(paper, pool, choices, rule)
    assert marked.score == rounded(total)
    assert 0 <= marked.score <= sum((item.marks for item in paper), Decimal(0))
