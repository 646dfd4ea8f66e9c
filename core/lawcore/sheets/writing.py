"""Writes a file to be filled in: the sheet of instructions, then the sheets of rows."""

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

import xlsxwriter

from lawcore.sheets.layout import GUIDE_TITLE, Layout, Paper, Takes

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""No text is ever a formula or a link."""
_LAST_COLUMN = 5
_OFFERED_ROWS = 5000
"""Rows of the data sheets that offer the allowed words."""
_MOST_WORDS = 255
"""A list of words in a validation holds so many characters; a longer one stands in the guide."""
_FORMATS = {Takes.TEXT: "@", Takes.DAY: "yyyy-mm-dd", Takes.WHOLE: "0", Takes.MONEY: "0.00"}


def paper_bytes(paper: Paper, rows: Mapping[str, Iterable[Mapping[str, str]]]) -> bytes:
    """Make the xlsx of `paper` with `rows` by sheet and heading; without rows, the template."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **PLAIN}) as workbook:
        _write_guide(workbook, paper)
        for layout in paper.layouts:
            _write_sheet(workbook, layout, rows.get(layout.title, ()))
    return buffer.getvalue()


def _write_sheet(workbook: Any, layout: Layout, rows: Iterable[Mapping[str, str]]) -> None:
    sheet = workbook.add_worksheet(layout.title)
    heading = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#E7EEF6"})
    text = workbook.add_format({"num_format": "@"})
    for place, column in enumerate(layout.columns):
        shape = workbook.add_format({"num_format": _FORMATS[column.takes]})
        sheet.set_column(place, place, column.width, shape)
        sheet.write_string(0, place, column.heading, heading)
        if column.words and len(",".join(column.words)) <= _MOST_WORDS:
            rule = {
                "validate": "list",
                "source": list(column.words),
                "error_title": column.heading,
                "error_message": f"只能填：{'、'.join(column.words)}"[:_MOST_WORDS],
            }
            sheet.data_validation(1, place, _OFFERED_ROWS, place, rule)
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(layout.columns):
            if row[column.heading]:
                sheet.write_string(number, place, row[column.heading], text)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    _for_print(sheet)


def _write_guide(workbook: Any, paper: Paper) -> None:
    sheet = workbook.add_worksheet(GUIDE_TITLE)
    styles = {
        "title": workbook.add_format({"bold": True, "font_size": 14}),
        "bold": workbook.add_format({"bold": True}),
        "wide": workbook.add_format({"text_wrap": True, "valign": "vcenter"}),
        "plain": workbook.add_format(),
    }
    last = max(_LAST_COLUMN, *(len(layout.columns) - 1 for layout in paper.layouts))
    sheet.set_column(0, last, 16)
    for number, (style, cells) in enumerate(_guide_rows(paper)):
        for place, cell in enumerate(cells):
            sheet.write_string(number, place, cell, styles[style])
        if style == "wide":
            start = len(cells) - 1
            sheet.merge_range(number, start, number, _LAST_COLUMN, cells[start], styles[style])
            sheet.set_row(number, 34 if len(cells[start]) > 40 else 20)
    _for_print(sheet)


def _guide_rows(paper: Paper) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give each row of the instructions with its style; the last cell of a wide one is broad."""
    yield "title", (f"{paper.name}填写说明",)
    for number, sentence in enumerate(paper.guide, start=1):
        yield "wide", (f"{number}. {sentence}",)
    for layout in paper.layouts:
        yield "plain", ()
        yield "bold", (f"“{layout.title}”表的各列",)
        for column in layout.columns:
            need = "必填" if column.required else "可留空"
            yield "wide", (column.heading, need, column.meaning)
    for layout in paper.layouts:
        if layout.title in paper.example:
            yield "plain", ()
            yield "bold", (f"“{layout.title}”表的例子（虚构，不会导入）",)
            yield "bold", tuple(column.heading for column in layout.columns)
            for cells in paper.example[layout.title]:
                yield "plain", cells


def _for_print(sheet: Any) -> None:
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")
