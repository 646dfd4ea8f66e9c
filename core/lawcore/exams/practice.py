"""Practice, not points: questions of the bank to learn by, with the key after each answer.

Nobody sees what somebody else practises, and nothing is counted: no score, no rank, no days. What
is kept is when a question comes again. A question that stands in an exam that is open or waits for
its reveal is practised by nobody: whoever practised it could tell its key to a candidate. While the
papers of an exam take all that is written for a cadre, what is written for residents alone is left.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from lawcore.errors import BadInput, NotFound, WrongState
from lawcore.exams.correcting import held
from lawcore.exams.grading import chosen, ticked
from lawcore.exams.hall import Hall
from lawcore.exams.model import AttemptState
from lawcore.exams.sealed import sealed_by
from lawcore.ids import AccountId, CadreId, LawKey, QuestionKey
from lawcore.people.model import Account, AccountState, Address, Cadre, CadreCategory
from lawcore.questions.question import Audience, Question, QuestionKind
from lawcore.questions.spacing import Spaced, answered, known

ROUND = 10
"""Questions at a time."""
LOOKED_AT = 4
"""Exams of a person whose wrong answers are practised: a year of quarters."""
NOT_JOINED = "您还没有加入。想练习，请先发 /start。"
LEFT = "您已经退出，练习也停了。想练习，请先发 /start。"
GONE = "这道题已经不在题库里了。请发 /practice 再练。"

Bank = Mapping[QuestionKey, Question]

RESIDENTS = frozenset({Audience.RESIDENT})
_AUDIENCES = {
    CadreCategory.LEADING: frozenset({Audience.LEADING}),
    CadreCategory.ENFORCEMENT: frozenset({Audience.ENFORCEMENT}),
    CadreCategory.VILLAGE: frozenset({Audience.VILLAGE}),
    # no question is written for them alone: they work for the town's leaders and its villages
    CadreCategory.STAFF: frozenset({Audience.LEADING, Audience.VILLAGE}),
}


class Practised(NamedTuple):
    """A question that somebody has practised."""

    question: QuestionKey
    spaced: Spaced


class PracticeBook(Protocol):
    """What practice needs of storage beside the books of the exams."""

    def practised(self, account: AccountId) -> tuple[Practised, ...]: ...

    def put(self, account: AccountId, question: QuestionKey, spaced: Spaced) -> None: ...

    def withheld(self) -> frozenset[QuestionKey]:
        """Questions that stand in an exam that has not been revealed."""
        ...


class Room(Hall, Protocol):
    """The books that practice needs, in one transaction."""

    @property
    def practice(self) -> PracticeBook: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A question without its key. `name` stands in callback data: opaque and short."""

    name: str
    kind: QuestionKind
    stem: str
    options: tuple[str, ...]
    lent: bool = False
    """One for residents, while an exam takes those that are written for this person."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A question that has just been answered."""

    question: Question
    picked: frozenset[int]
    right: bool


@dataclass(frozen=True, slots=True)
class NothingDue:
    """Nothing to practise now."""

    until: datetime | None
    """When the first of what exams withhold is told again; None if they withhold nothing."""


class Weak(NamedTuple):
    """A law, and those of its articles, that a person should look at again."""

    law: LawKey
    articles: tuple[int, ...]


def next_question(room: Room, bank: Bank, address: Address, *, at: datetime) -> Asked | NothingDue:
    """What the person at `address` practises next: what is due, what they missed, what is new.

    Raises NotFound for who never joined, WrongState for who has left.
    """
    account = practising(room, address)
    withheld = room.practice.withheld()
    mine = _audience(room, account)
    wrong = {one.question.id for one in held(room, bank.values())}
    sound = [question for question in bank.values() if question.id not in wrong]
    fitting = [question for question in sound if question.audience & mine]
    practised = {one.question: one.spaced for one in room.practice.practised(account.id)}
    missed = missed_in_exams(room, account.cadre) - practised.keys()
    free = [question for question in fitting if question.id not in withheld]
    if ordered := in_turn(free, practised, missed, account.id, at):
        return _asked(ordered[0])
    if len(free) == len(fitting):
        return NothingDue(None)
    others = [q for q in sound if q.audience & RESIDENTS and q.id not in withheld]
    if ordered := in_turn(others, practised, missed, account.id, at):
        return replace(_asked(ordered[0]), lent=True)
    return NothingDue(min(exam.reveals_at for exam in room.exams.exams() if not exam.revealed))


def shown(bank: Bank, name: str) -> Asked:
    """The question that goes by this name. Raises NotFound."""
    return _asked(_named(bank, name))


