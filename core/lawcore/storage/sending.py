"""The part of the book of deliveries that a sender works with: claim, record, release, sweep.

Its statements are made once: sending to many is where the program must be fast.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Dialect,
    and_,
    bindparam,
    exists,
    literal_column,
    not_,
    select,
    update,
)

from lawcore.campaigns.model import CampaignState
from lawcore.delivery.model import ENDS, Delivery, DeliveryKind, DeliveryState, Recorded
from lawcore.ids import AccountId, DeliveryId
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import AccountState, Address
from lawcore.storage.ledger import SqlLedger
from lawcore.storage.tables import accounts, campaigns, deliveries
from lawcore.storage.types import Utc

LEFT = "发送前已退出"
STOPPED = "对方已停用机器人"
LOST = "发出后没有收到回音，可能已发出"

_ENDS = sorted(state.value for state in ENDS)
_MAY_BE_SENT = {DeliveryState.UNKNOWN, DeliveryState.QUEUED, DeliveryState.SENDING}
_SENDING = deliveries.c.state == DeliveryState.SENDING.value


class SqlSending:
    """Deliveries on their way, of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def claim(self, limit: int, at: datetime, after: int = 0) -> tuple[Delivery, ...]:
        """Move up to `limit` due rows to `sending`; rows of who left or stopped end here."""
        while rows := self._sql.execute(_DUE, {"most": limit, "moment": at}).all():
            left = [row[0] for row in rows if row[-1] == AccountState.LEFT.value]
            stopped = [row[0] for row in rows if row[-1] == AccountState.BLOCKED.value]
            self._end(left, DeliveryState.SKIPPED, LEFT, at)
            self._end(stopped, DeliveryState.BLOCKED, STOPPED, at)
            fit = [row for row in rows if row[-1] == AccountState.ACTIVE.value]
            if fit:
                mine = {"mine": [row[0] for row in fit], "moment": at, "newest": after}
                self._sql.execute(_MARK, mine)
                return tuple(_delivery(row) for row in fit)
        return ()

    def record(self, outcomes: Sequence[Recorded]) -> None:
        """Write outcomes; an end state stays, but `unknown` may still become `sent`."""
        sent = [one for one in outcomes if one.state is DeliveryState.SENT]
        if sent:
            statement, values_of = _sent_by(self._sql.dialect)
            self._sql.exec_driver_sql(statement, [values_of(one) for one in sent])
        for outcome in outcomes:
            if outcome.state is not DeliveryState.SENT:
                self._record_other(outcome)

    def release(self, released: Sequence[DeliveryId]) -> None:
        """Put claimed rows that were never tried back into the queue."""
        mine = and_(deliveries.c.id.in_(released), _SENDING)
        queued = {"state": DeliveryState.QUEUED.value, "claimed_at": None}
        self._sql.execute(update(deliveries).where(mine).values(**queued))

    def sweep(self, before: datetime, keep: AbstractSet[DeliveryId], at: datetime) -> int:
        """Rows `sending` since before `before`, except `keep`, become `unknown`."""
        lost = and_(
            _SENDING,
            deliveries.c.claimed_at < before,
            deliveries.c.id.not_in(sorted(keep)),
        )
        values = {"state": DeliveryState.UNKNOWN.value, "reason": LOST, "ended_at": at}
        return self._sql.execute(update(deliveries).where(lost).values(**values)).rowcount

    def renew(self, renewed: AbstractSet[DeliveryId], at: datetime) -> None:
        """Claim again what is still in hand."""
        mine = and_(deliveries.c.id.in_(sorted(renewed)), _SENDING)
        if renewed:
            self._sql.execute(update(deliveries).where(mine).values(claimed_at=at))

    def _record_other(self, outcome: Recorded) -> None:
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

    def _end(self, ids: Sequence[int], state: DeliveryState, reason: str, at: datetime) -> None:
        """Due rows end untried."""
        if ids:
            values = {"state": state.value, "reason": reason, "ended_at": at}
            mine = deliveries.c.id.in_(ids)
            self._sql.execute(update(deliveries).where(mine).values(**values))

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


_PAUSED = exists().where(
    deliveries.c.kind == DeliveryKind.CAMPAIGN.value,
    campaigns.c.id == deliveries.c.subject,
    campaigns.c.state == CampaignState.PAUSED.value,
)
_DUE = (
    select(
        deliveries.c.id,
        deliveries.c.kind,
        deliveries.c.subject,
        deliveries.c.version,
        deliveries.c.account_id,
        deliveries.c.unit_id,
        deliveries.c.channel,
        deliveries.c.tries,
        accounts.c.address,
        accounts.c.state,
    )
    .join(accounts, accounts.c.id == deliveries.c.account_id)
    .where(
        deliveries.c.state == DeliveryState.QUEUED.value,
        deliveries.c.due_at <= bindparam("moment"),
        not_(_PAUSED),
    )
    .order_by(deliveries.c.due_at, deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=deliveries)
)
_MARK = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("mine", expanding=True)))
    .values(
        state=DeliveryState.SENDING.value,
        claimed_at=bindparam("moment"),
        after_message=bindparam("newest"),
        looked_at=None,
    )
)
"""The due rows with their accounts, the longest due first, and the mark on them.

One statement with RETURNING would do both, but costs SQLite three temporary tables each time.
"""

_SENT = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("key"),
        deliveries.c.state.in_(literal_column(f"'{state}'") for state in sorted(_MAY_BE_SENT)),
    )
    .values(
        state=literal_column(f"'{DeliveryState.SENT}'"),
        reason=literal_column("NULL"),
        message=bindparam("number"),
        tries=bindparam("tried"),
        ended_at=bindparam("moment"),
    )
)
"""One statement for all that was sent: the outcome that is most."""


@lru_cache(maxsize=4)
def _sent_by(dialect: Dialect) -> tuple[str, Callable[[Recorded], tuple[object, ...]]]:
    """The statement as the driver takes it, and what it takes of each outcome.

    SQLAlchemy needs longer to prepare the values of a row than SQLite to change it.
    """
    compiled = _SENT.compile(dialect=dialect)
    stored: Callable[[datetime], object] | None = (
        Utc().dialect_impl(dialect).bind_processor(dialect)
    )
    values: dict[str, Callable[[Recorded], object]] = {
        "key": lambda one: one.delivery,
        "number": lambda one: one.message,
        "tried": lambda one: one.tries,
        "moment": lambda one: stored(one.at) if stored else one.at,
    }
    wanted = [values[name] for name in compiled.positiontup or ()]
    return str(compiled), lambda one: tuple([value(one) for value in wanted])


def _delivery(row: Any) -> Delivery:
    key, kind, subject, version, account, unit, channel, tries, address, _ = row
    return Delivery(
        DeliveryId(key),
        DeliveryKind(kind),
        subject,
        version,
        AccountId(account),
        unit,
        Address(channel, address),
        tries,
    )
