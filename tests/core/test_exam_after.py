"""After an exam: the reveal, the own paper, doubts, corrected keys, the make-up."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput, LawbotError, NotAllowed, NotFound, WrongState
from lawcore.exams import (
    appeals,
    correcting,
    hall,
    makeup,
    office,
    practice,
    regrade,
    review,
    tending,
)
from lawcore.exams.model import Attempt, Card, Finished
from lawcore.exams.papers import always, draws_for
from lawcore.exams.review import Page, Sealed
from lawcore.ids import AppealId, BlueprintKey, CadreId, ExamId, QuestionKey
from lawcore.people.model import Role
from lawcore.questions.blueprint import Blueprint, Common, PaperKind, Scoring
from lawcore.questions.draw import PaperItem
from lawcore.questions.question import QuestionKind
from lawcore.storage import Books

from .conftest import Town, blueprint, phone, small_bank
from .exam_day import close_exam

EVERYTHING = tuple(Common(QuestionKey(f"s{n}"), Decimal(2)) for n in range(1, 6))
PLAN = blueprint(PaperKind.FIXED, sections=(), common=EVERYTHING, pass_mark=Decimal(6))
"""Five single-choice questions at 2: 10 marks, 6 pass. The key of each is its first option."""
NO_PASS: dict[str, Any] = {"pass_mark": Decimal(1)}


async def hold(
    town: Town, plan: Blueprint = PLAN, reveal: timedelta | None = None, **changes: Any
) -> ExamId:
    """Open an exam of a day; `reveal` is how long after its end."""

    def job(books: Any, at: datetime) -> ExamId:
        closes = at + timedelta(days=1)
        key = office.create(
            books,
            plan,
            small_bank(),
            title="四季度考法",
            opens_at=at,
            closes_at=closes,
            minutes=60,
            seed=7,
            reveal_at=closes + reveal if reveal else None,
            actor="console",
            at=at,
            **changes,
        )
        office.open_exam(books, key, actor="console", at=at)
        return key

    return await town.act(job)


async def answer(town: Town, key: ExamId, number: int, owns: list[int | None]) -> str:
    """The person picks these options, in the bank's numbering; the token of the attempt."""

    def job(books: Any, at: datetime) -> str:
        card = hall.begin(books, key, phone(number), 1, at=at)
        assert isinstance(card, Card)
        token = card.attempt.token
        for place, own in enumerate(owns):
            if own is not None:
                shown = card.attempt.paper[place].order.index(own)
                hall.choose(books, token, phone(number), place, shown, True, 1, at=at)
        hall.submit(books, token, phone(number), 1, at=at)
        return token

    return await town.act(job)


async def sat(town: Town, plan: Blueprint = PLAN, **changes: Any) -> tuple[ExamId, dict[int, str]]:
    """001 has all right, 002 two and three times the third option, 003 answers one."""
    key = await hold(town, plan, **changes)
    for number in (1, 2, 3):
        await town.appoint(number, Role.CADRE, f"00{number}")
    tokens = {
        1: await answer(town, key, 1, [0, 0, 0, 0, 0]),
        2: await answer(town, key, 2, [0, 0, 2, 2, 2]),
        3: await answer(town, key, 3, [2, None, None, None, None]),
    }
    return key, tokens


async def page(town: Town, token: str, number: int, place: int = 0) -> Page:
    found = await seen(town, token, number, place)
    assert isinstance(found, Page)
    return found


async def seen(town: Town, token: str, number: int, place: int) -> Page | Sealed:
    return await town.look(lambda books: review.page(books, token, phone(number), place))


async def cadre(town: Town, number: str) -> CadreId:
    found = await town.look(lambda books: books.people.cadre_by_number(number))
    assert found is not None
    return found.id


async def result(town: Town, key: ExamId, number: int) -> Attempt:
    who = await cadre(town, f"00{number}")
    found = await town.look(lambda books: hall.result(books, key, who))
    assert isinstance(found, Finished)
    return found.attempt


