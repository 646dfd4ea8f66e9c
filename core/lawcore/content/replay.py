"""Reading a report with its ledger, and filing the ledger in a database to be counted."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Protocol

from lawcore.content.desk import Desk, Layer
from lawcore.content.forms.replay import ActivityForm, ReplayForm, RowForm
from lawcore.errors import BadInput
from lawcore.ids import UnitId
from lawcore.participation.activity import record
from lawcore.participation.intake import LedgerBook
from lawcore.participation.registers import RegisterRow
from lawcore.people.book import PeopleBook
from lawcore.people.model import Roster, UnitRow
from lawcore.reports.catalogue import BY_ID
from lawcore.reports.claims import Claims


@dataclass(frozen=True, slots=True)
class Replay:
    """A report's claims and the ledger to check them against."""

    township: str
    year: int
    cut_off: date
    roster: Roster
    claims: Claims
    activities: tuple[ActivityForm, ...]
    rows: tuple[RowForm, ...]


class ReplayBooks(Protocol):
    """Where the ledger is filed."""

    @property
    def people(self) -> PeopleBook: ...

    @property
    def activities(self) -> LedgerBook: ...


def read_replay(path: Path | None = None) -> Replay:
    """Read `path`, or the sample that ships with the program.

    Raises FaultyFile with every fault, BadInput if there is no such file.
    """
    if path is None:
        shipped = files("lawcontent").joinpath("sample", "ledger-2023.toml")
        with as_file(shipped) as found:
            return read_replay(found)
    if not path.is_file():
        raise BadInput(f"没有“{path}”这个文件。")
    desk = Desk([Layer(path.parent, f"{path.parent}/")])
    read = desk.read(path.name, ReplayForm, lambda _, form: _build(form), blame="stated")
    desk.close()
    return next(iter(read.values()))


def file_replay(books: ReplayBooks, replay: Replay, at: datetime) -> None:
    """File the units and every row. Raises BadInput for a unit that is not in the file."""
    books.people.save_roster(replay.roster, at)
    keys = {unit.code: unit.id for unit in books.people.units()}
    for form in replay.activities:
        partners = tuple(_unit(keys, code) for code in form.partners)
        activity = replace(form.build(), organiser=_unit(keys, form.unit), partners=partners)
        record(books.activities, activity, at=at)
    for row in replay.rows:
        unit = _unit(keys, row.unit) if row.unit else None
        filed = RegisterRow(row.register_, row.day, "原报告", unit, row.kind, row.count)
        for _ in range(row.times):
            books.activities.add_row(filed, at)


def _build(form: ReplayForm) -> Replay:
    for claim in form.stated:
        if unknown := {claim.figure, *claim.parts} - BY_ID.keys():
            raise BadInput(f"没有编号为 {'、'.join(sorted(unknown))} 的数。")
    units = tuple(UnitRow(unit.code, unit.name, unit.kind, unit.parent) for unit in form.unit)
    claims = Claims(
        tuple(one.build() for one in form.stated),
        tuple(one.build() for one in form.day),
        tuple(one.build() for one in form.exam),
    )
    return Replay(
        form.township,
        form.year,
        form.cut_off,
        Roster(units, ()),
        claims,
        form.activities,
        form.rows,
    )


def _unit(keys: dict[str, UnitId], code: str) -> UnitId:
    if code not in keys:
        raise BadInput(f"文件里没有编码为 {code} 的单位。")
    return keys[code]
