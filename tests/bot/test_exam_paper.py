"""Paper exams at the command line: the printed document, and answers keyed in."""

import asyncio
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import openpyxl
import pytest
import segno
from docx import Document
from docx.oxml.ns import qn

from lawbot.cli.app import main
from lawcore.clock import SystemClock
from lawcore.exams import office
from lawcore.ids import ExamId
from lawcore.people.model import Roster
from lawcore.questions.question import LETTERS
from lawcore.storage import Books, open_store
from tests.stage import shipped, short_plan

T = TypeVar("T")


class Said(NamedTuple):
    code: int
    words: str


class Clerk:
    """A clerk's terminal, an open exam of five questions, the roster of the small town."""

    def __init__(self, url: str, run: Callable[..., Said]) -> None:
        self._url, self.run = url, run

    def write(self, job: Callable[[Books], T]) -> T:
        async def work() -> T:
            store = await open_store(self._url)
            try:
                return await store.write(job)
            finally:
                await store.close()

        return asyncio.run(work())

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self.write(lambda b: [tuple(row) for row in b._sql.exec_driver_sql(statement).all()])

    def right(self, number: str) -> list[str]:
        """The right answers of somebody's paper, place by place, in its letters."""

        def job(books: Books) -> list[str]:
            cadre = books.people.cadre_by_number(number)
            assert cadre is not None
            pool = books.exams.pool(ExamId(1))
            return [
                "".join(
                    LETTERS[i] for i, own in enumerate(one.order) if own in pool[one.question].key
                )
                for one in books.rosters.paper(ExamId(1), cadre.id)
            ]

        return self.write(job)


