"""线索: pairs of one unit whose wrong answers are alike, for a person to look into.

They are worked out when somebody asks for them: that they were seen is written down.
"""

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
from lawcore.ids import CadreId, UnitId
from lawcore.storage import Books


async def ask(visit: Visit) -> web.Response:
    """What a hint is, before any is shown."""
    return await _page(visit)


async def show(visit: Visit) -> web.Response:
    """The hints."""

    def job(books: Books, at: datetime) -> Hints:
        exam = exam_of(books, visit)
        if why := hidden(books, visit, exam):
            raise WrongState(why)
        me = visit.session.account.cadre
        return studies.hints_of(books, exam.id, cadre=me, actor=visit.actor, at=at)

    try:
        return await _page(visit, await visit.act(job))
    except LawbotError as error:
        return await _page(visit, problem=str(error))


async def _page(visit: Visit, seen: Hints | None = None, problem: str = "") -> web.Response:
    def job(books: Books, _: datetime) -> tuple[Exam, str, dict[CadreId, str], dict[UnitId, str]]:
        exam = exam_of(books, visit)
        people = {cadre.id: f"{cadre.number} {cadre.name}" for cadre in books.people.cadres()}
        units = {unit.id: unit.name for unit in books.people.units()}
        return exam, hidden(books, visit, exam), people, units

    exam, why, people, units = await visit.look(job)
    return visit.page(
        "exam_hints.html",
        status=409 if problem else 200,
        problem=problem,
        exam=exam,
        hidden=why,
        seen=seen,
        people=people,
        units=units,
        caution=CAUTION,
        least=LEAST,
        sigmas=SIGMAS,
    )


ROUTES: tuple[Route, ...] = (
    get("/exams/{key}/hints", ask, Circle.ADMINS),
    post("/exams/{key}/hints", show, Circle.ADMINS),
)
