"""Whom a campaign is for: chosen before approval, counted for the approver, frozen at the start."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from lawcore.campaigns.book import Desk
from lawcore.campaigns.model import PEOPLE_WORDS, RECIPIENT_WORDS, Audience, Campaign, Recipients
from lawcore.delivery.model import Cadres, Residents, SentTo, Whom
from lawcore.errors import BadInput
from lawcore.ids import LanguageCode, UnitId
from lawcore.people.model import RESIDENT_GROUP_WORDS, ROLE_WORDS, Unit
from lawcore.people.tree import town, under, villages


def whom(units: Sequence[Unit], campaign: Campaign) -> Whom:
    """The recipients of a campaign as the book of deliveries knows them."""
    if campaign.corrects is not None:
        return SentTo(campaign.corrects.campaign, campaign.corrects.version)
    chosen = campaign.audience
    if campaign.recipients is Recipients.CADRES:
        within = tuple(sorted(under(units, chosen.units))) if chosen.units else None
        return Cadres(within, chosen.roles)
    home = town(units)
    tops = chosen.units or ((home.id,) if home else ())
    meant = under(units, tops) if tops else frozenset(unit.id for unit in units)
    inside = {unit.id for unit in villages(units, home.id if home else None)}
    return Residents(tuple(sorted(inside & meant)), chosen.groups, chosen.languages)


def reach(desk: Desk, campaign: Campaign) -> int:
    """How many would receive it if it were sent now; shown before the approval."""
    return desk.deliveries.count(whom(desk.people.units(), campaign))


def freeze(desk: Desk, campaign: Campaign, at: datetime) -> int:
    """Queue a delivery for each recipient; who joins later is not among them. Rows added."""
    meant = whom(desk.people.units(), campaign)
    return desk.deliveries.freeze(campaign.id, campaign.version, meant, campaign.text_hash, at)


def check(units: Sequence[Unit], recipients: Recipients, audience: Audience) -> None:
    """Raise BadInput for an audience that nobody can be in."""
    known = {unit.id for unit in units}
    if missing := [unit for unit in audience.units if unit not in known]:
        raise BadInput(f"名册里没有编号 {missing[0]} 的单位。")
    if audience.groups and recipients is Recipients.CADRES:
        raise BadInput("发给干部的消息不能按居民自选的群体挑人，请按单位或身份。")
    if audience.languages and recipients is Recipients.CADRES:
        raise BadInput("发给干部的消息不能按同意用的语言挑人，请按单位或身份。")
    if audience.roles and recipients is Recipients.RESIDENTS:
        raise BadInput("发给居民的消息不能按工作身份挑人，请按村或群体。")


def said(campaign: Campaign, units: Sequence[Unit], languages: Mapping[LanguageCode, str]) -> str:
    """Whom it is for, in words; `languages` are the names of those that are written down."""
    if campaign.corrects is not None:
        return "收到过原文的人"
    chosen = campaign.audience
    names = {unit.id: unit.name for unit in units}
    parts = []
    if chosen.units:
        parts.append("、".join(_name(names, unit) for unit in chosen.units))
    if chosen.languages:
        named = (languages.get(code, code) for code in chosen.languages)
        parts.append(f"用{'、'.join(named)}同意")
    if chosen.groups:
        parts.append("、".join(RESIDENT_GROUP_WORDS[group] for group in chosen.groups))
    if chosen.roles:
        parts.append("、".join(ROLE_WORDS[role] for role in chosen.roles))
    if not parts:
        return RECIPIENT_WORDS[campaign.recipients]
    if chosen.languages and not chosen.groups:
        return "的".join((*parts, PEOPLE_WORDS[campaign.recipients]))
    return f"{'的'.join(parts)}（{PEOPLE_WORDS[campaign.recipients]}）"


def _name(names: dict[UnitId, str], unit: UnitId) -> str:
    return names.get(unit, f"编号 {unit} 的单位")
