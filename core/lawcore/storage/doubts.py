"""The part of the book of deliveries that is about doubts: what a crash or a lost answer left."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, func, select, update

from lawcore.delivery.model import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Doubt,
    Doubtful,
)
from lawcore.ids import AccountId, DeliveryId
from lawcore.people.model import Address
from lawcore.storage.tables import accounts, deliveries

NEAR = 1000
"""Numbers before a gap that are looked at to see how the service counts."""

_IN_DOUBT = deliveries.c.state == DeliveryState.UNKNOWN.value


class SqlDoubts:
    """Deliveries in doubt of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def doubts(self, limit: int) -> tuple[Doubt, ...]:
        """Rows in doubt that nobody has looked into yet, the oldest first."""
        later = deliveries.alias("later")
        before = (
            select(func.min(later.c.message))
            .where(
                later.c.channel == deliveries.c.channel,
                later.c.claimed_at > deliveries.c.ended_at,
                later.c.state == DeliveryState.SENT.value,
            )
            .scalar_subquery()
        )
        rows = self._sql.execute(
            select(deliveries, accounts.c.address, before.label("before_message"))
            .join(accounts, accounts.c.id == deliveries.c.account_id)
            .where(
                _IN_DOUBT,
                deliveries.c.looked_at.is_(None),
            )
            .order_by(deliveries.c.claimed_at, deliveries.c.id)
            .limit(limit)
        )
        return tuple(
            Doubt(
                Delivery(
                    DeliveryId(row.id),
                    DeliveryKind(row.kind),
                    row.subject,
                    row.version,
                    AccountId(row.account_id),
                    row.unit_id,
                    Address(row.channel, row.address),
                    row.tries,
                ),
                row.after_message or 0,
                row.before_message,
            )
            for row in rows
        )

    def accounted(self, after: int, before: int) -> frozenset[int] | None:
        """Message numbers between the two that are recorded; None if one occurs twice."""
        found = self._sql.execute(
            select(deliveries.c.message).where(
                deliveries.c.message > after - NEAR, deliveries.c.message <= before
            )
        )
        numbers = list(found.scalars())
        if len(set(numbers)) < len(numbers):
            return None
        return frozenset(number for number in numbers if after < number < before)

    def fresh_doubts(self, campaign: int, since: datetime) -> int:
        """How many rows of a campaign came in doubt since then and nobody has looked into."""
        counted = select(func.count()).where(
            _IN_DOUBT,
            deliveries.c.kind == DeliveryKind.CAMPAIGN.value,
            deliveries.c.subject == campaign,
            deliveries.c.looked_at.is_(None),
            deliveries.c.ended_at > since,
        )
        return self._sql.execute(counted).scalar_one()

    def requeue(self, doubted: Sequence[DeliveryId], at: datetime) -> None:
        """Rows in doubt go back to the queue."""
        self._settle(
            doubted, state=DeliveryState.QUEUED.value, reason=None, due_at=at, ended_at=None
        )

    def leave_in_doubt(self, doubted: Sequence[DeliveryId], reason: str, at: datetime) -> None:
        """Looked into, and still in doubt."""
        self._settle(doubted, reason=reason, looked_at=at)

    def doubtful(self, kind: DeliveryKind, subject: int) -> tuple[Doubtful, ...]:
        """The rows of a subject that are in doubt."""
        where = and_(_IN_DOUBT, deliveries.c.kind == kind.value, deliveries.c.subject == subject)
        rows = self._sql.execute(select(deliveries).where(where).order_by(deliveries.c.id))
        return tuple(
            Doubtful(DeliveryId(row.id), row.unit_id, row.claimed_at, row.reason or "")
            for row in rows
        )

    def _settle(self, doubted: Sequence[DeliveryId], **values: object) -> None:
        if doubted:
            mine = and_(deliveries.c.id.in_(doubted), _IN_DOUBT)
            self._sql.execute(update(deliveries).where(mine).values(**values))
