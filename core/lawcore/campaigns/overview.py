"""What a person watches of a campaign: how far it is, by unit, and what is amiss."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lawcore.campaigns import audience
from lawcore.campaigns.book import Desk
from lawcore.campaigns.correction import beyond_recall, may_be_corrected
from lawcore.campaigns.model import CORRECTABLE, UNSENT, Campaign, CampaignState
from lawcore.campaigns.office import get
from lawcore.delivery.groups import GroupLine
from lawcore.delivery.model import UNDER_WAY, DeliveryKind, Doubtful, Tally
from lawcore.delivery.progress import MEASURED_OVER, Remaining, remaining
from lawcore.ids import CampaignId, LanguageCode, UnitId
from lawcore.people.model import Unit

NO_UNIT = "（未选村）"


@dataclass(frozen=True, slots=True)
class UnitLine:
    """The counts of one unit; the lines of all units add up to the total."""

    unit: UnitId | None
    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Overview:
    """A campaign at a moment. `reach` counts who would get it, while it is not sent yet."""

    campaign: Campaign
    whom: str
    reach: int | None
    tally: Tally
    units: tuple[UnitLine, ...]
    """By the code of the unit, as everywhere; who chose no village comes last."""
    remaining: Remaining | None
    """Of the messages to people; nothing is said while only groups are left."""
    doubts: tuple[Doubtful, ...]
    recalled: Tally
    groups: tuple[GroupLine, ...]
    """The posts of this version: each one to one group, never added to people."""
    beyond_recall: tuple[str, ...]
    """Once it was recalled: the groups in which only a person can take it back."""
    correction: CampaignId | None
    correctable: bool
    recallable: bool
    """Whether somebody (or a group) has it and its state lets it be corrected, taken back."""
    authors: frozenset[str]
    """Who wrote the text or chose the audience: none of them may approve."""


def overview(
    desk: Desk,
    key: CampaignId,
    *,
    at: datetime,
    languages: Mapping[LanguageCode, str],
    counted: Sequence[UnitLine] | None = None,
) -> Overview:
    """Look at one campaign. Raises NotFound.

    `languages` are the names of those in which people may have agreed.
    `counted` are the counts of all its units where somebody keeps them; else the rows are counted.
    """
    campaign = get(desk, key)
    units = desk.people.units()
    codes: dict[UnitId | None, str] = {unit.id: unit.code for unit in units}
    book = desk.deliveries
    lines = _lines(desk, key, units) if counted is None else counted
    tally = sum((line.tally for line in lines), Tally())
    posts = tuple(p for p in desk.group_posts.lines(key) if p.version == campaign.version)
    left = None
    only_groups = tally.under_way == 0 and any(post.state in UNDER_WAY for post in posts)
    if campaign.state is CampaignState.SENDING and not only_groups:
        lately, first = book.ended_since(DeliveryKind.CAMPAIGN, key, at - MEASURED_OVER)
        left = remaining(tally.under_way, lately, first, at, campaign.ends_on)
    taken_back = book.tally(DeliveryKind.RECALL, key)
    correction = desk.campaigns.correction_of(key)
    return Overview(
        campaign,
        audience.said(campaign, units, languages),
        audience.reach(desk, campaign) if campaign.state in UNSENT else None,
        tally,
        tuple(sorted(lines, key=lambda line: (line.unit is None, codes.get(line.unit, "")))),
        left,
        book.doubtful(DeliveryKind.CAMPAIGN, key),
        taken_back,
        posts,
        beyond_recall(desk, campaign) if taken_back.intended else (),
        correction.id if correction else None,
        (tally.sent > 0 or any(post.may_stand for post in posts))
        and may_be_corrected(campaign, correction),
        tally.sent > 0 and campaign.state in CORRECTABLE | {CampaignState.CORRECTED},
        desk.campaigns.authors(key, campaign.text),
    )


def recall_text(seen: Overview) -> str:
    """How far a recall came: each message is in one of its counts, the groups stand apart."""
    counts, groups = seen.recalled, seen.beyond_recall
    told = (
        f"撤回 {counts.intended:,} 条：已删 {counts.sent:,}，服务不允许或已不在 {counts.failed:,}，"
        f"对方已停用或退出 {counts.blocked + counts.skipped:,}，不确定 {counts.unknown:,}，"
        f"还在撤 {counts.under_way:,}。"
    )
    return told + (f"群里的要人工撤回：{'、'.join(groups)}。" if groups else "")


def _lines(desk: Desk, key: CampaignId, units: Iterable[Unit]) -> list[UnitLine]:
    names = {unit.id: unit.name for unit in units}
    return [
        UnitLine(unit, names.get(unit, NO_UNIT) if unit else NO_UNIT, counts)
        for unit, counts in desk.deliveries.by_unit(DeliveryKind.CAMPAIGN, key).items()
    ]
