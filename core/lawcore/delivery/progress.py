"""How long a campaign still takes, said only where it can be known."""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lawcore.clock import local_day
from lawcore.delivery.hours import next_allowed

MEASURED_OVER = timedelta(seconds=60)
ENOUGH = 10
"""Rows from which a pace can be told."""


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left and, once something has been sent lately, the pace and the end it leads to."""

    left: int
    per_second: float | None = None
    done_at: datetime | None = None
    overnight: bool = False
    """The quiet hours come in between."""
    too_late: bool = False
    """They do, and the next morning is after the last day: the rest is not sent."""


def remaining(
    left: int, lately: int, first: datetime | None, at: datetime, last: date
) -> Remaining:
    """`lately` came to their end within MEASURED_OVER before `at`, the first of them at `first`.

    The pace of the last minute is all that is known; when hardly anything was sent, no end is told.
    What the night interrupts goes on in the morning, up to the day `last`.
    """
    if left == 0 or lately < ENOUGH or first is None or next_allowed(at) != at:
        return Remaining(left)
    per_second = lately / max(1.0, (at - first).total_seconds())
    done_at = at + timedelta(seconds=math.ceil(left / per_second))
    morning = next_allowed(done_at)
    if morning == done_at and done_at - at < timedelta(hours=10):
        return Remaining(left, per_second, done_at)
    tomorrow = local_day(at) + timedelta(days=1)
    return Remaining(left, per_second, None, overnight=True, too_late=tomorrow > last)


def remaining_text(found: Remaining, at: datetime) -> str:
    """The estimate in words."""
    if found.left == 0:
        return "都已处理完。"
    if found.too_late:
        return f"还有 {found.left} 条，今晚 21:00 前发不完；今天是最后一天，剩下的不再发。"
    if found.overnight:
        return f"还有 {found.left} 条，今晚 21:00 前发不完，明早 7:30 接着发。"
    if found.done_at is None or found.per_second is None:
        return f"还有 {found.left} 条；最近一分钟没发出几条，说不准还要多久。"
    pace = f"每秒 {found.per_second:.1f} 条"
    minutes = math.ceil((found.done_at - at).total_seconds() / 60)
    return f"还有 {found.left} 条，照最近一分钟的速度（{pace}）约 {minutes} 分钟。"
