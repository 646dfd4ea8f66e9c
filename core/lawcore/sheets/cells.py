"""Opens a filled-in xlsx and reads its cells as text; every cell that is not is a fault."""

import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter

from lawcore.errors import BadInput, Fault
from lawcore.sheets.layout import Column, Layout, Paper, Takes

MOST_BYTES = 10_000_000
MOST_UNPACKED = 80_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 40
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AS_TEXT = "把格子设成文本格式再填"
_SAVE_AGAIN = "请用表格软件另存为 .xlsx 再试。"
_MOST = 10**9
_EXACT = 10**15
"""Excel keeps 15 digits of a number; the rest has become zeros."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is not blank. A cell that could not be read is missing from `texts`."""

    sheet: str
    row: int
    letters: Mapping[str, str]
    texts: Mapping[str, str]


@dataclass(slots=True)
class Faults:
    """All faults of one file."""

    file: str
    paper: Paper
    unread: set[str] = field(default_factory=set)
    """Sheets that could not be read as a whole."""
    _found: list[tuple[int, int, int, Fault]] = field(default_factory=list)

    def all(self) -> tuple[Fault, ...]:
        """Give the faults in the order of the file: sheet, row, column."""
        return tuple(fault for *_, fault in sorted(self._found, key=lambda found: found[:3]))

    def file_itself(self, reason: str, remedy: str) -> None:
        """Add a fault of the whole file."""
        self._found.append((0, 0, 0, Fault(self.file, reason, remedy)))

    def sheet(self, sheet: str, reason: str, remedy: str = "") -> None:
        """Add a fault of a whole sheet."""
        self.unread.add(sheet)
        where = f"{self.file}“{sheet}”表"
        self._found.append((self.paper.titles.index(sheet), 0, 0, Fault(where, reason, remedy)))

    def at(self, line: Line, column: Column, reason: str, remedy: str) -> None:
        """Add a fault of one cell."""
        letter = line.letters[column.heading]
        where = f"{self.file}“{line.sheet}”表 第 {line.row} 行 {letter} 列（{column.heading}）"
        place = column_index_from_string(letter)
        key = (self.paper.titles.index(line.sheet), line.row, place)
        self._found.append((*key, Fault(where, reason, remedy)))


def read_lines(path: Path, faults: Faults) -> dict[str, list[Line]]:
    """Read the rows that are not blank, by sheet. Raises BadInput if it is no readable xlsx."""
    paper = faults.paper
    _refuse_what_is_no_xlsx(path, paper.name)
    try:
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")
            workbook = load_workbook(file, read_only=True)
            sheets = {sheet.title.strip(): sheet for sheet in workbook.worksheets}
            return {layout.title: _lines(sheets, layout, faults) for layout in paper.layouts}
    except Exception as error:  # the reader raises anything at a damaged file
        raise BadInput(f"“{path.name}”不是完整的 xlsx 文件，读不出来。{_SAVE_AGAIN}") from error


def _refuse_what_is_no_xlsx(path: Path, name: str) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(len(_OLE))
        size = path.stat().st_size
    except OSError as error:
        reason = "没有这个文件" if isinstance(error, FileNotFoundError) else "这个文件打不开"
        raise BadInput(f"{reason}：“{path}”。") from error
    if start == _OLE:
        raise BadInput(f"“{path.name}”有密码，或是旧的 .xls 格式。请先去掉密码。{_SAVE_AGAIN}")
    try:
        with zipfile.ZipFile(path) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadInput(f"“{path.name}”不是 xlsx 文件。{_SAVE_AGAIN}") from error
    if size > MOST_BYTES or unpacked > MOST_UNPACKED:
        raise BadInput(f"“{path.name}”太大了，不像一份{name}。请把要填的表复制到新文件再试。")


def _lines(sheets: Mapping[str, Any], layout: Layout, faults: Faults) -> list[Line]:
    sheet = sheets.get(layout.title)
    if sheet is None:
        remedy = f"用 {faults.paper.template_command} 写一份空表，照着填"
        faults.sheet(layout.title, "没有这张表", remedy)
        return []
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MOST_COLUMNS)
    columns = _columns(next(rows, ()), layout, faults)
    found = []
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS:
            faults.sheet(layout.title, f"超过 {MOST_ROWS} 行", "删去多余的行")
            break
        cells = {column: row[index] for column, index in columns.items() if index < len(row)}
        if any(_filled(cell.value) for cell in cells.values()):
            found.append(_line(layout.title, number, cells, columns, faults))
    return found


