"""The sentences of the figures chapter. Every number is `Cited`."""

from lawcore.reports.annual import Annual, Cited, Paragraph, Piece, Section, about
from lawcore.reports.participation import ExamTable

SUMMARY = 1
UNITS = 2
QUARTERS = 3
OBSERVANCES = 4
EXAMS = 5
CLAIMS = 6
"""Numbers of the tables."""


def sections(annual: Annual) -> tuple[Section, ...]:
    """The sections that have something to say."""
    found = (
        Section("法治宣传活动", _activities(annual)),
        Section("学法用法", _study(annual)),
        Section("法律顾问和法治骨干", _backbone(annual)),
        Section("法律知识考试", tuple(_exam(exam) for exam in annual.exams)),
        Section("普法提示", _prompts(annual)),
        Section("普法消息", _messages(annual)),
    )
    return tuple(section for section in found if section.paragraphs)


def _activities(annual: Annual) -> tuple[Paragraph, ...]:
    if not annual.now.value("A1"):
        return ()
    first: list[Piece] = [
        f"{annual.year}年{annual.period}，全镇共开展法治宣传活动",
        *_figure(annual, "A1"),
    ]
    if annual.of("A2").now is None:
        first.append("，都没有统计人次")
    else:
        first += ["，参与", *_figure(annual, "A2")]
    if annual.of("A2").now is not None and annual.now.value("A6"):
        first += ["（另有", *_figure(annual, "A6"), "没有统计人次）"]
    first += ["，发放资料", *_figure(annual, "A3"), "。"]
    second: list[Piece] = [
        "其中，镇、村开展活动",
        *_figure(annual, "A11"),
        "、发放资料",
        *_figure(annual, "A13"),
        "；部门开展活动",
        *_figure(annual, "A21"),
        "、发放资料",
        *_figure(annual, "A23"),
        "。联合举办的",
        *_figure(annual, "A5"),
        "，只算在主办单位，不重复计算。",
    ]
    third = _change(annual, "A1", "活动场次") + _change(annual, "A2", "参与人次")
    return tuple(tuple(part) for part in (first, second, third) if part)


def _change(annual: Annual, figure: str, word: str) -> list[Piece]:
    change = annual.of(figure).change
    if change is None:
        return []
    cited = Cited(f"{abs(change)}", SUMMARY, figure)
    if change == 0:
        return [f"{word}和{annual.before_word}持平。"]
    more = "增加" if change > 0 else "减少"
    return [f"{word}比{annual.before_word}{more}", cited, f"{annual.of(figure).figure.measure}。"]


def _study(annual: Annual) -> tuple[Paragraph, ...]:
    if annual.of("B1").now is None:
        return ()
    return (
        (
            "会前学法",
            *_figure(annual, "B1"),
            "，法治讲座和培训",
            *_figure(annual, "B2"),
            *(("，参加", *_figure(annual, "B3")) if annual.of("B3").now is not None else ()),
            "。",
        ),
    )


def _backbone(annual: Annual) -> tuple[Paragraph, ...]:
    found: list[Paragraph] = []
    if annual.of("C1").now is not None:
        found.append(
            (
                "名册上的村",
                *_figure(annual, "C6"),
                "，其中有法律顾问服务记录的",
                *_figure(annual, "C2"),
                "；服务",
                *_figure(annual, "C1"),
                "，其中合法性审查",
                *_figure(annual, "C3"),
                "、法律意见书",
                *_figure(annual, "C4"),
                "、参与调解",
                *_figure(annual, "C5"),
                "。",
            )
        )
    heads = [key for key in ("D1", "D2") if annual.of(key).now is not None]
    if heads:
        said: list[Piece] = [f"截至{annual.last_day.month}月{annual.last_day.day}日，登记"]
        for key in heads:
            comma = "，" if key != heads[0] else ""
            said += [f"{comma}{annual.of(key).figure.title}", *_figure(annual, key)]
        found.append((*said, "。"))
    if annual.of("D3").now is not None:
        found.append(("登记法治文化阵地", *_figure(annual, "D3"), "。"))
    return tuple(found)


def _exam(exam: ExamTable) -> Paragraph:
    total = exam.total
    key = f"exam/{exam.exam}"
    if exam.open:
        return (f"“{exam.title}”还在进行，结束后再说明。",)
    return (
        f"“{exam.title}”应考",
        Cited(f"{total.due}", EXAMS, f"F1/{key}"),
        "人、实考",
        Cited(f"{total.attended}", EXAMS, f"F2/{key}"),
        "人，参考率",
        Cited(_percent(total.attendance.percent), EXAMS, f"F2/{key}"),
        "；合格",
        Cited(f"{total.passed}", EXAMS, f"F3/{key}"),
        "人，合格率（实考）",
        Cited(_percent(total.passed_of_attended.percent), EXAMS, f"F3/{key}"),
        "、合格率（应考）",
        Cited(_percent(total.passed_of_due.percent), EXAMS, f"F3/{key}"),
        "。免考",
        Cited(f"{total.exempt}", EXAMS, f"F4/{key}"),
        "人，已另列。",
    )


def _prompts(annual: Annual) -> tuple[Paragraph, ...]:
    if annual.of("E1").now is None:
        return ()
    return (("收到普法提示", *_figure(annual, "E1"), "，已反馈", *_figure(annual, "E2"), "。"),)


def _messages(annual: Annual) -> tuple[Paragraph, ...]:
    if annual.of("G1").now is None:
        return ()
    first = ("普法消息应发", *_figure(annual, "G1"), "，已发出", *_figure(annual, "G2"))
    return ((*first, "；已发出不等于已读。"),)


def _figure(annual: Annual, key: str) -> tuple[Piece, ...]:
    """The number with its source, then its measure."""
    one = annual.of(key)
    return Cited(about(one.now or 0), SUMMARY, key), one.figure.measure


def _percent(percent: object) -> str:
    return "—" if percent is None else f"{percent}%"
