"""An xlsx file of notes and tables, ready to print. No text in it is ever a formula or a link."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter

from lawcore.reports.participation import Rate
from lawcore.reports.table import Cell, Table

_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_A4 = 9
_NONE = "—"
_LINE = 17
"""The height of a line of text, in points."""


class XlsxFile:
    """Sheets in the order in which they are added; the same sheets give the same bytes."""

    def __init__(self, title: str, day: date) -> None:
        self._buffer = BytesIO()
        self._workbook = xlsxwriter.Workbook(self._buffer, {"in_memory": True, **_PLAIN})
        created = datetime.combine(day, time())
        self._workbook.set_properties({"title": title, "created": created})
        self._title = title
        add = self._workbook.add_format
        line = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
        heading = {"bold": True, "bg_color": "#E7EEF6", "text_wrap": True, "align": "center"}
        self._big = add({"bold": True, "font_size": 14})
        self._term = add({"bold": True, "valign": "top"})
        self._note = add({"text_wrap": True, "valign": "top"})
        self._heading = add(line | heading)
        text = {"text_wrap": True, "align": "left", "indent": 1}
        number = {"align": "right", "indent": 1}
        kinds = {"text": text, "number": number, "rate": number | {"num_format": '0.0"%"'}}
        self._cells = {
            (kind, total): add(line | shape | {"bold": total})
            for kind, shape in kinds.items()
            for total in (False, True)
        }

    def add_notes(self, title: str, notes: Sequence[tuple[str, str]]) -> None:
        """Add a sheet of terms and what they mean."""
        sheet = self._workbook.add_worksheet(title)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 80)
        sheet.write_string(0, 0, self._title, self._big)
        for number, (term, meaning) in enumerate(notes, start=2):
            sheet.write_string(number, 0, term, self._term)
            sheet.write_string(number, 1, meaning, self._note)
            sheet.set_row(number, _LINE * _lines(meaning, 80))
        self._for_print(sheet)

    def add_table(self, table: Table, empty: str = "") -> None:
        """Add a sheet with `table`, or with the sentence `empty` when it has no rows."""
        sheet = self._workbook.add_worksheet(table.title)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.heading, self._heading)
        sheet.set_row(0, 34)
        for number, row in enumerate(table.rows, start=1):
            for place, cell in enumerate(row.cells):
                self._write(sheet, number, place, cell, row.total)
            pairs = zip(row.cells, table.columns, strict=True)
            lines = max(_lines(cell, column.width) for cell, column in pairs)
            if lines > 1:
                sheet.set_row(number, _LINE * lines)
        if not table.rows:
            sheet.write_string(1, 0, empty)
        sheet.freeze_panes(1, table.fixed)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        self._for_print(sheet)

    def content(self) -> bytes:
        """Finish the file."""
        self._workbook.close()
        return self._buffer.getvalue()

    def _write(self, sheet: Any, row: int, place: int, cell: Cell, total: bool) -> None:
        match cell:
            case Rate(percent=None):
                sheet.write_string(row, place, _NONE, self._cells["number", total])
            case Rate(percent=percent):
                sheet.write_number(row, place, percent, self._cells["rate", total])
            case int() | Decimal():
                sheet.write_number(row, place, cell, self._cells["number", total])
            case _:
                sheet.write_string(row, place, cell, self._cells["text", total])

    def _for_print(self, sheet: Any) -> None:
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5)
        sheet.set_footer("&L&A&C第 &P 页，共 &N 页")


def _lines(cell: Cell, width: int) -> int:
    """Guess how many lines a text takes: not every spreadsheet fits the height by itself."""
    if not isinstance(cell, str):
        return 1
    taken = sum(2 if east_asian_width(char) in "WFA" else 1 for char in cell)
    return 1 + taken // (width - 2)
