"""Item analysis against the golden vector, and what is said when there are too few people."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.exams import formulas
from lawcore.exams.analysis import Analysis, Answered, Reply, analyse
from lawcore.exams.hints import Sitter, hints
from lawcore.ids import CadreId, QuestionKey, UnitId
from lawcore.questions.question import Question, QuestionKind

from .conftest import question

ROWS = ("11211", "11201", "11110", "10201", "11010", "01100", "10001", "00010")
"""Eight people, five items, full marks 1, 1, 2, 1, 1."""
ITEMS = [[float(row[place]) for row in ROWS] for place in range(5)]
TOTALS = [sum(marks) for marks in zip(*ITEMS, strict=True)]
FULL = (1, 1, 2, 1, 1)


def near(*figures: float) -> list[object]:
    return [pytest.approx(figure, abs=0.00006) for figure in figures]


def test_the_totals_of_the_golden_vector() -> None:
    assert TOTALS == [6, 5, 4, 4, 3, 2, 2, 1]
    found = [
        formulas.mean(TOTALS),
        median(TOTALS),
        formulas.deviation(TOTALS),
        formulas.skewness(TOTALS),
        formulas.kurtosis(TOTALS),
    ]
    assert found == near(3.375, 3.5, 1.685018, 0.167962, -0.913065)


def test_the_reliability_of_the_golden_vector() -> None:
    alpha = formulas.consistency(ITEMS)
    assert alpha is not None
    ratio = formulas.error_ratio(alpha)
    assert ratio is not None
    error = ratio * formulas.deviation(TOTALS) / 100
    assert [alpha, ratio, error] == near(40.8805, 76.8892, 1.295597)


def test_the_items_of_the_golden_vector() -> None:
    rests = [[t - x for t, x in zip(TOTALS, item, strict=True)] for item in ITEMS]
    pairs = list(zip(ITEMS, rests, strict=True))
    facility = [100 * formulas.mean(i) / full for i, full in zip(ITEMS, FULL, strict=True)]
    assert facility == near(75, 62.5, 50, 50, 50)
    assert [formulas.discrimination(item, rest) for item, rest in pairs] == near(
        49.3197, 23.1869, 43.6436, -23.2147, 27.5010
    )
    assert [formulas.efficiency(item, rest) for item, rest in pairs] == near(
        69.2308, 29.4118, 50.0000, -27.2727, 33.3333
    )


def test_the_weights_of_the_golden_vector() -> None:
    found = formulas.weights(ITEMS)
    expected = (20.862, 19.045, 32.320, 7.618, 20.155)
    assert found == [pytest.approx(one, abs=0.0006) for one in expected]


def test_what_is_not_defined_is_none() -> None:
    flat = [1.0, 1.0, 1.0]
    assert formulas.discrimination(flat, [1.0, 2.0, 3.0]) is None
    assert formulas.efficiency(flat, [1.0, 2.0, 3.0]) is None
    assert formulas.consistency([[1.0, 0.0, 1.0]]) is None
    assert formulas.consistency([flat, flat]) is None
    assert formulas.skewness([1.0, 2.0]) is None
    assert formulas.kurtosis([1.0, 2.0, 3.0]) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), min_size=2, max_size=40))
def test_discrimination_and_efficiency_lie_between_minus_and_plus_a_hundred(
    pairs: list[tuple[int, int]],
) -> None:
    item, rest = [float(x) for x, _ in pairs], [float(y) for _, y in pairs]
    figure = formulas.discrimination(item, rest)
    assert figure is None or -100.0001 <= figure <= 100.0001
    best = formulas.efficiency(item, rest)
    assert best is None or best <= 100.0001
    if best is not None:
        assert formulas.efficiency(sorted(item), sorted(rest)) == pytest.approx(100)


# -- the analysis of an exam ---------------------------------------------------------------------


def bank(count: int) -> dict[QuestionKey, Question]:
    return {q.id: q for q in (question(f"q{n}") for n in range(count))}


def person(answers: Sequence[int], unit: str = "东河村") -> Answered:
    """Options by question; option 0 is right, −1 is none."""
    return Answered(
        unit,
        {
            QuestionKey(f"q{n}"): Reply(
                Decimal(1),
                Fraction(own == 0),
                frozenset({own}) if own >= 0 else frozenset(),
            )
            for n, own in enumerate(answers)
        },
    )


def ordinary(count: int, items: int = 4) -> list[Answered]:
    """Of n people the better ones have more right; nothing stands out."""
    return [
        person([1 + (n + i) % 3 if n % 8 < i + 1 else 0 for i in range(items)])
        for n in range(count)
    ]


def by_key(found: Analysis, key: str) -> tuple[str, ...]:
    return next(item.reasons for item in found.items if item.question.id == key)


def test_below_thirty_people_there_is_the_facility_and_nothing_else() -> None:
    found = analyse(ordinary(29), bank(4), Decimal(4), shared=frozenset(bank(4)))
    assert not found.enough
    assert (found.totals, found.reliability, found.units) == (None, None, ())
    assert found.items[0].facility == pytest.approx(100 * 25 / 29)
    for item in found.items:
        assert (item.discrimination, item.efficiency, item.options) == (None, None, ())
        assert item.reasons == ()


def test_from_thirty_people_on_there_is_all_of_it() -> None:
    papers = ordinary(30)
    found = analyse(papers, bank(4), Decimal(4), shared=frozenset(bank(4)))
    assert found.enough
    assert found.totals is not None
    totals = [paper.total for paper in papers]
    assert found.totals.mean == pytest.approx(sum(totals) / 30)
    assert found.reliability is not None
    items = [[float(p.replies[key].earned) for p in papers] for key in sorted(bank(4))]
    assert found.reliability.alpha == formulas.consistency(items)
    assert found.units[0].people == 30
    assert found.units[0].mean == pytest.approx(100 * sum(totals) / 120)


def test_each_unit_has_its_people_and_the_mean_of_their_own_papers() -> None:
    """In per cent of the marks that each was asked for."""
    papers = [person([0, 0, 1, 1], "东河村")] * 20 + [person([0, 0, 0, 1], "西山村")] * 9
    found = analyse([*papers, person([1] * 4, "司法所")], bank(4), Decimal(4))
    assert {u.name: (u.people, u.mean) for u in found.units} == {
        "东河村": (20, 50.0),
        "西山村": (9, 75.0),
        "司法所": (1, 0.0),
    }


def test_alpha_is_given_only_for_what_everybody_was_asked() -> None:
    papers = ordinary(40)
    assert analyse(papers, bank(4), Decimal(4)).reliability is None
    common = frozenset({QuestionKey("q0"), QuestionKey("q1"), QuestionKey("elsewhere")})
    block = analyse(papers, bank(4), Decimal(4), shared=common).reliability
    assert block is not None
    assert block.questions == 2


def test_a_question_that_few_were_asked_has_too_small_a_sample_even_in_a_big_exam() -> None:
    papers = [
        replace(p, replies={k: r for k, r in p.replies.items() if k != "q3" or n < 10})
        for n, p in enumerate(ordinary(60))
    ]
    found = {item.question.id: item for item in analyse(papers, bank(4), Decimal(4)).items}
    assert found[QuestionKey("q3")].people == 10
    assert found[QuestionKey("q3")].discrimination is None
    assert found[QuestionKey("q2")].discrimination is not None


def test_each_option_is_counted_with_those_who_chose_it() -> None:
    papers = [person([n % 3, 0, 0]) for n in range(30)]
    item = analyse(papers, bank(3), Decimal(3)).items[0]
    assert [(o.letter, o.right, o.chosen) for o in item.options] == [
        ("A", True, 10),
        ("B", False, 10),
        ("C", False, 10),
        ("D", False, 0),
    ]
    assert item.options[1].rest == 2.0
    assert item.options[3].rest is None


def test_a_question_with_a_wrong_key_is_to_be_looked_at_and_says_why() -> None:
    """Who knows the rest chooses B, which the key calls wrong."""
    good = [person([1, 0, 0, 0, 0]) for _ in range(25)]
    weak = [person([0, 1, 2, 3, 1]) for _ in range(10)]
    reasons = by_key(analyse(good + weak, bank(5), Decimal(5)), "q0")
    assert "总分高的人反而答错得多，请先核对答案" in reasons
    assert "选错误选项 B 的人比选正确选项的还多" in reasons
    assert "选错误选项 B 的人其他题答得更好" in reasons
    assert "选项 C、D 没有人选" in reasons


def test_a_question_that_all_or_hardly_any_get_right_is_to_be_looked_at() -> None:
    papers = [person([0, 0 if n < 3 else 1 + n % 3, n % 2]) for n in range(40)]
    found = analyse(papers, bank(3), Decimal(3))
    assert "得分率 100.0%，几乎人人都对" in by_key(found, "q0")
    assert "得分率只有 7.5%，太难，或答案有误" in by_key(found, "q1")


def test_a_doubted_question_is_to_be_looked_at_however_few_sat() -> None:
    found = analyse(ordinary(5), bank(4), Decimal(4), doubts={QuestionKey("q2"): 2})
    assert [(i.question.id, i.reasons) for i in found.to_look_at] == [("q2", ("2 人提出疑问",))]


def test_nobody_at_all_is_no_error() -> None:
    assert analyse([], {}, Decimal(4)).items == ()


# -- hints ---------------------------------------------------------------------------------------


def sitter(number: int, wrong: dict[int, int], unit: int = 1, asked: int = 20) -> Sitter:
    return Sitter(
        CadreId(number),
        UnitId(unit),
        frozenset(QuestionKey(f"q{n}") for n in range(asked)),
        {QuestionKey(f"q{n}"): frozenset({own}) for n, own in wrong.items()},
    )


def crowd() -> list[Sitter]:
    """Thirty people of another unit who err in all three ways."""
    return [
        sitter(100 + n, {q: 1 + (n + q * n // 3) % 3 for q in range(20)}, unit=2 + n)
        for n in range(30)
    ]


def test_two_who_err_in_the_same_way_again_and_again_are_a_hint_with_numbers() -> None:
    same = {q: 1 + q % 3 for q in range(8)}
    seen = hints([sitter(1, same), sitter(2, same), *crowd()])
    found = seen.found
    assert seen.compared == 1, "only people of one unit are compared"
    assert [(one.one, one.two, one.both_wrong, one.same, one.common) for one in found] == [
        (1, 2, 8, 8, 20)
    ]
    assert found[0].expected < 4.5
    assert found[0].sigmas > 3
    mine = hints([sitter(1, same), sitter(2, same), *crowd()], besides=CadreId(1))
    assert (mine.compared, mine.found) == (0, ())


def test_who_err_differently_or_seldom_or_in_other_units_are_none() -> None:
    same = {q: 1 + q % 3 for q in range(8)}
    other = {q: 1 + (q + 1) % 3 for q in range(8)}
    few = {q: 1 + q % 3 for q in range(4)}
    assert hints([sitter(1, same), sitter(2, other), *crowd()]).found == ()
    assert hints([sitter(1, few), sitter(2, few), *crowd()]).found == ()
    assert hints([sitter(1, same), sitter(2, same, unit=9), *crowd()]).found == ()


def test_the_mistake_that_everybody_makes_says_nothing_of_two() -> None:
    everybody = dict.fromkeys(range(10), 1)
    assert hints([sitter(n, everybody) for n in range(20)]).found == ()


def test_a_true_or_false_question_has_one_wrong_answer_and_says_nothing() -> None:
    asked = question("j", QuestionKind.JUDGE)
    assert len(asked.options) == 2
    wrong = dict.fromkeys(range(12), 1)
    assert hints([sitter(1, wrong), sitter(2, wrong)]).found == ()
