"""The figures that reports state: a stable id for each, what it counts, and of which rows.

An id is printed beside every figure (``A1``), narrowed where it is about a part
(``A1/unit/C01``, ``A1/quarter/20264``, ``G1/month/2026-11``,
``A1/observance/constitution-day``); ``lawbot report explain`` lists the rows behind it.
"""

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date

from lawcore.errors import BadInput
from lawcore.ids import ExamId, ObservanceKey
from lawcore.participation.registers import (
    ANSWERED,
    BACKBONE,
    HOUSEHOLDS,
    SERVICES,
    STUDY_KINDS,
    Register,
)
from lawcore.people.model import Unit, UnitKind
from lawcore.reports.figure import (
    Adds,
    Figure,
    OfActivities,
    OfDeliveries,
    OfExam,
    OfRegister,
    OfUnits,
    Scope,
)

_TOWN_AND_VILLAGES = frozenset({UnitKind.TOWN, UnitKind.VILLAGE})
_VILLAGES = frozenset({UnitKind.VILLAGE})
_DEPARTMENTS = frozenset({UnitKind.DEPARTMENT, UnitKind.COUNTY})
_ONCE = "联合举办的只算一场，算在主办单位。"
_NOT_ZERO = "没有统计人次的活动不算在内，另列场次。"
_LECTURES = frozenset(STUDY_KINDS[1:])


