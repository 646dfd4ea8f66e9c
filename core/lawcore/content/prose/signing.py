"""The day that stands under a draft, and the year that it is about."""

import re
from collections.abc import Sequence
from datetime import date

from lawcore.content.prose.reading import Line
from lawcore.law.mentions import number

_N = r"[0-9〇零一二三四五六七八九十]+"
_SPACES = re.compile(r"\s+")
_DAY = re.compile(rf"((?:19|20)\d{{2}}|[一二]{_N})年({_N})月({_N})日")
_GLUED = re.compile(r"(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_NOT_IN_A_SIGNATURE = re.compile(r"[，。；！？]")
_LAST = 8
"""A signature stands in one of so many last lines: copies and contacts may follow it."""
_LONGEST = 40
_FIRST = 4
_UNDER_TITLE = re.compile(r"[（(〔]?([^，。；]{9,12}日)[）)〕]?")
_TITLE = re.compile(r"^[^，。；]{0,20}(20\d{2})年度?[^，。；\d月]{0,30}$")


def signed_on(lines: Sequence[Line]) -> tuple[Line, date] | None:
    """Give the line and the day of the signature.

    It is a short last line that ends with a day, or one below the title that is nothing else. It
    stands in the text itself and in no table, header or note.
    """
    body = [line for line in lines if line.where.startswith("第")]
    for line in reversed(body[-_LAST:]):
        text = _SPACES.sub("", line.text).rstrip("）)】〕")
        found = _last_day(text)
        if found and len(text) <= _LONGEST and not _NOT_IN_A_SIGNATURE.search(text):
            return line, found
    for line in body[:_FIRST]:
        under = _UNDER_TITLE.fullmatch(_SPACES.sub("", line.text))
        if under and (found := _last_day(under[1])):
            return line, found
    return None


def years_of(lines: Sequence[Line], day: date) -> tuple[int, ...]:
    """Give the years that 今年 may mean in a text that is read on `day`, the likeliest first.

    A report is signed in its year or early in the next; its title names the year it is about.
    """
    signed = signed_on(lines)
    year = signed[1].year if signed else day.year
    titles = (_TITLE.search(_SPACES.sub("", line.text)) for line in lines[:_FIRST])
    named = [int(found[1]) for found in titles if found]
    return tuple(dict.fromkeys((year, *(each for each in named if each in {year, year - 1}))))


def _last_day(text: str) -> date | None:
    ending = [found for found in _DAY.finditer(text) if found.end() == len(text)]
    glued = _GLUED.fullmatch(text)
    return _date(ending[-1]) if ending else _date(glued) if glued else None


def _date(found: re.Match[str]) -> date | None:
    try:
        return date(*(number(part) for part in found.groups()))
    except ValueError:
        return None
