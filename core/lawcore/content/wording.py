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
    since: date
    """The first day on which the words are wrong."""


_NEVER = re.compile(r"(?!)")
_DENIED = re.compile(r"不是|并非|没有|不能|误|错|不再|取消|不要|原|改")


def _rule(
    words: str,
    reason: str,
    remedy: str,
    unless: re.Pattern[str] = _NEVER,
    since: date = date.min,
) -> _Rule:
    return _Rule(re.compile(words), reason, remedy, unless, since)


_FIFTH_OF_JUNE = r"(?:(?<!\d)0?6月0?5日|(?<![\d.])6[.·•．・]5(?!\d)|六月五日|六·?五|环境日)"
_STATUTORY = r"法定(?!期|程序|代表|职|权|节?假|义务|监护|条件|工作日)"
ENV_DAY = (
    "六五环境日不是法定的日子：环境保护法已废止，生态环境法典没有写6月5日",
    "删去“法定”",
)
NO_ENV_DAY_SINCE = date(2026, 8, 15)
"""Until then 环境保护法 art. 12 had the day; 生态环境法典 art. 1242 ended that law."""
_RULES = (
    _rule("法制宣传日", "没有“法制宣传日”", "12月4日是国家宪法日", _DENIED),
    _rule(
        "法治宣传教育法.{0,12}(规定|设立|确定|明确).{0,12}法治宣传教育月",
        "法治宣传教育法没有设立“法治宣传教育月”",
        "删去，或者写明是哪个省的规定",
        _DENIED,
    ),
    _rule(
        r"(?:依据|根据|依照|按照|落实)《?(?:中华人民共和国)?村(?:民委员|委)会组织法》?"
        r"(?:第[^，。；条]+条)?(?:的?(?:有关|相关)?(?:规定|要求))?，?"
        r"[^，。；]{0,14}(?:设立|聘请|配备|配齐|设置|选聘|建立|应当有|必须有)[^，。；]{0,8}法律顾问"
        r"|村(?:民委员|委)会组织法》?[^，。；]{0,12}(?:规定|要求|明确|写明|指出).{0,25}法律顾问",
        "村民委员会组织法没有写法律顾问",
        "删去这部法律，写实际的依据；乡镇设立法律顾问，看乡村振兴促进法第48条",
        re.compile(r"没有(?:写|规定|提)|没写|并未|未规定|不是"),
        date(2026, 1, 1),
    ),
    _rule("国土所", "“国土所”是旧名称", "写自然资源所", _DENIED),
    _rule("环保站", "“环保站”是旧名称", "写生态环境部门", _DENIED),
    _rule(
        r"4月25日.{0,8}国家安全|国家安全.{0,8}4月25日|4[.·]25.{0,6}国家安全|国家安全.{0,8}4[.·]25",
        "全民国家安全教育日是4月15日，不是4月25日",
        "改成4月15日（国家安全法第14条）",
        _DENIED,
    ),
    _rule(
        rf"{_STATUTORY}.{{0,12}}{_FIFTH_OF_JUNE}|{_FIFTH_OF_JUNE}.{{0,12}}{_STATUTORY}",
        *ENV_DAY,
        _DENIED,
        NO_ENV_DAY_SINCE,
    ),
)


def worded(text: str, day: date, place: Place) -> Iterator[Fault]:
    """Check a text, as it is read on `day`, sentence by sentence against the list."""
    for sentence in SENTENCE.split(text):
        for reason, remedy in wrong_words(sentence, day):
            yield Fault(place.near(sentence.strip()[:20]), reason, remedy)


def wrong_words(sentence: str, day: date) -> Iterator[tuple[str, str]]:
    """Yield reason and remedy for the wrong words of a sentence."""
    for rule in _RULES:
        if rule.since <= day and rule.words.search(sentence) and not rule.unless.search(sentence):
            yield rule.reason, rule.remedy
