"""Entering a paper that was answered by hand: an attempt like any other, by whom and when.

It is graded by the exam's rule and counts in the same statistics. After the close the keys are
those in force; before, the frozen ones, as for everybody (`correcting.settle`).
"""

import secrets
from collections.abc import Mapping
from datetime import datetime

from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput, WrongState
from lawcore.exams import on_paper
from lawcore.exams.grading import mark
from lawcore.exams.hall import Hall
from lawcore.exams.model import AttemptState, Choices, Exam, ExamState
from lawcore.exams.office import LONGEST_REASON
from lawcore.exams.on_paper import PrintedPaper
from lawcore.exams.review import pool_in_force
from lawcore.ids import ExamId
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import Cadre


def enter(
    hall: Hall, key: ExamId, cadre: Cadre, choices: Choices, *, late: str, actor: str, at: datetime
) -> None:
    """Write down what a candidate answered on paper, and hand it in for them.

    `late` is the reason for entering it after the window, empty within.

    Raises BadInput for an empty paper or a reason that is none, WrongState before the opening,
    after the window without a reason, and for a candidate who is exempt or has an attempt.
    """
    exam = on_paper.opened(hall, key)
    why = in_time(exam, late, at)
    if (reason := on_paper.obstacle(hall, exam, cadre)) is not None:
        raise WrongState(reason)
    if not any(choices.values()):
        raise BadInput(f"工号 {cadre.number} 一题也没答：没有答案的卷不录入，算缺考。")
    hall.exams.start(key, cadre.id, secrets.token_urlsafe(9), 0, at, at)
    attempt = hall.exams.attempt(key, cadre.id)
    if attempt is None:
        raise WrongState(f"工号 {cadre.number} 的答卷没有记下，请再试一次。")
    for place, choice in sorted(choices.items()):
        hall.exams.add_step(attempt.id, place, choice, at)
    over = exam.state is ExamState.CLOSED
    pool = pool_in_force(hall, key, {}) if over else hall.exams.pool(key)
    marked = mark(attempt.paper, pool, choices, exam.scoring)
    passed = marked.score >= exam.pass_mark
    hall.exams.finish(attempt.id, AttemptState.SUBMITTED, marked.score, passed, marked.answered, at)
    candidate = hall.exams.candidate(key, cadre.id)
    detail: dict[str, str | int] = {"answered": marked.answered} | ({"late": why} if why else {})
    hall.ledger.add(
        Entry(
            at,
            EntryKind.PAPER_ENTERED,
            actor,
            unit=candidate.unit if candidate else None,
            cadre=cadre.id,
            exam=key,
            detail=detail,
        )
    )
    if exam.revealed:
        allowed = next_allowed(at)
        hall.deliveries.queue_cadres(DeliveryKind.EXAM_RESULT, key, [cadre.id], allowed)


def in_time(exam: Exam, late: str, at: datetime) -> str:
    """The reason for entering late, cut of its spaces. Raises WrongState, BadInput as `enter`."""
    why = late.strip()
    if len(why) > LONGEST_REASON:
        raise BadInput(f"补录原因太长，请写在 {LONGEST_REASON} 个字以内。")
    if on_paper.over(exam, at) and not why:
        raise WrongState(f"考试 {exam.id} 已经结束。确实要补录，用 --late 写明原因。")
    return why


def papers_by_number(hall: Hall, key: ExamId) -> Mapping[str, tuple[PrintedPaper, str | None]]:
    """All papers of an exam by 卷号, each with what stands in the way of entering it.

    Raises NotFound, WrongState before the opening.
    """
    exam = on_paper.opened(hall, key)
    found = {}
    for candidate in hall.exams.candidates(key):
        cadre = hall.people.cadre(candidate.cadre)
        if cadre is not None:
            paper = on_paper.printed(hall, exam, cadre)
            found[paper.number] = (paper, on_paper.obstacle(hall, exam, cadre))
    return found
