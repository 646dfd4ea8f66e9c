"""Aiken, the simplest question format: a stem, lettered options, one right answer.

It carries no question with several right answers, and nothing but stem, options and key.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lawcore.content.exchange.faulty import FaultsOfText, prefix_of
from lawcore.content.exchange.tables import Raw
from lawcore.questions.question import JUDGE_OPTIONS, LETTERS, Question, QuestionKind

LOST = "Aiken 格式只有题干、选项和一个答案：没有编号、解析、法条、内容分类、对象、难度和核对日期"
"""What the format does not carry, in words; and no question with several right answers."""

_OPTION = re.compile(r"^([A-Z])[.)．、]\s*(.*)$")
_KEY = re.compile(r"^ANSWER\s*[:：]\s*(.*)$", re.IGNORECASE)


class _Line(NamedTuple):
    line: int
    text: str


def aiken_of(questions: Iterable[Question]) -> tuple[str, int]:
    """Write what the format can carry; and how many questions it could not."""
    asked = list(questions)
    written = [_written(each) for each in asked if each.kind is not QuestionKind.MULTIPLE]
    return "\n".join(written), len(asked) - len(written)


def read_aiken(text: str, file: str) -> tuple[Raw, ...]:
    """Read the questions of an Aiken text. Raises FaultyFile with every fault at once."""
    faults = FaultsOfText(file)
    prefix = prefix_of(file, "aiken")
    found: list[tuple[int, Raw]] = []
    for number, block in enumerate(_blocks(text), start=1):
        if raw := _read(block, faults):
            found.append((block[0].line, {"id": f"{prefix}-{number:03}", **raw}))
    return faults.close(found, "每道题以 ANSWER: 结束")


def _written(question: Question) -> str:
    stem = " ".join(question.stem.split())
    options = (
        f"{LETTERS[place]}. {' '.join(option.split())}\n"
        for place, option in enumerate(question.options)
    )
    return f"{stem}\n{''.join(options)}ANSWER: {question.key_letters}\n"


def _blocks(text: str) -> Iterator[list[_Line]]:
    """Give each question line by line: it ends with ANSWER or an empty line."""
    block: list[_Line] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.strip():
            block.append(_Line(number, line.strip()))
        if block and (not line.strip() or _KEY.match(line.strip())):
            yield block
            block = []


def _read(block: list[_Line], faults: FaultsOfText) -> dict[str, Any] | None:
    """Read a question, or note everything that is wrong with it."""
    stem, *rest = block
    key = _KEY.match(rest[-1].text) if rest else None
    if _KEY.match(stem.text):
        faults.at(stem.line, "ANSWER 前面没有题干和选项", "补上题干和选项，或者删去这一行")
        return None
    if key is None:
        reason = "这道题没有 ANSWER 那一行"
        faults.at(block[-1].line, reason, "在选项后面补一行，如 ANSWER: B；题目中间不空行")
        return None
    options = _options(stem.line, rest[:-1], faults)
    if options is None:
        return None
    answer = key[1].strip().upper()
    if answer not in LETTERS[: len(options)] or len(answer) != 1:
        reason = (
            f"答案“{key[1].strip()}”不是选项的字母"
            if len(answer) == 1
            else (f"答案“{key[1].strip()}”不是一个字母，这种格式只能有一个答案")
        )
        remedy = f"写 {LETTERS[0]} 到 {LETTERS[len(options) - 1]} 中的一个；多选题用 xlsx 或 GIFT"
        faults.at(rest[-1].line, reason, remedy)
        return None
    if tuple(options) == JUDGE_OPTIONS:
        return {"kind": "judge", "stem": stem.text, "answer": answer == "A"}
    return {"kind": "single", "stem": stem.text, "options": options, "answer": [answer]}


def _options(stem: int, lines: list[_Line], faults: FaultsOfText) -> list[str] | None:
    """Read the options that stand between stem and ANSWER; None where one is faulty."""
    texts = []
    for place, (number, text) in enumerate(lines):
        found = _OPTION.match(text)
        if place >= len(LETTERS):
            faults.at(number, f"选项超过 {len(LETTERS)} 个", "删去一些")
        elif found is None:
            reason = f"“{text[:12]}”不是选项：题干只占一行，后面每行一个选项"
            faults.at(number, reason, f"写成“{LETTERS[place]}. 选项”，或者并进题干那一行")
            return None  # what follows has lost its letters
        elif found[1] != LETTERS[place]:
            reason = f"选项的字母是 {found[1]}，这里应当是 {LETTERS[place]}"
            faults.at(number, reason, "选项从 A 起依次写")
        elif not found[2].strip():
            faults.at(number, f"选项 {found[1]} 是空的", "写上内容")
        else:
            texts.append(found[2].strip())
            continue
        if place >= len(LETTERS):
            return None
    if len(lines) < 2:
        faults.at(lines[-1].line if lines else stem, "选项不到两个", "至少写两个选项")
    return texts if len(texts) == len(lines) >= 2 else None
