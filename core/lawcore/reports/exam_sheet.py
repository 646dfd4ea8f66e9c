"""The result of one exam as xlsx: scores by person, rates by unit."""

from pathlib import Path

from lawcore.clock import local_text
from lawcore.errors import BadInput
from lawcore.reports.exam_tables import (
    analysis_notes,
    changes_table,
    items_table,
    one_makeup_table,
)
from lawcore.reports.scores import PRESENCE_WORDS, CandidateScore, ExamReport
from lawcore.reports.sheet import MAKEUP_NOTES, SITTING_NOTES
from lawcore.reports.table import SITTING_COLUMNS, TOTAL, Cell, Column, Row, Table, sitting_cells
from lawcore.reports.xlsx import XlsxFile
from lawcore.sheets.whole_file import write_whole

_PEOPLE_COLUMNS = (
    Column("工号", 14),
    Column("姓名", 14),
    Column("单位", 20),
    Column("状态", 10),
    Column("成绩", 10),
    Column("是否合格", 12),
    Column("备注", 30),
)
_PASSED_WORDS = {True: "合格", False: "不合格", None: ""}


def write_exam(report: ExamReport, path: Path) -> None:
    """Write the result to `path`, whole or not at all.

    Raises BadInput for an ending other than .xlsx, or if it cannot be written there.
    """
    if path.suffix.lower() != ".xlsx":
        raise BadInput(f"“{path.name}”的结尾要是 .xlsx。")
    write_whole(path, exam_xlsx(report))


def exam_xlsx(report: ExamReport) -> bytes:
    """Make the xlsx of the result."""
    file = XlsxFile(f"{report.township}“{report.exam.title}”成绩", report.cut_off)
    file.add_notes("说明", _notes(report))
    people = tuple(Row(_cells(person)) for person in report.people)
    file.add_table(Table("成绩", _PEOPLE_COLUMNS, people, fixed=2))
    units = [Row((u.unit_name, *sitting_cells(u.counts))) for u in report.units.units]
    units.append(Row((TOTAL, *sitting_cells(report.units.total)), total=True))
    file.add_table(Table("各单位", (Column("单位", 20), *SITTING_COLUMNS), tuple(units), fixed=1))
    if report.makeup is not None:
        file.add_table(one_makeup_table(report.makeup))
    file.add_table(changes_table(report.changes), "考试开始后名单没有变动。")
    file.add_table(items_table(report.analysis), "没有人作答。")
    return file.content()


def _cells(person: CandidateScore) -> tuple[Cell, ...]:
    score = "" if person.score is None else person.score
    presence = PRESENCE_WORDS[person.presence]
    passed = _PASSED_WORDS[person.passed]
    return (person.number, person.name, person.unit_name, presence, score, passed, person.note)


def _notes(report: ExamReport) -> tuple[tuple[str, str], ...]:
    exam = report.exam
    return (
        ("考试", exam.title),
        ("时间", f"{local_text(exam.opens_at)} 至 {local_text(exam.closes_at)}"),
        ("答题时长", f"{exam.minutes} 分钟"),
        ("满分", f"{exam.total.normalize():f} 分，合格线 {exam.pass_mark.normalize():f} 分"),
        ("评分规则", f"{exam.scoring.label}。"),
        ("数据截至", f"{report.cut_off}"),
        ("使用范围", "含个人成绩，只供内部使用；不排名，不公开张贴。"),
        (
            "状态",
            "已交：至少答了一题。缺考：没有开始，或开始后一题未答。免考：已批准，原因见备注。",
        ),
        *SITTING_NOTES,
        *(MAKEUP_NOTES if report.makeup is not None else ()),
        ("名单变动", "考试开始后的免考、加入、调换、调出和加时，逐条列出原因和批准人。"),
        *analysis_notes(report.analysis),
    )
