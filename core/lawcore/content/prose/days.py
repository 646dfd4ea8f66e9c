"""The dates of a sentence: do they exist, and are they those of the occasions it names?"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from lawcore.calendar.observance import Observance, span_text
from lawcore.calendar.rules import ByNotice, Day
from lawcore.content.prose.occasions import DOTTED, WIDE, N, Occasions
from lawcore.content.prose.reading import Line
from lawcore.content.prose.statutory import not_statutory
from lawcore.errors import Fault
from lawcore.law.mentions import number

_DATE = re.compile(
    rf"(?:({N})年)?({N})月({N})[日号](?:[（(]?(?:星期|周)([一二三四五六日天])[）)]?)?"
)
_YEAR = re.compile(r"((?:19|20)\d{2})年|(今年|本年|本年度|这一年)|(去年|上年|上一年)|(明年|下一年)")
_NTH = re.compile(r"第\s*([0-9一二三四五六七八九十百]+)\s*(?:个|届)|(首个|首届|首次)")
_FOUNDED = re.compile(r"设立|确定|定为|规定|批准|始于|起源|发起")
_IS = re.compile(r"^(?:是|为|：|:|—+|“|”|「|\s|的|\()*$")
_WEEKDAYS = "一二三四五六日"
_OTHER_DAY = re.compile(r"^(?:宣传)?(?:来临|前|后|期间|活动|系列|主题|宣传|普法|集中|启动)")


class Days:
    """What is known of the occasions whose names a sentence may use."""

    def __init__(self, observances: Iterable[Observance], day: date, years: Iterable[int]) -> None:
        """The text is read on `day`; 今年 may mean `years` in it, the likeliest first."""
        self._day = day
        self._years = tuple(dict.fromkeys(years))
        self._occasions = Occasions(observances)

    def faults(self, sentence: str, line: Line) -> Iterator[Fault]:
        """Yield the faults of one sentence of `line`."""
        for found in _DATE.finditer(sentence):
            yield from self._exists(found, line)
        for named in self._occasions.named.finditer(sentence):
            observance = self._occasions.titles[named[0]]
            yield from self._held(sentence, named, observance, line)
            yield from self._counted(sentence, named, observance, line)
        yield from not_statutory(sentence, self._occasions, self._day, line)

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
        years = (year,) if year else self._meant(sentence, named.start())[0]
        spans = [span for each in years if (span := observance.rule.resolve(each))]
        for span in spans:
            if (month, day) in {(span.start.month, span.start.day), (span.end.month, span.end.day)}:
                return
            within = (span.start.month, span.start.day), (span.end.month, span.end.day)
            if not isinstance(observance.rule, Day) and within[0] <= (month, day) <= within[1]:
                return
        if spans:
            held = span_text(spans[0].start, spans[0].end)
            yield Fault(
                line.where,
                f"“{named[0]}”不在{month}月{day}日",
                f"{spans[0].start.year}年是{held}（{observance.source}）",
            )

    def _counted(
        self, sentence: str, named: re.Match[str], observance: Observance, line: Line
    ) -> Iterator[Fault]:
        """第N个 is the year minus the first year plus one."""
        first = observance.valid_from
        if first is None:
            return
        found = _nth_near(sentence, named)
        title = named[0]
        if found is None:
            if _FOUNDED.search(sentence):
                yield from self._founded(sentence, title, observance, first, line)
            return
        nth, place = found
        years, _ = self._meant(sentence, max(place, named.start()))
        if all(nth != year - first + 1 for year in years):
            right = f"从{first}年算起，{years[0]}年是第{years[0] - first + 1}个"
            yield Fault(line.where, f"{years[0]}年的“{title}”不是第{nth}个", right)

    def _founded(
        self, sentence: str, title: str, observance: Observance, first: int, line: Line
    ) -> Iterator[Fault]:
        years, written = self._meant(sentence, len(sentence))
        if written and years[0] > first:
            right = f"{first}年就有了（{observance.source}）"
            yield Fault(line.where, f"“{title}”不是{years[0]}年才定的", right)

    def _meant(self, sentence: str, place: int) -> tuple[tuple[int, ...], bool]:
        """Give the years that a sentence may mean at `place`, and whether it writes the year."""
        found = list(_YEAR.finditer(sentence))
        before = [each for each in found if each.start() < place]
        nearest = before[-1] if before else found[0] if found else None
        if nearest is None or nearest[2]:
            return self._years, False
        if nearest[1]:
            return (int(nearest[1]),), True
        return tuple(year + (-1 if nearest[3] else 1) for year in self._years), False


def _said_before(sentence: str, place: int) -> tuple[int, int, int] | None:
    """Give year (0 if none), month and day of the date that stands right before `place`."""
    for found in _DATE.finditer(sentence, 0, place):
        if _IS.match(WIDE.sub("", sentence[found.end() : place])):
            return number(found[1]) if found[1] else 0, number(found[2]), number(found[3])
    for found in DOTTED.finditer(sentence, 0, place):
        if _IS.match(WIDE.sub("", sentence[found.end() : place])):
            return 0, int(found[1]), int(found[2])
    return None


def _nth_near(sentence: str, named: re.Match[str]) -> tuple[int, int] | None:
    """Give N of 第N个 right before a title, or of 是第N个 in a sentence about it; and its place."""
    for found in _NTH.finditer(sentence):
        before = sentence[found.end() : named.start()]
        after = sentence[named.end() : found.start()]
        near_before = found.end() <= named.start() and len(WIDE.sub("", before.strip())) <= 2
        near_after = found.start() >= named.end() and len(after) <= 6 and "日" not in after
        if near_before or near_after:
            return (number(found[1]) if found[1] else 1), found.start()
    return None
