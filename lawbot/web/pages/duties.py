"""谁执法谁普法: which department makes which day known, and what came of it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.ledger import check_may_file, check_own, may_file, page_asked, year_asked
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawbot.web.words import NO_SUCH_PAGE, Said
from lawcore.calendar.observance import occasions
from lawcore.campaigns.duties import (
    DUTY_STATE_WORDS,
    Duty,
    DutyLine,
    DutyState,
    Plan,
    duties_of,
    lines,
    make_plan,
)
from lawcore.errors import LawbotError, NotFound
from lawcore.ids import UnitId
from lawcore.people.model import Unit
from lawcore.storage import Books

A_PAGE = 100
"""Duties on one page."""
NEAR = timedelta(days=30)
UNPLANNED = "unplanned"
"""Of the next days, and nothing is planned."""
FIELDS = ("what", "planned_for")


async def show(visit: Visit) -> web.Response:
    """The responsibility list of a year."""
    year, page, state, unit = (
        year_asked(visit),
        page_asked(visit),
        visit.asked("state"),
        visit.asked("unit"),
    )

    def job(books: Books, _: datetime) -> tuple[list[DutyLine], tuple[Unit, ...]]:
        units = books.people.units()
        found = lines(_duties(visit, books, year, units), books.duties.evidence(year), visit.today)
        return [line for line in found if visit.remit.sees(line.duty.unit)], units

    seen, units = await visit.look(job)
    departments = {line.duty.unit for line in seen}
    of_unit = [line for line in seen if not unit or _code(line, units) == unit]
    wanted = [line for line in of_unit if _fits(line, state, visit.today)]
    return visit.page(
        "duties.html",
        year=year,
        state=state,
        unit=unit,
        page=page,
        rows=wanted[(page - 1) * A_PAGE : page * A_PAGE],
        found=len(wanted),
        all=len(of_unit),
        more=len(wanted) > page * A_PAGE,
        overdue=sum(_fits(line, DutyState.OVERDUE, visit.today) for line in of_unit),
        unplanned=sum(_fits(line, UNPLANNED, visit.today) for line in of_unit),
        states={UNPLANNED: "三十天内没有安排", **DUTY_STATE_WORDS},
        state_words=DUTY_STATE_WORDS,
        units=[one for one in units if one.id in departments],
        codes={one.id: one.code for one in units},
        may_file=may_file(visit.remit),
    )


async def ask_plan(visit: Visit) -> web.Response:
    """The form for what a department means to do."""
    check_may_file(visit)
    return await _form(visit, dict.fromkeys(FIELDS, ""))


async def take_plan(visit: Visit) -> web.Response:
    """Note the plan; a later one replaces it."""
    check_may_file(visit)
    year = year_asked(visit)

    def job(books: Books, at: datetime) -> None:
        units = books.people.units()
        duty, unit = _asked(visit, _duties(visit, books, year, units), units)
        check_own(visit, unit)
        plan = Plan(visit.typed("what"), visit.typed_day("planned_for", "打算哪一天办"), visit.name)
        make_plan(books, [duty], (duty.observance, unit), plan, actor=visit.actor, at=at)

    try:
        await visit.act(job)
    except NotFound:
        raise
    except LawbotError as error:
        return await _form(visit, {name: visit.typed(name) for name in FIELDS}, f"{error}")
    return visit.done(Said.PLANNED, "/activities/duties", year=f"{year}")


async def _form(visit: Visit, typed: dict[str, str], problem: str = "") -> web.Response:
    year = year_asked(visit)

    def job(books: Books, _: datetime) -> tuple[DutyLine, str]:
        units = books.people.units()
        duty, unit = _asked(visit, _duties(visit, books, year, units), units)
        if not visit.remit.sees(unit):
            raise NotFound(NO_SUCH_PAGE)
        [line] = lines([duty], books.duties.evidence(year), visit.today)
        return line, visit.asked("unit")

    line, code = await visit.look(job)
    return visit.page(
        "duty_plan.html",
        status=400 if problem else 200,
        problem=problem,
        line=line,
        code=code,
        year=year,
        typed=typed,
        state_words=DUTY_STATE_WORDS,
    )


def _asked(visit: Visit, duties: Sequence[Duty], units: Sequence[Unit]) -> tuple[Duty, UnitId]:
    """The duty that the address names: ``?observance=KEY&unit=CODE&year=2026``."""
    codes = {unit.code: unit.id for unit in units}
    unit = codes.get(visit.asked("unit"))
    where = (visit.asked("observance"), unit)
    found = next((duty for duty in duties if (duty.observance, duty.unit) == where), None)
    if found is None or unit is None:
        raise NotFound(NO_SUCH_PAGE)
    return found, unit


def _duties(visit: Visit, books: Books, year: int, units: Sequence[Unit]) -> tuple[Duty, ...]:
    pack = visit.house.pack
    found = occasions(pack.observances.values(), books.notices.all(), year)
    duties = duties_of(found, units)
    return tuple(sorted(duties, key=lambda duty: (duty.start or date.max, duty.observance)))


def _fits(line: DutyLine, state: str, today: date) -> bool:
    if not state:
        return True
    if state == UNPLANNED:
        start = line.duty.start
        near = start is not None and start - today <= NEAR
        return line.state is DutyState.AHEAD and near
    return line.state == state


def _code(line: DutyLine, units: Sequence[Unit]) -> str:
    return next((unit.code for unit in units if unit.id == line.duty.unit), "")


ROUTES: tuple[Route, ...] = (
    get("/activities/duties", show, Circle.LOGGED_IN),
    get("/activities/duties/plan", ask_plan, Circle.LOGGED_IN),
    post("/activities/duties/plan", take_plan, Circle.LOGGED_IN),
)
