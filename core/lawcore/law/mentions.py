"""Laws and articles named in running Chinese text, in 《》 or bare."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lawcore.law.law import Law
from lawcore.law.registry import Registry

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}

_N = r"[0-9〇零一二两三四五六七八九十百千]+"
_PART = rf"(?:之{_N})?(?:第{_N}款)?(?:第?[（(]?{_N}[）)]?项)?"
_AND = r"[、和及与至到]"
_GROUP = rf"{_N}(?:{_AND}第?{_N})*条{_PART}"
_QUOTED = re.compile(r"《([^《》]+)》(?:[（(](?:以下)?简称[^）)]*[）)])?")
_CHAIN = re.compile(rf"\s*第{_GROUP}(?:{_AND}第?{_GROUP})*")
_PARTS = re.compile(rf"条{_PART}")
_NUMBER = re.compile(_N)
_GOES_ON = r"(?![律院官庭治制盲])(?!规(?!定))"
"""合同法律, 环境保护法规, 宪法制定 name no law by this name."""


class Mention(NamedTuple):
    """A law named in a text; `law` is None where the name in 《》 is not registered."""

    name: str
    law: Law | None
    articles: tuple[int, ...]
    start: int
    end: int
    """Behind the last article that is named with it."""
    quoted: bool


def mentions(text: str, registry: Registry) -> Iterator[Mention]:
    """Yield every 《…》 of `text` and every bare name of a registered law, with its articles.

    Of several bare names that fit the longest counts. Both ends of 第三条至第五条 are given;
    paragraphs, items and 之一 are left out.
    """
    bare = _bare_names(registry)
    place = 0
    while found := _first(_QUOTED.search(text, place), bare.search(text, place)):
        articles, end = _articles_after(text, found.end())
        law = registry.find(found[1])
        yield Mention(found[1], law, articles, found.start(), end, found.re is _QUOTED)
        place = end


def number(numeral: str) -> int:
    """Read 12, 十二, 一百零三 or 一千二百六十."""
    if numeral.isdigit() and numeral.isascii():
        return int(numeral)
    total, digit = 0, 0
    for sign in numeral:
        if sign in _TENS:
            total += (digit or 1) * _TENS[sign]
            digit = 0
        else:
            digit = digit * 10 + (int(sign) if sign.isascii() else _DIGITS[sign])
    return total + digit


def _articles_after(text: str, place: int) -> tuple[tuple[int, ...], int]:
    """Give the numbers of the articles named at `place`, and the place behind them."""
    chain = _CHAIN.match(text, place)
    if chain is None:
        return (), place
    numerals = _NUMBER.findall(_PARTS.sub(" ", chain[0]))
    return tuple(number(numeral) for numeral in numerals), chain.end()


def _first(one: re.Match[str] | None, other: re.Match[str] | None) -> re.Match[str] | None:
    if one is None or other is None:
        return one or other
    return one if one.start() <= other.start() else other


@lru_cache(maxsize=4)
def _bare_names(registry: Registry) -> re.Pattern[str]:
    names = sorted(registry.names, key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, names)) or '(?!)'}){_GOES_ON}")
