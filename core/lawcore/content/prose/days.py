"""The dates of a sentence: do they exist, and are they those of the occasions it names?"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from lawcore.calendar.observance import Observance, span_text
from lawcore.calendar.rules import ByNotice, Day
from lawcore.content.prose.reading import Line
from lawcore.errors import Fault
from lawcore.law.mentions import number

_N = r"[0-9〇零一二三四五六七八九十]+"
_DATE = re.compile(
    rf"(?:({_N})年)?({_N})月({_N})[日号](?:[（(]?(?:星期|周)([一二三四五六日天])[）)]?)?"
)
_DOTTED = re.compile(r"(?<![\d.·])(\d{1,2})[.·](\d{1,2})(?![\d.·%％万亿元个人次份])")
_YEAR = re.compile(r"((?:19|20)\d{2})年")
_NTH = re.compile(r"第([0-9一二三四五六七八九十百]+)(?:个|届)|(首个|首届|首次)")
_FOUNDED = re.compile(r"设立|确定|定为|规定|批准|始于|起源|发起")
_IS = re.compile(r"^(?:是|为|：|:|—+|“|”|「|\s|的|\()*$")
_WEEKDAYS = "一二三四五六日"
_HEAD = re.compile(r"^[\d·.“]+|[”（].*$|[“”]")
_WIDE = re.compile(r"^(?:国际|世界|全国|全民|中国|中华|国家)+")
_OTHER_DAY = re.compile(r"^(?:宣传)?(?:来临|前|后|期间|活动|系列|主题|宣传|普法|集中|启动)")


class Days:
    """What is known of the occasions whose names a sentence may use."""

    def __init__(self, observances: Iterable[Observance], day: date) -> None:
        self._day = day
        self._titles: dict[str, Observance] = {}
        for observance in observances:
            for title in _titles(observance.title):
                self._titles.setdefault(title, observance)
        longest = sorted(self._titles, key=len, reverse=True)
        self._named = re.compile("|".join(map(re.escape, longest)) or "(?!)")

    def faults(self, sentence: str, line: Line) -> Iterator[Fault]:
        """Yield the faults of one sentence of `line`."""
        for found in _DATE.finditer(sentence):
            yield from self._exists(found, line)
        for named in self._named.finditer(sentence):
            observance = self._titles[named[0]]
            yield from self._held(sentence, named, observance, line)
            yield from self._counted(sentence, named, observance, line)

    def _exists(self, found: re.Match[str], line: Line) -> Iterator[Fault]:
        year, month, day = (number(part) if part else 0 for part in found.groups()[:3])
        try:
            # 29 February exists where no year is named.
            when = date(year or 2024, month, day)
        except ValueError:
            yield Fault(line.where, f"没有{found[0]}这一天", "核对日期")
            return
        weekday = _WEEKDAYS[when.weekday()]
        if year and found[4] and found[4].replace("天", "日") != weekday:
            yield Fault(line.where, f"{found[0]}对不上：{when}是星期{weekday}", "核对日期和星期")

    def _held(
        self, sentence: str, named: re.Match[str], observance: Observance, line: Line
    ) -> Iterator[Fault]:
        """A date right before a title, or in brackets after it, is said to be the day."""
        said = _said_before(sentence, named.start())
        if said is None or isinstance(observance.rule, ByNotice):
            return
        if _OTHER_DAY.match(sentence[named.end() :]):
            return
        year, month, day = said
        span = observance.rule.resolve(year or self._year(sentence))
        if span is None:
            return
        days = {(span.start.month, span.start.day), (span.end.month, span.end.day)}
        fixed = isinstance(observance.rule, Day)
        within = not fixed and (span.start.month, span.start.day) <= (month, day) <= (
            span.end.month,
            span.end.day,
        )
        if (month, day) not in days and not within:
            held = span_text(span.start, span.end)
            yield Fault(
                line.where,
                f"「{named[0]}」不在{month}月{day}日",
                f"{span.start.year}年是{held}（{observance.source}）",
            )

    def _counted(
        self, sentence: str, named: re.Match[str], observance: Observance, line: Line
    ) -> Iterator[Fault]:
        """第N个 is the year minus the first year plus one."""
        first = observance.valid_from
        if first is None:
            return
        found = _nth_near(sentence, named)
        year = self._year(sentence)
        title = named[0]
        if found is not None and found != year - first + 1:
            right = f"从{first}年算起，{year}年是第{year - first + 1}个"
            yield Fault(line.where, f"{year}年的「{title}」不是第{found}个", right)
        elif (
            found is None and _FOUNDED.search(sentence) and _YEAR.search(sentence) and year > first
        ):
            right = f"{first}年就有了（{observance.source}）"
            yield Fault(line.where, f"「{title}」不是{year}年才定的", right)

    def _year(self, sentence: str) -> int:
        found = _YEAR.search(sentence)
        return int(found[1]) if found else self._day.year


def _titles(title: str) -> Iterator[str]:
    """Give a title as it stands, without its numbers and brackets, and without 全国, 世界."""
    plain = _HEAD.sub("", title).strip()
    for name in (plain, _WIDE.sub("", plain)):
        if len(name) >= 3 and name.endswith(("日", "周", "月", "节", "行动")):
            yield name


def _said_before(sentence: str, place: int) -> tuple[int, int, int] | None:
    """Give year (0 if none), month and day of the date that stands right before `place`."""
    for found in _DATE.finditer(sentence, 0, place):
        if _IS.match(_WIDE.sub("", sentence[found.end() : place])):
            return number(found[1]) if found[1] else 0, number(found[2]), number(found[3])
    for found in _DOTTED.finditer(sentence, 0, place):
        if _IS.match(_WIDE.sub("", sentence[found.end() : place])):
            return 0, int(found[1]), int(found[2])
    return None


def _nth_near(sentence: str, named: re.Match[str]) -> int | None:
    """Give N of 第N个 right before a title, or of 是第N个 in a sentence about it."""
    for found in _NTH.finditer(sentence):
        before = sentence[found.end() : named.start()]
        after = sentence[named.end() : found.start()]
        near_before = found.end() <= named.start() and len(_WIDE.sub("", before)) <= 2
        near_after = found.start() >= named.end() and len(after) <= 6 and "日" not in after
        if near_before or near_after:
            return number(found[1]) if found[1] else 1
    return None
