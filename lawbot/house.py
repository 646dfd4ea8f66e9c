"""What every front room may reach: the store, the content, the clock and the township's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from lawcore.calendar.observance import Notice, Occasion, occasions
from lawcore.clock import Clock, local_day
from lawcore.storage import Books, Store

if TYPE_CHECKING:
    from lawcore.content import Inspection, Pack

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class House:
    """Made once by the wiring. `act` writes, `look` only reads; both give the job the time."""

    store: Store
    pack: Pack
    clock: Clock
    township: str
    inspection: Inspection
    """The rules of the content: what stands against a text, which questions may be asked."""
    categories: tuple[str, ...] = ()
    """What an activity may be filed under (六进)."""

    async def act(self, job: Callable[[Books, datetime], T]) -> T:
        """Run `job` in a transaction; returns after the commit."""
        return await self.store.write(lambda books: job(books, self.clock.now()))

    async def look(self, job: Callable[[Books, datetime], T]) -> T:
        """Run `job` on a snapshot."""
        return await self.store.read(lambda books: job(books, self.clock.now()))

    def today(self) -> date:
        """The township's date."""
        return local_day(self.clock.now())

    def outlook(self, notices: tuple[Notice, ...], day: date) -> tuple[Occasion, ...]:
        """The occasions of the year of `day` and of its neighbours, by date; undated ones last.

        An occasion may begin in one year and end in the next, and a draft may be due before its
        year begins.
        """
        years = (day.year - 1, day.year, day.year + 1)
        found = [
            occasion
            for year in years
            for occasion in occasions(self.pack.observances.values(), notices, year)
        ]
        return tuple(sorted(found, key=lambda o: (o.start or date.max, o.observance.key)))

    def around(self, notices: tuple[Notice, ...], first: date, days: int) -> tuple[Occasion, ...]:
        """The dated occasions that touch the `days` days from `first` on."""
        last = first + timedelta(days=days - 1)
        return tuple(
            occasion
            for occasion in self.outlook(notices, first)
            if occasion.start and occasion.end and occasion.start <= last and occasion.end >= first
        )
