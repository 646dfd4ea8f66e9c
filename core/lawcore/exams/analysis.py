"""Item analysis of an exam: what its questions and its units say. Pure: papers in, figures out.

Below ENOUGH people only the facility is given (样本不足). A question's rest is T − x, the total
without the question itself, also where papers are drawn per person. α and the standard error are
given only for a block of questions that all have answered.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median

from lawcore.exams import formulas
from lawcore.ids import QuestionKey
from lawcore.questions.question import LETTERS, Question

ENOUGH = 30
TOO_FEW = "样本不足"
DUBIOUS = 15.0
"""Discriminative efficiency in percent below which Moodle calls a question dubious."""
HARD, EASY = 20.0, 95.0
"""Facility in percent."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One question as one person answered it."""

    marks: Decimal
    earned: Fraction
    picked: frozenset[int]


@dataclass(frozen=True, slots=True)
class Answered:
    """The paper of one person: what each question earned."""

    unit: str
    replies: Mapping[QuestionKey, Reply]

    @property
    def total(self) -> float:
        return float(sum(reply.earned for reply in self.replies.values()))


@dataclass(frozen=True, slots=True)
class OptionCount:
    """One option of a question: who chose it, and how well they did in the rest, in percent."""

    letter: str
    right: bool
    chosen: int
    rest: float | None


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """The figures of a question; None: too few people, or not defined."""

    question: Question
    people: int
    facility: float
    discrimination: float | None
    efficiency: float | None
    options: tuple[OptionCount, ...]
    reasons: tuple[str, ...]
    """Why somebody should look at the question; none: nothing stands out."""


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit: people, and their mean score in percent of the full mark."""

    name: str
    people: int
    mean: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """α, error ratio in percent and standard error in marks, over a block all have answered."""

    questions: int
    alpha: float
    error_ratio: float | None
    standard_error: float | None


@dataclass(frozen=True, slots=True)
class Totals:
    """The distribution of the scores."""

    mean: float
    median: float
    deviation: float
    skewness: float | None
    kurtosis: float | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """The figures of one exam. Below ENOUGH people only facilities are there."""

    people: int
    totals: Totals | None
    reliability: Reliability | None
    items: tuple[ItemFigures, ...]
    units: tuple[UnitFigures, ...]

    @property
    def enough(self) -> bool:
        return self.people >= ENOUGH

    @property
    def to_look_at(self) -> tuple[ItemFigures, ...]:
        return tuple(item for item in self.items if item.reasons)


def analyse(
    papers: Sequence[Answered],
    questions: Mapping[QuestionKey, Question],
    full: Decimal,
    *,
    shared: AbstractSet[QuestionKey] = frozenset(),
    doubts: Mapping[QuestionKey, int] | None = None,
) -> Analysis:
    """Analyse the papers of an exam whose full mark is `full`.

    `shared` are the questions that stand in every paper, `doubts` how many candidates flagged a
    question.
    """
    asked: dict[QuestionKey, list[Answered]] = defaultdict(list)
    for paper in papers:
        for key in paper.replies:
            asked[key].append(paper)
    items = tuple(
        _item(questions[key], who, (doubts or {}).get(key, 0)) for key, who in sorted(asked.items())
    )
    if len(papers) < ENOUGH:
        return Analysis(len(papers), None, None, items, ())
    totals = [paper.total for paper in papers]
    shape = Totals(
        formulas.mean(totals),
        median(totals),
        formulas.deviation(totals),
        formulas.skewness(totals),
        formulas.kurtosis(totals),
    )
    return Analysis(len(papers), shape, _reliability(papers, shared), items, _units(papers, full))


def _item(question: Question, papers: Sequence[Answered], doubts: int) -> ItemFigures:
    replies = [paper.replies[question.id] for paper in papers]
    marks = [float(reply.earned) for reply in replies]
    facility = 100 * sum(marks) / float(sum(reply.marks for reply in replies))
    if len(papers) < ENOUGH:
        asked = (f"{doubts} 人提出疑问",) if doubts else ()
        return ItemFigures(question, len(papers), facility, None, None, (), asked)
    rest = [paper.total - mark for paper, mark in zip(papers, marks, strict=True)]
    options = _options(question, replies, rest)
    discrimination = formulas.discrimination(marks, rest)
    efficiency = formulas.efficiency(marks, rest)
    reasons = _reasons(facility, discrimination, efficiency, options, doubts)
    return ItemFigures(
        question, len(papers), facility, discrimination, efficiency, options, reasons
    )


def _options(
    question: Question, replies: Sequence[Reply], rest: Sequence[float]
) -> tuple[OptionCount, ...]:
    found = []
    for place in range(len(question.options)):
        who = [r for reply, r in zip(replies, rest, strict=True) if place in reply.picked]
        mean = formulas.mean(who) if who else None
        found.append(OptionCount(LETTERS[place], place in question.key, len(who), mean))
    return tuple(found)


def _reasons(
    facility: float,
    discrimination: float | None,
    efficiency: float | None,
    options: Sequence[OptionCount],
    doubts: int,
) -> tuple[str, ...]:
    right = [one for one in options if one.right]
    wrong = [one for one in options if not one.right]
    found = []
    if doubts:
        found.append(f"{doubts} 人提出疑问")
    if discrimination is not None and discrimination < 0:
        found.append("总分高的人反而答错得多，请先核对答案")
    elif efficiency is not None and efficiency < DUBIOUS:
        found.append("答对与否和总分几乎无关，请看题意是否清楚")
    if facility < HARD:
        found.append(f"得分率只有 {facility:.1f}%，太难，或答案有误")
    if facility > EASY:
        found.append(f"得分率 {facility:.1f}%，几乎人人都对")
    least = min((one.chosen for one in right), default=0)
    if over := [one.letter for one in wrong if one.chosen > least]:
        found.append(f"选错误选项 {'、'.join(over)} 的人比选正确选项的还多")
    best = min((one.rest for one in right if one.rest is not None), default=None)
    better = [
        one.letter
        for one in wrong
        if best is not None and one.rest is not None and one.chosen >= 5 and one.rest > best
    ]
    if better:
        found.append(f"选错误选项 {'、'.join(better)} 的人其他题答得更好")
    if idle := [one.letter for one in wrong if one.chosen == 0 and len(options) > 2]:
        found.append(f"选项 {'、'.join(idle)} 没有人选")
    return tuple(found)


def _reliability(
    papers: Sequence[Answered], shared: AbstractSet[QuestionKey]
) -> Reliability | None:
    block = sorted(key for key in shared if all(key in paper.replies for paper in papers))
    items = [[float(paper.replies[key].earned) for paper in papers] for key in block]
    alpha = formulas.consistency(items) if items else None
    if alpha is None:
        return None
    ratio = formulas.error_ratio(alpha)
    spread = formulas.deviation([sum(marks) for marks in zip(*items, strict=True)])
    return Reliability(
        len(block), alpha, ratio, ratio * spread / 100 if ratio is not None else None
    )


def _units(papers: Sequence[Answered], full: Decimal) -> tuple[UnitFigures, ...]:
    by_unit: dict[str, list[float]] = {}
    for paper in papers:
        by_unit.setdefault(paper.unit, []).append(paper.total)
    return tuple(
        UnitFigures(name, len(totals), 100 * formulas.mean(totals) / float(full))
        for name, totals in by_unit.items()
    )
