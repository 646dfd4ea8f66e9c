"""Taking a filled-in file into the ledger: all of it, in one transaction, and once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from lawcore.errors import WrongState
from lawcore.ids import UnitId
from lawcore.participation.activity import Activity, ActivityBook, Recorded, correct, record
from lawcore.participation.activity import review as note_review
from lawcore.participation.entry import Entry, EntryKind, Ledger
from lawcore.participation.ledger_file import Filed, LedgerFile
from lawcore.participation.registers import (
    Register,
    RegisterBook,
    RegisterLine,
    RegisterRow,
    check_corrects,
)

_CHANGE_IT = (
    "没有导入任何内容。导入过的行请从文件里删掉；要改那一条，就填更正编号；"
    "确实是另一次，就写得不同，如“第二场”。"
)


class LedgerBook(ActivityBook, RegisterBook, Protocol):
    """Activities and registers."""

    def named(self, day: date, organiser: UnitId, name: str) -> Iterator[Recorded]:
        """Activities so called, also those that count no more, the oldest first."""
        ...

    def rows_on(self, register: Register, day: date, unit: UnitId | None) -> Iterator[RegisterLine]:
        """Rows of a register of this day and unit, also those that count no more."""
        ...


def take_in(
    book: LedgerBook, ledger: Ledger, found: LedgerFile, name: str, actor: str, *, at: datetime
) -> None:
    """File every row of `found`, the file called `name`.

    Raises NotFound or WrongState for a correction of a row that is not there or counts no more, or
    that belongs to another register; WrongState for a row that is in the ledger already. The
    transaction is then to be given up.
    """
    for filed in found.activities:
        _file(book, filed, at)
    for row in found.rows:
        _file_row(book, row, at)
    numbers = {"activities": len(found.activities), "rows": len(found.rows)}
    ledger.add(Entry(at, EntryKind.ACTIVITIES, actor, detail={"file": name, **numbers}))


def _file(book: LedgerBook, filed: Filed, at: datetime) -> None:
    old = filed.activity.corrects
    if old is None:
        _check_new(book, filed.activity)
        key = record(book, filed.activity, at=at)
    else:
        key = correct(book, old, filed.activity, at=at)
    if filed.reviewer:
        note_review(book, key, filed.reviewer, at=at)


def _file_row(book: LedgerBook, row: RegisterRow, at: datetime) -> None:
    if row.corrects is not None:
        check_corrects(book, row.corrects, row.register)
    else:
        _check_new_row(book, row)
    book.add_row(row, at)


def _check_new(book: LedgerBook, activity: Activity) -> None:
    """Raise WrongState for an activity that was filed before, whatever became of it."""
    told = _told(activity)
    for known in book.named(activity.day, activity.organiser, activity.name):
        if _told(known.activity) == told:
            raise WrongState(
                f"{activity.day}“{activity.name}”台账里已经有了，是 {known.number}。{_CHANGE_IT}"
            )


def _told(activity: Activity) -> Activity:
    """What happened, whoever wrote it down and in whatever order the partners."""
    partners = tuple(sorted(activity.partners))
    plain = replace(activity, filed_by="", corrects=None, withdrawn=False, reason="")
    return replace(plain, partners=partners)


def _check_new_row(book: LedgerBook, row: RegisterRow) -> None:
    """Raise WrongState for a row that was filed before, whatever became of it."""
    told = (row.kind, row.count, dict(row.cells))
    for known in book.rows_on(row.register, row.day, row.unit):
        if (known.row.kind, known.row.count, dict(known.row.cells)) == told:
            raise WrongState(f"{row.day} 的这一条登记簿里已经有了，是 {known.number}。{_CHANGE_IT}")
