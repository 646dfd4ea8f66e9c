"""A question as the table of a content file: what every other format is turned from and into."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from lawcore.questions.question import LETTERS, Question, QuestionKind

Raw = Mapping[str, Any]
"""``[[question]]`` as TOML gives it; a format that carries less leaves keys out."""

ORDER = (
    "id", "kind", "stem", "options", "answer", "explanation", "cites", "topic", "audience",
    "difficulty", "case", "checked", "computed", "apart",
)  # fmt: skip
"""The keys of a question as a file has them."""
_NOT_NEEDED = frozenset({"case", "computed", "apart"})


def raw_of(question: Question) -> dict[str, Any]:
    """Turn a question into its table."""
    judge = question.kind is QuestionKind.JUDGE
    raw: dict[str, Any] = {
        "id": question.id,
        "kind": question.kind.value,
        "stem": question.stem,
        "options": list(question.options),
        "answer": question.key == {0} if judge else list(question.key_letters),
        "explanation": question.explanation,
        "cites": [
            {"law": cite.law} | ({"article": cite.article} if cite.article else {})
            for cite in question.cites
        ],
        "topic": question.topic.value,
        "audience": sorted(each.value for each in question.audience),
        "difficulty": question.difficulty,
        "case": question.case,
        "checked": question.checked,
        "computed": list(question.computed),
        "apart": list(question.apart),
    }
    if judge:
        del raw["options"]
    if not question.case:
        del raw["case"]
    return raw


def as_toml(questions: Iterable[Raw]) -> str:
    """Write a content file; above a question that lacks something stands what is to be added."""
    return "\n".join(map(_table, questions))


def missing(raw: Raw) -> tuple[str, ...]:
    """Name what a question lacks; one that is to be judged has no options."""
    spared = _NOT_NEEDED | ({"options"} if raw.get("kind") == QuestionKind.JUDGE else set())
    return tuple(key for key in ORDER if key not in raw and key not in spared)


def letters_of(right: Iterable[int]) -> list[str]:
    """Turn places into letters."""
    return [LETTERS[place] for place in sorted(right)]


def _table(raw: Raw) -> str:
    lacking = missing(raw)
    note = f"# 还要补上：{'、'.join(lacking)}\n" if lacking else ""
    lines = (f"{key} = {_value(raw[key])}\n" for key in ORDER if raw.get(key) not in (None, []))
    return f"{note}[[question]]\n{''.join(lines)}"


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case date():
            return value.isoformat()
        case dict():
            inside = ", ".join(f"{key} = {_value(each)}" for key, each in value.items())
            return f"{{ {inside} }}"
        case list() | tuple():
            return f"[{', '.join(map(_value, value))}]"
    # A basic string of TOML is written as a string of JSON, but for one sign.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
