"""考法: the exams, and one exam while it is sat and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web

from lawbot.web.charts import Bar
from lawbot.web.circle import Circle
from lawbot.web.exams import concerns, exam_acted, exam_of, own_lines
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawbot.web.words import Said
from lawcore.exams import office, tending
from lawcore.exams.model import EXAM_STATE_WORDS, Exam, ExamState, Progress
from lawcore.ids import CadreId, ExamId, UnitId
from lawcore.people.model import Cadre, Role
from lawcore.reports.participation import MakeupTable, Sitting, UnitSitting
from lawcore.storage import Books

TYPED = ("opens", "closes", "reveal", "blueprint", "late")
"""The fields of the page's forms that keep what was typed where they are refused."""


@dataclass(frozen=True, slots=True)
class ExamLine:
    """An exam in the list, with the counts of the units in sight, and what it is the 补考 of."""

    exam: Exam
    counts: Sitting
    first: Exam | None


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who has to sit and has not: 还没交卷 before the end, 缺考 after."""

    number: str
    name: str
    unit: str
    bound: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is known of an exam before it opens."""

    candidates: int
    exempt: int
    unbound: int
    obstacle: str | None
    """Why it could not open now."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page of one exam shows, to the extent that this person may see it."""

    exam: Exam
    first: Exam | None
    lines: tuple[UnitSitting, ...]
    total: Sitting
    progress: Progress | None
    """None for who sees some units only."""
    missing: tuple[Missing, ...]
    ahead: Ahead | None
    makeups: tuple[Exam, ...]
    makeup: MakeupTable | None
    """Only where no 补考 is still sat."""
    owing: tuple[Missing, ...]
    """Who would sit a 补考; empty before the reveal."""
    unchecked: int
    """Keys that wait for a second person, and doubts that wait for an answer."""


async def index(visit: Visit) -> web.Response:
    """All exams that concern this person, the latest first."""

    def job(books: Books, _: datetime) -> list[ExamLine]:
        found = books.exams.exams()
        by_key = {exam.id: exam for exam in found}
        lines = [
            ExamLine(
                exam,
                _sum(own_lines(books, visit, exam.id)),
                by_key.get(exam.makeup_of) if exam.makeup_of else None,
            )
            for exam in found
            if concerns(books, visit, exam)
        ]
        return sorted(lines, key=lambda line: (line.exam.opens_at, line.exam.id), reverse=True)

    return visit.page("exams.html", lines=await visit.look(job), states=EXAM_STATE_WORDS)


async def show(visit: Visit) -> web.Response:
    """One exam."""
    return await exam_page(visit)


async def live(visit: Visit) -> web.Response:
    """The counts, for the page that looks again by itself."""

    def job(books: Books, _: datetime) -> dict[str, Any]:
        exam = exam_of(books, visit)
        lines = own_lines(books, visit, exam.id)
        whole = visit.remit.units is None
        progress = books.exams.progress(exam.id) if whole else None
        return _counts(exam, lines, progress, whole=whole)

    values = await visit.look(job)
    return visit.fragment("exam_counts.html", more=values["exam"].state is ExamState.OPEN, **values)


async def begin(visit: Visit) -> web.Response:
    """Open it now."""
    fits = visit.house.inspection.fits
    return await exam_acted(
        visit,
        Said.EXAM_OPENED,
        lambda books, key, at: office.open_exam(books, key, fits=fits, actor=visit.actor, at=at),
        partial(exam_page, visit),
    )


async def end(visit: Visit) -> web.Response:
    """Close it now."""
    return await exam_acted(
        visit,
        Said.EXAM_CLOSED,
        lambda books, key, at: office.close_exam(books, key, actor=visit.actor, at=at),
        partial(exam_page, visit),
    )


async def exam_page(visit: Visit, problem: str = "", **typed: str) -> web.Response:
    """The page of one exam; `typed` is what a refused form held."""
    seen = await visit.look(lambda books, at: _seen(books, visit, at))
    whole = visit.remit.units is None
    return visit.page(
        "exam.html",
        status=409 if problem else 200,
        problem=problem,
        seen=seen,
        typed=dict.fromkeys(TYPED, "") | typed,
        plans=visit.house.pack.blueprints,
        **_counts(seen.exam, seen.lines, seen.progress, whole=whole),
    )


