"""A campaign: an occasion, an approved text, an audience; and the life it may lead."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lawcore.errors import WrongState
from lawcore.ids import CampaignId, ObservanceKey


class CampaignState(StrEnum):
    """`submitted` waits for an approver, `approved` for its hour; `sending` is under way."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    MISSED = "missed"


CAMPAIGN_STATE_WORDS = {
    CampaignState.SUBMITTED: "待批准",
    CampaignState.RETURNED: "已退回",
    CampaignState.APPROVED: "已批准，待发送",
    CampaignState.SENDING: "发送中",
    CampaignState.PAUSED: "已暂停",
    CampaignState.DONE: "已发完",
    CampaignState.MISSED: "已错过",
}

_S = CampaignState
MOVES: dict[CampaignState, frozenset[CampaignState]] = {
    _S.SUBMITTED: frozenset({_S.APPROVED, _S.RETURNED, _S.SUBMITTED, _S.MISSED}),
    _S.RETURNED: frozenset({_S.SUBMITTED, _S.MISSED}),
    _S.APPROVED: frozenset({_S.SENDING, _S.RETURNED, _S.SUBMITTED, _S.PAUSED, _S.MISSED}),
    _S.SENDING: frozenset({_S.PAUSED, _S.DONE}),
    _S.PAUSED: frozenset({_S.APPROVED, _S.SENDING, _S.MISSED}),
    _S.DONE: frozenset(),
    _S.MISSED: frozenset({_S.SUBMITTED}),
}
"""Every move that is allowed; `submitted` to itself is a new version of the text.

What was missed can be drafted again only when a notice gives it a day still to come.
"""


RETURNABLE = frozenset({_S.SUBMITTED, _S.APPROVED})
UNSENT = RETURNABLE | {_S.RETURNED}
REPLACEABLE = UNSENT | {_S.MISSED}
"""States whose draft a later notice may replace."""


class Recipients(StrEnum):
    """Who gets it: the residents of the town's villages, or its cadres."""

    RESIDENTS = "residents"
    CADRES = "cadres"


RECIPIENT_WORDS = {Recipients.RESIDENTS: "各村居民", Recipients.CADRES: "全镇干部"}
CADRE_AUDIENCES = frozenset({"干部", "党员干部"})


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign with the text of its current version; earlier versions are kept in storage.

    `drafted_by` and `approved_by` are actors: ``lawbot``, ``account:7``, ``console``.
    """

    id: CampaignId
    observance: ObservanceKey
    year: int
    title: str
    starts_on: date
    ends_on: date
    state: CampaignState
    version: int
    text: str
    recipients: Recipients
    due_at: datetime
    drafted_by: str
    approved_by: str | None
    reason: str | None

    @property
    def text_hash(self) -> str:
        """SHA-256 of the text; it stands in every delivery."""
        return hash_of(self.text)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new campaign is made of."""

    observance: ObservanceKey
    year: int
    title: str
    starts_on: date
    ends_on: date
    text: str
    recipients: Recipients
    due_at: datetime


def hash_of(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_move(campaign: Campaign, to: CampaignState) -> None:
    """Raise WrongState unless the campaign may move to `to`."""
    if to not in MOVES[campaign.state]:
        now, wanted = CAMPAIGN_STATE_WORDS[campaign.state], CAMPAIGN_STATE_WORDS[to]
        raise WrongState(f"「{campaign.title}」现在是“{now}”，不能改为“{wanted}”。")
