"""One pace for many senders: in no second more than the rate, whoever dies or dawdles."""

import heapq

from hypothesis import given, settings
from hypothesis import strategies as st

from lawcore.delivery.shared import RESERVED, REST, SharedPace, Slots, from_json
from lawcore.storage import Books

from .conftest import Town

EXACT = 1e-6
trips = st.lists(st.tuples(st.floats(0.001, 2), st.floats(0, 1)), min_size=10, max_size=80)


def pace(worker: str, rate: int = 5) -> SharedPace:
    return SharedPace("7000000001", rate, worker)


@settings(max_examples=200)
@given(st.integers(1, 6), st.integers(1, 4), trips)
def test_no_second_holds_more_than_the_rate_however_many_send(
    rate: int, senders: int, journeys: list[tuple[float, float]]
) -> None:
    """The time there and back, and the share of it until the service counts the message."""
    slots, now, counted = Slots(), 100.0, []
    coming: list[tuple[float, int]] = []
    for number, (whole, share) in enumerate(journeys):
        who = number % senders
        while True:
            while coming and coming[0][0] <= now:
                answered, sender = heapq.heappop(coming)
                slots = slots.give(pace(f"s{sender}", rate), 1, answered + REST)
            slots, taken, wait = slots.take(pace(f"s{who}", rate), 1, now)
            if taken:
                break
            answer = coming[0][0] if coming else float("inf")
            now = min(answer, now + wait)
        counted.append(now + whole * share)
        heapq.heappush(coming, (now + whole, who))
    for at in counted:
        assert sum(at - 1 + EXACT < other <= at for other in counted) <= rate


def test_what_a_dead_sender_took_is_free_again_after_a_while() -> None:
    slots, taken, _ = Slots().take(pace("dead"), 9, 100.0)
    assert taken == 5
    slots, taken, wait = slots.take(pace("alive"), 9, 101.0)
    assert (taken, wait) == (0, RESERVED - 1)
    _, taken, _ = slots.take(pace("alive"), 9, 100.0 + RESERVED + EXACT)
    assert taken == 5


def test_a_sender_gives_back_its_own_slots_only() -> None:
    slots, _, _ = Slots().take(pace("a"), 2, 100.0)
    slots, _, _ = slots.take(pace("b"), 3, 100.0)
    slots = slots.give(pace("a"), 2, 100.0)
    _, taken, _ = slots.take(pace("c"), 9, 100.5)
    assert taken == 2


def test_asked_to_wait_nobody_takes_a_slot() -> None:
    slots = Slots().shut(130.0).shut(110.0)
    _, taken, wait = slots.take(pace("a"), 1, 100.0)
    assert (taken, wait) == (0, 30.0)
    assert slots.take(pace("a"), 1, 130.0)[1] == 1


def test_what_is_stored_is_what_was_there() -> None:
    slots = Slots().take(pace("a"), 2, 100.0)[0].shut(101.0)
    assert from_json(slots.as_json()) == slots
    assert from_json(None) == Slots()


async def test_the_row_of_a_bot_is_shared(town: Town) -> None:
    async def take(worker: str, want: int) -> int:
        return (await town.act(lambda b, _: b.deliveries.take_slots(pace(worker), want, 100.0)))[0]

    assert [await take("a", 3), await take("b", 3), await take("a", 3)] == [3, 2, 0]
    await town.act(lambda b, _: b.deliveries.give_slots(pace("b"), 1, 100.0))
    assert await take("a", 3) == 1
    await town.act(lambda b, _: b.deliveries.shut_slots(pace("b"), 999.0))
    assert await take("a", 3) == 0


async def test_what_one_transaction_gives_back_and_takes_stands_for_the_next(town: Town) -> None:
    def trade(books: Books) -> tuple[int, int]:
        first, _ = books.deliveries.take_slots(pace("a"), 5, 100.0)
        books.deliveries.give_slots(pace("a"), 3, 100.0)
        return first, books.deliveries.take_slots(pace("a"), 5, 100.5)[0]

    assert await town.act(lambda b, _: trade(b)) == (5, 3)
    later = await town.act(lambda b, _: b.deliveries.take_slots(pace("b"), 1, 101.0))
    assert later[0] == 0
