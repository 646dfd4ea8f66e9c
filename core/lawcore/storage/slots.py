"""The shared pace of a bot in one row. All writers of a database take turns over it."""

from sqlalchemy import Connection, insert, select, update

from lawcore.delivery.shared import SharedPace, Slots, from_json
from lawcore.storage.tables import paces


class SqlSlots:
    """The slots of bots, over one connection that writes."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def take_slots(self, pace: SharedPace, want: int, now: float) -> tuple[int, float]:
        """Take up to `want` slots; how many, or the seconds after which to ask again."""
        after, taken, wait = self._slots(pace).take(pace, want, now)
        if taken:
            self._keep(pace, after)
        return taken, wait

    def give_slots(self, pace: SharedPace, count: int, until: float) -> None:
        """Give back slots, to be free at `until`."""
        if count:
            self._keep(pace, self._slots(pace).give(pace, count, until))

    def shut_slots(self, pace: SharedPace, until: float) -> None:
        """Nothing leaves until then."""
        self._keep(pace, self._slots(pace).shut(until))

    def _slots(self, pace: SharedPace) -> Slots:
        kept = select(paces.c.slots).where(paces.c.bot == pace.bot)
        return from_json(self._sql.execute(kept).scalar_one_or_none())

    def _keep(self, pace: SharedPace, slots: Slots) -> None:
        row = update(paces).where(paces.c.bot == pace.bot).values(slots=slots.as_json())
        if self._sql.execute(row).rowcount == 0:
            self._sql.execute(insert(paces).values(bot=pace.bot, slots=slots.as_json()))
