"""What must be true of a roster file: of its cells, its rows and its tree of units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lawcore.people.model import UNIT_KIND_WORDS, UnitKind, UnitRow
from lawcore.people.roster_layout import (
    CODE,
    KIND,
    NUMBER,
    PARENT,
    PEOPLE,
    ROSTER,
    UNIT_CODE,
    UNIT_NAME,
    UNITS,
)
from lawcore.sheets.cells import Faults, Line
from lawcore.sheets.checks import check_cells, check_unique, has, quoted
from lawcore.sheets.layout import Column

TOWN = UNIT_KIND_WORDS[UnitKind.TOWN]
VILLAGE = UNIT_KIND_WORDS[UnitKind.VILLAGE]
DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Node:
    """A unit of the tree as written. None is a cell that could not be read, "" an empty one."""

    name: str
    kind: str | None
    parent: str | None


Tree = Mapping[str, Node]


def check(lines: Mapping[str, Sequence[Line]], known: Sequence[UnitRow], faults: Faults) -> None:
    """Note every fault of the two sheets; `known` are the units that were imported before."""
    for layout in ROSTER.layouts:
        for line in lines[layout.title]:
            check_cells(line, layout, faults)
    units = {line.texts[CODE.heading]: line for line in lines[UNITS.title] if has(line, CODE)}
    tree = {row.code: _known(row) for row in known} | {c: _written(u) for c, u in units.items()}
    check_unique(lines[UNITS.title], CODE, faults)
    _check_codes(lines[UNITS.title], PARENT, tree, faults)
    _check_one_town(units, known, faults)
    _check_tree(units, tree, faults)
    check_unique(lines[PEOPLE.title], NUMBER, faults)
    if UNITS.title not in faults.unread:
        _check_codes(lines[PEOPLE.title], UNIT_CODE, tree, faults)


def _check_codes(lines: Sequence[Line], column: Column, tree: Tree, faults: Faults) -> None:
    for line in lines:
        text = line.texts.get(column.heading)
        if text and text not in tree:
            remedy = "先在“单位”表里加上它，或改成已有的编码"
            faults.at(line, column, f"没有编码是{quoted(text)}的单位", remedy)


def _check_one_town(units: Mapping[str, Line], known: Sequence[UnitRow], faults: Faults) -> None:
    towns = [row.code for row in known if row.kind is UnitKind.TOWN and row.code not in units]
    for code, line in units.items():
        if line.texts.get(KIND.heading) == TOWN:
            if towns:
                faults.at(line, KIND, f"已经有镇 {towns[0]} 了", "全表只能有一个镇，改正类别")
            towns.append(code)


def _check_tree(units: Mapping[str, Line], tree: Tree, faults: Faults) -> None:
    reported: set[str] = set()
    for code, node in tree.items():
        line = units.get(code)
        path = _path(code, tree)
        if len(path) > 1 and path[-1] == code:
            if line is not None and code not in reported:
                reported.update(path)
                faults.at(line, PARENT, f"上级绕成了圈：{' → '.join(path)}", "改正其中一个上级编码")
        elif len(path) > DEEPEST:
            if line is not None:
                faults.at(line, PARENT, f"上级超过 {DEEPEST} 层", "改正上级编码")
        elif node.kind == VILLAGE and _surely_without_town(path, tree):
            if line is None:
                reason = f"改动后，村{quoted(node.name)}（{code}）上面没有镇了"
                faults.sheet(UNITS.title, reason, "改回镇的类别，或把村写进表里")
            elif PARENT.heading in line.letters:
                faults.at(line, PARENT, "村的上级里没有镇", "填镇的编码")


def _path(code: str, tree: Tree) -> list[str]:
    """Give a unit and those above it, up to the top, to the first one met twice, or too deep."""
    path = [code]
    while (node := tree.get(path[-1])) and node.parent and len(path) <= DEEPEST:
        met = node.parent in path
        path.append(node.parent)
        if met:
            break
    return path


def _surely_without_town(path: Sequence[str], tree: Tree) -> bool:
    """Whether no town is above; a circle, a missing or an unreadable unit leaves it open."""
    above = [tree.get(code) for code in path]
    sure = len(set(path)) == len(path) and all(
        node and node.parent is not None and node.kind in _KINDS for node in above
    )
    return sure and not any(node and node.kind == TOWN for node in above)


_KINDS = frozenset(UNIT_KIND_WORDS.values())


def _known(row: UnitRow) -> Node:
    return Node(row.name, UNIT_KIND_WORDS[row.kind], row.parent_code or "")


def _written(line: Line) -> Node:
    texts = line.texts
    return Node(
        texts.get(UNIT_NAME.heading, ""), texts.get(KIND.heading), texts.get(PARENT.heading)
    )
