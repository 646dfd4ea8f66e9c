"""The shared pace of a bot in one row. All writers of a database take turns over it."""

from sqlalchemy import JSON, Connection, bindparam, select, text

from lawcore.delivery.shared import SharedPace, Slots, from_json
from lawcore.storage.tables import paces

_KEPT = select(paces.c.slots).where(paces.c.bot == bindparam("name"))
_KEEP = text(
    "INSERT INTO paces (bot, slots) VALUES (:bot, :slots)"
    " ON CONFLICT (bot) DO UPDATE SET slots = excluded.slots"
).bindparams(bindparam("slots", type_=JSON))


class SqlSlots:
    """The slots of bots, over one connection that writes."""

    _known: tuple[str, Slots] | None = None
    """A bot with its slots as this transaction left them: nobody else writes meanwhile."""

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
        if self._known is not None and self._known[0] == pace.bot:
            return self._known[1]
        return from_json(self._sql.execute(_KEPT, {"name": pace.bot}).scalar_one_or_none())

    def _keep(self, pace: SharedPace, slots: Slots) -> None:
        self._sql.execute(_KEEP, {"bot": pace.bot, "slots": slots.as_json()})
        self._known = (pace.bot, slots)
