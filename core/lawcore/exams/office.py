"""What the exam office does: create, open, exempt, close. Every act is a line of the ledger."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput, NotFound, WrongState
from lawcore.exams.correcting import held, settle
from lawcore.exams.hall import Hall, close_attempt
from lawcore.exams.model import AttemptState, Exam, ExamState, NewExam
from lawcore.exams.papers import Fits, always, draws_for, paper_for
from lawcore.ids import CadreId, ExamId, QuestionKey, UnitId
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import MAY_REPORT, Cadre
from lawcore.people.tree import under
from lawcore.questions.blueprint import Blueprint, PaperKind
from lawcore.questions.draw import draw, eligible, spare
from lawcore.questions.question import Question

LONGEST_TITLE = 120
LONGEST_REASON = 200
SEEDS = range(2**31)
"""What the database keeps as a whole number."""


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
    categories: frozenset[str] | None = None,
    posts: frozenset[str] = frozenset(),
    reveal_at: datetime | None = None,
    makeup_of: ExamId | None = None,
    actor: str,
    at: datetime,
) -> ExamId:
    """Create an exam and freeze its plan and the wording of its questions.

    `units`, `categories` and `posts` say who sits it; no categories: those of the plan. Scores and
    keys are told at `reveal_at`, or at the close.

    Raises BadInput for a window that is no window or lies in the past, for what cannot be written
    down, and for a plan that is empty or that the bank cannot fill.
    """
    minutes = plan.minutes if minutes is None else minutes
    if not 0 < len(title.strip()) <= LONGEST_TITLE:
        raise BadInput(f"考试名称要有 1 到 {LONGEST_TITLE} 个字。")
    if seed not in SEEDS:
        raise BadInput(f"种子数要在 0 到 {SEEDS[-1]} 之间。")
    if closes_at <= opens_at:
        raise BadInput("考试结束时间要晚于开始时间。")
    if closes_at <= at:
        raise BadInput("考试结束时间已经过去。")
    if minutes < 1:
        raise BadInput("答题时间至少 1 分钟。")
    if plan.length == 0:
        raise BadInput(f"方案“{plan.title}”里没有题，请至少写一个部分。")
    if reveal_at is not None and reveal_at < closes_at:
        raise BadInput("公布时间不能早于考试结束。")
    new = NewExam(
        title=title.strip(),
        plan=plan,
        opens_at=opens_at,
        closes_at=closes_at,
        minutes=minutes,
        seed=seed,
        categories=plan.categories if categories is None else categories,
        units=units,
        pool=pool_for(hall, plan, bank, seed),
        owner=actor,
        posts=posts,
        reveal_at=reveal_at,
        makeup_of=makeup_of,
    )
    key = hall.exams.add_exam(new, at)
    hall.ledger.add(Entry(at, EntryKind.EXAM_CREATED, actor, exam=key))
    return key


def open_exam(hall: Hall, key: ExamId, *, fits: Fits = always, actor: str, at: datetime) -> int:
    """Freeze the roster and draw the papers; return the number of candidates.

    The candidates are told by the next round. Raises WrongState if it is not waiting or its window
    is over, BadInput if no cadre of the roster would sit it or too few questions still fit.
    """
    exam = get(hall, key)
    if exam.state is not ExamState.SCHEDULED:
        raise WrongState(f"考试 {key} 已经开始或结束，不能再开始。")
    if at >= exam.closes_at:
        raise WrongState(f"考试 {key} 的结束时间已经过了，不能再开始。")
    cadres = roster(hall, exam)
    if not cadres:
        raise BadInput(f"名册里没有人符合考试 {key} 的范围。请先导入名册，或核对考试范围。")
    if at < exam.opens_at:
        hall.exams.set_window(key, at, exam.closes_at)
    draws = draws_for(hall, exam, fits, at)
    papers = [(cadre.id, cadre.unit, paper_for(hall, draws, cadre)) for cadre in cadres]
    hall.exams.add_candidates(key, papers, at)
    seated = {cadre.id for cadre in cadres}
    for cadre_id, ahead in hall.rosters.exempt_ahead(key).items():
        if cadre_id in seated:
            hall.exams.exempt(key, cadre_id, ahead.reason, ahead.approver, ahead.at)
    hall.exams.set_exam_state(key, ExamState.OPEN)
    detail: dict[str, str | int] = {"candidates": len(cadres)}
    hall.ledger.add(Entry(at, EntryKind.EXAM_OPENED, actor, exam=key, detail=detail))
    return len(cadres)


def close_exam(hall: Hall, key: ExamId, *, actor: str, at: datetime) -> None:
    """End an exam: running papers are graded as saved, the results told if it is time for it.

    Raises WrongState if it is not open.
    """
    exam = get(hall, key)
    if exam.state is not ExamState.OPEN:
        why = "还没有开始" if exam.state is ExamState.SCHEDULED else "已经结束了"
        raise WrongState(f"考试 {key} {why}，不用再结束。")
    if at < exam.closes_at:
        hall.exams.set_window(key, exam.opens_at, at)
    for cadre in hall.exams.unfinished(key):
        attempt = hall.exams.attempt(key, cadre)
        if attempt is not None:
            close_attempt(hall, attempt, AttemptState.OVERDUE, at)
    settle(hall, exam, at)
    hall.exams.set_exam_state(key, ExamState.CLOSED)
    hall.ledger.add(Entry(at, EntryKind.EXAM_CLOSED, actor, exam=key))
    if exam.reveal_at is None or exam.reveal_at <= at:
        reveal(hall, key, at)


def exempt(
    hall: Hall,
    key: ExamId,
    number: str,
    reason: str,
    evidence: str = "",
    *,
    actor: str,
    at: datetime,
) -> None:
    """Excuse a candidate, with the reason and who approved it.

    `evidence` says what proves it: a document and its number, a doctor's note. Before the opening
    it is written down and takes effect when the roster is frozen.

    Raises BadInput without a reason, NotFound for somebody not on the exam's roster, WrongState
    when the paper is handed in or the exam is over.
    """
    exam = get(hall, key)
    if not reason.strip():
        raise BadInput("免考要写明原因，例如：公出、病假。")
    if len(reason.strip()) > LONGEST_REASON:
        raise BadInput(f"免考原因太长，请写在 {LONGEST_REASON} 个字以内。")
    proof = evidence.strip()
    if len(proof) > LONGEST_REASON:
        raise BadInput(f"证明材料的说明太长，请写在 {LONGEST_REASON} 个字以内。")
    if exam.state is ExamState.CLOSED:
        raise WrongState(f"考试 {key} 已经结束，不能再改免考。")
    cadre = hall.people.cadre_by_number(number)
    if cadre is None:
        raise NotFound(f"考试 {key} 的名单里没有工号 {number}。")
    if exam.state is ExamState.SCHEDULED:
        unit = _exempt_ahead(hall, exam, cadre, reason.strip(), actor, at)
    else:
        unit = _exempt_now(hall, key, cadre, reason.strip(), actor, at)
    entry = Entry(
        at,
        EntryKind.EXEMPTED,
        actor,
        unit=unit,
        cadre=cadre.id,
        exam=key,
        detail={"reason": reason.strip()} | ({"evidence": proof} if proof else {}),
    )
    hall.ledger.add(entry)


def _exempt_ahead(
    hall: Hall, exam: Exam, cadre: Cadre, reason: str, actor: str, at: datetime
) -> UnitId:
    if all(one.id != cadre.id for one in roster(hall, exam)):
        raise NotFound(f"工号 {cadre.number} 不在考试 {exam.id} 的范围里，不用免考。")
    if cadre.id in hall.rosters.exempt_ahead(exam.id):
        raise WrongState(f"工号 {cadre.number} 的免考已经记下，考试 {exam.id} 开始时生效。")
    hall.rosters.add_exempt_ahead(exam.id, cadre.id, reason, actor, at)
    return cadre.unit


def _exempt_now(
    hall: Hall, key: ExamId, cadre: Cadre, reason: str, actor: str, at: datetime
) -> UnitId:
    candidate = hall.exams.candidate(key, cadre.id)
    if candidate is None:
        raise NotFound(f"考试 {key} 的名单里没有工号 {cadre.number}。")
    if candidate.exempt_reason is not None:
        raise WrongState(f"工号 {cadre.number} 已经免考。要改原因，请先取消免考。")
    if hall.exams.attempt(key, cadre.id) is not None:
        raise WrongState(f"工号 {cadre.number} 已经开始答题，不能再免考。")
    hall.exams.exempt(key, cadre.id, reason, actor, at)
    return candidate.unit


def get(hall: Hall, key: ExamId) -> Exam:
    """The exam, or NotFound."""
    exam = hall.exams.exam(key)
    if exam is None:
        raise NotFound(f"没有编号 {key} 的考试。用 lawbot exam list 查看。")
    return exam


def pool_for(
    hall: Hall, plan: Blueprint, bank: Sequence[Question], seed: int
) -> tuple[Question, ...]:
    """What the papers may be drawn from. Raises BadInput naming the cell that is short."""
    wrong = {one.question.id: one for one in held(hall, eligible(bank, plan))}
    pool = tuple(question for question in eligible(bank, plan) if question.id not in wrong)
    if plan.paper is not PaperKind.PER_PERSON:
        asked = hall.rosters.asked_last(plan.exclude_last).values()
        pool = spare(pool, plan, frozenset[QuestionKey]().union(*asked))
    try:
        draw(pool, plan, f"{seed}")
    except BadInput as short:
        if wrong:
            named = "、".join(sorted(wrong))
            raise BadInput(
                f"{short}另有 {len(wrong)} 道题的答案更正过、题库还没改，先不出：{named}。"
            ) from short
        if plan.exclude_last and plan.paper is not PaperKind.PER_PERSON:
            raise BadInput(f"去掉最近 {plan.exclude_last} 场考过的题以后，{short}") from short
        raise
    return pool


def roster(hall: Hall, exam: Exam) -> list[Cadre]:
    """Who would sit an exam that opened now."""
    if exam.makeup_of is not None:
        owing = set(makeup_due(hall, exam.makeup_of))
        return [one for one in hall.people.cadres() if one.active and one.id in owing]
    return would_sit(hall, categories=exam.categories, units=exam.units, posts=exam.posts)


def would_sit(
    hall: Hall,
    *,
    categories: AbstractSet[str],
    units: AbstractSet[UnitId],
    posts: AbstractSet[str],
) -> list[Cadre]:
    """The cadres in post of these categories, units and posts; an empty set takes all."""
    inside = under(hall.people.units(), units)
    return [
        cadre
        for cadre in hall.people.cadres()
        if cadre.active
        and (not categories or cadre.category.value in categories)
        and (not posts or cadre.post in posts)
        and (not units or cadre.unit in inside)
    ]


def makeup_due(hall: Hall, first: ExamId) -> tuple[CadreId, ...]:
    """Who is to sit the 补考 of an exam: failed ∪ (absent − exempt).

    Scores are those in force; who has passed an earlier 补考 is done.
    """
    since = hall.rosters.passed(hall.rosters.makeups(first))
    return tuple(cadre for cadre in hall.rosters.not_passed(first) if cadre not in since)


def reveal(hall: Hall, key: ExamId, at: datetime) -> None:
    """From now on scores and keys may be told; the candidates are, and who owes a 补考 is named."""
    hall.rosters.set_revealed(key)
    done = hall.exams.finished(key)
    hall.deliveries.queue_cadres(DeliveryKind.EXAM_RESULT, key, done, next_allowed(at))
    if get(hall, key).makeup_of is None and makeup_due(hall, key):
        admins = [account.id for account in hall.people.accounts_with(MAY_REPORT)]
        hall.deliveries.queue(DeliveryKind.MAKEUP, key, 0, admins, next_allowed(at))
