"""Long texts in several posts: split between paragraphs, or else sentences, never inside a word.

The same text and limit always give the same parts, so that a post that was interrupted goes on with
the part that is missing.
"""

import re
from collections.abc import Iterable

_PARAGRAPHS = re.compile(r"\n{2,}")
_SENTENCES = re.compile(r"(?<=[。！？；\n])")
_MARK = len("\n（99/99）".encode())
"""Bytes kept free for the mark of the part."""


def split(text: str, limit: int | None) -> tuple[str, ...]:
    """The parts of `text`, each of at most `limit` bytes of UTF-8, marked （1/3） if several."""
    text = text.strip()
    if limit is None or _size(text) <= limit:
        return (text,)
    room = limit - _MARK
    parts = _packed((p.strip("\n") for p in _PARAGRAPHS.split(text)), "\n\n", room)
    return tuple(f"{part}\n（{n}/{len(parts)}）" for n, part in enumerate(parts, 1))


def _packed(pieces: Iterable[str], glue: str, room: int) -> list[str]:
    """Put as many pieces together as fit; a piece that is too large is split itself."""
    parts: list[str] = []
    for piece in pieces:
        if parts and _size(parts[-1] + glue + piece) <= room:
            parts[-1] += glue + piece
        elif _size(piece) <= room:
            parts.append(piece)
        elif glue:
            sentences = _SENTENCES.split(piece)
            parts.extend(part.strip("\n") for part in _packed(sentences, "", room))
        else:
            parts.extend(_cut(piece, room))
    return parts


def _cut(piece: str, room: int) -> list[str]:
    """Cut a sentence that has no end, between characters."""
    cuts = [""]
    for character in piece:
        if _size(cuts[-1] + character) > room:
            cuts.append("")
        cuts[-1] += character
    return cuts


def _size(text: str) -> int:
    return len(text.encode())
