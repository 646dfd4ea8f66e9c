"""When a practised question comes again: FSRS, an open algorithm, after a right or a wrong answer.

A question that was not known comes again the next day; one that was, after days, weeks and months.
"""

import json
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from lawcore.clock import local_day, moment

_NEXT_DAY = (timedelta(days=1),)
_KNOWN = 2
"""The state of a card whose last answer was right, as the algorithm numbers them."""


class Spaced(NamedTuple):
    """What is kept of a practised question, and the moment from which it is asked again."""

    state: str
    """A card of the algorithm, as JSON."""
    due_at: datetime


def answered(state: str | None, *, right: bool, at: datetime) -> Spaced:
    """The card after an answer at `at`; `state` is the one before, None at the first answer.

    It is due from the first minute of a day of the township, whatever the hour of the answer.
    """
    from fsrs import Card, Rating, Scheduler  # noqa: PLC0415 - only who practises needs it

    scheduler = Scheduler(
        learning_steps=_NEXT_DAY, relearning_steps=_NEXT_DAY, enable_fuzzing=False
    )
    now = at.astimezone(UTC)
    # without a number and a moment of its own, a new card would ask the machine's clock
    card = Card.from_json(state) if state else Card(card_id=1, due=now)
    card, _ = scheduler.review_card(card, Rating.Good if right else Rating.Again, now)
    return Spaced(card.to_json(), moment(local_day(card.due), time()))


def known(state: str) -> bool:
    """Whether the last answer was right."""
    return bool(json.loads(state)["state"] == _KNOWN)
