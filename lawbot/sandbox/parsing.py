"""The HTML parse mode: tags in, plain text and entities out; strict as Telegram is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from lawbot.sandbox.answers import ApiError, bad_request
from lawbot.sandbox.entities import Entity, Extra, outermost_first, trim, units

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
    "tg-time": "date_time",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
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
_LINK = re.compile(r"(?:https?|tg|mailto|tel|ftp|ton)://?.|[\w-]+\.[\w-]+", re.I)


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
        return "".join(self._pieces), tuple(sorted(self._entities, key=outermost_first))

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
        entity = Entity(KINDS[opened.tag], opened.offset, length)
        match opened.tag:
            case "a":
                url = opened.attributes.get("href") or "".join(self._pieces[opened.start :])
                if not _LINK.match(url):
                    return
                entity = replace(entity, extra=(("url", url),))
            case "tg-emoji":
                emoji = opened.attributes.get("emoji-id", "")
                if not emoji.isdecimal():
                    raise self._error("Invalid custom emoji identifier specified")
                entity = replace(entity, extra=(("custom_emoji_id", emoji),))
            case "tg-time":
                entity = replace(entity, extra=self._moment(opened.attributes))
            case "blockquote" if "expandable" in opened.attributes:
                entity = replace(entity, kind="expandable_blockquote")
            case "code":
                entity = self._code(entity, opened.attributes.get("class", ""))
            case "pre":
                entity = self._take_language(entity)
        self._entities.append(entity)

    def _moment(self, attributes: Mapping[str, str]) -> Extra:
        unix = attributes.get("unix", "")
        if not unix.isdecimal():
            raise self._error("Invalid Unix time specified")
        form = attributes.get("format")
        return (("unix_time", int(unix)), *((("date_time_format", form),) if form else ()))

    def _code(self, entity: Entity, language: str) -> Entity:
        inside_pre = bool(self._open) and self._open[-1].tag == "pre"
        if inside_pre and language.startswith("language-"):
            return replace(entity, extra=(("language", language.removeprefix("language-")),))
        return entity

    def _take_language(self, pre: Entity) -> Entity:
        """``<pre><code class="language-x">`` over the same stretch is one entity."""
        if self._entities:
            inner = self._entities[-1]
            if inner.kind == "code" and (inner.offset, inner.length) == (pre.offset, pre.length):
                self._entities.pop()
                return replace(pre, extra=inner.extra)
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


def parse(text: str, mode: str) -> tuple[str, tuple[Entity, ...]]:
    """`text` in parse mode `mode` ("" or "HTML") as plain text and entities, trimmed.

    Raises ApiError 400 with Telegram's words for unbalanced or unknown tags.
    """
    if mode and mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    text = _CONTROL.sub(" ", text.replace("\r", ""))
    found: tuple[Entity, ...] = ()
    if mode and _MARK.search(text):
        text, found = _Reader(text).read()
    return trim(text, found)
