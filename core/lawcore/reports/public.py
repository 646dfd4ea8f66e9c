"""What may be shown outside: no small cell, and none that can be worked out from the others.

A cell of 1 to 4 people could name somebody. Its whole row is closed, because the other cells of the
row and its rates would give it away. Where the total would give closed rows away, because one alone
is closed or all of them together are few, the smallest other rows are closed too.
"""

from dataclasses import replace
from typing import NamedTuple

from lawcore.reports.table import Cell, Row, Table

SMALL = range(1, 5)
CLOSED = "少于5，不公开"
PUBLIC_NOTE = (
    "公开版",
    "1 到 4 人（人次）的格子和能推算出它的格子写「少于5，不公开」；"
    "所在行的人数、人次和比率一起不写。",
)


def suppress(table: Table) -> Table:
    """`table` as it may be shown outside. A block ends with its row of totals."""
    rows: list[Row] = []
    block: list[Row] = []
    for row in table.rows:
        block.append(row)
        if row.total:
            rows += _block(block, table)
            block = []
    rows += _block(block, table)
    return replace(table, rows=tuple(rows))


class _Sized(NamedTuple):
    """A row of a block with its place and the people in it."""

    size: int
    place: int


def _block(block: list[Row], table: Table) -> list[Row]:
    private = [place for place, column in enumerate(table.columns) if column.private]
    closed = {place for place, row in enumerate(block) if _is_small(row, private)}
    totals = {place for place, row in enumerate(block) if row.total}
    others = [
        _Sized(_size(row, private), place)
        for place, row in enumerate(block)
        if place not in closed | totals and _size(row, private)
    ]
    for other in sorted(others):
        if not totals or not _given_away(block, closed - totals, private):
            break
        closed.add(other.place)
    if _given_away(block, closed - totals, private):
        closed |= totals  # nothing left to hide behind
    return [_close(row, private) if place in closed else row for place, row in enumerate(block)]


def _given_away(block: list[Row], closed: set[int], private: list[int]) -> bool:
    """Whether the total less the open rows tells of few people."""
    sums = [sum(_people(block[row].cells[place]) for row in closed) for place in private]
    return len(closed) == 1 or any(together in SMALL for together in sums)


def _is_small(row: Row, private: list[int]) -> bool:
    return any(_people(row.cells[place]) in SMALL for place in private)


def _size(row: Row, private: list[int]) -> int:
    return max((_people(row.cells[place]) for place in private), default=0)


def _people(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _close(row: Row, private: list[int]) -> Row:
    cells: list[Cell] = list(row.cells)
    for place in private:
        cells[place] = CLOSED
    return replace(row, cells=tuple(cells))
