"""Taking a filled-in file into the ledger: all of it, in one transaction."""

from datetime import datetime
from typing import Protocol

from lawcore.participation.activity import ActivityBook, correct, record
from lawcore.participation.activity import review as note_review
from lawcore.participation.entry import Entry, EntryKind, Ledger
from lawcore.participation.ledger_file import Filed, LedgerFile
from lawcore.participation.registers import RegisterBook, RegisterRow, standing


class LedgerBook(ActivityBook, RegisterBook, Protocol):
    """Activities and registers."""


def take_in(
    book: LedgerBook, ledger: Ledger, found: LedgerFile, name: str, actor: str, *, at: datetime
) -> None:
    """File every row of `found`, the file called `name`.

    Raises NotFound or WrongState for a correction of a row that is not there or counts no more;
    the transaction is then to be given up.
    """
    for filed in found.activities:
        _file(book, filed, at)
    for row in found.rows:
        _file_row(book, row, at)
    numbers = {"activities": len(found.activities), "rows": len(found.rows)}
    ledger.add(Entry(at, EntryKind.ACTIVITIES, actor, detail={"file": name, **numbers}))


def _file(book: ActivityBook, filed: Filed, at: datetime) -> None:
    old = filed.activity.corrects
    if old is None:
        key = record(book, filed.activity, at=at)
    else:
        key = correct(book, old, filed.activity, at=at)
    if filed.reviewer:
        note_review(book, key, filed.reviewer, at=at)


def _file_row(book: RegisterBook, row: RegisterRow, at: datetime) -> None:
    if row.corrects is not None:
        standing(book, row.corrects)
    book.add_row(row, at)
