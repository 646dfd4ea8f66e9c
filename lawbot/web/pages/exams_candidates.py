"""The roster of an exam: who sits it, who is excused, and what was changed with which reason."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.exams import ExamAct, exam_acted, exam_of, minutes_typed
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawbot.web.words import Said
from lawcore.errors import BadInput
from lawcore.exams import candidates, office
from lawcore.exams.model import Exam, ExamState
from lawcore.ids import ExamId
from lawcore.people.model import Role, Unit
from lawcore.reports.exam_tables import changes_table
from lawcore.reports.scores import changes_named
from lawcore.reports.table import Table
from lawcore.storage import Books

REASONS = ("公出", "病假", "产假", "驻村", "脱产学习")
FIELDS = ("act", "person", "reason", "evidence", "minutes", "unit")


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One candidate, or before the opening one who would be."""

    number: str
    name: str
    unit: str
    exempt_reason: str
    """Empty for who has to sit."""
    extra_minutes: int
    bound: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page shows."""

    exam: Exam
    lines: tuple[RosterLine, ...]
    units: tuple[Unit, ...]
    changes: Table


async def show(visit: Visit) -> web.Response:
    """The roster and what may be done to it."""
    return await _page(visit)


async def exempt(visit: Visit) -> web.Response:
    """Excuse somebody."""
    return await _acted(
        visit,
        Said.EXEMPTED,
        lambda books, key, at: office.exempt(
            books,
            key,
            visit.typed("person"),
            visit.typed("reason"),
            visit.typed("evidence"),
            actor=visit.actor,
            at=at,
        ),
    )


async def readmit(visit: Visit) -> web.Response:
    """Take an exemption back."""

    def act(books: Books, key: ExamId, at: datetime) -> None:
        person, reason = visit.typed("person"), visit.typed("reason")
        candidates.readmit(books, key, person, reason, actor=visit.actor, at=at)

    return await _acted(visit, Said.READMITTED, act)


async def extra(visit: Visit) -> web.Response:
    """Give somebody more time."""

    def act(books: Books, key: ExamId, at: datetime) -> None:
        minutes = minutes_typed(visit, "minutes", "多几分钟")
        person, reason = visit.typed("person"), visit.typed("reason")
        candidates.allow(books, key, person, minutes, reason, actor=visit.actor, at=at)

    return await _acted(visit, Said.EXTRA_TIME, act)


async def add(visit: Visit) -> web.Response:
    """Add somebody who came late."""
    fits = visit.house.inspection.fits

    def act(books: Books, key: ExamId, at: datetime) -> None:
        person, reason = visit.typed("person"), visit.typed("reason")
        candidates.add(books, key, person, reason, fits=fits, actor=visit.actor, at=at)

    return await _acted(visit, Said.CANDIDATE_ADDED, act)


async def transfer(visit: Visit) -> web.Response:
    """Count somebody in another unit, or take them off the roster."""

    def act(books: Books, key: ExamId, at: datetime) -> None:
        person, reason, code = visit.typed("person"), visit.typed("reason"), visit.typed("unit")
        if code == AWAY:
            candidates.withdraw(books, key, person, reason, actor=visit.actor, at=at)
            return
        unit = books.people.unit_by_code(code)
        if unit is None:
            raise BadInput("请选择调到哪个单位，或者选调出名单。")
        candidates.move(books, key, person, unit, reason, actor=visit.actor, at=at)

    return await _acted(visit, Said.CANDIDATE_MOVED, act)


AWAY = "-"
"""The choice that takes somebody off the roster; no unit has such a code."""


async def _acted(visit: Visit, said: Said, act: ExamAct) -> web.Response:
    return await exam_acted(visit, said, act, partial(_page, visit), "/candidates")


async def _page(visit: Visit, problem: str = "") -> web.Response:
    seen = await visit.look(lambda books, _: _seen(books, visit))
    return visit.page(
        "exam_candidates.html",
        status=409 if problem else 200,
        problem=problem,
        seen=seen,
        exam=seen.exam,
        typed={name: visit.typed(name) for name in FIELDS},
        reasons=REASONS,
        away=AWAY,
    )


def _seen(books: Books, visit: Visit) -> Seen:
    exam = exam_of(books, visit)
    units = books.people.units()
    changes = changes_named(books, exam.id)
    return Seen(exam, _lines(books, exam), units, changes_table(changes))


def _lines(books: Books, exam: Exam) -> tuple[RosterLine, ...]:
    units = {unit.id: unit for unit in books.people.units()}
    cadres = {cadre.id: cadre for cadre in books.people.cadres()}
    bound = {one.cadre for one in books.people.accounts_with([Role.CADRE])}
    if exam.state is ExamState.SCHEDULED:
        ahead = books.rosters.exempt_ahead(exam.id)
        found = [
            (one, one.unit, ahead[one.id].reason if one.id in ahead else "", 0)
            for one in office.roster(books, exam)
        ]
    else:
        found = [
            (cadres[one.cadre], one.unit, one.exempt_reason or "", one.extra_minutes)
            for one in books.exams.candidates(exam.id)
        ]
    found.sort(key=lambda each: (units[each[1]].code, each[0].number))
    return tuple(
        RosterLine(cadre.number, cadre.name, units[unit].name, reason, extra, cadre.id in bound)
        for cadre, unit, reason, extra in found
    )


ROUTES: tuple[Route, ...] = (
    get("/exams/{key}/candidates", show, Circle.ADMINS),
    post("/exams/{key}/exempt", exempt, Circle.ADMINS),
    post("/exams/{key}/readmit", readmit, Circle.ADMINS),
    post("/exams/{key}/extra", extra, Circle.ADMINS),
    post("/exams/{key}/add", add, Circle.ADMINS),
    post("/exams/{key}/transfer", transfer, Circle.ADMINS),
)