async def told(town: Town, kind: DeliveryKind) -> int:
    rows = await town.rows("SELECT count(*) FROM deliveries WHERE kind = :kind", kind=kind.value)
    return int(rows[0][0])


async def tend(town: Town, gap: timedelta) -> None:
    town.clock.pass_time(gap)
    await town.act(lambda books, at: tending.tend(books, at=at))


# -- the reveal ----------------------------------------------------------------------------------


async def test_before_the_reveal_nobody_sees_a_page_or_a_score(town: Town) -> None:
    key, tokens = await sat(town, reveal=timedelta(hours=15))
    with pytest.raises(WrongState, match="公布后才能看"):
        await page(town, tokens[1], 1)
    await tend(town, timedelta(days=1))
    exam = await town.look(lambda books: books.exams.exam(key))
    assert exam is not None
    assert exam.state.value == "closed"
    assert not exam.revealed
    with pytest.raises(WrongState, match="公布后才能看"):
        await page(town, tokens[1], 1)
    with pytest.raises(WrongState, match="公布后才能看"):
        await town.act(lambda books, at: appeals.ask(books, tokens[1], phone(1), 0, at=at))
    assert await told(town, DeliveryKind.EXAM_RESULT) == 0
    await tend(town, timedelta(hours=15))
    assert (await page(town, tokens[1], 1)).tick.right
    assert await told(town, DeliveryKind.EXAM_RESULT) == 3
    await tend(town, timedelta(hours=1))
    assert await told(town, DeliveryKind.EXAM_RESULT) == 3
    assert (await town.ledger()).count("exam-revealed") == 1


async def test_without_a_time_the_close_is_the_reveal(town: Town) -> None:
    key, tokens = await sat(town)
    await close_exam(town, key)
    assert (await page(town, tokens[2], 2)).picked == {0}
    assert await told(town, DeliveryKind.EXAM_RESULT) == 3


async def test_a_reveal_before_the_end_is_refused(town: Town) -> None:
    with pytest.raises(BadInput, match="公布时间不能早于考试结束"):
        await hold(town, reveal=-timedelta(minutes=1))


async def test_who_has_one_of_its_questions_before_them_in_another_exam_sees_no_key_of_a_paper(
    town: Town,
) -> None:
    """Nor which question it is. 001 is in the second exam as well, and 003 is in one of its own."""
    key, tokens = await sat(town)
    shared = replace(PLAN, id=BlueprintKey("shared"), common=(EVERYTHING[3],), **NO_PASS)
    other = replace(
        PLAN, id=BlueprintKey("other"), common=(Common(QuestionKey("j1"), Decimal(2)),), **NO_PASS
    )
    second = await hold(town, shared, categories=frozenset({"leading"}))
    await hold(town, other, categories=frozenset({"enforcement"}))
    await close_exam(town, key)
    for place in range(5):
        hidden = await seen(town, tokens[1], 1, place)
        assert isinstance(hidden, Sealed)
        assert (hidden.by.id, hidden.question.key, hidden.question.explanation) == (
            second,
            frozenset(),
            "",
        )
    with pytest.raises(WrongState, match="公布后才能看"):
        await town.act(lambda books, at: appeals.ask(books, tokens[1], phone(1), 0, at=at))
    assert (await page(town, tokens[3], 3)).question.key == {0}, "the papers share nothing"
    await close_exam(town, second)
    assert (await page(town, tokens[1], 1)).question.key == {0}


async def test_what_was_wrong_in_a_paper_that_is_still_hidden_is_no_weak_point_yet(
    town: Town,
) -> None:
    key, _ = await sat(town)
    shared = replace(PLAN, id=BlueprintKey("shared"), common=(EVERYTHING[0],), **NO_PASS)
    second, who = await hold(town, shared), await cadre(town, "002")
    await close_exam(town, key)
    assert await town.look(lambda b: practice.missed_in_exams(b, who)) == frozenset()
    await close_exam(town, second)
    assert await town.look(lambda b: practice.missed_in_exams(b, who)) == {"s3", "s4", "s5"}


