"""Answers of a paper as a clerk types them: ``1A 2BD 3正确``. Letters are those of the paper.

What is not named, or has no answer behind it, was not answered.
"""

import re
import unicodedata
from collections.abc import Sequence

from lawcore.errors import BadInput
from lawcore.exams.model import Choices
from lawcore.exams.on_paper import PrintedQuestion
from lawcore.questions.question import LETTERS, QuestionKind

_RIGHT = frozenset({"正确", "对", "√", "✓"})
_WRONG = frozenset({"错误", "错", "×", "X"})
_PAIR = re.compile(r"(\d{1,4})\s*[.、:]?\s*([^\d\s,;、。]*)[\s,;、。]*")


def answers_of(text: str, paper: Sequence[PrintedQuestion]) -> Choices:
    """Read what was typed for a whole paper. Raises BadInput naming everything that is wrong."""
    choices: dict[int, int] = {}
    wrong: list[str] = []
    rest = unicodedata.normalize("NFKC", text).strip()
    while rest:
        found = _PAIR.match(rest)
        if found is None:
            wrong.append(f"看不懂“{rest[:10]}”，要写成 1A 2BD 3正确 这样")
            break
        rest = rest[found.end() :]
        place = int(found[1]) - 1
        if not 0 <= place < len(paper):
            wrong.append(f"没有第 {place + 1} 题，这份卷共 {len(paper)} 题")
        elif place in choices:
            wrong.append(f"第 {place + 1} 题写了两次")
        else:
            try:
                choices[place] = choice_of(found[2], paper[place])
            except BadInput as error:
                choices[place] = 0
                wrong.append(f"第 {place + 1} 题{error}")
    if wrong:
        raise BadInput("答案有错，没有录入：" + "；".join(wrong) + "。")
    return {place: choice for place, choice in choices.items() if choice}


def choice_of(answer: str, asked: PrintedQuestion) -> int:
    """The bit mask of one answer, 0 for none. Raises BadInput saying what is wrong with it."""
    word = unicodedata.normalize("NFKC", answer).strip().upper()
    if not word:
        return 0
    if asked.kind is QuestionKind.JUDGE and word in _RIGHT | _WRONG:
        return 1 if word in _RIGHT else 2
    letters = LETTERS[: len(asked.options)]
    if any(sign not in letters for sign in word):
        ways = "，或写 正确、错误" if asked.kind is QuestionKind.JUDGE else ""
        raise BadInput(f"的答案“{answer}”不对：只有 {letters[0]} 到 {letters[-1]}{ways}")
    if len(set(word)) != len(word):
        raise BadInput(f"的答案“{answer}”里有重复的字母")
    if len(word) > 1 and asked.kind is not QuestionKind.MULTIPLE:
        raise BadInput(f"是{asked.kind.label}，只能有一个答案，写了“{answer}”")
    return sum(1 << letters.index(sign) for sign in word)
