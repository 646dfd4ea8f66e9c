"""When an observance comes next: laws are checked for the day on which a text is sent."""

from datetime import date

from lawcore.calendar.observance import Observance
from lawcore.calendar.rules import Span


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
