"""Corrected keys beyond the exam in which they were corrected.

Papers that are handed in while an exam runs are graded by the frozen keys; at the close a corrected
key lifts whom it lifts, and nobody loses. A question of the bank that still holds the old key is
held back from new papers until the bank agrees.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lawcore.exams.grading import mark
from lawcore.exams.hall import Hall
from lawcore.exams.model import Attempt, Exam, ExamState, Pool
from lawcore.exams.review import pool_in_force
from lawcore.exams.review_book import Change
from lawcore.ids import ExamId
from lawcore.participation import Entry, EntryKind
from lawcore.questions.question import LETTERS, Question, QuestionKind


@dataclass(frozen=True, slots=True)
class Held:
    """A question that still holds a key which an exam has corrected."""

    question: Question
    exam: ExamId
    """Where it was corrected last."""
    right: frozenset[int]
    """The corrected key, in the order of `question`."""

    @property
    def letters(self) -> str:
        """The corrected key as letters: ``AC``."""
        return letters_of(self.right)

    def remedy(self, where: str) -> str:
        """What to change at `where` so that the question may be asked again, in a sentence."""
        kind = self.question.kind
        if kind is QuestionKind.JUDGE:
            how = f"请把 answer 改成 {'true' if self.right == {0} else 'false'}"
        elif kind is QuestionKind.SINGLE and len(self.right) > 1:
            how = f"{self.letters} 都算对，请改题干或选项，只留一个对的"
        else:
            listed = ", ".join(f'"{letter}"' for letter in self.letters)
            how = f"请把 answer 改成 [{listed}]"
        return f"题库还是旧答案：{where}，{how}，解析也要对上。改好以前，新卷不出这道题。"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another exam that asks the same question with another key."""

    exam: Exam
    letters: str
    """The corrected key in the order of that exam's wording."""
    papers: int
    """Papers that have the question; 0 before they are drawn."""
    proposed: bool
    """The same correction is proposed there and waits for a second person."""


def held(hall: Hall, questions: Iterable[Question]) -> tuple[Held, ...]:
    """Those of `questions` that a correction has overtaken: same words, another key.

    A question that was reworded since has been read again by a person, and is not held.
    """
    corrected = {one.question.id: one for one in hall.reviews.corrections()}
    found = []
    for question in questions:
        last = corrected.get(question.id)
        if last is None or not _same_words(question, last.question):
            continue
        right = _in_order_of(question, last.question)
        if right != question.key:
            found.append(Held(question, last.exam, right))
    return tuple(found)


def free(hall: Hall, questions: Iterable[Question]) -> tuple[Question, ...]:
    """Those of `questions` that no correction has overtaken."""
    all_of_them = tuple(questions)
    wrong = {one.question.id for one in held(hall, all_of_them)}
    return tuple(question for question in all_of_them if question.id not in wrong)


def elsewhere(hall: Hall, exam: ExamId, corrected: Question) -> tuple[Elsewhere, ...]:
    """The other exams that ask this question in the same words with another key in force.

    Those that are waiting or open, and those that are over and had it in a paper.
    """
    found = []
    for other, asked in hall.reviews.holding(corrected.id):
        about = hall.exams.exam(other)
        if other == exam or about is None or not _same_words(asked, corrected):
            continue
        right = _in_order_of(asked, corrected)
        papers = hall.rosters.papers_with(other, corrected.id)
        drawn = papers or about.state is ExamState.SCHEDULED
        if not drawn or hall.reviews.keys(other).get(corrected.id, asked.key) == right:
            continue
        proposed = any(
            (one.question, one.key, one.applied_by) == (corrected.id, right, None)
            for one in hall.reviews.regrades(other)
        )
        found.append(Elsewhere(about, letters_of(right), papers, proposed))
    return tuple(found)


def changes(hall: Hall, exam: Exam, pool: Pool, attempts: Iterable[Attempt]) -> Iterator[Change]:
    """Whose score in force the keys of `pool` would change, up or down."""
    for attempt in attempts:
        now = hall.reviews.in_force(attempt)
        choices = hall.exams.choices(attempt.id)
        score = mark(attempt.paper, pool, choices, exam.scoring).score
        if now.score is not None and score != now.score:
            passed = score >= exam.pass_mark
            yield Change(attempt.id, attempt.cadre, now.score, bool(now.passed), score, passed)


def settle(hall: Hall, exam: Exam, at: datetime) -> None:
    """At the close: keys that were corrected while the exam ran lift whom they lift."""
    applied = [one for one in hall.reviews.regrades(exam.id) if one.applied_by is not None]
    if not applied:
        return
    pool, sat = pool_in_force(hall, exam.id, {}), hall.rosters.closed_attempts(exam.id)
    gains = [one for one in changes(hall, exam, pool, sat) if one.score > one.score_before]
    hall.reviews.add_scores(applied[-1].id, gains)
    detail: dict[str, str | int] = {"regrade": applied[-1].id, "changed": len(gains)}
    hall.ledger.add(Entry(at, EntryKind.REGRADED, "lawbot", exam=exam.id, detail=detail))


def letters_of(key: Iterable[int]) -> str:
    """A key as letters: ``AC``."""
    return "".join(LETTERS[place] for place in sorted(key))


def _same_words(one: Question, other: Question) -> bool:
    return one.stem == other.stem and set(one.options) == set(other.options)


def _in_order_of(question: Question, corrected: Question) -> frozenset[int]:
    right = {corrected.options[place] for place in corrected.key}
    return frozenset(place for place, text in enumerate(question.options) if text in right)
