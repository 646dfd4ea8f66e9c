"""The rounds of a campaign's day: it starts, it is held, it is done, or it was missed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from lawcore.campaigns import audience
from lawcore.campaigns.book import Desk
from lawcore.campaigns.correction import mark_corrected
from lawcore.campaigns.model import READY, UNSENT, Campaign, CampaignState
from lawcore.campaigns.office import (
    PROGRAM,
    FaultsOf,
    against,
    begun,
    cancel,
    pause,
    sending_day,
    tell_admins,
    write_down,
)
from lawcore.campaigns.typed import LONGEST_REASON
from lawcore.clock import local_day, local_text
from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import DeliveryKind
from lawcore.ids import CampaignId
from lawcore.participation import EntryKind
from lawcore.people.model import MAY_APPROVE

DOUBT_PATIENCE = timedelta(minutes=10)
"""So long a campaign is not called done while the service has still to be asked about doubts."""
Objection = Callable[[Campaign], str | None]
"""Why a campaign may not be sent today; None if it may."""


def objections(faults_of: FaultsOf, at: datetime) -> Objection:
    """Object to every campaign whose text has faults on the day of `at`."""

    def objection(campaign: Campaign) -> str | None:
        faults = faults_of(campaign, sending_day(campaign, at))
        return against(faults) if faults else None

    return objection


def launch(
    desk: Desk, *, at: datetime, objection: Objection = lambda _: None
) -> tuple[Campaign, ...]:
    """One round: freeze the recipients of what is approved and due; mark what came too late.

    What `objection` has something against is held, and goes out once it has no more; what is
    being sent is paused. The approvers are told. After its last day nothing more of it goes out.
    A correction waits until it is known who got the wrong text.
    """
    launched = []
    today = local_day(at)
    for campaign in desk.campaigns.in_states(CampaignState.SENDING, CampaignState.PAUSED):
        if today > campaign.ends_on:
            _end(desk, campaign, at)
        elif campaign.state is CampaignState.SENDING and (why := objection(campaign)):
            pause(desk, campaign.id, why, actor=PROGRAM, at=at)
            tell_admins(desk, DeliveryKind.STOPPED, campaign.id, at, MAY_APPROVE)
    for campaign in desk.campaigns.in_states(*UNSENT):
        if today > campaign.ends_on:
            _miss(desk, campaign, _why_missed(campaign, at), at)
        elif campaign.state in READY and campaign.due_at <= at == next_allowed(at):
            if why := objection(campaign):
                _hold(desk, campaign, why, at)
                continue
            if campaign.corrects and _on_its_way(desk, campaign.corrects.campaign, at):
                continue
            added = audience.freeze(desk, campaign, at)
            desk.campaigns.move(campaign.id, CampaignState.SENDING, reason="")
            write_down(desk, EntryKind.SENDING, campaign, PROGRAM, at, recipients=added)
            mark_corrected(desk, campaign, at)
            launched.append(campaign)
    return tuple(launched)


def settle(desk: Desk, *, at: datetime) -> tuple[Campaign, ...]:
    """One round: what has nothing under way any more is done."""
    done = []
    for campaign in desk.campaigns.in_states(CampaignState.SENDING):
        if not _on_its_way(desk, campaign.id, at):
            desk.campaigns.move(campaign.id, CampaignState.DONE)
            write_down(desk, EntryKind.DONE, campaign, PROGRAM, at)
            done.append(campaign)
    return tuple(done)


def _on_its_way(desk: Desk, key: CampaignId, at: datetime) -> bool:
    """Whether it is still to be seen whom something of a campaign reaches."""
    left = desk.deliveries.under_way(DeliveryKind.CAMPAIGN, key)
    left += desk.deliveries.fresh_doubts(key, at - DOUBT_PATIENCE)
    return left + desk.group_posts.under_way(key) > 0


def _end(desk: Desk, campaign: Campaign, at: datetime) -> None:
    """The last day of what was being sent, or paused, is over: what is left is not sent."""
    if campaign.state is CampaignState.PAUSED:
        why = f"到 {campaign.ends_on} 结束时还暂停着：{campaign.reason or '有人按了暂停'}"
        if begun(desk, campaign):
            cancel(desk, campaign.id, why[:LONGEST_REASON], actor=PROGRAM, at=at)
        else:
            _miss(desk, campaign, why, at)
        return
    why = f"到 {campaign.ends_on} 已经结束，没有轮到"
    left = desk.deliveries.cancel(DeliveryKind.CAMPAIGN, campaign.id, why, at)
    left += desk.group_posts.cancel(campaign.id, why, at)
    if left:
        told = f"{why}的有 {left} 条，不再发"
        desk.campaigns.move(campaign.id, CampaignState.SENDING, reason=told)
        write_down(desk, EntryKind.MISSED, campaign, PROGRAM, at, reason=told)


def _hold(desk: Desk, campaign: Campaign, why: str, at: datetime) -> None:
    if (campaign.state, campaign.reason) == (CampaignState.HELD, why):
        return
    desk.campaigns.move(campaign.id, CampaignState.HELD, reason=why)
    write_down(desk, EntryKind.HELD, campaign, PROGRAM, at, reason=why[:200])
    tell_admins(desk, DeliveryKind.STOPPED, campaign.id, at, MAY_APPROVE)


def _why_missed(campaign: Campaign, at: datetime) -> str:
    if campaign.state is CampaignState.HELD:
        return f"到结束那天仍被扣住：{campaign.reason or ''}"
    if campaign.state is not CampaignState.APPROVED:
        return f"到 {local_text(at)[:10]} 还没有批准"
    return "批准了，但到结束那天还没有轮到发送"


def _miss(desk: Desk, campaign: Campaign, why: str, at: datetime) -> None:
    desk.campaigns.move(campaign.id, CampaignState.MISSED, reason=why)
    write_down(desk, EntryKind.MISSED, campaign, PROGRAM, at, reason=why)
