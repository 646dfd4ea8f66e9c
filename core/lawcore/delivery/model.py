"""A delivery and what can become of it.

intended = sent + blocked + failed + unknown + skipped, always, once nothing is under way.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lawcore.ids import AccountId, DeliveryId, LanguageCode, UnitId
from lawcore.people.model import Address, ResidentGroup, Role


class DeliveryKind(StrEnum):
    """What is delivered; `subject` is then a campaign or an exam."""

    CAMPAIGN = "campaign"
    APPROVAL = "approval"
    RETURNED = "returned"
    STOPPED = "stopped"
    """To the admins: the campaign `subject` stopped by itself or is held."""
    RECALL = "recall"
    """Takes the message of the campaign `subject` back; `sent` then means that it is gone."""
    INTERRUPTED = "interrupted"
    """To the admins: a crash left deliveries in doubt; `version` counts the crashes."""
    EXAM_OPEN = "exam-open"
    EXAM_SOON = "exam-soon"
    EXAM_LAST = "exam-last"
    EXAM_RESULT = "exam-result"
    DUTY = "duty"
    """A department is reminded of a day; `subject` is a duty, `version` the days ahead."""
    EXAM_STUCK = "exam-stuck"
    """To the admins: an exam cannot open."""
    MAKEUP = "makeup"
    """To the admins: so many owe a 补考 of the exam."""
    APPEAL = "appeal"
    """To the admins; `subject` is the appeal. ANSWER goes to who asked."""
    ANSWER = "answer"
    REGRADED = "regraded"
    """`subject` is the regrade, as it is of CORRECTED."""
    CORRECTED = "corrected"
    """To the admins: what still holds the old key."""
    HELD_ITEMS = "held-items"
    """To the approvers: content that a person has to read again; `version` counts the letters."""


SILENT = frozenset({DeliveryKind.RECALL})
"""What no phone rings for, so that it may be done at night."""


class DeliveryState(StrEnum):
    """`queued` and `sending` are under way; the others are ends."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    BLOCKED = "blocked"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


UNDER_WAY = frozenset({DeliveryState.QUEUED, DeliveryState.SENDING})
ENDS = frozenset(DeliveryState) - UNDER_WAY

STATE_WORDS = {
    DeliveryState.QUEUED: "排队中",
    DeliveryState.SENDING: "发送中",
    DeliveryState.SENT: "已发出",
    DeliveryState.BLOCKED: "对方已停用机器人",
    DeliveryState.FAILED: "未发成",
    DeliveryState.UNKNOWN: "不确定",
    DeliveryState.SKIPPED: "未发（已退出等）",
}

MAX_TRIES = 5
"""After so many tries that failed on the way a post to a group is `failed`."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one account over one channel."""

    id: DeliveryId
    kind: DeliveryKind
    subject: int
    version: int
    account: AccountId
    unit: UnitId | None
    address: Address
    tries: int


@dataclass(frozen=True, slots=True)
class Residents:
    """The residents of some villages.

    With `groups` only those who chose one of them, with `languages` who agreed in one of them.
    """

    units: tuple[UnitId, ...]
    groups: tuple[ResidentGroup, ...] = ()
    languages: tuple[LanguageCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Cadres:
    """Accounts bound to a cadre in post; of some units, with one of some roles."""

    units: tuple[UnitId, ...] | None = None
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class SentTo:
    """Exactly those to whom a version of a campaign was sent."""

    subject: int
    version: int


Whom = Residents | Cadres | SentTo


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a letter; `press` is what comes back, 1 to 64 bytes, never an answer key."""

    label: str
    press: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a recipient sees. `html` is balanced HTML within Telegram's limits."""

    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    protected: bool = False
    takes_back: int | None = None
    """Not a letter but its opposite: the message with this number shall disappear."""


class OutcomeKind(StrEnum):
    """What one try came to. `later` asks for another try, `moved` for one at a new address."""

    SENT = "sent"
    BLOCKED = "blocked"
    FAILED = "failed"
    UNKNOWN = "unknown"
    LATER = "later"
    FLOOD = "flood"
    """The service asks all senders of this bot to wait `wait` seconds; not a failed try."""
    MOVED = "moved"
    """The chat has another address now, `moved_to`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one try; `reason` is for the admin, in plain Chinese.

    `recipients` says that a `failed` is the recipient's own: their chat is gone. Any other failure
    is ours or the service's, and when there are many of them the campaign stops by itself.
    """

    kind: OutcomeKind
    reason: str = ""
    message: int | None = None
    wait: float = 0.0
    recipients: bool = False
    moved_to: str | None = None

    @property
    def is_trouble(self) -> bool:
        """Whether it failed for a reason that is not the recipient's."""
        if self.kind is OutcomeKind.FAILED:
            return not self.recipients
        return self.kind in {OutcomeKind.LATER, OutcomeKind.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Recorded:
    """The outcome of one delivery, ready for the book."""

    delivery: DeliveryId
    account: AccountId
    state: DeliveryState
    reason: str
    message: int | None
    at: datetime
    tries: int
    due_at: datetime | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A delivery that may have been sent: its message number lies after `after`, before `before`.

    `before` is None until a message is known that was sent later.
    """

    delivery: Delivery
    after: int
    before: int | None


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A delivery that only a person can settle, as a list shows it: no name, no address."""

    id: DeliveryId
    unit: UnitId | None
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of deliveries by state."""

    queued: int = 0
    sending: int = 0
    sent: int = 0
    blocked: int = 0
    failed: int = 0
    unknown: int = 0
    skipped: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, each) + getattr(other, each) for each in Tally.__slots__))

    @property
    def intended(self) -> int:
        return (
            self.queued
            + self.sending
            + self.sent
            + self.blocked
            + self.failed
            + self.unknown
            + self.skipped
        )

    @property
    def under_way(self) -> int:
        return self.queued + self.sending