def answer(
    room: Room, bank: Bank, address: Address, name: str, picked: frozenset[int], *, at: datetime
) -> Explained | Asked | NothingDue:
    """Take an answer and tell the key; the same press again changes nothing.

    A question that an exam has come to use meanwhile is not answered, nor one whose key was found
    to be wrong: the next is asked instead.

    Raises NotFound for who never joined and for a question that is none, WrongState for who has
    left, BadInput for an answer that is none.
    """
    account, question = practising(room, address), _named(bank, name)
    if question.id in room.practice.withheld() or held(room, [question]):
        return next_question(room, bank, address, at=at)
    one = question.kind is not QuestionKind.MULTIPLE
    if not picked or not picked <= set(range(len(question.options))) or (one and len(picked) > 1):
        raise BadInput("请先选好答案。")
    before = {one.question: one.spaced for one in room.practice.practised(account.id)}
    last = before.get(question.id)
    right = ticked(question.kind, question.key, picked).right
    if last is None or last.due_at <= at:
        state = last.state if last else None
        room.practice.put(account.id, question.id, answered(state, right=right, at=at))
    return Explained(question, picked, right)


def weak_points(room: Room, bank: Bank, address: Address) -> tuple[Weak, ...]:
    """What this person should look at again, most of it first. To be shown to nobody else.

    Raises NotFound for who never joined, WrongState for who has left.
    """
    account = practising(room, address)
    practised = {one.question: one.spaced for one in room.practice.practised(account.id)}
    missed = missed_in_exams(room, account.cadre) - practised.keys()
    articles: dict[LawKey, set[int]] = defaultdict(set)
    questions: dict[LawKey, int] = defaultdict(int)
    for key in weak(practised, missed) & bank.keys():
        for cite in bank[key].cites:
            questions[cite.law] += 1
            if cite.article is not None:
                articles[cite.law].add(cite.article)
    laws = sorted(questions, key=lambda law: (-questions[law], law))
    return tuple(Weak(law, tuple(sorted(articles[law]))) for law in laws)


def practising(room: Room, address: Address) -> Account:
    """The account at `address`, if it takes part. Raises NotFound, WrongState."""
    account = room.people.account(address)
    if account is None:
        raise NotFound(NOT_JOINED)
    if account.state is AccountState.LEFT:
        raise WrongState(LEFT)
    return account


def in_turn(
    questions: Sequence[Question],
    practised: Mapping[QuestionKey, Spaced],
    missed: AbstractSet[QuestionKey],
    account: AccountId,
    at: datetime,
) -> list[Question]:
    """The questions to be asked now, in their turn; what is not due is left out.

    First what is due, the longest waiting first, and what was missed in an exam; then new questions
    on the articles, then on the laws, that the person did not know; then the other new ones, in an
    order of this person's own.
    """
    not_known = weak(practised, missed)
    cites = [cite for one in questions if one.id in not_known for cite in one.cites]
    articles, laws = frozenset(cites), frozenset(cite.law for cite in cites)

    def turn(question: Question) -> tuple[int, float, str]:
        spaced = practised.get(question.id)
        own = hashlib.sha256(f"{account}:{question.id}".encode()).hexdigest()
        if spaced is not None:
            return 0, spaced.due_at.timestamp(), own
        if question.id in missed:
            return 1, 0, own
        if articles.intersection(question.cites):
            return 2, 0, own
        return (3 if any(cite.law in laws for cite in question.cites) else 4), 0, own

    waiting = (q for q in questions if q.id not in practised or practised[q.id].due_at <= at)
    return sorted(waiting, key=turn)


def weak(
    practised: Mapping[QuestionKey, Spaced], missed: AbstractSet[QuestionKey]
) -> frozenset[QuestionKey]:
    """Questions whose last answer was wrong, in practice or in an exam that was revealed."""
    wrong = {key for key, spaced in practised.items() if not known(spaced.state)}
    return frozenset(wrong | missed)


def missed_in_exams(room: Room, cadre: CadreId | None) -> frozenset[QuestionKey]:
    """Questions that a cadre answered wrongly the last time, in exams whose keys they may know."""
    if cadre is None:
        return frozenset()
    last: dict[QuestionKey, bool] = {}
    for key in room.exams.sittings(cadre)[:LOOKED_AT]:
        exam, attempt = room.exams.exam(key), room.exams.attempt(key, cadre)
        if exam is None or not exam.revealed or attempt is None:
            continue
        if attempt.state is AttemptState.RUNNING:
            continue
        if sealed_by(room, cadre, {item.question for item in attempt.paper}) is not None:
            continue
        keys, choices = room.reviews.keys(key), room.exams.choices(attempt.id)
        for place, item in enumerate(attempt.paper):
            question = room.exams.question(key, item.question)
            picked = chosen(item, choices.get(place, 0))
            right = keys.get(item.question, question.key)
            last.setdefault(item.question, ticked(question.kind, right, picked).right)
    return frozenset(question for question, right in last.items() if not right)


def audience_of(cadre: Cadre | None) -> frozenset[Audience]:
    """Whose questions a person practises: a resident's, or those of the cadre's category."""
    return _AUDIENCES[cadre.category] if cadre else RESIDENTS


def _audience(room: Room, account: Account) -> frozenset[Audience]:
    return audience_of(room.people.cadre(account.cadre) if account.cadre else None)


def _asked(question: Question) -> Asked:
    """A front end cannot show what it was never given."""
    return Asked(_name(question.id), question.kind, question.stem, question.options)


def _name(key: QuestionKey) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def _named(bank: Bank, name: str) -> Question:
    for key, question in bank.items():
        if _name(key) == name:
            return question
    raise NotFound(GONE)
