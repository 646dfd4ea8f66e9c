"""Whether what a text or a list cites exists and binds on a day."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from lawcore.content.place import Place
from lawcore.content.sending import Use
from lawcore.errors import Fault
from lawcore.ids import Citation
from lawcore.law.law import Law, Moved
from lawcore.law.mentions import Mention, mentions
from lawcore.law.registry import Registry

SENTENCE = re.compile(r"[。！？；\n]")
OF_THE_PAST = re.compile(
    r"废止|失效|不再|原来|原《|原有|当时|修订前|修改前|旧|取代|替代|曾经|历史上"
)
_ALIKE = 0.7
"""So much of a name must be the same: two 条例 are not alike because both end so."""
_BY = re.compile(r"[^第（(]+")
"""The name of a law before its article or its year: 民法典第1260条, 监察法（2018年）."""
OF_THE_FUTURE = re.compile(r"起施行|将施行|起实施|生效|即将|尚未")


def cited(cites: Iterable[Citation], registry: Registry, use: Use, place: Place) -> Iterator[Fault]:
    """Check a list of citations that stands in the table at `place`.

    Where another text binds than the one that was before the person who checked it, an article has
    to be read again: its number may have moved.
    """
    for cite in cites:
        for fault in _cited(cite, registry, use):
            yield replace(fault, where=place.near(f'"{cite.law}"'))


def mentioned(text: str, registry: Registry, day: date, place: Place) -> Iterator[Fault]:
    """Check every law that a text names, in 《》 or not, and the articles named after it.

    A law that no longer or does not yet bind may be named in a sentence that says so.
    """
    for sentence in SENTENCE.split(text):
        for mention in mentions(sentence, registry):
            named = f"《{mention.name}》" if mention.quoted else mention.name
            for fault in _mentioned(mention, sentence, text, day, registry):
                yield replace(fault, where=place.near(named))


def _cited(cite: Citation, registry: Registry, use: Use) -> Iterator[Fault]:
    """The faults of a citation; where it stands is looked for once there is one."""
    law = registry.find(cite.law)
    if law is None:
        yield unknown("", cite.law, registry)
    elif law.in_force(use.day) is None:
        yield not_in_force("", law, use.day, registry)
    elif cite.article is not None:
        yield from article_faults(law, cite.article, use.day, "")
        yield from replaced(law, use, "")


def _mentioned(
    mention: Mention, sentence: str, text: str, day: date, registry: Registry
) -> Iterator[Fault]:
    if mention.law is None:
        yield unknown("", mention.name, registry)
    else:
        yield from named_law(mention, sentence, text, day, "", registry)


def binds_or_is_said_not_to(law: Law, sentence: str, day: date) -> bool:
    """Tell whether a sentence may name the law on `day`: it binds, or the sentence says why not."""
    if law.in_force(day):
        return True
    ended = any(version.effective <= day for version in law.versions)
    return bool((OF_THE_PAST if ended else OF_THE_FUTURE).search(sentence))


def named_law(
    mention: Mention, sentence: str, paragraph: str, day: date, where: str, registry: Registry
) -> Iterator[Fault]:
    """Check a law that a sentence names, if it is registered, and the articles named with it."""
    law = mention.law
    if law is None:
        return
    if not binds_or_is_said_not_to(law, sentence, day):
        fault = not_in_force(where, law, day, registry)
        moved = [each for article in mention.articles for each in law.moved(article, day)]
        stands = f"{_stands_now(law, moved)}；{fault.remedy}"
        yield replace(fault, remedy=stands) if moved else fault
    elif law.in_force(day):
        for article in mention.articles:
            yield from article_faults(law, article, day, where)
            yield from _renumbered(law, article, sentence, paragraph, day, where)


def _renumbered(
    law: Law, article: int, sentence: str, paragraph: str, day: date, where: str
) -> Iterator[Fault]:
    """Check that an article of a renumbered law is not cited by its old number."""
    moved = law.moved(article, day)
    about = [each for each in moved if any(word in sentence for word in each.about)]
    now = any(word in paragraph for each in moved for word in each.now)
    version = law.in_force(day)
    if version and moved and not (now and not about):
        reason = f"《{law.key}》{version.effective}起换了新的条号，第{article}条"
        reason += "讲的是别的事" if about else "要看清引的是新条号还是旧条号"
        yield Fault(where, reason, _stands_now(law, about or moved))


def _stands_now(law: Law, moved: Iterable[Moved]) -> str:
    places = (
        f"“{each.about[0]}”看《{each.law or law.key}》第{each.to}条"
        for each in dict.fromkeys(moved)
    )
    return "、".join(places) + "，请核对"


def unknown(where: str, name: str, registry: Registry) -> Fault:
    """The fault of a name in 《》 that nobody has registered."""
    near = registry.near(name, likeness=_ALIKE)
    remedy = f"是不是{'、'.join(f'《{key}》' for key in near)}？" if near else ""
    return Fault(
        where, f"法律登记表里没有《{name}》", remedy or "核实名称后在 laws/ 里登记，或者改掉"
    )


def not_in_force(where: str, law: Law, day: date, registry: Registry) -> Fault:
    """The fault of a law that does not bind on `day`, with the law that took its place."""
    begun = [version for version in law.versions if version.effective <= day]
    if begun:
        last = begun[-1]
        by = f"（{last.ended_by}）" if last.ended_by else ""
        reason = f"《{law.key}》自{last.ended}起已废止{by}"
        return Fault(where, reason, _instead(law, day, registry) or "改引现行法律")
    return Fault(
        where, f"《{law.key}》{law.versions[0].effective}才施行", "写明施行日期，或者换一部法律"
    )


def _instead(law: Law, day: date, registry: Registry) -> str:
    """Name what binds on `day` of the laws that ended this one, or ended those that did."""
    seen = {law.key}
    while (by := _BY.match(law.versions[-1].ended_by)) and (then := registry.find(by[0])):
        if now := then.in_force(day):
            return f"改引《{then.key}》（{now.effective}起施行），条号和内容要核对"
        if then.key in seen:
            break
        seen.add(then.key)
        law = then
    return ""


def article_faults(law: Law, article: int, day: date, where: str) -> Iterator[Fault]:
    """Check that the text that binds on `day` has the article."""
    has = law.has_article(article, day)
    if has is None:
        yield Fault(
            where,
            f"《{law.key}》的条数没有核实，不能确认第{article}条",
            "由人核对原文后，在 laws/ 里填上 articles",
        )
    elif not has:
        version = law.in_force(day)
        total = version.articles if version else 0
        yield Fault(
            where,
            f"{day} 施行的《{law.key}》共{total}条，没有第{article}条",
            "核对条号",
        )


def replaced(law: Law, use: Use, where: str) -> Iterator[Fault]:
    """Check that the text that binds is the one that was read, and was known by then."""
    now, then = law.in_force(use.day), law.in_force(use.read_for)
    if now and (now is not then or now.adopted > use.checked):
        yield Fault(
            where,
            f"《{law.key}》{now.effective}起施行新的文本，条号和内容要重新核对",
            "核对后改 checked",
        )
