"""Which groups a campaign is posted to, and trying one of them again."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from lawcore.campaigns.book import Desk
from lawcore.campaigns.model import Campaign, Recipients
from lawcore.campaigns.office import get, write_down
from lawcore.clock import local_day
from lawcore.delivery.groups import GROUP_STATE_WORDS, Aim, Group, GroupLine
from lawcore.delivery.model import UNDER_WAY, DeliveryState
from lawcore.errors import NotFound, WrongState
from lawcore.ids import CampaignId
from lawcore.participation import EntryKind
from lawcore.people.model import Unit, UnitKind


def aims(groups: Iterable[Group], units: Sequence[Unit], recipients: Recipients) -> tuple[Aim, ...]:
    """The groups that a campaign for `recipients` is posted to.

    What is meant for cadres stays out of the groups of villages. A group of a unit that is not on
    the roster is listed with the reason, so that nobody believes it was told.
    """
    known = {unit.code: unit for unit in units}
    found = []
    for group in groups:
        unit = known.get(group.unit)
        if unit is None:
            refusal = f"名册里没有编码为 {group.unit} 的单位"
            found.append(Aim(group.name, group.channel, None, refusal))
        elif recipients is Recipients.RESIDENTS or unit.kind is not UnitKind.VILLAGE:
            found.append(Aim(group.name, group.channel, unit.id))
    return tuple(found)


def freeze_groups(
    desk: Desk, launched: Iterable[Campaign], groups: Sequence[Group], *, at: datetime
) -> int:
    """Queue the posts of campaigns that are being launched. Posts queued."""
    units = desk.people.units()
    return sum(
        desk.group_posts.freeze(
            campaign.id,
            campaign.version,
            campaign.text_hash,
            aims(groups, units, campaign.recipients),
            at,
        )
        for campaign in launched
    )


def retry(desk: Desk, key: CampaignId, group: str, *, actor: str, at: datetime) -> GroupLine:
    """Post again to one group, after a person has put right what was wrong or looked in the group.

    Raises NotFound for a group that the campaign was not posted to, WrongState if the post is in
    the group or on its way, or the occasion is over.
    """
    campaign = get(desk, key)
    line = _line(desk, campaign, group)
    if line is None:
        raise NotFound(f"「{campaign.title}」没有发往「{group}」的记录。")
    if line.state is DeliveryState.SENT or line.state in UNDER_WAY:
        raise WrongState(f"「{group}」这条{GROUP_STATE_WORDS[line.state]}，不用重发。")
    if local_day(at) > campaign.ends_on:
        raise WrongState(f"「{campaign.title}」到 {campaign.ends_on} 已经结束，不再发。")
    desk.group_posts.requeue(line.id, at)
    write_down(desk, EntryKind.REPOSTED, campaign, actor, at, group=group)
    return _line(desk, campaign, group) or line


def _line(desk: Desk, campaign: Campaign, group: str) -> GroupLine | None:
    lines = desk.group_posts.lines(campaign.id)
    mine = (line for line in lines if (line.group, line.version) == (group, campaign.version))
    return next(mine, None)
