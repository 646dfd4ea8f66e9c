"""What people do with a campaign: approve, return, revise, pause, cancel.

The two-person rule stands here and not in a front end: who drafted the current version cannot
approve it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from lawcore.campaigns import audience
from lawcore.campaigns.book import Desk
from lawcore.campaigns.model import (
    Audience,
    Campaign,
    CampaignState,
    Draft,
    check_move,
)
from lawcore.campaigns.typed import LONGEST_REASON, checked_reason, checked_text, headed
from lawcore.clock import local_day
from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import DeliveryKind
from lawcore.errors import Fault, NotAllowed, NotFound, WrongState
from lawcore.ids import CampaignId
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import MAY_APPROVE, MAY_EDIT, Role

FaultsOf = Callable[[Campaign, date], tuple[Fault, ...]]
"""What stands against sending a campaign's text on a day; the content's rules answer it."""

PROGRAM = "lawbot"


def approve(
    desk: Desk,
    key: CampaignId,
    version: int | None,
    *,
    faults_of: FaultsOf,
    actor: str,
    at: datetime,
) -> Campaign:
    """Approve the version that the approver has read (None: whichever is current).

    Raises NotAllowed for who wrote its text, also where somebody else has chosen another audience
    since, and for who chose it; WrongState when it is not waiting, a newer version is, or
    its text has faults (法治宣传教育法 art. 54: publicity misleads nobody).
    """
    campaign = current(desk, key, version)
    check_move(campaign, CampaignState.APPROVED)
    if actor in desk.campaigns.authors(key, campaign.text):
        raise NotAllowed("这份稿子是您起草的，请由另一位审批人批准。")
    if faults := faults_of(campaign, sending_day(campaign, at)):
        raise WrongState(f"这份稿子不能批准：{against(faults)}。请先改好。")
    desk.campaigns.move(key, CampaignState.APPROVED, approved_by=actor)
    write_down(desk, EntryKind.APPROVED, campaign, actor, at)
    return get(desk, key)


def sending_day(campaign: Campaign, at: datetime) -> date:
    """The township's day on which the campaign goes out if nothing more is in its way."""
    return max(local_day(campaign.due_at), local_day(at))


def against(faults: Sequence[Fault]) -> str:
    """The faults of a text in one line, the first three of them."""
    more = f"，还有 {len(faults) - 3} 处" if len(faults) > 3 else ""
    return "；".join(fault.reason for fault in faults[:3]) + more


def send_back(
    desk: Desk, key: CampaignId, version: int | None, reason: str, *, actor: str, at: datetime
) -> Campaign:
    """Return a draft with the reason; the editors are told. Raises BadInput without a reason."""
    campaign = current(desk, key, version)
    reason = checked_reason(reason, "退回要写明原因，好让起草人修改。")
    check_move(campaign, CampaignState.RETURNED)
    _check_not_begun(desk, campaign)
    desk.campaigns.move(key, CampaignState.RETURNED, reason=reason)
    write_down(desk, EntryKind.REFUSED, campaign, actor, at, reason=reason)
    editors = [account.id for account in desk.people.accounts_with(MAY_EDIT)]
    desk.deliveries.queue(DeliveryKind.RETURNED, key, campaign.version, editors, at)
    return get(desk, key)


def revise(
    desk: Desk,
    key: CampaignId,
    text: str,
    *,
    version: int | None = None,
    actor: str,
    at: datetime,
) -> Campaign:
    """Replace the text: a new version, drafted by `actor`; an approval is void.

    `version` is the one that the writer has read (None: whichever is current). Raises BadInput for
    an empty or too long text or one with placeholders, WrongState when it is being sent, the
    occasion is over or a newer version is there.
    """
    campaign = current(desk, key, version)
    text = checked_text(text)
    text = headed(text) if campaign.corrects else text
    return _revised(desk, campaign, text, campaign.audience, actor, at)


def aim(
    desk: Desk,
    key: CampaignId,
    chosen: Audience,
    *,
    version: int | None = None,
    actor: str,
    at: datetime,
) -> Campaign:
    """Choose the audience: a new version by `actor`; an approval is void, as by another text.

    Raises BadInput for an audience that nobody can be in, WrongState like `revise` and for a
    correction, which is for those who got the wrong text.
    """
    campaign = current(desk, key, version)
    if campaign.corrects is not None:
        raise WrongState("更正只发给收到过原文的人，不能另选范围。")
    audience.check(desk.people.units(), campaign.recipients, chosen)
    return _revised(desk, campaign, campaign.text, chosen, actor, at)


def pause(
    desk: Desk, key: CampaignId, reason: str | None = None, *, actor: str, at: datetime
) -> Campaign:
    """Stop sending what is not sent yet."""
    campaign = get(desk, key)
    check_move(campaign, CampaignState.PAUSED)
    desk.campaigns.move(key, CampaignState.PAUSED, reason=reason or "")
    write_down(desk, EntryKind.PAUSED, campaign, actor, at, reason=reason or "")
    return get(desk, key)


def cancel(desk: Desk, key: CampaignId, reason: str, *, actor: str, at: datetime) -> Campaign:
    """End a campaign by hand: what is queued is not sent, nor posted to a group.

    Raises BadInput without a reason.
    """
    campaign = get(desk, key)
    reason = checked_reason(reason, "取消要写明原因。")
    check_move(campaign, CampaignState.CANCELLED)
    why = f"已取消：{reason}"[:LONGEST_REASON]
    for kind in (DeliveryKind.CAMPAIGN, DeliveryKind.APPROVAL):
        desk.deliveries.cancel(kind, key, why, at)
    desk.group_posts.cancel(key, why, at)
    desk.campaigns.move(key, CampaignState.CANCELLED, reason=reason)
    write_down(desk, EntryKind.CANCELLED, campaign, actor, at, reason=reason)
    return get(desk, key)


