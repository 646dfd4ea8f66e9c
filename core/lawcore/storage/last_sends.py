"""What became of the last sends of each campaign. All writers of a database take turns over it."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, insert, select, update

from lawcore.delivery.watch import look_back
from lawcore.storage.direct import Direct
from lawcore.storage.tables import last_sends


class SqlLastSends:
    """The last sends, over one connection that writes."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def too_many(self, campaign: int, fresh: Sequence[bool]) -> bool:
        """Remember of each new send whether it was trouble; whether the campaign must stop."""
        row = _LAST.row(self._sql, key=campaign)
        kept = row[0] if row else None
        last, too_many = look_back(kept or "", fresh)
        if kept is None and last:
            self._sql.execute(insert(last_sends).values(campaign=campaign, troubles=last))
        elif kept is not None and last != kept:
            mine = last_sends.c.campaign == campaign
            self._sql.execute(update(last_sends).where(mine).values(troubles=last))
        return too_many


_LAST = Direct(select(last_sends.c.troubles).where(last_sends.c.campaign == bindparam("key")))