FIGURES = (
    Figure("A1", "开展活动", "场次", OfActivities(Adds.ROWS), f"活动台账的行数。{_ONCE}"),
    Figure("A2", "参与活动", "人次", OfActivities(Adds.ATTENDANCES), f"参与人次之和。{_NOT_ZERO}"),
    Figure("A3", "发放资料", "份", OfActivities(Adds.COPIES), "各种资料的份数之和。"),
    Figure("A4", "线上推送", "条", OfActivities(Adds.PUSHES), "推送条数之和，不是阅读数。"),
    Figure("A5", "联合活动", "场次", OfActivities(Adds.ROWS, joint=True), "有参与单位的活动。"),
    Figure(
        "A6",
        "没有统计人次的活动",
        "场次",
        OfActivities(Adds.ROWS, uncounted=True),
        "参与人次一格是空的。",
    ),
    Figure(
        "A7",
        "还没有审核的活动",
        "场次",
        OfActivities(Adds.ROWS, unreviewed=True),
        "没有审核人的活动。",
    ),
    Figure(
        "A11",
        "镇、村开展活动",
        "场次",
        OfActivities(Adds.ROWS, organisers=_TOWN_AND_VILLAGES),
        f"主办单位是镇或村的活动。{_ONCE}",
    ),
    Figure(
        "A12",
        "镇、村活动参与",
        "人次",
        OfActivities(Adds.ATTENDANCES, organisers=_TOWN_AND_VILLAGES),
        f"主办单位是镇或村的活动的人次。{_NOT_ZERO}",
    ),
    Figure(
        "A13",
        "镇、村发放资料",
        "份",
        OfActivities(Adds.COPIES, organisers=_TOWN_AND_VILLAGES),
        "主办单位是镇或村的活动发放的份数。",
    ),
    Figure(
        "A16",
        "镇、村没有统计人次的活动",
        "场次",
        OfActivities(Adds.ROWS, organisers=_TOWN_AND_VILLAGES, uncounted=True),
        "主办单位是镇或村、参与人次一格是空的活动。",
    ),
    Figure(
        "A21",
        "部门开展活动",
        "场次",
        OfActivities(Adds.ROWS, organisers=_DEPARTMENTS),
        f"主办单位是部门的活动。{_ONCE}",
    ),
    Figure(
        "A22",
        "部门活动参与",
        "人次",
        OfActivities(Adds.ATTENDANCES, organisers=_DEPARTMENTS),
        f"主办单位是部门的活动的人次。{_NOT_ZERO}",
    ),
    Figure(
        "A23",
        "部门发放资料",
        "份",
        OfActivities(Adds.COPIES, organisers=_DEPARTMENTS),
        "主办单位是部门的活动发放的份数。",
    ),
    Figure(
        "A26",
        "部门没有统计人次的活动",
        "场次",
        OfActivities(Adds.ROWS, organisers=_DEPARTMENTS, uncounted=True),
        "主办单位是部门、参与人次一格是空的活动。",
    ),
    Figure(
        "B1",
        "会前学法",
        "次",
        OfRegister(Register.STUDY, Adds.ROWS, kinds=frozenset(STUDY_KINDS[:1])),
        "会前学法的记录数。",
    ),
    Figure(
        "B2",
        "法治讲座和培训",
        "场",
        OfRegister(Register.STUDY, Adds.ROWS, kinds=_LECTURES),
        "讲座和培训的记录数。",
    ),
    Figure(
        "B3",
        "学法、讲座和培训参加",
        "人次",
        OfRegister(Register.STUDY, Adds.COUNT),
        "参加人数之和；一人多次算多次。",
    ),
    Figure(
        "C1",
        "法律顾问服务",
        "次",
        OfRegister(Register.ADVISER, Adds.ROWS),
        "法律顾问服务的记录数。",
    ),
    Figure(
        "C2",
        "有法律顾问服务记录的村",
        "个",
        OfRegister(Register.ADVISER, Adds.UNITS, owners=_VILLAGES),
        "一个村只算一次；镇级的服务不算村。",
    ),
    Figure("C6", "名册上的村", "个", OfUnits(_VILLAGES), "数据截至那天名册上的村，是 C2 的分母。"),
    Figure(
        "C3",
        "合法性审查",
        "件",
        OfRegister(Register.ADVISER, Adds.ROWS, kinds=frozenset(SERVICES[1:2])),
        "服务类型是合法性审查的记录数。",
    ),
    Figure(
        "C4",
        "法律意见书",
        "件",
        OfRegister(Register.ADVISER, Adds.ROWS, kinds=frozenset(SERVICES[2:3])),
        "服务类型是法律意见书的记录数。",
    ),
    Figure(
        "C5",
        "参与调解",
        "件",
        OfRegister(Register.ADVISER, Adds.ROWS, kinds=frozenset(SERVICES[3:4])),
        "服务类型是参与调解的记录数。",
    ),
    Figure(
        "D1",
        BACKBONE,
        "人",
        OfRegister(
            Register.PEOPLE,
            Adds.COUNT,
            kinds=frozenset({BACKBONE}),
            owners=_VILLAGES,
            latest=True,
        ),
        "各村截至末日最近一次登记的人数之和。",
    ),
    Figure(
        "D2",
        HOUSEHOLDS,
        "户",
        OfRegister(
            Register.PEOPLE,
            Adds.COUNT,
            kinds=frozenset({HOUSEHOLDS}),
            owners=_VILLAGES,
            latest=True,
        ),
        "各村截至末日最近一次登记的户数之和。",
    ),
    Figure(
        "D3",
        "法治文化阵地",
        "个",
        OfRegister(Register.PLACE, Adds.ROWS, ever=True),
        "截至末日登记的阵地。",
    ),
    Figure("E1", "收到普法提示", "件", OfRegister(Register.PROMPT, Adds.ROWS), "按收到日期计。"),
    Figure(
        "E2",
        "已反馈的普法提示",
        "件",
        OfRegister(Register.PROMPT, Adds.ROWS, kinds=frozenset({ANSWERED})),
        "收到的普法提示里已经反馈的。",
    ),
    Figure("F1", "应考", "人", OfExam.DUE, "考试开始时的名单减去免考。"),
    Figure("F2", "实考", "人", OfExam.ATTENDED, "至少答了一题、已交卷或到时收卷的人，一人算一次。"),
    Figure("F3", "合格", "人", OfExam.PASSED, "实考的人里达到合格线的。"),
    Figure("F4", "免考", "人", OfExam.EXEMPT, "经批准免考的人。"),
    Figure("G1", "消息应发", "人次", OfDeliveries.INTENDED, "一条消息发给一个账号算一人次。"),
    Figure("G2", "消息已发出", "人次", OfDeliveries.SENT, "聊天软件已接收。已发出不等于已读。"),
)
STANDS = frozenset(
    figure.source.register
    for figure in FIGURES
    if isinstance(figure.source, OfRegister) and (figure.source.latest or figure.source.ever)
)
"""Registers that say what stands on a day, not what happened over days."""
BY_ID = {figure.id: figure for figure in FIGURES}


