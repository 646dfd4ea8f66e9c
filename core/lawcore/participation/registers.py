"""登记簿: what the yearly report needs beside events, one sheet a register.

All registers share one kind of row: a day, perhaps a unit, a kind, perhaps a count, and the cells
as they were filled in. A correction is a new row that points at the old one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from lawcore.errors import BadInput, NotFound, WrongState
from lawcore.ids import RegisterRowId, UnitId
from lawcore.sheets.layout import Column, Layout, Takes


class Register(StrEnum):
    """The registers."""

    STUDY = "study"
    ADVISER = "adviser"
    PEOPLE = "people"
    PROMPT = "prompt"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of a register. `count` is people, households or attendances, as its kind says."""

    register: Register
    day: date
    filed_by: str
    unit: UnitId | None = None
    kind: str = ""
    count: int | None = None
    cells: Mapping[str, str] = field(default_factory=dict)
    """All cells as filled in, by heading."""
    corrects: RegisterRowId | None = None
    withdrawn: bool = False
    reason: str = ""
    """With `corrects`: why. Empty where a file corrected, which has no column for it."""


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A row in the register."""

    id: RegisterRowId
    row: RegisterRow
    filed_at: datetime
    corrected_by: RegisterRowId | None = None

    @property
    def number(self) -> str:
        """How people name the row: ``D5``."""
        return f"D{self.id}"


class RegisterBook(Protocol):
    """What this room needs of storage."""

    def add_row(self, row: RegisterRow, at: datetime) -> RegisterRowId: ...

    def row(self, key: RegisterRowId) -> RegisterLine | None: ...


def standing(book: RegisterBook, key: RegisterRowId) -> RegisterLine:
    """Row `key`; NotFound if there is none, WrongState if it counts no more."""
    found = _line(book, key)
    if found.corrected_by is not None:
        raise WrongState(f"{found.number} 已由 D{found.corrected_by} 更正，请更正新的那一条。")
    if found.row.withdrawn:
        raise WrongState(f"{found.number} 是一条撤销记录，不用再改。")
    return found


def check_corrects(book: RegisterBook, key: RegisterRowId, register: Register) -> None:
    """Raise WrongState if row `key` is of another register, and as `standing` does."""
    found = standing(book, key)
    if found.row.register is not register:
        title = BY_REGISTER[found.row.register].layout.title
        raise WrongState(f"{found.number} 是“{title}”里的，不能在这张表里更正，请核对编号。")


def row_chain(book: RegisterBook, key: RegisterRowId) -> tuple[RegisterLine, ...]:
    """Row `key` with those it corrects and those that correct it, the oldest first."""
    found = [_line(book, key)]
    while (older := found[0].row.corrects) is not None:
        found.insert(0, _line(book, older))
    while (newer := found[-1].corrected_by) is not None:
        found.append(_line(book, newer))
    return tuple(found)


def withdraw_row(
    book: RegisterBook, key: RegisterRowId, by: str, *, at: datetime, reason: str = ""
) -> RegisterRowId:
    """Take row `key` out of all counts; it stays readable. Raises as `standing` does."""
    old = standing(book, key).row
    gone = replace(old, corrects=key, withdrawn=True, filed_by=by, reason=reason)
    return book.add_row(gone, at)


def _line(book: RegisterBook, key: RegisterRowId) -> RegisterLine:
    found = book.row(key)
    if found is None:
        raise NotFound(f"登记簿里没有编号 D{key} 的记录。")
    return found


@dataclass(frozen=True, slots=True)
class Sheet:
    """A register as a sheet: which column is the day, the unit, the kind and the count."""

    register: Register
    layout: Layout
    day: Column
    unit: Column | None = None
    kind: Column | None = None
    count: Column | None = None
    of_villages: bool = False
    """Only villages have rows: the township's number is their sum."""


