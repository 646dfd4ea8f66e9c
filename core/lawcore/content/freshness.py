"""How long ago something of the pack was last checked by a person."""

from collections.abc import Iterator
from datetime import date, timedelta

from lawcore.content.place import Place
from lawcore.errors import Fault


def is_stale(checked: date, day: date) -> bool:
    """Tell whether the last check lies more than twelve months before `day`."""
    return (day.year - checked.year, day.month, day.day) > (1, checked.month, checked.day)


def dated(checked: date, day: date, place: Place) -> Iterator[Fault]:
    """Check that the day of the last check may have been.

    A rehearsal may look at a day before the content was checked; a year that is mistyped is found.
    """
    if checked > day + timedelta(days=366):
        yield Fault(place.at("checked"), f"核对日期 {checked} 还没到", "写实际核对的日期")


def stale(checked: date, day: date, place: Place) -> Iterator[Fault]:
    """Yield that nobody has verified something within the twelve months before `day`."""
    if is_stale(checked, day):
        yield Fault(place.at("checked"), f"{checked} 核对后已超过十二个月", "重新核对后改日期")
