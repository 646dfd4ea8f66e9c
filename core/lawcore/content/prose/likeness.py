"""How much two texts have in common, by the pairs of characters that both use."""

import re
from collections.abc import Mapping
from functools import lru_cache

_WORD = re.compile(r"[\u4e00-\u9fff]+")
_COMMON = frozenset(
    {"规定", "应当", "可以", "不得", "有关", "部门", "人民", "民政", "政府", "要求", "明确"}
)
_ALIKE = 4
_SHARE = 0.6


@lru_cache(4096)
def pairs(text: str) -> frozenset[str]:
    """Give the pairs of neighbouring characters of a text, without those of every text."""
    words = _WORD.findall(text)
    found = {word[place : place + 2] for word in words for place in range(len(word) - 1)}
    return frozenset(found) - _COMMON


def likest(articles: Mapping[int, str], said: frozenset[str]) -> tuple[int, int]:
    """Give the article that shares most of `said`, and how many pairs; 0 if none shares enough."""
    shared = {article: len(said & pairs(text)) for article, text in articles.items()}
    best = max(shared, key=lambda article: shared[article], default=0)
    most = shared.get(best, 0)
    return (best, most) if most >= max(_ALIKE, len(said) * _SHARE) else (0, 0)
