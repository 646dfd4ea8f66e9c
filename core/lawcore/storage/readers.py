"""Reads on PostgreSQL: a few threads, each with a loop and a connection of its own.

A job runs on the loop that its connection belongs to. On the loop that answers people, a page of
some thousand cadres would keep whoever presses a button waiting.
"""

import asyncio
import queue
import threading
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from lawcore.storage.books import Books
from lawcore.storage.store import READERS, Job, Order, closed, wake

T = TypeVar("T")


class Readers:
    """Runs jobs on snapshots of the database at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._closed = False
        self._orders: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._read_all, name=f"read_{number}", daemon=True)
            for number in range(READERS)
        ]
        for thread in self._threads:
            thread.start()

    async def read(self, job: Job[T]) -> T:
        """Run `job` when a thread is free; raises WrongState when the store has closed."""
        if self._closed:
            raise closed()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._orders.put(Order(job, future))
        return await future

    async def close(self) -> None:
        """Finish what was asked for, then let go of the database."""
        self._closed = True
        for _ in self._threads:
            self._orders.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _read_all(self) -> None:
        with asyncio.Runner() as runner:
            engine = _snapshots(self._url)
            while order := self._orders.get():
                runner.run(_answer(engine, order))
                wake([order])
            runner.run(engine.dispose())


def _snapshots(url: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=1,
        pool_pre_ping=True,
        hide_parameters=True,  # an error in the log must not carry chat numbers or typed words
    )
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


async def _answer(engine: AsyncEngine, order: Order) -> None:
    try:
        async with engine.connect() as connection:
            order.result = await connection.run_sync(lambda sync: order.job(Books(sync)))
    except BaseException as error:  # noqa: BLE001 - it is handed to whoever asked
        order.error = error
