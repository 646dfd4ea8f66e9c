"""A campaign: an occasion, an approved text, an audience; and the life it may lead."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lawcore.errors import WrongState
from lawcore.ids import CampaignId, LanguageCode, ObservanceKey, UnitId
from lawcore.people.model import ResidentGroup, Role


class CampaignState(StrEnum):
    """`draft` is being written, `submitted` waits for an approver, `approved` for its hour.

    `approved` is scheduled: a campaign has its hour from the first draft on. `held` was approved
    and may not go out, `reason` says why. `cancelled` ends one by hand, `corrected` says that a
    correction went to all whom it had reached.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    HELD = "held"
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"
    CORRECTED = "corrected"


CAMPAIGN_STATE_WORDS = {
    CampaignState.DRAFT: "起草中",
    CampaignState.SUBMITTED: "待批准",
    CampaignState.RETURNED: "已退回",
    CampaignState.APPROVED: "已批准，待发送",
    CampaignState.HELD: "已扣住，未发送",
    CampaignState.SENDING: "发送中",
    CampaignState.PAUSED: "已暂停",
    CampaignState.DONE: "已发完",
    CampaignState.MISSED: "已错过",
    CampaignState.CANCELLED: "已取消",
    CampaignState.CORRECTED: "已更正",
}

_S = CampaignState
MOVES: dict[CampaignState, frozenset[CampaignState]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.MISSED, _S.CANCELLED}),
    _S.SUBMITTED: frozenset({_S.APPROVED, _S.RETURNED, _S.SUBMITTED, _S.MISSED, _S.CANCELLED}),
    _S.RETURNED: frozenset({_S.SUBMITTED, _S.MISSED, _S.CANCELLED}),
    _S.APPROVED: frozenset(
        {_S.SENDING, _S.RETURNED, _S.SUBMITTED, _S.HELD, _S.PAUSED, _S.MISSED, _S.CANCELLED}
    ),
    _S.HELD: frozenset({_S.SENDING, _S.RETURNED, _S.SUBMITTED, _S.MISSED, _S.CANCELLED}),
    _S.SENDING: frozenset({_S.PAUSED, _S.DONE, _S.CANCELLED}),
    _S.PAUSED: frozenset(
        {_S.APPROVED, _S.SENDING, _S.RETURNED, _S.SUBMITTED, _S.MISSED, _S.CANCELLED}
    ),
    _S.DONE: frozenset({_S.CORRECTED}),
    _S.MISSED: frozenset({_S.SUBMITTED}),
    _S.CANCELLED: frozenset({_S.CORRECTED}),
    _S.CORRECTED: frozenset(),
}
"""Every move that is allowed; `submitted` to itself is a new version of text or audience.

What is paused is returned or submitted again only while none of it has gone out (`office.begun`).
What was missed can be drafted again only when a notice gives it a day still to come. What was
cancelled can be corrected, if some of it had gone out by then.
"""


RETURNABLE = frozenset({_S.SUBMITTED, _S.APPROVED, _S.HELD, _S.PAUSED})
READY = frozenset({_S.APPROVED, _S.HELD})
UNSENT = frozenset({_S.SUBMITTED, _S.APPROVED, _S.HELD, _S.DRAFT, _S.RETURNED})
CORRECTABLE = frozenset({_S.DONE, _S.CANCELLED})
STOPPED = frozenset({_S.CANCELLED, _S.CORRECTED})
"""States in which nothing of it goes out any more."""
REPLACEABLE = UNSENT | {_S.MISSED, _S.PAUSED}
"""States whose draft a later notice may replace, if none of it has gone out."""


class Recipients(StrEnum):
    """Who gets it: the residents of the town's villages, or its cadres."""

    RESIDENTS = "residents"
    CADRES = "cadres"


RECIPIENT_WORDS = {Recipients.RESIDENTS: "各村居民", Recipients.CADRES: "全镇干部"}
PEOPLE_WORDS = {Recipients.RESIDENTS: "居民", Recipients.CADRES: "干部"}
CADRE_AUDIENCES = frozenset({"干部", "党员干部"})


@dataclass(frozen=True, slots=True)
class Audience:
    """Which of the recipients: empty means all of them.

    `units` are named with everything below them. `groups` are those that residents have chosen
    for themselves; `roles` those that accounts hold; `languages` those in which residents have
    agreed to the notice. Someone in any of the groups is meant.
    """

    units: tuple[UnitId, ...] = ()
    groups: tuple[ResidentGroup, ...] = ()
    roles: tuple[Role, ...] = ()
    languages: tuple[LanguageCode, ...] = ()


EVERYBODY = Audience()


@dataclass(frozen=True, slots=True)
class Reached:
    """Those to whom a version of a campaign was sent: the recipients of its correction."""

    campaign: CampaignId
    version: int


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
    drafted_at: datetime
    """When this version was written."""
    approved_by: str | None
    reason: str | None
    audience: Audience = EVERYBODY
    corrects: Reached | None = None

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
    audience: Audience = EVERYBODY
    corrects: Reached | None = None


def hash_of(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_move(campaign: Campaign, to: CampaignState) -> None:
    """Raise WrongState unless the campaign may move to `to`."""
    if to not in MOVES[campaign.state]:
        if to is campaign.state:
            word = CAMPAIGN_STATE_WORDS[to]
            raise WrongState(f"“{campaign.title}”已经是“{word}”了，没有再改动。")
        now, wanted = CAMPAIGN_STATE_WORDS[campaign.state], CAMPAIGN_STATE_WORDS[to]
        raise WrongState(f"“{campaign.title}”现在是“{now}”，不能改为“{wanted}”。")
