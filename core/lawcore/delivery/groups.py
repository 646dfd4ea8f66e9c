"""Posts to groups: a work group of WeCom, DingTalk or Feishu, or a mailing address.

A post to a group is one post, however many people are in the group. Nobody knows how many of them
saw it, so it is counted apart and never added to people or to deliveries.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from lawcore.delivery.model import (
    MAX_TRIES,
    STATE_WORDS,
    DeliveryState,
    Outcome,
    OutcomeKind,
)
from lawcore.ids import CampaignId, GroupPostId, UnitId

LOST = "发出后没有收到回音，可能已发出：请到群里看一眼"
GROUP_STATE_WORDS = STATE_WORDS | {
    DeliveryState.BLOCKED: "机器人已不能用",
    DeliveryState.SKIPPED: "未发",
}

MAY_STAND = frozenset({DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN})

_GAP = 30
"""Seconds; a group has no hurry, and a service that is down is down for minutes."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group that a township has configured. `unit` is the code of the unit it belongs to."""

    name: str
    channel: str
    unit: str


@dataclass(frozen=True, slots=True)
class Aim:
    """A group that a campaign is posted to, or skipped for the reason `refusal`."""

    group: str
    channel: str
    unit: UnitId | None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class GroupPost:
    """A claimed post. `parts` of its text are in the group already."""

    id: GroupPostId
    campaign: CampaignId
    version: int
    group: str
    unit: UnitId | None
    parts: int
    tries: int


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a post, ready for the book."""

    post: GroupPostId
    state: DeliveryState
    reason: str
    parts: int
    tries: int
    at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A post as a list shows it. `at` is the last time its state changed.

    `parts` of its text are in the group: more than none also where the rest could not follow.
    """

    id: GroupPostId
    group: str
    channel: str
    version: int
    state: DeliveryState
    reason: str
    at: datetime
    parts: int

    @property
    def may_stand(self) -> bool:
        """Whether something of it is in the group, or may be."""
        return self.parts > 0 or self.state in MAY_STAND


class GroupBook(Protocol):
    """One row per (campaign, version, group), under UNIQUE. A group is known by its name."""

    def freeze(
        self,
        campaign: CampaignId,
        version: int,
        text_hash: str,
        aims: Sequence[Aim],
        at: datetime,
    ) -> int:
        """Add a row for each aim, queued or skipped; rows that exist stay. Queued rows added."""
        ...

    def claim(self, limit: int, at: datetime) -> tuple[GroupPost, ...]:
        """Move up to `limit` due rows to `sending`; those of a paused campaign wait."""
        ...

    def lately(self, since: datetime) -> dict[str, int]:
        """Posts by group since then: every part, and what is on its way. Rather too many."""
        ...

    def progress(self, post: GroupPostId, parts: int, at: datetime) -> None:
        """`parts` of the text are in the group, the rest is under way."""
        ...

    def record(self, posted: Posted) -> None:
        """Write what became of a post. An end state stays, but `unknown` may become `sent`."""
        ...

    def sweep(self, before: datetime, keep: AbstractSet[GroupPostId], at: datetime) -> int:
        """Rows `sending` since before `before`, except `keep`, become `unknown`. Rows changed."""
        ...

    def requeue(self, post: GroupPostId, at: datetime) -> None:
        """Try an ended post again, from the first part that is not in the group."""
        ...

    def cancel(self, campaign: CampaignId, reason: str, at: datetime) -> int:
        """Queued posts of a campaign become `skipped`. Rows changed."""
        ...

    def under_way(self, campaign: CampaignId) -> int: ...

    def lines(self, campaign: CampaignId) -> tuple[GroupLine, ...]: ...


_ENDS = {
    OutcomeKind.SENT: DeliveryState.SENT,
    OutcomeKind.BLOCKED: DeliveryState.BLOCKED,
    OutcomeKind.FAILED: DeliveryState.FAILED,
    OutcomeKind.UNKNOWN: DeliveryState.UNKNOWN,
}


def conclude_post(post: GroupPost, outcome: Outcome, parts: int, at: datetime) -> Posted:
    """What the outcome of a try makes of a post of which `parts` are in the group.

    Waiting for the pace of a service is not a failed try. A try that failed on the way is repeated
    with growing gaps, up to MAX_TRIES; then the post is `failed`.
    """
    tries = post.tries + (outcome.kind is not OutcomeKind.FLOOD)
    wait = outcome.wait if outcome.kind is OutcomeKind.FLOOD else float(_GAP * 2**tries)
    state = _ENDS.get(outcome.kind, DeliveryState.QUEUED)
    if outcome.kind is OutcomeKind.LATER and tries >= MAX_TRIES:
        state = DeliveryState.FAILED
    due_at = at + timedelta(seconds=wait)
    return Posted(post.id, state, outcome.reason, parts, tries, at, due_at)
