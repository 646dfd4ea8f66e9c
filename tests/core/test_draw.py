"""Drawing a paper: repeatable, complete, the same for everybody in weight, or refused in words."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.errors import BadInput
from lawcore.ids import LawKey, QuestionKey
from lawcore.questions.blueprint import Blueprint, Common, Section
from lawcore.questions.draw import draw, eligible, shuffle_options
from lawcore.questions.question import Question, QuestionKind

from .conftest import CIVIL_CODE, CONSTITUTION, blueprint, question, small_bank

KINDS = tuple(QuestionKind)
seeds = st.text(max_size=12)


def section(count: int, **changes: object) -> Section:
    return Section(QuestionKind.SINGLE, count, Decimal(1), **changes)  # type: ignore[arg-type]


def plan(*sections: Section) -> Blueprint:
    return blueprint(sections=sections)


def cells(drawn: tuple[Question, ...], of: Blueprint) -> list[int]:
    """How many questions each section got, read off the places."""
    places = [part for part in of.sections for _ in range(part.count)]
    assert len(drawn) == len(places)
    assert all(part.takes(one) for part, one in zip(places, drawn, strict=True))
    return [part.count for part in of.sections]


@given(seeds)
def test_the_same_seed_draws_the_same_paper(seed: str) -> None:
    bank, of = small_bank(), blueprint()
    assert draw(bank, of, seed) == draw(bank, of, seed)


@given(seeds, st.permutations(small_bank()))
def test_the_order_in_which_the_bank_is_read_does_not_change_the_paper(
    seed: str, bank: list[Question]
) -> None:
    of = blueprint()
    assert draw(bank, of, seed) == draw(small_bank(), of, seed)


@given(seeds)
def test_every_place_is_filled_with_a_different_question_that_fits(seed: str) -> None:
    of = blueprint()
    drawn = draw(small_bank(), of, seed)
    assert cells(drawn, of) == [3, 2, 2]
    assert len(set(drawn)) == of.length


@given(seeds, seeds)
def test_any_two_candidates_have_papers_of_equal_total_and_equal_cells(one: str, two: str) -> None:
    of = blueprint()
    papers = [shuffle_options(draw(small_bank(), of, seed), of, seed) for seed in (one, two)]
    assert [sum(item.marks for item in paper) for paper in papers] == [of.total, of.total]
    assert [item.marks for item in papers[0]] == [item.marks for item in papers[1]]


def test_different_seeds_draw_different_papers() -> None:
    assert len({draw(small_bank(), blueprint(), str(seed)) for seed in range(20)}) > 10


def test_every_question_of_the_bank_is_drawn_sooner_or_later() -> None:
    drawn = {one for seed in range(60) for one in draw(small_bank(), blueprint(), str(seed))}
    assert drawn == set(small_bank())


@given(seeds)
def test_the_options_of_a_paper_are_those_of_the_question_each_once(seed: str) -> None:
    of = blueprint()
    drawn = draw(small_bank(), of, seed)
    for item, asked in zip(shuffle_options(drawn, of, seed), drawn, strict=True):
        assert item.question == asked.id
        assert sorted(item.order) == list(range(len(asked.options)))


@given(seeds)
def test_a_true_or_false_question_always_shows_true_first(seed: str) -> None:
    of = plan(Section(QuestionKind.JUDGE, 4, Decimal(1)))
    assert all(
        item.order == (0, 1) for item in shuffle_options(draw(small_bank(), of, seed), of, seed)
    )


def test_every_order_of_the_options_occurs() -> None:
    of = plan(section(1))
    asked = (question("s1"),)
    orders = {shuffle_options(asked, of, str(seed))[0].order for seed in range(400)}
    assert orders == set(permutations(range(4)))


def test_a_short_bank_is_refused_with_the_name_of_the_short_cell() -> None:
    of = plan(section(3, laws=frozenset({CONSTITUTION})), section(4, laws=frozenset({CIVIL_CODE})))
    with pytest.raises(BadInput, match="单选题（民法典）要 4 道，可用 3 道"):
        draw(small_bank(), of, "7")


def test_cells_that_take_each_others_questions_are_refused_although_each_alone_would_do() -> None:
    of = plan(section(4), section(3))
    with pytest.raises(BadInput, match="单选题要 3 道，可用 6 道，但别的部分也要用这些题"):
        draw(small_bank(), of, "7")


def test_eligible_questions_are_those_that_some_section_takes() -> None:
    of = plan(section(1, laws=frozenset({CIVIL_CODE})), Section(QuestionKind.JUDGE, 1, Decimal(1)))
    assert [one.id for one in eligible(small_bank(), of)] == [
        "j1",
        "j2",
        "j3",
        "j4",
        "s4",
        "s5",
        "s6",
    ]


laws = st.sampled_from([LawKey(name) for name in "甲乙丙"])
banks = st.lists(st.tuples(st.sampled_from(KINDS), laws, st.integers(1, 3)), max_size=9).map(
    lambda rows: tuple(
        question(f"q{n}", kind, law=law, difficulty=level)
        for n, (kind, law, level) in enumerate(rows)
    )
)
sections = st.lists(
    st.builds(
        Section,
        kind=st.sampled_from(KINDS[:2]),
        count=st.integers(1, 3),
        marks=st.just(Decimal(1)),
        laws=st.frozensets(laws, max_size=2),
        difficulty=st.frozensets(st.integers(1, 3), max_size=2),
    ),
    min_size=1,
    max_size=4,
).map(tuple)


def can_be_filled(bank: tuple[Question, ...], of: Blueprint) -> bool:
    """Hall's theorem: every set of cells together has at least as many questions as it asks for."""
    for chosen in range(1, 1 << len(of.sections)):
        asking = [part for n, part in enumerate(of.sections) if chosen >> n & 1]
        fitting = [one for one in bank if any(part.takes(one) for part in asking)]
        if len(fitting) < sum(part.count for part in asking):
            return False
    return True


