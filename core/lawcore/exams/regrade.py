"""Correcting a wrong key: a dry run, a proposal, and a second person who applies it.

Nobody loses by default, both scores are kept, and whoever's score changes is told. In an exam that
is not over a correction takes effect at the close, so that all are graded alike; other exams that
ask the same question are named, and can be corrected by the same words.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput, NotAllowed, NotFound, WrongState
from lawcore.exams import office
from lawcore.exams.correcting import Elsewhere, changes, elsewhere
from lawcore.exams.hall import Hall
from lawcore.exams.model import Exam, ExamState
from lawcore.exams.review import pool_in_force
from lawcore.exams.review_book import Change, Regrade
from lawcore.ids import ExamId, QuestionKey, RegradeId
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import MAY_REPORT
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
    elsewhere: tuple[Elsewhere, ...]
    """The other exams that ask the same question with another key."""

    @property
    def gains(self) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if one.score > one.score_before)

    @property
    def losses(self) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if one.score < one.score_before)


def preview(hall: Hall, exam: ExamId, question: QuestionKey, letters: str) -> Difference:
    """Work out who would change if `letters`, in the order of the bank, were the key.

    While the exam runs that is who has handed in by now. Raises NotFound, BadInput for a key that
    cannot be one.
    """
    found = office.get(hall, exam)
    pool = pool_in_force(hall, exam, {})
    if question not in pool:
        raise NotFound(f"考试 {exam} 里没有题目“{question}”。")
    key = read_key(pool[question], letters)
    corrected = {**pool, question: replace(pool[question], key=key)}
    asked = [
        attempt
        for attempt in hall.rosters.closed_attempts(exam)
        if any(item.question == question for item in attempt.paper)
    ]
    differ = tuple(changes(hall, found, corrected, asked))
    others = elsewhere(hall, exam, corrected[question])
    return Difference(found, pool[question], key, len(asked), differ, others)


def read_key(question: Question, letters: str) -> frozenset[int]:
    """The key that `letters` such as ``AC`` name. Raises BadInput if they cannot.

    For a question with one answer to be given, several letters mean that each alone is right.
    """
    words = letters.strip().upper()
    allowed = LETTERS[: len(question.options)]
    if not words or len(set(words)) < len(words) or not set(words) <= set(allowed):
        raise BadInput(
            f"答案要用 {allowed[0]} 到 {allowed[-1]} 的字母写，如 AC，不能是“{letters}”。"
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
        raise BadInput(f"题目“{question}”现在的答案就是 {letters.strip().upper()}，不用更正。")
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

    Before the end of the exam none does: the key counts at the close, and lowers nobody. The admins
    are told, once for a key, what else asks the question with the old one, the bank among it.

    Raises as `preview` does, WrongState without a proposal of this key, NotAllowed to whoever
    proposed it.
    """
    found = preview(hall, exam, question, letters)
    proposal = _proposal(hall.reviews.regrades(exam), question, found.key)
    if proposal is None:
        raise WrongState("这个更正还没有人提议。先由一人提议，再由另一人确认。")
    if proposal.proposed_by == _name(actor):
        raise NotAllowed("这个更正是您提议的，要由另一个人确认。")
    over = found.exam.state is ExamState.CLOSED
    if allow_lower and not over:
        raise WrongState(f"考试 {exam} 还没有结束，这时更正答案不能让人降分，只能加分。")
    known = {(one.question.id, one.question.key) for one in hall.reviews.corrections()}
    changed = () if not over else found.changes if allow_lower else found.gains
    hall.reviews.apply(proposal.id, changed, _name(actor), at)
    _write(hall, EntryKind.REGRADED, exam, proposal.id, question, actor, at, len(changed))
    told = [change.cadre for change in changed]
    hall.deliveries.queue_cadres(DeliveryKind.REGRADED, proposal.id, told, next_allowed(at))
    if (question, found.key) not in known:
        admins = [account.id for account in hall.people.accounts_with(MAY_REPORT)]
        hall.deliveries.queue(DeliveryKind.CORRECTED, proposal.id, 0, admins, next_allowed(at))
    return changed


def propose_elsewhere(
    hall: Hall, exam: ExamId, question: QuestionKey, letters: str, *, actor: str, at: datetime
) -> tuple[Elsewhere, ...]:
    """Propose the key in every other exam that asks the question with another one; name them.

    Raises as `preview` does.
    """
    others = preview(hall, exam, question, letters).elsewhere
    for other in others:
        if not other.proposed:
            propose(hall, other.exam.id, question, other.letters, actor=actor, at=at)
    return others


def apply_elsewhere(
    hall: Hall, exam: ExamId, question: QuestionKey, letters: str, *, actor: str, at: datetime
) -> tuple[Elsewhere, ...]:
    """Apply the key where `propose_elsewhere` has proposed it; name those exams.

    Raises as `apply` does.
    """
    others = [one for one in preview(hall, exam, question, letters).elsewhere if one.proposed]
    for other in others:
        apply(hall, other.exam.id, question, other.letters, allow_lower=False, actor=actor, at=at)
    return tuple(others)


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
        raise BadInput("要写明是谁提议、谁确认的，请写姓名。")
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
