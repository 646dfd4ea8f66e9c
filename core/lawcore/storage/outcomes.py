"""The part of the book of deliveries that says what became of them."""

from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from lawcore.delivery.model import DeliveryKind, DeliveryState, Tally
from lawcore.ids import AccountId, UnitId
from lawcore.storage.tables import deliveries


class SqlOutcomes:
    """Counts and numbers of the deliveries of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def under_way(self, kind: DeliveryKind, subject: int) -> int:
        """Rows queued or being sent."""
        return self.tally(kind, subject).under_way

    def tally(self, kind: DeliveryKind, subject: int, version: int | None = None) -> Tally:
        """Counts by state, of one version or of all."""
        counted = (
            select(deliveries.c.state, func.count())
            .where(deliveries.c.kind == kind.value, deliveries.c.subject == subject)
            .group_by(deliveries.c.state)
        )
        if version is not None:
            counted = counted.where(deliveries.c.version == version)
        return Tally(**{row[0]: row[1] for row in self._sql.execute(counted)})

    def states(self) -> dict[DeliveryState, int]:
        """Counts of all rows by state."""
        counted = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
        return {DeliveryState(row[0]): row[1] for row in self._sql.execute(counted)}

    def by_unit(self, kind: DeliveryKind, subject: int) -> dict[UnitId | None, Tally]:
        """Counts by state for each unit that rows were frozen for."""
        counted = (
            select(deliveries.c.unit_id, deliveries.c.state, func.count())
            .where(deliveries.c.kind == kind.value, deliveries.c.subject == subject)
            .group_by(deliveries.c.unit_id, deliveries.c.state)
        )
        found: dict[UnitId | None, dict[str, int]] = {}
        for unit, state, number in self._sql.execute(counted):
            found.setdefault(unit, {})[state] = number
        return {unit: Tally(**counts) for unit, counts in found.items()}

    def ended_since(
        self, kind: DeliveryKind, subject: int, since: datetime
    ) -> tuple[int, datetime | None]:
        """How many rows of a subject came to their end since then, and when the first did."""
        counted = select(func.count(), func.min(deliveries.c.ended_at)).where(
            deliveries.c.kind == kind.value,
            deliveries.c.subject == subject,
            deliveries.c.ended_at > since,
        )
        row = self._sql.execute(counted).one()
        return row[0], row[1]

    def message_of(self, campaign: int, version: int, account: AccountId) -> int | None:
        """The number of the message of a campaign that an account was sent."""
        found = select(deliveries.c.message).where(
            deliveries.c.kind == DeliveryKind.CAMPAIGN.value,
            deliveries.c.subject == campaign,
            deliveries.c.version == version,
            deliveries.c.account_id == account,
        )
        return self._sql.execute(found).scalar_one_or_none()

    def newest_version(self, kind: DeliveryKind, subject: int) -> int:
        """The highest version that has rows; 0 if none has."""
        where = and_(deliveries.c.kind == kind.value, deliveries.c.subject == subject)
        newest = select(func.max(deliveries.c.version)).where(where)
        return self._sql.execute(newest).scalar_one() or 0

    def newest_message(self) -> int:
        """The highest message number recorded; 0 if none is."""
        return self._sql.execute(select(func.max(deliveries.c.message))).scalar_one() or 0
