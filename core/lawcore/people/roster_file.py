"""The roster as an xlsx file: the empty template, import and export.

Export and import are inverse: what was written is read back the same. Loads the xlsx libraries, so
import this module only where a roster file is at hand.
"""

from collections.abc import Sequence
from pathlib import Path

from lawcore.errors import FaultyFile
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
    KIND,
    LEFT_POST,
    NUMBER,
    PARENT,
    PEOPLE,
    PERSON_NAME,
    POST,
    ROSTER,
    STATUS,
    UNIT_CODE,
    UNIT_NAME,
    UNITS,
)
from lawcore.people.roster_rules import check
from lawcore.people.roster_writing import roster_bytes
from lawcore.sheets.cells import Faults, Line, read_lines
from lawcore.sheets.whole_file import write_whole

_KINDS = {word: kind for kind, word in UNIT_KIND_WORDS.items()}
_CATEGORIES = {word: category for category, word in CADRE_CATEGORY_WORDS.items()}


def read_roster(path: Path, known_units: Sequence[UnitRow] = ()) -> Roster:
    """Read a roster file; `known_units` may be pointed at without standing in the file.

    Raises BadInput if it is no readable xlsx, FaultyFile with every fault of the file at once.
    """
    faults = Faults(path.name, ROSTER)
    lines = read_lines(path, faults)
    check(lines, known_units, faults)
    units, people = lines[UNITS.title], lines[PEOPLE.title]
    if not units and not people and not faults.unread:
        faults.file_itself("两张表都是空的", "先填“单位”表，再填“人员”表")
    if found := faults.all():
        raise FaultyFile(f"名册有 {len(found)} 处错误，没有导入任何内容：", found)
    return Roster(tuple(_unit(line) for line in units), tuple(_cadre(line) for line in people))


def write_roster(roster: Roster, path: Path) -> None:
    """Export `roster` to `path`. Raises BadInput if it cannot be written there."""
    write_whole(path, roster_bytes(roster))


def write_template(path: Path) -> None:
    """Write the empty roster file with its instructions. Raises BadInput as `write_roster` does."""
    write_roster(Roster((), ()), path)


def _unit(line: Line) -> UnitRow:
    texts = line.texts
    code, name = texts[CODE.heading], texts[UNIT_NAME.heading]
    return UnitRow(code, name, _KINDS[texts[KIND.heading]], texts[PARENT.heading] or None)


def _cadre(line: Line) -> CadreRow:
    texts = line.texts
    return CadreRow(
        texts[NUMBER.heading],
        texts[PERSON_NAME.heading],
        texts[UNIT_CODE.heading],
        texts[POST.heading],
        _CATEGORIES[texts[CATEGORY.heading]],
        texts[STATUS.heading] != LEFT_POST,
    )
