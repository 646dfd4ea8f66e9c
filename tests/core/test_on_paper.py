"""The exam on paper: printed without a key, keyed in as an attempt, counted like any other."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.errors import BadInput, FaultyFile, NotFound, WrongState
from lawcore.exams import entering, keyed, office, on_paper
from lawcore.exams.answers_file import ANSWERS, read_answers, write_template
from lawcore.exams.model import ExamState
from lawcore.exams.on_paper import PrintedPaper, PrintedQuestion
from lawcore.ids import ExamId
from lawcore.people.model import Role
from lawcore.questions.question import LETTERS, QuestionKind

from .conftest import Town
from .exam_day import close_exam, open_exam, sit

QUESTIONS = tuple(
    PrintedQuestion(kind, Decimal(1), "题？", options)
    for kind, options in (
        (QuestionKind.SINGLE, ("甲", "乙", "丙", "丁")),
        (QuestionKind.MULTIPLE, ("甲", "乙", "丙", "丁")),
        (QuestionKind.JUDGE, ("正确", "错误")),
    )
)


async def paper_of(town: Town, exam: ExamId, number: str) -> PrintedPaper:
    def job(books: Any) -> PrintedPaper:
        found = on_paper.opened(books, exam)
        return on_paper.printed(books, found, on_paper.whose(books, found, number))

    return await town.look(job)


async def printing(town: Town, exam: ExamId, *people: str) -> tuple[PrintedPaper, ...]:
    def job(books: Any, at: datetime) -> tuple[PrintedPaper, ...]:
        return on_paper.print_papers(books, exam, people, actor="小周", at=at)

    return await town.act(job)


async def typed(town: Town, exam: ExamId, number: str, answers: str, late: str = "") -> None:
    """Key in what somebody answered, as the command does."""

    def job(books: Any, at: datetime) -> None:
        found = on_paper.opened(books, exam)
        cadre = on_paper.whose(books, found, number)
        paper = on_paper.printed(books, found, cadre)
        choices = keyed.answers_of(answers, paper.questions)
        entering.enter(books, exam, cadre, choices, late=late, actor="小周", at=at)

    await town.act(job)


async def right_answers(town: Town, exam: ExamId, number: str, first: int) -> str:
    """The first so many right answers, in the letters of this person's paper."""

    def job(books: Any) -> str:
        cadre = books.people.cadre_by_number(number)
        pool, words = books.exams.pool(exam), []
        for place, item in enumerate(books.rosters.paper(exam, cadre.id)[:first]):
            key = pool[item.question].key
            letters = "".join(LETTERS[i] for i, own in enumerate(item.order) if own in key)
            words.append(f"{place + 1}{letters}")
        return " ".join(words)

    return await town.look(job)


def test_answers_are_read_as_clerks_type_them() -> None:
    expected = {0: 1, 1: 0b1010, 2: 1}
    for text in (
        "1A 2BD 3正确",
        "1a，2db；3对",
        "1.A、2.BD、3.√",
        "１Ａ ２ＢＤ ３Ａ",
        "3 A\n2 BD\n1 A",
        "1A2BD3正确",
    ):
        assert keyed.answers_of(text, QUESTIONS) == expected, text
    assert keyed.answers_of("3×", QUESTIONS) == {2: 2}
    assert keyed.answers_of("1 2B 3", QUESTIONS) == {1: 2}, "no letter is no answer"


def test_everything_wrong_with_typed_answers_is_said_at_once() -> None:
    with pytest.raises(BadInput) as told:
        keyed.answers_of("1AB 2BB 3F 4A 2A 1C ?", QUESTIONS)
    said = str(told.value)
    for fault in (
        "第 1 题是单选题，只能有一个答案",
        "第 2 题的答案“BB”里有重复的字母",
        "第 3 题的答案“F”不对：只有 A 到 B，或写 正确、错误",
        "没有第 4 题，这份卷共 3 题",
        "第 2 题写了两次",
        "看不懂“?”",
    ):
        assert fault in said


@given(st.dictionaries(st.integers(0, 2), st.integers(1, 15)))
def test_every_set_of_answers_can_be_written_and_read_back(picked: dict[int, int]) -> None:
    choices = {
        place: mask if QUESTIONS[place].kind is QuestionKind.MULTIPLE else 1 << mask % 2
        for place, mask in picked.items()
    }
    text = " ".join(
        f"{place + 1}" + "".join(LETTERS[i] for i in range(4) if mask >> i & 1)
        for place, mask in choices.items()
    )
    assert keyed.answers_of(text, QUESTIONS) == choices


