"""The only room that asks the machine for the time.

Everywhere else time is an argument: ``at`` is an aware UTC datetime, ``day`` a date in the
township's own zone.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

TOWNSHIP_ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the one place


class SyncedClock:
    """The machine's clock, put right by another's: several machines then agree on the time."""

    def __init__(self) -> None:
        self._machine = SystemClock()
        self._shift = timedelta()

    def now(self) -> datetime:
        return self._machine.now() + self._shift

    def agree(self, theirs: datetime, asked: datetime, answered: datetime) -> None:
        """The other clock said `theirs` to a question asked and answered at these times of ours.

        Ours are times of `now`; the answer was given about half-way.
        """
        self._shift += theirs - (asked + (answered - asked) / 2)


class MovableClock:
    """A rehearsal clock: starts where it is told, runs on by itself and can be moved by hand."""

    def __init__(self, start: datetime) -> None:
        self._machine = SystemClock()
        self.move_to(start)

    def now(self) -> datetime:
        return self._machine.now() + self._shift

    def move_to(self, at: datetime) -> None:
        """Jump to `at` (aware); the clock runs on from there."""
        self._shift = at.astimezone(UTC) - self._machine.now()

    def pass_time(self, gap: timedelta) -> None:
        """Jump by `gap`."""
        self._shift += gap


class StillClock:
    """A clock that stands still until it is moved: for tests and for repeatable demonstrations."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def move_to(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def pass_time(self, gap: timedelta) -> None:
        self._at += gap


def local_day(at: datetime, zone: ZoneInfo = TOWNSHIP_ZONE) -> date:
    """The township's date at the moment `at` (before 08:00 UTC+8 it is not the UTC date)."""
    return at.astimezone(zone).date()


def moment(day: date, clock_time: time, zone: ZoneInfo = TOWNSHIP_ZONE) -> datetime:
    """The aware UTC moment of `clock_time` on the township's `day`."""
    return datetime.combine(day, clock_time, tzinfo=zone).astimezone(UTC)


def local_text(at: datetime, zone: ZoneInfo = TOWNSHIP_ZONE) -> str:
    """`at` as people of the township read it: ``2026-12-04 09:00``."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
