"""The ledger as an xlsx file to be filled in: the empty template, and reading it back.

Loads the xlsx libraries, so import this module only where such a file is at hand.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from lawcore.errors import BadInput, FaultyFile
from lawcore.ids import ActivityId, RegisterRowId
from lawcore.participation import ledger_paper as paper
from lawcore.participation.activity import (
    FORM_WORDS,
    Activity,
    Form,
    Material,
    check,
    check_reviewer,
    materials_of,
)
from lawcore.participation.known import Known, several
from lawcore.participation.registers import (
    CORRECTS,
    FILED_BY,
    OPEN,
    REPLIED_ON,
    SHEETS,
    Register,
    RegisterRow,
    Sheet,
    prompt_kind,
)
from lawcore.sheets.cells import Faults, Line, read_lines
from lawcore.sheets.checks import check_cells, check_unique
from lawcore.sheets.layout import Column
from lawcore.sheets.whole_file import write_whole
from lawcore.sheets.writing import paper_bytes

T = TypeVar("T")

_FORMS = {word: form for form, word in FORM_WORDS.items()}


@dataclass(frozen=True, slots=True)
class Filed:
    """An activity of the file with who reviewed it, if anybody did."""

    activity: Activity
    reviewer: str


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """What a filled-in file holds."""

    activities: tuple[Filed, ...]
    rows: tuple[RegisterRow, ...]


def write_template(categories: Sequence[str], path: Path) -> None:
    """Write the empty file. Raises BadInput if it cannot be written there."""
    write_whole(path, paper_bytes(paper.ledger_paper(categories), {}))


def read_ledger(path: Path, known: Known, today: date) -> LedgerFile:
    """Read a filled-in file.

    Raises BadInput if it is no readable xlsx, FaultyFile with every fault of the file at once.
    """
    faults = Faults(path.name, paper.ledger_paper(known.categories))
    lines = read_lines(path, faults)
    for layout in faults.paper.layouts:
        for line in lines[layout.title]:
            check_cells(line, layout, faults)
        check_unique(lines[layout.title], CORRECTS, faults)
    filed = [_activity(line, known, today, faults) for line in lines[paper.ACTIVITIES]]
    rows = [
        _row(line, sheet, known, today, faults)
        for sheet in SHEETS
        for line in lines[sheet.layout.title]
    ]
    if not filed and not rows and not faults.unread:
        faults.file_itself("六张表都是空的", "至少填一行")
    if found := faults.all():
        raise FaultyFile(f"活动台账有 {len(found)} 处错误，没有导入任何内容：", found)
    return LedgerFile(
        tuple(one for one in filed if one is not None),
        tuple(row for row in rows if row is not None),
    )


@dataclass(slots=True)
class _Reading:
    """Reads the cells of one line; what is wrong is noted and reading goes on."""

    line: Line
    faults: Faults
    whole: bool = True

    def text(self, column: Column) -> str:
        if column.heading not in self.line.texts:
            self.whole = False  # the cell itself was at fault, and that is noted
        return self.line.texts.get(column.heading, "")

    def take(self, column: Column, make: Callable[[str], T]) -> T | None:
        """What `make` makes of the cell; None where it raises BadInput."""
        text = self.text(column)
        if not text and column.required:
            self.whole = False
            return None
        try:
            return make(text)
        except BadInput as wrong:
            self.fault(column, str(wrong).rstrip("。"))
            return None

    def fault(self, column: Column, reason: str, remedy: str = "改正后再导入") -> None:
        self.whole = False
        if column.heading in self.line.letters:
            self.faults.at(self.line, column, reason, remedy)


def _activity(line: Line, known: Known, today: date, faults: Faults) -> Filed | None:
    cells = _Reading(line, faults)
    day = cells.take(paper.DAY, lambda text: _past(text, today))
    organiser = cells.take(paper.ORGANISER, known.unit)
    partners = cells.take(paper.PARTNERS, known.several_units)
    observance = cells.take(paper.OBSERVANCE, known.observance)
    laws = cells.take(paper.LAWS, known.laws)
    corrects = cells.take(CORRECTS, lambda text: _points_at(text, "H"))
    form = _FORMS.get(cells.text(paper.FORM))
    materials = _materials(cells)
    attendances, cost = cells.text(paper.ATTENDANCES), cells.text(paper.COST)
    category = paper.category_column(known.categories)
    if not cells.whole or day is None or organiser is None or form is None:
        return None
    activity = Activity(
        day=day,
        name=cells.text(paper.NAME),
        organiser=organiser,
        form=Form(form),
        filed_by=cells.text(FILED_BY),
        observance=observance,
        topic=cells.text(paper.TOPIC),
        laws=laws or (),
        place=cells.text(paper.PLACE),
        partners=partners or (),
        category=cells.text(category),
        audience=cells.text(paper.AUDIENCE),
        attendances=int(attendances) if attendances else None,
        materials=materials,
        pushes=int(cells.text(paper.PUSHES) or 0),
        cost=Decimal(cost) if cost else None,
        evidence=several(cells.text(paper.EVIDENCE)),
        corrects=ActivityId(corrects) if corrects else None,
    )
    reviewer = cells.text(paper.REVIEWER)
    _checked(cells, paper.NAME, lambda: check(activity, today))
    _checked(cells, paper.REVIEWER, lambda: check_reviewer(activity, reviewer))
    return Filed(activity, reviewer) if cells.whole else None


def _row(line: Line, sheet: Sheet, known: Known, today: date, faults: Faults) -> RegisterRow | None:
    cells = _Reading(line, faults)
    day = cells.take(sheet.day, lambda text: _past(text, today))
    owner = known.village if sheet.of_villages else known.unit
    unit = cells.take(sheet.unit, owner) if sheet.unit else None
    corrects = cells.take(CORRECTS, lambda text: _points_at(text, "D"))
    kind = cells.text(sheet.kind) if sheet.kind else ""
    count = cells.text(sheet.count) if sheet.count else ""
    filed_by = cells.text(FILED_BY)
    if sheet.register is Register.PROMPT:
        kind = _answered(cells, sheet.day)
    if not cells.whole or day is None:
        return None
    return RegisterRow(
        sheet.register,
        day,
        filed_by,
        unit,
        kind,
        int(count) if count else None,
        _given(line, sheet),
        RegisterRowId(corrects) if corrects else None,
    )


def _given(line: Line, sheet: Sheet) -> Mapping[str, str]:
    left_out = {FILED_BY.heading, CORRECTS.heading}
    return {
        column.heading: line.texts[column.heading]
        for column in sheet.layout.columns
        if column.heading not in left_out and line.texts.get(column.heading)
    }


def _answered(cells: _Reading, received: Column) -> str:
    day = cells.text(received)
    return cells.take(REPLIED_ON, lambda replied: prompt_kind(day, replied)) or OPEN


def _materials(cells: _Reading) -> tuple[Material, ...]:
    """The titles with their numbers; one title alone may take its number from 发放资料."""
    text, copies = cells.text(paper.MATERIALS), cells.text(paper.COPIES)
    alone = copies and text and not re.search(r"[；;0-9]", text)
    found = cells.take(
        paper.MATERIALS, lambda given: materials_of(f"{given} {copies}" if alone else given)
    )
    if found is None:
        return ()
    total = sum(material.count for material in found)
    if copies and int(copies) != total:
        if not text and int(copies):
            cells.fault(paper.MATERIALS, "发了资料，没有写名称", "写上每种资料的名称和份数")
        else:
            cells.fault(paper.COPIES, f"写的是 {copies}，各种资料加起来是 {total}", "改成一致")
    return found


def _past(text: str, today: date) -> date:
    day = date.fromisoformat(text)
    if day > today:
        raise BadInput(f"{day} 还没有到，台账只记已经办过的活动")
    return day


def _points_at(text: str, letter: str) -> int | None:
    if not text:
        return None
    if not text.startswith(letter):
        raise BadInput(f"这张表的编号以 {letter} 开头")
    return int(text[1:])


def _checked(cells: _Reading, column: Column, look: Callable[[], None]) -> None:
    try:
        look()
    except BadInput as wrong:
        cells.fault(column, str(wrong).rstrip("。"))
