"""The book of deliveries: what this room needs of storage."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Protocol

from lawcore.delivery.model import Delivery, DeliveryKind, Recorded, Tally
from lawcore.ids import AccountId, CadreId, DeliveryId, UnitId


class DeliveryBook(Protocol):
    """One row per (kind, subject, version, account, channel), under UNIQUE."""

    def freeze_residents(
        self, campaign: int, version: int, units: Sequence[UnitId], text_hash: str, at: datetime
    ) -> int:
        """Add a queued row for each account of `units` that has not left; rows that exist stay.

        Who has stopped the bot is intended too, and becomes `blocked` when claimed. Rows added.
        """
        ...

    def freeze_cadres(self, campaign: int, version: int, text_hash: str, at: datetime) -> int:
        """The same for the accounts that are bound to a cadre in post."""
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
        self, kind: DeliveryKind, subject: int, cadres: Sequence[CadreId], at: datetime
    ) -> int:
        """The same for the active accounts of `cadres`; a cadre without one gets no row."""
        ...

    def claim(self, limit: int, at: datetime) -> tuple[Delivery, ...]:
        """Move up to `limit` due rows to `sending`.

        Rows whose account is no longer active become `skipped` or `blocked` instead: an opt-out
        counts at the moment of sending.
        """
        ...

    def record(self, outcomes: Sequence[Recorded]) -> None:
        """Write outcomes. An end state never goes back; only `unknown` may still become `sent`."""
        ...

    def release(self, deliveries: Sequence[DeliveryId]) -> None:
        """Put claimed rows that were never tried back into the queue."""
        ...

    def sweep(self, before: datetime, keep: AbstractSet[DeliveryId]) -> int:
        """Rows `sending` since before `before`, except `keep`, become `unknown`. Rows changed."""
        ...

    def cancel(self, kind: DeliveryKind, subject: int, reason: str, at: datetime) -> int:
        """Queued rows of a subject become `skipped`. Rows changed."""
        ...

    def under_way(self, kind: DeliveryKind, subject: int) -> int: ...

    def tally(self, kind: DeliveryKind, subject: int, version: int | None = None) -> Tally: ...
