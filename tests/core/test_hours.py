"""Quiet hours: 21:00 to 07:30 in the township nobody's phone rings."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.clock import local_day, local_text, moment
from lawcore.delivery.hours import next_allowed

DAY = date(2026, 12, 4)
MORNING = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("2026-12-04 07:29", "2026-12-04 07:30"),
        ("2026-12-04 07:30", "2026-12-04 07:30"),
        ("2026-12-04 09:00", "2026-12-04 09:00"),
        ("2026-12-04 20:59", "2026-12-04 20:59"),
        ("2026-12-04 21:00", "2026-12-05 07:30"),
        ("2026-12-04 23:59", "2026-12-05 07:30"),
        ("2026-12-05 00:00", "2026-12-05 07:30"),
        ("2026-12-31 22:00", "2027-01-01 07:30"),
    ],
)
def test_what_is_due_at_night_waits_for_the_morning(asked: str, allowed: str) -> None:
    day, clock_time = asked.split()
    at = moment(date.fromisoformat(day), time.fromisoformat(clock_time))
    assert local_text(next_allowed(at)) == allowed


@given(st.integers(0, 10**9).map(lambda seconds: MORNING + timedelta(seconds=seconds)))
def test_the_next_allowed_moment_is_allowed_and_never_earlier_nor_a_day_away(
    at: datetime,
) -> None:
    found = next_allowed(at)
    assert next_allowed(found) == found
    assert timedelta() <= found - at < timedelta(days=1)


def test_the_day_of_the_township_begins_eight_hours_before_that_of_greenwich() -> None:
    assert local_day(datetime(2026, 12, 3, 15, 59, tzinfo=UTC)) == date(2026, 12, 3)
    assert local_day(datetime(2026, 12, 3, 16, 0, tzinfo=UTC)) == DAY
