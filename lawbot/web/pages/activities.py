"""台账: what was held, listed, filed, corrected and reviewed."""

import calendar
from collections.abc import Awaitable, Mapping
from datetime import date, datetime
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
    year_asked,
)
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawbot.web.words import NO_SUCH_PAGE, Said
from lawcore.errors import NotFound
from lawcore.ids import ActivityId, UnitId
from lawcore.participation import filing
from lawcore.participation import ledger_paper as paper
from lawcore.participation.activity import (
    FORM_WORDS,
    Activity,
    Form,
    Recorded,
    chain,
)
from lawcore.participation.search import STANDING_WORDS, Search, Standing
from lawcore.participation.typed import activity_of, typed_of
from lawcore.people.model import Unit
from lawcore.people.tree import under
from lawcore.reports.ledger import Held
from lawcore.storage import Books

A_PAGE = 50
"""Events on one page of the list."""
FEW = 3
"""Partners that stand in a row of the list; more are one tap away."""
_LATER = {paper.COPIES.heading, "填报人", "审核人", "更正编号"}
"""Columns of the file that no form asks for."""


async def index(visit: Visit) -> web.Response:
    """The events of a year or a month, the newest first, with what they add up to."""
    year, page = year_asked(visit), page_asked(visit)

    def job(books: Books, _: datetime) -> tuple[tuple[Recorded, ...], Held, tuple[Unit, ...]]:
        units = books.people.units()
        search = _search(visit, year, units)
        found = books.listing.found(search, (page - 1) * A_PAGE, A_PAGE + 1)
        return found, books.listing.held(search), units

    found, held, units = await visit.look(job)
    asked = {name: visit.asked(name) for name in ("month", "unit", "form", "category", "standing")}
    return visit.page(
        "activities.html",
        rows=found[:A_PAGE],
        more=len(found) > A_PAGE,
        page=page,
        held=held,
        year=year,
        asked=asked,
        standings=STANDING_WORDS,
        void=asked["standing"] == Standing.VOID,
        forms=FORM_WORDS,
        categories=visit.house.categories,
        units=[unit for unit in units if visit.remit.sees(unit.id)],
        names={unit.id: unit.name for unit in units},
        few=FEW,
        may_file=may_file(visit.remit),
        own=next((unit for unit in units if unit.id == visit.remit.unit), None),
    )


async def show(visit: Visit) -> web.Response:
    """One event: everything that is kept of it."""
    return await _shown(visit)


async def write(visit: Visit) -> web.Response:
    """An empty form, but for the day and the unit of the duty from which somebody came."""
    check_may_file(visit)
    typed = {
        paper.DAY.heading: f"{visit.today}",
        paper.FORM.heading: FORM_WORDS[Form.OFFLINE],
        paper.OBSERVANCE.heading: visit.asked("observance"),
        paper.ORGANISER.heading: visit.asked("unit"),
    }
    return await _form(visit, "/activities/new", typed)


async def written(visit: Visit) -> web.Response:
    """File what was typed; nothing typed is lost where it cannot be taken."""
    check_may_file(visit)

    def job(books: Books, at: datetime) -> Recorded:
        return filing.record(books, _typed_activity(visit, books), actor=visit.actor, at=at)

    def again(problem: str) -> Awaitable[web.Response]:
        return _form(visit, "/activities/new", _typed(visit), problem)

    return await acted(visit, job, Said.FILED, _page_of, again)


async def rewrite(visit: Visit) -> web.Response:
    """The form of a correction, filled with what stands."""
    check_may_file(visit)
    key = _key(visit)

    def job(books: Books, _: datetime) -> tuple[Recorded, dict[str, str]]:
        found = _own(visit, books, key)
        codes = {unit.id: unit.code for unit in books.people.units()}
        return found, typed_of(found.activity, codes)

    old, typed = await visit.look(job)
    return await _form(visit, f"/activities/{key}/correct", typed, old=old)


async def rewritten(visit: Visit) -> web.Response:
    """File the better row in the place of the old one."""
    check_may_file(visit)
    key = _key(visit)

    def job(books: Books, at: datetime) -> Recorded:
        _own(visit, books, key)
        better, reason = _typed_activity(visit, books), visit.typed(REASON)
        return filing.correct(books, key, better, actor=visit.actor, at=at, reason=reason)

    async def again(problem: str) -> web.Response:
        old = await visit.look(lambda books, _: _own(visit, books, key))
        return await _form(visit, f"/activities/{key}/correct", _typed(visit), problem, old=old)

    return await acted(visit, job, Said.FILED_ANEW, _page_of, again)


async def withdraw(visit: Visit) -> web.Response:
    """Take a row out of all counts."""
    check_may_file(visit)
    key, reason = _key(visit), visit.typed(REASON)
    await visit.look(lambda books, _: _own(visit, books, key))

    def job(books: Books, at: datetime) -> None:
        filing.withdraw(books, key, visit.name, actor=visit.actor, at=at, reason=reason)

    return await acted(
        visit, job, Said.FILED_AWAY, lambda _: f"/activities/{key}", partial(_shown, visit)
    )


