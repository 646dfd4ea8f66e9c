"""The exam hall: sitting, answering, handing in. One call a press, one transaction a call.

Deadline = min(start + limit, window end) + the person's extra minutes, by the server's clock
alone. An answer is a step that is added; the last step of a place counts.
"""

import dataclasses
import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from lawcore.delivery.book import DeliveryBook
from lawcore.errors import NotFound, WrongState
from lawcore.exams.book import ExamBook
from lawcore.exams.grading import mark
from lawcore.exams.model import (
    Attempt,
    AttemptState,
    Card,
    Choices,
    Exam,
    ExamState,
    Finished,
    Sheet,
    Sitting,
)
from lawcore.exams.review_book import ReviewBook
from lawcore.exams.roster_book import RosterBook
from lawcore.ids import CadreId, ExamId
from lawcore.participation import Entry, EntryKind, Ledger
from lawcore.people.book import PeopleBook
from lawcore.people.model import Address
from lawcore.questions.question import Question, QuestionKind

NOT_YOURS = "没有找到这份试卷。请发 /exam 查看您的考试。"
OLD_CARD = "这是旧卡片，答案没有变。请用最新的那张，或发 /exam。"


class Hall(Protocol):
    """The books that an exam needs, in one transaction."""

    @property
    def exams(self) -> ExamBook: ...

    @property
    def rosters(self) -> RosterBook: ...

    @property
    def reviews(self) -> ReviewBook: ...

    @property
    def people(self) -> PeopleBook: ...

    @property
    def deliveries(self) -> DeliveryBook: ...

    @property
    def ledger(self) -> Ledger: ...


def begin(
    hall: Hall, exam: ExamId, address: Address, card: int, *, at: datetime
) -> Card | Finished:
    """Start the attempt of the person at `address`, or go on with it, on the message `card`.

    That message is the card from now on, also when a newer one has been sent meanwhile.

    Raises NotFound if the person is not a candidate, WrongState outside the window or when exempt.
    """
    cadre = _cadre_at(hall, address)
    attempt = hall.exams.attempt(exam, cadre)
    if attempt is None:
        _start(hall, exam, cadre, card, at)
        attempt = hall.exams.attempt(exam, cadre)
        if attempt is None:
            raise NotFound(NOT_YOURS)
    return _show(hall, _adopt(hall, attempt, card), at)


def choose(
    hall: Hall,
    token: str,
    address: Address,
    place: int,
    option: int,
    on: bool,
    card: int,
    *,
    at: datetime,
) -> Card | Finished:
    """Choose (or unchoose) `option` at `place` of the paper; both count from 0 as shown.

    The same press again adds nothing. Raises NotFound for another person's attempt as for none,
    WrongState for a press on an old card.
    """
    sitting = _sitting(hall, token, address, card)
    exam, attempt = sitting.exam, sitting.attempt
    if _over(hall, attempt, at):
        return _finished(hall, attempt)
    if not 0 <= place < len(attempt.paper) or not 0 <= option < len(attempt.paper[place].order):
        raise NotFound(NOT_YOURS)
    choices = dict(hall.exams.choices(attempt.id))
    question = hall.exams.question(attempt.exam, attempt.paper[place].question)
    before = choices.get(place, 0)
    after = _after(question.kind, before, option, on)
    if after != before:
        hall.exams.add_step(attempt.id, place, after, at)
        choices[place] = after
    return _card(hall, exam, _adopt(hall, attempt, card), choices, at)


def turn(
    hall: Hall, token: str, address: Address, place: int, card: int, *, at: datetime
) -> Card | Finished:
    """Show the question at `place`; the first and the last place are the ends."""
    sitting = _sitting(hall, token, address, card)
    exam, attempt = sitting.exam, sitting.attempt
    if _over(hall, attempt, at):
        return _finished(hall, attempt)
    place = min(max(place, 0), len(attempt.paper) - 1)
    hall.exams.move(attempt.id, place, card)
    turned = dataclasses.replace(attempt, cursor=place, card=card)
    return _card(hall, exam, turned, hall.exams.choices(attempt.id), at)


def sheet(hall: Hall, token: str, address: Address, card: int, *, at: datetime) -> Sheet | Finished:
    """The answer sheet of a running attempt."""
    sitting = _sitting(hall, token, address, card)
    exam, attempt = sitting.exam, sitting.attempt
    if _over(hall, attempt, at):
        return _finished(hall, attempt)
    choices = hall.exams.choices(attempt.id)
    return Sheet(exam, attempt, answered(choices), attempt.left(at))


def submit(hall: Hall, token: str, address: Address, card: int, *, at: datetime) -> Finished:
    """Hand in. Handing in twice is handing in once."""
    attempt = _sitting(hall, token, address, card).attempt
    if not _over(hall, attempt, at):
        close_attempt(hall, attempt, AttemptState.SUBMITTED, at)
    return _finished(hall, attempt)


def resume(hall: Hall, exam: ExamId, cadre: CadreId, *, at: datetime) -> Card | Finished | None:
    """The card of a cadre's attempt as it stands; None without one."""
    attempt = hall.exams.attempt(exam, cadre)
    return _show(hall, attempt, at) if attempt else None


def adopt_card(hall: Hall, exam: ExamId, cadre: CadreId, card: int) -> None:
    """From now on the message `card` shows the attempt; older ones are inert."""
    attempt = hall.exams.attempt(exam, cadre)
    if attempt is not None:
        _adopt(hall, attempt, card)


