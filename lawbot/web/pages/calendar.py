"""日历: the year month by month, what waits for a notice, and everything about one day."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawbot.web.words import NO_SUCH_PAGE, Said
from lawcore.calendar.observance import Notice, Observance, Occasion, occasions
from lawcore.campaigns import notices as office
from lawcore.campaigns.model import Campaign
from lawcore.content.commencement import commencements
from lawcore.errors import LawbotError, NotFound
from lawcore.ids import ObservanceKey
from lawcore.storage import Books

FIRST, LAST = 2000, 2100
"""The years whose calendar is proved."""
LONG = 8
"""Days from which an occasion stands beside the grid and not in each of its days."""
FIELDS = ("start", "end", "document", "theme")


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the month's grid."""

    day: date
    inside: bool
    """Whether it is of this month and not of its neighbour."""
    occasions: tuple[Occasion, ...]


async def show(visit: Visit) -> web.Response:
    """A month as a grid, and what is longer than a week beside it."""
    year = _within(visit.asked("year"), FIRST, LAST, visit.today.year)
    month = _within(visit.asked("month"), 1, 12, visit.today.month)
    notices = await visit.look(lambda books, _: books.notices.all())
    of_year = _of_year(visit, notices, year)
    grid = _grid(of_year, year, month)
    touching = [one for one in of_year if _touches(one, year, month)]
    return visit.page(
        "calendar.html",
        year=year,
        month=month,
        weeks=grid,
        long=[one for one in touching if _is_long(one)],
        listed=touching,
        waiting=[one for one in of_year if one.awaiting_notice and not one.observance.optional],
        known=visit.house.pack.observances,
        first=FIRST,
        last=LAST,
    )


async def observance(visit: Visit) -> web.Response:
    """One observance: where its date comes from, what is said on it, and its campaign."""
    found = _observance(visit, visit.word("key"))
    year = _within(visit.asked("year"), FIRST, LAST, visit.today.year)

    def job(books: Books, _: datetime) -> tuple[tuple[Notice, ...], Campaign | None]:
        return books.notices.all(), books.campaigns.of(found.key, year)

    notices, campaign = await visit.look(job)
    occasion = next(iter(occasions([found], notices, year)), None)
    pack = visit.house.pack
    said = [pack.messages.get(found.key), pack.loudspeaker.get(found.key)]
    return visit.page(
        "observance.html",
        observance=found,
        year=year,
        occasion=occasion,
        campaign=campaign,
        draft_on=occasion.drafted_from if occasion else None,
        texts=[one.text if one else "" for one in said],
        leaflet=pack.leaflets.get(found.key),
        laws=[pack.registry.find(key) for key in found.laws],
        notices=[one for one in notices if (one.observance, one.year) == (found.key, year)],
    )


async def ask_notice(visit: Visit) -> web.Response:
    """The form for a notice of this year."""
    return _form(visit, dict.fromkeys(FIELDS, ""))


async def take_notice(visit: Visit) -> web.Response:
    """Record the notice; a later one about the same year corrects it."""
    found, year = _asked(visit)
    try:
        notice = Notice(
            found.key,
            year,
            visit.typed_day("start", "开始日期"),
            visit.typed_day("end", "结束日期"),
            visit.typed("document"),
            visit.typed("theme"),
        )
        await visit.act(
            lambda books, at: office.record(books, found, notice, actor=visit.actor, at=at)
        )
    except LawbotError as error:
        typed = {name: visit.typed(name) for name in FIELDS}
        return _form(visit, typed, str(error))
    return visit.done(Said.NOTICED, f"/calendar/{found.key}", year=str(year))


async def withdraw(visit: Visit) -> web.Response:
    """Take a notice back that was a mistake."""
    found, year = _asked(visit)
    await visit.act(lambda books, at: office.withdraw(books, found, year, actor=visit.actor, at=at))
    return visit.done(Said.NOTICE_WITHDRAWN, f"/calendar/{found.key}", year=str(year))


def _form(visit: Visit, typed: dict[str, str], problem: str = "") -> web.Response:
    found, year = _asked(visit)
    return visit.page(
        "notice.html",
        status=400 if problem else 200,
        observance=found,
        year=year,
        typed=typed,
        problem=problem,
    )


def _asked(visit: Visit) -> tuple[Observance, int]:
    """The observance and the year that the address names."""
    year = _within(visit.asked("year"), FIRST, LAST, visit.today.year)
    return _observance(visit, visit.asked("observance")), year


def _observance(visit: Visit, key: str) -> Observance:
    found = visit.house.pack.observances.get(ObservanceKey(key))
    if found is None:
        raise NotFound(NO_SUCH_PAGE)
    return found


def _of_year(visit: Visit, notices: Iterable[Notice], year: int) -> Sequence[Occasion]:
    pack = visit.house.pack
    kept = occasions(pack.observances.values(), notices, year)
    return (*kept, *commencements(pack.registry, year))


def _within(written: str, least: int, most: int, default: int) -> int:
    if not (written.isascii() and written.isdigit() and len(written) < 6):
        return default
    return min(max(int(written), least), most)


def _grid(found: Iterable[Occasion], year: int, month: int) -> list[list[Cell]]:
    short = [one for one in found if one.start and not _is_long(one)]
    return [
        [
            Cell(
                day,
                day.month == month,
                tuple(
                    one for one in short if one.start and one.end and one.start <= day <= one.end
                ),
            )
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(year, month)
    ]


def _touches(one: Occasion, year: int, month: int) -> bool:
    if one.start is None or one.end is None:
        return False
    wanted = year * 12 + month
    return one.start.year * 12 + one.start.month <= wanted <= one.end.year * 12 + one.end.month


def _is_long(one: Occasion) -> bool:
    return one.start is not None and one.end is not None and (one.end - one.start).days >= LONG - 1


ROUTES: tuple[Route, ...] = (
    get("/calendar", show, Circle.LOGGED_IN),
    get("/calendar/notice", ask_notice, Circle.EDITORS),
    post("/calendar/notice", take_notice, Circle.EDITORS),
    post("/calendar/notice/withdraw", withdraw, Circle.EDITORS),
    get("/calendar/{key}", observance, Circle.LOGGED_IN),
)