def _columns(row: Iterable[Any], layout: Layout, faults: Faults) -> dict[Column, int]:
    """Give the place of each column, from 0, by the headings of the first row."""
    headings = [str(cell.value).strip() if _filled(cell.value) else "" for cell in row]
    found = {}
    for column in layout.columns:
        places = [place for place, heading in enumerate(headings) if heading == column.heading]
        if not places:
            faults.sheet(layout.title, f"第 1 行没有“{column.heading}”列", "表头不能改，请补上")
            continue
        if len(places) > 1:
            faults.sheet(layout.title, f"“{column.heading}”列有 {len(places)} 个", "只留一个")
        found[column] = places[0]
    return found


def _line(
    sheet: str,
    number: int,
    cells: Mapping[Column, Any],
    columns: Mapping[Column, int],
    faults: Faults,
) -> Line:
    letters = {column.heading: get_column_letter(place + 1) for column, place in columns.items()}
    texts = {column.heading: "" for column in columns}
    line = Line(sheet, number, letters, texts)
    for column, cell in cells.items():
        fault = _fault_of(cell, column.takes)
        if fault is None:
            texts[column.heading] = _text(cell, column.takes)
        else:
            del texts[column.heading]
            faults.at(line, column, *fault)
    return line


def _fault_of(cell: Any, takes: Takes) -> tuple[str, str] | None:
    """Give the reason and the remedy for a cell that cannot be taken as its column asks."""
    kind, value = cell.data_type, cell.value
    if kind == "f":
        return "是公式", "改成直接填写的文字" if takes is Takes.TEXT else "改成直接填写的值"
    if kind == "e":
        return "是错误值", "重新填写"
    if isinstance(value, str) and any(_hidden(char) for char in value.strip()):
        return "含有换行或看不见的字符", "删掉内容，重新输入"
    if not _filled(value):
        return None
    return _WRONG[takes](value, kind)


def _no_text(value: Any, kind: str) -> tuple[str, str] | None:
    if kind in {"b", "d"} or (isinstance(value, float) and not value.is_integer()):
        return "是日期、小数或是非值，不是文字", _AS_TEXT
    if isinstance(value, int | float) and abs(value) >= _EXACT:
        return "数字超过 15 位，末尾几位已被表格软件改掉", _AS_TEXT
    return None


def _no_day(value: Any, kind: str) -> tuple[str, str] | None:
    if isinstance(value, datetime) or (isinstance(value, str) and day_of(value) is not None):
        return None
    return f"“{str(value)[:20]}”不是日期", "写成 2026-12-04 这样的日期"


def _no_whole(value: Any, kind: str) -> tuple[str, str] | None:
    number = _number(value) if kind != "b" else None
    if number is None or number < 0 or number != number.to_integral_value():
        return f"“{str(value)[:20]}”不是整数", "只写数字，不写“余”和单位，如 120"
    return None if number < _MOST else ("这个数太大", f"要小于 {_MOST}")


def _no_money(value: Any, kind: str) -> tuple[str, str] | None:
    number = _number(value) if kind != "b" else None
    if number is None or number < 0 or round(number, 2) != number:
        return f"“{str(value)[:20]}”不是金额", "只写数字，单位元，最多两位小数"
    return None if number < _MOST else ("这个数太大", f"要小于 {_MOST}")


_WRONG = {
    Takes.TEXT: _no_text,
    Takes.DAY: _no_day,
    Takes.WHOLE: _no_whole,
    Takes.MONEY: _no_money,
}


def _text(cell: Any, takes: Takes) -> str:
    value = cell.value
    if not _filled(value):
        return ""
    if takes is Takes.DAY:
        day = value.date() if isinstance(value, datetime) else day_of(value)
        return f"{day}"
    if takes is not Takes.TEXT:
        return f"{(_number(value) or Decimal()).normalize():f}"
    if not isinstance(value, int | float):
        return str(value).strip()
    # A number shown by the format 000 is what the clerk sees: 001, not 1.
    zeros = re.fullmatch("0+", cell.number_format or "")
    return str(int(value)).zfill(len(zeros.group()) if zeros else 0)


def day_of(text: str) -> date | None:
    """Read a date as people write it: ``2026-12-04``, ``2026.12.4``, ``2026年12月4日``."""
    found = re.fullmatch(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", text.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _filled(value: Any) -> bool:
    return value is not None and str(value).strip() != ""


def _hidden(char: str) -> bool:
    """Whether a character is a control, a direction mark, a joiner or a line break."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
