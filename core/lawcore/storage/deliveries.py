"""The book of deliveries in SQL: who gets a row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Select,
    and_,
    exists,
    func,
    insert,
    literal,
    not_,
    null,
    select,
    update,
)

from lawcore.delivery.model import (
    DeliveryKind,
    DeliveryState,
    Whom,
)
from lawcore.ids import AccountId, CadreId
from lawcore.people.model import DESK, AccountState
from lawcore.storage.doubts import SqlDoubts
from lawcore.storage.last_sends import SqlLastSends
from lawcore.storage.outcomes import SqlOutcomes
from lawcore.storage.recipients import recipients
from lawcore.storage.sending import SqlSending
from lawcore.storage.slots import SqlSlots
from lawcore.storage.tables import accounts, cadres, deliveries

_HAS_CHAT = accounts.c.channel != DESK
"""Who only logs in to the pages can be sent nothing."""


class SqlDeliveryBook(SqlSending, SqlOutcomes, SqlDoubts, SqlSlots, SqlLastSends):
    """Deliveries of one connection."""

    def freeze(
        self,
        campaign: int,
        version: int,
        whom: Whom,
        text_hash: str,
        at: datetime,
        kind: DeliveryKind = DeliveryKind.CAMPAIGN,
    ) -> int:
        """Add a queued row for each account of `whom` that has not left."""
        tables, unit, meant = recipients(whom)
        picked = select(*_who(unit, text_hash)).select_from(tables)
        stays = accounts.c.state != AccountState.LEFT.value
        return self._add(kind, campaign, version, at, picked.where(meant, stays))

    def count(self, whom: Whom) -> int:
        """How many of `whom` would receive it now."""
        tables, _, meant = recipients(whom)
        active = accounts.c.state == AccountState.ACTIVE.value
        counted = select(func.count()).select_from(tables).where(meant, active, _HAS_CHAT)
        return self._sql.execute(counted).scalar_one()

    def queue(
        self,
        kind: DeliveryKind,
        subject: int,
        version: int,
        accounts_: Sequence[AccountId],
        at: datetime,
    ) -> int:
        """Add a queued row for each of `accounts_`."""
        picked = select(*_who(accounts.c.village_id, None)).where(accounts.c.id.in_(accounts_))
        return self._add(kind, subject, version, at, picked)

    def queue_cadres(
        self,
        kind: DeliveryKind,
        subject: int,
        who: Sequence[CadreId],
        at: datetime,
        version: int = 0,
    ) -> int:
        """The same for the accounts of cadres."""
        joined = accounts.join(cadres, cadres.c.id == accounts.c.cadre_id)
        picked = (
            select(*_who(cadres.c.unit_id, None))
            .select_from(joined)
            .where(cadres.c.id.in_(who), accounts.c.state == AccountState.ACTIVE.value)
        )
        return self._add(kind, subject, version, at, picked)

    def cancel(self, kind: DeliveryKind, subject: int, reason: str, at: datetime) -> int:
        """Queued rows of a subject become `skipped`."""
        where = and_(
            deliveries.c.kind == kind.value,
            deliveries.c.subject == subject,
            deliveries.c.state == DeliveryState.QUEUED.value,
        )
        values = {"state": DeliveryState.SKIPPED.value, "reason": reason, "ended_at": at}
        return self._sql.execute(update(deliveries).where(where).values(**values)).rowcount

    def _add(
        self,
        kind: DeliveryKind,
        subject: int,
        version: int,
        at: datetime,
        picked: Select[Any],
    ) -> int:
        known = exists().where(
            deliveries.c.kind == kind.value,
            deliveries.c.subject == subject,
            deliveries.c.version == version,
            deliveries.c.account_id == accounts.c.id,
            deliveries.c.channel == accounts.c.channel,
        )
        rows = picked.where(not_(known), _HAS_CHAT).add_columns(
            literal(kind.value).label("kind"),
            literal(subject).label("subject"),
            literal(version).label("version"),
            literal(DeliveryState.QUEUED.value).label("state"),
            literal(at, deliveries.c.due_at.type).label("due_at"),
        )
        columns = [column.name for column in rows.selected_columns]
        return self._sql.execute(insert(deliveries).from_select(columns, rows)).rowcount


def _who(unit: Any, text_hash: str | None) -> list[Any]:
    frozen = literal(text_hash) if text_hash else null()
    return [
        accounts.c.id.label("account_id"),
        accounts.c.channel.label("channel"),
        unit.label("unit_id"),
        frozen.label("text_hash"),
    ]
