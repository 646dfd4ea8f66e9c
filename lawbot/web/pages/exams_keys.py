"""A wrong key corrected before the reveal: two persons, each of whom writes it from the bank.

Until then no page shows a question or its key, so this one asks and tells nothing: what a refusal
would say of a key is left out of it.
"""

from datetime import datetime
from functools import partial

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.exams import ExamAct, barred, exam_acted, exam_of
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawbot.web.words import Said
from lawcore.errors import BadInput, NotAllowed, NotFound, WrongState
from lawcore.exams import regrade
from lawcore.exams.model import Exam
from lawcore.ids import ExamId, QuestionKey
from lawcore.storage import Books

NOT_PROPOSED = (
    "没有记下：题号不在这场考试里，或者答案的写法不对，或者和现在的答案一样。请对着题库核对。"
)
NOT_MATCHED = "没有更正：没有人这样提议过。请和提议的人核对题号和答案。"


async def show(visit: Visit) -> web.Response:
    """The empty form, and how many corrections wait."""
    return await _page(visit)


async def propose(visit: Visit) -> web.Response:
    """Propose a key; no score changes."""

    def act(books: Books, key: ExamId, at: datetime) -> None:
        question, letters = _typed(visit)
        try:
            regrade.propose(books, key, question, letters, actor=visit.actor, at=at)
        except (NotFound, BadInput):
            raise BadInput(NOT_PROPOSED) from None

    return await _acted(visit, Said.KEY_PROPOSED, act)


async def confirm(visit: Visit) -> web.Response:
    """Apply a key that somebody else proposed in the same words; nobody loses by it."""

    def act(books: Books, key: ExamId, at: datetime) -> None:
        question, letters = _typed(visit)
        try:
            regrade.apply(
                books, key, question, letters, allow_lower=False, actor=visit.actor, at=at
            )
        except (NotFound, BadInput, WrongState):
            raise WrongState(NOT_MATCHED) from None

    return await _acted(visit, Said.KEY_CORRECTED_AHEAD, act)


async def _acted(visit: Visit, said: Said, act: ExamAct) -> web.Response:
    def allowed(books: Books, key: ExamId, at: datetime) -> None:
        if why := barred(books, visit, exam_of(books, visit)):
            raise NotAllowed(why)
        act(books, key, at)

    return await exam_acted(visit, said, allowed, partial(_page, visit), "/key")


async def _page(visit: Visit, problem: str = "") -> web.Response:
    def job(books: Books, _: datetime) -> tuple[Exam, str, list[str]]:
        exam = exam_of(books, visit)
        waiting = [one for one in books.reviews.regrades(exam.id) if one.applied_by is None]
        return exam, barred(books, visit, exam), [one.proposed_by for one in waiting]

    exam, why, proposers = await visit.look(job)
    question, letters = _typed(visit)
    return visit.page(
        "exam_key.html",
        status=409 if problem else 200,
        problem=problem,
        exam=exam,
        barred=why,
        mine=proposers.count(visit.actor),
        others=len(proposers) - proposers.count(visit.actor),
        typed={"question": question, "key": letters},
    )


def _typed(visit: Visit) -> tuple[QuestionKey, str]:
    return QuestionKey(visit.typed("question")), visit.typed("key")


ROUTES: tuple[Route, ...] = (
    get("/exams/{key}/key", show, Circle.ADMINS),
    post("/exams/{key}/key/propose", propose, Circle.ADMINS),
    post("/exams/{key}/key/confirm", confirm, Circle.ADMINS),
)
