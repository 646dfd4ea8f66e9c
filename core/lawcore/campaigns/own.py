"""What a township makes known beyond the calendar: written by hand, from the draft on."""

from datetime import date, datetime, time

from lawcore.campaigns.book import Desk
from lawcore.campaigns.model import Campaign, CampaignState, Draft, Recipients, hash_of
from lawcore.campaigns.office import as_draft, get, write_down
from lawcore.campaigns.typed import checked_text
from lawcore.clock import local_day, moment
from lawcore.delivery.hours import next_allowed
from lawcore.errors import BadInput, WrongState
from lawcore.ids import CampaignId, ObservanceKey
from lawcore.participation import EntryKind

LONGEST_TITLE = 60


def write(
    desk: Desk,
    title: str,
    text: str,
    first: date,
    last: date,
    hour: time,
    recipients: Recipients,
    *,
    actor: str,
    at: datetime,
) -> Campaign:
    """Begin a campaign of one's own: a draft that nobody is asked about yet.

    It goes out at `hour` of the first day and is missed after the last. Raises BadInput for a text
    or title that cannot be sent, a last day before the first or in the past, or the same twice.
    """
    title = title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise BadInput(f"标题要写 1 到 {LONGEST_TITLE} 个字。")
    if last < first or last < local_day(at):
        raise BadInput("结束日期不能早于开始日期，也不能已经过去。")
    text = checked_text(text)
    key = ObservanceKey(f"own-{first:%m%d}-{hash_of(title + text)[:8]}")
    if desk.campaigns.of(key, first.year) is not None:
        raise BadInput("这一天已经有一份一样的稿子了。")
    due = max(at, moment(first, hour))
    draft = Draft(key, first.year, title, first, last, text, recipients, next_allowed(due))
    campaign = desk.campaigns.add(draft, actor, at)
    desk.campaigns.move(campaign.id, CampaignState.DRAFT)
    write_down(desk, EntryKind.DRAFTED, campaign, actor, at)
    return get(desk, campaign.id)


def submit(desk: Desk, key: CampaignId, *, actor: str, at: datetime) -> Campaign:
    """Hand a draft in: the approvers are asked. Raises WrongState unless it is one.

    Who hands in what another has written answers for it too: it becomes a version of theirs, and
    neither of them may approve it.
    """
    campaign = get(desk, key)
    if campaign.state is not CampaignState.DRAFT:
        raise WrongState(f"“{campaign.title}”不在起草中，不用再提交。")
    if actor in desk.campaigns.authors(key, campaign.text):
        desk.campaigns.move(key, CampaignState.SUBMITTED)
    else:
        campaign = desk.campaigns.revise(key, as_draft(campaign), actor, at)
    write_down(desk, EntryKind.SUBMITTED, campaign, actor, at)
    return get(desk, key)
