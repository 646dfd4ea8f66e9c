"""What the chat page shows: phones, messages and the desk calendar, as HTML."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lawbot.sandbox.chats import Message, Standing
from lawbot.sandbox.people import VirtualPerson
from lawbot.sandbox.stage import Stage
from lawcore.clock import TOWNSHIP_ZONE, moment

SHOWN: Final = 80
"""Messages of a chat that are shown at most."""
DAYS_BACK: Final = 3
DAYS_SHOWN: Final = 11
HOURS: Final = (time(7, 30), time(9), time(15), time(21))
MORNING: Final = time(9)
WEEKDAYS: Final = "一二三四五六日"


@cache
def _pages() -> Environment:
    pages = Environment(
        loader=PackageLoader("lawbot.sandbox"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"html": _html, "size": _size, "clock": _clock, "chinese_day": chinese_day}
    return pages


def _html(message: Message) -> Markup:
    return Markup(message.html)  # noqa: S704 - escaped in rendering.py, only our own tags


def _size(data: bytes) -> str:
    return f"{len(data) / 1024:.1f} KB" if len(data) < 1024 * 1024 else f"{len(data) >> 20} MB"


def _clock(at: datetime) -> str:
    return at.astimezone(TOWNSHIP_ZONE).strftime("%H:%M")


def chinese_day(day: date) -> str:
    """``12月4日 星期五``"""
    return f"{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"


def _day(at: datetime) -> date:
    return at.astimezone(TOWNSHIP_ZONE).date()


@dataclass(frozen=True, slots=True)
class Row:
    """A message with the day that begins above it."""

    message: Message
    day: date | None


def rows(person: VirtualPerson) -> Iterator[Row]:
    """The newest messages, oldest first."""
    before: date | None = None
    for message in person.chat[-SHOWN:]:
        day = _day(message.at)
        yield Row(message, day if day != before else None)
        before = day


class Screen:
    """One page with its phones, rendered whole or piece by piece."""

    def __init__(self, stage: Stage, phones: list[VirtualPerson]) -> None:
        self._stage = stage
        self._shared: dict[str, Any] = {
            "stage": stage,
            "phones": phones,
            "back": ",".join(str(person.user_id) for person in phones),
            "Standing": Standing,
        }

    def page(self) -> str:
        people = self._stage.people.values()
        return self._render(
            "index.html",
            people=sorted(people, key=lambda person: (person.note, person.user_id)),
            rows=rows,
            revision=self._stage.world.revision,
            commands=self._commands(),
            **calendar(self._stage),
        )

    def message(self, person: VirtualPerson, row: Row) -> str:
        return self._render("message.html", person=person, row=row)

    def foot(self, person: VirtualPerson) -> str:
        """The keyboard, the text box and the menu of a phone."""
        return self._render("foot.html", person=person, commands=self._commands())

    def calendar(self) -> str:
        return self._render("calendar.html", **calendar(self._stage))

    def _render(self, name: str, **values: Any) -> str:
        return _pages().get_template(name).render(**self._shared, **values)

    def _commands(self) -> list[dict[str, str]]:
        return next(iter(self._stage.world.commands.values()), [])


@dataclass(frozen=True, slots=True)
class Jump:
    """A moment that the date bar offers."""

    label: str
    to: str
    """Local time as the server reads it back: ``2026-12-04T09:00``."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the strip; a jump to it arrives in the morning."""

    day: date
    weekday: str
    today: bool
    marked: bool
    to: str


def _jump(label: str, at: datetime) -> Jump:
    return Jump(label, _local(at))


def _local(at: datetime) -> str:
    return at.astimezone(TOWNSHIP_ZONE).strftime("%Y-%m-%dT%H:%M")


def calendar(stage: Stage) -> dict[str, Any]:
    """The desk calendar: today, the days around it, hours and bookmarks to jump to."""
    now = stage.world.clock.now().astimezone(TOWNSHIP_ZONE)
    today = now.date()
    days = [today + timedelta(days=n - DAYS_BACK) for n in range(DAYS_SHOWN)]
    marked = {_day(at) for _, at in stage.bookmarks}
    return {
        "now": now,
        "weekday": WEEKDAYS[today.weekday()],
        "days": [_strip_day(day, today, marked) for day in days],
        "hours": [_jump(f"{hour:%H:%M}", moment(today, hour)) for hour in HOURS],
        "bookmarks": [_jump(label, at) for label, at in sorted(stage.bookmarks, key=_at)],
    }


def _strip_day(day: date, today: date, marked: set[date]) -> Day:
    to = _local(moment(day, MORNING))
    return Day(day, WEEKDAYS[day.weekday()], day == today, day in marked, to)


def _at(bookmark: tuple[str, datetime]) -> datetime:
    return bookmark[1]
