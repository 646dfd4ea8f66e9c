"""The round that drafts what is due of the calendar."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from lawcore.calendar.observance import Occasion
from lawcore.campaigns.book import Desk
from lawcore.campaigns.message import Message, render
from lawcore.campaigns.model import (
    CADRE_AUDIENCES,
    EVERYBODY,
    REPLACEABLE,
    RETURNABLE,
    Campaign,
    CampaignState,
    Draft,
    Recipients,
)
from lawcore.campaigns.office import PROGRAM, begun, send_back, submit_again, write_down
from lawcore.clock import local_day, moment
from lawcore.delivery.hours import next_allowed
from lawcore.errors import BadInput
from lawcore.ids import ObservanceKey
from lawcore.participation import EntryKind


def plan(
    desk: Desk,
    outlook: Iterable[Occasion],
    messages: Mapping[ObservanceKey, Message],
    township: str,
    *,
    at: datetime,
) -> tuple[Campaign, ...]:
    """Draft what is due: from `lead_days` before an occasion until its end.

    What is not sent yet is drafted anew, its approval void, when the occasion has moved (a notice
    came or was withdrawn) or when the text has changed that no person has rewritten; what was
    missed, when a notice moved it to a day still to come. A text that cannot be worded yet (a
    theme that no notice has named) is left for the next round.
    """
    today = local_day(at)
    drafted = []
    open_ = {
        (c.observance, c.year): c
        for c in desk.campaigns.in_states(*REPLACEABLE)
        if c.corrects is None and not (c.state is CampaignState.PAUSED and begun(desk, c))
    }
    for occasion in outlook:
        message = messages.get(occasion.observance.key)
        known = open_.get((occasion.observance.key, occasion.year))
        if message is None or not (known or _is_due(occasion, today)):
            continue
        try:
            draft = make_draft(occasion, message, township, at)
        except BadInput as reason:  # shown in the calendar as 待通知; the next round asks again
            if known and known.state in RETURNABLE and _moved(known, occasion):
                send_back(desk, known.id, None, str(reason), actor=PROGRAM, at=at)
            continue
        if known is None:
            if desk.campaigns.of(draft.observance, draft.year) is None:
                drafted.append(desk.campaigns.add(draft, PROGRAM, at))
                write_down(desk, EntryKind.DRAFTED, drafted[-1], PROGRAM, at)
        elif _outdated(known, occasion, draft, today):
            again = replace(draft, audience=known.audience)
            # Who chose for whom it is must not become the only person who has looked at it.
            author = None if known.audience == EVERYBODY else known.drafted_by
            drafted.append(submit_again(desk, known, again, PROGRAM, at, author=author))
    return tuple(drafted)


def make_draft(occasion: Occasion, message: Message, township: str, at: datetime) -> Draft:
    """The draft of an occasion, for its hour on the first day, or on the next day to come.

    On the last day, when the hour is past, it is for now. Raises BadInput while the dates or a
    word of the text are not known.
    """
    if occasion.start is None or occasion.end is None:
        raise BadInput(f"“{occasion.observance.title}”今年的日期还在待通知。")
    observance = occasion.observance
    due = moment(occasion.start, observance.hour)
    if due < at:
        due = moment(local_day(at), observance.hour)
        due = due if due >= at else due + timedelta(days=1)
        due = due if local_day(due) <= occasion.end else at
    only_cadres = set(observance.audience) <= CADRE_AUDIENCES and observance.audience
    return Draft(
        observance.key,
        occasion.year,
        observance.title,
        occasion.start,
        occasion.end,
        render(message, township=township, occasion=occasion),
        Recipients.CADRES if only_cadres else Recipients.RESIDENTS,
        next_allowed(due),
    )


def _is_due(occasion: Occasion, today: date) -> bool:
    first, last = occasion.drafted_from, occasion.end
    return first is not None and last is not None and first <= today <= last


def _moved(known: Campaign, occasion: Occasion) -> bool:
    return (known.starts_on, known.ends_on) != (occasion.start, occasion.end)


def _outdated(known: Campaign, occasion: Occasion, draft: Draft, today: date) -> bool:
    if known.state is CampaignState.MISSED:
        return _moved(known, occasion) and draft.ends_on >= today
    reworded = known.drafted_by == PROGRAM and known.text != draft.text
    return _moved(known, occasion) or reworded
