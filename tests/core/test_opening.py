"""Opening a database: a new one is set up, a strange, older or newer one is left as it is."""

import asyncio
import sqlite3
import sys
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from lawcore.errors import BadInput, StorageTooNew
from lawcore.storage import open_store
from lawcore.storage.migrations.running import config
from lawcore.storage.opening import Fit, check, is_sqlite, on_connection, upgrade
from lawcore.storage.tables import metadata


async def execute(url: str, *statements: str) -> None:
    """Do something to a database behind the program's back."""
    if is_sqlite(url):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(exist_ok=True)
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return
    server = await asyncpg.connect(url)
    for statement in statements:
        await server.execute(statement)
    await server.close()


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() if path.is_file() else b"" for path in folder.iterdir()}


async def contents(url: str) -> object:
    """All there is: the bytes of a SQLite file, the tables of a PostgreSQL database."""
    if is_sqlite(url):
        return files(Path(url.removeprefix("sqlite:///")).parent)
    server = await asyncpg.connect(url)
    names = "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    tables = [tuple(row) for row in await server.fetch(names + " ORDER BY 1")]
    rows = {
        name: await server.fetch(f'SELECT * FROM "{name}"')  # noqa: S608 - names of our own tables
        for name, kind in tables
        if kind == b"r"
    }
    await server.close()
    return tables, rows


async def test_an_empty_database_is_set_up(empty_database_url: str) -> None:
    assert await check(empty_database_url) is Fit.EMPTY
    store = await open_store(empty_database_url)
    await store.close()
    assert await check(empty_database_url) is Fit.FITS


async def test_asking_whether_a_database_fits_does_not_make_one(tmp_path: Path) -> None:
    assert await check(f"sqlite:///{tmp_path / 'data' / 'lawbot.db'}") is Fit.EMPTY
    assert files(tmp_path) == {}


async def test_two_processes_may_set_up_the_same_database_at_once(empty_database_url: str) -> None:
    opening = "import asyncio, sys; from lawcore.storage import open_store; " + (
        "asyncio.run(open_store(sys.argv[1]))"
    )
    command_line = [sys.executable, "-c", opening, empty_database_url]
    both = [await asyncio.create_subprocess_exec(*command_line) for _ in range(2)]
    assert [await one.wait() for one in both] == [0, 0]
    assert await check(empty_database_url) is Fit.FITS


async def test_a_newer_database_is_refused_and_not_touched(database_url: str) -> None:
    await execute(database_url, "UPDATE alembic_version SET version_num = '9999'")
    before = await contents(database_url)
    with pytest.raises(StorageTooNew, match="更新版本"):
        await open_store(database_url)
    with pytest.raises(StorageTooNew, match="更新版本"):
        await upgrade(database_url)
    assert await contents(database_url) == before


async def test_an_older_database_is_refused_with_the_remedy_and_not_touched(
    database_url: str,
) -> None:
    await execute(database_url, "UPDATE alembic_version SET version_num = '0000'")
    before = await contents(database_url)
    with pytest.raises(BadInput, match="先用原来的程序备份，再运行 lawbot db upgrade"):
        await open_store(database_url)
    assert await contents(database_url) == before


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE customers (id INTEGER)"],
        [
            "CREATE TABLE customers (id INTEGER)",
            "CREATE TABLE alembic_version (version_num VARCHAR(32))",
        ],
        [
            "CREATE TABLE customers (id INTEGER)",
            "CREATE TABLE alembic_version (version_num VARCHAR(32))",
            "INSERT INTO alembic_version VALUES ('ae1027a6acf5')",
        ],
    ],
    ids=["bare", "with an empty version", "with its own version"],
)
async def test_somebody_elses_database_is_refused_and_not_touched(
    empty_database_url: str, statements: list[str]
) -> None:
    await execute(empty_database_url, *statements)
    before = await contents(empty_database_url)
    with pytest.raises(BadInput, match="不是 lawbot 的库") as refused:
        await open_store(empty_database_url)
    assert not isinstance(refused.value, StorageTooNew)
    with pytest.raises(BadInput, match="不是 lawbot 的库"):
        await upgrade(empty_database_url)
    assert await contents(empty_database_url) == before


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "mysql://root@localhost/x",
        "postgres://localhost/x",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///",
        "postgresql://127.0.0.1:1/x",
        "postgresql://no-such-host.invalid/x",
    ],
)
async def test_an_address_that_cannot_be_used_is_one_sentence(address: str) -> None:
    with pytest.raises(BadInput, match="LAWBOT_DATABASE_URL") as refused:
        await open_store(address)
    assert str(refused.value).count("。") == 1


async def test_a_database_that_does_not_exist_on_the_server_is_one_sentence(
    postgres_url: str,
) -> None:
    with pytest.raises(BadInput, match="LAWBOT_DATABASE_URL"):
        await open_store(postgres_url.replace("/test_", "/no_such_"))


async def test_a_file_that_is_no_database_is_one_sentence_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(b"PK\x03\x04 a spreadsheet, not a database" * 100)
    before = path.read_bytes()
    with pytest.raises(BadInput, match="LAWBOT_DATABASE_URL"):
        await open_store(f"sqlite:///{path}")
    with pytest.raises(BadInput, match="LAWBOT_DATABASE_URL"):
        await open_store(f"sqlite:///{path / 'lawbot.db'}")
    with pytest.raises(BadInput, match="LAWBOT_DATABASE_URL"):
        await open_store(f"sqlite:///{tmp_path}")
    assert path.read_bytes() == before


async def test_an_address_may_ask_for_encryption_as_postgresql_writes_it(
    postgres_url: str,
) -> None:
    store = await open_store(postgres_url + "&sslmode=prefer")
    await store.close()


async def test_the_migrations_make_exactly_the_tables_of_the_program(database_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, metadata))

    assert await on_connection(database_url, differences) == []


async def test_the_migrations_can_be_taken_back_and_made_again(database_url: str) -> None:
    def down(connection: Connection) -> set[str]:
        command.downgrade(config(connection), "base")
        return set(inspect(connection).get_table_names())

    assert await on_connection(database_url, down) == {"alembic_version"}
    assert await check(database_url) is Fit.EMPTY
    await upgrade(database_url)
    assert await check(database_url) is Fit.FITS


async def test_upgrading_a_database_that_fits_changes_nothing(database_url: str) -> None:
    before = await contents(database_url)
    await upgrade(database_url)
    assert await contents(database_url) == before
