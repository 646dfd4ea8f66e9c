"""What the township has said to everybody: the texts that may stand on a public page."""

from datetime import datetime

from lawcore.campaigns.book import Desk
from lawcore.campaigns.model import EVERYBODY, Campaign, CampaignState, Recipients
from lawcore.delivery.model import DeliveryKind


def published(desk: Desk, at: datetime, most: int) -> tuple[Campaign, ...]:
    """The newest texts that went out to all residents by `at`, at most `most` of them.

    Approved by a second person, and sent. What was recalled is left out, and what was corrected:
    its correction stands there instead.
    """
    found = [
        campaign
        for campaign in desk.campaigns.in_states(CampaignState.SENDING, CampaignState.DONE)
        if campaign.recipients is Recipients.RESIDENTS
        and campaign.audience == EVERYBODY
        and campaign.due_at <= at
        and desk.deliveries.tally(DeliveryKind.RECALL, campaign.id).intended == 0
    ]
    return tuple(sorted(found, key=lambda campaign: campaign.due_at, reverse=True)[:most])
