"""报表: a period in numbers, each of which opens its rows; the files; a year beside the last."""

import asyncio
import tempfile
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from aiohttp import web

from lawbot.web.charts import Bar
from lawbot.web.circle import Circle
from lawbot.web.files import sent_file
from lawbot.web.ledger import page_asked, unit_asked, year_asked
from lawbot.web.pages.ledger_files import file_name, ledger_file, public_asked
from lawbot.web.route import Route, get
from lawbot.web.visit import Visit
from lawbot.web.words import NO_SUCH_PAGE
from lawcore.errors import BadInput, NotFound
from lawcore.ids import ObservanceKey
from lawcore.reports.annual import Annual, collect_annual
from lawcore.reports.cannot_say import cannot_say
from lawcore.reports.catalogue import find
from lawcore.reports.collect import collect, place_of
from lawcore.reports.figure import Evidence, Figure, Scope
from lawcore.reports.participation import Participation
from lawcore.reports.period import Period, collect_period
from lawcore.storage import Books

A_PAGE = 200
"""Rows of a figure on one page; a figure may stand on a hundred thousand."""
KINDS = ("xlsx", "csv", "json")
YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Explained:
    """A figure with some of its rows."""

    figure: Figure
    scope: Scope
    value: int
    rows: list[Evidence]
    all_rows: int


async def show(visit: Visit) -> web.Response:
    """A period at a glance."""
    scope, problem = _this_year(visit), ""
    try:
        scope = _scope(visit)
    except BadInput as wrong:
        problem = f"{wrong}"
    found, units = await visit.look(
        lambda books, at: (collect_period(books, scope, at), books.people.units())
    )
    return visit.page(
        "reports.html",
        status=400 if problem else 200,
        problem=problem,
        found=found,
        held=found.held,
        period=f"from={scope.first}&to={scope.last}",
        presets=_presets(visit.today),
        every_unit=units,
        by_unit=_unit_bars(found),
        by_month=[(_month(one.month), one.sent) for one in found.months],
    )


async def explain(visit: Visit) -> web.Response:
    """The rows that a number is added up from."""
    words, page, asked = visit.word("figure"), page_asked(visit), _scope(visit)
    if not words.isprintable():
        raise NotFound(NO_SUCH_PAGE)

    def job(books: Books, _: datetime) -> Explained:
        figure, scope = find(words, asked, books.people.units())
        rows = books.counts.evidence(figure, scope)
        skipped = sum(1 for _ in islice(rows, (page - 1) * A_PAGE))
        shown = list(islice(rows, A_PAGE))
        rest = sum(1 for _ in rows)
        value = books.counts.count(figure, scope)
        return Explained(figure, scope, value, shown, skipped + len(shown) + rest)

    found = await visit.look(job)
    return visit.page(
        "explain.html",
        key=words,
        found=found,
        period=f"from={asked.first}&to={asked.last}",
        page=page,
        first=(page - 1) * A_PAGE,
        links={row.number: _where(row.number) for row in found.rows},
    )


async def participation(visit: Visit) -> web.Response:
    """Who took part: exams and messages by unit, as a file."""
    from lawcore.reports.files import write_participation  # noqa: PLC0415 - slow to import

    kind, scope, township = _kind(visit), _scope(visit), visit.house.township
    public = public_asked(visit)

    def job(books: Books, at: datetime) -> tuple[Participation, str]:
        unit = unit_asked(visit, books.people.units())
        place, key = place_of(township, unit), unit.id if unit else None
        found = collect(books.figures, place, scope.first, scope.last, key, at)
        return found, file_name("参与情况", unit, scope, f".{kind}", public=public)

    report, name = await visit.look(job)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"participation.{kind}"
        await asyncio.to_thread(write_participation, report, path, public=public)
        return await sent_file(path, name)


async def ledger(visit: Visit) -> web.Response:
    """The ledger as a file."""
    return await ledger_file(visit, _scope(visit), f".{_kind(visit)}")


async def annual(visit: Visit) -> web.Response:
    """A year beside the last one, and what its records do not say."""
    found = await _annual(visit)
    return visit.page(
        "annual.html",
        found=found,
        cannot_say=cannot_say(found),
        period=f"from={found.now.scope.first}&to={found.now.scope.last}",
        before=f"from={found.before.scope.first}&to={found.before.scope.last}",
    )


async def annual_file(visit: Visit) -> web.Response:
    """The figures chapter of the yearly report."""
    from lawcore.reports.annual_file import write_annual  # noqa: PLC0415 - slow to import

    found = await _annual(visit)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "annual.docx"
        await asyncio.to_thread(write_annual, found, path)
        return await sent_file(path, f"{found.township}{found.year}年普法工作数据.docx")


async def _annual(visit: Visit) -> Annual:
    year, house = year_asked(visit), visit.house
    titles: Mapping[ObservanceKey, str] = {
        key: one.title for key, one in house.pack.observances.items()
    }
    return await visit.look(
        lambda books, at: collect_annual(books, house.township, year, titles, at)
    )


def _scope(visit: Visit) -> Scope:
    """The days that the address names: ``?from=2026-01-01&to=2026-12-31``. Raises BadInput."""
    own = _this_year(visit)
    return Scope(_day(visit, "from", own.first), _day(visit, "to", own.last))


def _this_year(visit: Visit) -> Scope:
    return Scope(date(visit.today.year, 1, 1), visit.today)


def _day(visit: Visit, name: str, otherwise: date) -> date:
    written = visit.asked(name)
    try:
        day = date.fromisoformat(written) if written else otherwise
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise BadInput("统计时段要填日期，例如 2026-12-31。")
    return day


def _presets(today: date) -> list[tuple[str, date, date]]:
    """Periods that people ask for."""
    quarter = (today.month + 2) // 3
    first = date(today.year, quarter * 3 - 2, 1)
    end = date(today.year, quarter * 3, monthrange(today.year, quarter * 3)[1])
    last = today.year - 1
    return [
        ("今年到今天", date(today.year, 1, 1), today),
        ("这个季度", first, min(end, today)),
        ("这个月", today.replace(day=1), today),
        ("去年全年", date(last, 1, 1), date(last, 12, 31)),
    ]


def _unit_bars(found: Period) -> list[Bar]:
    whole = found.held.attendances
    counted = [one for one in found.units if one.held.events > one.held.uncounted]
    return [Bar(one.name, one.held.attendances, whole) for one in counted]


def _month(written: str) -> str:
    """``2026-11`` as the foot of a column."""
    return f"{int(written[5:])}月"


def _kind(visit: Visit) -> str:
    kind = visit.word("kind")
    if kind not in KINDS:
        raise NotFound(NO_SUCH_PAGE)
    return kind


def _where(number: str) -> str:
    """The page of a row, where it has one."""
    letter, key = number[:1], number[1:]
    pages = {"H": "/activities/", "D": "/activities/registers/rows/", "X": "/campaigns/"}
    return f"{pages[letter]}{key}" if letter in pages and key.isdecimal() else ""


ROUTES: tuple[Route, ...] = (
    get("/reports", show, Circle.ADMINS),
    get("/reports/annual", annual, Circle.ADMINS),
    get("/reports/annual.docx", annual_file, Circle.ADMINS),
    get("/reports/participation.{kind}", participation, Circle.ADMINS),
    get("/reports/ledger.{kind}", ledger, Circle.ADMINS),
    get("/reports/explain/{figure:.+}", explain, Circle.ADMINS),
)
