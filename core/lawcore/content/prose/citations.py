"""The laws and articles that a sentence of a draft cites, as loosely as drafts write them."""

import re
from datetime import date

from lawcore.law.law import Law, LawVersion
from lawcore.law.mentions import Mention, mentions, number
from lawcore.law.registry import Registry

_N = r"(?:[0-9]{1,4}|[零一二三四五六七八九十百千]+)"
_WITHOUT_FIRST = re.compile(
    rf"\s*(?P<all>{_N}条(?:[、和及与至到]第?{_N}条)*)"
    r"(?!新|重|知|内容|热|亮|要点|措施|意见|建议|信|短|消|微|推|案例|普|常|小|法|宣传|解读|干货|问|"
    r"释义|漫画)"
)
"""49条 right after the name of a law: a citation that lost its 第, unless 条 of something."""
_ITEMS = re.compile(r"推送|发布|发送|转发|短信|信息|标语|横幅|条幅|微博|共")
"""So many 条 of what is posted or hung up, or of which a law has so many, are no articles."""
_NUMERAL = re.compile(_N)
_COMING = re.compile(r"起施行|将施行|起实施|即将施行")
_NEW = re.compile(r"新的?(?:修订的?)?《?$|(?:修订|修改)后的?《?$|新《$")


def cited_laws(sentence: str, registry: Registry, day: date) -> list[Mention]:
    """Give the laws of a sentence with their articles, also of 治安管理处罚法49条."""
    return [_with_lost_first(each, sentence, day) for each in mentions(sentence, registry)]


def next_version(law: Law, day: date) -> LawVersion | None:
    """Give the text that will bind after the one that binds on `day`."""
    return next((version for version in law.versions if version.effective > day), None)


def day_meant(law: Law, sentence: str, day: date) -> date:
    """Give the day whose text a sentence means: it may speak of the text that is to come."""
    coming = next_version(law, day)
    if coming is None or law.in_force(day) is None:
        return day
    begins = f"{coming.effective.year}年{coming.effective.month}月{coming.effective.day}日"
    named = (sentence[: found.start()] for found in re.finditer(re.escape(law.key), sentence))
    new = any(_NEW.search(before.removesuffix("中华人民共和国")) for before in named)
    meant = new or begins in sentence or _COMING.search(sentence)
    return coming.effective if meant else day


def _with_lost_first(mention: Mention, sentence: str, day: date) -> Mention:
    found = _WITHOUT_FIRST.match(sentence, mention.end)
    if mention.articles or mention.law is None or found is None or _ITEMS.search(sentence):
        return mention
    articles = tuple(number(numeral) for numeral in _NUMERAL.findall(found["all"]))
    version = mention.law.in_force(day)
    if version and articles == (version.articles,):
        return mention  # so many articles it has
    return mention._replace(articles=articles, end=found.end())