async def test_a_page_shows_the_own_choice_the_key_and_what_it_earned(town: Town) -> None:
    key, tokens = await sat(town)
    await close_exam(town, key)
    right, wrong = await page(town, tokens[2], 2, 0), await page(town, tokens[2], 2, 2)
    assert [set(right.picked), set(right.question.key), int(right.earned)] == [{0}, {0}, 2]
    assert [set(wrong.picked), set(wrong.question.key), int(wrong.earned)] == [{2}, {0}, 0]
    assert (await page(town, tokens[3], 3, 4)).picked == frozenset()
    assert (await page(town, tokens[3], 3, 99)).place == 4


async def test_what_the_pages_show_adds_up_to_the_score(town: Town) -> None:
    plan = blueprint(scoring=Scoring.PARTIAL)
    key = await hold(town, plan)
    await town.appoint(1, Role.CADRE, "001")
    token = await answer(town, key, 1, [0, 1, 0, 0, 2, 0, 1])
    await close_exam(town, key)
    pages = [await page(town, token, 1, place) for place in range(plan.length)]
    partial = [one for one in pages if one.question.kind is QuestionKind.MULTIPLE]
    assert [float(one.earned) for one in partial] == [0.75, 0.75]
    score = (await result(town, key, 1)).score
    assert score == Decimal("6.00")
    assert sum(one.earned for one in pages) == score


async def test_another_persons_paper_is_like_none(town: Town) -> None:
    key, tokens = await sat(town)
    await close_exam(town, key)
    said = []
    for token in (tokens[1], "no-such-token"):
        with pytest.raises(NotFound) as refused:
            await page(town, token, 2)
        said.append(str(refused.value))
    assert said[0] == said[1]
    with pytest.raises(NotFound):
        await town.act(lambda books, at: appeals.ask(books, tokens[1], phone(2), 0, at=at))


# -- doubts --------------------------------------------------------------------------------------


async def test_a_doubt_goes_to_the_admins_and_its_answer_to_who_asked(town: Town) -> None:
    key, tokens = await sat(town)
    await close_exam(town, key)
    await town.appoint(90, Role.ADMIN)
    await town.appoint(91, Role.EDITOR)
    asked = [
        await town.act(lambda books, at: appeals.ask(books, tokens[2], phone(2), 2, at=at))
        for _ in range(2)
    ]
    assert asked == [1, None]
    assert await told(town, DeliveryKind.APPEAL) == 1
    doubt = (await town.look(lambda books: books.reviews.appeals(key)))[0]
    assert (doubt.question, doubt.answer) == ("s3", None)
    assert (await page(town, tokens[2], 2, 2)).doubted
    assert not (await page(town, tokens[1], 1, 2)).doubted
    await town.act(lambda b, at: appeals.answer(b, doubt.id, " 题目无误。 ", actor="a", at=at))
    assert (await page(town, tokens[2], 2, 2)).answer == "题目无误。"
    assert await told(town, DeliveryKind.ANSWER) == 1
    with pytest.raises(WrongState, match="已经答复过"):
        await town.act(lambda b, at: appeals.answer(b, doubt.id, "再答", actor="a", at=at))


async def test_a_sentence_goes_along_with_the_doubt_and_nobody_else_can_add_one(
    town: Town,
) -> None:
    key, tokens = await sat(town)
    await close_exam(town, key)
    await town.appoint(90, Role.ADMIN)
    doubt = await town.act(lambda books, at: appeals.ask(books, tokens[2], phone(2), 2, at=at))
    assert doubt is not None

    async def say(number: int, text: str) -> None:
        await town.act(lambda b, at: appeals.say(b, doubt, phone(number), text, at=at))

    for number, text, error in (
        (1, "不是我的", NotFound),
        (2, " ", BadInput),
        (2, "长" * 201, BadInput),
    ):
        with pytest.raises(error):
            await say(number, text)
    await say(2, " 条文已经改了。 ")
    kept = await town.look(lambda books: books.reviews.appeal(doubt))
    assert kept is not None
    assert kept.text == "条文已经改了。"
    rows = await town.rows("SELECT version FROM deliveries WHERE kind = 'appeal' ORDER BY version")
    assert rows == [(0,), (1,)]
    await town.act(lambda b, at: appeals.answer(b, doubt, "谢谢。", actor="a", at=at))
    with pytest.raises(WrongState, match="已经答复过"):
        await say(2, "再说一句")