def result(hall: Hall, exam: ExamId, cadre: CadreId) -> Finished | None:
    """A sitting that is over, with the score in force; None while it runs, or without one."""
    attempt = hall.exams.attempt(exam, cadre)
    if attempt is None or attempt.state is AttemptState.RUNNING:
        return None
    return _finished(hall, attempt)


def close_attempt(hall: Hall, attempt: Attempt, state: AttemptState, at: datetime) -> None:
    """Grade what was saved, close, and write one line in the ledger; nothing if closed before."""
    exam = exam_of(hall, attempt.exam)
    pool = {item.question: hall.exams.question(exam.id, item.question) for item in attempt.paper}
    marked = mark(attempt.paper, pool, hall.exams.choices(attempt.id), exam.scoring)
    passed = marked.score >= exam.pass_mark
    if hall.exams.finish(attempt.id, state, marked.score, passed, marked.answered, at):
        candidate = hall.exams.candidate(exam.id, attempt.cadre)
        entry = Entry(
            at,
            EntryKind.ATTEMPT_FINISHED,
            "lawbot" if state is AttemptState.OVERDUE else f"cadre:{attempt.cadre}",
            unit=candidate.unit if candidate else None,
            cadre=attempt.cadre,
            exam=exam.id,
            detail={"state": state.value, "answered": marked.answered},
        )
        hall.ledger.add(entry)


def _start(hall: Hall, key: ExamId, cadre: CadreId, card: int, at: datetime) -> None:
    exam = hall.exams.exam(key)
    candidate = hall.exams.candidate(key, cadre)
    if exam is None or candidate is None:
        raise NotFound(NOT_YOURS)
    if candidate.exempt_reason is not None:
        raise WrongState(f"您这次已获准免考（{candidate.exempt_reason}），不用答题。")
    if exam.state is ExamState.CLOSED or at >= exam.closes_at:
        raise WrongState("这场考试已经结束，不能再开始答题。")
    if at < exam.opens_at:
        raise WrongState("这场考试还没开始。")
    limit = min(at + timedelta(minutes=exam.minutes), exam.closes_at)
    deadline = limit + timedelta(minutes=candidate.extra_minutes)
    token = secrets.token_urlsafe(9)
    if hall.exams.start(key, cadre, token, card, at, deadline):
        entry = Entry(
            at,
            EntryKind.ATTEMPT_STARTED,
            f"cadre:{cadre}",
            unit=candidate.unit,
            cadre=cadre,
            exam=key,
        )
        hall.ledger.add(entry)


def _sitting(hall: Hall, token: str, address: Address, card: int) -> Sitting:
    sitting = hall.exams.sitting(token, address.channel, address.value)
    if sitting is None:
        raise NotFound(NOT_YOURS)
    if card < sitting.attempt.card:
        raise WrongState(OLD_CARD)
    return sitting


def _adopt(hall: Hall, attempt: Attempt, card: int) -> Attempt:
    if card == attempt.card:
        return attempt
    hall.exams.move(attempt.id, attempt.cursor, card)
    return dataclasses.replace(attempt, card=card)


def _over(hall: Hall, attempt: Attempt, at: datetime) -> bool:
    """Whether the attempt is closed; one whose time is up is closed here and now."""
    if attempt.state is AttemptState.RUNNING and at >= attempt.deadline_at:
        close_attempt(hall, attempt, AttemptState.OVERDUE, at)
        return True
    return attempt.state is not AttemptState.RUNNING


def _show(hall: Hall, attempt: Attempt, at: datetime) -> Card | Finished:
    if _over(hall, attempt, at):
        return _finished(hall, attempt)
    exam, choices = exam_of(hall, attempt.exam), hall.exams.choices(attempt.id)
    return _card(hall, exam, attempt, choices, at)


def _card(hall: Hall, exam: Exam, attempt: Attempt, choices: Choices, at: datetime) -> Card:
    item = attempt.paper[attempt.cursor]
    return Card(
        exam,
        attempt,
        without_key(hall.exams.question(attempt.exam, item.question)),
        item,
        choices.get(attempt.cursor, 0),
        answered(choices),
        attempt.left(at),
    )


@lru_cache(maxsize=4096)
def without_key(question: Question) -> Question:
    """A front end cannot show what it was never given."""
    return dataclasses.replace(question, key=frozenset(), explanation="", cites=())


def _finished(hall: Hall, attempt: Attempt) -> Finished:
    closed = hall.exams.attempt(attempt.exam, attempt.cadre)
    if closed is None:
        raise NotFound(NOT_YOURS)
    exam, places = exam_of(hall, attempt.exam), answered(hall.exams.choices(attempt.id))
    if exam.revealed:
        closed = hall.reviews.in_force(closed)
    return Finished(exam, closed, len(places))


def _after(kind: QuestionKind, before: int, option: int, on: bool) -> int:
    bit = 1 << option
    if kind is not QuestionKind.MULTIPLE:
        return bit
    return before | bit if on else before & ~bit


def answered(choices: Choices) -> frozenset[int]:
    """The places that have an answer."""
    return frozenset(place for place, choice in choices.items() if choice)


def _cadre_at(hall: Hall, address: Address) -> CadreId:
    account = hall.people.account(address)
    if account is None or account.cadre is None:
        raise NotFound(NOT_YOURS)
    return account.cadre


def exam_of(hall: Hall, key: ExamId) -> Exam:
    """The exam. Raises NotFound."""
    exam = hall.exams.exam(key)
    if exam is None:
        raise NotFound(f"没有编号 {key} 的考试。")
    return exam
