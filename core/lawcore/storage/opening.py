"""Opening a database: is it ours, is it new, does its version fit?"""

import asyncio
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from lawcore.errors import BadInput, StorageTooNew
from lawcore.storage.postgres import PostgresStore, async_url
from lawcore.storage.sqlite import SqliteStore, sqlite_engine
from lawcore.storage.store import Store

R = TypeVar("R")

HEAD = "0001"
"""The newest migration that this program knows; a test holds it to the folder."""


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
        raise BadInput("数据库版本较旧：请先备份，再运行 lawbot db upgrade；数据没有改动。")
    if fit is Fit.EMPTY:
        await upgrade(url)
    return SqliteStore(url) if is_sqlite(url) else PostgresStore(url)


async def check(url: str) -> Fit:
    """How the database at `url` fits. Raises BadInput with one sentence if it cannot be opened."""
    return await _on_connection(url, _fit)


async def upgrade(url: str) -> None:
    """Bring the database to the newest version; alembic is loaded only here."""
    from lawcore.storage.migrations.running import run_migrations  # noqa: PLC0415 - slow to import

    if await check(url) is Fit.NEW:
        raise StorageTooNew("数据库是由更新版本的 lawbot 写的，请先升级程序；数据没有改动。")
    await _on_connection(url, run_migrations)


def is_sqlite(url: str) -> bool:
    """Whether `url` names a SQLite file. Raises BadInput for an address that is neither."""
    try:
        name = make_url(url).get_backend_name()
    except ArgumentError:
        name = ""
    if name not in {"sqlite", "postgresql"}:
        raise BadInput(
            "LAWBOT_DATABASE_URL 写得不对：要写 sqlite:///文件路径 或 postgresql://用户@主机/库名。"
        )
    return name == "sqlite"


async def _on_connection(url: str, work: Callable[[Connection], R]) -> R:
    try:
        if is_sqlite(url):
            return await asyncio.to_thread(_on_sqlite, url, work)
        engine = create_async_engine(async_url(url))
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()
    except (DBAPIError, OSError) as error:
        raise BadInput(
            f"打不开数据库（{type(error).__name__}）：请核对 LAWBOT_DATABASE_URL。"
        ) from error


def _on_sqlite(url: str, work: Callable[[Connection], R]) -> R:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlite_engine(url)
    try:
        with engine.connect() as connection, connection.begin():
            return work(connection)
    finally:
        engine.dispose()


def _fit(connection: Connection) -> Fit:
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        if tables:
            raise BadInput("这个数据库里有别的数据，不是 lawbot 的库；请换一个空库。没有改动。")
        return Fit.EMPTY
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if found is None:
        return Fit.EMPTY
    if found == HEAD:
        return Fit.FITS
    return Fit.OLD if found < HEAD else Fit.NEW
