"""A key that was wrong: corrected by two, for all alike, wherever the question is asked."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError

from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput, NotAllowed, NotFound, WrongState
from lawcore.exams import correcting, office, regrade
from lawcore.exams.papers import always, draws_for
from lawcore.ids import BlueprintKey, ExamId, QuestionKey
from lawcore.people.model import Role
from lawcore.questions.blueprint import Blueprint
from lawcore.storage import Books

from .closed_exam import (
    PLAN,
    WRONG,
    answer,
    apply,
    cadre,
    hold,
    make_up,
    page,
    propose,
    result,
    sat,
    told,
)
from .conftest import Town, blueprint, small_bank
from .exam_day import close_exam


async def test_a_dry_run_says_who_would_change_and_changes_nothing(town: Town) -> None:
    key, _ = await sat(town)
    await close_exam(town, key)
    before = await town.ledger()
    found = await town.look(lambda books: regrade.preview(books, key, WRONG, "C"))
    changes = {one.cadre: (one.score_before, one.score) for one in found.changes}
    assert changes == {
        await cadre(town, "001"): (Decimal(10), Decimal(8)),
        await cadre(town, "002"): (Decimal(4), Decimal(6)),
    }
    assert [one.passed for one in found.gains] == [True]
    assert found.papers == 3
    assert await town.ledger() == before
    assert (await result(town, key, 2)).score == Decimal(4)


async def test_a_corrected_key_lifts_who_was_right_and_nobody_loses(town: Town) -> None:
    key, tokens = await sat(town)
    await close_exam(town, key)
    await propose(town, key, "C")
    assert await apply(town, key, "C") == 1
    lifted, kept = await result(town, key, 2), await result(town, key, 1)
    assert (lifted.score, lifted.passed) == (Decimal(6), True)
    assert (kept.score, kept.passed) == (Decimal(10), True)
    first = await town.rows("SELECT score, passed FROM attempts ORDER BY cadre_id")
    assert [score for score, _ in first] == [1000, 400, 0], "the first scores are kept"
    rows = await town.rows("SELECT score_before, score FROM regraded_scores")
    assert rows == [(400, 600)]
    assert await told(town, DeliveryKind.REGRADED) == 1
    shown = await page(town, tokens[2], 2, 2)
    assert [set(shown.question.key), set(shown.first_key), int(shown.earned)] == [{2}, {0}, 2]


async def test_who_loses_loses_only_when_that_is_asked_for(town: Town) -> None:
    key, _ = await sat(town)
    await close_exam(town, key)
    await propose(town, key, "C")
    assert await apply(town, key, "C", lower=True) == 2
    assert (await result(town, key, 1)).score == Decimal(8)


async def test_two_right_answers_lift_all_who_chose_either(town: Town) -> None:
    key, _ = await sat(town)
    await close_exam(town, key)
    await propose(town, key, "ca")
    assert await apply(town, key, "AC", lower=True) == 1
    assert [(await result(town, key, n)).score for n in (1, 2)] == [Decimal(10), Decimal(6)]


async def test_a_second_correction_goes_on_from_the_first(town: Town) -> None:
    key, _ = await sat(town)
    await close_exam(town, key)
    await propose(town, key, "C")
    await apply(town, key, "C")
    await town.act(
        lambda b, at: regrade.propose(b, key, QuestionKey("s4"), "C", actor="李四", at=at)
    )
    await town.act(
        lambda b, at: regrade.apply(
            b, key, QuestionKey("s4"), "C", allow_lower=False, actor="王五", at=at
        )
    )
    assert (await result(town, key, 2)).score == Decimal(8)
    rows = await town.rows("SELECT score_before, score FROM regraded_scores ORDER BY regrade_id")
    assert rows == [(400, 600), (600, 800)]


@pytest.mark.parametrize("by", ["李四", " 李四 "])
async def test_who_proposed_cannot_apply(town: Town, by: str) -> None:
    key, _ = await sat(town)
    await close_exam(town, key)
    await propose(town, key, "C")
    with pytest.raises(NotAllowed, match="要由另一个人确认"):
        await apply(town, key, "C", by)
    assert (await result(town, key, 2)).score == Decimal(4)


async def test_nothing_is_applied_without_a_proposal_of_this_very_key_or_twice(town: Town) -> None:
    key, _ = await sat(town)
    await close_exam(town, key)
    await propose(town, key, "C")
    with pytest.raises(WrongState, match="还没有人提议"):
        await apply(town, key, "B")
    await apply(town, key, "C")
    with pytest.raises(WrongState, match="还没有人提议"):
        await apply(town, key, "C", "赵六")


@pytest.mark.parametrize("letters", ["", "E", "AA", "1", "A,C"])
async def test_a_key_that_cannot_be_one_is_refused(town: Town, letters: str) -> None:
    key, _ = await sat(town)
    await close_exam(town, key)
    with pytest.raises(BadInput, match="答案要用 A 到 D 的字母写"):
        await propose(town, key, letters)


async def test_a_key_corrected_while_the_exam_runs_counts_for_all_alike_at_the_close(
    town: Town,
) -> None:
    """Whoever hands in before and after the correction is graded alike; nobody loses."""
    key = await hold(town)
    for number in (1, 2, 3, 4):
        await town.appoint(number, Role.CADRE, f"00{number}")
    await answer(town, key, 1, [0, 0, 0, 0, 0])
    await answer(town, key, 2, [0, 0, 2, 2, 2])
    await propose(town, key, "C")
    with pytest.raises(WrongState, match="不能让人降分"):
        await apply(town, key, "C", lower=True)
    assert await apply(town, key, "C") == 0
    assert await told(town, DeliveryKind.REGRADED) == 0
    await answer(town, key, 3, [0, 0, 0, 0, 0])
    await answer(town, key, 4, [0, 0, 2, 2, 2])
    first = await town.rows("SELECT score FROM attempts ORDER BY cadre_id")
    assert [score for (score,) in first] == [1000, 400, 1000, 400], "all by the frozen key"
    await close_exam(town, key)
    counts = [(await result(town, key, number)).score for number in (1, 2, 3, 4)]
    assert counts == [Decimal(10), Decimal(6), Decimal(10), Decimal(6)]
    assert (await town.ledger())[-2:] == ["regraded", "exam-closed"]


async def test_a_key_is_corrected_only_to_another_and_where_the_question_is(town: Town) -> None:
    key, _ = await sat(town)
    await close_exam(town, key)
    with pytest.raises(BadInput, match="不用更正"):
        await propose(town, key, "A")
    with pytest.raises(NotFound, match="没有题目"):
        await town.look(lambda b: regrade.preview(b, key, QuestionKey("gone"), "A"))


async def test_a_correction_names_the_other_exams_that_ask_the_question_and_reaches_them(
    town: Town,
) -> None:
    """A make-up and an exam of next month were created before anybody saw the wrong key."""
    await town.appoint(90, Role.ADMIN)
    key, _ = await sat(town)
    await close_exam(town, key)
    second = await make_up(town, key, plan=replace(PLAN, id=BlueprintKey("again")))
    await town.act(lambda books, at: office.open_exam(books, second, actor="console", at=at))
    third = await later_exam(town, blueprint())
    found = await town.look(lambda books: regrade.preview(books, key, WRONG, "C"))
    seen = [(one.exam.id, one.letters, one.papers > 0, one.proposed) for one in found.elsewhere]
    assert seen == [(second, "C", True, False), (third, "C", False, False)]
    await propose(town, key, "C")
    await apply(town, key, "C")
    await town.act(lambda b, at: regrade.propose_elsewhere(b, key, WRONG, "C", actor="李四", at=at))
    found = await town.look(lambda books: regrade.preview(books, key, WRONG, "C"))
    assert [one.proposed for one in found.elsewhere] == [True, True]
    with pytest.raises(NotAllowed, match="要由另一个人确认"):
        await town.act(
            lambda b, at: regrade.apply_elsewhere(b, key, WRONG, "C", actor="李四", at=at)
        )
    await town.act(lambda b, at: regrade.apply_elsewhere(b, key, WRONG, "C", actor="王五", at=at))
    found = await town.look(lambda books: regrade.preview(books, key, WRONG, "C"))
    assert found.elsewhere == ()
    assert await told(town, DeliveryKind.CORRECTED) == 1, "once for a key"
    for exam in (second, third):
        assert (await town.look(keys_of(exam))) == {WRONG: {2}}


async def test_a_question_with_the_old_key_stays_out_of_new_papers_until_the_bank_agrees(
    town: Town,
) -> None:
    await town.appoint(90, Role.ADMIN)
    key, _ = await sat(town)
    await close_exam(town, key)
    waiting = await later_exam(town, blueprint())
    await propose(town, key, "C")
    await apply(town, key, "C")
    assert await told(town, DeliveryKind.CORRECTED) == 1
    bank = small_bank()
    held = await town.look(lambda books: correcting.held(books, bank))
    assert [(one.question.id, one.exam, one.letters) for one in held] == [(WRONG, key, "C")]
    assert held[0].remedy("questions/a.toml 第 9 行") == (
        '题库还是旧答案：questions/a.toml 第 9 行，请把 answer 改成 ["C"]，解析也要对上。'
        "改好以前，新卷不出这道题。"
    )
    fourth = await later_exam(town, blueprint())
    assert WRONG not in await town.look(lambda books: books.exams.pool(fourth))
    frozen = await town.look(lambda books: office.get(books, waiting))
    draws = await town.look(lambda books: draws_for(books, frozen, always, frozen.opens_at))
    assert WRONG not in {one.id for one in draws.pool}, "frozen before the correction"
    with pytest.raises(BadInput, match="1 道题的答案更正过、题库还没改，先不出：s3"):
        await later_exam(town, PLAN)
    right = [replace(one, key=frozenset({2})) if one.id == WRONG else one for one in bank]
    reworded = [replace(one, stem="改过的题？") if one.id == WRONG else one for one in bank]
    assert await town.look(lambda books: correcting.held(books, right)) == ()
    assert await town.look(lambda books: correcting.held(books, reworded)) == ()


def keys_of(exam: ExamId) -> Callable[[Books], Mapping[QuestionKey, frozenset[int]]]:
    return lambda books: books.reviews.keys(exam)


async def later_exam(town: Town, plan: Blueprint) -> ExamId:
    return await town.act(
        lambda books, at: office.create(
            books,
            plan,
            small_bank(),
            title="下一次",
            opens_at=at + timedelta(days=30),
            closes_at=at + timedelta(days=31),
            minutes=60,
            seed=9,
            actor="console",
            at=at,
        )
    )


@pytest.mark.parametrize(
    "act", ["UPDATE regraded_scores SET score = 0", "DELETE FROM regraded_scores"]
)
async def test_the_database_itself_keeps_both_scores(town: Town, act: str) -> None:
    key, _ = await sat(town)
    await close_exam(town, key)
    await propose(town, key, "C")
    await apply(town, key, "C")
    with pytest.raises(DBAPIError, match="append-only"):
        await town.act(lambda books, _: books._sql.exec_driver_sql(act))


async def test_the_score_in_force_is_what_every_table_counts(town: Town) -> None:
    key, _ = await sat(town)
    await close_exam(town, key)
    await propose(town, key, "C")
    await apply(town, key, "C")
    table = await town.look(lambda books: books.figures.exam_table(key))
    assert table is not None
    assert (table.total.attended, table.total.passed) == (3, 2)
    scores = await town.look(lambda books: books.figures.candidate_scores(key))
    shown = {one.number: (one.score, one.passed, one.note) for one in scores}
    assert shown["002"] == (Decimal(6), True, "更正答案前 4 分")
    assert shown["001"] == (Decimal(10), True, "")
