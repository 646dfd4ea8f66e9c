"""线索: pairs of one unit whose wrong answers are alike, for a person to look into.

They are worked out when somebody asks for them: that they were seen is written down.
"""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.exams import exam_of, hidden
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawcore.errors import LawbotError, WrongState
from lawcore.exams import studies
from lawcore.exams.hints import CAUTION, LEAST, SIGMAS, Hints
from lawcore.exams.model import Exam
from lawcore.storage import Books


@dataclass(frozen=True, slots=True)
class Line:
    """A pair with its numbers, as people call them."""

    unit: str
    one: str
    two: str
    common: int
    both_wrong: int
    same: int
    expected: float
    sigmas: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What was asked for."""

    compared: int
    lines: tuple[Line, ...]


async def ask(visit: Visit) -> web.Response:
    """What a hint is, before any is shown."""
    return await _page(visit)


async def show(visit: Visit) -> web.Response:
    """The hints."""

    def job(books: Books, at: datetime) -> Seen:
        exam = exam_of(books, visit)
        if why := hidden(books, visit, exam):
            raise WrongState(why)
        me = visit.session.account.cadre
        found = studies.hints_of(books, exam.id, cadre=me, actor=visit.actor, at=at)
        return _named(books, found)

    try:
        seen = await visit.act(job)
    except LawbotError as error:
        return await _page(visit, problem=str(error))
    return await _page(visit, seen)


async def _page(visit: Visit, seen: Seen | None = None, problem: str = "") -> web.Response:
    def job(books: Books, _: datetime) -> tuple[Exam, str]:
        exam = exam_of(books, visit)
        return exam, hidden(books, visit, exam)

    exam, why = await visit.look(job)
    return visit.page(
        "exam_hints.html",
        status=409 if problem else 200,
        problem=problem,
        exam=exam,
        hidden=why,
        seen=seen,
        caution=CAUTION,
        least=LEAST,
        sigmas=SIGMAS,
    )


def _named(books: Books, found: Hints) -> Seen:
    names = {cadre.id: f"{cadre.number} {cadre.name}" for cadre in books.people.cadres()}
    units = {unit.id: unit.name for unit in books.people.units()}
    lines = [
        Line(
            units[one.unit],
            names[one.one],
            names[one.two],
            one.common,
            one.both_wrong,
            one.same,
            one.expected,
            one.sigmas,
        )
        for one in found.found
    ]
    return Seen(found.compared, tuple(lines))


ROUTES: tuple[Route, ...] = (
    get("/exams/{key}/hints", ask, Circle.ADMINS),
    post("/exams/{key}/hints", show, Circle.ADMINS),
)