@pytest.mark.parametrize(
    ("appeal", "text", "error"),
    [(99, "好", NotFound), (1, " ", BadInput), (1, "长" * 501, BadInput)],
)
async def test_an_answer_that_cannot_be_given_is_refused(
    town: Town, appeal: int, text: str, error: type[LawbotError]
) -> None:
    key, tokens = await sat(town)
    await close_exam(town, key)
    await town.act(lambda books, at: appeals.ask(books, tokens[2], phone(2), 2, at=at))
    with pytest.raises(error):
        await town.act(lambda b, at: appeals.answer(b, AppealId(appeal), text, actor="a", at=at))
    assert await told(town, DeliveryKind.ANSWER) == 0


# -- corrected keys ------------------------------------------------------------------------------

WRONG = QuestionKey("s3")


async def propose(town: Town, key: ExamId, letters: str, by: str = "李四") -> None:
    await town.act(lambda b, at: regrade.propose(b, key, WRONG, letters, actor=by, at=at))


async def apply(
    town: Town, key: ExamId, letters: str, by: str = "王五", *, lower: bool = False
) -> int:
    changes = await town.act(
        lambda b, at: regrade.apply(b, key, WRONG, letters, allow_lower=lower, actor=by, at=at)
    )
    return len(changes)


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


# -- what else asks the question -----------------------------------------------------------------


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


# -- the make-up ---------------------------------------------------------------------------------


async def make_up(town: Town, first: ExamId, **changes: Any) -> ExamId:
    return await town.act(
        lambda books, at: makeup.create(
            books,
            first,
            small_bank(),
            opens_at=at,
            closes_at=at + timedelta(days=1),
            seed=11,
            actor="console",
            at=at,
            **changes,
        )
    )


async def drawn_exam(town: Town) -> ExamId:
    """Papers per person: 001 passes, 002 fails, 005 is exempt, the others are absent."""
    key = await hold(town, blueprint())
    for number in (1, 2, 3):
        await town.appoint(number, Role.CADRE, f"00{number}")
    await answer(town, key, 1, [0, 0, 0, 0, 0, 0, 0])
    await answer(town, key, 2, [1, 1, 1, None, None, None, 1])
    await town.act(lambda b, at: office.exempt(b, key, "005", "病假", actor="王所长", at=at))
    return key


async def numbers(town: Town, keys: Any) -> list[str]:
    people = await town.look(lambda books: {c.id: c.number for c in books.people.cadres()})
    return sorted(people[key] for key in keys)


async def test_who_failed_and_who_was_absent_without_leave_sit_the_make_up(town: Town) -> None:
    first = await drawn_exam(town)
    await close_exam(town, first)
    due = await town.look(lambda books: office.makeup_due(books, first))
    assert await numbers(town, due) == ["002", "003", "004", "006"]
    second = await make_up(town, first)
    await town.act(lambda b, at: office.open_exam(b, second, actor="console", at=at))
    roster = await town.look(lambda books: [c.cadre for c in books.exams.candidates(second)])
    assert await numbers(town, roster) == ["002", "003", "004", "006"]
    exam = await town.look(lambda books: books.exams.exam(second))
    assert exam is not None
    assert (exam.title, exam.makeup_of) == ("四季度考法（补考）", first)


