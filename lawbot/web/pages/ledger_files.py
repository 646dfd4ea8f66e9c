"""台账 as files: the empty one, a filled-in one taken in, and everything handed out."""

import asyncio
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.files import sent_file, taken_file
from lawbot.web.ledger import check_may_file, known_of, unit_asked, year_asked
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawbot.web.words import NO_FILE, Said
from lawcore.errors import LawbotError
from lawcore.people.model import Unit
from lawcore.reports.collect import place_of
from lawcore.reports.figure import Scope
from lawcore.reports.ledger import collect_ledger
from lawcore.storage import Books

T = TypeVar("T")

_ONE_AT_A_TIME = asyncio.Semaphore(1)
"""A large ledger keeps a reader of the store busy; the others are left to the pages."""


async def show(visit: Visit) -> web.Response:
    """What may be done with files."""
    return await _page(visit)


async def template(visit: Visit) -> web.Response:
    """An empty file with its instructions."""
    from lawcore.participation.ledger_file import write_template  # noqa: PLC0415 - slow to import

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        await asyncio.to_thread(write_template, visit.house.categories, path)
        return await sent_file(path, "活动台账-空表.xlsx")


async def take(visit: Visit) -> web.Response:
    """Take in a filled-in file; every fault is named, and then nothing is taken."""
    from lawcore.participation.intake import take_in  # noqa: PLC0415 - slow to import
    from lawcore.participation.ledger_file import read_ledger  # noqa: PLC0415 - slow to import

    given = visit.file("ledger")
    if given is None:
        return await _page(visit, NO_FILE)
    known = await visit.look(lambda books, _: known_of(books, visit.house))
    try:
        with taken_file(given) as path:
            found = await asyncio.to_thread(read_ledger, path, known, visit.today)
            name = path.name

        def job(books: Books, at: datetime) -> None:
            take_in(books.activities, books.ledger, found, name, visit.actor, at=at)

        await visit.act(job)
    except LawbotError as error:
        return await _page(visit, f"{error}")
    return visit.done(Said.TAKEN_IN, "/activities")


async def export(visit: Visit) -> web.Response:
    """The ledger of a year: what it adds up to, row by row, and the registers."""
    check_may_file(visit)
    year = year_asked(visit)
    return await ledger_file(visit, Scope(date(year, 1, 1), date(year, 12, 31)), ".xlsx")


async def ledger_file(visit: Visit, days: Scope, ending: str) -> web.Response:
    """The ledger of some days, of the unit of the address; made on a thread of the store."""
    from lawcore.reports.ledger_export import write_ledger  # noqa: PLC0415 - slow to import
    from lawcore.reports.ledger_tables import Names  # noqa: PLC0415 - slow to import

    house, public = visit.house, public_asked(visit)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"ledger{ending}"

        def job(books: Books, at: datetime) -> str:
            units = books.people.units()
            unit = unit_asked(visit, units)
            scope = replace(days, unit=unit.id if unit else None)
            place = place_of(house.township, unit)
            report = collect_ledger(books, place, scope, at)
            names = Names(
                {one.id: one.name for one in units},
                {one.key: one.title for one in house.pack.observances.values()},
            )
            write_ledger(report, books.listing, names, path, _unwatched, public=public)
            return file_name("活动台账", unit, days, ending, public=public)

        async with _ONE_AT_A_TIME:
            name = await visit.look(job)
        return await sent_file(path, name)


def public_asked(visit: Visit) -> bool:
    """Whether the file is to be shown outside."""
    return visit.asked("public") == "1"


def file_name(
    what: str, unit: Unit | None, days: Scope, ending: str, *, public: bool = False
) -> str:
    """What a file is called where it is saved: ``活动台账-青石村-2026-01-01-2026-12-31.xlsx``."""
    of = f"-{unit.name}" if unit else ""
    kind = "-公开版" if public else ""
    return f"{what}{of}-{days.first}-{days.last}{kind}{ending}"


def _unwatched(rows: Iterable[T], number: int, title: str) -> Iterable[T]:
    """Nobody sees how far it is."""
    return rows


async def _page(visit: Visit, problem: str = "") -> web.Response:
    return visit.page(
        "ledger_files.html",
        status=400 if problem else 200,
        problem=problem,
        year=visit.today.year,
        units=await visit.look(lambda books, _: books.people.units()),
    )


ROUTES: tuple[Route, ...] = (
    get("/activities/files", show, Circle.EDITORS),
    get("/activities/files/template.xlsx", template, Circle.EDITORS),
    get("/activities/files/ledger.xlsx", export, Circle.LOGGED_IN),
    post("/activities/files", take, Circle.EDITORS),
)
