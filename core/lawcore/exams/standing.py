"""Where a cadre stands in each exam: what /exam shows."""

from datetime import datetime

from lawcore.exams import office
from lawcore.exams.hall import Hall, answered, exam_of
from lawcore.exams.model import Attempt, AttemptState, Exam, ExamState, Invitation, Standing
from lawcore.exams.sealed import sealed_by
from lawcore.ids import CadreId, QuestionKey


def invitations(hall: Hall, cadre: CadreId, *, at: datetime) -> tuple[Invitation, ...]:
    """The exams of a cadre, newest first, and where the cadre stands in each."""
    found = []
    for key in hall.exams.sittings(cadre):
        exam = exam_of(hall, key)
        attempt = hall.exams.attempt(key, cadre)
        count = len(answered(hall.exams.choices(attempt.id))) if attempt else 0
        if attempt is not None and exam.revealed:
            attempt = hall.reviews.in_force(attempt)
        found.append(Invitation(exam, _standing(hall, exam, cadre, attempt, at), attempt, count))
    return tuple(found)


def may_be_asked(hall: Hall, cadre: CadreId, question: QuestionKey) -> bool:
    """Whether an exam that is not revealed asks this cadre the question, or may ask it yet."""
    if sealed_by(hall, cadre, {question}) is not None:
        return True
    waiting = (hall.exams.exam(key) for key, _ in hall.reviews.holding(question))
    return any(
        exam.state is ExamState.SCHEDULED
        and any(one.id == cadre for one in office.roster(hall, exam))
        for exam in waiting
        if exam is not None
    )


def _standing(
    hall: Hall, exam: Exam, cadre: CadreId, attempt: Attempt | None, at: datetime
) -> Standing:
    candidate = hall.exams.candidate(exam.id, cadre)
    if attempt is not None:
        running = attempt.state is AttemptState.RUNNING and at < attempt.deadline_at
        return Standing.RUNNING if running else Standing.FINISHED
    if candidate is not None and candidate.exempt_reason is not None:
        return Standing.EXEMPT
    if exam.state is ExamState.CLOSED or at >= exam.closes_at:
        return Standing.ABSENT
    return Standing.READY if at >= exam.opens_at else Standing.WAITING
