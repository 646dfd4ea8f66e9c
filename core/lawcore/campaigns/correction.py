"""更正 and recall: what was wrong is put right with exactly those who read it.

A correction is a campaign of its own: a second person approves its text, and its recipients are
those to whom the version it corrects was sent, no more and no fewer.
"""

from datetime import datetime, timedelta

from lawcore.campaigns.book import Desk
from lawcore.campaigns.model import CORRECTABLE, Campaign, CampaignState, Draft, Reached
from lawcore.campaigns.office import get, revise, write_down
from lawcore.campaigns.typed import HEADING, checked_reason, checked_text, headed
from lawcore.clock import local_day
from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import DeliveryKind, SentTo
from lawcore.errors import WrongState
from lawcore.ids import CampaignId
from lawcore.participation import EntryKind

CAME_TO_NOTHING = frozenset({CampaignState.MISSED, CampaignState.CANCELLED})
"""A correction that ended so, perhaps on the way, may be followed by another."""
VALID_FOR = timedelta(days=7)
"""A correction that nobody has approved by then is missed."""


def correct(desk: Desk, key: CampaignId, text: str, *, actor: str, at: datetime) -> Campaign:
    """Write the correction of a campaign, for another person to approve.

    Written before and not sent yet, it gets a new version; after one that was missed or cancelled
    another is begun. Raises WrongState while the campaign is being sent (stop it first), when it
    reached nobody, or when its correction is out.
    """
    wrong = get(desk, key)
    known = desk.campaigns.correction_of(key)
    if not may_be_corrected(wrong, known):
        if known is not None and wrong.state is CampaignState.CORRECTED:
            told = f"（任务 {known.id}）；那一稿又有错的话，请更正那一稿。"
            raise WrongState(f"“{wrong.title}”已经更正过{told}")
        raise WrongState(f"“{wrong.title}”还没有发完：先暂停、取消，再更正。")
    if known is not None and known.state in CAME_TO_NOTHING:
        known = None
    sent = desk.deliveries.tally(DeliveryKind.CAMPAIGN, key, wrong.version).sent
    if sent == 0 and not beyond_recall(desk, wrong):
        raise WrongState(f"“{wrong.title}”没有发出过一条，不用更正。")
    text = headed(checked_text(text))
    if known is not None:
        return revise(desk, known.id, text, actor=actor, at=at)
    today = local_day(at)
    draft = Draft(
        wrong.observance,
        wrong.year,
        f"{HEADING}：{wrong.title}",
        today,
        today + VALID_FOR,
        text,
        wrong.recipients,
        next_allowed(at),
        corrects=Reached(key, wrong.version),
    )
    correction = desk.campaigns.add(draft, actor, at)
    write_down(desk, EntryKind.DRAFTED, correction, actor, at, corrects=key)
    return correction


def may_be_corrected(wrong: Campaign, known: Campaign | None) -> bool:
    """Whether its state allows a correction; `known` is the newest that was written for it."""
    if wrong.state is CampaignState.CORRECTED:
        return known is not None and known.state in CAME_TO_NOTHING
    return wrong.state in CORRECTABLE


def recall(desk: Desk, key: CampaignId, reason: str, *, actor: str, at: datetime) -> int:
    """Take the messages of a campaign back, as far as the service allows; how many are asked for.

    Telegram lets a bot delete its message for 48 hours; no service lets a robot take back what it
    posted to a group (`beyond_recall`). Raises BadInput without a reason, WrongState while it is
    being sent or when it reached nobody.
    """
    wrong = get(desk, key)
    reason = checked_reason(reason, "撤回要写明原因。")
    if wrong.state is CampaignState.SENDING:
        raise WrongState(f"“{wrong.title}”正在发送：先暂停或取消，再撤回。")
    sent = SentTo(key, wrong.version)
    asked = desk.deliveries.freeze(
        key, wrong.version, sent, wrong.text_hash, at, DeliveryKind.RECALL
    )
    if asked == 0:
        groups = beyond_recall(desk, wrong)
        by_hand = f"群里的要人工撤回：{'、'.join(groups)}。" if groups else ""
        raise WrongState(f"“{wrong.title}”没有可以撤回的消息，或者已经撤回过。{by_hand}")
    write_down(desk, EntryKind.RECALLED, wrong, actor, at, reason=reason, messages=asked)
    return asked


def beyond_recall(desk: Desk, campaign: Campaign) -> tuple[str, ...]:
    """The groups in which the text stands, or may stand: a person has to take it back there."""
    return tuple(
        post.group
        for post in desk.group_posts.lines(campaign.id)
        if post.version == campaign.version and post.may_stand
    )


def mark_corrected(desk: Desk, correction: Campaign, at: datetime) -> None:
    """The correction of a campaign goes out."""
    if correction.corrects is None:
        return
    wrong = get(desk, correction.corrects.campaign)
    if wrong.state in CORRECTABLE:
        desk.campaigns.move(wrong.id, CampaignState.CORRECTED)
        write_down(desk, EntryKind.CORRECTED, wrong, correction.drafted_by, at, by=correction.id)
