"""Rules for the bank as a whole: nothing but knowledge of the law may point to the right answer."""

from collections import Counter
from collections.abc import Iterator, Sequence

from lawcore.errors import Fault
from lawcore.questions.question import LETTERS, Question, QuestionKind

ENOUGH = 40
"""From so many questions of a kind on, letters and lengths are weighed."""
TOLERANCE = 5
"""Percentage points by which a share may leave what chance would give."""
_PLACE = "questions/"


def check_bank(questions: Sequence[Question]) -> Iterator[Fault]:
    """Weigh the letters of the keys and the lengths of the options, by kind."""
    for kind in QuestionKind:
        of_kind = [question for question in questions if question.kind is kind]
        yield from _letters(kind, of_kind)
        if kind is not QuestionKind.JUDGE:
            yield from _lengths(kind, of_kind)


def _letters(kind: QuestionKind, of_kind: Sequence[Question]) -> Iterator[Fault]:
    """A letter that is right more often than others gives the answer away."""
    for size, count in Counter(len(question.options) for question in of_kind).items():
        if count < ENOUGH:
            continue
        letters = Counter(
            index for question in of_kind if len(question.options) == size for index in question.key
        )
        even = 100 / size
        for index in range(size):
            share = 100 * letters[index] / letters.total()
            if abs(share - even) > TOLERANCE:
                yield Fault(
                    _PLACE,
                    f"{kind.label}的答案里 {LETTERS[index]} 占{share:.0f}%，应在{even:.0f}%上下",
                    "调换一些题目的选项顺序",
                )


def _lengths(kind: QuestionKind, of_kind: Sequence[Question]) -> Iterator[Fault]:
    """Who always takes the longest option must not be right more often than chance allows."""
    if len(of_kind) < ENOUGH:
        return
    chance = 100 * sum(len(q.key) / len(q.options) for q in of_kind) / len(of_kind)
    share = 100 * sum(map(_longest_is_right, of_kind)) / len(of_kind)
    if share > chance + TOLERANCE:
        yield Fault(
            _PLACE,
            f"{kind.label}里最长的选项有{share:.0f}%是对的，碰运气只有{chance:.0f}%",
            "把一些正确选项改短，或者把错误选项写得一样长",
        )


def _longest_is_right(question: Question) -> float:
    """The chance that the longest option is right; of several that are longest, each counts."""
    most = max(map(len, question.options))
    longest = [index for index, option in enumerate(question.options) if len(option) == most]
    return sum(index in question.key for index in longest) / len(longest)
