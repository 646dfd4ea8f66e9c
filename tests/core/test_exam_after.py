"""After an exam: the reveal, the own paper, doubts."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput, LawbotError, NotFound, WrongState
from lawcore.exams import appeals, practice
from lawcore.exams.review import Sealed
from lawcore.ids import AppealId, BlueprintKey, QuestionKey
from lawcore.people.model import Role
from lawcore.questions.blueprint import Common, Scoring
from lawcore.questions.question import QuestionKind

from .closed_exam import (
    EVERYTHING,
    NO_PASS,
    PLAN,
    answer,
    cadre,
    hold,
    page,
    result,
    sat,
    seen,
    tend,
    told,
)
from .conftest import Town, blueprint, phone
from .exam_day import close_exam


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
