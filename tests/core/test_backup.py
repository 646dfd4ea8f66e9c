"""A backup holds everything, verified, and restores into either database."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lawcore.content.sample import read_sample
from lawcore.errors import BadInput
from lawcore.participation import enrol
from lawcore.people.model import Address
from lawcore.storage import Books, Store, open_store
from lawcore.storage.backup import back_up, restore

AT = datetime(2026, 12, 5, 1, tzinfo=UTC)


def fill(books: Books) -> None:
    books.people.save_roster(read_sample(), AT)
    enrol.start(books.people, books.ledger, Address("telegram", "1"), "C01", at=AT)


async def test_everything_comes_back_in_another_database(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    await store.write(fill)
    saved = await back_up(database_url, tmp_path / "backup.db")
    elsewhere = f"sqlite:///{tmp_path}/new.db"
    assert await restore(tmp_path / "backup.db", elsewhere) == saved
    again = await open_store(elsewhere)
    try:
        assert await again.read(lambda b: b.people.roster()) == read_sample()
        joined = await again.read(lambda b: b.people.account(Address("telegram", "1")))
        assert joined is not None
        assert joined.village is not None
        assert await again.read(lambda b: b.tallies.differences()) == ()
        shown = await again.read(lambda b: b.live.residents())
        assert [one.receiving for one in shown if one.receiving] == [1]
    finally:
        await again.close()


async def test_a_restored_database_goes_on_counting(
    empty_database_url: str, sqlite_url: str, tmp_path: Path
) -> None:
    """New rows get new numbers after a restore into either kind of database."""
    first = await open_store(sqlite_url)
    await first.write(fill)
    await first.close()
    await back_up(sqlite_url, tmp_path / "backup.db")
    await restore(tmp_path / "backup.db", empty_database_url)
    again = await open_store(empty_database_url)
    try:
        came = await again.write(
            lambda b: enrol.start(b.people, b.ledger, Address("telegram", "2"), "C02", at=AT)
        )
        assert came.account.id == 2
    finally:
        await again.close()


async def test_nothing_is_overwritten(store: Store, database_url: str, tmp_path: Path) -> None:
    await store.write(fill)
    backup = tmp_path / "backup.db"
    await back_up(database_url, backup)
    with pytest.raises(BadInput, match="已经存在"):
        await back_up(database_url, backup)
    with pytest.raises(BadInput, match="不是空的"):
        await restore(backup, database_url)


async def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    strange = tmp_path / "strange.db"
    strange.write_text("not a database at all")
    with pytest.raises(BadInput):
        await restore(strange, f"sqlite:///{tmp_path}/new.db")
    with pytest.raises(BadInput, match="没有"):
        await restore(tmp_path / "missing.db", f"sqlite:///{tmp_path}/new.db")
    assert not (tmp_path / "new.db").exists()