def resume(
    desk: Desk,
    key: CampaignId,
    *,
    faults_of: FaultsOf,
    actor: str,
    at: datetime,
) -> Campaign:
    """Go on with the remainder, or wait for its hour if nothing has gone out.

    Raises WrongState unless it is paused, its text still holds and was not taken back.
    """
    campaign = get(desk, key)
    if campaign.state is not CampaignState.PAUSED:
        raise WrongState(f"“{campaign.title}”没有暂停，不用继续。")
    if recalled(desk, key):
        raise WrongState(f"“{campaign.title}”已经撤回，不能继续发：请取消。")
    if faults := faults_of(campaign, sending_day(campaign, at)):
        raise WrongState(f"“{campaign.title}”不能继续发：{against(faults)}。")
    on = CampaignState.SENDING if begun(desk, campaign) else CampaignState.APPROVED
    desk.campaigns.move(key, on, reason="")
    write_down(desk, EntryKind.RESUMED, campaign, actor, at)
    return get(desk, key)


def begun(desk: Desk, campaign: Campaign) -> bool:
    """Whether its recipients are frozen or a group has its post: the text may not change then."""
    frozen = desk.deliveries.tally(DeliveryKind.CAMPAIGN, campaign.id, campaign.version)
    posts = desk.group_posts.lines(campaign.id)
    return frozen.intended > 0 or any(post.version == campaign.version for post in posts)


def recalled(desk: Desk, key: CampaignId) -> bool:
    """Whether its messages were taken back, as far as the service allows."""
    return desk.deliveries.tally(DeliveryKind.RECALL, key).intended > 0


def ask_approvers(desk: Desk, *, at: datetime) -> None:
    """One round: every waiting draft goes once to every approver, also to those who came later."""
    approvers = [account.id for account in desk.people.accounts_with(MAY_APPROVE)]
    for campaign in desk.campaigns.in_states(CampaignState.SUBMITTED):
        desk.deliveries.queue(
            DeliveryKind.APPROVAL, campaign.id, campaign.version, approvers, next_allowed(at)
        )


def get(desk: Desk, key: CampaignId) -> Campaign:
    """The campaign, or NotFound."""
    campaign = desk.campaigns.get(key)
    if campaign is None:
        raise NotFound(f"没有编号 {key} 的宣传任务。用 lawbot campaign list 查看。")
    return campaign


def current(desk: Desk, key: CampaignId, version: int | None) -> Campaign:
    """The campaign, if `version` (None: any) is still its version; else WrongState."""
    campaign = get(desk, key)
    if version is not None and version != campaign.version:
        raise WrongState("文字已经改过，请看最新的一张待批准卡片。")
    return campaign


def waiting(desk: Desk, key: CampaignId, version: int) -> Campaign:
    """The campaign if this version may still be returned; else WrongState."""
    campaign = current(desk, key, version)
    check_move(campaign, CampaignState.RETURNED)
    return campaign


def _check_not_begun(desk: Desk, campaign: Campaign) -> None:
    if begun(desk, campaign):
        raise WrongState(
            f"“{campaign.title}”已经开始发送，不能再改或退回：可以取消，发完后可以更正。"
        )


def _revised(
    desk: Desk, campaign: Campaign, text: str, chosen: Audience, actor: str, at: datetime
) -> Campaign:
    check_move(campaign, CampaignState.SUBMITTED)
    _check_not_begun(desk, campaign)
    if local_day(at) > campaign.ends_on:
        raise WrongState(f"“{campaign.title}”的日期已经过了，不能再改。")
    draft = replace(as_draft(campaign), text=text, audience=chosen)
    return submit_again(desk, campaign, draft, actor, at)


def as_draft(campaign: Campaign) -> Draft:
    """What a campaign is made of, to make its next version of."""
    return Draft(
        campaign.observance,
        campaign.year,
        campaign.title,
        campaign.starts_on,
        campaign.ends_on,
        campaign.text,
        campaign.recipients,
        campaign.due_at,
        campaign.audience,
        campaign.corrects,
    )


def tell_admins(
    desk: Desk,
    kind: DeliveryKind,
    subject: int,
    at: datetime,
    roles: Iterable[Role] = (Role.ADMIN,),
) -> None:
    """Queue a message to every admin (or all with `roles`): once more for each time it happens."""
    told = [account.id for account in desk.people.accounts_with(roles)]
    times = desk.deliveries.newest_version(kind, subject) + 1
    desk.deliveries.queue(kind, subject, times, told, next_allowed(at))


def submit_again(
    desk: Desk,
    campaign: Campaign,
    draft: Draft,
    actor: str,
    at: datetime,
    *,
    author: str | None = None,
) -> Campaign:
    """The next version, to be approved anew; nobody is asked about the one before any more.

    `author` answers for it and may not approve it (None: who acts).
    """
    desk.deliveries.cancel(DeliveryKind.APPROVAL, campaign.id, "文字已改", at)
    revised = desk.campaigns.revise(campaign.id, draft, author or actor, at)
    write_down(desk, EntryKind.DRAFTED, revised, actor, at)
    return revised


def write_down(
    desk: Desk,
    kind: EntryKind,
    campaign: Campaign,
    actor: str,
    at: datetime,
    **detail: str | int,
) -> None:
    detail["version"] = campaign.version
    desk.ledger.add(Entry(at, kind, actor, campaign=campaign.id, detail=detail))
