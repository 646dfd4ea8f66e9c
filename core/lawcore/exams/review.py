"""After the reveal: one question of one's own paper with the key and the arithmetic."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lawcore.errors import NotFound, WrongState
from lawcore.exams.grading import Tick, chosen, earned, ticked
from lawcore.exams.hall import NOT_YOURS, Hall, without_key
from lawcore.exams.model import Attempt, AttemptState, Exam, Pool
from lawcore.exams.sealed import sealed_by
from lawcore.exams.words import not_yet
from lawcore.ids import ExamId, QuestionKey
from lawcore.people.model import Address
from lawcore.questions.draw import PaperItem
from lawcore.questions.question import Question


@dataclass(frozen=True, slots=True)
class Page:
    """One question of a paper that is over, as its candidate may see it."""

    exam: Exam
    attempt: Attempt
    place: int
    item: PaperItem
    question: Question
    """With the key in force."""
    first_key: frozenset[int]
    """The key by which the paper was graded first."""
    picked: frozenset[int]
    tick: Tick
    earned: Fraction
    doubted: bool
    """The candidate has asked about this question."""
    answer: str | None
    """What the setter answered."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A question of a paper of which another exam still asks something: nothing of its key."""

    exam: Exam
    attempt: Attempt
    place: int
    item: PaperItem
    question: Question
    picked: frozenset[int]
    by: Exam
    """The exam that asks it."""


def page(hall: Hall, token: str, address: Address, place: int) -> Page | Sealed:
    """The page at `place` of the paper of the person at `address`; the ends hold it inside.

    Raises NotFound for another person's attempt as for none, WrongState before the reveal.
    """
    attempt, exam = revealed(hall, token, address)
    place = min(max(place, 0), len(attempt.paper) - 1)
    item = attempt.paper[place]
    first = hall.exams.question(exam.id, item.question)
    picked = chosen(item, hall.exams.choices(attempt.id).get(place, 0))
    by = sealed_by(hall, attempt.cadre, {one.question for one in attempt.paper})
    if by is not None:
        now = hall.reviews.in_force(attempt)
        return Sealed(exam, now, place, item, without_key(first), picked, by)
    key = hall.reviews.keys(exam.id).get(item.question, first.key)
    question = dataclasses.replace(first, key=key)
    tick = ticked(question.kind, key, picked)
    asked = [
        one
        for one in hall.reviews.appeals(exam.id)
        if one.cadre == attempt.cadre and one.question == item.question
    ]
    return Page(
        exam,
        hall.reviews.in_force(attempt),
        place,
        item,
        question,
        first.key,
        picked,
        tick,
        earned(exam.scoring, question.kind, tick, item.marks),
        bool(asked),
        asked[0].answer if asked else None,
    )


def revealed(hall: Hall, token: str, address: Address) -> tuple[Attempt, Exam]:
    """The attempt of the person at `address`, once keys may be told.

    Raises NotFound for another person's attempt as for none, WrongState before the reveal.
    """
    sitting = hall.exams.sitting(token, address.channel, address.value)
    if sitting is None:
        raise NotFound(NOT_YOURS)
    exam, attempt = sitting.exam, sitting.attempt
    if not exam.revealed or attempt.state is AttemptState.RUNNING:
        raise WrongState(not_yet(exam))
    return attempt, exam


def pool_in_force(hall: Hall, exam: ExamId, more: Mapping[QuestionKey, frozenset[int]]) -> Pool:
    """The frozen questions of an exam with corrected keys; `more` corrects on top of them."""
    keys = {**hall.reviews.keys(exam), **more}
    return {
        key: dataclasses.replace(question, key=keys.get(key, question.key))
        for key, question in hall.exams.pool(exam).items()
    }
