"""Slips of the pen that reports are full of: numbering, lost signs, figures without a base."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from lawcore.content.citing import SENTENCE
from lawcore.content.prose.reading import Line
from lawcore.content.prose.signing import signed_on
from lawcore.errors import Fault
from lawcore.law.mentions import number

_N = "一二三四五六七八九十"
_PART = re.compile(rf"^\s*([{_N}]+)、")
_SECTION = re.compile(rf"^\s*[（(]([{_N}]+)[）)]")
_STEP = re.compile(rf"(?<![。；;！？!?：:，,、…—\s”」）)》])(?<![第期初十周月其之])([{_N[1:9]}])是")
_STEP_AFTER_NUMBER = re.compile(rf"(?<=[\d%％])([{_N[1:9]}])是")
_LOST_FIRST = re.compile(
    r"((?:问题|原因|不足|短板)[^。：:]{0,6})?[：:]"
    r"(一(?![是、个般些定方直向样致旦律切共名位件场年次批套项])[\u4e00-\u9fff])"
)
_DOUBLED = re.compile(r"[，、；：][，。、；：]|。[，。、；：]|(?<![目标])的的(?!确)|了了(?!解|事)")
_GLUED = re.compile(r"(?<!\d)(20[0-4]\d)(\d{1,2})\s*(次|场次|场|期|届)(?!人)")
_GLUED_DATE = re.compile(r"^\s*(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\s*$")
_LOST_HEAD = re.compile(r"(?<![全方层局市])面着力")
_RATE = re.compile(r"((?:参考|参训|及格|优秀|合格|通过)率)[^，。；]{0,6}?\d+(?:\.\d+)?[%％]")
_BASE = re.compile(
    r"应考|实考|应到|实到|应参|实参|参加考试的?\d+|\d+(?:名|人)[^，。]{0,12}(?:参加|及格|合格)"
)
_EXAM = re.compile(r"考试|考法|测试|考核|参考率")
_VAGUE = re.compile(r"高分通过")
_VILLAGES = re.compile(r"(\d+)个(行政村|村[（(]社区[）)]|村(?![民组级委干（(]))")
_WHOLE_YEAR = re.compile(r"全年(?!的?(?:任务|目标|计划|工作计划|安排))|一年来")
_TO_COME = re.compile(r"明年|下一年|计划|预计|安排|打算|目标")
_CUT_OFF = re.compile(
    rf"截至(?:到|目前)?(?:((?:19|20)\d{{2}})年)?(?:(\d{{1,2}}|[{_N}]+)月(\d{{1,2}}|[{_N}]+)日|(年底|年末|年终))(?!前)"
)
_LATE = 10
"""From this month on a report that is signed is the report of its year."""
_COUNTED_TO = re.compile(r"截至|截止|统计时间|统计到")


def slips_of_line(line: Line) -> Iterator[Fault]:
    """Yield the slips that one line shows by itself."""
    text, where = line.text, line.where
    for glued in _GLUED.finditer(text):
        reason = f"“{glued[0]}”像是年份和数字连在一起了"
        yield Fault(where, reason, f"是不是{glued[1]}年，{glued[2]}{glued[3]}？")
    if day := _GLUED_DATE.match(text):
        reason = f"日期“{day[0].strip()}”丢了年月日"
        yield Fault(where, reason, f"写成{day[1]}年{int(day[2])}月{int(day[3])}日")
    yield from _steps(line)
    if _LOST_HEAD.search(text):
        reason = "“面着力”前面像是丢了字，或者标题并进了正文"
        yield Fault(where, reason, "核对这一段，标题另起一行")
    if doubled := _DOUBLED.search(text):
        yield Fault(where, f"“{doubled[0]}”多打了一个", "删去一个")
    for one, other in ("《》", "“”", "（）"):
        if text.count(one) != text.count(other):
            yield Fault(where, f"{one}和{other}不成对", "补上或者删去")


def _steps(line: Line) -> Iterator[Fault]:
    """一是……。二是……。: each begins a clause."""
    counted = "一是" in line.text or "首先" in line.text
    for step in (_STEP if counted else _STEP_AFTER_NUMBER).finditer(line.text):
        yield Fault(line.where, f"“{step[0]}”前面缺标点", "前一句的末尾补上句号或分号")
    first = None if counted else _LOST_FIRST.search(line.text)
    if first and ("二是" in line.text or first[1]):
        yield Fault(line.where, f"“{first[2]}”像是“一是”丢了“是”", "补上")


def slips(lines: Sequence[Line]) -> Iterator[tuple[int, Fault]]:
    """Yield the slips that show only in the whole text, each with the place of its line."""
    yield from _numbering(lines)
    yield from _figures(lines)
    yield from _names(lines)
    yield from _whole_year(lines)


def _numbering(lines: Sequence[Line]) -> Iterator[tuple[int, Fault]]:
    part = section = doubled = 0
    for place, line in enumerate(lines):
        if found := _PART.match(line.text):
            now, form, part, before, section = number(found[1]), "{}、", number(found[1]), part, 0
        elif found := _SECTION.match(line.text):
            now, form, before, section = number(found[1]), "（{}）", section, number(found[1])
        else:
            continue
        # After two of one number the next may count on from either.
        before, doubled = before + doubled * (now > before + 1), int(now == before)
        if now == before:
            reason = f"序号“{form.format(found[1])}”用了两次"
            yield place, Fault(line.where, reason, "后面的依次改")
        elif before and now > before + 1:
            reason = f"序号跳到了“{form.format(found[1])}”，前面只到{before}"
            yield place, Fault(line.where, reason, "看看是不是漏了一段，或者标题并进了正文")


def _figures(lines: Sequence[Line]) -> Iterator[tuple[int, Fault]]:
    whole = "\n".join(line.text for line in lines)
    for place, line in enumerate(lines):
        if (found := _RATE.search(line.text)) and _EXAM.search(whole) and not _BASE.search(whole):
            reason = f"“{found[0]}”没有写应考和实考的人数"
            yield place, Fault(line.where, reason, "率要能算出来：写明应考多少人，实考多少人")
        if _VAGUE.search(line.text) and not re.search(r"\d分|平均分", whole):
            yield place, Fault(line.where, "“高分通过”没有写分数", "写明平均分或者及格人数")


def _names(lines: Sequence[Line]) -> Iterator[tuple[int, Fault]]:
    """So many villages are not so many villages and communities."""
    counted: dict[str, str] = {}
    for place, line in enumerate(lines):
        for found in _VILLAGES.finditer(line.text):
            name = counted.setdefault(found[1], found[2])
            if ("社区" in name) != ("社区" in found[2]):
                reason = f"前面写“{found[1]}个{name}”，这里写“{found[0]}”"
                yield place, Fault(line.where, reason, "村和社区分开数，全文用一个说法")


def _whole_year(lines: Sequence[Line]) -> Iterator[tuple[int, Fault]]:
    """A report counts up to the day on which it is signed, and of a whole year only at its end."""
    signed = signed_on(lines)
    if signed is None:
        return
    line, day = signed
    under = next(place for place, each in enumerate(lines) if each is line)
    for place, each in enumerate(lines):
        yield from ((place, fault) for fault in _counted_beyond(each, day))
    said = any(
        _WHOLE_YEAR.search(sentence) and not _TO_COME.search(sentence)
        for each in lines
        for sentence in SENTENCE.split(each.text)
    )
    counted = any(_COUNTED_TO.search(each.text) for each in lines)
    if said and not counted and day.month >= _LATE and (day.month, day.day) < (12, 31):
        reason = f"落款是{day.month}月{day.day}日，文中说的是全年"
        yield under, Fault(line.where, reason, "写明数字截至哪一天")


def _counted_beyond(line: Line, signed: date) -> Iterator[Fault]:
    for found in _CUT_OFF.finditer(line.text):
        year = int(found[1]) if found[1] else signed.year
        try:
            until = (
                date(year, 12, 31) if found[4] else date(year, number(found[2]), number(found[3]))
            )
        except ValueError:
            continue  # the checker of days says that there is no such day
        if until > signed and not _TO_COME.search(line.text):
            reason = f"落款是{signed}，数字却写“{found[0]}”"
            yield Fault(line.where, reason, "落款那天以后的数还没有，改截止日期或者落款")