def test_a_printed_paper_has_no_room_for_a_key() -> None:
    assert {field.name for field in fields(PrintedQuestion)} == {
        "kind",
        "marks",
        "stem",
        "options",
    }


async def test_each_has_the_own_frozen_paper_and_printing_is_written_down(town: Town) -> None:
    exam = await open_exam(town)
    first, second = await printing(town, exam, "001", "002", "001")
    assert [one.cadre.number for one in (first, second)] == ["001", "002"]
    assert first.questions != second.questions
    assert first.number.startswith(f"{exam}-001-")
    again = await paper_of(town, exam, first.number)
    assert again == first, "the number that a scanner reads leads to the paper"

    def frozen(books: Any) -> list[tuple[str, ...]]:
        cadre, pool = books.people.cadre_by_number("001"), books.exams.pool(exam)
        paper = books.rosters.paper(exam, cadre.id)
        return [tuple(pool[one.question].options[own] for own in one.order) for one in paper]

    assert [one.options for one in first.questions] == await town.look(frozen)
    assert (await town.ledger())[-2:] == ["paper-printed"] * 2


async def test_all_unbound_are_those_who_have_to_sit_and_have_no_account(town: Town) -> None:
    exam = await open_exam(town)
    await town.appoint(1, Role.CADRE, "001")
    await typed(town, exam, "002", "1A")
    assert await town.look(lambda b: on_paper.unbound(b, exam)) == ("003", "004", "006")


async def test_who_is_exempt_has_sat_or_is_no_candidate_gets_no_paper(town: Town) -> None:
    exam = await open_exam(town)
    await typed(town, exam, "002", "1A")
    for number, error in (("005", WrongState), ("002", WrongState), ("007", NotFound)):
        with pytest.raises(error):
            await printing(town, exam, number)
    town.clock.pass_time(timedelta(days=1))
    with pytest.raises(WrongState, match="不再印卷"):
        await printing(town, exam, "001")


async def test_paper_and_chat_give_the_same_score_for_the_same_answers(town: Town) -> None:
    exam = await open_exam(town)
    await town.appoint(1, Role.CADRE, "001")
    await sit(town, exam, 1, 5)
    await typed(town, exam, "002", await right_answers(town, exam, "002", 5))
    rows = await town.rows("SELECT state, score, passed, answered FROM attempts ORDER BY id")
    assert rows[0] == rows[1] == ("submitted", 900, True, 5)
    entry = await town.rows(
        "SELECT actor, detail FROM entries WHERE kind = 'paper-entered' AND cadre_id = 2"
    )
    assert entry[0][0] == "小周"
    await close_exam(town, exam)
    progress = await town.look(lambda books: books.exams.progress(exam))
    assert (progress.candidates, progress.exempt, progress.finished) == (6, 1, 2)
    sat = await town.look(lambda books: books.rosters.sat(exam))
    assert len(sat) == 2, "the analysis takes both"
    assert sorted(await town.look(lambda b: office.makeup_due(b, exam))) == [3, 4, 6]


async def test_a_person_is_entered_once_and_nothing_is_left_of_a_refused_entry(
    town: Town,
) -> None:
    exam = await open_exam(town)
    await town.appoint(1, Role.CADRE, "001")
    await sit(town, exam, 1, 1, hand_in=False)
    await typed(town, exam, "002", "1A")
    before = await town.rows("SELECT count(*) FROM steps")
    for number, error, words in (
        ("001", WrongState, "已经有答卷"),
        ("002", WrongState, "已经有答卷"),
        ("005", WrongState, "已获准免考（病假）"),
        ("007", NotFound, "名单里没有"),
        ("999", NotFound, "名单里没有"),
        ("003", BadInput, "一题也没答"),
    ):
        with pytest.raises(error, match=words):
            await typed(town, exam, number, "" if number == "003" else "1A")
    with pytest.raises(NotFound):
        await typed(town, exam, f"{exam}-003-AAAAAA", "1A")
    assert await town.rows("SELECT count(*) FROM steps") == before
    assert await town.rows("SELECT count(*) FROM attempts") == [(2,)]


