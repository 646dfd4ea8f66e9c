"""今天: what waits for a person, what went wrong and why, what is near and what is under way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from lawcore.calendar.observance import Occasion
from lawcore.campaigns.book import CampaignBook
from lawcore.campaigns.duties import Duty, DutyBook, DutyLine, DutyState, lines
from lawcore.campaigns.model import Campaign, CampaignState
from lawcore.clock import local_day
from lawcore.delivery.book import DeliveryBook
from lawcore.delivery.groups import GroupBook
from lawcore.delivery.model import DeliveryKind, DeliveryState, Tally
from lawcore.exams.book import ExamBook
from lawcore.exams.model import Exam, ExamState, Progress
from lawcore.exams.review_book import Appeal, Regrade, ReviewBook

AHEAD = timedelta(days=15)
BEHIND = timedelta(days=30)
"""How far back something that went wrong is still news."""
NOTICE_AHEAD = timedelta(days=60)
NOT_POSTED = frozenset({DeliveryState.FAILED, DeliveryState.BLOCKED, DeliveryState.UNKNOWN})
"""How a post ended that a person has to look after."""


@dataclass(frozen=True, slots=True)
class Near:
    """A dated occasion of the next days, with the campaign that makes it known, if there is one."""

    occasion: Occasion
    campaign: Campaign | None
    draft_on: date | None = None
    """The day on which the program drafts it, if that day is not over; without one a draft is
    missing."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A campaign with what became of its deliveries, and the groups that did not get it."""

    campaign: Campaign
    tally: Tally
    unposted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sitting:
    """An exam with how far its candidates are; 人."""

    exam: Exam
    progress: Progress


@dataclass(frozen=True, slots=True)
class Doubted:
    """Questions of one exam that candidates doubt, unanswered; and keys that wait for another."""

    exam: Exam
    appeals: tuple[Appeal, ...]
    regrades: tuple[Regrade, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """What stands on the first page of the desk."""

    waiting: tuple[Campaign, ...]
    returned: tuple[Campaign, ...]
    doubted: tuple[Doubted, ...]
    notices: tuple[Occasion, ...]
    """Occasions that wait for this year's notice and are not long off."""
    stopped: tuple[Campaign, ...]
    """Held, paused, missed or over before all had it: each with its reason."""
    wanting: tuple[Sent, ...]
    """Sent, but not to all: failed, or in doubt."""
    near: tuple[Near, ...]
    sending: tuple[Sent, ...]
    sitting: tuple[Sitting, ...]
    unplanned: tuple[DutyLine, ...]
    overdue: tuple[DutyLine, ...]


class Desk(Protocol):
    """The books that the agenda is made from."""

    @property
    def campaigns(self) -> CampaignBook: ...

    @property
    def deliveries(self) -> DeliveryBook: ...

    @property
    def group_posts(self) -> GroupBook: ...

    @property
    def exams(self) -> ExamBook: ...

    @property
    def reviews(self) -> ReviewBook: ...

    @property
    def duties(self) -> DutyBook: ...


def agenda(
    desk: Desk, outlook: Sequence[Occasion], duties: Iterable[Duty], *, at: datetime
) -> Agenda:
    """What stands on the desk at `at`; `outlook` and `duties` are those of the year and around."""
    today = local_day(at)
    campaigns = desk.campaigns.in_states()
    exams = desk.exams.exams()
    due = _duty_lines(desk, duties, today)
    return Agenda(
        waiting=_in(campaigns, CampaignState.SUBMITTED),
        returned=_in(campaigns, CampaignState.RETURNED),
        doubted=tuple(_doubted(desk, exams)),
        notices=tuple(o for o in outlook if _waits(o, today)),
        stopped=tuple(_stopped(campaigns, today)),
        wanting=tuple(_wanting(desk, campaigns, today)),
        near=tuple(_near(outlook, campaigns, today)),
        sending=tuple(_sent(desk, c) for c in _in(campaigns, CampaignState.SENDING)),
        sitting=tuple(
            Sitting(exam, desk.exams.progress(exam.id))
            for exam in exams
            if exam.state is ExamState.OPEN
        ),
        unplanned=tuple(line for line in due if _unplanned(line, today)),
        overdue=tuple(line for line in due if line.state is DutyState.OVERDUE),
    )


def _in(campaigns: Iterable[Campaign], state: CampaignState) -> tuple[Campaign, ...]:
    return tuple(campaign for campaign in campaigns if campaign.state is state)


def _duty_lines(desk: Desk, duties: Iterable[Duty], today: date) -> tuple[DutyLine, ...]:
    mine = [duty for duty in duties if duty.year == today.year]
    return lines(mine, desk.duties.evidence(today.year), today)


def _unplanned(line: DutyLine, today: date) -> bool:
    start = line.duty.start
    return line.state is DutyState.AHEAD and start is not None and start <= today + AHEAD


def _waits(occasion: Occasion, today: date) -> bool:
    """Only what is near, or has no date at all: a year has more of them than a day can use."""
    if not occasion.awaiting_notice or occasion.observance.optional:
        return False
    if occasion.start is None:
        return occasion.year == today.year
    return today <= occasion.start <= today + NOTICE_AHEAD


def _doubted(desk: Desk, exams: Iterable[Exam]) -> Iterable[Doubted]:
    for exam in exams:
        appeals = tuple(one for one in desk.reviews.appeals(exam.id) if one.answer is None)
        regrades = tuple(one for one in desk.reviews.regrades(exam.id) if one.applied_by is None)
        if appeals or regrades:
            yield Doubted(exam, appeals, regrades)


def _stopped(campaigns: Iterable[Campaign], today: date) -> Iterable[Campaign]:
    for campaign in campaigns:
        lately = campaign.ends_on >= today - BEHIND
        missed = campaign.state is CampaignState.MISSED and lately
        left_over = campaign.state is CampaignState.DONE and campaign.reason and lately
        if missed or left_over or campaign.state in {CampaignState.HELD, CampaignState.PAUSED}:
            yield campaign


def _wanting(desk: Desk, campaigns: Iterable[Campaign], today: date) -> Iterable[Sent]:
    for campaign in campaigns:
        if campaign.state is CampaignState.DONE and campaign.ends_on >= today - BEHIND:
            sent = _sent(desk, campaign)
            if sent.tally.failed or sent.tally.unknown or sent.unposted:
                yield sent


def _sent(desk: Desk, campaign: Campaign) -> Sent:
    lines = desk.group_posts.lines(campaign.id)
    unposted = tuple(line.group for line in lines if line.state in NOT_POSTED)
    return Sent(campaign, desk.deliveries.tally(DeliveryKind.CAMPAIGN, campaign.id), unposted)


def _near(
    outlook: Iterable[Occasion], campaigns: Sequence[Campaign], today: date
) -> Iterable[Near]:
    of = {(c.observance, c.year): c for c in campaigns if c.corrects is None}
    for occasion in outlook:
        start, end = occasion.start, occasion.end
        if start and end and start <= today + AHEAD and end >= today:
            draft = occasion.drafted_from
            yield Near(
                occasion,
                of.get((occasion.observance.key, occasion.year)),
                draft if draft and draft >= today else None,
            )