async def review(visit: Visit) -> web.Response:
    """Note that a second person has checked the row."""
    key = _key(visit)

    def job(books: Books, at: datetime) -> Recorded:
        return filing.review(books, key, visit.name, actor=visit.actor, at=at)

    return await acted(visit, job, Said.REVIEWED, _page_of, partial(_shown, visit))


def _search(visit: Visit, year: int, units: tuple[Unit, ...]) -> Search:
    month, standing, form = visit.asked("month"), visit.asked("standing"), visit.asked("form")
    category = visit.asked("category")
    first, last = date(year, 1, 1), date(year, 12, 31)
    if month in {f"{number}" for number in range(1, 13)}:
        days = calendar.monthrange(year, int(month))[1]
        first, last = date(year, int(month), 1), date(year, int(month), days)
    seen = visit.remit.units
    tops = [unit.id for unit in units if unit.code == visit.asked("unit")]
    if tops:
        wanted = under(units, tops)
        seen = wanted if seen is None else wanted & seen
    return Search(
        first,
        last,
        seen,
        Form(form) if form in set(Form) else None,
        category if category in visit.house.categories else "",
        Standing(standing) if standing in set(Standing) else Standing.COUNTS,
    )


async def _shown(visit: Visit, problem: str = "") -> web.Response:
    key = _key(visit)

    def job(books: Books, _: datetime) -> tuple[Recorded, list[Link], dict[UnitId, str]]:
        rows = [row for row in chain(books.activities, key) if _sees(visit, row)]
        recorded = next((row for row in rows if row.id == key), None)
        if recorded is None:
            raise NotFound(NO_SUCH_PAGE)
        names = {unit.id: unit.name for unit in books.people.units()}
        links = [link_of(books, row, row.activity, _page_of(row)) for row in rows]
        return recorded, links, names

    recorded, links, names = await visit.look(job)
    stands = recorded.corrected_by is None and not recorded.activity.withdrawn
    own = visit.remit.sees(recorded.activity.organiser)
    about = recorded.activity.observance
    return visit.page(
        "activity.html",
        status=400 if problem else 200,
        problem=problem,
        recorded=recorded,
        one=recorded.activity,
        links=links,
        names=names,
        form=FORM_WORDS[recorded.activity.form],
        observance=visit.house.pack.observances.get(about) if about else None,
        may_change=stands and own and may_file(visit.remit),
        may_review=stands and recorded.reviewed_by is None and Circle.STAFF.lets_in(visit.remit),
        reason=visit.typed(REASON),
        longest=filing.LONGEST_REASON,
    )


async def _form(
    visit: Visit,
    where: str,
    typed: Mapping[str, str],
    problem: str = "",
    old: Recorded | None = None,
) -> web.Response:
    units = await visit.look(lambda books, _: books.people.units())
    layout = paper.activity_layout(visit.house.categories)
    columns = {column.heading: column for column in layout.columns}
    return visit.page(
        "activity_form.html",
        status=400 if problem else 200,
        problem=problem,
        where=where,
        old=old,
        typed={heading: typed.get(heading, "") for heading in [*columns, REASON]},
        column=columns,
        own=[unit for unit in units if visit.remit.sees(unit.id)],
        # Whom something was held with is asked of everybody: the names of units are no secret.
        units=units,
        partners=typed.get(paper.PARTNERS.heading, "").split("、"),
        observances=sorted(visit.house.pack.observances.values(), key=lambda one: one.title),
        longest=filing.LONGEST_REASON,
    )


def _typed(visit: Visit) -> dict[str, str]:
    layout = paper.activity_layout(visit.house.categories)
    asked = [column.heading for column in layout.columns if column.heading not in _LATER]
    typed = {heading: visit.typed(heading) for heading in [*asked, REASON]}
    return typed | {paper.PARTNERS.heading: "、".join(visit.ticked(paper.PARTNERS.heading))}


def _typed_activity(visit: Visit, books: Books) -> Activity:
    found = activity_of(_typed(visit), known_of(books, visit.house), visit.today, visit.name)
    check_own(visit, found.organiser)
    return found


def _page_of(row: Recorded) -> str:
    return f"/activities/{row.id}"


def _key(visit: Visit) -> ActivityId:
    return ActivityId(visit.number("key"))


def _sees(visit: Visit, row: Recorded) -> bool:
    """Whether it was held by, or with, a unit of this person."""
    return any(map(visit.remit.sees, (row.activity.organiser, *row.activity.partners)))


def _own(visit: Visit, books: Books, key: ActivityId) -> Recorded:
    """A row that this person may change: NotFound where a unit of theirs did not organise it."""
    found = books.activities.get(key)
    if found is None or not visit.remit.sees(found.activity.organiser):
        raise NotFound(NO_SUCH_PAGE)
    return found


ROUTES: tuple[Route, ...] = (
    get("/activities", index, Circle.LOGGED_IN),
    get("/activities/new", write, Circle.LOGGED_IN),
    post("/activities/new", written, Circle.LOGGED_IN),
    get("/activities/{key}", show, Circle.LOGGED_IN),
    get("/activities/{key}/correct", rewrite, Circle.LOGGED_IN),
    post("/activities/{key}/correct", rewritten, Circle.LOGGED_IN),
    post("/activities/{key}/withdraw", withdraw, Circle.LOGGED_IN),
    post("/activities/{key}/review", review, Circle.STAFF),
)
