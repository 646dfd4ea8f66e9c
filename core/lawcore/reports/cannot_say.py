"""What a year's records do not say, in sentences: it is listed, not left out."""

from collections.abc import Iterator
from datetime import date

from lawcore.reports.annual import Annual

_SHOWN = 10
"""Pairs of rows that are named."""


def cannot_say(annual: Annual) -> tuple[str, ...]:
    """Every limit of the figures of `annual`, the widest first."""
    return (*_period(annual), *_activities(annual), *_missing(annual), *_others(annual))


def _period(annual: Annual) -> Iterator[str]:
    last = annual.last_day
    if last < date(annual.year, 12, 31):
        yield (
            f"数据截至{last.month}月{last.day}日，这一天以后的活动没有算在内，不能说明全年的情况。"
        )
    if all(one.before is None for one in annual.compared):
        yield f"{annual.year - 1}年没有台账，不能和{annual.before_word}比较。"


def _activities(annual: Annual) -> Iterator[str]:
    now = annual.now
    if now.value("A1"):
        yield "人次是每场人数之和，一人来几次算几次；受教育的有多少人，没有记录，不能说明。"
    if uncounted := now.value("A6"):
        counted = now.value("A1") - uncounted
        rest = f"参与人次只是另外{counted}场的合计，" if counted else ""
        yield f"有{uncounted}场活动没有统计人次，{rest}不能说明全部活动的人次。"
    if annual.doubles:
        said = "，".join(f"{one}和{other}" for one, other in annual.doubles[:_SHOWN])
        more = "等" if len(annual.doubles) > _SHOWN else ""
        yield (
            f"有{len(annual.doubles)}对记录同一天、至少一方写了另一方参与，可能是一场联合活动记了两次："
            f"{said}{more}。是同一场的，请撤销一条。"
        )
    if unreviewed := now.value("A7"):
        yield f"有{unreviewed}场活动还没有审核，数字可能更正。"


def _missing(annual: Annual) -> Iterator[str]:
    missing = [one.figure.title for one in annual.compared if one.now is None]
    if missing:
        listed = "".join(f"“{title}”" for title in missing)
        yield f"没有登记的：{listed}。没有登记不等于没有做，也不能写成 0。"


def _others(annual: Annual) -> Iterator[str]:
    if not annual.exams:
        yield "没有考试的名单和答卷，参考率、合格率不能说明。"
    for exam in annual.exams:
        if exam.total.due == 0:
            yield f"“{exam.title}”应考0人，没有比率。"
    if annual.now.value("G1"):
        yield "消息已发出不等于已读，看没看不能说明。"
