"""What every command needs: the settings, the clock, the store for one piece of work."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

import typer

from lawbot.settings import Settings, read_settings
from lawbot.wiring import clock_of
from lawcore.clock import TOWNSHIP_ZONE, Clock
from lawcore.errors import BadInput
from lawcore.participation import Entry, EntryKind
from lawcore.storage import Books, Store, open_store

T = TypeVar("T")


def with_store(work: Callable[[Store, Clock, Settings], Awaitable[T]]) -> T:
    """Open the database, do `work`, close it."""
    settings = read_settings()

    async def all_of_it() -> T:
        store = await open_store(settings.database_url)
        try:
            return await work(store, clock_of(settings), settings)
        finally:
            await store.close()

    return asyncio.run(all_of_it())


def write(job: Callable[[Books, datetime], T]) -> T:
    """Run one job that writes; it is given the time."""
    return with_store(lambda store, clock, _: store.write(lambda books: job(books, clock.now())))


def read(job: Callable[[Books, datetime], T]) -> T:
    """Run one job that only reads; it is given the time."""
    return with_store(lambda store, clock, _: store.read(lambda books: job(books, clock.now())))


def maintained(what: str, by: str) -> None:
    """Write down that `by` did something to the database as a whole."""
    detail = {"what": what}
    write(lambda books, at: books.ledger.add(Entry(at, EntryKind.MAINTAINED, by, detail=detail)))


def show_json(value: Any) -> None:
    """Print `value` as JSON that people can read."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def a_moment(text: str, option: str) -> datetime:
    """An ISO time; without a zone it is the township's. Raises BadInput naming the option."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{option} 要写成 2026-12-08T09:00 这样的时间，不能是“{text}”。") from None
    return at if at.tzinfo else at.replace(tzinfo=TOWNSHIP_ZONE)
