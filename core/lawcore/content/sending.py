"""When an observance comes next: laws are checked for the day on which a text is sent."""

from datetime import date
from typing import NamedTuple

from lawcore.calendar.observance import Observance
from lawcore.calendar.rules import Span


class Use(NamedTuple):
    """The day on which something is used, and what the person who checked it had before them."""

    day: date
    read_for: date
    """The day whose law they had in mind."""
    checked: date


def use_of(observance: Observance | None, day: date, checked: date) -> Use:
    """What is sent on an occasion is used when it comes next, and was read for that day."""
    if observance is None:
        return Use(day, checked, checked)
    return Use(sending_day(observance, day), sending_day(observance, checked), checked)


def next_span(observance: Observance, day: date) -> Span | None:
    """Resolve the occasion that is running or comes next; None while nothing is known."""
    for year in (day.year - 1, day.year, day.year + 1):
        span = observance.rule.resolve(year)
        if span and span.end >= day:
            return span
    return None


def sending_day(observance: Observance, day: date) -> date:
    """Give the day on which its text goes out next: the start of the occasion, or `day` itself."""
    span = next_span(observance, day)
    return max(span.start, day) if span else day
