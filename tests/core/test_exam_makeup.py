"""The make-up: who sits it, what it asks, how it is counted."""

from typing import Any

import pytest

from lawcore.errors import BadInput, WrongState
from lawcore.exams import office
from lawcore.ids import CadreId, ExamId
from lawcore.people.model import Role
from lawcore.questions.draw import PaperItem

from .closed_exam import answer, apply, hold, make_up, propose, sat
from .conftest import Town, blueprint
from .exam_day import close_exam


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
