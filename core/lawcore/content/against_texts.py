"""What a text says, held against the articles that it cites; only where their text is known."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from lawcore.ids import Citation
from lawcore.law.numbers import numbers
from lawcore.law.registry import Registry
from lawcore.law.statutes import Statutes

_QUOTED = re.compile(r"(?:规定|明确|要求|写明|指出)[：:，,]?[^。；“「]{0,6}[“「]([^”」]{8,})[”」]")
"""Shorter words in quotation marks are terms rather than quotations."""
_SIGNS = re.compile(r"[\W_]+")


class Texts:
    """The articles that may be cited on a day, as far as their text is known."""

    def __init__(self, registry: Registry, statutes: Statutes, day: date) -> None:
        self._registry = registry
        self._statutes = statutes
        self._day = day

    def of(self, cites: Iterable[Citation]) -> tuple[str, ...] | None:
        """Give the text of every article that is cited; None if one is not known.

        A law that is cited without an article has no text here: a number may stand anywhere in it.
        """
        found = []
        for cite in cites:
            law = self._registry.find(cite.law)
            if law is None or cite.article is None:
                return None
            text = self._statutes.article(law, cite.article, self._day)
            if text is None:
                return None
            found.append(text)
        return tuple(found) or None


def strange_numbers(text: str, articles: Iterable[str], known: Iterable[str] = ()) -> Iterator[str]:
    """Yield the numbers of `text` that no article says, as they are written.

    `known` are numbers that somebody has marked as computed or as facts of a story.
    """
    said = {number.said for part in (*articles, *known) for number in numbers(part)}
    for number in numbers(text):
        if number.said not in said:
            said.add(number.said)
            yield number.written


def false_quotations(text: str, articles: Iterable[str]) -> Iterator[str]:
    """Yield what `text` quotes after 规定 though no article says it, whatever its signs."""
    whole = [_SIGNS.sub("", article) for article in articles]
    for quoted in _QUOTED.findall(text):
        if not any(_SIGNS.sub("", quoted) in article for article in whole):
            yield quoted
