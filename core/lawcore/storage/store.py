"""A store runs jobs: synchronous functions of `Books`, each in a transaction.

Writes go through ONE writer that takes all that wait, runs them in one transaction, commits once
and only then wakes who waits (group commit): what was acknowledged is on disk. A job may be run a
second time when another of its group failed, so a job has no effect outside its books.
"""

import asyncio
import contextlib
import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from lawcore.errors import WrongState
from lawcore.storage.books import Books

T = TypeVar("T")
Job = Callable[[Books], T]

MOST_AT_ONCE = 256
"""Jobs in one commit; more would only make the first of them wait longer."""
READERS = 3
"""Threads that read: two people may wait for a long page, and a third is still answered."""


class Store(Protocol):
    """One database."""

    async def read(self, job: Job[T]) -> T:
        """Run `job` on a snapshot, in a thread; it must not write.

        Raises WrongState when the store has closed.
        """
        ...

    async def write(self, job: Job[T]) -> T:
        """Run `job` in the thread that writes and return what it returned, after its commit.

        Raises WrongState when the store has closed.
        """
        ...

    async def wipe(self) -> None:
        """Leave nothing of what was forgotten in the files that a reader of the disk would see.

        SQLite keeps overwritten pages in its write-ahead log until that is folded in. PostgreSQL
        reuses the space by itself, at a time of its own.
        """
        ...

    async def now(self) -> datetime | None:
        """The database's own time, by which several machines agree; None on one machine."""
        ...

    async def leads(self) -> bool:
        """Whether this process is the one of all on this database that does the rounds."""
        ...

    async def close(self) -> None:
        """Finish what was asked for, then let go of the database."""
        ...


@dataclass(slots=True)
class Order:
    """A job with what came of it."""

    job: Callable[[Books], Any]
    future: Any
    result: Any = None
    error: BaseException | None = field(default=None)

    def run(self, connection: Connection) -> None:
        self.result = self.job(Books(connection))

    def settle(self) -> None:
        """Wake who waits, unless they have gone away."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


def run_all(connection: Connection, orders: Sequence[Order]) -> None:
    """Run a group in the open transaction of `connection`; the first error ends the group."""
    for order in orders:
        order.run(connection)


Waiting = queue.SimpleQueue[Order | None]
"""Orders for a thread; None ends it."""


def next_group(waiting: Waiting, most: int) -> list[Order]:
    """Wait for one order and take others that wait with it; empty when the store closes."""
    first = waiting.get()
    if first is None:
        return []
    orders = [first]
    while len(orders) < most:
        try:
            order = waiting.get_nowait()
        except queue.Empty:
            break
        if order is None:
            waiting.put(None)
            break
        orders.append(order)
    return orders


def wake(orders: Sequence[Order]) -> None:
    """Wake the waiting tasks, with one call into each loop; a loop that is gone waits no more."""
    loops: dict[asyncio.AbstractEventLoop, list[Order]] = {}
    for order in orders:
        loops.setdefault(order.future.get_loop(), []).append(order)
    for loop, mine in loops.items():
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, mine)


def _settle(orders: Sequence[Order]) -> None:
    for order in orders:
        order.settle()


def closed() -> WrongState:
    """What is said to whoever still writes when the store has closed."""
    return WrongState("程序正在停止，这一步没有保存，请稍后再试。")
