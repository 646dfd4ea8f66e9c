"""Acts on the ledger one by one: filed, corrected, withdrawn, reviewed, and who did it.

Who filed a row (`Activity.filed_by`) is a name that a person wrote; `actor` is who was there, as
everywhere in the audit log. A whole file is taken in by `intake`.
"""

from datetime import datetime
from typing import Protocol

from lawcore.ids import ActivityId, RegisterRowId
from lawcore.participation import activity as rule
from lawcore.participation import registers
from lawcore.participation.activity import Activity, Recorded
from lawcore.participation.entry import Entry, EntryKind, Ledger
from lawcore.participation.intake import LedgerBook


class FilingDesk(Protocol):
    """The books of these acts, in one transaction."""

    @property
    def activities(self) -> LedgerBook: ...

    @property
    def ledger(self) -> Ledger: ...


def record(desk: FilingDesk, activity: Activity, *, actor: str, at: datetime) -> Recorded:
    """File an activity. Raises BadInput for what cannot be true."""
    key = rule.record(desk.activities, activity, at=at)
    return _done(desk, EntryKind.ACTIVITY_FILED, key, actor, at)


def correct(
    desk: FilingDesk, key: ActivityId, better: Activity, *, actor: str, at: datetime
) -> Recorded:
    """File `better` in the place of row `key`. Raises as `activity.correct` does."""
    new = rule.correct(desk.activities, key, better, at=at)
    return _done(desk, EntryKind.ACTIVITY_CORRECTED, new, actor, at, corrects=f"H{key}")


def withdraw(desk: FilingDesk, key: ActivityId, by: str, *, actor: str, at: datetime) -> Recorded:
    """Take row `key` out of all counts. Raises as `activity.correct` does."""
    new = rule.withdraw(desk.activities, key, by, at=at)
    return _done(desk, EntryKind.ACTIVITY_WITHDRAWN, new, actor, at, corrects=f"H{key}")


def review(desk: FilingDesk, key: ActivityId, by: str, *, actor: str, at: datetime) -> Recorded:
    """Note that `by` has checked row `key`. Raises as `activity.review` does."""
    rule.review(desk.activities, key, by, at=at)
    return _done(desk, EntryKind.ACTIVITY_REVIEWED, key, actor, at)


def withdraw_row(
    desk: FilingDesk, key: RegisterRowId, by: str, *, actor: str, at: datetime
) -> RegisterRowId:
    """Take row `key` of a register out of all counts. Raises as `registers.standing` does."""
    unit = registers.standing(desk.activities, key).row.unit
    new = registers.withdraw_row(desk.activities, key, by, at=at)
    told = {"number": f"D{new}", "corrects": f"D{key}"}
    desk.ledger.add(Entry(at, EntryKind.REGISTER_WITHDRAWN, actor, unit=unit, detail=told))
    return new


def _done(
    desk: FilingDesk, kind: EntryKind, key: ActivityId, actor: str, at: datetime, **detail: str
) -> Recorded:
    found = rule.get(desk.activities, key)
    told = {"number": found.number, **detail}
    desk.ledger.add(Entry(at, kind, actor, unit=found.activity.organiser, detail=told))
    return found
