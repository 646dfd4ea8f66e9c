"""Reads a draft, docx, Markdown or plain text, into lines that a fault can name."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lawcore.errors import BadInput

_MARKS = re.compile(r"^[#>\s]+|^[-*+]\s+|\*\*|__|`")


class Line(NamedTuple):
    """A paragraph of a docx or a line of a text, and where it stands."""

    where: str
    text: str


def read_prose(path: Path) -> tuple[Line, ...]:
    """Read a draft by the ending of its name. Raises BadInput in one sentence."""
    try:
        content = path.read_bytes()
    except OSError:
        raise BadInput(f"「{path}」打不开，请检查文件名。") from None
    match path.suffix.lower():
        case ".docx":
            return tuple(_paragraphs(path))
        case ".md":
            return tuple(line._replace(text=_MARKS.sub("", line.text)) for line in _plain(content))
        case ".txt" | "":
            return _plain(content)
    raise BadInput(f"只能检查 .docx、.md、.txt 文件，不能检查「{path.name}」。")


def lines_of(text: str) -> tuple[Line, ...]:
    """Take a text line by line."""
    lines = enumerate(text.splitlines(), start=1)
    return tuple(Line(f"第 {number} 行", line) for number, line in lines if line.strip())


def _plain(content: bytes) -> tuple[Line, ...]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return lines_of(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise BadInput("这个文件不是文字，或者编码不认识。请另存为 UTF-8 的文本再试。")


def _paragraphs(path: Path) -> Iterator[Line]:
    from docx import Document  # noqa: PLC0415 - slow to import
    from docx.table import Table  # noqa: PLC0415

    try:
        document = Document(str(path))
    except Exception as error:  # the reader raises anything at a damaged file
        reason = f"「{path.name}」不是完整的 docx 文件，读不出来"
        raise BadInput(f"{reason}。请另存为 .docx 再试。") from error
    paragraphs = tables = 0
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            tables += 1
            for number, row in enumerate(part.rows, start=1):
                # A merged cell is given once for every place that it takes.
                for text in dict.fromkeys(cell.text for cell in row.cells):
                    yield Line(f"第 {tables} 个表第 {number} 行", text)
        else:
            paragraphs += 1
            yield Line(f"第 {paragraphs} 段", part.text)
