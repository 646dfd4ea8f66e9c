"""Aiken, the simplest question format: a stem, lettered options, one right answer.

It carries no question with several right answers, and nothing but stem, options and key.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lawcore.content.exchange.tables import Raw
from lawcore.errors import BadInput, Fault, FaultyFile
from lawcore.questions.question import JUDGE_OPTIONS, LETTERS, Question, QuestionKind

LOST = "Aiken 格式只有题干、选项和一个答案：没有编号、解析、法条、内容分类、对象、难度和核对日期"
"""What the format does not carry, in words; and no question with several right answers."""

_OPTION = re.compile(r"^([A-Z])[.)．、]\s*(.*)$")
_KEY = re.compile(r"^ANSWER\s*[:：]\s*(.*)$", re.IGNORECASE)


def aiken_of(questions: Iterable[Question]) -> tuple[str, int]:
    """Write what the format can carry; and how many questions it could not."""
    asked = list(questions)
    written = [_written(each) for each in asked if each.kind is not QuestionKind.MULTIPLE]
    return "\n".join(written), len(asked) - len(written)


def read_aiken(text: str, file: str) -> tuple[Raw, ...]:
    """Read the questions of an Aiken text. Raises FaultyFile with every fault at once."""
    found: list[Raw] = []
    faults: list[Fault] = []
    for number, (line, block) in enumerate(_blocks(text), start=1):
        try:
            found.append({"id": f"aiken-{number:03}", **_read(block)})
        except BadInput as wrong:
            faults.append(Fault(f"{file} 第 {line} 行", str(wrong).rstrip("。")))
    if faults or not found:
        faults = faults or [Fault(file, "没有题目", "每道题以 ANSWER: 结束")]
        raise FaultyFile(f"{file} 有 {len(faults)} 处错误，没有导入任何内容：", faults)
    return tuple(found)


def _written(question: Question) -> str:
    stem = " ".join(question.stem.split())
    options = (
        f"{LETTERS[place]}. {' '.join(option.split())}\n"
        for place, option in enumerate(question.options)
    )
    return f"{stem}\n{''.join(options)}ANSWER: {question.key_letters}\n"


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each question with its first line: a question ends with ANSWER or an empty line."""
    block: list[str] = []
    start = 0
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.strip():
            start = start if block else number
            block.append(line.strip())
        if block and (not line.strip() or _KEY.match(line.strip())):
            yield start, block
            block = []


def _read(block: list[str]) -> dict[str, Any]:
    stem, *rest = block
    key = _KEY.match(rest[-1]) if rest else None
    if key is None:
        raise BadInput("这道题没有 ANSWER 那一行。")
    options = [_OPTION.match(line) for line in rest[:-1]]
    if not options or None in options or len(options) > len(LETTERS):
        raise BadInput("题干只占一行，后面每行一个选项，写成「A. 选项」。")
    letters = [found[1] for found in options if found]
    if letters != list(LETTERS[: len(letters)]):
        raise BadInput("选项的字母要从 A 起依次写。")
    if key[1].strip() not in letters:
        raise BadInput(f"答案「{key[1].strip()}」不是选项的字母，这种格式只能有一个答案。")
    texts = [found[2].strip() for found in options if found]
    if tuple(texts) == JUDGE_OPTIONS:
        return {"kind": "judge", "stem": stem, "answer": key[1].strip() == "A"}
    return {"kind": "single", "stem": stem, "options": texts, "answer": [key[1].strip()]}
