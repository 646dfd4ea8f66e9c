"""Acts on the ledger one by one: filed, corrected, withdrawn, reviewed, and who did it.

Who filed a row (`Activity.filed_by`) is a name that a person wrote; `actor` is who was there, as
everywhere in the audit log. A whole file is taken in by `intake`.
"""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from lawcore.errors import BadInput
from lawcore.ids import ActivityId, RegisterRowId
from lawcore.participation import activity as rule
from lawcore.participation import registers
from lawcore.participation.activity import Activity, Recorded
from lawcore.participation.entry import Entry, EntryKind, Ledger
from lawcore.participation.intake import LedgerBook
from lawcore.participation.registers import RegisterRow

LONGEST_REASON = 200


class Told(Protocol):
    """An entry of the audit log."""

    @property
    def actor(self) -> str: ...


class Audit(Protocol):
    """Where it is read who was there."""

    def of_row(self, number: str, at: datetime) -> Told | None: ...


class FilingDesk(Protocol):
    """The books of these acts, in one transaction."""

    @property
    def activities(self) -> LedgerBook: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def audit(self) -> Audit: ...


def record(desk: FilingDesk, activity: Activity, *, actor: str, at: datetime) -> Recorded:
    """File an activity. Raises BadInput for what cannot be true."""
    key = rule.record(desk.activities, activity, at=at)
    return _done(desk, EntryKind.ACTIVITY_FILED, key, actor, at)


def correct(
    desk: FilingDesk,
    key: ActivityId,
    better: Activity,
    *,
    actor: str,
    at: datetime,
    reason: str,
) -> Recorded:
    """File `better` in the place of row `key`.

    Raises as `activity.correct` does, and BadInput without a reason or with a long one.
    """
    told = _because(reason, f"H{key}")
    new = rule.correct(desk.activities, key, better, at=at, reason=told["reason"])
    return _done(desk, EntryKind.ACTIVITY_CORRECTED, new, actor, at, **told)


def withdraw(
    desk: FilingDesk, key: ActivityId, by: str, *, actor: str, at: datetime, reason: str
) -> Recorded:
    """Take row `key` out of all counts. Raises as `correct` does."""
    told = _because(reason, f"H{key}")
    new = rule.withdraw(desk.activities, key, by, at=at, reason=told["reason"])
    return _done(desk, EntryKind.ACTIVITY_WITHDRAWN, new, actor, at, **told)


def review(desk: FilingDesk, key: ActivityId, by: str, *, actor: str, at: datetime) -> Recorded:
    """Note that `by` has checked row `key`. Raises as `activity.review` does.

    An account that filed a row does not review it, whatever names were written.
    """
    row = rule.get(desk.activities, key)
    told = desk.audit.of_row(row.number, row.filed_at)
    if actor.startswith("account:") and told is not None and told.actor == actor:
        raise BadInput("这一条是您填报的，请另一个人审核。")
    rule.review(desk.activities, key, by, at=at)
    return _done(desk, EntryKind.ACTIVITY_REVIEWED, key, actor, at)


def record_row(desk: FilingDesk, row: RegisterRow, *, actor: str, at: datetime) -> RegisterRowId:
    """Add a row to a register."""
    new = desk.activities.add_row(row, at)
    return _row_done(desk, EntryKind.REGISTER_FILED, row, new, actor, at)


def correct_row(
    desk: FilingDesk,
    key: RegisterRowId,
    better: RegisterRow,
    *,
    actor: str,
    at: datetime,
    reason: str,
) -> RegisterRowId:
    """File `better` in the place of row `key`.

    Raises as `registers.standing` does, and BadInput without a reason or with a long one.
    """
    told = _because(reason, f"D{key}")
    registers.check_corrects(desk.activities, key, better.register)
    better = replace(better, corrects=key, reason=told["reason"])
    new = desk.activities.add_row(better, at)
    return _row_done(desk, EntryKind.REGISTER_CORRECTED, better, new, actor, at, **told)


def withdraw_row(
    desk: FilingDesk,
    key: RegisterRowId,
    by: str,
    *,
    actor: str,
    at: datetime,
    reason: str,
) -> RegisterRowId:
    """Take row `key` of a register out of all counts. Raises as `correct_row` does."""
    told = _because(reason, f"D{key}")
    row = registers.standing(desk.activities, key).row
    new = registers.withdraw_row(desk.activities, key, by, at=at, reason=told["reason"])
    return _row_done(desk, EntryKind.REGISTER_WITHDRAWN, row, new, actor, at, **told)


def _because(reason: str, corrects: str) -> dict[str, str]:
    """What the audit log says of a correction. Raises BadInput without a reason, or a long one."""
    words = reason.strip()
    if not words:
        raise BadInput("请写明原因。")
    if len(words) > LONGEST_REASON:
        raise BadInput(f"原因有 {len(words)} 个字，太长，最多 {LONGEST_REASON} 个字。")
    return {"corrects": corrects, "reason": words}


def _row_done(
    desk: FilingDesk,
    kind: EntryKind,
    row: RegisterRow,
    new: RegisterRowId,
    actor: str,
    at: datetime,
    **detail: str,
) -> RegisterRowId:
    told = {"number": f"D{new}", **detail}
    desk.ledger.add(Entry(at, kind, actor, unit=row.unit, detail=told))
    return new


def _done(
    desk: FilingDesk, kind: EntryKind, key: ActivityId, actor: str, at: datetime, **detail: str
) -> Recorded:
    found = rule.get(desk.activities, key)
    told = {"number": found.number, **detail}
    desk.ledger.add(Entry(at, kind, actor, unit=found.activity.organiser, detail=told))
    return found
