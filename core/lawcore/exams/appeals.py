"""Doubts about a question: asked by a candidate, answered by the setter, kept both."""

from datetime import datetime, timedelta

from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput, NotFound, WrongState
from lawcore.exams.hall import Hall
from lawcore.exams.review import revealed
from lawcore.exams.review_book import Appeal
from lawcore.exams.sealed import sealed_by
from lawcore.exams.words import not_yet
from lawcore.ids import AppealId
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import MAY_REPORT, Address

LONGEST_ANSWER = 500
LONGEST_TEXT = 200
WAIT = timedelta(minutes=5)
"""So long the candidate may add a sentence before the admins are told; later it follows."""


def ask(hall: Hall, token: str, address: Address, place: int, *, at: datetime) -> AppealId | None:
    """Flag the question at `place` of one's own paper; the admins are told after a little while.

    None if it was flagged before.

    Raises NotFound for another person's attempt as for none, WrongState before the reveal
    and while another exam asks them a question of this paper.
    """
    attempt, exam = revealed(hall, token, address)
    if not 0 <= place < len(attempt.paper):
        raise NotFound("没有这道题。")
    question = attempt.paper[place].question
    other = sealed_by(hall, attempt.cadre, {one.question for one in attempt.paper})
    if other is not None:
        raise WrongState(not_yet(other))
    appeal = hall.reviews.add_appeal(exam.id, attempt.cadre, question, at)
    if appeal is None:
        return None
    entry = Entry(
        at,
        EntryKind.APPEALED,
        f"cadre:{attempt.cadre}",
        cadre=attempt.cadre,
        exam=exam.id,
        detail={"appeal": appeal, "question": question},
    )
    hall.ledger.add(entry)
    _tell(hall, appeal, 0, at + WAIT)
    return appeal


def say(hall: Hall, key: AppealId, address: Address, text: str, *, at: datetime) -> None:
    """Add one's own sentence to one's own doubt; the admins are told at once.

    Raises NotFound for another person's doubt as for none, BadInput for a sentence that is too
    long, WrongState once the doubt is answered.
    """
    account, appeal = hall.people.account(address), hall.reviews.appeal(key)
    if account is None or appeal is None or account.cadre != appeal.cadre:
        raise NotFound(f"没有编号 {key} 的疑问。")
    if appeal.answer is not None:
        raise WrongState("这个疑问已经答复过了。")
    words = text.strip()
    if not 0 < len(words) <= LONGEST_TEXT:
        raise BadInput(f"请写在 {LONGEST_TEXT} 个字以内，再发一次；不想写就点“不用了”。")
    hall.reviews.set_appeal_text(key, words)
    _tell(hall, key, 1, at)


def _tell(hall: Hall, appeal: AppealId, version: int, at: datetime) -> None:
    """Version 1 is the doubt with the candidate's own words."""
    setters = [account.id for account in hall.people.accounts_with(MAY_REPORT)]
    hall.deliveries.queue(DeliveryKind.APPEAL, appeal, version, setters, next_allowed(at))


def waiting(hall: Hall, key: AppealId) -> Appeal:
    """A doubt that nobody has answered yet. Raises NotFound, or WrongState if answered."""
    appeal = hall.reviews.appeal(key)
    if appeal is None:
        raise NotFound(f"没有编号 {key} 的疑问。")
    if appeal.answer is not None:
        raise WrongState("这个疑问已经答复过了。")
    return appeal


def answer(hall: Hall, key: AppealId, text: str, *, actor: str, at: datetime) -> Appeal:
    """Answer a doubt; the candidate is told.

    Raises BadInput for an empty or long answer, NotFound, WrongState if it was answered before.
    """
    words = text.strip()
    if not 0 < len(words) <= LONGEST_ANSWER:
        raise BadInput(f"答复要有 1 到 {LONGEST_ANSWER} 个字。")
    appeal = waiting(hall, key)
    hall.reviews.answer_appeal(key, words, actor, at)
    entry = Entry(
        at,
        EntryKind.APPEAL_ANSWERED,
        actor,
        cadre=appeal.cadre,
        exam=appeal.exam,
        detail={"appeal": key, "question": appeal.question},
    )
    hall.ledger.add(entry)
    hall.deliveries.queue_cadres(DeliveryKind.ANSWER, key, [appeal.cadre], next_allowed(at))
    return appeal
