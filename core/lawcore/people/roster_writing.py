"""Writes a roster as xlsx: the sheet of instructions and the two sheets of data. No formulas."""

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

import xlsxwriter

from lawcore.people.model import (
    CADRE_CATEGORY_WORDS,
    UNIT_KIND_WORDS,
    CadreRow,
    Roster,
    UnitRow,
)
from lawcore.people.roster_layout import (
    CATEGORY,
    CODE,
    EXAMPLE,
    GUIDE,
    GUIDE_TITLE,
    IN_POST,
    KIND,
    LAYOUTS,
    LEFT_POST,
    NUMBER,
    PARENT,
    PEOPLE,
    PERSON_NAME,
    POST,
    STATUS,
    UNIT_CODE,
    UNIT_NAME,
    UNITS,
    Layout,
)

_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LAST_COLUMN = 5
_OFFERED_ROWS = 5000
"""Rows of the data sheets that offer the allowed words."""


def roster_bytes(roster: Roster) -> bytes:
    """Make the xlsx of a roster; of an empty one it is the template."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **_PLAIN}) as workbook:
        _write_guide(workbook)
        _write_sheet(workbook, UNITS, (_unit_texts(row) for row in roster.units))
        _write_sheet(workbook, PEOPLE, (_cadre_texts(row) for row in roster.cadres))
    return buffer.getvalue()


def _unit_texts(row: UnitRow) -> Mapping[str, str]:
    return {
        CODE.heading: row.code,
        UNIT_NAME.heading: row.name,
        KIND.heading: UNIT_KIND_WORDS[row.kind],
        PARENT.heading: row.parent_code or "",
    }


def _cadre_texts(row: CadreRow) -> Mapping[str, str]:
    return {
        NUMBER.heading: row.number,
        PERSON_NAME.heading: row.name,
        UNIT_CODE.heading: row.unit_code,
        POST.heading: row.post,
        CATEGORY.heading: CADRE_CATEGORY_WORDS[row.category],
        STATUS.heading: IN_POST if row.active else LEFT_POST,
    }


def _write_sheet(workbook: Any, layout: Layout, rows: Iterable[Mapping[str, str]]) -> None:
    sheet = workbook.add_worksheet(layout.title)
    heading = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#E7EEF6"})
    text = workbook.add_format({"num_format": "@"})
    for place, column in enumerate(layout.columns):
        sheet.set_column(place, place, column.width, text)
        sheet.write_string(0, place, column.heading, heading)
        if column.words:
            rule = {
                "validate": "list",
                "source": list(column.words),
                "error_title": column.heading,
                "error_message": f"只能填：{'、'.join(column.words)}",
            }
            sheet.data_validation(1, place, _OFFERED_ROWS, place, rule)
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(layout.columns):
            if row[column.heading]:
                sheet.write_string(number, place, row[column.heading], text)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    _for_print(sheet)


def _write_guide(workbook: Any) -> None:
    sheet = workbook.add_worksheet(GUIDE_TITLE)
    styles = {
        "title": workbook.add_format({"bold": True, "font_size": 14}),
        "bold": workbook.add_format({"bold": True}),
        "wide": workbook.add_format({"text_wrap": True, "valign": "vcenter"}),
        "plain": workbook.add_format(),
    }
    sheet.set_column(0, _LAST_COLUMN, 16)
    for number, (style, cells) in enumerate(_guide_rows()):
        for place, cell in enumerate(cells):
            sheet.write_string(number, place, cell, styles[style])
        if style == "wide":
            last = len(cells) - 1
            sheet.merge_range(number, last, number, _LAST_COLUMN, cells[last], styles[style])
            sheet.set_row(number, 34 if len(cells[last]) > 40 else 20)
    _for_print(sheet)


def _guide_rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give each row of the instructions with its style; the last cell of a wide one is broad."""
    yield "title", ("名册填写说明",)
    for number, sentence in enumerate(GUIDE, start=1):
        yield "wide", (f"{number}. {sentence}",)
    for layout in LAYOUTS:
        yield "plain", ()
        yield "bold", (f"「{layout.title}」表的各列",)
        for column in layout.columns:
            need = "必填" if column.required else "可留空"
            yield "wide", (column.heading, need, column.meaning)
    for layout in LAYOUTS:
        yield "plain", ()
        yield "bold", (f"「{layout.title}」表的例子（虚构，不会导入）",)
        yield "bold", tuple(column.heading for column in layout.columns)
        for cells in EXAMPLE[layout.title]:
            yield "plain", cells


def _for_print(sheet: Any) -> None:
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")
