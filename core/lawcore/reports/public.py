"""What may be shown outside: no small cell, and none that can be worked out from the others.

A cell of 1 to 4 people could name somebody, and so could a part of it: who attended and did not
pass. Its whole row is closed, because the other cells of the row and its rates would give it away.
Where the total would give closed rows away, because one alone is closed or all of them together are
few, the smallest other rows are closed too. A closed cell does not say whether it is few itself.
"""

from dataclasses import replace
from typing import NamedTuple

from lawcore.reports.table import Cell, Row, Table

SMALL = range(1, 5)
CLOSED = "不公开"
PUBLIC_NOTE = (
    "公开版",
    "1 到 4 人（人次）的格子和能推算出它的格子写“不公开”，所在行的人数、人次和比率一起不写。"
    "“不公开”不是说它少于 5：为了不让人用合计减出来，旁边的行也会不写。",
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
    people = [_people(row, table) for row in block]
    closed = {place for place, counts in enumerate(people) if _few(counts)}
    totals = {place for place, row in enumerate(block) if row.total}
    others = [
        _Sized(max(counts), place)
        for place, counts in enumerate(people)
        if place not in closed | totals and any(counts)
    ]
    for other in sorted(others):
        if not totals or not _given_away(people, closed - totals):
            break
        closed.add(other.place)
    if _given_away(people, closed - totals):
        closed |= totals  # nothing left to hide behind
    return [_close(row, table) if place in closed else row for place, row in enumerate(block)]


def _given_away(people: list[list[int]], closed: set[int]) -> bool:
    """Whether the total less the open rows tells of few people."""
    sums = [sum(counts) for counts in zip(*(people[place] for place in closed), strict=True)]
    return len(closed) == 1 or _few(sums)


def _few(counts: list[int]) -> bool:
    return any(count in SMALL for count in counts)


def _people(row: Row, table: Table) -> list[int]:
    """The counts of people in a row, and what is left of a count without its part."""
    cells = [cell if isinstance(cell, int) else 0 for cell in row.cells]
    shown = [cells[place] for place, column in enumerate(table.columns) if column.private]
    return shown + [cells[whole] - cells[part] for whole, part in table.parts]


def _close(row: Row, table: Table) -> Row:
    cells: list[Cell] = list(row.cells)
    for place, column in enumerate(table.columns):
        if column.private:
            cells[place] = CLOSED
    return replace(row, cells=tuple(cells))