def _counts(
    exam: Exam, lines: tuple[UnitSitting, ...], progress: Progress | None, *, whole: bool
) -> dict[str, Any]:
    """What the counts are made from. How many passed is told after the end, and to no unit."""
    return {
        "exam": exam,
        "lines": lines,
        "total": _sum(lines),
        "progress": progress,
        "whole": whole,
        "tells": whole and exam.state is ExamState.CLOSED,
        "chart": [
            Bar(line.unit_name, line.counts.attended, line.counts.due) for line in lines
        ],
        "states": EXAM_STATE_WORDS,
    }  # fmt: skip


def _seen(books: Books, visit: Visit, at: datetime) -> Seen:
    exam = exam_of(books, visit)
    whole = visit.remit.units is None
    lines = own_lines(books, visit, exam.id)
    makeups = _exams(books, books.rosters.makeups(exam.id)) if whole else ()
    owing: tuple[Missing, ...] = ()
    if whole and exam.revealed and exam.makeup_of is None:
        owing = _named(books, dict.fromkeys(office.makeup_due(books, exam.id)))
    scheduled = exam.state is ExamState.SCHEDULED
    return Seen(
        exam,
        books.exams.exam(exam.makeup_of) if exam.makeup_of else None,
        lines,
        _sum(lines),
        books.exams.progress(exam.id) if whole else None,
        () if scheduled else _missing(books, visit, exam),
        _ahead(books, visit, exam, at) if whole and scheduled else None,
        makeups,
        _makeup(books, exam, makeups),
        owing,
        _unchecked(books, exam) if whole and exam.revealed else 0,
    )


def _missing(books: Books, visit: Visit, exam: Exam) -> tuple[Missing, ...]:
    due = {
        one.cadre: one.unit
        for one in books.exams.candidates(exam.id)
        if one.exempt_reason is None and visit.remit.sees(one.unit)
    }
    if exam.state is ExamState.CLOSED:
        sat = {one.cadre for one in books.rosters.sat(exam.id)}
    else:
        sat = due.keys() - set(books.exams.unfinished(exam.id))
    return _named(books, {cadre: unit for cadre, unit in due.items() if cadre not in sat})


def _named(books: Books, people: Mapping[CadreId, UnitId | None]) -> tuple[Missing, ...]:
    """These people by unit and number; None is the unit of the roster."""
    units = {unit.id: unit for unit in books.people.units()}
    bound = {one.cadre for one in books.people.accounts_with([Role.CADRE])}

    def line(cadre: Cadre) -> tuple[str, Missing]:
        unit = units[people[cadre.id] or cadre.unit]
        return unit.code, Missing(cadre.number, cadre.name, unit.name, cadre.id in bound)

    found = [line(cadre) for cadre in books.people.cadres() if cadre.id in people]
    return tuple(one for _, one in sorted(found, key=lambda each: (each[0], each[1].number)))


def _ahead(books: Books, visit: Visit, exam: Exam, at: datetime) -> Ahead:
    found = office.roster(books, exam)
    bound = {one.cadre for one in books.people.accounts_with([Role.CADRE])}
    return Ahead(
        len(found),
        len(books.rosters.exempt_ahead(exam.id)),
        sum(cadre.id not in bound for cadre in found),
        tending.obstacle(books, exam, visit.house.inspection.fits, at),
    )


def _makeup(books: Books, exam: Exam, makeups: tuple[Exam, ...]) -> MakeupTable | None:
    """The counts with the 补考. While one is sat nobody is told how many have passed it."""
    if not makeups or any(one.state is ExamState.OPEN for one in makeups):
        return None
    return next(iter(books.figures.makeup_tables([exam.id], None)), None)


def _exams(books: Books, keys: tuple[ExamId, ...]) -> tuple[Exam, ...]:
    return tuple(exam for key in keys if (exam := books.exams.exam(key)) is not None)


def _unchecked(books: Books, exam: Exam) -> int:
    doubts = sum(one.answer is None for one in books.reviews.appeals(exam.id))
    return doubts + sum(one.applied_by is None for one in books.reviews.regrades(exam.id))


def _sum(lines: tuple[UnitSitting, ...]) -> Sitting:
    return sum((line.counts for line in lines), Sitting())


ROUTES: tuple[Route, ...] = (
    get("/exams", index, Circle.LOGGED_IN),
    get("/exams/{key}", show, Circle.LOGGED_IN),
    get("/exams/{key}/live", live, Circle.LOGGED_IN),
    post("/exams/{key}/open", begin, Circle.ADMINS),
    post("/exams/{key}/close", end, Circle.ADMINS),
)
