"""Drawing questions for a paper: seeded, complete, never a shorter paper than promised."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from lawcore.errors import BadInput
from lawcore.ids import QuestionKey
from lawcore.questions.blueprint import Blueprint, Section
from lawcore.questions.question import Question, QuestionKind


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One question of one paper: which, in what order its options stand, for how many marks.

    ``order[i]`` is the index, in the question's own options, of what this paper shows at place i.
    """

    question: QuestionKey
    order: tuple[int, ...]
    marks: Decimal


@dataclass(frozen=True, slots=True)
class ShortCell:
    """A section that the bank cannot fill."""

    section: int
    """Its place in the blueprint."""
    words: str
    """``多选题（民法典）要 3 道，可用 1 道``."""


class BankTooSmall(BadInput):
    """The bank cannot fill a blueprint: every short cell, and every common question not there."""

    def __init__(self, short: Sequence[ShortCell], gone: Sequence[QuestionKey] = ()) -> None:
        self.short = tuple(short)
        self.gone = tuple(gone)
        named = "、".join(f"“{key}”" for key in gone)
        cells = "；".join(cell.words for cell in short)
        told = [f"固定题{named}不在题库里，请核对题号。"] if gone else []
        if cells:
            told.append(f"题库不够：{cells}（同一道题不能重复用）。请减少题数或补充题目。")
        super().__init__("".join(told))


def eligible(bank: Sequence[Question], blueprint: Blueprint) -> tuple[Question, ...]:
    """The common questions and those that any section could take, in the order of their keys."""
    common = {one.question for one in blueprint.common}
    fitting = [q for q in bank if q.id in common or any(s.takes(q) for s in blueprint.sections)]
    return tuple(sorted(fitting, key=lambda question: question.id))


def spare(
    pool: Sequence[Question], blueprint: Blueprint, used: AbstractSet[QuestionKey]
) -> tuple[Question, ...]:
    """The pool without the questions `used` before; the common block is asked again."""
    common = {one.question for one in blueprint.common}
    return tuple(question for question in pool if question.id in common or question.id not in used)


def draw(
    pool: Sequence[Question],
    blueprint: Blueprint,
    seed: str,
    late: AbstractSet[QuestionKey] = frozenset(),
) -> tuple[Question, ...]:
    """Draw one set of questions: the common block, then section by section.

    The same `seed` draws the same set. Questions of `late` are taken only where others run out.

    The order of `pool` does not matter: a database may hand it over in any.

    Sections may compete for questions: a draw exists exactly when every place can be matched, so
    it is found by augmenting paths over randomly ordered candidates.

    Questions that are to stand apart never meet: where two do, one is taken out and the places are
    filled anew, first without the one, then without the other, so a paper is found if there is any.

    Raises BankTooSmall naming every short cell when the bank cannot fill the blueprint, and every
    common question that is not there.
    """
    by_key = {question.id: question for question in pool}
    common = [by_key[one.question] for one in blueprint.common if one.question in by_key]
    gone = [one.question for one in blueprint.common if one.question not in by_key]
    random = Random(seed)  # noqa: S311 - a draw that must be repeatable, not a secret
    shuffled = random.sample(sorted(pool, key=lambda question: question.id), len(pool))
    apart = _apart(pool)
    barred = {key for one in common for key in (one.id, *apart.get(one.id, ()))}
    free = [question for question in shuffled if question.id not in barred]
    free.sort(key=lambda question: question.id in late)
    try:
        drawn = _drawn(free, blueprint, apart)
    except BankTooSmall as small:
        raise BankTooSmall(small.short, gone) from None
    if gone:
        raise BankTooSmall((), gone)
    return (*common, *drawn)


def _apart(pool: Sequence[Question]) -> Mapping[QuestionKey, AbstractSet[QuestionKey]]:
    """Which questions each must not meet; it holds both ways, whichever names the other."""
    found: dict[QuestionKey, set[QuestionKey]] = defaultdict(set)
    for question in pool:
        for other in question.apart:
            found[question.id].add(other)
            found[other].add(question.id)
    return found


def _drawn(
    free: Sequence[Question],
    blueprint: Blueprint,
    apart: Mapping[QuestionKey, AbstractSet[QuestionKey]],
) -> tuple[Question, ...]:
    """Fill the places with questions that may stand together, those in front rather."""
    filled = _filled(free, blueprint)
    keys = {question.id for question in filled}
    meeting = (question for question in filled if apart.get(question.id, frozenset()) & keys)
    one = next(meeting, None)
    if one is None:
        return filled
    other = next(question for question in filled if question.id in apart[one.id])
    later, earlier = sorted((one, other), key=free.index, reverse=True)
    try:
        return _drawn([question for question in free if question is not later], blueprint, apart)
    except BadInput:
        return _drawn([question for question in free if question is not earlier], blueprint, apart)


def _filled(free: Sequence[Question], blueprint: Blueprint) -> tuple[Question, ...]:
    by_key = {question.id: question for question in free}
    taken: dict[QuestionKey, int] = {}
    places = [section for section in blueprint.sections for _ in range(section.count)]
    short: set[int] = set()
    for place, section in enumerate(places):
        # Where one place stays empty the other places of its section do too.
        if id(section) not in short and not _seat(place, places, free, taken, set()):
            short.add(id(section))
    if short:
        raise BankTooSmall(
            [
                ShortCell(number, _short(section, sum(map(section.takes, free))))
                for number, section in enumerate(blueprint.sections)
                if id(section) in short
            ]
        )
    seated = {place: by_key[key] for key, place in taken.items()}
    return tuple(seated[place] for place in range(len(places)))


def shuffle_options(
    questions: Sequence[Question], blueprint: Blueprint, seed: str
) -> tuple[PaperItem, ...]:
    """A paper of `questions` with the options of each in this person's own order.

    The two options of a true-or-false question keep their order: 正确 before 错误.
    """
    random = Random(seed)  # noqa: S311 - repeatable, not a secret
    items = []
    for question, mark in zip(questions, blueprint.marks, strict=True):
        order = list(range(len(question.options)))
        if question.kind is not QuestionKind.JUDGE:
            random.shuffle(order)
        items.append(PaperItem(question.id, tuple(order), mark))
    return tuple(items)


def _seat(
    place: int,
    places: Sequence[Section],
    free: Sequence[Question],
    taken: dict[QuestionKey, int],
    tried: set[QuestionKey],
) -> bool:
    section = places[place]
    for question in free:
        if question.id not in taken and section.takes(question):
            taken[question.id] = place
            return True
    for question in free:
        if question.id in tried or not section.takes(question):
            continue
        tried.add(question.id)
        if _seat(taken[question.id], places, free, taken, tried):
            taken[question.id] = place
            return True
    return False


def _short(section: Section, available: int) -> str:
    why = "" if available < section.count else "，但别的部分也要用这些题，或者有的题不能同卷"
    return f"{section.label}要 {section.count} 道，可用 {available} 道{why}"