FILED_BY = Column("填报人", 12, 40, "谁填的这一行。")
CORRECTS = Column(
    "更正编号",
    12,
    12,
    "只在更正以前导入的记录时填：旧记录的编号，如 H12 或 D5。旧记录保留，不再计数。",
    required=False,
    pattern=r"[HD][0-9]{1,9}",
    remedy="写 H 或 D 加数字，编号见 lawbot activity list",
)
_DAY = Column("日期", 12, 10, "写成 2026-12-04 这样的日期。", takes=Takes.DAY)
_VILLAGE = Column("村", 16, 40, "村的名称或编码，要在名册里；镇合计不用写，报告会加起来。")
_SERVED = Column("村", 16, 40, "村的名称或编码，要在名册里；镇级的服务写镇，不算进村数。")
_UNIT = Column("单位", 16, 40, "单位的名称或编码，要在名册里。")
STUDY_KINDS = ("会前学法", "法治讲座", "法治培训")
_STUDY_KIND = Column("类别", 12, 8, f"只能填：{'、'.join(STUDY_KINDS)}。", words=STUDY_KINDS)
_STUDY_COUNT = Column(
    "参加人数", 12, 9, "到会的人数，只写数字；没有统计就留空。", False, takes=Takes.WHOLE
)
SERVICES = ("值班咨询", "合法性审查", "法律意见书", "参与调解", "法治讲座", "其他")
_SERVICE = Column("服务类型", 14, 8, f"只能填：{'、'.join(SERVICES)}。", words=SERVICES)
BACKBONE = "法律明白人"
HOUSEHOLDS = "学法用法示范户"
_PEOPLE_KIND = Column(
    "类别",
    18,
    8,
    f"只能填：{BACKBONE}、{HOUSEHOLDS}。",
    words=(BACKBONE, HOUSEHOLDS),
)
_PEOPLE_DAY = Column(
    "统计日期", 12, 10, "这个数是哪一天的。报告取每村最近的一条。", takes=Takes.DAY
)
_PEOPLE_COUNT = Column("数量", 10, 9, "法律明白人写人数，示范户写户数。", takes=Takes.WHOLE)
_RECEIVED = Column("收到日期", 12, 10, "收到普法提示的日期。", takes=Takes.DAY)
ANSWERED, OPEN = "已反馈", "未反馈"
REPLIED_ON = Column(
    "反馈日期", 12, 10, "还没有反馈就留空，反馈后用更正编号补上。", False, takes=Takes.DAY
)


def prompt_kind(received: str, replied: str) -> str:
    """How a 普法提示 stands, by the days as written. Raises BadInput for an answer before it."""
    if replied and replied < received:
        raise BadInput("反馈日期早于收到日期")
    return ANSWERED if replied else OPEN


PLACE_KINDS = ("法治文化广场", "法治文化街", "法治宣传栏", "法律图书角", "农民普法学校", "其他")
_PLACE_KIND = Column("类别", 14, 8, f"只能填：{'、'.join(PLACE_KINDS)}。", words=PLACE_KINDS)
_OPENED = Column("启用日期", 12, 10, "建成启用的日期。", takes=Takes.DAY)
_TAIL = (FILED_BY, CORRECTS)


def _text(heading: str, width: int, meaning: str, *, required: bool = True) -> Column:
    return Column(heading, width, 200, meaning, required)


SHEETS = (
    Sheet(
        Register.STUDY,
        Layout(
            "会前学法和讲座",
            (
                _DAY,
                _STUDY_KIND,
                _UNIT,
                _text("会议", 20, "在哪个会上学的，或讲座、培训的名称。"),
                _text("学习内容", 28, "学了什么法、哪些内容。"),
                _text("领学人", 12, "领学人或主讲人。"),
                _STUDY_COUNT,
                *_TAIL,
            ),
        ),
        _DAY,
        _UNIT,
        _STUDY_KIND,
        _STUDY_COUNT,
    ),
    Sheet(
        Register.ADVISER,
        Layout(
            "法律顾问服务",
            (
                _DAY,
                _SERVED,
                _text("顾问", 12, "顾问的姓名或律所。"),
                _SERVICE,
                _text("事项", 28, "办了什么事；不写当事人的姓名。"),
                _text("结果", 20, "结果如何；还在办的留空。", required=False),
                *_TAIL,
            ),
        ),
        _DAY,
        _SERVED,
        _SERVICE,
    ),
    Sheet(
        Register.PEOPLE,
        Layout(
            "法律明白人和示范户",
            (
                _PEOPLE_DAY,
                _VILLAGE,
                _PEOPLE_KIND,
                _PEOPLE_COUNT,
                _text("姓名", 30, "可以不写。", required=False),
                *_TAIL,
            ),
        ),
        _PEOPLE_DAY,
        _VILLAGE,
        _PEOPLE_KIND,
        _PEOPLE_COUNT,
        of_villages=True,
    ),
    Sheet(
        Register.PROMPT,
        Layout(
            "普法提示",
            (
                _RECEIVED,
                _text("发出单位", 20, "谁发来的提示。"),
                _text("事项", 28, "提示了什么（法治宣传教育法第五十七条）。"),
                _text("措施", 28, "采取了什么措施；还没有就留空。", required=False),
                REPLIED_ON,
                *_TAIL,
            ),
        ),
        _RECEIVED,
    ),
    Sheet(
        Register.PLACE,
        Layout(
            "法治文化阵地",
            (
                _OPENED,
                _UNIT,
                _text("名称", 24, "阵地的名称。"),
                _PLACE_KIND,
                Column("最近更新", 12, 10, "内容最近一次更换的日期。", False, takes=Takes.DAY),
                *_TAIL,
            ),
        ),
        _OPENED,
        _UNIT,
        _PLACE_KIND,
    ),
)
"""Columns after 会前学法, 法律顾问 and 普法提示 as offices keep them."""

BY_REGISTER = {sheet.register: sheet for sheet in SHEETS}
