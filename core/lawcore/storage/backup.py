"""A backup is a SQLite file with the same tables, whichever database it was taken from.

So one piece of code backs up and restores both, and a township can move from one to the other.
"""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, Table, func, insert, select, text, update

from lawcore.errors import BadInput
from lawcore.storage.opening import Fit, check, on_connection
from lawcore.storage.sqlite import sqlite_engine
from lawcore.storage.tables import metadata, tallies, units

COPIED = tuple(table for table in metadata.sorted_tables if table is not tallies)
"""Tallies are counted by the database while the rows are written."""

CHUNK = 1000
"""Rows held in memory at once."""


async def back_up(url: str, path: Path) -> dict[str, int]:
    """Write a consistent copy of the database to `path`; return the rows of each table.

    The copy is counted and checked before it takes its name; writers are not held up. Raises
    BadInput if `path` exists or the database does not fit this program.
    """
    if await asyncio.to_thread(path.exists):
        raise BadInput(f"“{path}”已经存在。请换一个文件名，备份不覆盖旧文件。")
    if await check(url) is not Fit.FITS:
        raise BadInput("这个数据库是空的，或者是另一版程序写的：备份要用写它的那一版程序。")
    unfinished = path.with_name(path.name + ".part")
    await asyncio.to_thread(unfinished.unlink, missing_ok=True)
    try:
        counts = await on_connection(
            url, lambda source: _write_file(source, unfinished), read_only=True
        )
        await asyncio.to_thread(_seal, unfinished)
        await asyncio.to_thread(unfinished.rename, path)
    finally:
        await asyncio.to_thread(unfinished.unlink, missing_ok=True)
    return counts


async def restore(path: Path, url: str) -> dict[str, int]:
    """Fill the empty database at `url` from a backup; return the rows of each table.

    All or nothing. Raises BadInput if the file is no backup, or the database is not empty.
    """
    if not await asyncio.to_thread(path.is_file):
        raise BadInput(f"没有“{path}”这个备份文件。")
    if await check(f"sqlite:///{path}") is not Fit.FITS:
        raise BadInput(f"“{path}”不是本程序这个版本的备份。")
    if await check(url) is not Fit.EMPTY:
        raise BadInput("目标库不是空的。恢复只写入空库：把 LAWBOT_DATABASE_URL 指向一个新库。")
    return await on_connection(url, lambda target: _read_file(path, target))


def _write_file(source: Connection, path: Path) -> dict[str, int]:
    if source.dialect.name == "postgresql":
        source.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    engine = sqlite_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as target, target.begin():
            return _fill(source, target)
    finally:
        engine.dispose()


def _read_file(path: Path, target: Connection) -> dict[str, int]:
    engine = sqlite_engine(f"sqlite:///{path}", read_only=True)
    try:
        with engine.connect() as source, source.begin():
            return _fill(source, target)
    finally:
        engine.dispose()


def _fill(source: Connection, target: Connection) -> dict[str, int]:
    """Make the tables in `target`, copy every row, count both sides."""
    from lawcore.storage.migrations.running import run_migrations  # noqa: PLC0415 - slow

    run_migrations(target)
    for table in COPIED:
        _copy(table, source, target)
    counts = _count(source)
    if _count(target) != counts:
        raise BadInput("核对失败：写出的行数与原来不同。请再试一次。")
    return counts


def _copy(table: Table, source: Connection, target: Connection) -> None:
    found = source.execution_options(yield_per=CHUNK).execute(_in_order(table)).mappings()
    for chunk in found.partitions(CHUNK):
        rows = [dict(row) for row in chunk]
        if table is units:  # a unit may stand before the unit it hangs under
            target.execute(insert(table), [row | {"parent_id": None} for row in rows])
        else:
            target.execute(insert(table), rows)
    if table is units:
        for row in source.execute(select(units)).all():
            own = update(units).where(units.c.id == row.id)
            target.execute(own.values(parent_id=row.parent_id))
    if target.dialect.name == "postgresql" and "id" in table.c:
        top = target.execute(select(func.max(table.c.id))).scalar_one()
        if top is not None:
            sequence = func.pg_get_serial_sequence(table.name, "id")
            target.execute(select(func.setval(sequence, top)))


def _in_order(table: Table) -> Select[Any]:
    """A row may point at an earlier row of its table, so they are copied in the order of keys."""
    return select(table).order_by(*table.primary_key)


def _count(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in COPIED
    }


def _seal(path: Path) -> None:
    """Leave one file without a write-ahead log beside it, and ask SQLite whether it is whole."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BadInput("核对失败：备份文件不完整。请检查磁盘。")
    finally:
        connection.close()
