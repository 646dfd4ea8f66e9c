"""Drawing the papers of an exam; the seed is (exam, person), so a draw can be repeated."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime

from lawcore.clock import local_day
from lawcore.errors import BadInput
from lawcore.exams.correcting import free
from lawcore.exams.hall import Hall
from lawcore.exams.model import Exam
from lawcore.exams.review import pool_in_force
from lawcore.ids import CadreId, QuestionKey
from lawcore.people.model import Cadre
from lawcore.questions.blueprint import Blueprint, PaperKind
from lawcore.questions.draw import PaperItem, draw, shuffle_options, spare
from lawcore.questions.question import Question

Fits = Callable[[Question, date], bool]
"""Whether a question may be asked on a day; the content's rules answer it."""


def always(_question: Question, _day: date) -> bool:
    """Every question may be asked."""
    return True


@dataclass(frozen=True, slots=True)
class Draws:
    """What the papers of one exam are drawn from."""

    exam: Exam
    plan: Blueprint
    pool: tuple[Question, ...]
    shared: tuple[Question, ...]
    """The questions of all, where all have the same."""
    asked: Mapping[CadreId, AbstractSet[QuestionKey]]
    """What each was asked in the last exams and is not to be asked again, where papers differ."""


def draws_for(hall: Hall, exam: Exam, fits: Fits, at: datetime) -> Draws:
    """Prepare the draws of `exam` at `at`, from what was frozen when it was created.

    A question whose law has changed since, or changes before the end, is not drawn, nor one that
    still holds a key which another exam has corrected.
    """
    days = (local_day(at), local_day(exam.closes_at))
    frozen = pool_in_force(hall, exam.id, {}).values()
    fitting = tuple(question for question in frozen if all(fits(question, day) for day in days))
    pool = free(hall, fitting)
    plan = hall.exams.plan(exam.id)
    seen = _first_papers(hall, exam) if plan.paper is PaperKind.PER_EXAM else frozenset()
    own = plan.paper is PaperKind.PER_PERSON
    asked = hall.rosters.asked_last(plan.exclude_last, other_than=exam.id) if own else {}
    shared = _shared_already(hall, exam) if not own else ()
    return Draws(exam, plan, pool, shared or _draw(pool, plan, f"{exam.seed}", seen), asked)


def paper_for(hall: Hall, draws: Draws, cadre: Cadre) -> tuple[PaperItem, ...]:
    """The paper of a candidate.

    A 补考 asks nothing of their first paper, and no exam what they were asked in the last ones
    (`exclude_last`), where the bank allows.
    """
    seed = f"{draws.exam.seed}:{cadre.number}"
    drawn = draws.shared
    if draws.plan.paper is PaperKind.PER_PERSON:
        first = draws.exam.makeup_of
        paper = hall.rosters.paper(first, cadre.id) if first is not None else ()
        seen = draws.asked.get(cadre.id, frozenset()) | {item.question for item in paper}
        drawn = _draw(draws.pool, draws.plan, seed, seen)
    return shuffle_options(drawn, draws.plan, seed)


def _draw(
    pool: Sequence[Question], plan: Blueprint, seed: str, seen: AbstractSet[QuestionKey]
) -> tuple[Question, ...]:
    if seen:
        try:
            return draw(spare(pool, plan, seen), plan, seed)
        except BadInput:
            pass  # too few others: then as few as possible come again, in another order
    return draw(pool, plan, seed, seen)


def _shared_already(hall: Hall, exam: Exam) -> tuple[Question, ...]:
    """What all others have got, for somebody who joins an open exam; nothing before the opening."""
    papers = (hall.rosters.paper(exam.id, one.cadre) for one in hall.exams.candidates(exam.id))
    return tuple(hall.exams.question(exam.id, item.question) for item in next(papers, ()))


def _first_papers(hall: Hall, exam: Exam) -> frozenset[QuestionKey]:
    if exam.makeup_of is None:
        return frozenset()
    papers = (
        hall.rosters.paper(exam.makeup_of, one.cadre)
        for one in hall.exams.candidates(exam.makeup_of)
    )
    return frozenset(item.question for item in next(papers, ()))
