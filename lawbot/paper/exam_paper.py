"""Exam papers for who has no phone: each person's own paper, and a sheet to write answers on.

Paper and sheet begin on a front side, so that a printer that prints both sides mixes nobody's; each
page says whose it is. No key is in what is printed.
"""

import io
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import segno

from lawcore.clock import local_text
from lawcore.exams.on_paper import PrintedPaper, PrintedQuestion
from lawcore.questions.question import LETTERS, QuestionKind

if TYPE_CHECKING:
    from lawbot.paper.sheet import Sheet

MARGIN = 2.0
SIZE = 15
"""Points: read without glasses at arm's length."""
CODE_WIDTH = 3.2
"""Centimetres of the QR code: a phone reads it from a hand's breadth."""
PER_ROW = 5
_HEIGHTS = ((60, 0.95), (90, 0.8))
"""Centimetres of a box: up to so many of them, so high that all stand on one page."""
_NUMBERS = "一二三四五六七八九十"
_HOW = {
    QuestionKind.SINGLE: "只有一个正确答案",
    QuestionKind.MULTIPLE: "有两个或更多正确答案",
    QuestionKind.JUDGE: "判断说法是不是正确",
}
_IN_ROW = ((5, 4), (13, 2))
"""Options of at most so many signs stand so many to a line."""


def write_papers(papers: Sequence[PrintedPaper], township: str, path: Path, at: datetime) -> None:
    """Write the papers into one .docx. Raises BadInput if it cannot be written."""
    from lawbot.paper.sheet import Sheet  # noqa: PLC0415 - docx is slow to import

    sheet = Sheet(f"{papers[0].exam.title}试卷", township, at, margin=MARGIN)
    for paper in papers:
        whose = f"卷号 {paper.number}　{paper.cadre.name}"
        sheet.part(f"{paper.exam.title}　试卷　{whose}")
        _write_paper(sheet, paper)
        sheet.part(f"{paper.exam.title}　答题纸　{whose}")
        _write_answer_sheet(sheet, paper)
    sheet.save(path)


def _write_paper(sheet: "Sheet", paper: PrintedPaper) -> None:
    from lawbot.paper.sheet import Font, Look  # noqa: PLC0415 - docx is slow to import

    exam = paper.exam
    sheet.line(exam.title, Look(26, Font.HEAVY, centred=True))
    sheet.line(_person(paper), Look(SIZE, Font.BRUSH, centred=True))
    sheet.rule(after=4)
    told = (
        f"共 {len(paper.questions)} 题，满分 {_plain(exam.total)} 分，合格线 "
        f"{_plain(exam.pass_mark)} 分，时间 {exam.minutes} 分钟。{exam.scoring.label}。"
        "答案写在最后的答题纸上，写在卷子上不算。每人的卷子不一样，字母以自己的卷子为准。"
    )
    sheet.line(told, Look(13, indent=True, after=4))
    number = 1
    runs = groupby(paper.questions, key=lambda one: (one.kind, one.marks))
    for part, ((kind, marks), run) in enumerate(runs):
        asked = list(run)
        title = f"{_NUMBERS[part % 10]}、{kind.label}（{_HOW[kind]}，每题 {_plain(marks)} 分，共 "
        sheet.line(
            f"{title}{len(asked)} 题）", Look(SIZE + 1, Font.HEAVY, before=8, with_next=True)
        )
        for question in asked:
            _write_question(sheet, number, question)
            number += 1
    end = f"—— 全卷 {len(paper.questions)} 题，到此为止 ——"
    sheet.line(end, Look(13, Font.BRUSH, centred=True, before=14))


def _write_question(sheet: "Sheet", number: int, question: PrintedQuestion) -> None:
    from lawbot.paper.sheet import Look  # noqa: PLC0415 - docx is slow to import

    stem = Look(SIZE, before=6, with_next=True)
    sheet.line(f"{number}. {question.stem}", stem)
    listed = [f"{LETTERS[place]}. {text}" for place, text in enumerate(question.options)]
    columns = _columns(question.options)
    rows = [listed[first : first + columns] for first in range(0, len(listed), columns)]
    for row in rows:
        last = row is rows[-1]
        sheet.columns(row, columns, Look(SIZE, with_next=not last))


def _write_answer_sheet(sheet: "Sheet", paper: PrintedPaper) -> None:
    from lawbot.paper.sheet import Font, Look  # noqa: PLC0415 - docx is slow to import

    sheet.line("答题纸", Look(26, Font.HEAVY, centred=True))
    sheet.line(paper.exam.title, Look(SIZE, Font.BRUSH, centred=True))
    sheet.picture(_code(paper.number), CODE_WIDTH, f"二维码，内容是卷号 {paper.number}")
    sheet.line(f"卷号 {paper.number}", Look(14, Font.HEAVY, centred=True))
    sheet.line(_person(paper), Look(SIZE, Font.BRUSH, centred=True, after=4))
    told = "题号后面写字母：单选写一个，多选写全部，写清楚；判断题写 对 或 错。改了要划掉重写。"
    sheet.line(told, Look(13, after=4))
    cells = [f"{number}" for number in range(1, len(paper.questions) + 1)]
    height = next((height for most, height in _HEIGHTS if len(cells) <= most), 0.8)
    sheet.boxes(cells, PER_ROW, height, Look(12, Font.HEAVY))
    day = f"答卷时间在 {local_text(paper.exam.closes_at)} 以前"
    sheet.line(f"本人签名：　　　　　　监考人：　　　　　　{day}", Look(13, before=10))
    sheet.line("录入人：　　　　　　　录入日期：", Look(13, before=4))


def _code(number: str) -> bytes:
    """The QR code of a 卷号 as PNG: a scanner types what it reads."""
    made = io.BytesIO()
    segno.make(number, error="m", micro=False).save(made, kind="png", scale=10, border=4)
    return made.getvalue()


def _columns(options: Sequence[str]) -> int:
    longest = max(map(len, options))
    return next((columns for most, columns in _IN_ROW if longest <= most), 1)


def _person(paper: PrintedPaper) -> str:
    return f"{paper.unit}　{paper.cadre.name}　工号 {paper.cadre.number}"


def _plain(number: object) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
