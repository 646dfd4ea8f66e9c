"""The pace under the service's limit, in simulated time."""

import heapq
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lawcore.delivery.pace import Pace

Trip = tuple[float, float]
"""Seconds from leaving to the answer, and the share of it until the service counts the message."""

EXACT = 1e-9
"""Seconds: sums of floats are not exact."""

journeys = st.tuples(
    st.floats(0.0005, 0.2) | st.floats(0.2, 3) | st.sampled_from((0.001, 0.04, 0.08)),
    st.floats(0, 0.5) | st.sampled_from((0, 0.5)),
)


def send_all(pace: Pace, trips: Sequence[Trip]) -> list[float]:
    """Send a message per trip as soon as the pace allows; when the service counted each."""
    now = 100.0
    coming: list[tuple[float, float]] = []
    counted = []

    def hear(until: float) -> None:
        while coming and coming[0][0] <= until:
            answered_at, left_at = heapq.heappop(coming)
            pace.answered(left_at, answered_at)

    for whole, share in trips:
        while (wait := pace.wait(now)) != 0:
            answer = coming[0][0] if coming else float("inf")
            now = min(answer, now + wait) if wait is not None else answer
            hear(now)
        pace.left()
        counted.append(now + whole * share)
        heapq.heappush(coming, (now + whole, now))
    return sorted(counted)


def most_in_a_second(counted: Sequence[float]) -> int:
    """The most messages in any second, as a server with a sliding window counts them."""
    return max(sum(1 for other in counted if at - 1 + EXACT < other <= at) for at in counted)


@settings(max_examples=300)
@given(st.integers(1, 6), st.lists(journeys, min_size=7, max_size=60))
def test_no_second_holds_more_than_the_rate_whatever_the_jitter(
    rate: int, trips: list[Trip]
) -> None:
    """The way back takes at least half of a round trip; all else varies from message to message."""
    assert most_in_a_second(send_all(Pace(rate), trips)) <= rate


@given(st.integers(1, 6), st.lists(journeys, min_size=7, max_size=60))
def test_the_first_messages_make_connections_and_are_counted_late(
    rate: int, trips: list[Trip]
) -> None:
    """All of their round trip is the way out; those after them find the connections open."""
    slow = [(0.3, 1.0)] * rate
    assert most_in_a_second(send_all(Pace(rate), [*slow, *trips])) <= rate


@given(st.integers(1, 40), st.integers(1, 200))
def test_a_service_that_answers_at_once_is_held_to_the_rate(rate: int, messages: int) -> None:
    counted = send_all(Pace(rate), [(0.0005, 0.5)] * messages)
    assert most_in_a_second(counted) <= rate


@pytest.mark.parametrize(("trip", "share"), [(0.001, 0.99), (0.06, 0.95)])
def test_the_rate_is_nearly_reached(trip: float, share: float) -> None:
    """The share of 25 messages a second that is left over for the journey."""
    counted = send_all(Pace(25), [(trip, 0.5)] * 2500)
    assert 2500 / (counted[-1] - counted[0]) >= 25 * share


@given(st.integers(1, 10), st.integers(0, 5), st.lists(st.booleans(), max_size=80))
def test_answers_to_people_have_the_room_between_the_rate_and_the_ceiling(
    rate: int, more: int, urgent: list[bool]
) -> None:
    pace = Pace(rate, rate + more)
    sent = {True: 0, False: 0}
    for hurry in urgent:
        if pace.wait(100.0, urgent=hurry) == 0:
            pace.left()
            pace.answered(100.0, 100.0)
            sent[hurry] += 1
    assert sum(sent.values()) <= rate + more
    assert sent[False] <= rate
    if pace.wait(100.0) == 0:
        assert sum(sent.values()) < rate
    assert (pace.wait(100.0, urgent=True) == 0) is (sum(sent.values()) < rate + more)
    assert pace.wait(101.01) == 0


def test_when_the_service_asks_to_wait_nothing_leaves_for_so_long() -> None:
    pace = Pace(25)
    pace.shut(30, now=100.0)
    assert pace.wait(100.0) == 30
    assert pace.wait(129.5) == 0.5
    assert pace.wait(130.0) == 0


def test_a_shorter_wait_does_not_shorten_a_longer_one() -> None:
    pace = Pace(25)
    pace.shut(30, now=100.0)
    pace.shut(1, now=101.0)
    assert pace.wait(102.0) == 28


def test_with_everything_in_flight_only_an_answer_opens_the_gate() -> None:
    pace = Pace(2)
    pace.left()
    pace.left()
    assert pace.wait(100.0) is None
    pace.answered(99.0, 100.0)
    assert pace.wait(100.0) == 1
    assert pace.wait(101.0) == 0
