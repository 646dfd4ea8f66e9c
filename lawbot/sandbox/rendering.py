"""Formatted text as HTML that is safe to show: everything escaped, only our own tags added."""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Final

from lawbot.sandbox.entities import Entity, outermost_first

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
        url = str(dict(entity.extra).get("url", ""))
        if _SAFE_LINK.match(url):
            target = html.escape(url)
            return f'<a href="{target}" rel="noopener noreferrer" target="_blank">', "</a>"
        return "", ""
    return _SHOWN.get(entity.kind, ("", ""))


def render(text: str, found: Sequence[Entity]) -> str:
    """`text` with its entities as HTML."""
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

    for entity in sorted(found, key=outermost_first):
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