async def test_the_make_up_asks_other_questions_where_the_bank_allows(town: Town) -> None:
    sections = tuple(section for section in blueprint().sections)
    bank_of_six = blueprint(sections=sections[:1])  # three of six single questions
    first = await hold(town, bank_of_six)
    await close_exam(town, first)
    second = await make_up(town, first)
    await town.act(lambda b, at: office.open_exam(b, second, actor="console", at=at))

    def papers(books: Any, key: ExamId) -> dict[CadreId, tuple[PaperItem, ...]]:
        return {c.cadre: books.rosters.paper(key, c.cadre) for c in books.exams.candidates(key)}

    one = await town.look(lambda books: papers(books, first))
    two = await town.look(lambda books: papers(books, second))
    assert len(two) == 6
    for who, paper in two.items():
        asked, again = ({item.question for item in p} for p in (one[who], paper))
        assert not asked & again


async def test_the_first_result_stays_and_the_make_up_is_counted_apart(town: Town) -> None:
    first = await drawn_exam(town)
    await close_exam(town, first)
    before = await town.rows("SELECT * FROM attempts ORDER BY id")
    table_before = await town.look(lambda books: books.figures.exam_table(first))
    second = await make_up(town, first)
    await town.act(lambda b, at: office.open_exam(b, second, actor="console", at=at))
    await answer(town, second, 2, [0, 0, 0, None, None, None, None])
    await answer(town, second, 3, [1, None, None, None, None, None, None])
    await close_exam(town, second)
    assert (await town.rows("SELECT * FROM attempts ORDER BY id"))[: len(before)] == before
    assert await town.look(lambda books: books.figures.exam_table(first)) == table_before
    makeups = await town.look(lambda books: books.figures.makeup_tables([first]))
    total = makeups[0].total
    assert (total.first.due, total.first.attended, total.first.passed) == (5, 2, 1)
    assert (total.again.candidates, total.again.attended, total.again.passed) == (4, 2, 1)
    assert total.again.absent == 2
    assert str(total.passed_after_of_due) == "40.0%（2/5）"
    assert total == sum((u.counts for u in makeups[0].units[1:]), makeups[0].units[0].counts)
    left = await town.look(lambda books: office.makeup_due(books, first))
    assert await numbers(town, left) == ["003", "004", "006"]


async def test_a_make_up_is_refused_where_there_can_be_none(town: Town) -> None:
    first = await drawn_exam(town)
    with pytest.raises(WrongState, match="还没有结束"):
        await make_up(town, first)
    await close_exam(town, first)
    second = await make_up(town, first)
    with pytest.raises(WrongState, match="已有一场补考"):
        await make_up(town, first)
    await town.act(lambda b, at: office.open_exam(b, second, actor="console", at=at))
    await close_exam(town, second)
    with pytest.raises(WrongState, match="本身就是补考"):
        await make_up(town, second)
    third = await make_up(town, first)
    assert third != second


async def test_a_fixed_paper_is_not_made_up_with_itself(town: Town) -> None:
    key, _ = await sat(town)
    await close_exam(town, key)
    with pytest.raises(BadInput, match="固定卷不能原卷补考"):
        await make_up(town, key)
    other = blueprint(id="other")
    assert await make_up(town, key, plan=other)


async def test_when_all_have_passed_nobody_has_to_sit_again(town: Town) -> None:
    key = await hold(town, categories=frozenset({"leading"}))
    await town.appoint(1, Role.CADRE, "001")
    await answer(town, key, 1, [0] * 5)
    await close_exam(town, key)
    with pytest.raises(BadInput, match="没有需要补考的人"):
        await make_up(town, key)


async def test_a_corrected_key_takes_people_off_the_make_up_before_it_opens(town: Town) -> None:
    key, _ = await sat(town)
    await close_exam(town, key)
    second = await make_up(town, key, plan=blueprint(id="other"))
    await propose(town, key, "C")
    await apply(town, key, "C")
    await town.act(lambda b, at: office.open_exam(b, second, actor="console", at=at))
    roster = await town.look(lambda books: [c.cadre for c in books.exams.candidates(second)])
    assert await numbers(town, roster) == ["003", "004", "005", "006"]