async def test_before_the_opening_there_are_no_papers(town: Town) -> None:
    exam = await open_exam(town)
    await town.act(lambda b, _: b.exams.set_exam_state(exam, ExamState.SCHEDULED))
    with pytest.raises(WrongState, match="还没开始"):
        await typed(town, exam, "001", "1A")


async def test_after_the_window_only_with_a_reason_that_is_kept(town: Town) -> None:
    exam = await open_exam(town)
    town.clock.pass_time(timedelta(days=1))
    with pytest.raises(WrongState, match="--late"):
        await typed(town, exam, "002", "1A")
    await close_exam(town, exam)
    with pytest.raises(WrongState, match="--late"):
        await typed(town, exam, "002", "1A", late="  ")
    with pytest.raises(BadInput):
        await typed(town, exam, "002", "1A", late="长" * 201)
    await typed(town, exam, "002", "1A", late="答题纸当天才从驻村点送回")
    kept = await town.rows("SELECT detail FROM entries WHERE kind = 'paper-entered'")
    assert "驻村" in str(kept[0][0]) or "\\u9a7b\\u6751" in str(kept[0][0])
    progress = await town.look(lambda books: books.exams.progress(exam))
    assert progress.finished == 1


@pytest.fixture
def filled(tmp_path: Path) -> Callable[..., Path]:
    """Writes the template of some papers and fills cells in: ``{(row, column): value}``."""

    def fill(papers: list[PrintedPaper], cells: dict[tuple[int, int], object]) -> Path:
        path = tmp_path / "答案.xlsx"
        write_template(papers, path)
        book = openpyxl.load_workbook(path)
        for (row, column), value in cells.items():
            book[ANSWERS.title].cell(row, column).value = value
        book.save(path)
        return path

    return fill


async def test_a_filled_in_file_is_entered_and_blank_papers_are_left_out(
    town: Town, filled: Callable[..., Path]
) -> None:
    exam = await open_exam(town)
    papers = [await paper_of(town, exam, number) for number in ("001", "002", "003")]
    # rows 2 to 8 are the seven questions of 001, then come those of 002 and 003
    path = filled(papers, {(2, 5): "a", (5, 5): "AB", (8, 5): "错", (16, 5): "C"})
    known = await town.look(lambda b: entering.papers_by_number(b, exam))
    found = read_answers(path, known)
    assert [(one.cadre.number, one.choices) for one in found] == [
        ("001", {0: 1, 3: 3, 6: 2}),
        ("003", {0: 4}),
    ]


async def test_all_faults_of_a_file_are_told_at_once(
    town: Town, filled: Callable[..., Path]
) -> None:
    exam = await open_exam(town)
    await typed(town, exam, "002", "1A")
    papers = [await paper_of(town, exam, number) for number in ("001", "002", "005")]
    cells = {
        (2, 5): "E",
        (3, 5): "AB",
        (4, 3): 1,
        (5, 3): 99,
        (6, 1): "9-001-AAAAAA",
        (7, 3): None,
        (8, 5): "=1+1",
        (9, 5): "A",
        (16, 5): "A",
    }
    path = filled(papers, cells)
    known = await town.look(lambda b: entering.papers_by_number(b, exam))
    with pytest.raises(FaultyFile) as told:
        read_answers(path, known)
    said = [str(fault) for fault in told.value.faults]
    expected = [
        "第 2 行 E 列（答案）：第 1 题的答案“E”不对",
        "第 3 行 E 列（答案）：第 2 题是单选题",
        "第 4 行 C 列（题号）：与第 2 行是同一题",
        "第 5 行 C 列（题号）：没有第 99 题",
        "第 6 行 A 列（卷号）：这场考试没有卷号“9-001-AAAAAA”",
        "第 7 行 C 列（题号）：没有填",
        "第 8 行 E 列（答案）：是公式",
        "第 9 行 A 列（卷号）：工号 002 已经有答卷",
        "第 16 行 A 列（卷号）：工号 005 已获准免考",
    ]
    assert len(said) == len(expected)
    for fault, words in zip(said, expected, strict=True):
        assert words in fault


async def test_an_empty_file_says_so(town: Town, filled: Callable[..., Path]) -> None:
    exam = await open_exam(town)
    path = filled([await paper_of(town, exam, "001")], {})
    known = await town.look(lambda b: entering.papers_by_number(b, exam))
    with pytest.raises(FaultyFile, match="没有填任何答案"):
        read_answers(path, known)
