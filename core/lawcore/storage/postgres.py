"""PostgreSQL over asyncpg: one writer at a time with group commit, readers beside it in threads.

A transaction that writes takes one lock first, over all processes: PostgreSQL's default would let
two of them read the same row and overwrite each other, which SQLite's BEGIN IMMEDIATE does not.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from lawcore.storage.leading import Lead
from lawcore.storage.readers import Readers
from lawcore.storage.store import MOST_AT_ONCE, Job, Order, closed, run_all

T = TypeVar("T")

TAKE_THE_PEN = text("SELECT pg_advisory_xact_lock(76119)")
"""Waits for the other writers of this database; the end of the transaction lets go."""


class PostgresStore:
    """A PostgreSQL database."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(
            async_url(url),
            pool_size=2,  # who writes, and who asks for the time
            pool_pre_ping=True,
            hide_parameters=True,  # an error in the log must not carry chat numbers or typed words
        )
        self._readers = Readers(async_url(url))
        self._orders: asyncio.Queue[Order] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._lead = Lead(async_url(url))
        self._closed = False

    async def read(self, job: Job[T]) -> T:
        return await self._readers.read(job)

    async def write(self, job: Job[T]) -> T:
        if self._closed:
            raise closed()
        if self._task is None:
            self._task = asyncio.create_task(self._write_all())
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._orders.put_nowait(Order(job, future))
        return await future

    async def wipe(self) -> None:
        """PostgreSQL's own vacuum does it."""

    async def now(self) -> datetime | None:
        async with self._engine.connect() as connection:
            found = await connection.execute(text("SELECT clock_timestamp()"))
            return datetime.fromisoformat(str(found.scalar_one()))

    async def leads(self) -> bool:
        return await self._lead.holds()

    async def close(self) -> None:
        self._closed = True
        await self._lead.close()
        await self._readers.close()
        await self._orders.join()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._engine.dispose()

    async def _write_all(self) -> None:
        while True:
            orders = [await self._orders.get()]
            while len(orders) < MOST_AT_ONCE and not self._orders.empty():
                orders.append(self._orders.get_nowait())
            await self._commit(orders)
            for order in orders:
                order.settle()
                self._orders.task_done()

    async def _commit(self, orders: list[Order]) -> None:
        """One transaction for the group; if one fails, each again in a transaction of its own."""
        try:
            async with self._engine.begin() as connection:
                await connection.execute(TAKE_THE_PEN)
                await connection.run_sync(run_all, orders)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - it is handed to whoever asked
            if len(orders) == 1:
                orders[0].error = error
                return
            for order in orders:
                await self._commit([order])


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
