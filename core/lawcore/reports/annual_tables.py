"""The tables of the figures chapter, as texts; every number with the id of its figure."""

from collections.abc import Iterator
from typing import NamedTuple

from lawcore.clock import local_day
from lawcore.ids import ObservanceKey
from lawcore.reports.annual import Annual
from lawcore.reports.annual_words import CLAIMS, EXAMS, OBSERVANCES, QUARTERS, SUMMARY, UNITS
from lawcore.reports.catalogue import NONE
from lawcore.reports.claims import ClaimedRate, Recounted
from lawcore.reports.ledger import Held
from lawcore.reports.participation import ExamTable, Rate

TOTAL = "合计"
UNKNOWN = "—"
NO_OBSERVANCE = "不属于哪个普法节点"

Row = tuple[str, ...]


class PaperTable(NamedTuple):
    """A numbered table: `widths` of its columns in proportion."""

    number: int
    title: str
    headings: Row
    widths: tuple[int, ...]
    rows: tuple[Row, ...]
    note: str

    @property
    def caption(self) -> str:
        return f"表{self.number}　{self.title}"


_HELD = (
    "活动\n（场次）",
    "参与\n（人次）",
    "没有统计人次\n（场次）",
    "资料\n（份）",
    "推送\n（条）",
)
"""A heading may be broken where its sheet is narrow."""
_EXPLAINED = "编号后加 {part} 就是这一格的编号，如 {example}。"


def tables(annual: Annual) -> tuple[PaperTable, ...]:
    """The tables that have rows; the summary always."""
    found = (
        _summary(annual),
        _units(annual),
        _quarters(annual),
        _observances(annual),
        _exams(annual),
    )
    return tuple(table for table in found if table.rows)


def claims_table(recounted: Recounted) -> PaperTable:
    """What a replayed report states, beside what its ledger gives."""
    numbers = [
        (
            checked.claim.where,
            checked.claim.words,
            f"{checked.counted}",
            checked.claim.figure,
            "一致" if checked.equal else "不一致",
        )
        for checked in recounted.numbers
    ]
    rates = [(rate.title, f"参考率{rate.percent}", *_rate_row(rate)) for rate in recounted.rates]
    headings = ("原报告的部分", "原文", "台账", "编号", "核对")
    note = "“一致”是说台账加起来正好是原文的数；原文带“余”的，准确数不明。"
    widths = (26, 24, 18, 12, 20)
    rows = (*numbers, *rates)
    return PaperTable(CLAIMS, "原报告的数和台账", headings, widths, rows, note)


def _rate_row(rate: ClaimedRate) -> Row:
    if rate.attended is None or rate.due is None:
        return (UNKNOWN, UNKNOWN, "没有人数")
    counted = Rate(rate.attended, rate.due)
    return (
        _rate(counted),
        UNKNOWN,
        "一致" if rate.percent.rstrip("%") in _spellings(counted) else "不一致",
    )


def _spellings(rate: Rate) -> tuple[str, ...]:
    """``100.0`` and ``100``."""
    text = f"{rate.percent}"
    return (text, text.removesuffix(".0"))


def _summary(annual: Annual) -> PaperTable:
    rows = tuple(
        (
            one.figure.id,
            one.figure.title,
            one.figure.measure,
            _number(one.now),
            _number(one.before),
            _signed(one.change),
        )
        for one in annual.compared
    )
    headings = ("编号", "项目", "单位", "本年", annual.before_word, "增减")
    note = "“—”是没有登记，不是 0。“人次”不是人数，两者不能相加。"
    return PaperTable(SUMMARY, "主要数据", headings, (10, 40, 12, 16, 16, 14), rows, note)


def _units(annual: Annual) -> PaperTable:
    rows = [(u.name, u.code, *_held(u.held), f"{u.partnered}") for u in annual.now.units]
    if rows:
        partnered = sum(u.partnered for u in annual.now.units)
        rows.append((TOTAL, "", *_held(annual.now.total), f"{partnered}"))
    headings = ("主办单位", "编码", *_HELD, "参与联合\n（另计）")
    example = annual.now.units[0].code if annual.now.units else "C01"
    note = _EXPLAINED.format(part="/unit/单位编码", example=f"A1/unit/{example}")
    widths = (24, 13, 19, 19, 27, 16, 16, 20)
    return PaperTable(UNITS, "各单位活动", headings, widths, tuple(rows), note)


def _quarters(annual: Annual) -> PaperTable:
    rows = [(row.name, *_held(row.held)) for row in annual.now.quarters]
    if rows:
        rows.append((TOTAL, *_held(annual.now.total)))
    note = _EXPLAINED.format(part="/quarter/年份季度", example=f"A1/quarter/{annual.year}1")
    widths = (28, 18, 18, 26, 18, 18)
    return PaperTable(QUARTERS, "各季度活动", ("季度", *_HELD), widths, tuple(rows), note)


def _observances(annual: Annual) -> PaperTable:
    rows = [
        (_title(annual, row.observance), row.observance or NONE, *_held(row.held))
        for row in annual.now.observances
    ]
    if rows:
        rows.append((TOTAL, "", *_held(annual.now.total)))
    note = _EXPLAINED.format(part="/observance/节点编号", example="A1/observance/constitution-day")
    widths = (26, 34, 19, 19, 28, 15, 15)
    headings = ("普法节点", "节点编号", *_HELD)
    return PaperTable(OBSERVANCES, "各普法节点活动", headings, widths, tuple(rows), note)


def _title(annual: Annual, key: ObservanceKey | None) -> str:
    return NO_OBSERVANCE if key is None else annual.titles.get(key, key)


def _exams(annual: Annual) -> PaperTable:
    rows = tuple(row for exam in annual.exams for row in _exam_rows(exam))
    headings = (
        *("考试", "开始", "名单", "免考", "应考", "实考", "参考率", "合格"),
        *("合格率\n（实考）", "合格率\n（应考）"),
    )
    note = "人数按人计，一人算一次。应考＝名单−免考；参考率＝实考÷应考。编号是 F1/exam/考试编号。"
    widths = (23, 22, 11, 11, 11, 11, 15, 11, 19, 19)
    return PaperTable(EXAMS, "法律知识考试", headings, widths, rows, note)


def _exam_rows(exam: ExamTable) -> Iterator[Row]:
    total = exam.total
    passed = (
        f"{total.passed}",
        _rate(total.passed_of_attended),
        _rate(total.passed_of_due),
    )
    state = "（进行中）" if exam.open else ""
    yield (
        f"{exam.exam} {exam.title}{state}",
        f"{local_day(exam.opens_at)}",
        f"{total.candidates}",
        f"{total.exempt}",
        f"{total.due}",
        f"{total.attended}",
        _rate(total.attendance),
        *((UNKNOWN,) * 3 if exam.open else passed),  # told when it is over
    )


def _held(held: Held) -> Row:
    counted = UNKNOWN if held.events and held.events == held.uncounted else f"{held.attendances}"
    return (
        f"{held.events}",
        counted,
        f"{held.uncounted}",
        f"{held.copies}",
        f"{held.pushes}",
    )


def _number(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value}"


def _signed(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:+d}" if value else "0"


def _rate(rate: Rate) -> str:
    return UNKNOWN if rate.percent is None else f"{rate.percent}%"
