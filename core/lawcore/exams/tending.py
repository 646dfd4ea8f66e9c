"""The round over all exams: open what is due, tell, remind, reveal, close what is over."""

from datetime import datetime, timedelta

from lawcore.delivery.hours import before_night, next_allowed
from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput
from lawcore.exams.hall import Hall, close_attempt
from lawcore.exams.model import AttemptState, Exam, ExamState
from lawcore.exams.office import close_exam, open_exam, reveal, roster
from lawcore.exams.papers import Fits, always, draws_for
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import MAY_REPORT

SOON = timedelta(days=3)
LAST = timedelta(hours=2)


def tend(hall: Hall, *, fits: Fits = always, at: datetime) -> None:
    """One round over all exams: open what is due, tell, remind, close what is over.

    Telling and reminding are idempotent: the delivery's unique key holds each to once a person.
    An exam is over when its window is and nobody is left with minutes of their own.
    """
    for attempt in hall.exams.overdue(at):
        close_attempt(hall, attempt, AttemptState.OVERDUE, at)
    for exam in hall.exams.exams():
        if exam.state is ExamState.SCHEDULED and exam.opens_at <= at:
            _open_or_drop(hall, exam, fits, at)
    for exam in hall.exams.exams():
        if exam.state is ExamState.CLOSED and not exam.revealed and at >= exam.reveals_at:
            reveal(hall, exam.id, at)
            hall.ledger.add(Entry(at, EntryKind.EXAM_REVEALED, "lawbot", exam=exam.id))
        if exam.state is not ExamState.OPEN:
            continue
        if at < exam.closes_at:
            _tell(hall, exam, at)
        elif hall.exams.progress(exam.id).running == 0:
            close_exam(hall, exam.id, actor="lawbot", at=at)


def obstacle(hall: Hall, exam: Exam, fits: Fits, at: datetime) -> str | None:
    """What keeps a waiting exam from opening, in a sentence; None if nothing does."""
    if exam.state is not ExamState.SCHEDULED or at >= exam.closes_at:
        return None
    if exam.opens_at <= at and not roster(hall, exam):
        return f"名册里没有人符合考试 {exam.id} 的范围。请先导入名册，或核对考试范围。"
    try:
        draws_for(hall, exam, fits, at)
    except BadInput as short:
        return str(short)
    return None


def _open_or_drop(hall: Hall, exam: Exam, fits: Fits, at: datetime) -> None:
    """Open an exam; one whose whole window was missed is closed, and nobody was absent from it.

    One that cannot open is asked again by the next round; the admins are told, once.
    """
    if at >= exam.closes_at:
        hall.exams.set_exam_state(exam.id, ExamState.CLOSED)
        hall.rosters.set_revealed(exam.id)
        detail: dict[str, str | int] = {"held": 0}
        hall.ledger.add(Entry(at, EntryKind.EXAM_CLOSED, "lawbot", exam=exam.id, detail=detail))
        return
    try:
        open_exam(hall, exam.id, fits=fits, actor="lawbot", at=at)
    except BadInput:
        admins = [account.id for account in hall.people.accounts_with(MAY_REPORT)]
        hall.deliveries.queue(DeliveryKind.EXAM_STUCK, exam.id, 0, admins, next_allowed(at))


def _tell(hall: Hall, exam: Exam, at: datetime) -> None:
    allowed = next_allowed(at)
    if allowed >= exam.closes_at:
        return
    waiting = hall.exams.unfinished(exam.id)
    hall.deliveries.queue_cadres(DeliveryKind.EXAM_OPEN, exam.id, waiting, allowed)
    soon, last = exam.closes_at - SOON, _last_call(exam)
    if exam.opens_at < soon <= at < last:
        hall.deliveries.queue_cadres(DeliveryKind.EXAM_SOON, exam.id, waiting, allowed)
    if exam.opens_at < last <= at:
        hall.deliveries.queue_cadres(DeliveryKind.EXAM_LAST, exam.id, waiting, allowed)


def _last_call(exam: Exam) -> datetime:
    """Two hours before the end; earlier where the night would swallow it."""
    due = exam.closes_at - LAST
    in_time = next_allowed(due + timedelta(minutes=30)) < exam.closes_at
    return due if in_time else before_night(due)
