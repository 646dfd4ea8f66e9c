"""Laws and articles named in running Chinese text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}

_N = r"[0-9〇零一二两三四五六七八九十百千]+"
_PART = rf"(?:之{_N})?(?:第{_N}款)?(?:第?[（(]?{_N}[）)]?项)?"
_AND = r"[、和及与至到]"
_GROUP = rf"{_N}(?:{_AND}第?{_N})*条{_PART}"
_NAME = re.compile(r"《([^《》]+)》(?:[（(](?:以下)?简称[^）)]*[）)])?")
_CHAIN = re.compile(rf"\s*第{_GROUP}(?:{_AND}第?{_GROUP})*")
_PARTS = re.compile(rf"条{_PART}")
_NUMBER = re.compile(_N)


class Mention(NamedTuple):
    """A name in 《》 and the numbers of the articles named right after it."""

    name: str
    articles: tuple[int, ...]


def mentions(text: str) -> Iterator[Mention]:
    """Yield every 《…》 of `text` with the articles that follow at once.

    Both ends of 第三条至第五条 are given; paragraphs, items and 之一 are left out.
    """
    for found in _NAME.finditer(text):
        yield Mention(found[1], articles_after(text, found.end())[0])


def articles_after(text: str, place: int) -> tuple[tuple[int, ...], int]:
    """Give the numbers of the articles named at `place`, and the place behind them."""
    chain = _CHAIN.match(text, place)
    if chain is None:
        return (), place
    numerals = _NUMBER.findall(_PARTS.sub(" ", chain[0]))
    return tuple(number(numeral) for numeral in numerals), chain.end()


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
