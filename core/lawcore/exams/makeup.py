"""补考: a new exam for who failed or was absent without leave. The first result stays."""

from collections.abc import Sequence
from datetime import datetime

from lawcore.errors import BadInput, WrongState
from lawcore.exams import office
from lawcore.exams.hall import Hall
from lawcore.exams.model import Exam, ExamState
from lawcore.ids import ExamId
from lawcore.questions.blueprint import Blueprint, PaperKind
from lawcore.questions.question import Question

SUFFIX = "（补考）"


def create(
    hall: Hall,
    first: ExamId,
    bank: Sequence[Question],
    *,
    opens_at: datetime,
    closes_at: datetime,
    plan: Blueprint | None = None,
    minutes: int | None = None,
    reveal_at: datetime | None = None,
    seed: int,
    actor: str,
    at: datetime,
) -> ExamId:
    """Create the 补考 of a closed exam, by its own plan or by another one.

    Its roster is made when it opens, from the results in force then. Raises WrongState if the
    exam is not over, is a 补考 itself, or has one that is not over; BadInput if nobody is due, or
    a fixed paper would be asked twice.
    """
    exam = office.get(hall, first)
    if exam.makeup_of is not None:
        raise WrongState(f"考试 {first} 本身就是补考，请对首次考试 {exam.makeup_of} 安排补考。")
    if exam.state is not ExamState.CLOSED:
        raise WrongState(f"考试 {first} 还没有结束，结束后才能安排补考。")
    for key in hall.rosters.makeups(first):
        if office.get(hall, key).state is not ExamState.CLOSED:
            raise WrongState(f"考试 {first} 已有一场补考（{key}）还没结束。")
    if not office.makeup_due(hall, first):
        raise BadInput(f"考试 {first} 没有需要补考的人。")
    chosen = plan or hall.exams.plan(first)
    if chosen.paper is PaperKind.FIXED and chosen.id == exam.blueprint:
        raise BadInput("固定卷不能原卷补考，请另选一份方案。")
    return office.create(
        hall,
        chosen,
        bank,
        title=_title(exam),
        opens_at=opens_at,
        closes_at=closes_at,
        minutes=minutes if minutes is not None or plan else exam.minutes,
        seed=seed,
        reveal_at=reveal_at,
        makeup_of=first,
        actor=actor,
        at=at,
    )


def _title(exam: Exam) -> str:
    return exam.title[: office.LONGEST_TITLE - len(SUFFIX)] + SUFFIX
