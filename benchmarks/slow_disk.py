"""Answers of many people in the same moment, on a disk that needs 5 ms for each sync.

The real rule (`hall.choose`) through the real store; before each commit its writer waits as long as
such a disk does. Beside it the same answers with a commit for each, as most bots do it.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import event

from benchmarks.bots.ours import hold_exam, settings
from benchmarks.measure import Goal
from lawbot.house import House
from lawbot.telegram.buttons import press
from lawbot.wiring import open_house
from lawcore.exams import hall
from lawcore.people.model import Address
from lawcore.storage import Books
from lawcore.storage.sqlite import SqliteStore

SYNC = 0.005
"""Seconds."""
MOST_SYNCS = 10


class Size(NamedTuple):
    """How many people, how often they all tap at once."""

    people: int
    repetitions: int


FULL = Size(people=300, repetitions=6)
QUICK = Size(people=20, repetitions=2)

Answer = Callable[[Books, datetime], object]


def goals(size: Size, say: Callable[[str], None]) -> list[Goal]:
    """How many syncs the slowest but one in a hundred waits, and how much longer one by one."""
    say("300 个答案同一刻到，慢盘")
    together, alone, syncs = asyncio.run(_measure(size))
    return [
        Goal("300 人同时答：一共落盘几次", syncs, MOST_SYNCS, "次"),
        Goal("300 人同时答、每次落盘 5 毫秒：p99 等于几次落盘", together / SYNC, MOST_SYNCS, "次"),
        Goal("逐条提交的 p99 ÷ 我们的", alone / together, 10, at_least=True),
    ]


async def _measure(size: Size) -> tuple[float, float, float]:
    """The p99 together and one by one, seconds; how many syncs all together took."""
    with tempfile.TemporaryDirectory() as folder:
        house = await open_house(settings(1, folder))
        try:
            people = await hold_exam(house, size.people)
            syncs = _slow_down(house.store)
            rounds = [
                [_answer(person, presses[number % 2]) for person, presses in people.items()]
                for number in range(size.repetitions)
            ]
            together = [_p99(await _at_once(house, answers)) for answers in rounds]
            synced = len(syncs) / len(rounds)
            alone = _p99(await _one_by_one(house, rounds[0]))
        finally:
            await house.store.close()
    return median(together), alone, synced


def _slow_down(store: object) -> list[float]:
    """Give the writer of `store` the disk; when it synced."""
    assert isinstance(store, SqliteStore)
    syncs: list[float] = []

    @event.listens_for(store._writer, "commit")
    def sync(_connection: Any) -> None:
        time.sleep(SYNC)
        syncs.append(time.perf_counter())

    return syncs


def _answer(person: int, pressed: str) -> Answer:
    """The job of a press, as the handler gives it to the store."""
    found, address = press(pressed), Address("telegram", f"{person}")
    token, place, option, on = (found.word(0), *(found.number(n) for n in (1, 2, 3)))

    def job(books: Books, at: datetime) -> object:
        return hall.choose(books, token, address, place, option, bool(on), 1, at=at)

    return job


async def _at_once(house: House, answers: list[Answer]) -> list[float]:
    """The seconds until each is on disk when all come in the same moment."""
    began = time.perf_counter()

    async def one(answer: Answer) -> float:
        await house.act(answer)
        return time.perf_counter() - began

    return await asyncio.gather(*(one(answer) for answer in answers))


async def _one_by_one(house: House, answers: list[Answer]) -> list[float]:
    """The same with a commit for each: whoever comes last waits for all the others."""
    began, waits = time.perf_counter(), []
    for answer in answers:
        await house.act(answer)
        waits.append(time.perf_counter() - began)
    return waits


def _p99(waits: Sequence[float]) -> float:
    return sorted(waits)[int(0.99 * len(waits))]
