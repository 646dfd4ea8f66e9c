"""Formatted text: the HTML parse mode in, entities kept, safe HTML out.

Offsets and lengths are in UTF-16 code units, as Telegram counts them: a character beyond the
basic plane (most emoji) counts two.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from lawbot.sandbox.answers import ApiError, bad_request

KINDS: Final[Mapping[str, str]] = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
TYPES: Final = frozenset(KINDS.values()) | {
    "expandable_blockquote",
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "text_mention",
    "date_time",
}

_MARK = re.compile(r"[<&]")
_CHARACTER = re.compile(r"&(?:#(?:x([0-9a-f]{1,8})|([0-9]{1,8}))|(lt|gt|amp|quot));?", re.I)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(
    r"""\s*(?P<name>[^\s=>]+)\s*(?P<equals>=)?\s*
        (?P<value>"[^"]*"|'[^']*'|[A-Za-z0-9.\-]*(?=[\s>]))?""",
    re.X,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}\b")
_LINK = re.compile(r"(?:https?|tg|mailto|tel|ftp|ton)://?.|[\w-]+\.[\w-]+", re.I)


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of text with a meaning."""

    kind: str
    offset: int
    length: int
    url: str = ""
    language: str = ""
    emoji: str = ""

    @property
    def end(self) -> int:
        return self.offset + self.length

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"offset": self.offset, "length": self.length, "type": self.kind}
        if self.url:
            answer["url"] = self.url
        if self.language:
            answer["language"] = self.language
        if self.emoji:
            answer["custom_emoji_id"] = self.emoji
        return answer


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    attributes: Mapping[str, str]
    start: int
    """Index in the list of finished pieces, to read back the covered text."""


class _Reader:
    """Reads one text in HTML parse mode; raises ApiError 400 with Telegram's wording."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._pieces: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> tuple[str, tuple[Entity, ...]]:
        source = self._source
        while mark := _MARK.search(source, self._at):
            self._add(source[self._at : mark.start()])
            self._at = mark.start()
            if mark.group() == "&":
                self._read_character()
            elif source.startswith("</", self._at):
                self._read_end_tag()
            else:
                self._read_start_tag()
        self._add(source[self._at :])
        if self._open:
            raise self._error(
                f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"'
            )
        return "".join(self._pieces), tuple(sorted(self._entities, key=_outermost_first))

    def _add(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self._length += units(text)

    def _error(self, reason: str) -> ApiError:
        return bad_request(f"can't parse entities: {reason}")

    def _byte(self, index: int) -> int:
        return len(self._source[:index].encode())

    def _read_character(self) -> None:
        text, self._at = _character(self._source, self._at)
        self._add(text)

    def _read_start_tag(self) -> None:
        begin = self._at
        name = _TAG_NAME.match(self._source, begin + 1)
        assert name is not None  # noqa: S101 - the pattern matches the empty text
        self._at = name.end()
        if self._at >= len(self._source):
            raise self._error(f"Unclosed start tag at byte offset {self._byte(begin)}")
        tag = name.group().lower()
        if tag not in KINDS:
            raise self._error(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        attributes = self._read_attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}'
            )
        self._open.append(_Open(tag, self._length, attributes, len(self._pieces)))

    def _read_attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        source = self._source
        while True:
            while self._at < len(source) and source[self._at].isspace():
                self._at += 1
            if source.startswith(">", self._at):
                self._at += 1
                return found
            attribute = _ATTRIBUTE.match(source, self._at)
            if attribute is None:
                if self._at >= len(source):
                    raise self._error(f"Unclosed start tag at byte offset {self._byte(begin)}")
                raise self._error(
                    f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}'
                )
            self._at = attribute.end()
            if attribute["equals"] and attribute["value"] is None:
                if self._at >= len(source) or source[self._at] in "\"'":
                    raise self._error(f"Unclosed start tag at byte offset {self._byte(begin)}")
                raise self._error(
                    f"Unexpected end of name token at byte offset {self._byte(self._at)}"
                )
            found[attribute["name"].lower()] = _attribute_value(attribute["value"] or "")

    def _read_end_tag(self) -> None:
        begin = self._at
        offset = self._byte(begin)
        if not self._open:
            raise self._error(f"Unexpected end tag at byte offset {offset}")
        name = _TAG_NAME.match(self._source, begin + 2)
        assert name is not None  # noqa: S101 - the pattern matches the empty text
        close = name.end()
        while close < len(self._source) and self._source[close].isspace():
            close += 1
        if not self._source.startswith(">", close):
            raise self._error(f"Unclosed end tag at byte offset {offset}")
        opened = self._open[-1]
        if name.group() and name.group().lower() != opened.tag:
            raise self._error(
                f"Unmatched end tag at byte offset {offset}, "
                f'expected "</{opened.tag}>", found "</{name.group()}>"'
            )
        self._at = close + 1
        self._open.pop()
        self._finish(opened)

    def _finish(self, opened: _Open) -> None:
        length = self._length - opened.offset
        if not length:
            return
        kind = KINDS[opened.tag]
        entity = Entity(kind, opened.offset, length)
        if kind == "text_link":
            url = opened.attributes.get("href") or "".join(self._pieces[opened.start :])
            if not _LINK.match(url):
                return
            entity = replace(entity, url=url)
        elif kind == "custom_emoji":
            emoji = opened.attributes.get("emoji-id", "")
            if not emoji.isdecimal():
                raise self._error("Invalid custom emoji identifier specified")
            entity = replace(entity, emoji=emoji)
        elif kind == "blockquote" and "expandable" in opened.attributes:
            entity = replace(entity, kind="expandable_blockquote")
        elif kind == "code":
            entity = self._code(entity, opened)
        if kind == "pre":
            entity = self._take_language(entity)
        self._entities.append(entity)

    def _code(self, entity: Entity, opened: _Open) -> Entity:
        language = opened.attributes.get("class", "")
        inside_pre = bool(self._open) and self._open[-1].tag == "pre"
        if inside_pre and language.startswith("language-"):
            return replace(entity, language=language.removeprefix("language-"))
        return entity

    def _take_language(self, pre: Entity) -> Entity:
        """``<pre><code class="language-x">`` over the same stretch is one entity."""
        if self._entities:
            inner = self._entities[-1]
            if inner.kind == "code" and (inner.offset, inner.length) == (pre.offset, pre.length):
                self._entities.pop()
                return replace(pre, language=inner.language)
        return pre


