"""Changes to the roster of an exam after its opening. Each is a line of the ledger.

Every change has a reason and somebody who approved it; reports show all of them.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput, NotFound, WrongState
from lawcore.exams import office
from lawcore.exams.hall import Hall
from lawcore.exams.model import AttemptState, Candidate, Exam, ExamState
from lawcore.exams.papers import Fits, always, draws_for, paper_for
from lawcore.ids import ExamId
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import Cadre, Unit

MOST_EXTRA = 24 * 60
READMITTED = 1
"""The version of the notice for somebody who was told before, and then exempt for a while."""


def add(
    hall: Hall,
    key: ExamId,
    number: str,
    reason: str,
    *,
    fits: Fits = always,
    actor: str,
    at: datetime,
) -> None:
    """Add a cadre in post to an open exam, with a paper drawn as at the opening.

    Raises BadInput without a reason, NotFound for an unknown 工号, WrongState if the exam is not
    open or the cadre is a candidate already.
    """
    exam = _open(hall, key, at)
    why = _reason(reason)
    cadre = hall.people.cadre_by_number(number)
    if cadre is None:
        raise NotFound(f"名册里没有工号 {number}。请先导入名册，或核对工号。")
    if not cadre.active:
        raise WrongState(f"工号 {number} 已不在岗，不能加入考试。")
    if hall.exams.candidate(key, cadre.id) is not None:
        raise WrongState(f"工号 {number} 已经在考试 {key} 的名单里。")
    paper = paper_for(hall, draws_for(hall, exam, fits, at), cadre)
    hall.exams.add_candidates(key, [(cadre.id, cadre.unit, paper)], at)
    _write(hall, EntryKind.CANDIDATE_ADDED, exam, cadre, at, actor, {"reason": why})


def move(
    hall: Hall, key: ExamId, number: str, unit: Unit, reason: str, *, actor: str, at: datetime
) -> None:
    """Count a candidate in another unit from now on: the person was transferred within the town.

    Raises BadInput without a reason, NotFound for somebody not on the roster, WrongState once the
    exam is over.
    """
    exam = _open(hall, key, at)
    why = _reason(reason)
    cadre, candidate = _candidate(hall, key, number)
    if candidate.unit == unit.id:
        raise WrongState(f"工号 {number} 在这场考试里已经算在{unit.name}。")
    before = hall.people.unit(candidate.unit)
    hall.rosters.move(key, cadre.id, unit.id)
    detail = {"reason": why, "from": before.name if before else "", "to": unit.name}
    _write(hall, EntryKind.CANDIDATE_MOVED, exam, cadre, at, actor, detail)


def withdraw(
    hall: Hall, key: ExamId, number: str, reason: str, *, actor: str, at: datetime
) -> None:
    """Take somebody who was transferred away off the roster: N becomes one less.

    Raises BadInput without a reason, NotFound for somebody not on the roster, WrongState once the
    exam is over or the person has begun: who sat is counted.
    """
    exam = _open(hall, key, at)
    why = _reason(reason)
    cadre, candidate = _candidate(hall, key, number)
    if hall.exams.attempt(key, cadre.id) is not None:
        raise WrongState(f"工号 {number} 已经开始答题，照常计入，不能调出。")
    unit = hall.people.unit(candidate.unit)
    hall.rosters.withdraw(key, cadre.id)
    detail = {"reason": why, "from": unit.name if unit else ""}
    _write(hall, EntryKind.CANDIDATE_LEFT, exam, cadre, at, actor, detail)


def readmit(hall: Hall, key: ExamId, number: str, reason: str, *, actor: str, at: datetime) -> None:
    """Take an exemption back: the person has to sit again, and is told so.

    Raises BadInput without a reason, NotFound for somebody not on the roster, WrongState for
    somebody who is not exempt and once the window is over.
    """
    exam = office.get(hall, key)
    waiting = exam.state is ExamState.SCHEDULED and at < exam.closes_at
    if not waiting:
        exam = _open(hall, key, at)
    why = _reason(reason)
    cadre = hall.people.cadre_by_number(number)
    if cadre is None or (not waiting and hall.exams.candidate(key, cadre.id) is None):
        raise NotFound(f"考试 {key} 的名单里没有工号 {number}。")
    if not hall.rosters.end_exemption(key, cadre.id):
        raise WrongState(f"工号 {number} 在考试 {key} 里没有免考，不用取消。")
    _write(hall, EntryKind.EXEMPTION_ENDED, exam, cadre, at, actor, {"reason": why})
    allowed = next_allowed(at)
    if not waiting and allowed < exam.closes_at:
        who = [cadre.id]
        if hall.deliveries.queue_cadres(DeliveryKind.EXAM_OPEN, key, who, allowed) == 0:
            hall.deliveries.queue_cadres(DeliveryKind.EXAM_OPEN, key, who, allowed, READMITTED)


def allow(
    hall: Hall,
    key: ExamId,
    number: str,
    minutes: int,
    reason: str,
    *,
    actor: str,
    at: datetime,
) -> None:
    """Give a candidate `minutes` more than the others; a running paper gets them at once.

    The number replaces an earlier one. Raises BadInput for a number or reason that is none,
    NotFound for somebody not on the roster, WrongState when the paper is handed in.
    """
    exam = _open(hall, key, at, "开始以后再加时，正在答题的也马上生效")
    why = _reason(reason)
    if not 0 < minutes <= MOST_EXTRA:
        raise BadInput(f"加时要在 1 到 {MOST_EXTRA} 分钟之间。")
    cadre, candidate = _candidate(hall, key, number)
    attempt = hall.exams.attempt(key, cadre.id)
    if attempt is not None and attempt.state is not AttemptState.RUNNING:
        raise WrongState(f"工号 {number} 已经交卷，不能再加时。")
    hall.rosters.set_extra(key, cadre.id, minutes)
    if attempt is not None:
        more = timedelta(minutes=minutes - candidate.extra_minutes)
        hall.rosters.set_deadline(attempt.id, attempt.deadline_at + more)
    detail: dict[str, str | int] = {"reason": why, "minutes": minutes}
    _write(hall, EntryKind.EXTRA_TIME, exam, cadre, at, actor, detail)


def _open(
    hall: Hall, key: ExamId, at: datetime, early: str = "名单在开始时确定；现在请改名册"
) -> Exam:
    """The exam while it runs; `early` says what to do before it does."""
    exam = office.get(hall, key)
    if exam.state is ExamState.SCHEDULED:
        raise WrongState(f"考试 {key} 还没开始，{early}。")
    if exam.state is ExamState.CLOSED or at >= exam.closes_at:
        raise WrongState(f"考试 {key} 已经结束，名单不能再改。")
    return exam


def _reason(reason: str) -> str:
    why = reason.strip()
    if not 0 < len(why) <= office.LONGEST_REASON:
        raise BadInput(f"要写明原因，1 到 {office.LONGEST_REASON} 个字。")
    return why


def _candidate(hall: Hall, key: ExamId, number: str) -> tuple[Cadre, Candidate]:
    cadre = hall.people.cadre_by_number(number)
    candidate = hall.exams.candidate(key, cadre.id) if cadre else None
    if cadre is None or candidate is None:
        raise NotFound(f"考试 {key} 的名单里没有工号 {number}。")
    return cadre, candidate


def _write(
    hall: Hall,
    kind: EntryKind,
    exam: Exam,
    cadre: Cadre,
    at: datetime,
    actor: str,
    detail: Mapping[str, str | int],
) -> None:
    hall.ledger.add(
        Entry(at, kind, actor, unit=cadre.unit, cadre=cadre.id, exam=exam.id, detail=detail)
    )
