"""What pydantic found, in the words of a clerk."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from lawcore.content.place import Place
from lawcore.errors import Fault

_TYPES = {
    "missing": ("缺少“{key}”这一项", "照 README.md 的例子补上"),
    "extra_forbidden": ("不认识“{key}”这一项", "检查拼写，或者删去"),
    "string_too_short": ("“{key}”是空的", "写上内容"),
    "string_type": ("“{key}”要写成带引号的文字", ""),
    "int_type": ("“{key}”要写成不带引号的整数", ""),
    "bool_type": ("“{key}”要写 true 或 false", ""),
    "tuple_type": ("“{key}”要写成方括号里的列表", '例如 ["全体居民"]'),
    "too_short": ("“{key}”至少要有一项", ""),
    "too_long": ("“{key}”的项太多了", "最多 {max_length} 项"),
    "greater_than_equal": ("“{key}”不能小于 {ge}", ""),
    "less_than_equal": ("“{key}”不能大于 {le}", ""),
    "greater_than": ("“{key}”要大于 {gt}", ""),
    "enum": ("“{key}”不能写“{input}”", "可以写：{expected}"),
    "literal_error": ("“{key}”不能写“{input}”", "可以写：{expected}"),
    "union_tag_invalid": ("没有“{tag}”这种规则", "可以写：{expected_tags}"),
    "union_tag_not_found": ("“{key}”没有写 kind", ""),
    "value_error": ("“{key}”{error}", ""),
}
_DATES = ("“{key}”要写成 2026-12-04 这样的日期，不带引号", "")
_TIMES = ('“{key}”要写成 "09:00" 这样的时间', "")


def shape_faults(error: ValidationError, place: Place) -> Iterator[Fault]:
    """Yield a fault for everything pydantic found wrong with the table at `place`."""
    for found in error.errors(include_url=False):
        path = [step for step in found["loc"] if not _is_tag(step)]
        keys = [step for step in path if isinstance(step, str)]
        words = {"key": keys[-1] if keys else "内容", "input": found["input"], **_context(found)}
        reason, remedy = _sentence(found["type"])
        yield Fault(place.at(*path), reason.format(**words), remedy.format(**words))


def syntax_fault(error: tomllib.TOMLDecodeError, file: str, text: str) -> Fault:
    """Say where a file stops being TOML."""
    found = re.search(r"at line (\d+)", str(error))
    line = int(found[1]) if found else len(text.splitlines())
    return Fault(
        f"{file} 第 {line} 行",
        "写法不对，读不下去",
        "检查引号、逗号、方括号是否成对，同一项是否写了两遍",
    )


def _sentence(kind: str) -> tuple[str, str]:
    if kind.startswith("date"):
        return _DATES
    if kind.startswith("time"):
        return _TIMES
    return _TYPES.get(kind, ("“{key}”写得不对", "照 README.md 的例子改"))


def _context(found: Any) -> dict[str, Any]:
    context = dict(found.get("ctx", {}))
    for name in ("expected", "expected_tags"):
        if name in context:
            context[name] = str(context[name]).replace("'", "").replace(" or ", "、")
            context[name] = context[name].replace(", ", "、")
    return context


def _is_tag(step: str | int) -> bool:
    """Tell whether a step of the path is a branch of a union rather than a key of the file."""
    return isinstance(step, str) and (step in _BRANCHES or "[" in step)


_BRANCHES = {
    "day", "range", "nth-weekday", "nth-week", "week-containing", "lunar-day", "lunar-range",
    "solar-term", "by-notice", "bool",
}  # fmt: skip
