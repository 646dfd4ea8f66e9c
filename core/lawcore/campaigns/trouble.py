"""What goes wrong while sending: a campaign that stops by itself, a crash; the admins are told."""

from datetime import datetime

from lawcore.campaigns.book import Desk
from lawcore.campaigns.model import CampaignState
from lawcore.campaigns.office import PROGRAM, get, pause, tell_admins
from lawcore.delivery.model import DeliveryKind
from lawcore.ids import CampaignId

WHY_PAUSED = "最近 100 条里有 20 条没发成，原因不在对方，已自动暂停"


def stop_for_trouble(desk: Desk, key: CampaignId, *, at: datetime) -> None:
    """Pause a campaign that is being sent; the admins are told once for each time it stops."""
    campaign = get(desk, key)
    if campaign.state is not CampaignState.SENDING:
        return
    pause(desk, key, WHY_PAUSED, actor=PROGRAM, at=at)
    tell_admins(desk, DeliveryKind.STOPPED, key, at)


def tell_of_crash(desk: Desk, *, at: datetime) -> None:
    """A crash left deliveries in doubt.

    What is sent to the admins also closes the gap: its number is higher than those of all messages
    that left before.
    """
    tell_admins(desk, DeliveryKind.INTERRUPTED, 0, at)
