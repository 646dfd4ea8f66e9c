"""One pace for all senders of a bot, whatever machine they run on.

The service counts messages in a sliding second. So there are as many slots as messages a second,
kept in one row: a sender takes a slot with the claim and gives it back with the record, to be free
again a second after the answer. It is the rule of `pace.Pace`, with the database for a memory: what
was answered has certainly been counted. Times are seconds since 1970 by the database's clock.
"""

from dataclasses import dataclass
from typing import Any

RESERVED = 15.0
"""Seconds after which a slot that nobody gave back is free: its sender is dead."""
REST = 1.0
"""Seconds that a slot rests after the answer."""


@dataclass(frozen=True, slots=True)
class SharedPace:
    """The pace of `bot`, as the sender `worker` takes part in it."""

    bot: str
    rate: int
    worker: str


@dataclass(frozen=True, slots=True)
class Slots:
    """Which slots are not free, by whom and until when; and until when nothing may leave."""

    busy: tuple[tuple[str, float], ...] = ()
    shut_until: float = 0.0

    def take(self, pace: SharedPace, want: int, now: float) -> tuple["Slots", int, float]:
        """Take up to `want` slots; with fewer, the seconds after which to ask again."""
        busy = tuple(one for one in self.busy if one[1] > now)
        if now < self.shut_until:
            return Slots(busy, self.shut_until), 0, self.shut_until - now
        free = max(0, min(want, pace.rate - len(busy)))
        busy += ((pace.worker, now + RESERVED),) * free
        wait = max(0.005, min(until for _, until in busy) - now) if free < want else 0.0
        return Slots(busy, self.shut_until), free, wait

    def give(self, pace: SharedPace, count: int, until: float) -> "Slots":
        """Give back `count` slots of this sender, to be free at `until`."""
        mine = sorted(one for one in self.busy if one[0] == pace.worker)[-count:] if count else []
        kept = list(self.busy)
        for one in mine:
            kept.remove(one)
        return Slots((*kept, *(("", until) for _ in range(count))), self.shut_until)

    def shut(self, until: float) -> "Slots":
        """The service asked to wait: nothing leaves until then."""
        return Slots(self.busy, max(self.shut_until, until))

    def as_json(self) -> dict[str, Any]:
        """What is stored."""
        return {"busy": [list(one) for one in self.busy], "shut_until": self.shut_until}


def from_json(kept: dict[str, Any] | None) -> Slots:
    """What was stored; all free when nothing was."""
    if kept is None:
        return Slots()
    return Slots(tuple((worker, until) for worker, until in kept["busy"]), kept["shut_until"])
