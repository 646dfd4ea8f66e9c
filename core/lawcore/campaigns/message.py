"""The text that an occasion is made known by."""

import re
from dataclasses import dataclass
from datetime import date

from lawcore.calendar.observance import Occasion
from lawcore.errors import BadInput
from lawcore.ids import Citation, ObservanceKey

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
VILLAGE = "{village}"
HERE = "本村"
"""What stands for {village} where no village is known: on paper that every village uses."""
KNOWN_PLACEHOLDERS = frozenset({"township", "village", "year", "theme", "date", "nth"})


@dataclass(frozen=True, slots=True)
class Message:
    """A text with placeholders, what it cites and when a person last checked it."""

    observance: ObservanceKey
    text: str
    cites: tuple[Citation, ...]
    hotlines: tuple[str, ...]
    checked: date
    nth_from: int | None = None
    """The year of the first time, for 第{nth}个."""


def render(message: Message, *, township: str, occasion: Occasion) -> str:
    """Fill in the text of a message; see `fill`."""
    return fill(message.text, message.nth_from, township=township, occasion=occasion)


def fill(text: str, nth_from: int | None, *, township: str, occasion: Occasion) -> str:
    """Fill in {township} {year} {theme} {date} and {nth}.

    {village} stays: it is filled per recipient by `for_village`. Raises BadInput for a placeholder
    that is unknown or that nothing is known for yet (no notice with a theme, no date).
    """
    theme = occasion.notice.theme if occasion.notice else ""
    known = {
        "township": township,
        "village": VILLAGE,
        "year": str(occasion.year),
        "theme": theme,
        # a provisional date is no date to tell people: it waits for the year's notice
        "date": "" if occasion.awaiting_notice else occasion.date_text,
        "nth": _nth(nth_from, occasion),
    }
    title = occasion.observance.title

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in known:
            raise BadInput(f"“{title}”的文稿里有不认识的占位符 {{{name}}}。")
        if not known[name]:
            raise BadInput(f"“{title}”的文稿要用 {{{name}}}，但{_MISSING[name]}。")
        return known[name]

    return PLACEHOLDER.sub(value, text)


def for_village(text: str, village: str) -> str:
    """Fill in {village}: a rendered text as the residents of `village` read it."""
    return text.replace(VILLAGE, village)


_MISSING = {
    "township": "没有设置乡镇名称",
    "theme": "今年的主题还没有录入通知",
    "date": "今年的日期还在待通知",
    "nth": "文稿没有写明从哪一年算第一个（nth_from）",
}


def _nth(nth_from: int | None, occasion: Occasion) -> str:
    if nth_from is None or occasion.year < nth_from:
        return ""
    return str(occasion.year - nth_from + 1)
