"""Quiet hours: nobody's phone rings at night. The hours are the township's local time."""

from datetime import datetime, time, timedelta

from lawcore.clock import local_day, moment

QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(7, 30)
EVENING = time(20, 30)
"""What must go out before the night is begun half an hour earlier: sending takes time."""


def next_allowed(at: datetime) -> datetime:
    """`at` itself, or the end of the quiet hours it falls in (21:00 to 07:30)."""
    day = local_day(at)
    if at < moment(day, QUIET_UNTIL):
        return moment(day, QUIET_UNTIL)
    if at >= moment(day, QUIET_FROM):
        return moment(day + timedelta(days=1), QUIET_UNTIL)
    return at


def before_night(at: datetime) -> datetime:
    """`at` itself, or the last evening at 20:30 before it when `at` is later or in the night."""
    day = local_day(at)
    if at < moment(day, QUIET_UNTIL):
        day -= timedelta(days=1)
    return min(at, moment(day, EVENING))
