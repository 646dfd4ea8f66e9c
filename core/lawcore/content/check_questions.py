"""Rules for the questions of the bank."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from lawcore.content.citing import cited, mentioned
from lawcore.content.pack import Pack
from lawcore.content.place import Place
from lawcore.content.wording import verified, worded
from lawcore.errors import Fault
from lawcore.questions.question import LETTERS, Question, QuestionKind

_CATCH_ALL = re.compile(r"以上(都|全|皆|均)|(都|全|皆|均)(对|是|正确|不对|错误)$")
_SIGNS = re.compile(r"[\W_]+")
_ENOUGH = 40
"""From so many questions of a kind on, the letters of the keys are weighed."""
_TOLERANCE = 5
"""Percentage points by which a letter's share may leave the even share."""


def check_questions(pack: Pack, day: date) -> Iterator[Fault]:
    """Check every question, and the bank as a whole."""
    stems: dict[str, Question] = {}
    for question in pack.questions.values():
        place = pack.places["questions", question.id]
        yield from verified(question.checked, day, place)
        yield from cited(question.cites, pack.registry, day, place, verified_for=question.checked)
        yield from _texts(question, pack, day, place)
        yield from _options(question, place)
        first = stems.setdefault(_plain(question.stem), question)
        if first is not question:
            yield Fault(place.at("stem"), f"题干与 {first.id} 相同", "删去一题或改写")
    yield from _balance(pack)


def _texts(question: Question, pack: Pack, day: date, place: Place) -> Iterator[Fault]:
    yield from mentioned(question.explanation, pack.registry, day, place)
    yield from worded(question.explanation, place)
    if question.kind is QuestionKind.JUDGE and question.key == {1}:
        return  # a false statement may say anything; the explanation puts it right
    yield from mentioned(question.stem, pack.registry, day, place)
    yield from worded(question.stem, place)


def _options(question: Question, place: Place) -> Iterator[Fault]:
    plain = [_plain(option) for option in question.options]
    if len(set(plain)) < len(plain):
        yield Fault(place.at("options"), "有两个选项一样", "改写其中一个")
    for option in question.options:
        if _CATCH_ALL.search(option):
            yield Fault(place.near(option), f"不用「{option}」这样的选项", "写出具体内容")
    right = len(question.key)
    if question.kind is QuestionKind.SINGLE and right != 1:
        yield Fault(place.at("answer"), f"单选题有{right}个答案", "只留一个")
    if question.kind is QuestionKind.MULTIPLE and not 2 <= right < len(question.options):
        yield Fault(place.at("answer"), f"多选题有{right}个答案", "至少两个，且不能全选")


def _balance(pack: Pack) -> Iterator[Fault]:
    """Weigh the letters of the keys: one that is right more often than others gives it away."""
    for kind in QuestionKind:
        of_kind = [question for question in pack.questions.values() if question.kind is kind]
        sizes = Counter(len(question.options) for question in of_kind)
        if not sizes:
            continue
        size, count = sizes.most_common(1)[0]
        if count < _ENOUGH:
            continue
        letters = Counter(
            index for question in of_kind if len(question.options) == size for index in question.key
        )
        even = 100 / size
        for index in range(size):
            share = 100 * letters[index] / letters.total()
            if abs(share - even) > _TOLERANCE:
                yield Fault(
                    "questions/",
                    f"{kind.label}的答案里 {LETTERS[index]} 占{share:.0f}%，应在{even:.0f}%上下",
                    "调换一些题目的选项顺序",
                )


def _plain(text: str) -> str:
    return _SIGNS.sub("", text).casefold()
