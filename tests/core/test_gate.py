"""The gate: people before the crowd, chats at rest, groups at twenty a minute."""

import asyncio
from collections.abc import Awaitable, Callable

from lawcore.delivery.gate import CHAT_MOST, CHAT_SECONDS, GROUP_MOST, GROUP_SECONDS, Gate
from lawcore.delivery.pace import Pace
from tests.fastloop import FastLoop


def run(work: Callable[[], Awaitable[None]]) -> None:
    """In simulated time."""
    with asyncio.Runner(loop_factory=FastLoop) as runner:

        async def main() -> None:
            await work()

        runner.run(main())


def now() -> float:
    return asyncio.get_running_loop().time()


def test_an_answer_to_a_person_goes_before_a_hundred_that_wait() -> None:
    async def work() -> None:
        gate, order = Gate(Pace(10)), []

        async def crowd(number: int) -> None:
            assert await gate.enter(str(number))
            order.append(number)
            gate.answered(now())

        tasks = [asyncio.create_task(crowd(n)) for n in range(100)]
        await asyncio.sleep(1.5)
        before = len(order)
        assert before < 100
        began = now()
        await gate.enter_first("7")
        waited = now() - began
        order.append(-1)
        gate.answered(now())
        await asyncio.gather(*tasks)
        assert order.index(-1) <= before + 1
        assert waited <= 1

    run(work)


def test_the_crowd_keeps_its_order() -> None:
    async def work() -> None:
        gate, order = Gate(Pace(5)), []

        async def one(number: int) -> None:
            await gate.enter(f"{number}")
            order.append(number)
            gate.answered(now())

        await asyncio.gather(*(one(n) for n in range(40)))
        assert order == list(range(40))

    run(work)


def busiest(times: list[float], seconds: float) -> int:
    return max(sum(1 for other in times if at - seconds + 1e-9 < other <= at) for at in times)


def test_one_chat_gets_a_message_a_second_over_ten_seconds_and_the_others_do_not_wait() -> None:
    async def work() -> None:
        gate = Gate(Pace(1000))
        mine: list[float] = []
        others: list[float] = []

        async def one(chat: str, into: list[float]) -> None:
            await gate.enter(chat)
            into.append(now())
            gate.answered(now())

        began = now()
        await asyncio.gather(
            *(one("1", mine) for _ in range(35)), *(one(f"2{n}", others) for n in range(50))
        )
        assert busiest(mine, CHAT_SECONDS) == CHAT_MOST
        assert max(others) - began < 1

    run(work)


def test_a_group_gets_twenty_a_minute() -> None:
    async def work() -> None:
        gate, times = Gate(Pace(1000)), list[float]()

        async def one() -> None:
            await gate.enter("-100200")
            times.append(now())
            gate.answered(now())

        await asyncio.gather(*(one() for _ in range(70)))
        assert busiest(times, GROUP_SECONDS) == GROUP_MOST
        assert times[-1] - times[0] < 4 * GROUP_SECONDS

    run(work)


def test_sent_home_the_crowd_leaves_at_once_and_people_are_still_answered() -> None:
    async def work() -> None:
        gate = Gate(Pace(1))
        await gate.enter_first("1")
        waiting = [asyncio.create_task(gate.enter(str(n))) for n in range(5)]
        await asyncio.sleep(0)
        gate.send_crowd_home()
        assert await asyncio.gather(*waiting) == [False] * 5
        assert not await gate.enter("9")
        gate.answered(now())
        await gate.enter_first("2")

    run(work)


def test_who_gives_up_waiting_takes_no_turn_away() -> None:
    async def work() -> None:
        gate = Gate(Pace(1))
        await gate.enter_first("1")
        gone = asyncio.create_task(gate.enter("2"))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        assert gate.waiting == 0
        gate.answered(now())
        assert await asyncio.wait_for(gate.enter("3"), 2)

    run(work)


def test_while_the_service_asks_to_wait_nobody_enters() -> None:
    async def work() -> None:
        gate = Gate(Pace(10))
        gate.shut(30)
        began = now()
        await asyncio.gather(gate.enter("1"), gate.enter_first("2"))
        assert now() - began >= 30
        assert gate.shut_for == 0

    run(work)
