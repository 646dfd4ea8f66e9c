"""Whether what a text or a list cites exists and binds on a day."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from lawcore.content.place import Place
from lawcore.errors import Fault
from lawcore.ids import Citation
from lawcore.law.law import Law
from lawcore.law.mentions import Mention, mentions
from lawcore.law.registry import Registry

SENTENCE = re.compile(r"[。！？；\n]")
_OF_THE_PAST = re.compile(r"废止|失效|不再|原来|原《|当时|修订前|修改前|旧")
_OF_THE_FUTURE = re.compile(r"起施行|将施行")


def cited(
    cites: Iterable[Citation], registry: Registry, day: date, place: Place, *, verified_for: date
) -> Iterator[Fault]:
    """Check a list of citations that stands in the table at `place`.

    `verified_for` is the day whose text the person who checked it had before them: when another
    text binds on `day`, an article has to be read again, for its number may have moved.
    """
    for cite in cites:
        law = registry.find(cite.law)
        written = f'"{cite.law}"'
        if law is None:
            yield _unknown(place.near(written), cite.law, registry)
        elif law.in_force(day) is None:
            yield _not_in_force(place.near(written), law, day)
        elif cite.article is not None:
            yield from _article(law, cite.article, registry, day, place, written)
            yield from _replaced(law, day, verified_for, place, written)


def mentioned(text: str, registry: Registry, day: date, place: Place) -> Iterator[Fault]:
    """Check every 《…》 of a text and the articles named after it.

    A law that no longer or does not yet bind may be named in a sentence that says so.
    """
    for sentence in SENTENCE.split(text):
        for mention in mentions(sentence):
            yield from _mention(mention, sentence, registry, day, place)


def _mention(
    mention: Mention, sentence: str, registry: Registry, day: date, place: Place
) -> Iterator[Fault]:
    law = registry.find(mention.name)
    written = f"《{mention.name}》"
    if law is None:
        yield _unknown(place.near(written), mention.name, registry)
    elif law.in_force(day) is None:
        ended = any(version.effective <= day for version in law.versions)
        if not (_OF_THE_PAST if ended else _OF_THE_FUTURE).search(sentence):
            yield _not_in_force(place.near(written), law, day)
    else:
        for article in mention.articles:
            yield from _article(law, article, registry, day, place, written)


def _unknown(where: str, name: str, registry: Registry) -> Fault:
    near = registry.near(name)
    remedy = f"是不是{'、'.join(f'《{key}》' for key in near)}？" if near else ""
    return Fault(
        where, f"法律登记表里没有《{name}》", remedy or "核实名称后在 laws/ 里登记，或者改掉"
    )


def _not_in_force(where: str, law: Law, day: date) -> Fault:
    begun = [version for version in law.versions if version.effective <= day]
    if begun:
        last = begun[-1]
        by = f"（{last.ended_by}）" if last.ended_by else ""
        return Fault(where, f"《{law.key}》自{last.ended}起已废止{by}", "改引现行法律")
    return Fault(
        where, f"《{law.key}》{law.versions[0].effective}才施行", "写明施行日期，或者换一部法律"
    )


def _article(
    law: Law, article: int, registry: Registry, day: date, place: Place, written: str
) -> Iterator[Fault]:
    has = registry.has_article(law.key, article, day)
    if has is None:
        yield Fault(
            place.near(written),
            f"《{law.key}》的条数没有核实，不能确认第{article}条",
            "由人核对原文后，在 laws/ 里填上 articles",
        )
    elif not has:
        version = law.in_force(day)
        total = version.articles if version else 0
        yield Fault(
            place.near(written),
            f"{day} 施行的《{law.key}》共{total}条，没有第{article}条",
            "核对条号",
        )


def _replaced(
    law: Law, day: date, verified_for: date, place: Place, written: str
) -> Iterator[Fault]:
    now, then = law.in_force(day), law.in_force(verified_for)
    if now and now is not then:
        yield Fault(
            place.near(written),
            f"《{law.key}》{now.effective}起施行新的文本，条号和内容要重新核对",
            "核对后改 checked",
        )
