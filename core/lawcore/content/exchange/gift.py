"""GIFT, the question format of Moodle: written in full, read as far as it can be asked here.

Stem, options, key and explanation are the format's own. Everything else stands in the comment
before a question, as an id and tags: our import reads it back, other programs may pass it over.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from lawcore.content.exchange.tables import Raw, letters_of, raw_of
from lawcore.errors import BadInput, Fault, FaultyFile
from lawcore.questions.question import LETTERS, Question

LOST = "别的软件读这个文件时，可能略去编号、法条、内容分类、对象、难度和核对日期"
"""What another program may lose, in words."""

_SPECIAL = re.compile(r"([~=#{}:\\])")
_TAG = re.compile(r"\[(id|tag):((?:\\.|[^\]\\])*)\]")
_TITLE = re.compile(r"^::(?:\\.|[^:\\])*::", re.DOTALL)
_FORMAT = re.compile(r"^\s*\[(?:html|moodle|plain|markdown)\]\s*")
_BRACES = re.compile(r"(?<!\\)\{((?:\\.|[^}\\])*)\}", re.DOTALL)
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_ANSWER = re.compile(r"(?<!\\)([=~])((?:\\.|[^=~\\])*)", re.DOTALL)
_WEIGHT = re.compile(r"^\s*%(-?[\d.]+)%")
_FEEDBACK = re.compile(r"(?<!\\)#.*", re.DOTALL)
_GENERAL = re.compile(r"(?<!\\)####(.*)", re.DOTALL)


class _Block(NamedTuple):
    line: int
    comments: str
    text: str


def gift_of(questions: Iterable[Question]) -> str:
    """Write the questions as GIFT."""
    return "\n".join(map(_written, questions))


def read_gift(text: str, file: str) -> tuple[Raw, ...]:
    """Read the questions of a GIFT text. Raises FaultyFile with every fault at once."""
    found: list[Raw] = []
    faults: list[Fault] = []
    for number, block in enumerate(_blocks(text), start=1):
        try:
            found.append(_read(block, f"gift-{number:03}"))
        except BadInput as wrong:
            faults.append(Fault(f"{file} 第 {block.line} 行", str(wrong).rstrip("。")))
    if faults or not found:
        faults = faults or [Fault(file, "没有题目", "题目之间空一行")]
        raise FaultyFile(f"{file} 有 {len(faults)} 处错误，没有导入任何内容：", faults)
    return tuple(found)


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
    comment = " ".join(f"[tag:{_in_brackets(tag)}]" for tag in tags)
    body = "".join(f"\n{line}" for line in _answers(question))
    return (
        f"// [id:{_in_brackets(question.id)}] {comment}\n"
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
    """Questions are parted by empty lines; inside the braces a line may be empty."""
    comments: list[str] = []
    lines: list[str] = []
    start = depth = 0
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        bare = line.strip()
        if depth == 0 and not lines and (bare.startswith(("//", "$"))):
            comments.append(bare)
            continue
        if bare or depth:
            start = start if lines else number
            lines.append(line)
            plain = re.sub(r"\\.", "", line)
            depth = max(0, depth + plain.count("{") - plain.count("}"))
        elif lines:
            yield _Block(start, "\n".join(comments), "\n".join(lines))
            comments, lines = [], []


def _read(block: _Block, key: str) -> Raw:
    body = _BRACES.search(block.text)
    if body is None:
        raise BadInput("没有花括号里的答案，不是可以作答的题。")
    before, after = block.text[: body.start()], block.text[body.end() :]
    stem = _FORMAT.sub("", _TITLE.sub("", before.strip()))
    if after.strip():
        stem = f"{stem.strip()}____{after.strip()}"
    tagged = _tagged(block.comments)
    general = _GENERAL.search(body[1])
    answers = _GENERAL.sub("", body[1]).strip()
    raw: dict[str, Any] = {"id": tagged.pop("id", key)}
    raw |= {"stem": _plain(stem), **_key(answers)}
    if general:
        raw["explanation"] = _plain(general[1])
    order = ("id", "kind", "stem", "options", "answer", "explanation")
    return {each: raw[each] for each in order if each in raw} | tagged


def _key(answers: str) -> dict[str, Any]:
    if (truth := _TRUTH.get(_FEEDBACK.sub("", answers).strip().upper())) is not None:
        return {"kind": "judge", "answer": truth}
    if answers.startswith("#") or "->" in answers or not answers:
        raise BadInput("只能导入单选、多选和判断题，这道是数值、配对或者问答题。")
    options, right = [], []
    for place, found in enumerate(_ANSWER.finditer(answers)):
        weight = _WEIGHT.match(found[2])
        told = _FEEDBACK.sub("", _WEIGHT.sub("", found[2]))
        options.append(_plain(told))
        if found[1] == "=" or (weight and float(weight[1]) > 0):
            right.append(place)
    if not right or len(right) == len(options):
        raise BadInput("全部选项都对或者都不对：填空题不能导入，选择题要有对有错。")
    if len(options) > len(LETTERS):
        raise BadInput(f"选项有 {len(options)} 个，最多 {len(LETTERS)} 个。")
    kind = "single" if len(right) == 1 else "multiple"
    return {"kind": kind, "options": options, "answer": letters_of(right)}


def _tagged(comments: str) -> dict[str, Any]:
    """Read what our own export wrote into the comment."""
    found: dict[str, Any] = {}
    for name, written in _TAG.findall(comments):
        value = re.sub(r"\\(.)", r"\1", written)
        if name == "id":
            found["id"] = value
            continue
        key, _, said = value.partition("=")
        match key:
            case "topic":
                found[key] = said
            case "difficulty" if said.isdigit():
                found[key] = int(said)
            case "checked" if _is_day(said):
                found[key] = date.fromisoformat(said)
            case "case":
                found[key] = said == "true"
            case "audience" | "computed" | "apart":
                found.setdefault(key, []).append(said)
            case "cite":
                law, _, article = said.partition(" ")
                cite = {"law": law} | ({"article": int(article)} if article.isdigit() else {})
                found.setdefault("cites", []).append(cite)
    return found


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("\n", "\\n")


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text).strip()


def _in_brackets(text: str) -> str:
    return re.sub(r"([\]\\])", r"\\\1", text)


def read_text(path: Path) -> str:
    """Read a text file. Raises BadInput if it cannot be read or is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError:
        raise BadInput(f"「{path}」打不开，请检查文件名。") from None
    except UnicodeDecodeError:
        raise BadInput(f"「{path.name}」不是 UTF-8 编码，请另存为 UTF-8 再试。") from None
