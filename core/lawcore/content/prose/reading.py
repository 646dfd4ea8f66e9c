"""Reads a draft, docx, Markdown or plain text, into lines that a fault can name."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lawcore.errors import BadInput

_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_SPACE = re.compile(
    r"(?<=[\u4e00-\u9fff])[ \u3000\xa0]+(?=[\u4e00-\u9fff0-9])"
    r"|(?<=[0-9])[ \u3000\xa0]+(?=[\u4e00-\u9fff])"
)
_BEGINS = re.compile(
    r"\s*(?:[#>|`~]|[-*+]\s|\d+[.、)]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)])"
)
"""How a line begins that does not go on with the one before."""
_ENDS = re.compile(r"^\s*[#|`]|[。！？；：:]\s*$")
"""A heading, a row of a table and the end of a sentence go on in no other line."""
_MARKS = re.compile(r"^[#>\s]+|^[-*+]\s+|\*\*|__|`")


class Line(NamedTuple):
    """A paragraph of a docx or a line of a text, and where it stands in words."""

    where: str
    text: str


def read_prose(path: Path) -> tuple[Line, ...]:
    """Read a draft by the ending of its name. Raises BadInput in one sentence."""
    try:
        content = path.read_bytes()
    except OSError:
        raise BadInput(f"“{path}”打不开，请检查文件名。") from None
    match path.suffix.lower():
        case ".docx":
            from lawcore.content.prose.word_file import word_lines  # noqa: PLC0415 - slow

            return tuple(word_lines(path))
        case ".md":
            return tuple(_unwrapped(_plain(content)))
        case ".txt" | "":
            return _plain(content)
    raise BadInput(f"只能检查 .docx、.md、.txt 文件，不能检查“{path.name}”。")


def lines_of(text: str) -> tuple[Line, ...]:
    """Take a text line by line."""
    lines = enumerate(text.splitlines(), start=1)
    return tuple(Line(f"第 {number} 行", line) for number, line in lines if line.strip())


def evened(lines: Sequence[Line]) -> list[Line]:
    """Write digits and spaces as they are mostly written: ３ 月 １５ 日 is 3月15日."""
    return [line._replace(text=_SPACE.sub("", line.text.translate(_DIGITS))) for line in lines]


def _unwrapped(lines: Sequence[Line]) -> Iterator[Line]:
    """Give the lines of Markdown without its marks; a sentence may go on in the next line."""
    whole, before, last = Line("", ""), "", 0
    for line in lines:
        number = int(line.where.split()[1])
        goes_on = number == last + 1 and not (_BEGINS.match(line.text) or _ENDS.search(before))
        text = _MARKS.sub("", line.text)
        if goes_on:
            whole = whole._replace(text=whole.text + text.strip())
        else:
            if last:
                yield whole
            whole = Line(line.where, text)
        before, last = line.text, number
    if last:
        yield whole


def _plain(content: bytes) -> tuple[Line, ...]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return lines_of(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise BadInput("这个文件不是文字，或者编码不认识。请另存为 UTF-8 的文本再试。")
