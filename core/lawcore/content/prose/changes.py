"""Articles whose number is another in the text that is about to bind, or has just begun to."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from lawcore.content.citing import SENTENCE
from lawcore.content.prose.citations import cited_laws, day_meant, next_version
from lawcore.content.prose.likeness import likest, pairs
from lawcore.content.prose.reading import Line
from lawcore.errors import Fault
from lawcore.law.law import Law, LawVersion
from lawcore.law.registry import Registry
from lawcore.law.statutes import Statutes

_NEW_FOR = timedelta(days=366)
"""So long after a new text has begun to bind people cite the old one."""


class _Cited(NamedTuple):
    """An article that a sentence cites."""

    law: Law
    article: int
    sentence: str
    where: str


def changing(
    line: Line, registry: Registry, day: date, statutes: Statutes | None
) -> Iterator[Fault]:
    """Yield what is to be watched of the articles that a line cites.

    Nothing is yielded for an article that both texts have under this number in the same words,
    where the texts are known, nor where the register says where it went.
    """
    for sentence in SENTENCE.split(line.text):
        for mention in cited_laws(sentence, registry, day):
            law = mention.law
            pair = _pair(law, day) if law and day_meant(law, sentence, day) == day else None
            for article in mention.articles if pair else ():
                if law and pair and article <= (pair[0].articles or article):
                    yield from _moved(
                        _Cited(law, article, sentence, line.where), pair, day, statutes
                    )


def _pair(law: Law, day: date) -> tuple[LawVersion, LawVersion] | None:
    """Give the old and the new text, if `day` lies before the change or within a year after."""
    now, coming = law.in_force(day), next_version(law, day)
    if now is None:
        return None
    if coming:
        return now, coming
    before = [version for version in law.versions if version.effective < now.effective]
    recent = before and now.effective > day - _NEW_FOR and not before[-1].moved
    if recent and before[-1].articles not in {0, now.articles}:
        return before[-1], now
    return None


def _moved(
    cited: _Cited, pair: tuple[LawVersion, LawVersion], day: date, statutes: Statutes | None
) -> Iterator[Fault]:
    law, article, sentence, where = cited
    old, new = (_texts(law, version, statutes) for version in pair)
    if article in old and old[article] == new.get(article):
        return
    said = [len(pairs(sentence) & pairs(texts.get(article, ""))) for texts in (old, new)]
    if pair[1].effective <= day and said[1] > said[0]:
        return  # it speaks of the new article
    begins = f"《{law.key}》{pair[1].effective}起施行新的文本（共{pair[1].articles}条）"
    best, _ = likest(new, pairs(old.get(article, "")))
    rather = f"新的文本里第{best}条和旧的第{article}条最像，请核对" if best else ""
    if best == article:
        rather = "条号没有变，文字有改动，请核对"
    if pair[1].effective > day:
        reason = f"{begins}，从那天起第{article}条可能换了条号或者内容"
        yield Fault(where, reason, rather or "那天以后要用的稿子，照新的文本核对")
    else:
        yield Fault(where, f"{begins}，请确认第{article}条不是旧条号", rather or "照新的文本核对")


def _texts(law: Law, version: LawVersion, statutes: Statutes | None) -> Mapping[int, str]:
    return statutes.articles(law, version) if statutes else {}
