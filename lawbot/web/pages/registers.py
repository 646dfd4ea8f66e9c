"""登记簿: what the yearly report needs beside events; each is shown as its sheet says."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from aiohttp import web

from lawbot.web.acts import acted
from lawbot.web.circle import Circle
from lawbot.web.ledger import (
    REASON,
    Link,
    check_may_file,
    check_own,
    known_of,
    link_of,
    may_file,
    page_asked,
)
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawbot.web.words import NO_SUCH_PAGE, Said
from lawcore.errors import NotFound
from lawcore.ids import RegisterRowId, UnitId
from lawcore.participation import filing
from lawcore.participation.registers import (
    BY_REGISTER,
    SHEETS,
    RegisterLine,
    RegisterRow,
    Sheet,
    row_chain,
)
from lawcore.participation.typed import columns_of, row_of
from lawcore.people.model import Unit, UnitKind
from lawcore.storage import Books

A_PAGE = 50
"""Rows on one page of a register."""


async def index(visit: Visit) -> web.Response:
    """The registers that this person has rows in."""
    return visit.page("registers.html", sheets=_sheets(visit))


async def show(visit: Visit) -> web.Response:
    """The rows of a register and a form for a new one."""
    return await _page(visit, {})


async def add(visit: Visit) -> web.Response:
    """Add a row; nothing typed is lost where it cannot be taken."""
    check_may_file(visit)
    sheet = _sheet(visit)

    def job(books: Books, at: datetime) -> None:
        row = _typed_row(visit, books, sheet)
        filing.record_row(books, row, actor=visit.actor, at=at)

    where = f"/activities/registers/{sheet.register.value}"
    again = partial(_page, visit, _typed(visit, sheet))
    return await acted(visit, job, Said.ROW_FILED, lambda _: where, again)


async def row(visit: Visit) -> web.Response:
    """One row, what it corrects and what corrects it."""
    return await _row_page(visit, {})


async def correct(visit: Visit) -> web.Response:
    """File a better row in the place of one."""
    check_may_file(visit)
    key = _key(visit)
    sheet = BY_REGISTER[(await visit.look(lambda books, _: _own(visit, books, key))).row.register]

    def job(books: Books, at: datetime) -> RegisterRowId:
        _own(visit, books, key)
        better, reason = _typed_row(visit, books, sheet), visit.typed(REASON)
        return filing.correct_row(books, key, better, actor=visit.actor, at=at, reason=reason)

    again = partial(_row_page, visit, _typed(visit, sheet))
    return await acted(visit, job, Said.FILED_ANEW, _page_of, again)


async def withdraw(visit: Visit) -> web.Response:
    """Take a row out of all counts."""
    check_may_file(visit)
    key, reason = _key(visit), visit.typed(REASON)
    await visit.look(lambda books, _: _own(visit, books, key))

    def job(books: Books, at: datetime) -> None:
        filing.withdraw_row(books, key, visit.name, actor=visit.actor, at=at, reason=reason)

    again = partial(_row_page, visit, {})
    return await acted(visit, job, Said.FILED_AWAY, lambda _: _page_of(key), again)


def _sheets(visit: Visit) -> list[Sheet]:
    """A register without units is the township's: nobody else sees it."""
    return [sheet for sheet in SHEETS if sheet.unit or visit.remit.units is None]


def _sheet(visit: Visit) -> Sheet:
    found = next((one for one in _sheets(visit) if one.register == visit.word("register")), None)
    if found is None:
        raise NotFound(NO_SUCH_PAGE)
    return found


