"""Answers of papers as an xlsx file: a row for each question, filled in down one column.

Loads the xlsx libraries, so import this module only where such a file is at hand.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from lawcore.errors import BadInput, FaultyFile
from lawcore.exams.keyed import choice_of
from lawcore.exams.model import Choices
from lawcore.exams.on_paper import PrintedPaper
from lawcore.people.model import Cadre
from lawcore.sheets.cells import MOST_ROWS, Faults, Line, read_lines
from lawcore.sheets.checks import check_cells, has
from lawcore.sheets.layout import Column, Layout, Paper, Takes
from lawcore.sheets.whole_file import write_whole
from lawcore.sheets.writing import paper_bytes

NUMBER = Column("卷号", 24, 80, "印在答题纸上；空表里已经写好，不要改。")
NAME = Column("姓名", 12, 40, "只是给您看的，不导入。", required=False)
PLACE = Column("题号", 8, 4, "这份卷里的第几题；空表里已经写好。", takes=Takes.WHOLE)
KIND = Column("题型", 10, 8, "只是给您看的，不导入。", required=False)
ANSWER = Column(
    "答案",
    12,
    12,
    "答题纸上写的：单选一个字母，多选全部字母，判断写 正确 或 错误（对、错也行）；没答就空着。",
    required=False,
)
ANSWERS = Layout("答案", (NUMBER, NAME, PLACE, KIND, ANSWER))
_GUIDE = (
    "照着每个人的答题纸，从上往下填“答案”一列，一行一题。本表（说明）只供阅读，不会导入。",
    "填好后运行：lawbot exam enter 考试编号 --file 文件名.xlsx",
    "只要有一处错误，就一份也不录入，并一次列出全部错误的位置和改法。",
    "一题也没填的卷不录入（那个人没来考）；同一个人只能录一次，录入后不能改。",
    "字母以那个人自己的卷子为准，每份卷的选项顺序都不一样。",
)
_EXAMPLE = {
    ANSWERS.title: (
        ("3-G001-7K3Q9X", "张三", "1", "单选题", "B"),
        ("3-G001-7K3Q9X", "张三", "2", "多选题", "ACD"),
        ("3-G001-7K3Q9X", "张三", "3", "判断题", "正确"),
    )
}
SHEET = Paper("答案表", (ANSWERS,), _GUIDE, _EXAMPLE, "lawbot exam enter 编号 --template")


class Answered(NamedTuple):
    """What one candidate answered on paper."""

    cadre: Cadre
    choices: Choices


def write_template(papers: Sequence[PrintedPaper], path: Path) -> None:
    """Write the file to be filled in for these papers. Raises BadInput if it would be too long."""
    rows = [
        {
            NUMBER.heading: paper.number,
            NAME.heading: paper.cadre.name,
            PLACE.heading: str(place),
            KIND.heading: question.kind.label,
            ANSWER.heading: "",
        }
        for paper in papers
        for place, question in enumerate(paper.questions, start=1)
    ]
    if len(rows) >= MOST_ROWS:
        raise BadInput(f"一共 {len(rows)} 行，一张表放不下。请用 --person 分几张表。")
    write_whole(path, paper_bytes(SHEET, {ANSWERS.title: rows}))


def read_answers(
    path: Path, papers: Mapping[str, tuple[PrintedPaper, str | None]]
) -> tuple[Answered, ...]:
    """Read a filled-in file; `papers` are those of the exam, with what bars their entry.

    Raises BadInput if it is no readable xlsx, FaultyFile with every fault of the file at once.
    """
    faults = Faults(path.name, SHEET)
    lines = read_lines(path, faults)[ANSWERS.title]
    choices: dict[str, dict[int, int]] = defaultdict(dict)
    seen: dict[tuple[str, int], int] = {}
    for line in lines:
        check_cells(line, ANSWERS, faults)
        if not has(line, NUMBER) or not has(line, PLACE):
            continue
        _take(line, papers, choices, seen, faults)
    if not choices and not faults.unread and not faults.all():
        faults.file_itself("没有填任何答案", "照着答题纸填“答案”一列")
    if found := faults.all():
        raise FaultyFile(f"答案表有 {len(found)} 处错误，一份也没有录入：", found)
    return tuple(Answered(papers[number][0].cadre, choices[number]) for number in choices)


def _take(
    line: Line,
    papers: Mapping[str, tuple[PrintedPaper, str | None]],
    choices: dict[str, dict[int, int]],
    seen: dict[tuple[str, int], int],
    faults: Faults,
) -> None:
    """Note what is wrong with a row, or what it answers."""
    number, place = line.texts[NUMBER.heading], int(line.texts[PLACE.heading]) - 1
    if number not in papers:
        faults.at(line, NUMBER, f"这场考试没有卷号“{number}”", "用这场考试的空表，不要改卷号")
        return
    paper, barred = papers[number]
    if not 0 <= place < len(paper.questions):
        remedy = f"这份卷共 {len(paper.questions)} 题"
        faults.at(line, PLACE, f"没有第 {place + 1} 题", remedy)
        return
    first = seen.setdefault((number, place), line.row)
    if first != line.row:
        faults.at(line, PLACE, f"与第 {first} 行是同一题", "每题只留一行")
        return
    try:
        choice = choice_of(line.texts.get(ANSWER.heading, ""), paper.questions[place])
    except BadInput as error:
        faults.at(line, ANSWER, f"第 {place + 1} 题{error}", "对照答题纸改")
        return
    if not choice:
        return
    if barred is not None and number not in choices:
        faults.at(line, NUMBER, barred.rstrip("。"), "删去这份卷的行，或清空它的答案")
    choices[number][place] = choice
