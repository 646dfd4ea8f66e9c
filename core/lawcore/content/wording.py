"""Words that must not stand in a text, with what to write instead."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from lawcore.content.citing import SENTENCE
from lawcore.content.place import Place
from lawcore.errors import Fault


class _Rule(NamedTuple):
    words: re.Pattern[str]
    reason: str
    remedy: str
    unless: re.Pattern[str]
    """A sentence that holds this may use the words."""


_NEVER = re.compile(r"(?!)")
_REPEALED = re.compile(r"废止|失效|不再|原来|当时|旧")
_DENIED = re.compile(r"不是|并非|没有|不能|误|错")


def _rule(words: str, reason: str, remedy: str, unless: re.Pattern[str] = _NEVER) -> _Rule:
    return _Rule(re.compile(words), reason, remedy, unless)


_RULES = (
    _rule("法制宣传日", "没有「法制宣传日」", "12月4日是国家宪法日"),
    _rule(r"婚姻法(?!律)", "婚姻法2021年1月1日已废止", "改引《民法典》婚姻家庭编", _REPEALED),
    _rule(r"(?<!劳动)合同法(?!律)", "合同法2021年1月1日已废止", "改引《民法典》合同编", _REPEALED),
    _rule(
        r"(?<!海洋)环境保护法(?!律)",
        "环境保护法2026年8月15日已废止",
        "改引《生态环境法典》",
        _REPEALED,
    ),
    _rule("国土所", "「国土所」是旧名称", "写自然资源所"),
    _rule("环保站", "「环保站」是旧名称", "写生态环境部门"),
    _rule(
        r"4月25日.*国家安全|国家安全.*4月25日|4[.·]25.*国家安全|国家安全.*4[.·]25",
        "全民国家安全教育日是4月15日，不是4月25日",
        "改成4月15日（国家安全法第14条）",
        _DENIED,
    ),
    _rule(
        r"法定.*(6月5日|6[.·]5|六五|环境日)|(6月5日|6[.·]5|六五|环境日).*法定",
        "六五环境日不是法定的日子：环境保护法已废止，生态环境法典没有写6月5日",
        "删去「法定」",
        _DENIED,
    ),
)


def worded(text: str, place: Place) -> Iterator[Fault]:
    """Check a text sentence by sentence against the list."""
    for sentence in SENTENCE.split(text):
        for rule in _RULES:
            if rule.words.search(sentence) and not rule.unless.search(sentence):
                yield Fault(place.near(sentence.strip()[:20]), rule.reason, rule.remedy)


def verified(checked: date, day: date, place: Place) -> Iterator[Fault]:
    """Check that a person has verified something within the twelve months before `day`."""
    if checked > day:
        yield Fault(place.at("checked"), f"核对日期 {checked} 还没到", "写实际核对的日期")
    elif (day.year - checked.year, day.month, day.day) > (1, checked.month, checked.day):
        yield Fault(place.at("checked"), f"{checked} 核对后已超过十二个月", "重新核对后改日期")
