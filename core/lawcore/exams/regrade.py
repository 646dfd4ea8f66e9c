"""Correcting a wrong key: a dry run, a proposal, and a second person who applies it.

Nobody loses by default, both scores are kept, and whoever's score changes is told.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput, NotAllowed, NotFound, WrongState
from lawcore.exams import office
from lawcore.exams.grading import mark
from lawcore.exams.hall import Hall
from lawcore.exams.model import Exam, ExamState
from lawcore.exams.review import pool_in_force
from lawcore.exams.review_book import Change, Regrade
from lawcore.ids import ExamId, QuestionKey, RegradeId
from lawcore.participation import Entry, EntryKind
from lawcore.questions.question import LETTERS, Question, QuestionKind


@dataclass(frozen=True, slots=True)
class Difference:
    """What a corrected key would change, before anything is written."""

    exam: Exam
    question: Question
    """With the key in force."""
    key: frozenset[int]
    papers: int
    """Papers handed in that have this question."""
    changes: tuple[Change, ...]
    """Everybody whose score would differ, up or down."""

    @property
    def gains(self) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if one.score > one.score_before)

    @property
    def losses(self) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if one.score < one.score_before)


def preview(hall: Hall, exam: ExamId, question: QuestionKey, letters: str) -> Difference:
    """Work out who would change if `letters`, in the order of the bank, were the key.

    Raises NotFound, BadInput for a key that cannot be one, WrongState before the exam is over.
    """
    found = office.get(hall, exam)
    if found.state is not ExamState.CLOSED:
        raise WrongState(f"考试 {exam} 还没有结束，结束后才能更正答案。")
    pool = pool_in_force(hall, exam, {})
    if question not in pool:
        raise NotFound(f"考试 {exam} 里没有题目「{question}」。")
    key = read_key(pool[question], letters)
    corrected = {**pool, question: replace(pool[question], key=key)}
    papers, changes = 0, []
    for attempt in hall.rosters.closed_attempts(exam):
        if attempt.score is None or all(item.question != question for item in attempt.paper):
            continue
        papers += 1
        now = hall.reviews.in_force(attempt)
        choices = hall.exams.choices(attempt.id)
        score = mark(attempt.paper, corrected, choices, found.scoring).score
        if now.score is not None and score != now.score:
            passed = score >= found.pass_mark
            before = bool(now.passed)
            changes.append(Change(attempt.id, attempt.cadre, now.score, before, score, passed))
    return Difference(found, pool[question], key, papers, tuple(changes))


def read_key(question: Question, letters: str) -> frozenset[int]:
    """The key that `letters` such as ``AC`` name. Raises BadInput if they cannot.

    For a question with one answer to be given, several letters mean that each alone is right.
    """
    words = letters.strip().upper()
    allowed = LETTERS[: len(question.options)]
    if not words or len(set(words)) < len(words) or not set(words) <= set(allowed):
        raise BadInput(
            f"答案要用 {allowed[0]} 到 {allowed[-1]} 的字母写，如 AC，不能是「{letters}」。"
        )
    if question.kind is QuestionKind.JUDGE and len(words) > 1:
        raise BadInput("判断题的答案只能是 A（正确）或 B（错误）。")
    return frozenset(allowed.index(letter) for letter in words)


def propose(
    hall: Hall, exam: ExamId, question: QuestionKey, letters: str, *, actor: str, at: datetime
) -> Difference:
    """Write down that `actor` proposes the key; no score changes. Raises as `preview` does."""
    found = preview(hall, exam, question, letters)
    if found.key == found.question.key:
        raise BadInput(f"题目「{question}」现在的答案就是 {letters.strip().upper()}，不用更正。")
    key = hall.reviews.propose(exam, question, found.key, _name(actor), at)
    _write(hall, EntryKind.REGRADE_PROPOSED, exam, key, question, actor, at, 0)
    return found


def apply(
    hall: Hall,
    exam: ExamId,
    question: QuestionKey,
    letters: str,
    *,
    allow_lower: bool,
    actor: str,
    at: datetime,
) -> tuple[Change, ...]:
    """Apply a key that somebody else proposed; return the scores that changed.

    Raises as `preview` does, WrongState without a proposal of this key, NotAllowed to whoever
    proposed it.
    """
    found = preview(hall, exam, question, letters)
    proposal = _proposal(hall.reviews.regrades(exam), question, found.key)
    if proposal is None:
        raise WrongState("这个更正还没有人提议。先由一人提议，再由另一人确认。")
    if proposal.proposed_by == _name(actor):
        raise NotAllowed(f"这个更正是 {proposal.proposed_by} 提议的，要由另一个人确认。")
    changes = found.changes if allow_lower else found.gains
    hall.reviews.apply(proposal.id, changes, _name(actor), at)
    _write(hall, EntryKind.REGRADED, exam, proposal.id, question, actor, at, len(changes))
    told = [change.cadre for change in changes]
    hall.deliveries.queue_cadres(DeliveryKind.REGRADED, proposal.id, told, next_allowed(at))
    return changes


def _proposal(
    known: tuple[Regrade, ...], question: QuestionKey, key: AbstractSet[int]
) -> Regrade | None:
    open_ = [
        one
        for one in known
        if one.applied_by is None and one.question == question and one.key == key
    ]
    return open_[-1] if open_ else None


def _name(actor: str) -> str:
    if not actor.strip():
        raise BadInput("要写明是谁，请用 --by 写姓名。")
    return actor.strip()


def _write(
    hall: Hall,
    kind: EntryKind,
    exam: ExamId,
    key: RegradeId,
    question: QuestionKey,
    actor: str,
    at: datetime,
    changed: int,
) -> None:
    detail: dict[str, str | int] = {"regrade": key, "question": question, "changed": changed}
    hall.ledger.add(Entry(at, kind, actor.strip(), exam=exam, detail=detail))
