"""A post office for benchmarks: people in a database, a desk, and a service in memory."""

import asyncio
import contextlib
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TypeVar

from sqlalchemy import insert

from lawcore.delivery.desk import Desk
from lawcore.delivery.model import Delivery, Letter, Outcome, OutcomeKind, Residents
from lawcore.ids import UnitId
from lawcore.people.model import Address
from lawcore.storage import Books, Store, open_store
from lawcore.storage.deliveries import SqlDeliveryBook
from lawcore.storage.tables import accounts, units

T = TypeVar("T")

MORNING = datetime(2026, 12, 4, 2, 0, tzinfo=UTC)
"""Ten in the township: nothing is held for the night."""
LETTER = Letter("<b>国家宪法日</b>\n今天是国家宪法日。")


class Morning:
    """A clock that starts at ten, whatever the hour of the benchmark, and runs on."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()

    def now(self) -> datetime:
        return datetime.fromtimestamp(MORNING.timestamp() + self._loop.time() - self._began, tz=UTC)


@dataclass(slots=True)
class PlainDesk:
    """The book of deliveries; every letter is the same."""

    deliveries: SqlDeliveryBook

    def letter(self, _delivery: Delivery) -> Letter:
        return LETTER

    def as_it_stands(self, _delivery: Delivery) -> Letter:
        return LETTER

    def trouble(self, _delivery: Delivery, _at: datetime) -> None:
        raise AssertionError("nothing goes wrong here")

    def interrupted(self, _at: datetime) -> None: ...


@dataclass(slots=True)
class PlainOffice:
    """A store as the dispatcher sees it."""

    store: Store

    async def write(self, job: Callable[[Desk], T]) -> T:
        return await self.store.write(lambda books: job(PlainDesk(books.deliveries)))


def _resident(number: int) -> dict[str, object]:
    return {
        "channel": "telegram",
        "address": str(100_000 + number),
        "state": "active",
        "village_id": 1,
        "joined_at": MORNING,
        "changed_at": MORNING,
    }


@contextlib.asynccontextmanager
async def village(people: int) -> AsyncIterator[PlainOffice]:
    """So many residents of one village in a SQLite database of their own."""
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(f"sqlite:///{Path(folder) / 'bench.db'}")

        def settle(books: Books) -> None:
            sql = books._sql
            sql.execute(insert(units).values(id=1, code="V1", name="东河村", kind="village"))
            for first in range(0, people, 500):  # many at once would hide what sending takes
                rows = [_resident(n) for n in range(first, min(first + 500, people))]
                sql.execute(insert(accounts), rows)

        try:
            await store.write(settle)
            yield PlainOffice(store)
        finally:
            await store.close()


async def freeze(office: PlainOffice, subject: int = 1) -> int:
    """Queue a delivery for everybody."""
    whom = Residents((UnitId(1),))
    return await office.write(
        lambda desk: desk.deliveries.freeze(subject, 1, whom, "0" * 64, MORNING)
    )


@dataclass
class StrictService:
    """Counts messages in a strict sliding second and refuses the one too many.

    A message takes between `shortest` and `longest` seconds there and back; each way takes its own
    half of it.
    """

    rate: int
    shortest: float
    longest: float
    newest: int = 0
    refused: int = 0
    taken: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = Random(7)  # noqa: S311 - repeatable
        self._second: deque[float] = deque()

    def _way(self) -> float:
        return self._random.uniform(self.shortest, self.longest) / 2

    async def send(self, _address: Address, _letter: Letter) -> Outcome:
        await asyncio.sleep(self._way())
        now = asyncio.get_running_loop().time()
        while self._second and self._second[0] <= now - 1:
            self._second.popleft()
        if len(self._second) >= self.rate:
            self.refused += 1
            await asyncio.sleep(self._way())
            return Outcome(OutcomeKind.FLOOD, wait=1.0)
        self._second.append(now)
        self.taken.append(now)
        self.newest += 1
        number = self.newest
        await asyncio.sleep(self._way())
        return Outcome(OutcomeKind.SENT, message=number)
