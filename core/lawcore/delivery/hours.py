"""Quiet hours: nobody's phone rings at night. The hours are the township's local time."""

from datetime import datetime, time, timedelta

from lawcore.clock import local_day, moment

QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(7, 30)


def next_allowed(at: datetime) -> datetime:
    """`at` itself, or the end of the quiet hours it falls in (21:00 to 07:30)."""
    day = local_day(at)
    if at < moment(day, QUIET_UNTIL):
        return moment(day, QUIET_UNTIL)
    if at >= moment(day, QUIET_FROM):
        return moment(day + timedelta(days=1), QUIET_UNTIL)
    return at
