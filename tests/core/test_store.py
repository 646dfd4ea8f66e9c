"""The store: what is acknowledged is on disk, and nobody's mistake is another's."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import String, bindparam, select
from sqlalchemy.exc import DBAPIError, StatementError

from lawcore.clock import StillClock
from lawcore.errors import WrongState
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import Address
from lawcore.storage import Books, Store, open_store
from lawcore.storage.direct import Direct
from lawcore.storage.tables import facts

Job = Callable[[Books], None]
NUMBER = Direct(select(facts.c.value).where(facts.c.name == bindparam("name")))


def put(name: str, value: str) -> Job:
    return lambda books: books.facts.put(name, value)


def add_one(books: Books) -> int:
    """Read a number and write it back one greater: lost updates would show."""
    number = int(books.facts.get("number") or 0) + 1
    books.facts.put("number", str(number))
    return number


def by_the_book(books: Books) -> str | None:
    return books.facts.get("number")


def by_the_driver(books: Books) -> str | None:
    row = NUMBER.row(books._sql, name="number")
    return row[0] if row else None


async def fact(store: Store, name: str) -> str | None:
    return await store.read(lambda books: books.facts.get(name))


async def test_a_write_is_visible_to_readers_once_it_is_acknowledged(store: Store) -> None:
    await store.write(put("bot", "lawbot"))
    assert await fact(store, "bot") == "lawbot"


async def test_a_write_is_still_there_after_the_store_was_opened_anew(database_url: str) -> None:
    first = await open_store(database_url)
    await first.write(put("bot", "lawbot"))
    await first.close()
    second = await open_store(database_url)
    assert await fact(second, "bot") == "lawbot"
    await second.close()


async def test_five_tasks_that_read_and_write_thirty_times_lose_nothing(store: Store) -> None:
    async def count() -> None:
        for _ in range(30):
            await store.write(add_one)

    await asyncio.gather(*(count() for _ in range(5)))
    assert await fact(store, "number") == "150"


async def test_two_processes_that_read_and_write_lose_nothing(database_url: str) -> None:
    """Two stores on one database stand for two processes."""
    stores = [await open_store(database_url) for _ in range(2)]

    async def count(store: Store) -> None:
        for _ in range(30):
            await store.write(add_one)

    await asyncio.gather(*(count(store) for store in stores))
    assert await fact(stores[0], "number") == "60"
    for store in stores:
        await store.close()


async def test_jobs_of_one_group_run_in_the_order_in_which_they_were_asked_for(
    store: Store,
) -> None:
    numbers = await asyncio.gather(*(store.write(add_one) for _ in range(40)))
    assert numbers == list(range(1, 41))


async def test_a_job_that_fails_fails_alone(store: Store) -> None:
    def fail(books: Books) -> None:
        books.facts.put("half", "done")
        raise WrongState("不行")

    jobs = [put("a", "1"), fail, put("b", "2")]
    done = await asyncio.gather(*(store.write(job) for job in jobs), return_exceptions=True)

    assert [type(one) for one in done] == [type(None), WrongState, type(None)]
    assert [await fact(store, name) for name in ("a", "half", "b")] == ["1", None, "2"]


async def test_a_job_that_the_database_refuses_fails_alone(store: Store) -> None:
    twice = Address("telegram", "1")

    def enrol_again(books: Books) -> None:
        for _ in range(2):
            books.people.add_account(twice, datetime.fromisoformat("2026-11-24T02:00:00Z"))

    jobs = [put("a", "1"), enrol_again, put("b", "2")]
    done = await asyncio.gather(*(store.write(job) for job in jobs), return_exceptions=True)

    assert isinstance(done[1], DBAPIError)
    assert await fact(store, "a") == "1"
    assert await fact(store, "b") == "2"
    assert await store.read(lambda books: books.people.account(twice)) is None


async def test_a_value_may_stand_in_two_places_of_a_statement(store: Store) -> None:
    name = bindparam("name", type_=String)
    both = Direct(select(facts.c.value).where(facts.c.name == name, facts.c.name <= name))
    await store.write(put("number", "1"))
    assert await store.read(lambda books: both.rows(books._sql, name="number")) == [("1",)]


async def test_a_caller_that_went_away_does_not_stop_the_others(store: Store) -> None:
    gone = asyncio.create_task(store.write(put("gone", "1")))
    await asyncio.sleep(0)
    gone.cancel()
    await store.write(put("here", "2"))
    assert await fact(store, "here") == "2"


async def test_a_reading_job_cannot_write(store: Store) -> None:
    with pytest.raises(DBAPIError):
        await store.read(put("sly", "1"))
    assert await fact(store, "sly") is None


@pytest.mark.parametrize("number", [by_the_book, by_the_driver])
async def test_a_reading_job_sees_one_moment_however_long_it_takes(
    store: Store, number: Callable[[Books], str | None]
) -> None:
    """The sums of a report agree although somebody writes meanwhile."""
    await store.write(put("number", "1"))
    began, written = threading.Event(), threading.Event()

    def read_twice(books: Books) -> list[str | None]:
        before = number(books)
        began.set()
        written.wait(5)
        return [before, number(books)]

    reading = asyncio.create_task(store.read(read_twice))
    await asyncio.to_thread(began.wait, 5)
    await store.write(put("number", "2"))
    written.set()
    assert await reading == ["1", "1"]


async def test_no_job_runs_on_the_loop_that_answers_people(store: Store) -> None:
    assert await store.read(lambda _: threading.get_ident()) != threading.get_ident()
    assert await store.write(lambda _: threading.get_ident()) != threading.get_ident()


async def test_whoever_only_reads_does_not_wait_for_a_long_write(store: Store) -> None:
    done = threading.Event()
    long = asyncio.create_task(store.write(lambda _: done.wait(20)))
    await asyncio.sleep(0)
    assert await fact(store, "number") is None
    assert not long.done()
    done.set()
    assert await long


async def test_while_two_read_for_long_others_read_and_write(store: Store) -> None:
    done = threading.Event()
    long = [asyncio.create_task(store.read(lambda _: done.wait(20))) for _ in range(2)]
    await asyncio.sleep(0)
    await store.write(put("number", "1"))
    assert await fact(store, "number") == "1"
    assert not done.is_set()
    assert not any(one.done() for one in long)
    done.set()
    assert await asyncio.gather(*long) == [True, True]


async def test_closing_finishes_what_was_asked_for_first(database_url: str) -> None:
    store = await open_store(database_url)
    asked = [asyncio.create_task(store.write(add_one)) for _ in range(20)]
    await asyncio.sleep(0)
    await store.close()
    assert [await one for one in asked] == list(range(1, 21))


async def test_after_closing_a_job_is_refused_in_words_and_does_not_hang(
    database_url: str,
) -> None:
    store = await open_store(database_url)
    await store.close()
    with pytest.raises(WrongState, match="正在停止"):
        await asyncio.wait_for(store.write(add_one), 5)
    with pytest.raises(WrongState, match="正在停止"):
        await asyncio.wait_for(fact(store, "number"), 5)


async def test_a_time_without_a_zone_is_refused(store: Store, clock: StillClock) -> None:
    naive = clock.now().replace(tzinfo=None)
    with pytest.raises(StatementError, match="without a zone"):
        await store.write(lambda books: books.ledger.add(Entry(naive, EntryKind.ROSTER, "x")))