async def _page(visit: Visit, typed: Mapping[str, str], problem: str = "") -> web.Response:
    sheet, page = _sheet(visit), page_asked(visit)

    def job(books: Books, _: datetime) -> tuple[tuple[RegisterLine, ...], tuple[Unit, ...]]:
        seen = visit.remit.units
        skip = (page - 1) * A_PAGE
        return (
            books.listing.newest_rows(sheet.register, seen, skip, A_PAGE + 1),
            books.people.units(),
        )

    lines, units = await visit.look(job)
    names = {unit.id: unit.name for unit in units}
    return visit.page(
        "register.html",
        status=400 if problem else 200,
        problem=problem,
        sheet=sheet,
        sheets=_sheets(visit),
        columns=columns_of(sheet),
        rows=[(line, _cells(line.row, sheet, names)) for line in lines[:A_PAGE]],
        more=len(lines) > A_PAGE,
        page=page,
        typed=typed,
        own=_own_units(visit, sheet, units),
        may_file=may_file(visit.remit),
    )


async def _row_page(visit: Visit, typed: Mapping[str, str], problem: str = "") -> web.Response:
    key = _key(visit)

    def job(books: Books, _: datetime) -> tuple[RegisterLine, list[Link], tuple[Unit, ...]]:
        line = _own(visit, books, key)
        chain = row_chain(books.activities, key)
        seen = [one for one in chain if visit.remit.sees(one.row.unit)]
        links = [link_of(books, one, one.row, _page_of(one.id)) for one in seen]
        return line, links, books.people.units()

    line, links, units = await visit.look(job)
    sheet = BY_REGISTER[line.row.register]
    codes = {unit.id: unit.code for unit in units}
    stands = line.corrected_by is None and not line.row.withdrawn
    return visit.page(
        "register_row.html",
        status=400 if problem else 200,
        problem=problem,
        line=line,
        sheet=sheet,
        columns=columns_of(sheet),
        cells=_cells(line.row, sheet, {unit.id: unit.name for unit in units}),
        links=links,
        typed=typed or _cells(line.row, sheet, codes),
        reason=visit.typed(REASON),
        longest=filing.LONGEST_REASON,
        own=_own_units(visit, sheet, units),
        may_change=stands and may_file(visit.remit),
    )


def _own_units(visit: Visit, sheet: Sheet, units: tuple[Unit, ...]) -> list[Unit]:
    """The units of this person that may have a row in the register."""
    seen = [unit for unit in units if visit.remit.sees(unit.id)]
    return [one for one in seen if one.kind is UnitKind.VILLAGE or not sheet.of_villages]


def _cells(row: RegisterRow, sheet: Sheet, units: Mapping[UnitId, str]) -> dict[str, str]:
    """The cells of a row by their headings; its unit as `units` calls it."""
    cells = {column.heading: row.cells.get(column.heading, "") for column in columns_of(sheet)}
    if sheet.unit is not None and row.unit is not None:
        cells[sheet.unit.heading] = units[row.unit]
    return cells


def _typed(visit: Visit, sheet: Sheet) -> dict[str, str]:
    return {column.heading: visit.typed(column.heading) for column in columns_of(sheet)}


def _typed_row(visit: Visit, books: Books, sheet: Sheet) -> RegisterRow:
    known = known_of(books, visit.house)
    found = row_of(sheet, _typed(visit, sheet), known, visit.today, visit.name)
    check_own(visit, found.unit)
    return found


def _page_of(key: RegisterRowId) -> str:
    return f"/activities/registers/rows/{key}"


def _key(visit: Visit) -> RegisterRowId:
    return RegisterRowId(visit.number("row"))


def _own(visit: Visit, books: Books, key: RegisterRowId) -> RegisterLine:
    found = books.activities.row(key)
    if found is None or not visit.remit.sees(found.row.unit):
        raise NotFound(NO_SUCH_PAGE)
    return found


ROUTES: tuple[Route, ...] = (
    get("/activities/registers", index, Circle.LOGGED_IN),
    get("/activities/registers/{register}", show, Circle.LOGGED_IN),
    post("/activities/registers/{register}", add, Circle.LOGGED_IN),
    get("/activities/registers/rows/{row}", row, Circle.LOGGED_IN),
    post("/activities/registers/rows/{row}/correct", correct, Circle.LOGGED_IN),
    post("/activities/registers/rows/{row}/withdraw", withdraw, Circle.LOGGED_IN),
)
