"""Laws named in running text as people write them: in 《》 or bare, with the articles after it."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lawcore.law.law import Law
from lawcore.law.mentions import articles_after
from lawcore.law.registry import Registry

_QUOTED = re.compile(r"《([^《》]+)》(?:[（(](?:以下)?简称[^）)]*[）)])?")
_GOES_ON = r"(?![律院官庭治制盲])(?!规(?!定))"
"""合同法律, 环境保护法规, 宪法制定 name no law by this name."""


class Named(NamedTuple):
    """A law named in a text; `law` is None where the name in 《》 is not registered."""

    name: str
    law: Law | None
    articles: tuple[int, ...]
    start: int
    end: int
    """Behind the last article that is named with it."""
    quoted: bool


def named(text: str, registry: Registry) -> Iterator[Named]:
    """Yield the laws that `text` names, in order.

    Bare names are known only if they are registered; of several that fit the longest counts.
    """
    bare = _bare_names(registry)
    place = 0
    while found := _first(_QUOTED.search(text, place), bare.search(text, place)):
        quoted = found.re is _QUOTED
        articles, end = articles_after(text, found.end())
        name = found[1]
        yield Named(name, registry.find(name), articles, found.start(), end, quoted)
        place = max(end, found.end())


def _first(one: re.Match[str] | None, other: re.Match[str] | None) -> re.Match[str] | None:
    if one is None or other is None:
        return one or other
    return one if one.start() <= other.start() else other


@lru_cache(maxsize=4)
def _bare_names(registry: Registry) -> re.Pattern[str]:
    names = sorted(registry.names, key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, names))}){_GOES_ON}")