@pytest.fixture
def clerk(
    tmp_path: Path,
    sqlite_url: str,
    small_town: Roster,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Clerk:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LAWBOT_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("LAWBOT_TOWNSHIP", "示范镇")

    def run(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["lawbot", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out + said.err)

    clerk = Clerk(sqlite_url, run)
    now = SystemClock().now()
    clerk.write(lambda books: _opened(books, small_town, now))
    return clerk


def _opened(books: Books, roster: Roster, at: datetime) -> None:
    books.people.save_roster(roster, at)
    key = office.create(
        books,
        short_plan(),
        tuple(shipped().questions.values()),
        title="第四季度考法",
        opens_at=at,
        closes_at=at + timedelta(days=1),
        minutes=None,
        seed=7,
        actor="console",
        at=at,
    )
    office.open_exam(books, key, actor="console", at=at)


def everything_in(path: Path) -> str:
    """All text of all parts of a document: body, headers, properties."""
    with zipfile.ZipFile(path) as parts:
        return "\n".join(
            parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml")
        )


def paragraphs(path: Path) -> list[str]:
    return [paragraph.text for paragraph in Document(str(path)).paragraphs]


def test_each_paper_is_printed_with_its_own_answer_sheet_and_without_a_key(clerk: Clerk) -> None:
    said = clerk.run("exam", "print", "1", "--person", "001", "--person", "002", "--out", "卷.docx")
    assert said.code == 0
    assert "已写好“卷.docx”：2 人的卷子和答题纸。" in said.words
    lines, inside = paragraphs(Path("卷.docx")), everything_in(Path("卷.docx"))
    assert [line for line in lines if line == "答题纸"] == ["答题纸"] * 2
    for name, number in (("王一", "001"), ("李二", "002")):
        assert f"司法所　{name}　工号 {number}" in lines
        assert re.search(rf"卷号 1-{number}-[0-9A-Z]{{6}}", inside)
    bank = shipped().questions
    pool = clerk.write(lambda books: books.exams.pool(ExamId(1)))
    papers = clerk.rows("SELECT paper FROM candidates WHERE cadre_id IN (1, 2)")
    items = [item for (paper,) in papers for item in json.loads(paper)]
    assert len(items) == 10
    for key, order, _marks in items:
        assert any(line.endswith(f". {pool[key].stem}") for line in lines)
        assert pool[key].explanation not in inside
        assert key not in inside, "not even the name of the question"
        shown = "\t".join(lines)
        for place, own in enumerate(order):
            assert f"{LETTERS[place]}. {bank[key].options[own]}" in shown
    assert "解析" not in inside
    assert "正确答案：" not in inside


def test_the_code_on_an_answer_sheet_is_the_number_of_that_very_paper(clerk: Clerk) -> None:
    """As many different codes as papers, each what its number gives when it is made anew."""
    clerk.run("exam", "print", "1", "--person", "001", "--person", "002", "--out", "卷.docx")
    numbers = re.findall(r"卷号 (1-00[12]-[0-9A-Z]{6})", "\n".join(paragraphs(Path("卷.docx"))))
    with zipfile.ZipFile("卷.docx") as parts:
        pictures = {parts.read(name) for name in parts.namelist() if name.endswith(".png")}
    expected = set()
    for number in set(numbers):
        made = io.BytesIO()
        segno.make(number, error="m", micro=False).save(made, kind="png", scale=10, border=4)
        expected.add(made.getvalue())
    assert len(set(numbers)) == 2
    assert pictures == expected


def test_parts_begin_on_a_front_side_and_every_page_says_whose_it_is(clerk: Clerk) -> None:
    clerk.run("exam", "print", "1", "--person", "001", "--person", "002", "--out", "卷.docx")
    sections = list(Document("卷.docx").sections)
    heads = [section.header.paragraphs[0].text for section in sections]
    assert [("试卷" in head, head[-2:]) for head in heads] == [
        (True, "王一"),
        (False, "王一"),
        (True, "李二"),
        (False, "李二"),
    ]
    for section in sections:
        shape: Any = section._sectPr
        assert shape.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
    assert [str(section.start_type) for section in sections[1:]] == ["ODD_PAGE (4)"] * 3
    pictures = [one.get("descr") for one in _pictures(Path("卷.docx"))]
    assert all(re.fullmatch(r"二维码，内容是卷号 1-00[12]-[0-9A-Z]{6}", one) for one in pictures)
    assert len(pictures) == 2


def _pictures(path: Path) -> list[Any]:
    body: Any = Document(str(path)).element.body
    return list(
        body.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr")
    )


def test_all_who_are_not_bound_get_one_and_wrong_words_are_told(clerk: Clerk) -> None:
    said = clerk.run("exam", "print", "1", "--all-unbound", "--out", "卷.docx", "--json")
    assert [one["person"] for one in json.loads(said.words)["papers"]] == [
        "001", "002", "003", "004", "005", "006",
    ]  # fmt: skip
    for words in (
        ("--out", "卷.docx"),
        ("--all-unbound", "--person", "001", "--out", "卷.docx"),
        ("--all-unbound", "--out", "卷.pdf"),
        ("--person", "999", "--out", "卷.docx"),
    ):
        assert clerk.run("exam", "print", "1", *words).code == 2
    assert clerk.rows("SELECT count(*) FROM entries WHERE kind = 'paper-printed'") == [(6,)]


def test_typed_answers_are_an_attempt_and_no_score_is_said(clerk: Clerk) -> None:
    right = clerk.right("001")
    typed = " ".join(f"{place}{letters}" for place, letters in enumerate(right, start=1))
    said = clerk.run("exam", "enter", "1", "--person", "001", "--answers", typed, "--by", "小周")
    assert said.code == 0
    assert said.words.splitlines() == [
        "  001 王一：答了 5 题",
        "已录入 1 份答卷，按考试的规则评好了分，公布时一起告诉。",
    ]
    assert clerk.rows("SELECT state, score, answered FROM attempts") == [("submitted", 1000, 5)]
    again = clerk.run("exam", "enter", "1", "--person", "001", "--answers", "1A")
    assert (again.code, again.words.strip()) == (1, "工号 001 已经有答卷，一人只答一次。")
    shown = json.loads(clerk.run("exam", "show", "1", "--json").words)
    assert (shown["finished"], shown["running"]) == (1, 0)


def test_the_template_comes_back_filled_in(clerk: Clerk) -> None:
    said = clerk.run("exam", "enter", "1", "--template", "答案.xlsx")
    assert "6 人" in said.words
    assert clerk.run("exam", "enter", "1", "--template", "答案.xlsx").code == 2, "not overwritten"
    book = openpyxl.load_workbook("答案.xlsx")
    sheet = book["答案"]
    assert [cell.value for cell in sheet[1]] == ["卷号", "姓名", "题号", "题型", "答案"]
    for row, letters in enumerate(clerk.right("001"), start=2):
        sheet.cell(row, 5).value = letters
    sheet.cell(7, 5).value = "Z"
    book.save("答案.xlsx")
    refused = clerk.run("exam", "enter", "1", "--file", "答案.xlsx")
    assert refused.code == 2
    assert "答案表有 1 处错误，一份也没有录入" in refused.words
    assert "第 7 行 E 列（答案）：第 1 题的答案“Z”不对：只有 A 到 D" in refused.words
    assert clerk.rows("SELECT count(*) FROM attempts") == [(0,)]
    sheet.cell(7, 5).value = None
    book.save("答案.xlsx")
    assert "已录入 1 份答卷" in clerk.run("exam", "enter", "1", "--file", "答案.xlsx").words
    assert clerk.rows("SELECT score FROM attempts") == [(1000,)]


def test_entering_says_what_it_needs(clerk: Clerk) -> None:
    for words in (
        (),
        ("--answers", "1A"),
        ("--answers", "1A", "--person", "001", "--person", "002"),
        ("--answers", "1A", "--file", "答案.xlsx"),
        ("--file", "没有.xlsx"),
        ("--file", "没有.xlsx", "--person", "001"),
        ("--template", "答案.csv"),
        ("--person", "001", "--answers", "0A"),
    ):
        said = clerk.run("exam", "enter", "1", *words)
        assert said.code == 2, words
        assert len(said.words.strip().splitlines()) == 1, said.words
