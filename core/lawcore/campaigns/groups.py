"""Which groups a campaign is posted to, and trying one of them again."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from lawcore.campaigns.book import Desk
from lawcore.campaigns.model import STOPPED, Audience, Campaign, Recipients
from lawcore.campaigns.office import FaultsOf, against, get, recalled, write_down
from lawcore.clock import local_day
from lawcore.delivery.groups import GROUP_STATE_WORDS, Aim, Group, GroupLine
from lawcore.delivery.model import UNDER_WAY, DeliveryState
from lawcore.errors import NotFound, WrongState
from lawcore.ids import CampaignId
from lawcore.participation import EntryKind
from lawcore.people.model import RESIDENT_GROUP_WORDS, ROLE_WORDS, Unit, UnitKind
from lawcore.people.tree import under


def aims(groups: Iterable[Group], units: Sequence[Unit], campaign: Campaign) -> tuple[Aim, ...]:
    """The groups that a campaign is posted to: those of the units that it is for.

    What is meant for cadres stays out of the groups of villages. A group of a unit that is not on
    the roster is listed with the reason, so that nobody believes it was told; so is every group
    where only some of its people are meant.
    """
    known = {unit.code: unit for unit in units}
    chosen = campaign.audience
    meant = under(units, chosen.units) if chosen.units else None
    for_some = for_some_only(chosen)
    found = []
    for group in groups:
        unit = known.get(group.unit)
        if unit is None:
            refusal = f"名册里没有编码为 {group.unit} 的单位"
            found.append(Aim(group.name, group.channel, None, refusal))
        elif meant is not None and unit.id not in meant:
            continue
        elif campaign.recipients is Recipients.RESIDENTS or unit.kind is not UnitKind.VILLAGE:
            found.append(Aim(group.name, group.channel, unit.id, for_some))
    return tuple(found)


def for_some_only(chosen: Audience) -> str | None:
    """Why a text for some of the people of a group is not posted to it; None if it is for all."""
    words = [RESIDENT_GROUP_WORDS[group] for group in chosen.groups]
    words += [ROLE_WORDS[role] for role in chosen.roles]
    words += ["选了某种语言的人"] if chosen.languages else []
    return f"只给{'、'.join(words)}，群里不分人，没有发" if words else None


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
            aims(_in_question(desk, groups, campaign), units, campaign),
            at,
        )
        for campaign in launched
    )


def _in_question(desk: Desk, groups: Sequence[Group], campaign: Campaign) -> list[Group]:
    """All groups; for a correction those in which the wrong text stands, or may stand."""
    wrong = campaign.corrects
    if wrong is None:
        return list(groups)
    lines = desk.group_posts.lines(wrong.campaign)
    told = {line.group for line in lines if line.version == wrong.version and line.may_stand}
    return [group for group in groups if group.name in told]


def retry(
    desk: Desk, key: CampaignId, group: str, *, faults_of: FaultsOf, actor: str, at: datetime
) -> GroupLine:
    """Post again to one group, after a person has put right what was wrong or looked in the group.

    Raises NotFound for a group that the campaign was not posted to, WrongState if the post is in
    the group or on its way, the occasion is over, only some people of a group are meant, or the
    campaign was cancelled, corrected or taken back, or its text no longer holds.
    """
    campaign = get(desk, key)
    line = _line(desk, campaign, group)
    if line is None:
        raise NotFound(f"“{campaign.title}”没有发往“{group}”的记录。")
    if line.state is DeliveryState.SENT or line.state in UNDER_WAY:
        raise WrongState(f"“{group}”这条{GROUP_STATE_WORDS[line.state]}，不用重发。")
    if local_day(at) > campaign.ends_on:
        raise WrongState(f"“{campaign.title}”到 {campaign.ends_on} 已经结束，不再发。")
    if why := for_some_only(campaign.audience):
        raise WrongState(f"“{campaign.title}”{why}。")
    if campaign.state in STOPPED or recalled(desk, key):
        raise WrongState(f"“{campaign.title}”已经取消、更正或撤回，不再发。")
    if faults := faults_of(campaign, local_day(at)):
        raise WrongState(f"“{campaign.title}”不能再发：{against(faults)}。")
    desk.group_posts.requeue(line.id, at)
    write_down(desk, EntryKind.REPOSTED, campaign, actor, at, group=group)
    return _line(desk, campaign, group) or line


def _line(desk: Desk, campaign: Campaign, group: str) -> GroupLine | None:
    lines = desk.group_posts.lines(campaign.id)
    mine = (line for line in lines if (line.group, line.version) == (group, campaign.version))
    return next(mine, None)
