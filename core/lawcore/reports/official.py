"""A paper in the layout of GB/T 9704-2012, as docx: A4, 22 lines of 28 characters.

Page: 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm. Title 2号小标宋, text 3号仿宋, headings 黑体 and
楷体, page number 4号 between dashes, outside on the page. Fonts are named and not embedded: the
office has them, and their licences forbid to pass them on. Loads python-docx, slow to import.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

TITLE, BODY, HEADING, SECOND, NUMBER = (
    "方正小标宋简体",
    "仿宋_GB2312",
    "黑体",
    "楷体_GB2312",
    "宋体",
)
TWO, THREE, FOUR, SMALL_FOUR, FIVE = Pt(22), Pt(16), Pt(14), Pt(12), Pt(10.5)
"""二号, 三号, 四号, 小四, 五号."""
LINE = Pt(28.9)
"""225 mm over 22 lines."""
_PITCH = 578
"""The same in twentieths of a point."""
_CLOSER = -5
"""Twentieths of a point between characters of 三号: 28 of them take 155.6 mm of the 156.

A grid of characters would say the same, but not every office program keeps to it alike.
"""
_WIDTH = 156
"""Of the text, in millimetres."""


class OfficialPaper:
    """Parts in the order in which they are added; the same parts give the same text."""

    def __init__(self, title: str, day: date) -> None:
        self._document = Document()
        self._document.core_properties.title = title
        self._document.core_properties.author = ""
        self._document.core_properties.comments = ""
        self._document.core_properties.created = datetime.combine(day, time())
        self._document.core_properties.modified = datetime.combine(day, time())
        self._plain()
        self._page()
        self._page_number()
        self._line(title, TITLE, TWO, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False)
        self._line("", BODY, THREE, indent=False)

    def heading(self, text: str) -> None:
        """A heading of the first level: 一、…"""
        self._line(text, HEADING, THREE, keep=True)

    def second(self, text: str) -> None:
        """A heading of the second level: （一）…"""
        self._line(text, SECOND, THREE, keep=True)

    def paragraph(self, pieces: Sequence[tuple[str, bool]]) -> None:
        """Text; pieces marked True are set small and raised, like the mark of a footnote."""
        paragraph = self._line("", BODY, THREE)
        for text, raised in pieces:
            run = paragraph.add_run(text)
            _set(run, BODY, THREE)
            run.font.superscript = raised or None

    def note(self, text: str) -> None:
        """A line in small type below a table."""
        self._line(text, BODY, FIVE, pitch=Pt(16))

    def table(
        self,
        caption: str,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[int],
    ) -> None:
        """A table over the width of the text, `widths` in proportion; its head on every page.

        The first column and texts stand left, numbers right; a row that begins with 合计 is bold.
        """
        caption_line = self._line(
            caption, HEADING, SMALL_FOUR, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False, keep=True
        )
        caption_line.paragraph_format.space_before = Pt(6)
        table = self._document.add_table(1, len(headings))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for place, heading in enumerate(headings):
            _fill(table.rows[0].cells[place], heading, HEADING, WD_ALIGN_PARAGRAPH.CENTER)
        _on_every_page(table.rows[0])
        for cells in rows:
            row = table.add_row()
            _whole(row)
            for place, text in enumerate(cells):
                align = WD_ALIGN_PARAGRAPH.RIGHT if _is_number(text) else WD_ALIGN_PARAGRAPH.LEFT
                font = HEADING if cells[0] == "合计" else BODY
                _fill(row.cells[place], text, font, align)
        _widen(table, widths)
        self._line("", BODY, FIVE, pitch=Pt(10))

    def content(self) -> bytes:
        """Finish the file."""
        buffer = BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()

    def _line(
        self,
        text: str,
        font: str,
        size: Any,
        *,
        align: Any = WD_ALIGN_PARAGRAPH.JUSTIFY,
        indent: bool = True,
        keep: bool = False,
        pitch: Any = LINE,
    ) -> Any:
        paragraph = self._document.add_paragraph()
        shape = paragraph.paragraph_format
        shape.alignment = align
        shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        shape.line_spacing = max(pitch, Pt(34)) if size == TWO else pitch
        shape.space_before = shape.space_after = Pt(0)
        shape.keep_with_next = keep or None
        if indent:
            _indent(paragraph, size)
        if pitch != LINE:
            _free(paragraph)
        if text:
            _set(paragraph.add_run(text), font, size)
        return paragraph

    def _plain(self) -> None:
        style = self._document.styles["Normal"]
        style.font.size = THREE
        style.font.name = BODY
        style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)

    def _page(self) -> None:
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(25)
        grid = section._sectPr.find(qn("w:docGrid"))
        if grid is None:
            grid = OxmlElement("w:docGrid")
            section._sectPr.append(grid)
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), f"{_PITCH}")

    def _page_number(self) -> None:
        """One character in from the outer edge: right on odd pages, left on even ones."""
        self._document.settings.odd_and_even_pages_header_footer = True
        section = self._document.sections[0]
        for footer, align in (
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
        ):
            paragraph = footer.paragraphs[0]
            paragraph.alignment = align
            paragraph.paragraph_format.left_indent = FOUR
            paragraph.paragraph_format.right_indent = FOUR
            for part in ("— ", "PAGE", " —"):
                run = paragraph.add_run("" if part == "PAGE" else part)
                _set(run, NUMBER, FOUR)
                if part == "PAGE":
                    _field(run, part)


def _set(run: Any, font: str, size: Any) -> None:
    """The East Asian font has an attribute of its own: the name alone would leave it out."""
    run.font.name = font
    run.font.size = size
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if size == THREE:
        closer = OxmlElement("w:spacing")
        closer.set(qn("w:val"), f"{_CLOSER}")
        run._element.rPr.find(qn("w:sz")).addprevious(closer)


def _indent(paragraph: Any, size: Any) -> None:
    """Two characters; both as a length and in characters, for programs that know only one."""
    paragraph.paragraph_format.first_line_indent = 2 * size
    paragraph._p.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), "200")


def _free(paragraph: Any) -> None:
    """Off the grid of lines: small type stands closer."""
    grid = OxmlElement("w:snapToGrid")
    grid.set(qn("w:val"), "0")
    paragraph._p.pPr.find(qn("w:spacing")).addprevious(grid)


def _field(run: Any, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("end", None)):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = text
        run._element.append(part)


def _fill(cell: Any, text: str, font: str, align: Any) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(2)
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing = Pt(15)
    _free(paragraph)
    _set(paragraph.add_run(text), font, FIVE)


def _is_number(text: str) -> bool:
    return text == "—" or text.strip("+-−%").replace(".", "").isdigit()


def _on_every_page(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(mark)
    _whole(row)


def _whole(row: Any) -> None:
    """A row is not cut by the end of the page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _widen(table: Any, widths: Sequence[int]) -> None:
    total = sum(widths)
    for place, width in enumerate(widths):
        share = Mm(_WIDTH * width / total)
        table.columns[place].width = share
        for cell in table.columns[place].cells:
            cell.width = share
