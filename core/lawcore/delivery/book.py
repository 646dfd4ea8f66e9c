"""The book of deliveries: what this room needs of storage."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Protocol

from lawcore.delivery.model import (
    Delivery,
    DeliveryKind,
    Doubt,
    Doubtful,
    Recorded,
    Tally,
    Whom,
)
from lawcore.delivery.shared import SharedPace
from lawcore.ids import AccountId, CadreId, DeliveryId, UnitId


class DeliveryBook(Protocol):
    """One row per (kind, subject, version, account, channel), under UNIQUE."""

    def freeze(
        self,
        campaign: int,
        version: int,
        whom: Whom,
        text_hash: str,
        at: datetime,
        kind: DeliveryKind = DeliveryKind.CAMPAIGN,
    ) -> int:
        """Add a queued row for each account of `whom` that has not left; rows that exist stay.

        Who has stopped the bot is intended too, and becomes `blocked` when claimed. Rows added.
        """
        ...

    def count(self, whom: Whom) -> int:
        """How many of `whom` would receive it now: who left or stopped the bot is not counted."""
        ...

    def queue(
        self,
        kind: DeliveryKind,
        subject: int,
        version: int,
        accounts: Sequence[AccountId],
        at: datetime,
    ) -> int:
        """Add a queued row for each of `accounts`; rows that exist stay. Rows added."""
        ...

    def queue_cadres(
        self,
        kind: DeliveryKind,
        subject: int,
        cadres: Sequence[CadreId],
        at: datetime,
        version: int = 0,
    ) -> int:
        """The same for the active accounts of `cadres`; a cadre without one gets no row."""
        ...

    def claim(
        self, limit: int, at: datetime, after: int = 0, *, silent: bool = False
    ) -> tuple[Delivery, ...]:
        """Move up to `limit` due rows to `sending`; `after` is the newest message number by now.

        `silent`: only those that no phone rings for.

        Rows whose account is no longer active become `skipped` or `blocked` instead: an opt-out
        counts at the moment of sending.
        """
        ...

    def still_due(self, delivery: DeliveryId) -> bool:
        """Whether a claimed row may leave now: its person is active, its campaign not paused."""
        ...

    def renew(self, deliveries: AbstractSet[DeliveryId], at: datetime) -> None:
        """Claim again what is still in hand, so that no other process takes it for lost."""
        ...

    def record(self, outcomes: Sequence[Recorded]) -> None:
        """Write outcomes. An end state never goes back; only `unknown` may still become `sent`."""
        ...

    def release(self, deliveries: Sequence[DeliveryId]) -> None:
        """Put claimed rows that were never tried back into the queue."""
        ...

    def sweep(self, before: datetime, keep: AbstractSet[DeliveryId], at: datetime) -> int:
        """Rows `sending` since before `before`, except `keep`, become `unknown`. Rows changed."""
        ...

    def take_slots(self, pace: SharedPace, want: int, now: float) -> tuple[int, float]:
        """Take up to `want` slots of a shared pace; with fewer, the seconds until asking again."""
        ...

    def give_slots(self, pace: SharedPace, count: int, until: float) -> None:
        """Give back slots, to be free at `until`."""
        ...

    def shut_slots(self, pace: SharedPace, until: float) -> None:
        """Nothing leaves until then, whoever sends."""
        ...

    def too_many(self, campaign: int, fresh: Sequence[bool]) -> bool:
        """Remember of each new send of a campaign whether it was trouble; whether it must stop."""
        ...

    def message_of(self, campaign: int, version: int, account: AccountId) -> int | None:
        """The number of the message of a campaign that an account was sent."""
        ...

    def by_unit(self, kind: DeliveryKind, subject: int) -> dict[UnitId | None, Tally]:
        """Counts by state for each unit that rows were frozen for."""
        ...

    def ended_since(
        self, kind: DeliveryKind, subject: int, since: datetime
    ) -> tuple[int, datetime | None]:
        """How many rows of a subject came to their end since then, and when the first did."""
        ...

    def newest_version(self, kind: DeliveryKind, subject: int) -> int:
        """The highest version that has rows; 0 if none has."""
        ...

    def newest_message(self) -> int:
        """The highest message number recorded; 0 if none is."""
        ...

    def doubts(self, limit: int) -> tuple[Doubt, ...]:
        """Rows in doubt that nobody has looked into yet, the oldest first."""
        ...

    def accounted(self, after: int, before: int) -> frozenset[int] | None:
        """Message numbers between the two that belong to recorded deliveries.

        None if a number occurs twice near there: then the service counts otherwise, and a number
        proves nothing.
        """
        ...

    def fresh_doubts(self, campaign: int, since: datetime) -> int:
        """How many rows of a campaign came in doubt since then and nobody has looked into."""
        ...

    def requeue(self, deliveries: Sequence[DeliveryId], at: datetime) -> None:
        """Rows in doubt go back to the queue, because they were certainly not sent or by policy."""
        ...

    def leave_in_doubt(self, deliveries: Sequence[DeliveryId], reason: str, at: datetime) -> None:
        """Looked into, and still in doubt: from now on a matter for a person."""
        ...

    def doubtful(self, kind: DeliveryKind, subject: int) -> tuple[Doubtful, ...]:
        """The rows of a subject that are in doubt."""
        ...

    def cancel(self, kind: DeliveryKind, subject: int, reason: str, at: datetime) -> int:
        """Queued rows of a subject become `skipped`. Rows changed."""
        ...

    def under_way(self, kind: DeliveryKind, subject: int) -> int: ...

    def tally(self, kind: DeliveryKind, subject: int, version: int | None = None) -> Tally: ...
