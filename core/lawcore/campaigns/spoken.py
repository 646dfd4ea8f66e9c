"""A text as it is read aloud over a village's loudspeaker.

The wording stays as it was approved. Only signs that cannot be heard are replaced, and the numbers
of telephones are written as they are said, so that a reader does not stumble over them.
"""

import re
from collections.abc import Iterable

SAID = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
"""How the digits of a telephone number are said: 1 is yāo."""
A_MINUTE = 180
"""Characters a minute when a text is read slowly and clearly."""

_HEADING = re.compile(r"【(.*?)】[ \t]*")
_STOPS = re.compile(r"(?<=[。！？；])(?![”’」』）])")
_NO_NUMBER = r"(?![\d年月日号条款项元个人天米%.])"


def said(number: str) -> str:
    """A telephone number as it is said: 12348 is 幺二三四八."""
    return "".join(SAID.get(digit, digit) for digit in number)


def phones(text: str, hotlines: Iterable[str]) -> tuple[str, ...]:
    """Those of `hotlines` that stand in `text`, in the order in which they do."""
    found = {number: _phone(number).search(text) for number in hotlines}
    places = {number: match.start() for number, match in found.items() if match}
    return tuple(sorted(places, key=places.__getitem__))


def sentences(text: str, hotlines: Iterable[str]) -> tuple[str, ...]:
    """The sentences of `text`, one to a line, with `hotlines` as they are said."""
    told = _HEADING.sub(r"\1，", text)
    for number in hotlines:
        told = _phone(number).sub(said(number), told)
    lines = (line.strip() for line in told.splitlines())
    found = (part.strip() for line in lines for part in _STOPS.split(line))
    return tuple(_closed(part) for part in found if part)


def minutes(lines: Iterable[str]) -> int:
    """Whole minutes that it takes to read `lines`, at least one."""
    return max(1, round(sum(len(line) for line in lines) / A_MINUTE))


def _phone(number: str) -> re.Pattern[str]:
    """The number where it is a telephone's: not an amount, a date or an article."""
    return re.compile(rf"(?<![\d.第]){re.escape(number)}{_NO_NUMBER}")


def _closed(sentence: str) -> str:
    """A heading or a last line without a stop gets one: the voice falls there."""
    sentence = sentence.rstrip("，")
    return sentence if sentence.endswith(tuple("。！？：；”’”』")) else f"{sentence}。"