_PARTS = {
    OfActivities: ("unit", "quarter", "month", "observance"),
    OfRegister: ("unit", "quarter", "month"),
    OfDeliveries: ("unit", "quarter", "month"),
    OfExam: ("exam",),
    OfUnits: (),
}
"""What part of a figure may be asked for."""
_WRITTEN = {"quarter": "(20[0-9]{2})([1-4])", "month": "(20[0-9]{2})-(0[1-9]|1[0-2])"}
NONE = "none"
"""``A1/observance/none``: events that belong to no observance."""


def find(words: str, scope: Scope, units: tuple[Unit, ...]) -> tuple[Figure, Scope]:
    """The figure that an id names, and the part of `scope` it is about. Raises BadInput."""
    key, *part = words.strip().split("/")
    figure = BY_ID.get(key.upper())
    if figure is None:
        raise BadInput(f"没有编号为 {words} 的数。报告里每个数旁边印着它的编号，如 A1。")
    _check_part(figure, part)
    match part:
        case []:
            return figure, scope
        case ["unit", code]:
            own = next((unit.id for unit in units if unit.code == code), None)
            if own is None:
                raise BadInput(f"名册里没有编码为 {code} 的单位。")
            return figure, replace(scope, own=own)
        case [period, written] if days := _days(period, written):
            return figure, _within(scope, *days)
        case ["observance", observance]:
            if observance == NONE:
                return figure, replace(scope, no_observance=True)
            return figure, replace(scope, observance=ObservanceKey(observance))
        case ["exam", exam] if exam.isascii() and exam.isdigit() and len(exam) < 10:
            return figure, replace(scope, exam=ExamId(int(exam)))
    raise BadInput(f"编号 {words} 写得不对，要像 A1、A1/unit/C01 或 A1/quarter/20264 这样。")


def _check_part(figure: Figure, part: list[str]) -> None:
    """Raise BadInput for a part that this figure does not have."""
    if isinstance(figure.source, OfExam) and part[:1] != ["exam"]:
        raise BadInput(
            f"{figure.id} 是一场考试的人数，几场的人不能相加。写明是哪一场，如 {figure.id}/exam/1。"
        )
    known = _PARTS[type(figure.source)]
    if part and part[0] not in known:
        only = f"，只有：{'、'.join(known)}" if known else ""
        raise BadInput(f"{figure.id} 没有“{part[0]}”这样的部分{only}。")


def _days(part: str, written: str) -> tuple[date, date] | None:
    """The days of ``quarter/20264`` or ``month/2026-11``; None for words that name none."""
    pattern = _WRITTEN.get(part)
    found = pattern and re.fullmatch(pattern, written)
    if not found:
        return None
    year, number = int(found[1]), int(found[2])
    first, last = (number * 3 - 2, number * 3) if part == "quarter" else (number, number)
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _within(scope: Scope, first: date, last: date) -> Scope:
    """The days of `scope` from `first` to `last`. Raises BadInput if there are none."""
    if first > scope.last or last < scope.first:
        raise BadInput(f"{first} 至 {last} 不在统计时段里。")
    return replace(scope, first=max(first, scope.first), last=min(last, scope.last))
