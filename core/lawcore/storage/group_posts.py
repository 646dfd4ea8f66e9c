"""The book of posts to groups in SQL."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import Connection, and_, case, exists, func, insert, not_, or_, select, update

from lawcore.campaigns.model import CampaignState
from lawcore.delivery.groups import LOST, Aim, GroupLine, GroupPost, Posted
from lawcore.delivery.model import ENDS, UNDER_WAY, DeliveryState
from lawcore.ids import CampaignId, GroupPostId
from lawcore.participation import Entry, EntryKind
from lawcore.storage.ledger import SqlLedger
from lawcore.storage.tables import campaigns, group_posts

_ENDS = sorted(state.value for state in ENDS)
_UNDER_WAY = sorted(state.value for state in UNDER_WAY)


class SqlGroupBook:
    """Posts to groups of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def freeze(
        self,
        campaign: CampaignId,
        version: int,
        text_hash: str,
        aims: Sequence[Aim],
        at: datetime,
    ) -> int:
        """Add a row for each aim, queued or skipped; rows that exist stay. Queued rows added."""
        where = and_(group_posts.c.campaign_id == campaign, group_posts.c.version == version)
        known = set(self._sql.execute(select(group_posts.c.group_name).where(where)).scalars())
        fresh = [aim for aim in aims if aim.group not in known]
        for aim in fresh:
            state = DeliveryState.SKIPPED if aim.refusal else DeliveryState.QUEUED
            self._sql.execute(
                insert(group_posts).values(
                    campaign_id=campaign,
                    version=version,
                    group_name=aim.group,
                    channel=aim.channel,
                    unit_id=aim.unit,
                    state=state.value,
                    reason=aim.refusal,
                    text_hash=text_hash,
                    due_at=at,
                    at=at,
                )
            )
        return sum(aim.refusal is None for aim in fresh)

    def claim(self, limit: int, at: datetime) -> tuple[GroupPost, ...]:
        """Move up to `limit` due rows to `sending`; those of a paused campaign wait."""
        paused = exists().where(
            campaigns.c.id == group_posts.c.campaign_id,
            campaigns.c.state == CampaignState.PAUSED.value,
        )
        rows = self._sql.execute(
            select(group_posts)
            .where(
                group_posts.c.state == DeliveryState.QUEUED.value,
                group_posts.c.due_at <= at,
                not_(paused),
            )
            .order_by(group_posts.c.due_at, group_posts.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        if rows:
            self._sql.execute(
                update(group_posts)
                .where(group_posts.c.id.in_([row.id for row in rows]))
                .values(state=DeliveryState.SENDING.value, claimed_at=at, at=at)
            )
        return tuple(
            GroupPost(
                GroupPostId(row.id),
                CampaignId(row.campaign_id),
                row.version,
                row.group_name,
                row.unit_id,
                row.parts,
                row.tries,
            )
            for row in rows
        )

    def lately(self, since: datetime) -> dict[str, int]:
        """Posts by group since then: every part, and what is on its way."""
        on_its_way = case((group_posts.c.state == DeliveryState.SENDING.value, 1), else_=0)
        counted = (
            select(group_posts.c.group_name, func.sum(group_posts.c.parts + on_its_way))
            .where(or_(group_posts.c.at > since, group_posts.c.claimed_at > since))
            .group_by(group_posts.c.group_name)
        )
        return {row[0]: int(row[1]) for row in self._sql.execute(counted)}

    def progress(self, post: GroupPostId, parts: int, at: datetime) -> None:
        """`parts` of the text are in the group, the rest is under way."""
        self._sql.execute(
            update(group_posts)
            .where(group_posts.c.id == post, group_posts.c.state == DeliveryState.SENDING.value)
            .values(parts=parts, claimed_at=at)
        )

    def record(self, posted: Posted) -> None:
        """Write what became of a post. An end state stays, but `unknown` may become `sent`."""
        closed = set(_ENDS)
        if posted.state is DeliveryState.SENT:
            closed.remove(DeliveryState.UNKNOWN.value)
        open_ = and_(group_posts.c.id == posted.post, group_posts.c.state.not_in(sorted(closed)))
        changed = self._sql.execute(
            update(group_posts)
            .where(open_)
            .values(
                state=posted.state.value,
                reason=posted.reason[:200] or None,
                parts=posted.parts,
                tries=posted.tries,
                due_at=posted.due_at,
                at=posted.at,
            )
        ).rowcount
        if changed and posted.state is DeliveryState.SENT:
            self._write_down(posted)

    def sweep(self, before: datetime, keep: AbstractSet[GroupPostId], at: datetime) -> int:
        """Rows `sending` since before `before`, except `keep`, become `unknown`."""
        lost = and_(
            group_posts.c.state == DeliveryState.SENDING.value,
            group_posts.c.claimed_at < before,
            group_posts.c.id.not_in(sorted(keep)),
        )
        values = {"state": DeliveryState.UNKNOWN.value, "reason": LOST, "at": at}
        return self._sql.execute(update(group_posts).where(lost).values(**values)).rowcount

    def requeue(self, post: GroupPostId, at: datetime) -> None:
        """Try an ended post again, from the first part that is not in the group."""
        self._sql.execute(
            update(group_posts)
            .where(group_posts.c.id == post)
            .values(state=DeliveryState.QUEUED.value, reason=None, tries=0, due_at=at, at=at)
        )

    def cancel(self, campaign: CampaignId, reason: str, at: datetime) -> int:
        """Queued posts of a campaign become `skipped`."""
        queued = and_(
            group_posts.c.campaign_id == campaign,
            group_posts.c.state == DeliveryState.QUEUED.value,
        )
        values = {"state": DeliveryState.SKIPPED.value, "reason": reason[:200], "at": at}
        return self._sql.execute(update(group_posts).where(queued).values(**values)).rowcount

    def states(self) -> dict[DeliveryState, int]:
        """Counts of all posts by state."""
        counted = select(group_posts.c.state, func.count()).group_by(group_posts.c.state)
        return {DeliveryState(row[0]): row[1] for row in self._sql.execute(counted)}

    def under_way(self, campaign: CampaignId) -> int:
        """Rows queued or being sent."""
        where = and_(group_posts.c.campaign_id == campaign, group_posts.c.state.in_(_UNDER_WAY))
        return self._sql.execute(
            select(func.count()).select_from(group_posts).where(where)
        ).scalar_one()

    def lines(self, campaign: CampaignId) -> tuple[GroupLine, ...]:
        """Every post of a campaign, by version and name."""
        rows = self._sql.execute(
            select(group_posts)
            .where(group_posts.c.campaign_id == campaign)
            .order_by(group_posts.c.version, group_posts.c.group_name)
        )
        return tuple(
            GroupLine(
                GroupPostId(row.id),
                row.group_name,
                row.channel,
                row.version,
                DeliveryState(row.state),
                row.reason or "",
                row.at,
                row.parts,
            )
            for row in rows
        )

    def _write_down(self, posted: Posted) -> None:
        row = self._sql.execute(select(group_posts).where(group_posts.c.id == posted.post)).one()
        SqlLedger(self._sql).add(
            Entry(
                posted.at,
                EntryKind.POSTED,
                "lawbot",
                unit=row.unit_id,
                campaign=row.campaign_id,
                detail={"group": row.group_name, "version": row.version},
            )
        )
