"""One leader among processes: who holds an advisory lock of the database leads the rounds.

The lock belongs to a connection of its own. When its process dies the connection breaks and the
lock is free at once; when its machine vanishes, PostgreSQL notices by the keep-alive within 25
seconds.
"""

import asyncio

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

TAKE_THE_LEAD = text("SELECT pg_try_advisory_lock(76120)")
STILL_THERE = text("SELECT 1")
KEEP_ALIVE = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""Seconds, and how many unanswered."""


class Lead:
    """The lead of one process over all others on the same database."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"server_settings": KEEP_ALIVE},
        )
        self._connection: AsyncConnection | None = None
        self._holds = False
        self._one_at_a_time = asyncio.Lock()

    async def holds(self) -> bool:
        """Whether this process leads now; takes the lead if nobody has it."""
        async with self._one_at_a_time:
            try:
                if self._connection is None:
                    self._connection = await self._engine.connect()
                if self._holds:
                    await self._connection.execute(STILL_THERE)
                else:
                    self._holds = bool((await self._connection.execute(TAKE_THE_LEAD)).scalar_one())
            except (DBAPIError, OSError):
                await self._let_go()
            return self._holds

    async def close(self) -> None:
        async with self._one_at_a_time:
            await self._let_go()
        await self._engine.dispose()

    async def _let_go(self) -> None:
        connection, self._connection, self._holds = self._connection, None, False
        if connection is not None:
            await connection.invalidate()
            await connection.close()
