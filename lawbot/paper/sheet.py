"""A sheet of A4 that an office can edit: named fonts, large type, no trace of the machine.

Fonts are named and never embedded: every office has 黑体, 仿宋 and 楷体, with their licences.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from lawcore.clock import TOWNSHIP_ZONE
from lawcore.errors import BadInput

A4_WIDTH = 21
"""Centimetres."""
RED = RGBColor(0xB0, 0x1E, 0x23)


class Font(StrEnum):
    """Fonts that come with the office's own machines."""

    HEAVY = "黑体"
    BODY = "仿宋"
    BRUSH = "楷体"


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph is set.

    Sizes are points; `spacing` is the distance of lines as a multiple of the size, the same with
    whatever font the machine has; `indent` sets in the first line by two signs; `together` keeps
    the paragraph on one page, `with_next` on the page of the one after it.
    """

    size: float
    font: Font = Font.BODY
    red: bool = False
    centred: bool = False
    spacing: float = 1.6
    before: float = 0
    after: float = 0
    indent: bool = False
    together: bool = True
    with_next: bool = False


class Sheet:
    """A document in the making; `margin` is in centimetres."""

    def __init__(self, title: str, township: str, at: datetime, margin: float) -> None:
        self.document: DocumentType = Document()
        self._margin = margin
        _describe(self.document, title, township, at)
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(A4_WIDTH), Cm(29.7)
        section.left_margin = section.right_margin = Cm(margin)
        section.top_margin = section.bottom_margin = Cm(margin)

    def line(self, text: str, look: Look) -> Paragraph:
        """Add one paragraph."""
        return write(self.document.add_paragraph(), text, look)

    def rule(self, after: float = 8) -> None:
        """Draw a red line across the sheet."""
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(after)
        paragraph.paragraph_format.line_spacing = Pt(4)
        bottom = OxmlElement("w:bottom")
        for key, value in (("val", "single"), ("sz", "12"), ("space", "1"), ("color", str(RED))):
            bottom.set(qn(f"w:{key}"), value)
        border: Any = OxmlElement("w:pBdr")
        border.append(bottom)
        shape: Any = paragraph._p.get_or_add_pPr()
        shape.insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")

    def header(self, text: str) -> None:
        """A small line above the sheet, for the office and not for the reader."""
        write(self.document.sections[0].header.paragraphs[0], text, Look(11, Font.BRUSH))

    def picture(self, image: bytes, width: float, words: str) -> None:
        """A picture in the middle, `width` centimetres wide; `words` say what it shows."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(0)
        shape: Any = paragraph.add_run().add_picture(io.BytesIO(image), width=Cm(width))
        shape._inline.docPr.set("descr", words)

    def grid(self, rows: Sequence[tuple[str, str]], first: Look, second: Look, left: float) -> None:
        """Two columns with lines round them; the left one `left` centimetres wide."""
        widths = (Cm(left), Cm(A4_WIDTH - 2 * self._margin - left))
        table = self.document.add_table(rows=0, cols=2)
        table.style, table.autofit = "Table Grid", False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for row in rows:
            cells = table.add_row().cells
            for cell, words, look, width in zip(cells, row, (first, second), widths, strict=True):
                cell.width = width
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
                write(cell.paragraphs[0], words, replace(look, with_next=True))

    def part(self, header: str) -> None:
        """Begin a part on the front of a new sheet, with its own header and page numbers from 1."""
        parts = self.document.sections
        begun = len(parts) > 1 or bool(self.document.paragraphs)
        section = self.document.add_section(WD_SECTION.ODD_PAGE) if begun else parts[0]
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        write(section.header.paragraphs[0], header, Look(11, Font.BRUSH, after=6))
        _number_pages(section, (("第 ", "PAGE"), (" 页", None)))
        first: Any = OxmlElement("w:pgNumType")
        first.set(qn("w:start"), "1")
        shape: Any = section._sectPr
        for older in shape.findall(qn("w:pgNumType")):
            shape.remove(older)
        shape.insert_element_before(first, "w:cols", "w:docGrid")

    def columns(self, words: Sequence[str], count: int, look: Look) -> None:
        """One line of up to `count` words, set below each other from line to line."""
        paragraph = self.line("\t".join(words), look)
        width = (A4_WIDTH - 2 * self._margin) / count
        for place in range(1, count):
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(width * place))

    def boxes(self, names: Sequence[str], per_row: int, height: float, look: Look) -> None:
        """Boxes to write in, each behind its name, `height` centimetres high."""
        name, box = 1.2, (A4_WIDTH - 2 * self._margin) / per_row - 1.2
        table = self.document.add_table(rows=0, cols=2 * per_row)
        table.style, table.autofit = "Table Grid", False
        for place, column in enumerate(table.columns):
            column.width = Cm(box if place % 2 else name)
        for first in range(0, len(names), per_row):
            row = table.add_row()
            row.height, row.height_rule = Cm(height), WD_ROW_HEIGHT_RULE.EXACTLY
            words = names[first : first + per_row]
            for place, cell in enumerate(row.cells):
                cell.width = Cm(box if place % 2 else name)
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
                text = words[place // 2] if place % 2 == 0 and place // 2 < len(words) else ""
                write(cell.paragraphs[0], text, replace(look, centred=True))

    def page_numbers(self) -> None:
        """第 1 页 共 2 页 at the foot, so that nobody loses the order of the sheets."""
        words = (("第 ", "PAGE"), (" 页 共 ", "NUMPAGES"), (" 页", None))
        _number_pages(self.document.sections[0], words)

    def save(self, path: Path) -> None:
        """Write the file. Raises BadInput if it cannot be written."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.document.save(str(path))
        except OSError:
            raise BadInput(f"写不了“{path}”：请关掉正打开它的程序，或换个位置。") from None


def write(paragraph: Paragraph, text: str, look: Look) -> Paragraph:
    """Write into a paragraph, also one of a table."""
    run = paragraph.add_run(text)
    _dress(run, look.font, look.size)
    if look.red:
        run.font.color.rgb = RED
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)
    shape.line_spacing = Pt(round(look.size * look.spacing))
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.first_line_indent = Pt(2 * look.size) if look.indent else None
    shape.keep_together, shape.keep_with_next = look.together, look.with_next
    if look.centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def _dress(styled: Any, font: Font, size: float) -> None:
    """Set font and size of a run or a style; Chinese signs need the font named a second time."""
    styled.font.name, styled.font.size = font.value, Pt(size)
    styled._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font.value)


def _describe(document: DocumentType, title: str, township: str, at: datetime) -> None:
    """Name title and township in the file's properties, and the language of the text."""
    about = document.core_properties
    about.title, about.author, about.last_modified_by = title, township, township
    about.comments, about.language = "", "zh-CN"
    about.created = about.modified = at.astimezone(TOWNSHIP_ZONE).replace(tzinfo=None)
    normal: Any = document.styles["Normal"]
    _dress(normal, Font.BODY, 14)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "zh-CN")
    language.set(qn("w:eastAsia"), "zh-CN")
    normal._element.get_or_add_rPr().append(language)


def _number_pages(section: Section, words: Sequence[tuple[str, str | None]]) -> None:
    """Write words, each with the field after it, at the foot of the pages."""
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in words:
        _dress(paragraph.add_run(text), Font.BODY, 12)
        if field:
            _field(paragraph, field)


def _field(paragraph: Paragraph, name: str) -> None:
    """A number that the word processor fills in."""
    run = paragraph.add_run("1")
    _dress(run, Font.BODY, 12)
    field: Any = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    field.append(run._element)
    paragraph._p.append(field)
