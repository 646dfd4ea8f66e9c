"""After the reveal: doubted questions, keys that were wrong, and what the answers say of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.exams import exam_acted, exam_of, hidden
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawbot.web.words import NO_SUCH_PAGE, Said
from lawcore.errors import LawbotError, NotFound, WrongState
from lawcore.exams import appeals, regrade, studies
from lawcore.exams.analysis import ENOUGH, TOO_FEW, Analysis
from lawcore.exams.correcting import letters_of
from lawcore.exams.model import Exam, Pool
from lawcore.exams.regrade import Difference
from lawcore.exams.review import pool_in_force
from lawcore.exams.review_book import Appeal, Regrade
from lawcore.ids import AppealId, CadreId, ExamId, QuestionKey
from lawcore.questions.question import LETTERS, Question
from lawcore.storage import Books


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction that waits for a second person, with what it would change."""

    regrade: Regrade
    difference: Difference
    mine: bool
    """Who looks has proposed it, and cannot apply it."""

    @property
    def letters(self) -> str:
        return letters_of(self.regrade.key)


@dataclass(frozen=True, slots=True)
class Doubted:
    """One question with all that is said of it."""

    question: Question
    """With the key in force."""
    first_key: str
    appeals: tuple[Appeal, ...]
    proposals: tuple[Proposal, ...]
    tried: Difference | None

    @property
    def waiting(self) -> int:
        return sum(one.answer is None for one in self.appeals) + len(self.proposals)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page shows; before the reveal only that it is not time yet."""

    exam: Exam
    hidden: str
    """Why nothing is told yet; empty if it is."""
    waiting: int
    """Corrections that wait; all that is said of them before the reveal."""
    doubted: tuple[Doubted, ...] = ()
    analysis: Analysis | None = None
    names: Mapping[CadreId, str] | None = None
    """Whose scores would change."""


async def show(visit: Visit) -> web.Response:
    """All doubts; `question` names one more question to be looked at, `key` a key to be tried."""
    return await _page(visit, visit.asked("question"), visit.asked("key"))


async def answer(visit: Visit) -> web.Response:
    """Answer a doubt."""

    def job(books: Books, at: datetime) -> ExamId:
        key = _check_told(books, visit)
        appeal = AppealId(visit.number("appeal"))
        if appeal not in {one.id for one in books.reviews.appeals(key)}:
            raise NotFound(NO_SUCH_PAGE)
        appeals.answer(books, appeal, visit.typed("text"), actor=visit.actor, at=at)
        return key

    try:
        key = await visit.act(job)
    except NotFound:
        raise
    except LawbotError as error:
        return await _page(visit, problem=str(error))
    return visit.done(Said.DOUBT_ANSWERED, f"/exams/{key}/doubts")


async def propose(visit: Visit) -> web.Response:
    """Propose a key, here and where else the question is asked with the old one if so ticked."""
    question, letters = QuestionKey(visit.typed("question")), visit.typed("key")

    def act(books: Books, key: ExamId, at: datetime) -> None:
        _check_told(books, visit)
        regrade.propose(books, key, question, letters, actor=visit.actor, at=at)
        if visit.typed("elsewhere"):
            regrade.propose_elsewhere(books, key, question, letters, actor=visit.actor, at=at)

    again = partial(_page, visit, question, letters)
    return await exam_acted(visit, Said.KEY_PROPOSED, act, again, "/doubts")


async def apply(visit: Visit) -> web.Response:
    """Apply a key that somebody else proposed; nobody loses by it."""
    question, letters = QuestionKey(visit.typed("question")), visit.typed("key")

    def act(books: Books, key: ExamId, at: datetime) -> None:
        _check_told(books, visit)
        regrade.apply(books, key, question, letters, allow_lower=False, actor=visit.actor, at=at)

    again = partial(_page, visit, question, "")
    return await exam_acted(visit, Said.KEY_CORRECTED, act, again, "/doubts")


def _check_told(books: Books, visit: Visit) -> ExamId:
    """The exam of the address. Raises WrongState before its keys may be seen."""
    exam = exam_of(books, visit)
    if why := hidden(books, visit, exam):
        raise WrongState(why)
    return exam.id


async def _page(
    visit: Visit, question: str = "", letters: str = "", problem: str = ""
) -> web.Response:
    try:
        seen = await visit.look(lambda books, _: _seen(books, visit, question, letters))
    except LawbotError as error:
        if isinstance(error, NotFound) or not letters:
            raise
        problem = problem or str(error)
        seen = await visit.look(lambda books, _: _seen(books, visit, question, ""))
    return visit.page(
        "exam_doubts.html",
        status=409 if problem else 200,
        problem=problem,
        seen=seen,
        exam=seen.exam,
        typed={"letters": letters, "question": question, "text": visit.typed("text")},
        of=visit.request.match_info.get("appeal", ""),
        letters=LETTERS,
        letters_of=letters_of,
        enough=ENOUGH,
        few=TOO_FEW,
    )


def _seen(books: Books, visit: Visit, question: str, letters: str) -> Seen:
    exam = exam_of(books, visit)
    open_ = tuple(one for one in books.reviews.regrades(exam.id) if one.applied_by is None)
    if why := hidden(books, visit, exam):
        return Seen(exam, why, len(open_))
    asked = books.reviews.appeals(exam.id)
    pool = pool_in_force(books, exam.id, {})
    keys = {one.question for one in asked} | {one.question for one in open_}
    if question:
        if question not in pool:
            raise NotFound(NO_SUCH_PAGE)
        keys.add(QuestionKey(question))
    doubted = [
        _doubted(books, visit, exam, pool, key, asked, open_, letters if key == question else "")
        for key in sorted(keys)
    ]
    doubted.sort(key=lambda one: (one.question.id != question, not one.waiting))
    names = {cadre.id: f"{cadre.number} {cadre.name}" for cadre in books.people.cadres()}
    _, analysis = studies.analysis_of(books, exam.id)
    return Seen(exam, "", len(open_), tuple(doubted), analysis, names)


def _doubted(
    books: Books,
    visit: Visit,
    exam: Exam,
    pool: Pool,
    key: QuestionKey,
    asked: tuple[Appeal, ...],
    open_: tuple[Regrade, ...],
    letters: str,
) -> Doubted:
    def proposal(one: Regrade) -> Proposal:
        found = regrade.preview(books, exam.id, key, letters_of(one.key))
        return Proposal(one, found, one.proposed_by == visit.actor)

    return Doubted(
        pool[key],
        books.exams.question(exam.id, key).key_letters,
        tuple(one for one in asked if one.question == key),
        tuple(proposal(one) for one in open_ if one.question == key),
        regrade.preview(books, exam.id, key, letters) if letters else None,
    )


ROUTES: tuple[Route, ...] = (
    get("/exams/{key}/doubts", show, Circle.ADMINS),
    post("/exams/{key}/doubts/propose", propose, Circle.ADMINS),
    post("/exams/{key}/doubts/apply", apply, Circle.ADMINS),
    post("/exams/{key}/doubts/{appeal}", answer, Circle.ADMINS),
)
