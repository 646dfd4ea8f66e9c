"""What must be true of every filled-in sheet: of its cells one by one, and of columns of keys."""

import re
from collections.abc import Sequence

from lawcore.sheets.cells import Faults, Line
from lawcore.sheets.layout import Column, Layout


def check_cells(line: Line, layout: Layout, faults: Faults) -> None:
    """Note each cell that is missing, too long, or not among the words of its column."""
    for column in layout.columns:
        text = line.texts.get(column.heading)
        if text is None:
            continue
        if not text:
            if column.required:
                faults.at(line, column, "没有填", "这一列必填")
        elif column.words and text not in column.words:
            faults.at(line, column, f"不认识{quoted(text)}", f"只能填：{'、'.join(column.words)}")
        elif len(text) > column.longest:
            faults.at(line, column, f"有 {len(text)} 个字，太长", f"最多 {column.longest} 个字")
        elif column.pattern and not re.fullmatch(column.pattern, text):
            faults.at(line, column, f"{quoted(text)}写法不对", column.remedy)


def check_unique(lines: Sequence[Line], column: Column, faults: Faults) -> None:
    """Note each row whose `column` has been used above, or differs from it only in case."""
    first: dict[str, Line] = {}
    for line in lines:
        if not has(line, column):
            continue
        text = line.texts[column.heading]
        other = first.setdefault(text.casefold(), line)
        if other is not line:
            same = other.texts[column.heading] == text
            reason = f"{quoted(text)}与第 {other.row} 行" + ("重复" if same else "只差大小写")
            faults.at(line, column, reason, "每行用不同的" + column.heading)


def has(line: Line, column: Column) -> bool:
    """Whether the cell was readable and is not empty."""
    return bool(line.texts.get(column.heading))


def quoted(text: str) -> str:
    """``“…”``, cut to 20 characters."""
    return f"“{text if len(text) <= 20 else text[:20] + '…'}”"
