"""An xlsx file of notes and tables, ready to print. No text in it is ever a formula or a link."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple
from unicodedata import east_asian_width

import xlsxwriter

from lawcore.errors import BadInput
from lawcore.reports.participation import Rate
from lawcore.reports.table import Cell, Column, Row, Table
from lawcore.sheets.writing import PLAIN

_A4, _A3 = 9, 8
_MOST_ON_A4 = 18
"""Columns that can still be read on A4."""
_NONE = "—"
CHARTS = "图表"
_MOST_ROWS = 2**20
"""Of a sheet, with its head; what is beyond would be left out without a word."""
_ROW_PIXELS = 20
_FEW = 10
"""A count below this is drawn on an axis that counts one by one."""
_LINE = 17
"""The height of a line of text, in points."""


_COLORS = ("#2F5D8A", "#C8792B")
"""Dark and light, so that they can be told apart in black and white too."""


class Chart(NamedTuple):
    """What is drawn of a table: the column of names and the columns of numbers."""

    names: int
    columns: tuple[int, ...]
    upright: bool = False
    rows: tuple[int, int] | None = None
    """The first and the last row of the sheet; without, all that are no totals."""


class XlsxFile:
    """Sheets in the order in which they are added; the same sheets give the same bytes."""

    def __init__(self, title: str, day: date, *, into: BinaryIO | None = None) -> None:
        """Written `into` a file it holds one row in memory at once; rows are then added in order.

        Without, the file is the answer of `content`.
        """
        self._buffer = BytesIO()
        how = "in_memory" if into is None else "constant_memory"
        self._workbook = xlsxwriter.Workbook(into or self._buffer, {how: True, **PLAIN})
        created = datetime.combine(day, time())
        self._workbook.set_properties({"title": title, "created": created})
        self._title = title
        self._sheets: dict[str, Any] = {}
        self._chart_row = 0
        add = self._workbook.add_format
        line: dict[str, Any] = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
        heading: dict[str, Any] = {
            "bold": True,
            "bg_color": "#E7EEF6",
            "text_wrap": True,
            "align": "center",
        }
        self._big = add({"bold": True, "font_size": 14})
        self._term = add({"bold": True, "valign": "top"})
        self._note = add({"text_wrap": True, "valign": "top"})
        self._heading = add({**line, **heading})
        # the prefix keeps a text that begins like a formula a text when the cell is edited
        text: dict[str, Any] = {
            "text_wrap": True,
            "align": "left",
            "indent": 1,
            "quote_prefix": True,
        }
        number: dict[str, Any] = {"align": "right", "indent": 1}
        dated: dict[str, Any] = {"align": "left", "indent": 1, "num_format": "yyyy-mm-dd"}
        kinds: dict[str, dict[str, Any]] = {
            "text": text,
            "day": dated,
            "number": number,
            "rate": {**number, "num_format": '0.0"%"'},
        }
        self._cells = {
            (kind, total): add({**line, **shape, "bold": total})
            for kind, shape in kinds.items()
            for total in (False, True)
        }

    def add_notes(self, title: str, notes: Sequence[tuple[str, str]]) -> None:
        """Add a sheet of terms and what they mean."""
        sheet = self._workbook.add_worksheet(title)
        sheet.set_column(0, 0, max(18, *(_taken(term) + 2 for term, _ in notes)))
        sheet.set_column(1, 1, 80)
        sheet.write_string(0, 0, self._title, self._big)
        for number, (term, meaning) in enumerate(notes, start=2):
            sheet.write_string(number, 0, term, self._term)
            sheet.write_string(number, 1, meaning, self._note)
            sheet.set_row(number, _LINE * _lines(meaning, 80))
        self._for_print(sheet)

    def add_table(self, table: Table, empty: str = "") -> None:
        """Add a sheet with `table`, or with the sentence `empty` when it has no rows."""
        self.add_rows(table.title, table.columns, table.rows, table.fixed, empty)

    def add_rows(
        self,
        title: str,
        columns: Sequence[Column],
        rows: Iterable[Row],
        fixed: int,
        empty: str = "",
    ) -> int:
        """Add a sheet of `rows`, which may be very many; return how many there were.

        The first row and the first `fixed` columns stay in sight; the head is on every page.
        Raises BadInput for more rows than a sheet holds.
        """
        sheet = self._workbook.add_worksheet(title)
        self._sheets[title] = sheet
        sheet.set_row(0, 34)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.heading, self._heading)
        widths = [column.width for column in columns]
        number = 0
        for number, row in enumerate(rows, start=1):
            if number == _MOST_ROWS:
                raise BadInput(f"“{title}”超过 {_MOST_ROWS - 1} 行，一张表放不下，请分段导出。")
            if (lines := self._write_row(sheet, number, row, widths)) > 1:
                sheet.set_row(number, _LINE * lines)
        if number == 0:
            sheet.write_string(1, 0, empty)
        sheet.freeze_panes(1, fixed)
        sheet.repeat_rows(0)
        sheet.print_area(0, 0, max(number, 1), len(columns) - 1)
        sheet.set_landscape()
        self._for_print(sheet)
        if len(columns) > _MOST_ON_A4:
            sheet.set_paper(_A3)
        return number

    def add_filter(self, title: str, columns: int, rows: int) -> None:
        """Let the readers of a sheet choose rows by its headings."""
        self._sheets[title].autofilter(0, 0, rows, columns - 1)

    def add_charts(self) -> None:
        """Add the sheet on which charts are drawn; it prints on one page."""
        sheet = self._workbook.add_worksheet(CHARTS)
        self._sheets[CHARTS] = sheet
        self._for_print(sheet)
        sheet.fit_to_pages(1, 1)

    def add_chart(self, title: str, table: Table, chart: Chart) -> None:
        """Draw columns of `table` on the sheet of charts, below the charts that are there."""
        drawn = self._workbook.add_chart({"type": "column" if chart.upright else "bar"})
        first, last = chart.rows or (1, sum(1 for row in table.rows if not row.total))
        for place, color in zip(chart.columns, _COLORS, strict=False):
            drawn.add_series(
                {
                    "name": [table.title, 0, place],
                    "categories": [table.title, first, chart.names, last, chart.names],
                    "values": [table.title, first, place, last, place],
                    "fill": {"color": color},
                    "gap": 60,
                    "data_labels": {"value": True, "font": {"size": 9}},
                }
            )
        drawn.set_title({"name": title, "name_font": {"size": 12}})
        drawn.set_legend({"position": "bottom"} if len(chart.columns) > 1 else {"none": True})
        axis: dict[str, Any] = {"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
        axis |= {"min": 0, "num_format": "0", **_steps(table, chart, first, last)}
        if chart.upright:
            drawn.set_y_axis(axis)
        else:
            drawn.set_x_axis(axis)
            drawn.set_y_axis({"reverse": True})  # the first row on top, as in the table
        height = 300 if chart.upright else 120 + 26 * (last - first + 1)
        drawn.set_size({"width": 640, "height": height})
        self._sheets[CHARTS].insert_chart(self._chart_row, 0, drawn, {"description": title})
        self._chart_row += height // _ROW_PIXELS + 2

    def close(self) -> None:
        """Finish the file."""
        self._workbook.close()

    def content(self) -> bytes:
        """Finish the file that was written into none."""
        self.close()
        return self._buffer.getvalue()

    def _write_row(self, sheet: Any, number: int, row: Row, widths: Sequence[int]) -> int:
        """Write the cells of a row; return how many lines the longest takes.

        Most cells are texts and whole numbers, and there may be millions: these are told first.
        """
        text, counted = self._cells["text", row.total], self._cells["number", row.total]
        lines = 1
        for place, cell in enumerate(row.cells):
            if type(cell) is int:
                sheet.write_number(number, place, cell, counted)
            elif type(cell) is not str or cell == _NONE:
                self._write_other(sheet, number, place, cell, row.total)
            elif cell:
                sheet.write_string(number, place, cell, text)
                if 2 * len(cell) >= widths[place] - 2:
                    lines = max(lines, _lines(cell, widths[place]))
            else:
                sheet.write_blank(number, place, None, text)
        return lines

    def _write_other(self, sheet: Any, row: int, place: int, cell: Cell, total: bool) -> None:
        kinds = self._cells
        match cell:
            case int() | Decimal():
                sheet.write_number(row, place, cell, kinds["number", total])
            case date():
                sheet.write_datetime(row, place, cell, kinds["day", total])
            case Rate(percent=Decimal() as percent):
                sheet.write_number(row, place, percent, kinds["rate", total])
            case _:
                sheet.write_string(row, place, _NONE, kinds["number", total])

    def _for_print(self, sheet: Any) -> None:
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5)
        sheet.set_footer("&L&A&C第 &P 页，共 &N 页")


def _steps(table: Table, chart: Chart, first: int, last: int) -> dict[str, int]:
    """Whole steps of an axis for small counts, and 100 as the end of an axis of rates."""
    cells = [row.cells[place] for row in table.rows[first - 1 : last] for place in chart.columns]
    if any(isinstance(cell, Rate) for cell in cells):
        return {"max": 100, "major_unit": 20}
    most = max((cell for cell in cells if isinstance(cell, int)), default=0)
    return {"major_unit": 1} if most < _FEW else {}


def _lines(text: str, width: int) -> int:
    """Guess how many lines a text takes: not every spreadsheet fits the height by itself."""
    return 1 + _taken(text) // (width - 2)


def _taken(text: str) -> int:
    """The width of a text, in characters of a digit's width."""
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)
