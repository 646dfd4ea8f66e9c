"""The occasions that a sentence speaks of, by a title or by their date, however it is written."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lawcore.calendar.observance import Observance
from lawcore.calendar.rules import Day, MonthDay, Range, Rule
from lawcore.law.mentions import number

N = r"[0-9〇零一二三四五六七八九十]+"
WIDE = re.compile(r"^(?:国际|世界|全国|全民|中国|中华|国家)+")
DOTTED = re.compile(r"(?<![\d.·])(\d{1,2})[.·•．・‧](\d{1,2})(?![\d.·%％万亿元个人次份])")
_HAN = re.compile(
    r"(?<![一二三四五六七八九十])([一二三四五六七八九十]{1,2})[·•・]([一二三四五六七八九十]{1,3})"
)
_DATE = re.compile(rf"(?<!\d)({N})月({N})[日号]")
_HEAD = re.compile(r"^[\d·.“]+|[”（].*$|[“”]")


class Spoken(NamedTuple):
    """A title or a date in a sentence, and the occasions that it may stand for."""

    start: int
    end: int
    observances: tuple[Observance, ...]
    written: str


class Occasions:
    """The observances by the names that people use, and those of fixed days by their dates."""

    def __init__(self, observances: Iterable[Observance]) -> None:
        self.titles: dict[str, Observance] = {}
        self._dates: dict[tuple[int, int], tuple[Observance, ...]] = {}
        # 4月25日 is first of all the day that has this date, and then the begin of a week.
        for observance in sorted(observances, key=lambda each: not isinstance(each.rule, Day)):
            for title in _titles(observance.title):
                self.titles.setdefault(title, observance)
            for on in _days(observance.rule):
                others = self._dates.get(on, ())
                self._dates[on] = (*others, observance)
        longest = sorted(self.titles, key=len, reverse=True)
        self.named = re.compile("|".join(map(re.escape, longest)) or "(?!)")

    def spoken(self, sentence: str) -> list[Spoken]:
        """Give what a sentence says of occasions, from left to right, nothing twice."""
        found = [
            Spoken(title.start(), title.end(), (self.titles[title[0]],), title[0])
            for title in self.named.finditer(sentence)
        ]
        for dates in (_DATE, DOTTED, _HAN):
            for date in dates.finditer(sentence):
                month, day = number(date[1]), number(date[2])
                known = self._dates.get((month, day), ())
                found.append(Spoken(date.start(), date.end(), known, date[0]))
        return list(_apart(sorted(found)))


def _days(rule: Rule) -> Iterator[MonthDay]:
    """Give the day of a rule, or the days between which it runs every year."""
    match rule:
        case Day(on):
            yield on
        case Range(start, end):
            yield from (start, end)


def _apart(found: list[Spoken]) -> Iterator[Spoken]:
    end = 0
    for each in found:
        if each.start >= end:
            yield each
            end = each.end


def _titles(title: str) -> Iterator[str]:
    """Give a title as it stands, without its numbers and brackets, and without 全国, 世界."""
    parts = _HEAD.sub("", title).strip().split("·")
    for name in (*parts, *(WIDE.sub("", part) for part in parts)):
        if len(name) >= 3 and name.endswith(("日", "周", "月", "节", "行动")):
            yield name
