"""The laws that a sentence names, the articles it cites and what it says they say."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from lawcore.content.against_texts import Texts, false_quotations, strange_numbers
from lawcore.content.citing import OF_THE_PAST, named_law, unknown
from lawcore.content.prose.citations import cited_laws, day_meant
from lawcore.content.prose.likeness import likest, pairs
from lawcore.content.prose.reading import Line
from lawcore.errors import Fault
from lawcore.ids import Citation
from lawcore.law.law import Law, LawLevel
from lawcore.law.mentions import Mention, number
from lawcore.law.registry import Registry, plain_name
from lawcore.law.statutes import Statutes

_LAW_LIKE = re.compile(r"(法|法典|条例|修正案)(?:（[^）]*）)?$")
_NEARLY = re.compile(r"(规定|办法|准则|规则|细则|章程|决定)$")
_NO_LAW = re.compile(r"(做法|方法|办法|看法|说法|用法|讲法|书法|学法|普法|兵法)$")
_SEQUEL = re.compile(r"实施|适用|解释|若干|修改|修正")
_COMMENCES = re.compile(r"施行|生效|废止|公布|实施")
_BOUND = re.compile(
    r"以上|以下|以内|日内|天内|月内|不超过|不得超过|不少于|不低于|最高|最长|最多|至少"
)
_CLAIMS = re.compile(r"^[^，。]{0,4}(规定|明确|要求|指出|写明)")
_ARTICLE = re.compile(r"第([0-9零一二三四五六七八九十百千]+)条")
_ENOUGH = 8
"""So many pairs of characters must be held against an article before it can be said to differ."""


class Laws:
    """What may be said of laws on a day."""

    def __init__(self, registry: Registry, day: date, statutes: Statutes | None) -> None:
        self._registry = registry
        self._day = day
        self._statutes = statutes
        self._texts = Texts(registry, statutes, day) if statutes else None
        self._swapped = _swapped_names(registry)

    def faults(self, sentence: str, line: Line) -> Iterator[Fault]:
        """Yield the faults of one sentence of `line`."""
        for wrong, right in self._swapped.items():
            if wrong in sentence and f"《{wrong}》" not in sentence:
                yield Fault(line.where, f"没有“{wrong}”这部法律", f"是不是《{right}》？")
        named = cited_laws(sentence, self._registry, self._day)
        for mention in named:
            if mention.law:
                day = day_meant(mention.law, sentence, self._day)
                yield from named_law(mention, sentence, line.text, day, line.where, self._registry)
                yield from self._last_article(mention, mention.law, sentence, line)
                yield from self._other_matter(mention, mention.law, sentence, line)
            else:
                yield from self._unknown(mention, sentence, line)
        yield from self._numbers(named, sentence, line)

    def _unknown(self, mention: Mention, sentence: str, line: Line) -> Iterator[Fault]:
        """A title in 《》 that looks like a law must be one; a plan or a newspaper is none.

        Of a law that is not registered and said to be repealed nothing is asked.
        """
        name = plain_name(mention.name)
        if OF_THE_PAST.search(sentence) or self._is_law(name):
            return
        prefixes = (each for each in self._registry.names if name.startswith(each))
        first = max(prefixes, key=len, default="")
        rest = name.removeprefix(first)
        if _NO_LAW.search(name) or (first and rest.startswith("修正案")):
            return
        if first and _LAW_LIKE.search(rest) and not _SEQUEL.match(rest):
            reason = f"没有《{mention.name}》：像是几部法律连在一起了"
            yield Fault(line.where, reason, f"分开写，一部是《{first}》，后面的写全称")
        elif _LAW_LIKE.search(name) or (
            _NEARLY.search(name) and self._registry.near(name, likeness=0.8)
        ):
            yield unknown(line.where, mention.name, self._registry)

    def _is_law(self, name: str) -> bool:
        """A law that is not registered cannot be checked, but it exists."""
        return self._statutes is not None and self._statutes.has(f"中华人民共和国{name}")

    def _last_article(
        self, mention: Mention, law: Law, sentence: str, line: Line
    ) -> Iterator[Fault]:
        """The last article of a law says from when it binds, and hardly ever anything else."""
        day = day_meant(law, sentence, self._day)
        version = law.in_force(day)
        if version is None or version.articles not in mention.articles or len(mention.articles) > 1:
            return
        text = self._statutes.article(law, version.articles, day) if self._statutes else None
        commences = "施行" in text if text else law.level is LawLevel.STATUTE
        if commences and not _COMMENCES.search(sentence):
            likely = "写的" if text else "多半"
            reason = f"《{law.key}》第{version.articles}条是最后一条，{likely}是从哪天起施行"
            said = pairs(sentence[mention.end :]) - pairs(law.name)
            yield Fault(line.where, reason, self._rather(law, said, day)[0] or "核对条号")

    def _other_matter(
        self, mention: Mention, law: Law, sentence: str, line: Line
    ) -> Iterator[Fault]:
        """A sentence that says what one article provides shares words with it, or misquotes it."""
        day = day_meant(law, sentence, self._day)
        version = law.in_force(day)
        if not (self._statutes and version and len(mention.articles) == 1):
            return
        (article,) = mention.articles
        claim = sentence[mention.end :]
        text = self._statutes.article(law, article, day)
        if text is None or article == version.articles or not _CLAIMS.match(claim):
            return
        said = pairs(claim) - pairs(law.name)
        shared = len(said & pairs(text))
        rather, most = self._rather(law, said, day)
        if len(said) >= _ENOUGH and (not shared or (shared < len(said) / 4 and most)):
            reason = f"《{law.key}》第{article}条讲的好像不是这件事"
            yield Fault(line.where, reason, rather or "核对条号")

    def _rather(self, law: Law, said: frozenset[str], day: date) -> tuple[str, int]:
        """Name the article that shares most pairs of signs, and how many; nothing if too few."""
        version = law.in_force(day)
        if self._statutes is None or version is None:
            return "", 0
        best, most = likest(self._statutes.articles(law, version), said)
        return (f"第{best}条更像，请核对", most) if best else ("", 0)

    def quotations(self, line: Line) -> Iterator[Fault]:
        """Yield the quotations of a whole line that no article cited in it says."""
        articles = self._cited(cited_laws(line.text, self._registry, self._day), line.text)
        for quoted in false_quotations(line.text, articles) if articles else ():
            yield Fault(line.where, f"所引条文里没有“{quoted}”这句话", "照条文原文改")

    def _numbers(self, named: Sequence[Mention], sentence: str, line: Line) -> Iterator[Fault]:
        """What a sentence says an article provides must stand there; facts of a case need not."""
        articles = self._cited(named, sentence)
        if articles is None:
            return
        said = sentence[min(mention.end for mention in named if mention.law) :]
        if _BOUND.search(said) or _CLAIMS.match(said):
            for strange in strange_numbers(said, articles):
                yield Fault(line.where, f"所引条文里没有“{strange}”", "核对条文")

    def _cited(self, named: Sequence[Mention], text: str) -> tuple[str, ...] | None:
        cites = [
            Citation(mention.law.key, article)
            for mention in named
            if mention.law
            for article in (*mention.articles, *_further(mention, named, text))
        ]
        meant = (day_meant(each.law, text, self._day) for each in named if each.law)
        if self._texts is None or not cites or any(day != self._day for day in meant):
            return None
        return self._texts.of(cites)


def _further(mention: Mention, named: Sequence[Mention], sentence: str) -> Iterator[int]:
    """Give the articles that are named between this law and the next: 《…》第三条……，第五条……."""
    next_one = min((each.start for each in named if each.start > mention.start), default=None)
    for found in _ARTICLE.finditer(sentence, mention.end, next_one or len(sentence)):
        yield number(found[1])


def _swapped_names(registry: Registry) -> Mapping[str, str]:
    """Give the names that people make by taking 保护 for 保障, with the right ones."""
    found = {}
    for law in registry:
        for one, other in (("保障法", "保护法"), ("保护法", "保障法")):
            wrong = law.key.removesuffix(one) + other
            if law.key.endswith(one) and registry.find(wrong) is None:
                found[wrong] = law.key
    return found
