"""The articles that a question rests on, with their text where somebody has installed it."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from html import escape

from lawcore.ids import Citation
from lawcore.law.registry import Registry
from lawcore.law.statutes import Statutes, find_statutes

LONGEST_ARTICLE = 900
LONGEST_ARTICLES = 1800
"""Characters of statute text on a card, one article and all; a message holds 4096."""

Cited = Sequence[tuple[Citation, str | None]]
"""The articles of a question, with their text where it is installed."""


def cited(registry: Registry, citations: Iterable[Citation], day: date) -> Cited:
    """The articles as they bound on `day`. Reads the disk."""
    return [(one, _text(registry, one, day)) for one in citations]


def listed(articles: Cited) -> str:
    """``依据：《民法典》第7条`` and the text, as HTML."""
    left = LONGEST_ARTICLES
    lines = []
    for citation, text in articles:
        line = f"依据：{citation}"
        if text is not None and left > 0:
            shown = text[: min(left, LONGEST_ARTICLE)]
            left -= len(shown)
            line += f"\n{shown}" + ("……" if len(shown) < len(text) else "")
        lines.append(escape(line))
    return "\n".join(lines)


@cache
def _statutes() -> Statutes | None:
    return find_statutes()


def _text(registry: Registry, citation: Citation, day: date) -> str | None:
    statutes, law = _statutes(), registry.find(citation.law)
    if statutes is None or law is None or citation.article is None:
        return None
    return statutes.article(law, citation.article, day)
