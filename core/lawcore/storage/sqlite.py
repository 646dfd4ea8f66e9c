"""SQLite: one writer thread, readers beside it on snapshots (WAL).

A transaction that writes begins with BEGIN IMMEDIATE: with the driver's own implicit transactions
a read-modify-write loses updates in silence. synchronous=FULL: what is committed survives a power
cut, and group commit makes that cheap.
"""

import asyncio
import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool, QueuePool

from lawcore.storage.books import Books
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

WRITING = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
READING = ("query_only=ON",)


class SqliteStore:
    """A SQLite file."""

    def __init__(self, url: str) -> None:
        self._writer = sqlite_engine(url)
        self._reader = sqlite_engine(url, read_only=True)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._orders: Waiting = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._write_all, name="write", daemon=True)
        self._thread.start()

    async def read(self, job: Job[T]) -> T:
        if self._closed:
            raise closed()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, job)

    async def write(self, job: Job[T]) -> T:
        if self._closed:
            raise closed()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._orders.put(Order(job, future))
        return await future

    async def wipe(self) -> None:
        """Fold the write-ahead log into the file and cut it to nothing."""
        await asyncio.get_running_loop().run_in_executor(self._readers, self._fold)

    async def now(self) -> datetime | None:
        """A file is on one machine: its clock is the only one."""
        return None

    async def leads(self) -> bool:
        """Rounds may run twice at once and do no harm; on one machine nobody runs them twice."""
        return True

    async def close(self) -> None:
        self._closed = True
        self._orders.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)
        self._readers.shutdown()
        self._writer.dispose()
        self._reader.dispose()

    def _read(self, job: Job[T]) -> T:
        with self._reader.connect() as connection:
            return job(Books(connection))

    def _fold(self) -> None:
        connection = self._writer.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()

    def _write_all(self) -> None:
        with self._writer.connect() as connection:
            while orders := next_group(self._orders, MOST_AT_ONCE):
                _commit(connection, orders)
                wake(orders)


def sqlite_engine(url: str, *, read_only: bool = False) -> Engine:
    """An engine on a SQLite file with the pragmas that the ledger needs."""
    engine = create_engine(
        make_url(url).set(drivername="sqlite"),
        poolclass=QueuePool if read_only else NullPool,
        hide_parameters=True,  # an error in the log must not carry chat numbers or typed words
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": 10},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in READING if read_only else WRITING:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _commit(connection: Connection, orders: list[Order]) -> None:
    """One transaction for the group; if one fails, each again in a transaction of its own."""
    try:
        with connection.begin():
            run_all(connection, orders)
    except BaseException as error:  # noqa: BLE001 - it is handed to whoever asked
        if len(orders) == 1:
            orders[0].error = error
            return
        for order in orders:
            _commit(connection, [order])
