"""Counts in a draft, as exactly as they are written: 80余场次 is anything from 80 to 89."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

NUMERAL = r"(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?:余|多)?[百千万]?(?:余|多)?"
_UNITS = (
    "场次", "人次", "平方米", "公里", "场", "次", "份", "册", "本", "套", "张", "件", "条", "期",
    "户", "亩", "人", "名", "个", "家", "项", "起", "处", "所", "篇", "块", "面", "幅", "台", "元",
)  # fmt: skip
_SAME = {"名": "人", "场次": "场"}
"""Units that people write for one another."""
_COUNT = re.compile(
    rf"(?<![\d.第年月〔,+＋=＝])(?P<about>约|近|超过|超|逾|至少|不少于)?(?P<numeral>{NUMERAL})"
    rf"\s*(?P<unit>{'|'.join(_UNITS)})(?![月级小])(?P<round>左右|以上)?"
)
_TENS = {"百": 100, "千": 1000, "万": 10000}


class Count(NamedTuple):
    """So many of a unit; `low` and `high` are the least and the most that it may be."""

    low: Decimal
    high: Decimal
    unit: str
    written: str
    start: int
    end: int


def counts(text: str) -> Iterator[Count]:
    """Yield what a text counts, from left to right."""
    for found in _COUNT.finditer(text):
        low, high = amount(found["numeral"])
        if found["about"] or found["round"]:
            about = _last_place(found["numeral"])
            low, high = low - about, high + about
        unit = _SAME.get(found["unit"], found["unit"])
        yield Count(low, high, unit, found[0], found.start(), found.end())


def amount(numeral: str) -> tuple[Decimal, Decimal]:
    """Read 80, 1,200, 2.8万 or 20000余: the least and the most that is meant."""
    digits, scale = _parts(numeral)
    value = Decimal(digits) * scale
    vague = "余" in numeral or "多" in numeral
    return value, value + (_last_place(numeral) - 1 if vague else 0)


def _last_place(numeral: str) -> Decimal:
    """Give the worth of the last digit that is not a zero: 10 for 80, 1000 for 2.8万."""
    digits, scale = _parts(numeral)
    if "." in digits:
        return max(Decimal(1), Decimal(1).scaleb(-len(digits.partition(".")[2])) * scale)
    return Decimal(10) ** (len(digits) - len(digits.rstrip("0"))) * scale


def _parts(numeral: str) -> tuple[str, int]:
    plain = numeral.translate({ord(sign): None for sign in ",余多"})
    scale = _TENS.get(plain[-1], 1)
    return plain.rstrip("百千万"), scale
