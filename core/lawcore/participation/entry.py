"""One line of the ledger, and the ledger itself. A line is added, never changed or removed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from lawcore.ids import AccountId, CadreId, CampaignId, ExamId, UnitId


class EntryKind(StrEnum):
    """What happened."""

    JOINED = "joined"
    LEFT = "left"
    RETURNED = "returned"
    BLOCKED = "blocked"
    BOUND = "bound"
    FORGOTTEN = "forgotten"
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    SENDING = "sending"
    POSTED = "posted"
    DONE = "done"
    MISSED = "missed"
    PAUSED = "paused"
    RESUMED = "resumed"
    HELD = "held"
    CANCELLED = "cancelled"
    CORRECTED = "corrected"
    RECALLED = "recalled"
    EXAM_CREATED = "exam-created"
    EXAM_OPENED = "exam-opened"
    EXAM_CLOSED = "exam-closed"
    EXAM_REVEALED = "exam-revealed"
    EXEMPTED = "exempted"
    CANDIDATE_ADDED = "candidate-added"
    CANDIDATE_MOVED = "candidate-moved"
    CANDIDATE_LEFT = "candidate-left"
    EXTRA_TIME = "extra-time"
    APPEALED = "appealed"
    APPEAL_ANSWERED = "appeal-answered"
    REGRADE_PROPOSED = "regrade-proposed"
    REGRADED = "regraded"
    HINTS_SEEN = "hints-seen"
    ATTEMPT_STARTED = "attempt-started"
    ATTEMPT_FINISHED = "attempt-finished"
    PAPER_PRINTED = "paper-printed"
    PAPER_ENTERED = "paper-entered"
    """Answers given on paper were keyed in, by the actor."""
    ROSTER = "roster"
    NOTICE = "notice"
    ACTIVITIES = "activities"
    """A file of the ledger was taken in."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`at` is aware UTC; `actor` is who did it (``lawbot``, ``account:7``, ``console``)."""

    at: datetime
    kind: EntryKind
    actor: str
    unit: UnitId | None = None
    account: AccountId | None = None
    cadre: CadreId | None = None
    campaign: CampaignId | None = None
    exam: ExamId | None = None
    detail: Mapping[str, str | int] = field(default_factory=dict)


class Ledger(Protocol):
    """Where entries are written."""

    def add(self, entry: Entry) -> None: ...
