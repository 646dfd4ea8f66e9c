"""GIFT, the question format of Moodle: written in full, read as far as it can be asked here.

Stem, options, key and explanation are the format's own. Everything else stands in the comment
before a question, as an id and tags: our import reads it back, other programs may pass it over.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lawcore.content.exchange.faulty import FaultsOfText, prefix_of
from lawcore.content.exchange.tables import Raw, letters_of, raw_of
from lawcore.content.exchange.tags import in_brackets, read_tags
from lawcore.errors import BadInput
from lawcore.law.registry import Registry
from lawcore.questions.question import LETTERS, Question

LOST = "别的软件读这个文件时，可能略去编号、法条、内容分类、对象、难度和核对日期"
"""What another program may lose, in words."""

_SPECIAL = re.compile(r"([~=#{}:\\])")
_TITLE = re.compile(r"^::(?:\\.|[^:\\])*::", re.DOTALL)
_FORMAT = re.compile(r"^\s*\[(?:html|moodle|plain|markdown)\]\s*")
_BRACES = re.compile(r"(?<!\\)\{((?:\\.|[^}\\])*)\}", re.DOTALL)
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_ANSWER = re.compile(r"(?<!\\)([=~])((?:\\.|[^=~\\])*)", re.DOTALL)
_WEIGHT = re.compile(r"^\s*%(-?\d+(?:\.\d+)?)%")
_FEEDBACK = re.compile(r"(?<!\\)#.*", re.DOTALL)
_GENERAL = re.compile(r"(?<!\\)####(.*)", re.DOTALL)


class _Block(NamedTuple):
    line: int
    comments: str
    text: str
    closed: bool
    """Whether its braces are."""


def gift_of(questions: Iterable[Question]) -> str:
    """Write the questions as GIFT."""
    return "\n".join(map(_written, questions))


def read_gift(text: str, file: str, registry: Registry) -> tuple[Raw, ...]:
    """Read the questions of a GIFT text. Raises FaultyFile with every fault at once."""
    faults = FaultsOfText(file)
    prefix = prefix_of(file, "gift")
    found: list[tuple[int, Raw]] = []
    for number, block in enumerate(_blocks(text), start=1):
        raw = _read(block, f"{prefix}-{number:03}", faults)
        tagged = read_tags(block.comments, block.line, registry, faults)
        if raw:
            found.append((block.line, raw | tagged))
    return faults.close(found, "题目之间空一行，答案写在花括号里")


def _written(question: Question) -> str:
    raw = raw_of(question)
    cites = [f"cite={each['law']} {each.get('article', '')}".strip() for each in raw["cites"]]
    tags = [
        f"topic={raw['topic']}",
        f"difficulty={raw['difficulty']}",
        f"checked={raw['checked']}",
        *(f"audience={each}" for each in raw["audience"]),
        *cites,
        *(["case=true"] if question.case else []),
        *(f"computed={each}" for each in question.computed),
        *(f"apart={each}" for each in question.apart),
    ]
    comment = " ".join(f"[tag:{in_brackets(tag)}]" for tag in tags)
    body = "".join(f"\n{line}" for line in _answers(question))
    return (
        f"// [id:{in_brackets(question.id)}] {comment}\n"
        f"::{_escaped(question.id)}::{_escaped(question.stem)} {{{body}\n}}\n"
    )


def _answers(question: Question) -> Iterator[str]:
    explained = f"####{_escaped(question.explanation)}"
    if isinstance(truth := raw_of(question)["answer"], bool):
        yield ("TRUE" if truth else "FALSE") + explained
        return
    share = f"{100 / len(question.key):.5f}".rstrip("0").rstrip(".")
    for place, option in enumerate(question.options):
        right = place in question.key
        if len(question.key) == 1:
            sign = "=" if right else "~"
        else:
            sign = f"~%{share}%" if right else "~%-100%"
        yield sign + _escaped(option)
    yield explained


def _blocks(text: str) -> Iterator[_Block]:
    """Questions are parted by empty lines; inside the braces a line may be empty.

    Braces that are left open end where the next question has its title or its comment.
    """
    comments: list[str] = []
    lines: list[str] = []
    start = depth = 0
    rows = text.splitlines()
    for number, line in enumerate([*rows, ""], start=1):
        bare = line.strip()
        begins = bare.startswith(("//", "::", "$"))
        if lines and depth and ((begins and not lines[-1].strip()) or number > len(rows)):
            yield _Block(start, "\n".join(comments), "\n".join(lines), closed=False)
            comments, lines, depth = [], [], 0
        if depth == 0 and not lines and (bare.startswith(("//", "$"))):
            comments.append(bare)
        elif bare or depth:
            start = start if lines else number
            lines.append(line)
            plain = re.sub(r"\\.", "", line)
            depth = max(0, depth + plain.count("{") - plain.count("}"))
        elif lines:
            yield _Block(start, "\n".join(comments), "\n".join(lines), closed=True)
            comments, lines = [], []


def _read(block: _Block, key: str, faults: FaultsOfText) -> dict[str, Any] | None:
    """Read a question without its tags, or note what is wrong with it."""
    body = _BRACES.search(block.text) if block.closed else None
    if not block.closed:
        faults.at(block.line, "花括号没有合上", "在答案后面补上 }")
    elif body is None:
        reason = "没有花括号里的答案，不是可以作答的题"
        faults.at(block.line, reason, "在题干后面写答案，如 {=对的 ~错的}，或者删去")
    if body is None:
        return None
    before, after = block.text[: body.start()], block.text[body.end() :]
    stem = _FORMAT.sub("", _TITLE.sub("", before.strip()))
    if after.strip():
        stem = f"{stem.strip()}____{after.strip()}"
    general = _GENERAL.search(body[1])
    inside = _GENERAL.sub("", body[1])
    answers = inside.strip()
    line = block.line + (before + inside[: inside.find(answers)]).count("\n")
    if not _plain(stem):
        faults.at(block.line, "没有题干", "在花括号前面写上问什么")
    asked = _key(answers, line, faults)
    if asked is None or not _plain(stem):
        return None
    raw: dict[str, Any] = {"id": key, "stem": _plain(stem), **asked}
    if general:
        raw["explanation"] = _plain(general[1])
    order = ("id", "kind", "stem", "options", "answer", "explanation")
    return {each: raw[each] for each in order if each in raw}


def _key(answers: str, line: int, faults: FaultsOfText) -> dict[str, Any] | None:
    if (truth := _TRUTH.get(_FEEDBACK.sub("", answers).strip().upper())) is not None:
        return {"kind": "judge", "answer": truth}
    if answers.startswith("#") or "->" in answers or not answers:
        reason = "只能导入单选、多选和判断题，这道是数值、配对或者问答题"
        faults.at(line, reason, "改成选择题或判断题，或者删去")
        return None
    options, right = [], []
    for place, found in enumerate(_ANSWER.finditer(answers)):
        weight = _WEIGHT.match(found[2])
        told = _FEEDBACK.sub("", _WEIGHT.sub("", found[2]))
        options.append(_plain(told))
        if found[1] == "=" or (weight and float(weight[1]) > 0):
            right.append(place)
        if not options[-1]:
            at = line + answers.count("\n", 0, found.start())
            faults.at(at, f"第 {place + 1} 个选项是空的", "写上内容，或者删去")
    if not right or len(right) == len(options):
        reason = "全部选项都对或者都不对：填空题不能导入，选择题要有对有错"
        faults.at(line, reason, "对的选项前写 =，错的写 ~；多选题对的写 ~%50% 这样的正数")
        return None
    if len(options) > len(LETTERS):
        faults.at(line, f"选项有 {len(options)} 个，最多 {len(LETTERS)} 个", "删去一些")
        return None
    if not all(options):
        return None
    kind = "single" if len(right) == 1 else "multiple"
    return {"kind": kind, "options": options, "answer": letters_of(right)}


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("\n", "\\n")


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text).strip()


def read_text(path: Path) -> str:
    """Read a text file. Raises BadInput if it cannot be read or is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError:
        raise BadInput(f"“{path}”打不开，请检查文件名。") from None
    except UnicodeDecodeError:
        raise BadInput(f"“{path.name}”不是 UTF-8 编码，请另存为 UTF-8 再试。") from None
