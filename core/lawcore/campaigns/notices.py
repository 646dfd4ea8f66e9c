"""Yearly notices: recorded when the document comes, withdrawn when it was a mistake.

Rows are only added. What is not sent yet follows at the next round (`planning.plan`).
"""

from datetime import datetime
from typing import Protocol

from lawcore.calendar.observance import Notice, Observance, check_against_law
from lawcore.errors import BadInput, NotFound
from lawcore.participation import Entry, EntryKind, Ledger

LONGEST = 200
"""Characters of the number of a document, and of a theme."""


class NoticeBook(Protocol):
    """The notices that hold, in the order in which they were recorded; the latest counts."""

    def add(self, notice: Notice, at: datetime) -> None: ...

    def withdraw(self, notice: Notice, at: datetime) -> None:
        """From now on no notice holds for the observance and the year of this one."""
        ...

    def all(self) -> tuple[Notice, ...]: ...


class Desk(Protocol):
    """The books that notices need, in one transaction."""

    @property
    def notices(self) -> NoticeBook: ...

    @property
    def ledger(self) -> Ledger: ...


def record(desk: Desk, observance: Observance, notice: Notice, *, actor: str, at: datetime) -> None:
    """Write a notice down; a second one for the same year corrects the first.

    Raises BadInput when it would move a date that the law itself fixes, or for words too long.
    """
    if max(len(notice.document), len(notice.theme)) > LONGEST:
        raise BadInput(f"文号和主题请各写在 {LONGEST} 个字以内。")
    check_against_law(observance, notice)
    desk.notices.add(notice, at)
    _write_down(desk, EntryKind.NOTICE, notice, actor, at)


def withdraw(desk: Desk, observance: Observance, year: int, *, actor: str, at: datetime) -> Notice:
    """Take the year's notice back, with those it had corrected: the rule sets the date again.

    Raises NotFound when none holds.
    """
    held = [
        notice
        for notice in desk.notices.all()
        if (notice.observance, notice.year) == (observance.key, year)
    ]
    if not held:
        raise NotFound(
            f"“{observance.title}”没有录入过 {year} 年的通知。用 lawbot notice list 查看。"
        )
    desk.notices.withdraw(held[-1], at)
    _write_down(desk, EntryKind.NOTICE_WITHDRAWN, held[-1], actor, at)
    return held[-1]


def _write_down(desk: Desk, kind: EntryKind, notice: Notice, actor: str, at: datetime) -> None:
    detail: dict[str, str | int] = {
        "observance": notice.observance,
        "year": notice.year,
        "start": notice.start.isoformat(),
        "end": notice.end.isoformat(),
        "document": notice.document,
    }
    desk.ledger.add(Entry(at, kind, actor, detail=detail))
