"""What is only added to: the database itself refuses to change or remove a row."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Executable, delete, select, text, update
from sqlalchemy.exc import DBAPIError

from lawcore.calendar.observance import Notice
from lawcore.campaigns import planning
from lawcore.exams import hall
from lawcore.exams import office as exams
from lawcore.exams.model import Card
from lawcore.ids import ObservanceKey
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import Role
from lawcore.storage import Books
from lawcore.storage.tables import campaign_texts, entries, notices, steps

from .conftest import Town, blueprint, message, occasion, phone, small_bank

APPEND_ONLY = (entries.c.actor, steps.c.choice, campaign_texts.c.text, notices.c.theme)
"""A column of each of the tables, that somebody might want to change."""


@pytest.fixture
async def lived_in(town: Town) -> Town:
    """A row in each of the tables, by the ordinary acts."""
    await town.appoint(1, Role.CADRE, "001")

    def live(books: Books, at: datetime) -> None:
        known = message()
        planning.plan(books, [occasion()], {known.observance: known}, "示范镇", at=at)
        day = date(2026, 12, 4)
        books.notices.add(Notice(ObservanceKey("x"), 2026, day, day, "1号"), at)
        key = exams.create(
            books,
            blueprint(),
            small_bank(),
            title="考法",
            opens_at=at,
            closes_at=at + timedelta(days=9),
            minutes=None,
            seed=7,
            actor="x",
            at=at,
        )
        exams.open_exam(books, key, actor="x", at=at)
        card = hall.begin(books, key, phone(1), 1, at=at)
        assert isinstance(card, Card)
        hall.choose(books, card.attempt.token, phone(1), 0, 0, True, 1, at=at)

    await town.act(live)
    return town


async def test_a_row_that_was_added_can_be_neither_changed_nor_removed(lived_in: Town) -> None:
    tables = [column.table for column in APPEND_ONLY]

    def contents(books: Books) -> list[list[tuple[Any, ...]]]:
        return [[tuple(row) for row in books._sql.execute(select(table))] for table in tables]

    acts: list[Executable] = [delete(table) for table in tables]
    acts += [update(column.table).values({column: column}) for column in APPEND_ONLY]
    if await lived_in.look(lambda books: books._sql.dialect.name) == "postgresql":
        acts += [text(f"TRUNCATE {table.name}") for table in tables]
    before = await lived_in.look(contents)
    assert all(before)
    for act in acts:

        def work(books: Books, _: datetime, act: Executable = act) -> None:
            books._sql.execute(act)

        with pytest.raises(DBAPIError, match="append-only"):
            await lived_in.act(work)
    assert await lived_in.look(contents) == before


async def test_an_entry_says_when_who_and_what_about(town: Town) -> None:
    at = town.clock.now()
    detail: dict[str, str | int] = {"rows": 3, "file": "名册.xlsx"}
    entry = Entry(at, EntryKind.ROSTER, "console", unit=await town.unit("V1"), detail=detail)
    await town.act(lambda books, _: books.ledger.add(entry))
    rows = await town.rows("SELECT kind, actor, unit_id, account_id FROM entries")
    assert rows == [("roster", "console", entry.unit, None)]


async def test_notices_come_back_in_the_order_in_which_they_were_recorded(town: Town) -> None:
    first = Notice(ObservanceKey("x"), 2026, date(2026, 6, 20), date(2026, 6, 30), "1号", "主题")
    second = Notice(ObservanceKey("x"), 2026, date(2026, 6, 27), date(2026, 7, 3), "2号")
    await town.act(lambda books, at: books.notices.add(first, at))
    await town.act(lambda books, at: books.notices.add(second, at))
    assert await town.look(lambda books: books.notices.all()) == (first, second)
