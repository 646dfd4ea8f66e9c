"""Opening a database: is it ours, is it new, does its version fit?"""

import asyncio
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from lawcore.errors import BadInput, StorageTooNew
from lawcore.storage.sqlite import SqliteStore, sqlite_engine
from lawcore.storage.store import Store

R = TypeVar("R")

HEAD = "0013"
"""The newest migration that this program knows; a test holds it to the folder."""
OURS = frozenset({"facts", "entries"})
"""Tables that every version of this program has: a database without them is another program's."""


class Fit(StrEnum):
    """How a database fits this program."""

    EMPTY = "empty"
    FITS = "fits"
    OLD = "old"
    NEW = "new"


async def open_store(url: str) -> Store:
    """Open the database at `url`; an empty one is set up.

    Raises BadInput if it cannot be reached or is older than the program (nothing is changed then),
    StorageTooNew if it is newer.
    """
    fit = await check(url)
    if fit is Fit.NEW:
        raise StorageTooNew("数据库是由更新版本的 lawbot 写的，请先升级程序；数据没有改动。")
    if fit is Fit.OLD:
        raise BadInput(
            "数据库版本较旧：请先用原来的程序备份，再运行 lawbot db upgrade；数据没有改动。"
        )
    if fit is Fit.EMPTY:
        await upgrade(url)
    if is_sqlite(url):
        return SqliteStore(url)
    from lawcore.storage.postgres import PostgresStore  # noqa: PLC0415 - slow to import

    return PostgresStore(url)


async def check(url: str) -> Fit:
    """How the database at `url` fits; nothing is changed, not even a file made.

    Raises BadInput with one sentence if it cannot be opened or belongs to another program.
    """
    return await on_connection(url, _fit, read_only=True)


async def upgrade(url: str) -> None:
    """Bring the database to the newest version; alembic is loaded only here."""
    from lawcore.storage.migrations.running import run_migrations  # noqa: PLC0415 - slow to import

    if await check(url) is Fit.NEW:
        raise StorageTooNew("数据库是由更新版本的 lawbot 写的，请先升级程序；数据没有改动。")
    await on_connection(url, run_migrations)


def is_sqlite(url: str) -> bool:
    """Whether `url` names a SQLite file. Raises BadInput for an address that is neither.

    A database in memory is refused: its writer and its readers would each have another one.
    """
    try:
        name, database = make_url(url).get_backend_name(), make_url(url).database
    except ArgumentError:
        name, database = "", None
    in_memory = name == "sqlite" and database in {None, "", ":memory:"}
    if name not in {"sqlite", "postgresql"} or in_memory:
        raise BadInput(
            "LAWBOT_DATABASE_URL 写得不对：要写 sqlite:///文件路径 或 postgresql://用户@主机/库名。"
        )
    return name == "sqlite"


async def on_connection(url: str, work: Callable[[Connection], R], *, read_only: bool = False) -> R:
    """Run `work` in one transaction on the database at `url`; BadInput if it cannot be opened."""
    try:
        if is_sqlite(url):
            return await asyncio.to_thread(_on_sqlite, url, work, read_only)
        from lawcore.storage.postgres import on_postgres  # noqa: PLC0415 - slow to import

        return await on_postgres(url, work)
    except (DBAPIError, OSError) as error:
        raise BadInput(
            f"打不开数据库（{type(error).__name__}）：请核对 LAWBOT_DATABASE_URL。"
        ) from error


def _on_sqlite(url: str, work: Callable[[Connection], R], read_only: bool) -> R:
    path = Path(make_url(url).database or "")
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
    elif not path.exists():
        url = "sqlite://"  # a file that is not there holds nothing, and looking makes none
    engine = sqlite_engine(url, read_only=read_only)
    try:
        with engine.connect() as connection, connection.begin():
            return work(connection)
    finally:
        engine.dispose()


def _fit(connection: Connection) -> Fit:
    tables = set(inspect(connection).get_table_names())
    found = None
    if "alembic_version" in tables:
        version = text("SELECT version_num FROM alembic_version")
        found = connection.execute(version).scalar_one_or_none()
    if found is None and tables <= {"alembic_version"}:
        return Fit.EMPTY
    if found is None or not tables >= OURS:
        raise BadInput("这个数据库里有别的数据，不是 lawbot 的库，请换一个空库；没有改动。")
    if found == HEAD:
        return Fit.FITS
    return Fit.OLD if found < HEAD else Fit.NEW
