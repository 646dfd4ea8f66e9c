"""Marked stretches of a text.

Offsets and lengths are in UTF-16 code units, as Telegram counts them: a character beyond the
basic plane (most emoji) counts two.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from lawbot.sandbox.answers import bad_request

TYPES: Final = frozenset({
    "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote",
    "expandable_blockquote", "code", "pre", "text_link", "text_mention", "custom_emoji",
    "date_time", "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number",
})  # fmt: skip
_EXTRAS: Final = ("url", "language", "custom_emoji_id", "unix_time", "date_time_format")
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}\b")

Extra = tuple[tuple[str, str | int], ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of text with a meaning; `extra` holds what belongs to the kind (url, language)."""

    kind: str
    offset: int
    length: int
    extra: Extra = ()

    @property
    def end(self) -> int:
        return self.offset + self.length

    def body(self) -> dict[str, Any]:
        return {"offset": self.offset, "length": self.length, "type": self.kind, **dict(self.extra)}


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def outermost_first(entity: Entity) -> tuple[int, int]:
    """The order in which entities are listed."""
    return entity.offset, -entity.length


def trim(text: str, found: tuple[Entity, ...]) -> tuple[str, tuple[Entity, ...]]:
    """White space at both ends goes, and the entities move along."""
    stripped = text.strip()
    if stripped == text or not found:
        return stripped, found
    cut = units(text[: len(text) - len(text.lstrip())])
    end = units(stripped)
    moved = []
    for entity in found:
        first, last = max(entity.offset - cut, 0), min(entity.end - cut, end)
        if last > first:
            moved.append(replace(entity, offset=first, length=last - first))
    return stripped, tuple(moved)


def given(text: str, raw: Sequence[Any]) -> tuple[Entity, ...]:
    """Entities that came as a list instead of a parse mode; those outside the text are dropped.

    Raises ApiError 400 for what is no entity.
    """
    length = units(text)
    found = []
    for item in raw:
        try:
            entity = Entity(
                str(item["type"]),
                int(item["offset"]),
                int(item["length"]),
                tuple((name, item[name]) for name in _EXTRAS if item.get(name)),
            )
        except (TypeError, KeyError, ValueError):
            raise bad_request("can't parse MessageEntity") from None
        if entity.kind not in TYPES:
            raise bad_request("can't parse MessageEntity: unsupported type specified")
        if entity.offset >= 0 and entity.length > 0 and entity.end <= length:
            found.append(entity)
    return tuple(sorted(found, key=outermost_first))


def commands(text: str) -> tuple[Entity, ...]:
    """The bot commands in what a person typed."""
    if "/" not in text:
        return ()
    return tuple(
        Entity("bot_command", units(text[: found.start()]), len(found.group()))
        for found in _COMMAND.finditer(text)
    )
