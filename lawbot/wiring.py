"""The one place that chooses concrete things and joins them."""

from lawbot.settings import Settings
from lawcore.clock import Clock, MovableClock, SystemClock


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, or a rehearsal clock that starts where the settings say."""
    return MovableClock(settings.clock_start) if settings.clock_start else SystemClock()
