"""The part of the book of deliveries that a sender works with: claim, record, release, sweep.

Its statements are made once: sending to many is where the program must be fast.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    and_,
    bindparam,
    exists,
    literal_column,
    not_,
    select,
    update,
)

from lawcore.campaigns.model import CampaignState
from lawcore.delivery.model import ENDS, SILENT, Delivery, DeliveryKind, DeliveryState, Recorded
from lawcore.ids import AccountId, DeliveryId
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import AccountState, Address
from lawcore.storage.direct import Direct
from lawcore.storage.ledger import SqlLedger
from lawcore.storage.tables import accounts, campaigns, deliveries

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

    def claim(
        self, limit: int, at: datetime, after: int = 0, *, silent: bool = False
    ) -> tuple[Delivery, ...]:
        """Move up to `limit` due rows to `sending`; rows of who left or stopped end here."""
        due = _DUE_SILENT if silent else _DUE
        while rows := due.rows(self._sql, most=limit, moment=at):
            left = [row[0] for row in rows if row[-1] == AccountState.LEFT.value]
            stopped = [row[0] for row in rows if row[-1] == AccountState.BLOCKED.value]
            self._end(left, DeliveryState.SKIPPED, LEFT, at)
            self._end(stopped, DeliveryState.BLOCKED, STOPPED, at)
            fit = [row for row in rows if row[-1] == AccountState.ACTIVE.value]
            if fit:
                keys = {f"key{number}": row[0] for number, row in enumerate(fit)}
                _mark(len(fit)).run(self._sql, moment=at, newest=after, **keys)
                return tuple(_delivery(row) for row in fit)
        return ()

    def still_due(self, delivery: DeliveryId) -> bool:
        """Whether a claimed row may leave now: its person is active, its campaign not paused."""
        return self._sql.execute(_STILL, {"key": delivery}).first() is not None

    def record(self, outcomes: Sequence[Recorded]) -> None:
        """Write outcomes; an end state stays, but `unknown` may still become `sent`."""
        sent = [
            {"key": one.delivery, "number": one.message, "tried": one.tries, "moment": one.at}
            for one in outcomes
            if one.state is DeliveryState.SENT
        ]
        _SENT.run_each(self._sql, sent)
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
        if renewed:
            mine = and_(deliveries.c.id.in_(sorted(renewed)), _SENDING)
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
_STILL = (
    select(deliveries.c.id)
    .join(accounts, accounts.c.id == deliveries.c.account_id)
    .where(
        deliveries.c.id == bindparam("key"),
        accounts.c.state == AccountState.ACTIVE.value,
        not_(_PAUSED),
    )
)
_LONGEST_DUE = (
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
_DUE = Direct(_LONGEST_DUE)
_DUE_SILENT = Direct(
    _LONGEST_DUE.where(
        deliveries.c.kind.in_(literal_column(f"'{kind}'") for kind in sorted(SILENT))
    )
)
"""The due rows with their accounts, the longest due first; `_mark` marks them.

One statement with RETURNING would do both, but costs SQLite three temporary tables each time.
"""


@lru_cache(maxsize=64)
def _mark(count: int) -> Direct:
    """The mark on so many rows."""
    keys: list[BindParameter[int]] = [bindparam(f"key{number}") for number in range(count)]
    return Direct(
        update(deliveries)
        .where(deliveries.c.id.in_(keys))
        .values(
            state=literal_column(f"'{DeliveryState.SENDING}'"),
            claimed_at=bindparam("moment"),
            after_message=bindparam("newest"),
            looked_at=literal_column("NULL"),
        )
    )


_SENT = Direct(
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
"""The outcome that is most."""


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
