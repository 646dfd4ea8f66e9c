"""Numbers with a unit in running Chinese text: 五百元, 15日, 二十万元, 三分之二, 30%."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8}

_N = r"(?:[0-9][0-9,]*(?:\.[0-9]+)?[十百千万亿]*|[零〇一二两三四五六七八九十百千万亿]+)"
_UNITS = {
    "天": "日", "周岁": "岁", "个月": "月", "个工作日": "工作日", "％": "%", "平方米": "平方米",
    "公斤": "千克", "元": "元", "工作日": "工作日", "日": "日", "岁": "岁", "月": "月", "年": "年",
    "小时": "小时", "分钟": "分钟", "倍": "倍", "%": "%", "亩": "亩", "米": "米", "公里": "公里",
    "千克": "千克", "克": "克", "吨": "吨", "人": "人", "名": "人", "次": "次", "户": "户",
}  # fmt: skip
_FEW = frozenset({"人", "次", "户", "日", "分钟"})
"""Units that 一 goes with in every other sentence: 一次, 有一天."""

_REFERENCE = re.compile(
    rf"第{_N}(?:[、和及与至到]第?{_N})*条(?:之{_N})?(?:第{_N}款)?(?:第?[（(]?{_N}[）)]?项)?|第{_N}"
)
_PERCENT = re.compile(rf"百分之({_N})")
_PART = re.compile(rf"({_N})分之({_N})")
_COUNTED = re.compile(
    rf"({_N})(?:(?:至|到|—|-|~|～|、|或者|以上不满|以上)({_N}))?\s*(万)?"
    rf"({'|'.join(sorted(_UNITS, key=len, reverse=True))})"
)


class Number(NamedTuple):
    """A number, what it counts, and how it was written; equal numbers may be written apart."""

    value: Decimal
    unit: str
    written: str

    @property
    def said(self) -> tuple[Decimal, str]:
        """What the number says, however it is written: 30天 and 三十日 say the same."""
        return self.value, self.unit


def numbers(text: str) -> Iterator[Number]:
    """Yield the numbers that have a unit; ordinals and numbers of articles are none."""
    rest = _REFERENCE.sub(" ", text)
    for found in _PERCENT.finditer(rest):
        yield Number(amount(found[1]), "%", found[0])
    rest = _PERCENT.sub(" ", rest)
    for found in _PART.finditer(rest):
        yield Number(amount(found[2]), f"{amount(found[1])}分之", found[0])
    for found in _COUNTED.finditer(_PART.sub(" ", rest)):
        unit = _UNITS[found[4]]
        for numeral in filter(None, (found[1], found[2])):
            value = amount(numeral) * (10**4 if found[3] else 1)
            if value > 1 or (value == 1 and unit not in _FEW):
                yield Number(value, unit, found[0])


def amount(numeral: str) -> Decimal:
    """Read 1,500, 十五, 二十万, 3万, 一千二百六十 or 二〇二六."""
    arabic = re.match(r"[0-9][0-9,]*(?:\.[0-9]+)?", numeral)
    if arabic:
        value = Decimal(arabic[0].replace(",", ""))
        for sign in numeral[arabic.end() :]:
            value *= _TENS.get(sign) or _GROUPS[sign]
        return value
    total = section = digit = 0
    for sign in numeral:
        if sign in _DIGITS:
            digit = digit * 10 + _DIGITS[sign]
        elif sign in _TENS:
            section += (digit or 1) * _TENS[sign]
            digit = 0
        else:
            total = (total + (section + digit or 1)) * _GROUPS[sign]
            section = digit = 0
    return Decimal(total + section + digit)
