"""Reads every text of a docx: paragraphs, tables, text boxes, headers, footers, notes, comments.

A place is named as a person finds it in the document: 第 3 段, 表2第3行, 页眉, 脚注1.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from lawcore.content.prose.reading import Line
from lawcore.errors import BadInput

_OTHER_PARTS = (
    ("header", "页眉", "w:hdr"), ("footer", "页脚", "w:ftr"), ("footnotes", "脚注", "w:footnote"),
    ("endnotes", "尾注", "w:endnote"), ("comments", "批注", "w:comment"),
)  # fmt: skip
"""The beginning of the part's name, how a place in it is called, and what holds its texts."""
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""For old programs: what stands in it stands beside it too."""
_SKIPPED = frozenset({qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent"), _FALLBACK})
"""What was struck out, what is read for itself, and what is there twice."""
_BREAKS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_SEPARATORS = frozenset({"separator", "continuationSeparator", "continuationNotice"})


def word_lines(path: Path) -> Iterator[Line]:
    """Yield the texts of a document, what stands outside its pages' body last.

    Raises BadInput for a file that is no whole docx.
    """
    try:
        document = Document(str(path))
        lines = [*_Body().lines(document.element.body), *_others(document)]
    except Exception as error:  # the reader raises anything at a damaged file
        reason = f"“{path.name}”不是完整的 docx 文件，读不出来"
        raise BadInput(f"{reason}。请另存为 .docx 再试。") from error
    yield from (line for line in lines if line.text.strip())


class _Body:
    """Counts paragraphs, tables and text boxes as they come."""

    def __init__(self) -> None:
        self._paragraphs = self._tables = self._boxes = 0

    def lines(self, holder: Any) -> Iterator[Line]:
        """Yield the lines of a holder of paragraphs and tables, in their order."""
        for part in _blocks(holder):
            if part.tag == qn("w:tbl"):
                self._tables += 1
                yield from _rows(part, f"表{self._tables}")
                yield from self._in_boxes(part)
            else:
                self._paragraphs += 1
                yield Line(f"第 {self._paragraphs} 段", _text(part))
                yield from self._in_boxes(part)

    def _in_boxes(self, part: Any) -> Iterator[Line]:
        for box in _boxes(part):
            self._boxes += 1
            yield from _plain(box, f"文本框{self._boxes}")


def _others(document: Any) -> Iterator[Line]:
    parts = sorted(document.part.package.iter_parts(), key=lambda part: str(part.partname))
    for beginning, name, holder in _OTHER_PARTS:
        chosen = [each for each in parts if _is(str(each.partname), beginning)]
        number = 0
        for part in chosen:
            root = parse_xml(part.blob)
            for each in [root] if root.tag == qn(holder) else root.iter(qn(holder)):
                if each.get(qn("w:type")) in _SEPARATORS:
                    continue
                number += 1
                counted = root.tag != qn(holder) or len(chosen) > 1
                yield from _plain(each, f"{name}{number}" if counted else name)
                for box in _boxes(each):
                    yield from _plain(box, f"{name}里的文本框")


def _boxes(holder: Any) -> Iterator[Any]:
    for box in holder.iter(qn("w:txbxContent")):
        if not any(each.tag == _FALLBACK for each in box.iterancestors()):
            yield box


def _is(name: str, beginning: str) -> bool:
    bare = name.rpartition("/")[2].removesuffix(".xml")
    return bare == beginning or (bare.startswith(beginning) and bare[len(beginning) :].isdecimal())


def _blocks(holder: Any) -> Iterator[Any]:
    """Yield paragraphs and tables, also those in a content control."""
    for each in holder:
        if each.tag in {qn("w:p"), qn("w:tbl")}:
            yield each
        elif each.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")}:
            yield from _blocks(each)


def _plain(holder: Any, where: str) -> Iterator[Line]:
    tables = 0
    for part in _blocks(holder):
        if part.tag == qn("w:tbl"):
            tables += 1
            yield from _rows(part, f"{where}里的表{tables}")
        else:
            yield Line(where, _text(part))


def _rows(table: Any, where: str) -> Iterator[Line]:
    """Yield each cell of each row, a table inside a cell after its row."""
    for number, row in enumerate(_descend(table, "w:tr"), start=1):
        inner = 0
        for cell in _descend(row, "w:tc"):
            for part in _blocks(cell):
                if part.tag == qn("w:p"):
                    yield Line(f"{where}第{number}行", _text(part))
                else:
                    inner += 1
                    yield from _rows(part, f"{where}第{number}行里的表{inner}")


def _descend(holder: Any, wanted: str) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, also those in a content control."""
    for each in holder:
        if each.tag == qn(wanted):
            yield each
        elif each.tag in {qn("w:sdt"), qn("w:sdtContent")}:
            yield from _descend(each, wanted)


def _text(element: Any) -> str:
    """The text of a paragraph as it is read: with insertions and links, without deletions."""
    parts = []
    for each in element:
        if each.tag in _SKIPPED:
            continue
        if each.tag == qn("w:t"):
            parts.append(each.text or "")
        else:
            parts.append(_BREAKS.get(each.tag, "") or _text(each))
    return "".join(parts)
