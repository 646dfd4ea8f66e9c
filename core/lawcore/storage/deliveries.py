"""The book of deliveries in SQL."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    not_,
    null,
    select,
    update,
)

from lawcore.campaigns.model import CampaignState
from lawcore.delivery.model import (
    ENDS,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Recorded,
    Tally,
    Whom,
)
from lawcore.ids import AccountId, CadreId, DeliveryId, UnitId
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import DESK, AccountState, Address
from lawcore.storage.doubts import SqlDoubts
from lawcore.storage.ledger import SqlLedger
from lawcore.storage.recipients import recipients
from lawcore.storage.slots import SqlSlots
from lawcore.storage.tables import accounts, cadres, campaigns, deliveries

LEFT = "发送前已退出"
STOPPED = "对方已停用机器人"
LOST = "发出后没有收到回音，可能已发出"

_ENDS = sorted(state.value for state in ENDS)
_HAS_CHAT = accounts.c.channel != DESK
"""Who only logs in to the pages can be sent nothing."""


class SqlDeliveryBook(SqlDoubts, SqlSlots):
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
        self, kind: DeliveryKind, subject: int, who: Sequence[CadreId], at: datetime
    ) -> int:
        """The same for the accounts of cadres."""
        joined = accounts.join(cadres, cadres.c.id == accounts.c.cadre_id)
        picked = (
            select(*_who(cadres.c.unit_id, None))
            .select_from(joined)
            .where(cadres.c.id.in_(who), accounts.c.state == AccountState.ACTIVE.value)
        )
        return self._add(kind, subject, 0, at, picked)

    def claim(self, limit: int, at: datetime, after: int = 0) -> tuple[Delivery, ...]:
        """Move up to `limit` due rows to `sending`; rows of who left or stopped end here."""
        while rows := self._due(limit, at):
            fit = [row for row in rows if row.account_state == AccountState.ACTIVE.value]
            gone = [row.id for row in rows if row.account_state == AccountState.LEFT.value]
            stopped = [row.id for row in rows if row.account_state == AccountState.BLOCKED.value]
            self._set(
                [row.id for row in fit],
                state=DeliveryState.SENDING.value,
                claimed_at=at,
                after_message=after,
                looked_at=None,
            )
            self._set(gone, state=DeliveryState.SKIPPED.value, reason=LEFT, ended_at=at)
            self._set(stopped, state=DeliveryState.BLOCKED.value, reason=STOPPED, ended_at=at)
            if fit:
                return tuple(_delivery(row) for row in fit)
        return ()

    def record(self, outcomes: Sequence[Recorded]) -> None:
        """Write outcomes; an end state stays, but `unknown` may still become `sent`."""
        sent = [outcome for outcome in outcomes if outcome.state is DeliveryState.SENT]
        if sent:
            self._sql.execute(_SENT, [_as_sent(outcome) for outcome in sent])
        for outcome in outcomes:
            if outcome.state is DeliveryState.SENT:
                continue
            values: dict[str, object] = {
                "state": outcome.state.value,
                "reason": outcome.reason[:200] or None,
                "message": outcome.message,
                "tries": outcome.tries,
            }
            if outcome.state in ENDS:
                values["ended_at"] = outcome.at
            if outcome.due_at is not None:
                values["due_at"] = outcome.due_at
            where = and_(deliveries.c.id == outcome.delivery, deliveries.c.state.not_in(_ENDS))
            changed = self._sql.execute(update(deliveries).where(where).values(**values)).rowcount
            if changed and outcome.state is DeliveryState.BLOCKED:
                self._block(outcome.account, outcome.at)
            if changed and outcome.moved_to is not None:
                self._move(outcome.account, outcome.moved_to)

    def release(self, released: Sequence[DeliveryId]) -> None:
        """Put claimed rows that were never tried back into the queue."""
        sending = deliveries.c.state == DeliveryState.SENDING.value
        self._sql.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(released), sending)
            .values(state=DeliveryState.QUEUED.value, claimed_at=None)
        )

    def sweep(self, before: datetime, keep: AbstractSet[DeliveryId], at: datetime) -> int:
        """Rows `sending` since before `before`, except `keep`, become `unknown`."""
        where = and_(
            deliveries.c.state == DeliveryState.SENDING.value,
            deliveries.c.claimed_at < before,
            deliveries.c.id.not_in(sorted(keep)),
        )
        values = {"state": DeliveryState.UNKNOWN.value, "reason": LOST, "ended_at": at}
        return self._sql.execute(update(deliveries).where(where).values(**values)).rowcount

    def renew(self, renewed: AbstractSet[DeliveryId], at: datetime) -> None:
        """Claim again what is still in hand."""
        sending = deliveries.c.state == DeliveryState.SENDING.value
        mine = and_(deliveries.c.id.in_(sorted(renewed)), sending)
        if renewed:
            self._sql.execute(update(deliveries).where(mine).values(claimed_at=at))

    def cancel(self, kind: DeliveryKind, subject: int, reason: str, at: datetime) -> int:
        """Queued rows of a subject become `skipped`."""
        where = and_(
            deliveries.c.kind == kind.value,
            deliveries.c.subject == subject,
            deliveries.c.state == DeliveryState.QUEUED.value,
        )
        values = {"state": DeliveryState.SKIPPED.value, "reason": reason, "ended_at": at}
        return self._sql.execute(update(deliveries).where(where).values(**values)).rowcount

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

    def _due(self, limit: int, at: datetime) -> Sequence[Any]:
        paused = exists().where(
            deliveries.c.kind == DeliveryKind.CAMPAIGN.value,
            campaigns.c.id == deliveries.c.subject,
            campaigns.c.state == CampaignState.PAUSED.value,
        )
        due = and_(
            deliveries.c.state == DeliveryState.QUEUED.value,
            deliveries.c.due_at <= at,
            not_(paused),
        )
        picked = (
            select(
                deliveries,
                accounts.c.address,
                accounts.c.state.label("account_state"),
            )
            .join(accounts, accounts.c.id == deliveries.c.account_id)
            .where(due)
            .order_by(deliveries.c.due_at, deliveries.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=deliveries)
        )
        return self._sql.execute(picked).all()

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

    def _set(self, ids: Sequence[int], **values: object) -> None:
        if ids:
            self._sql.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(**values))

    def _move(self, account: AccountId, address: str) -> None:
        """The chat has another number now, unless somebody has it already."""
        mine = select(accounts.c.channel).where(accounts.c.id == account).scalar_subquery()
        other = accounts.alias("other")
        taken = exists().where(other.c.address == address, other.c.channel == mine)
        here = and_(accounts.c.id == account, not_(taken))
        self._sql.execute(update(accounts).where(here).values(address=address))

    def _block(self, account: AccountId, at: datetime) -> None:
        active = and_(accounts.c.id == account, accounts.c.state == AccountState.ACTIVE.value)
        stopped = (
            update(accounts)
            .where(active)
            .values(state=AccountState.BLOCKED.value, changed_at=at)
            .returning(accounts.c.village_id)
        )
        if row := self._sql.execute(stopped).one_or_none():
            entry = Entry(at, EntryKind.BLOCKED, "lawbot", unit=row.village_id, account=account)
            SqlLedger(self._sql).add(entry)


_SENT = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("key"),
        *(deliveries.c.state != end for end in _ENDS if end != DeliveryState.UNKNOWN.value),
    )
    .values(
        state=DeliveryState.SENT.value,
        reason=None,
        message=bindparam("number"),
        tries=bindparam("tried"),
        ended_at=bindparam("moment"),
    )
)
"""One statement for all that was sent: the outcome that is most."""


def _as_sent(outcome: Recorded) -> dict[str, object]:
    return {
        "key": outcome.delivery,
        "number": outcome.message,
        "tried": outcome.tries,
        "moment": outcome.at,
    }


def _who(unit: Any, text_hash: str | None) -> list[Any]:
    frozen = literal(text_hash) if text_hash else null()
    return [
        accounts.c.id.label("account_id"),
        accounts.c.channel.label("channel"),
        unit.label("unit_id"),
        frozen.label("text_hash"),
    ]


def _delivery(row: Any) -> Delivery:
    return Delivery(
        DeliveryId(row.id),
        DeliveryKind(row.kind),
        row.subject,
        row.version,
        AccountId(row.account_id),
        row.unit_id,
        Address(row.channel, row.address),
        row.tries,
    )
