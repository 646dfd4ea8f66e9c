"""What our own GIFT export writes into the comment before a question, read back and checked."""

import re
from datetime import date
from typing import Any

from lawcore.content.exchange.faulty import FaultsOfText
from lawcore.errors import BadInput
from lawcore.law.registry import Registry
from lawcore.questions.question import Audience, Topic

_TAG = re.compile(r"\[(id|tag):((?:\\.|[^\]\\])*)\]")
_LEVELS = {"1": 1, "2": 2, "3": 3}
_TRUTHS = {"true": True, "false": False}


def read_tags(comments: str, line: int, registry: Registry, faults: FaultsOfText) -> dict[str, Any]:
    """Read id and tags; notes what no question may have, at the line of its question."""
    found: dict[str, Any] = {}
    for name, written in _TAG.findall(comments):
        value = re.sub(r"\\(.)", r"\1", written)
        if name == "id":
            found["id"] = value
            continue
        key, _, said = value.partition("=")
        try:
            _add(found, key, said, registry)
        except BadInput as wrong:
            faults.at(line, str(wrong), f"改掉上面注释里的 [tag:{value}]，或者删去")
    return found


def in_brackets(text: str) -> str:
    """Write a text so that it may stand in the brackets of an id or a tag."""
    return re.sub(r"([\]\\])", r"\\\1", text)


def _add(found: dict[str, Any], key: str, said: str, registry: Registry) -> None:
    match key:
        case "topic":
            found[key] = _one_of(said, {each.value: each.value for each in Topic}, "内容分类")
        case "difficulty":
            found[key] = _one_of(said, _LEVELS, "难度")
        case "checked":
            found[key] = _day(said)
        case "case":
            found[key] = _one_of(said, _TRUTHS, "案例题")
        case "audience":
            known = {each.value: each.value for each in Audience}
            found.setdefault(key, []).append(_one_of(said, known, "对象"))
        case "computed" | "apart":
            found.setdefault(key, []).append(said)
        case "cite":
            found.setdefault("cites", []).append(_cite(said, registry))


def _one_of(said: str, known: dict[str, Any], what: str) -> Any:
    if said not in known:
        raise BadInput(f"{what}里不认识“{said}”，只能写：{'、'.join(known)}")
    return known[said]


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise BadInput(f"核对日期“{said}”不是 2026-11-24 这样的日期") from None


def _cite(said: str, registry: Registry) -> dict[str, Any]:
    name, _, article = said.partition(" ")
    law = registry.find(name)
    if law is None:
        near = "、".join(f"《{key}》" for key in registry.near(name))
        raise BadInput(f"法律登记表里没有“{name}”" + (f"，是不是{near}" if near else ""))
    if article and not (article.isascii() and article.isdecimal() and int(article) > 0):
        raise BadInput(f"“{article}”不是条号")
    return {"law": law.key} | ({"article": int(article)} if article else {})
