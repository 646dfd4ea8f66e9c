"""What the exam office does: create, open, remind, exempt, close. Every act is a ledger line."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput, NotFound, WrongState
from lawcore.exams.hall import Hall, close_attempt
from lawcore.exams.model import AttemptState, Exam, ExamState, NewExam
from lawcore.ids import ExamId, UnitId
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import Cadre, Unit
from lawcore.people.tree import under
from lawcore.questions.blueprint import Blueprint, PaperKind
from lawcore.questions.draw import draw, eligible, shuffle_options
from lawcore.questions.question import Question

SOON = timedelta(days=3)
LAST = timedelta(hours=2)


def create(
    hall: Hall,
    plan: Blueprint,
    bank: Sequence[Question],
    *,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    minutes: int | None,
    seed: int,
    units: frozenset[UnitId] = frozenset(),
    actor: str,
    at: datetime,
) -> ExamId:
    """Create an exam and freeze its plan and the wording of its questions.

    Raises BadInput for a window that is no window or lies in the past, and for a plan that the
    bank cannot fill.
    """
    minutes = plan.minutes if minutes is None else minutes
    if closes_at <= opens_at:
        raise BadInput("考试结束时间要晚于开始时间，请检查 --opens 和 --closes。")
    if closes_at <= at:
        raise BadInput("考试结束时间已经过去，请检查 --closes。")
    if minutes < 1:
        raise BadInput("答题时间至少 1 分钟，请检查 --minutes。")
    pool = eligible(bank, plan)
    draw(pool, plan, f"{seed}")
    new = NewExam(title, plan, opens_at, closes_at, minutes, seed, plan.categories, units, pool)
    key = hall.exams.add_exam(new, at)
    hall.ledger.add(Entry(at, EntryKind.EXAM_CREATED, actor, exam=key))
    return key


def open_exam(hall: Hall, key: ExamId, *, actor: str, at: datetime) -> int:
    """Freeze the roster, draw the papers, tell the candidates; return the number of candidates.

    Raises WrongState if it is not waiting, BadInput if no cadre of the roster would sit it.
    """
    exam = get(hall, key)
    if exam.state is not ExamState.SCHEDULED:
        raise WrongState(f"考试 {key} 已经开始或结束，不能再开始。")
    units = hall.people.units()
    cadres = [cadre for cadre in hall.people.cadres() if _sits(exam, cadre, units)]
    if not cadres:
        raise BadInput(f"名册里没有人符合考试 {key} 的范围。请先导入名册，或核对考试范围。")
    if at < exam.opens_at:
        hall.exams.set_window(key, at, exam.closes_at)
    plan, pool = hall.exams.plan(key), tuple(hall.exams.pool(key).values())
    papers = []
    common = draw(pool, plan, f"{exam.seed}")
    for cadre in cadres:
        seed = f"{exam.seed}:{cadre.number}"
        drawn = common if plan.paper is PaperKind.PER_EXAM else draw(pool, plan, seed)
        papers.append((cadre.id, cadre.unit, shuffle_options(drawn, plan, seed)))
    hall.exams.add_candidates(key, papers, at)
    hall.exams.set_exam_state(key, ExamState.OPEN)
    detail: dict[str, str | int] = {"candidates": len(cadres)}
    hall.ledger.add(Entry(at, EntryKind.EXAM_OPENED, actor, exam=key, detail=detail))
    return len(cadres)


def close_exam(hall: Hall, key: ExamId, *, actor: str, at: datetime) -> None:
    """End an exam: running papers are graded as saved, the results are told.

    Raises WrongState if it is not open.
    """
    exam = get(hall, key)
    if exam.state is not ExamState.OPEN:
        raise WrongState(f"考试 {key} 不在进行中，不能结束。")
    if at < exam.closes_at:
        hall.exams.set_window(key, exam.opens_at, at)
    for cadre in hall.exams.unfinished(key):
        attempt = hall.exams.attempt(key, cadre)
        if attempt is not None:
            close_attempt(hall, attempt, AttemptState.OVERDUE, at)
    hall.exams.set_exam_state(key, ExamState.CLOSED)
    hall.ledger.add(Entry(at, EntryKind.EXAM_CLOSED, actor, exam=key))
    done = hall.exams.finished(key)
    hall.deliveries.queue_cadres(DeliveryKind.EXAM_RESULT, key, done, next_allowed(at))


def exempt(hall: Hall, key: ExamId, number: str, reason: str, *, actor: str, at: datetime) -> None:
    """Excuse a candidate, with the reason and who approved it.

    Raises BadInput without a reason, NotFound for somebody not on the exam's roster, WrongState
    when the paper is handed in or the exam is over.
    """
    exam = get(hall, key)
    if not reason.strip():
        raise BadInput("免考要写明原因，例如：公出、病假。")
    cadre = hall.people.cadre_by_number(number)
    candidate = hall.exams.candidate(key, cadre.id) if cadre else None
    if cadre is None or candidate is None:
        raise NotFound(f"考试 {key} 的名单里没有工号 {number}。名单在考试开始时确定。")
    if exam.state is ExamState.CLOSED:
        raise WrongState(f"考试 {key} 已经结束，不能再改免考。")
    if hall.exams.attempt(key, cadre.id) is not None:
        raise WrongState(f"工号 {number} 已经开始答题，不能再免考。")
    hall.exams.exempt(key, cadre.id, reason.strip(), actor, at)
    entry = Entry(
        at,
        EntryKind.EXEMPTED,
        actor,
        unit=candidate.unit,
        cadre=cadre.id,
        exam=key,
        detail={"reason": reason.strip()},
    )
    hall.ledger.add(entry)


def tend(hall: Hall, *, at: datetime) -> None:
    """One round over all exams: open what is due, tell, remind, close what is over.

    Telling and reminding are idempotent: the delivery's unique key holds each to once a person.
    """
    for attempt in hall.exams.overdue(at):
        close_attempt(hall, attempt, AttemptState.OVERDUE, at)
    for exam in hall.exams.exams():
        if exam.state is ExamState.SCHEDULED and exam.opens_at <= at < exam.closes_at:
            try:
                open_exam(hall, exam.id, actor="lawbot", at=at)
            except BadInput:
                continue  # nobody to sit it yet: the next round asks again
    for exam in hall.exams.exams():
        if exam.state is ExamState.OPEN and at >= exam.closes_at:
            close_exam(hall, exam.id, actor="lawbot", at=at)
        elif exam.state is ExamState.OPEN:
            _tell(hall, exam, at)


def get(hall: Hall, key: ExamId) -> Exam:
    """The exam, or NotFound."""
    exam = hall.exams.exam(key)
    if exam is None:
        raise NotFound(f"没有编号 {key} 的考试。用 lawbot exam list 查看。")
    return exam


def _tell(hall: Hall, exam: Exam, at: datetime) -> None:
    waiting = hall.exams.unfinished(exam.id)
    told = next_allowed(max(at, exam.opens_at))
    if told < exam.closes_at:
        hall.deliveries.queue_cadres(DeliveryKind.EXAM_OPEN, exam.id, waiting, told)
    for kind, gap in ((DeliveryKind.EXAM_SOON, SOON), (DeliveryKind.EXAM_LAST, LAST)):
        due = exam.closes_at - gap
        allowed = next_allowed(at)
        if exam.opens_at < due <= at and allowed < exam.closes_at:
            hall.deliveries.queue_cadres(kind, exam.id, waiting, allowed)


def _sits(exam: Exam, cadre: Cadre, units: Sequence[Unit]) -> bool:
    if not cadre.active or (exam.categories and cadre.category.value not in exam.categories):
        return False
    return not exam.units or cadre.unit in under(units, exam.units)