def _character(source: str, at: int) -> tuple[str, int]:
    """The character an HTML reference at `at` stands for, and where reading goes on."""
    found = _CHARACTER.match(source, at)
    if found is None:
        return "&", at + 1
    if found[3]:
        return _NAMED[found[3].lower()], found.end()
    number = int(found[1], 16) if found[1] else int(found[2])
    if number == 0 or number > 0x10FFFF or 0xD800 <= number < 0xE000:
        return "&", at + 1
    return chr(number), found.end()


def _attribute_value(raw: str) -> str:
    if raw[:1] not in {'"', "'"}:
        return raw.lower()
    text, at, pieces = raw[1:-1], 0, []
    while (mark := text.find("&", at)) >= 0:
        pieces.append(text[at:mark])
        piece, at = _character(text, mark)
        pieces.append(piece)
    return "".join([*pieces, text[at:]])


def _outermost_first(entity: Entity) -> tuple[int, int]:
    return entity.offset, -entity.length


def parse(text: str, mode: str) -> tuple[str, tuple[Entity, ...]]:
    """`text` in parse mode `mode` ("" or "HTML") as plain text and entities, trimmed.

    Raises ApiError 400 with Telegram's words for unbalanced or unknown tags.
    """
    if mode and mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    found: tuple[Entity, ...] = ()
    if mode and _MARK.search(text):
        text, found = _Reader(text).read()
    return trim(text, found)


def trim(text: str, found: tuple[Entity, ...]) -> tuple[str, tuple[Entity, ...]]:
    """White space at both ends goes, and the entities move along."""
    text = _CONTROL.sub(" ", text.replace("\r", ""))
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


def given(text: str, raw: Sequence[Any]) -> tuple[str, tuple[Entity, ...]]:
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
                url=str(item.get("url") or ""),
                language=str(item.get("language") or ""),
                emoji=str(item.get("custom_emoji_id") or ""),
            )
        except (TypeError, KeyError, ValueError):
            raise bad_request("can't parse MessageEntity") from None
        if entity.kind not in TYPES:
            raise bad_request("can't parse MessageEntity: unsupported type specified")
        if entity.offset >= 0 and entity.length > 0 and entity.end <= length:
            found.append(entity)
    return text, tuple(sorted(found, key=_outermost_first))


def commands(text: str) -> tuple[Entity, ...]:
    """The bot commands in what a person typed."""
    if "/" not in text:
        return ()
    return tuple(
        Entity("bot_command", units(text[: found.start()]), len(found.group()))
        for found in _COMMAND.finditer(text)
    )


_SHOWN: Final[Mapping[str, tuple[str, str]]] = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ('<span class="spoiler" tabindex="0">', "</span>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote>", "</blockquote>"),
    "bot_command": ('<span class="command">', "</span>"),
}
_SAFE_LINK = re.compile(r"(?:https?|tg|mailto|tel):", re.I)


def _tags(entity: Entity) -> tuple[str, str]:
    if entity.kind == "text_link":
        if _SAFE_LINK.match(entity.url):
            target = html.escape(entity.url)
            return f'<a href="{target}" rel="noopener noreferrer" target="_blank">', "</a>"
        return "", ""
    return _SHOWN.get(entity.kind, ("", ""))


def render(text: str, found: Sequence[Entity]) -> str:
    """`text` as HTML that is safe to show: everything escaped, only our own tags added."""
    if not found:
        return html.escape(text, quote=False)
    raw = text.encode("utf-16-le", "surrogatepass")
    pieces: list[str] = []
    open_now: list[Entity] = []
    at = 0

    def up_to(end: int) -> None:
        nonlocal at
        piece = raw[2 * at : 2 * end].decode("utf-16-le", "replace")
        pieces.append(html.escape(piece, quote=False))
        at = end

    for entity in sorted(found, key=_outermost_first):
        while open_now and open_now[-1].end <= entity.offset:
            up_to(open_now[-1].end)
            pieces.append(_tags(open_now.pop())[1])
        if open_now and entity.end > open_now[-1].end:
            continue  # entities of one message never cross; a crossing one is not shown
        up_to(entity.offset)
        pieces.append(_tags(entity)[0])
        open_now.append(entity)
    while open_now:
        up_to(open_now[-1].end)
        pieces.append(_tags(open_now.pop())[1])
    up_to(len(raw) // 2)
    return "".join(pieces)
