"""PostgreSQL over asyncpg: one thread writes with group commit, others read on snapshots.

A job runs on the loop that its connection belongs to, so each thread has a loop and a connection of
its own. On the loop that answers people the opening of an exam, or a page of some thousand cadres,
would keep whoever presses a button waiting.

A transaction that writes takes one lock first, over all processes: PostgreSQL's default would let
two of them read the same row and overwrite each other, which SQLite's BEGIN IMMEDIATE does not.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from lawcore.storage.leading import Lead
from lawcore.storage.store import (
    MOST_AT_ONCE,
    READERS,
    Job,
    Order,
    Waiting,
    closed,
    next_group,
    run_all,
    wake,
)

T = TypeVar("T")

TAKE_THE_PEN = text("SELECT pg_advisory_xact_lock(76119)")
"""Waits for the other writers of this database; the end of the transaction lets go."""
SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class PostgresStore:
    """A PostgreSQL database."""

    def __init__(self, url: str) -> None:
        self._url = async_url(url)
        self._lead = Lead(self._url)
        self._clock = _engine(self._url)
        self._closed = False
        self._writes: Waiting = queue.SimpleQueue()
        self._reads: Waiting = queue.SimpleQueue()
        self._threads = [self._thread("write", self._write_all)]
        self._threads += [self._thread(f"read_{n}", self._read_all) for n in range(READERS)]

    async def read(self, job: Job[T]) -> T:
        return await self._ask(self._reads, job)

    async def write(self, job: Job[T]) -> T:
        return await self._ask(self._writes, job)

    async def wipe(self) -> None:
        """PostgreSQL's own vacuum does it."""

    async def now(self) -> datetime | None:
        async with self._clock.connect() as connection:
            found = await connection.execute(text("SELECT clock_timestamp()"))
            return datetime.fromisoformat(str(found.scalar_one()))

    async def leads(self) -> bool:
        return await self._lead.holds()

    async def close(self) -> None:
        self._closed = True
        self._writes.put(None)
        for _ in range(READERS):
            self._reads.put(None)
        await self._lead.close()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        await self._clock.dispose()

    async def _ask(self, waiting: Waiting, job: Job[T]) -> T:
        if self._closed:
            raise closed()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        waiting.put(Order(job, future))
        return await future

    @staticmethod
    def _thread(name: str, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        return thread

    def _write_all(self) -> None:
        _serve(_engine(self._url), self._writes, MOST_AT_ONCE, _commit)

    def _read_all(self) -> None:
        _serve(_engine(self._url).execution_options(**SNAPSHOT), self._reads, 1, _answer)


Work = Callable[[AsyncEngine, list[Order]], Coroutine[Any, Any, None]]


def _engine(url: str) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=1,
        pool_pre_ping=True,
        hide_parameters=True,  # an error in the log must not carry chat numbers or typed words
    )


def _serve(engine: AsyncEngine, waiting: Waiting, most: int, work: Work) -> None:
    """Do what is asked for on a loop of this thread, until the store closes."""
    with asyncio.Runner() as runner:
        while orders := next_group(waiting, most):
            runner.run(work(engine, orders))
            wake(orders)
        runner.run(engine.dispose())


async def _answer(engine: AsyncEngine, orders: list[Order]) -> None:
    """Read on a snapshot, one job at a time."""
    for order in orders:
        try:
            async with engine.connect() as connection:
                await connection.run_sync(order.run)
        except BaseException as error:  # noqa: BLE001 - it is handed to whoever asked
            order.error = error


async def _commit(engine: AsyncEngine, orders: list[Order]) -> None:
    """One transaction for the group; if one fails, each again in a transaction of its own."""
    try:
        async with engine.begin() as connection:
            await connection.execute(TAKE_THE_PEN)
            await connection.run_sync(run_all, orders)
    except BaseException as error:  # noqa: BLE001 - it is handed to whoever asked
        if len(orders) == 1:
            orders[0].error = error
            return
        for order in orders:
            await _commit(engine, [order])


async def on_postgres(url: str, work: Callable[[Connection], T]) -> T:
    """Run `work` in one transaction on a connection of its own."""
    engine = create_async_engine(async_url(url))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def async_url(url: str) -> str:
    """The address with the driver that is our business, and with its word for `sslmode`."""
    address = make_url(url).set(drivername="postgresql+asyncpg")
    if mode := address.query.get("sslmode"):
        address = address.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return address.render_as_string(False)
