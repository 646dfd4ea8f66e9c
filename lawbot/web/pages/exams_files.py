"""The files of an exam: scores, printed papers, and answers that were given on paper."""

import asyncio
import tempfile
from datetime import datetime
from pathlib import Path

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.exams import exam_of, hidden
from lawbot.web.files import sent_file, taken_file
from lawbot.web.pages.exams import exam_page
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawbot.web.words import NO_FILE, Said
from lawcore.errors import LawbotError, WrongState
from lawcore.exams import entering, on_paper
from lawcore.exams.on_paper import PrintedPaper
from lawcore.reports.scores import ExamReport, collect_scores
from lawcore.storage import Books


async def scores(visit: Visit) -> web.Response:
    """The result of an exam; it names keys, so it is there after the reveal only."""
    from lawcore.reports.exam_sheet import write_exam  # noqa: PLC0415 - slow to import

    def job(books: Books, at: datetime) -> ExamReport:
        exam = exam_of(books, visit)
        if why := hidden(books, visit, exam):
            raise WrongState(why)
        return collect_scores(books, visit.house.township, exam.id, at)

    report = await visit.look(job)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scores.xlsx"
        await asyncio.to_thread(write_exam, report, path)
        return await sent_file(path, f"{report.exam.title}-成绩.xlsx")


async def print_papers(visit: Visit) -> web.Response:
    """Print the papers of one person, or of all who have to sit and have no bound account."""
    from lawbot.paper.exam_paper import write_papers  # noqa: PLC0415 - slow to import

    def job(books: Books, at: datetime) -> tuple[tuple[PrintedPaper, ...], datetime]:
        key = exam_of(books, visit).id
        person = visit.typed("person")
        people = (person,) if person else on_paper.unbound(books, key)
        return on_paper.print_papers(books, key, people, actor=visit.actor, at=at), at

    try:
        papers, at = await visit.act(job)
    except LawbotError as error:
        return await exam_page(visit, problem=str(error))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "papers.docx"
        await asyncio.to_thread(write_papers, papers, visit.house.township, path, at)
        return await sent_file(path, f"{papers[0].exam.title}-试卷.docx")


async def answer_sheet(visit: Visit) -> web.Response:
    """An empty file for the answers of those who have to sit and have no bound account."""
    from lawcore.exams.answers_file import write_template  # noqa: PLC0415 - slow to import

    def job(books: Books, _: datetime) -> tuple[str, list[PrintedPaper]]:
        key = exam_of(books, visit).id
        exam = on_paper.opened(books, key)
        people = [on_paper.whose(books, exam, one) for one in on_paper.unbound(books, key)]
        return exam.title, [on_paper.printed(books, exam, cadre) for cadre in people]

    title, papers = await visit.look(job)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.xlsx"
        await asyncio.to_thread(write_template, papers, path)
        return await sent_file(path, f"{title}-答案表.xlsx")


async def enter_answers(visit: Visit) -> web.Response:
    """Take in a filled-in file; every fault is named, and then nothing is taken."""
    from lawcore.exams.answers_file import read_answers  # noqa: PLC0415 - slow to import

    given, late = visit.file("answers"), visit.typed("late")
    if given is None:
        return await exam_page(visit, problem=NO_FILE, late=late)
    key = (await visit.look(lambda books, _: exam_of(books, visit))).id

    def job(books: Books, at: datetime) -> None:
        for cadre, choices in found:
            entering.enter(books, key, cadre, choices, late=late, actor=visit.actor, at=at)

    try:
        papers = await visit.look(lambda books, _: entering.papers_by_number(books, key))
        with taken_file(given) as path:
            found = await asyncio.to_thread(read_answers, path, papers)
        await visit.act(job)
    except LawbotError as error:
        return await exam_page(visit, problem=str(error), late=late)
    return visit.done(Said.ANSWERS_ENTERED, f"/exams/{key}")


ROUTES: tuple[Route, ...] = (
    get("/exams/{key}/scores.xlsx", scores, Circle.ADMINS),
    post("/exams/{key}/papers", print_papers, Circle.ADMINS),
    get("/exams/{key}/answers.xlsx", answer_sheet, Circle.ADMINS),
    post("/exams/{key}/answers", enter_answers, Circle.ADMINS),
)
