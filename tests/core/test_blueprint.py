"""What a plan promises: a common block, fixed papers, fresh questions, equal papers for all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lawcore.content import read_blueprint
from lawcore.errors import BadInput, FaultyFile
from lawcore.exams import office
from lawcore.ids import ExamId, QuestionKey
from lawcore.law.registry import Registry
from lawcore.questions.blueprint import Blueprint, Common, PaperKind, Scoring, Section
from lawcore.questions.draw import BankTooSmall, draw, eligible, shuffle_options, spare
from lawcore.questions.question import Audience, Question, QuestionKind, Topic

from .conftest import CIVIL_CODE, CONSTITUTION, Town, blueprint, question, small_bank
from .exam_day import close_exam

COMMON = (Common(QuestionKey("s2"), Decimal(3)), Common(QuestionKey("j1"), Decimal(1)))


@st.composite
def plans(draw_: st.DrawFn) -> Blueprint:
    """Any plan over all that `wide_bank` differs in, perhaps an impossible one."""
    sections = draw_(
        st.lists(
            st.builds(
                Section,
                st.sampled_from(list(QuestionKind)),
                st.integers(1, 4),
                st.sampled_from([Decimal("0.5"), Decimal(1), Decimal(2)]),
                laws=st.sampled_from(
                    [frozenset(), frozenset({CONSTITUTION}), frozenset({CIVIL_CODE})]
                ),
                topics=st.sampled_from([frozenset(), frozenset({Topic.CONSTITUTION})]),
                audience=st.sampled_from([frozenset(), frozenset({Audience.VILLAGE})]),
                difficulty=st.sampled_from([frozenset(), frozenset({1}), frozenset({2, 3})]),
            ),
            min_size=1,
            max_size=5,
        )
    )
    keys = draw_(st.lists(st.sampled_from([q.id for q in wide_bank()]), unique=True, max_size=3))
    common = tuple(Common(key, Decimal(2)) for key in keys)
    return blueprint(sections=tuple(sections), common=common)


def wide_bank() -> tuple[Question, ...]:
    """Three questions of every kind, law and difficulty; one of them for villages as well."""
    return tuple(
        replace(
            question(f"{kind.value}-{law}-{level}-{n}", kind, law=law, difficulty=level),
            audience=frozenset({Audience.LEADING, *([Audience.VILLAGE] if n == 0 else [])}),
        )
        for kind in QuestionKind
        for law in (CONSTITUTION, CIVIL_CODE)
        for level in (1, 2, 3)
        for n in range(3)
    )


def cells(drawn: Sequence[Question], plan: Blueprint) -> Counter[tuple[int, QuestionKind]]:
    """Per section the kinds that stand at its places; the common block is section −1."""
    counted: Counter[tuple[int, QuestionKind]] = Counter()
    owners = [-1] * len(plan.common)
    owners += [n for n, section in enumerate(plan.sections) for _ in range(section.count)]
    for owner, one in zip(owners, drawn, strict=True):
        assert owner == -1 or plan.sections[owner].takes(one)
        counted[owner, one.kind] += 1
    return counted


@settings(deadline=None)
@given(plans(), st.text(max_size=8), st.text(max_size=8))
def test_two_candidates_always_have_equal_totals_and_equal_cells(
    plan: Blueprint, one: str, two: str
) -> None:
    pool = eligible(wide_bank(), plan)
    try:
        drawn = [draw(pool, plan, seed) for seed in (one, two)]
    except BadInput:
        with pytest.raises(BadInput, match="题库不够："):
            draw(pool, plan, two)
        return
    papers = [shuffle_options(d, plan, seed) for d, seed in zip(drawn, (one, two), strict=True)]
    assert cells(drawn[0], plan) == cells(drawn[1], plan)
    assert [item.marks for item in papers[0]] == [item.marks for item in papers[1]]
    assert [sum(item.marks for item in paper) for paper in papers] == [plan.total] * 2
    for questions in drawn:
        assert len({q.id for q in questions}) == plan.length
        common = [one.question for one in plan.common]
        assert [q.id for q in questions[: len(common)]] == common


@given(st.text(max_size=8))
def test_the_common_block_stands_in_every_paper_and_is_not_drawn_again(seed: str) -> None:
    plan = blueprint(common=COMMON)
    drawn = [q.id for q in draw(eligible(small_bank(), plan), plan, seed)]
    assert drawn[:2] == ["s2", "j1"]
    assert len(set(drawn)) == plan.length == 9
    assert plan.total == Decimal(14)


def test_a_common_question_that_is_not_in_the_bank_is_named() -> None:
    plan = blueprint(common=(Common(QuestionKey("gone"), Decimal(1)),))
    with pytest.raises(BadInput, match="固定题“gone”不在题库里"):
        draw(eligible(small_bank(), plan), plan, "1")


def test_a_common_block_that_leaves_too_few_is_refused_naming_the_cell() -> None:
    named = tuple(Common(QuestionKey(f"m{n}"), Decimal(1)) for n in range(1, 4))
    plan = blueprint(common=named)
    with pytest.raises(BadInput, match="题库不够：多选题要 2 道，可用 1 道"):
        draw(eligible(small_bank(), plan), plan, "1")


def test_everything_that_the_bank_lacks_is_named_at_once() -> None:
    plan = blueprint(
        sections=(
            Section(QuestionKind.SINGLE, 50, Decimal(1)),
            Section(QuestionKind.JUDGE, 1, Decimal(1)),
            Section(QuestionKind.MULTIPLE, 40, Decimal(2)),
        ),
        common=(Common(QuestionKey("gone"), Decimal(1)), Common(QuestionKey("lost"), Decimal(1))),
    )
    with pytest.raises(BankTooSmall) as refused:
        draw(eligible(small_bank(), plan), plan, "1")
    assert [cell.section for cell in refused.value.short] == [0, 2]
    said = str(refused.value)
    assert said.startswith("固定题“gone”、“lost”不在题库里，请核对题号。题库不够：单选题要 50 道")
    assert "；多选题要 40 道，可用" in said
    assert said.count("请减少题数或补充题目") == 1


def test_used_questions_are_spared_but_the_common_block_is_asked_again() -> None:
    plan = blueprint(common=COMMON)
    used = frozenset({QuestionKey("s1"), QuestionKey("s2")})
    left = {q.id for q in spare(small_bank(), plan, used)}
    assert "s1" not in left
    assert "s2" in left


def fixed_plan() -> Blueprint:
    return blueprint(PaperKind.FIXED, sections=(), common=COMMON, pass_mark=Decimal(2))


async def create(town: Town, plan: Blueprint, bank: Sequence[Question] | None = None) -> ExamId:
    return await town.act(
        lambda books, at: office.create(
            books,
            plan,
            bank or small_bank(),
            title="考法",
            opens_at=at,
            closes_at=at + timedelta(days=1),
            minutes=None,
            seed=3,
            actor="console",
            at=at,
        )
    )


async def papers(town: Town, key: ExamId) -> list[list[str]]:
    await town.act(lambda books, at: office.open_exam(books, key, actor="console", at=at))
    return await town.look(
        lambda books: [
            [item.question for item in books.rosters.paper(key, one.cadre)]
            for one in books.exams.candidates(key)
        ]
    )


async def test_a_fixed_paper_asks_everybody_and_every_exam_the_same(town: Town) -> None:
    for _ in range(2):
        found = await papers(town, await create(town, fixed_plan()))
        assert len(found) == 6
        assert all(one == ["s2", "j1"] for one in found)


async def test_the_options_of_a_fixed_paper_are_still_shuffled_per_person(town: Town) -> None:
    named = tuple(Common(QuestionKey(f"s{n}"), Decimal(1)) for n in range(1, 7))
    key = await create(town, blueprint(PaperKind.FIXED, sections=(), common=named))
    await papers(town, key)
    texts = await town.rows("SELECT paper FROM candidates")
    assert len({text for (text,) in texts}) == 6


async def test_what_the_last_exam_asked_is_not_drawn_again(town: Town) -> None:
    bank = tuple(question(f"s{n}") for n in range(1, 7))
    plan = blueprint(
        PaperKind.PER_EXAM,
        sections=(Section(QuestionKind.SINGLE, 3, Decimal(2)),),
        exclude_last=1,
    )
    first = (await papers(town, await create(town, plan, bank)))[0]
    second_key = await create(town, plan, bank)
    second = (await papers(town, second_key))[0]
    third = (await papers(town, await create(town, plan, bank)))[0]
    assert set(first) | set(second) == {q.id for q in bank}
    assert set(third) == set(first), "only the last one is spared"
    await close_exam(town, second_key)


async def test_nobody_with_a_paper_of_their_own_is_asked_again_what_they_were_asked_last(
    town: Town,
) -> None:
    """Six candidates with three of ten questions each: together they see nearly all of them."""
    bank = tuple(question(f"s{n:02}") for n in range(10))
    plan = blueprint(sections=(Section(QuestionKind.SINGLE, 3, Decimal(2)),), exclude_last=2)
    rounds = [await papers(town, await create(town, plan, bank)) for _ in range(3)]
    assert len({key for paper in rounds[0] for key in paper}) > 7
    for one, two, three in zip(*rounds, strict=True):
        assert len({*one, *two, *three}) == 9


async def test_where_the_bank_is_too_small_as_little_as_possible_comes_again(town: Town) -> None:
    bank = tuple(question(f"s{n}") for n in range(4))
    plan = blueprint(sections=(Section(QuestionKind.SINGLE, 3, Decimal(2)),), exclude_last=1)
    rounds = [await papers(town, await create(town, plan, bank)) for _ in range(2)]
    assert all(len(set(one) & set(two)) == 2 for one, two in zip(*rounds, strict=True))


async def test_too_few_fresh_questions_are_refused_before_publication(town: Town) -> None:
    four = (Section(QuestionKind.SINGLE, 4, Decimal(2)),)
    plan = blueprint(PaperKind.PER_EXAM, sections=four, exclude_last=2)
    await papers(town, await create(town, plan))
    says = "去掉最近 2 场考过的题以后，题库不够：单选题要 4 道，可用 2 道"
    with pytest.raises(BadInput, match=says):
        await create(town, plan)
    assert len(await town.look(lambda books: books.exams.exams())) == 1


NO_LAWS = Registry(())
HEAD = 'title = "卷"\nminutes = 20\npass_mark = 2\n'


def test_a_file_may_have_a_common_block_a_rule_and_fresh_questions(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        HEAD + 'scoring = "partial"\nexclude_last = 2\n'
        '[[common]]\nquestion = "a-1"\nmarks = 2\n'
        '[[section]]\nkind = "judge"\ncount = 2\nmarks = 1\n',
        encoding="utf-8",
    )
    plan = read_blueprint(path, NO_LAWS)
    assert plan.common == (Common(QuestionKey("a-1"), Decimal(2)),)
    assert (plan.scoring, plan.exclude_last, plan.total) == (Scoring.PARTIAL, 2, Decimal(4))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('paper = "fixed"\n', "固定卷（fixed）只写 [[common]]"),
        ('paper = "per-exam"\n', "没有 [[section]]"),
        (
            'paper = "fixed"\n[[common]]\nquestion = "a"\nmarks = 1\n'
            '[[common]]\nquestion = "a"\nmarks = 1\n',
            "固定题写了两次",
        ),
        ('scoring = "generous"\n', "不能写“generous”"),
        ("exclude_last = 99\n", "不能大于 20"),
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused_in_a_sentence(
    tmp_path: Path, body: str, says: str
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + body, encoding="utf-8")
    with pytest.raises(FaultyFile) as refused:
        read_blueprint(path, NO_LAWS)
    assert says in str(refused.value)
