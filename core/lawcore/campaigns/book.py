"""The book of campaigns: what this room needs of storage."""

from datetime import date, datetime
from typing import Protocol

from lawcore.campaigns.model import Campaign, CampaignState, Draft
from lawcore.delivery.book import DeliveryBook
from lawcore.delivery.groups import GroupBook
from lawcore.ids import CampaignId, ObservanceKey
from lawcore.participation import Ledger
from lawcore.people.book import PeopleBook


class CampaignBook(Protocol):
    """Campaigns and the versions of their texts."""

    def add(self, draft: Draft, drafted_by: str, at: datetime) -> Campaign: ...

    def get(self, campaign: CampaignId) -> Campaign | None: ...

    def of(self, observance: ObservanceKey, year: int) -> Campaign | None: ...

    def correction_of(self, campaign: CampaignId) -> Campaign | None:
        """The newest correction that was written for a campaign."""
        ...

    def going_out(self, campaign: CampaignId, version: int, day: date) -> str | None:
        """The text of one version if it may still go out on `day`.

        None once the campaign was cancelled or corrected, or its last day is over: what comes back
        to the queue then stays here.
        """
        ...

    def authors(self, campaign: CampaignId, text: str) -> frozenset[str]:
        """Who wrote this very text, or chose for whom it is: the drafters of its versions."""
        ...

    def in_states(self, *states: CampaignState) -> tuple[Campaign, ...]:
        """Campaigns in `states` (all if none is named), by due time."""
        ...

    def revise(self, campaign: CampaignId, draft: Draft, drafted_by: str, at: datetime) -> Campaign:
        """A new version of text and dates; approval and reason are void."""
        ...

    def move(
        self,
        campaign: CampaignId,
        state: CampaignState,
        *,
        approved_by: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Write a new state; `approved_by` and `reason` are written when given."""
        ...


class Desk(Protocol):
    """The books that publicity needs, in one transaction."""

    @property
    def campaigns(self) -> CampaignBook: ...

    @property
    def people(self) -> PeopleBook: ...

    @property
    def deliveries(self) -> DeliveryBook: ...

    @property
    def group_posts(self) -> GroupBook: ...

    @property
    def ledger(self) -> Ledger: ...