@given(banks, sections, seeds)
def test_a_paper_is_drawn_exactly_when_the_bank_can_fill_it(
    bank: tuple[Question, ...], wanted: tuple[Section, ...], seed: str
) -> None:
    of = plan(*wanted)
    if can_be_filled(bank, of):
        drawn = draw(bank, of, seed)
        assert len(set(drawn)) == of.length
        assert cells(drawn, of)
    else:
        with pytest.raises(BadInput) as refused:
            draw(bank, of, seed)
        assert any(part.label in str(refused.value) for part in wanted)


def test_a_big_paper_is_drawn_from_cells_that_compete_for_every_question() -> None:
    bank = tuple(question(f"q{n:03}", difficulty=1 + n % 3) for n in range(300))
    of = plan(section(100), *(section(66, difficulty=frozenset({n})) for n in (1, 2, 3)))
    assert len(set(draw(bank, of, "7"))) == 298


def test_what_was_asked_before_comes_again_only_where_others_run_out() -> None:
    """A 补考 from a bank of six asks its one section of four: two old questions at the most."""
    pool = [question(f"q{n}") for n in range(6)]
    of = plan(section(4))
    old = {one.id for one in draw(pool, of, "first")}
    again = {one.id for one in draw(pool, of, "second", old)}
    assert len(again & old) == 2


def kept_apart(
    bank: tuple[Question, ...], pairs: list[tuple[int, int]]
) -> tuple[tuple[Question, ...], list[tuple[Question, Question]]]:
    """The bank with the pairs (numbers of questions) written on their first, and the pairs."""
    pairs = [(one, other) for one, other in pairs if max(one, other) < len(bank) and one != other]
    marked = tuple(
        replace(each, apart=tuple(QuestionKey(f"q{other}") for one, other in pairs if one == n))
        for n, each in enumerate(bank)
    )
    return marked, [(marked[one], marked[other]) for one, other in pairs]


numbers = st.integers(0, 8)


@given(banks, st.lists(st.tuples(numbers, numbers), max_size=4), sections, seeds)
def test_questions_that_are_to_stand_apart_never_meet_and_every_cell_is_still_full(
    bank: tuple[Question, ...],
    wished: list[tuple[int, int]],
    wanted: tuple[Section, ...],
    seed: str,
) -> None:
    bank, pairs = kept_apart(bank, wished)
    of = plan(*wanted)
    banks_without = (tuple(each for each in bank if each not in gone) for gone in product(*pairs))
    if any(can_be_filled(rest, of) for rest in banks_without):
        drawn = draw(bank, of, seed)
        assert cells(drawn, of)
        assert len(set(drawn)) == of.length
        assert not any(one in drawn and other in drawn for one, other in pairs)
    else:
        with pytest.raises(BadInput, match="题库不够"):
            draw(bank, of, seed)


def test_nothing_is_drawn_beside_a_common_question_that_it_must_not_meet() -> None:
    bank, _ = kept_apart(tuple(question(f"q{n}") for n in range(4)), [(1, 0)])
    of = blueprint(sections=(section(2),), common=(Common(QuestionKey("q0"), Decimal(1)),))
    for seed in range(20):
        assert QuestionKey("q1") not in {one.id for one in draw(bank, of, str(seed))}


def test_each_of_two_questions_that_stand_apart_has_its_turn() -> None:
    bank, _ = kept_apart(tuple(question(f"q{n}") for n in range(4)), [(0, 1)])
    drawn = {one.id for seed in range(40) for one in draw(bank, plan(section(3)), str(seed))}
    assert len(drawn) == 4


def test_a_big_bank_with_many_pairs_is_drawn_at_once() -> None:
    """A hundred pairs, half of the bank asked for: no search through all the ways to part them."""
    bank, pairs = kept_apart(
        tuple(question(f"q{n}") for n in range(200)), [(n, n + 100) for n in range(100)]
    )
    drawn = set(draw(bank, plan(section(100)), "7"))
    assert not any(one in drawn and other in drawn for one, other in pairs)
