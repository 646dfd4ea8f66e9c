"""The result of an exam as a file: who did what, and nothing before it is over."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lawcore.errors import BadInput, NotFound, WrongState
from lawcore.ids import ExamId
from lawcore.people.model import CadreCategory, CadreRow, Role, Roster
from lawcore.reports.exam_sheet import write_exam
from lawcore.reports.scores import ExamReport, Presence, collect_scores

from .conftest import Town
from .exam_day import close_exam, open_exam, sit


async def result(town: Town, exam: ExamId) -> ExamReport:
    return await town.act(lambda books, at: collect_scores(books, "示范镇", exam, at))


@pytest.fixture
async def closed(town: Town) -> ExamId:
    """001 answers all, 002 two, 003 five and is cut off by the end, 004 nothing, 006 stays away."""
    for number, person in ((1, "001"), (2, "002"), (3, "003"), (4, "004")):
        await town.appoint(number, Role.CADRE, person)
    exam = await open_exam(town)
    await sit(town, exam, 1, answers=7)
    await sit(town, exam, 2, answers=2)
    await sit(town, exam, 3, answers=5, hand_in=False)
    await sit(town, exam, 4, answers=0)
    await close_exam(town, exam)
    return exam


def rows(path: Path, sheet: str) -> list[list[Any]]:
    found = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [[cell or "" for cell in row] for row in found]


async def test_each_candidate_has_a_line_by_unit_and_number(
    town: Town, closed: ExamId, tmp_path: Path
) -> None:
    path = tmp_path / "成绩.xlsx"
    write_exam(await result(town, closed), path)
    assert rows(path, "成绩") == [
        ["工号", "姓名", "单位", "状态", "成绩", "是否合格", "备注"],
        ["001", "王一", "司法所", "已交", 10, "合格", ""],
        ["002", "李二", "司法所", "已交", 4, "不合格", ""],
        ["003", "张三", "综合执法队", "已交", 9, "合格", "到时自动收卷"],
        ["004", "赵四", "综合执法队", "缺考", "", "", "开始后一题未答"],
        ["005", "钱五", "东河村", "免考", "", "", "病假"],
        ["006", "孙六", "西山村", "缺考", "", "", ""],
    ]


async def test_the_rates_by_unit_agree_with_the_lines(
    town: Town, closed: ExamId, tmp_path: Path
) -> None:
    report = await result(town, closed)
    path = tmp_path / "成绩.xlsx"
    write_exam(report, path)
    heading, office, *_, total = rows(path, "各单位")
    assert heading[:3] == ["单位", "名单（人）", "免考（人）"]
    assert office[0] == "司法所"
    assert office[4] == 2
    assert total == [
        "合计", 6, 1, 5, 3, 2, 2, 60, "3÷5", 66.7, "2÷3", 40, "2÷5",
    ]  # fmt: skip
    came = [person.presence for person in report.people]
    counts = report.units.total
    assert came.count(Presence.ATTENDED) == counts.attended
    assert came.count(Presence.EXEMPT) == counts.exempt
    assert came.count(Presence.ABSENT) == counts.absent
    assert sum(person.passed is True for person in report.people) == counts.passed


async def test_the_file_names_the_exam_and_asks_to_keep_it_inside(
    town: Town, closed: ExamId, tmp_path: Path
) -> None:
    path = tmp_path / "成绩.xlsx"
    write_exam(await result(town, closed), path)
    notes = {row[0]: row[1] for row in rows(path, "说明")}
    assert notes["考试"] == "第四季度考法"
    assert notes["满分"] == "10 分，合格线 6 分"
    assert "内部使用" in notes["使用范围"]


async def test_a_name_never_becomes_a_formula(
    town: Town, small_town: Roster, tmp_path: Path
) -> None:
    person = CadreRow("=1", '=HYPERLINK("x")', "D1", "", CadreCategory.STAFF)
    await town.act(
        lambda books, at: books.people.save_roster(Roster(small_town.units, (person,)), at)
    )
    exam = await open_exam(town)
    await close_exam(town, exam)
    path = tmp_path / "成绩.xlsx"
    write_exam(await result(town, exam), path)
    cells = [cell for row in openpyxl.load_workbook(path)["成绩"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert '=HYPERLINK("x")' in {cell.value for cell in cells}


async def test_no_score_is_told_while_the_exam_runs(town: Town) -> None:
    exam = await open_exam(town)
    with pytest.raises(WrongState, match="还没有结束"):
        await result(town, exam)


async def test_an_exam_that_does_not_exist_is_said_to_be_missing(town: Town) -> None:
    with pytest.raises(NotFound, match="没有编号 9 的考试"):
        await result(town, ExamId(9))


async def test_another_ending_is_refused(town: Town, closed: ExamId, tmp_path: Path) -> None:
    report = await result(town, closed)
    with pytest.raises(BadInput, match=r"\.xlsx"):
        write_exam(report, tmp_path / "成绩.csv")
    assert not (tmp_path / "成绩.csv").exists()
