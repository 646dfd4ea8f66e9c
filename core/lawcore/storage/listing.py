"""The ledger row by row, for lists and for the sheets of an export."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, not_, or_, select

from lawcore.ids import UnitId
from lawcore.participation.activity import Recorded
from lawcore.participation.registers import Register, RegisterLine
from lawcore.participation.search import Search, Standing
from lawcore.reports.catalogue import STANDS
from lawcore.reports.figure import Scope
from lawcore.reports.ledger import Held
from lawcore.storage.activities import COUNTS, ROW_COUNTS, SqlActivityBook
from lawcore.storage.evidence import JOINT
from lawcore.storage.scoping import activities_in, inside
from lawcore.storage.tables import activities, activity_partners, activity_reviews, register_rows

_REVIEWED = select(activity_reviews.c.activity_id).correlate(None)
"""On its own: the list of rows joins the reviews as well."""


class SqlListing:
    """Rows by day, a few hundred in memory at once."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection
        self._book = SqlActivityBook(connection)

    def activities(self, scope: Scope, *, all_: bool = False) -> Iterator[Recorded]:
        """Activities of `scope`; with `all_` also those that count no more."""
        return self._book.where(*self._activities(scope, all_))

    def rows(self, register: Register, scope: Scope) -> Iterator[RegisterLine]:
        """Rows of a register that count, of the days of `scope`.

        Of a register that says what stands, all rows up to the last day: the figures count those.
        """
        return self._book.rows_where(*self._rows(register, scope))

    def activities_count(self, scope: Scope) -> int:
        """How many rows `activities` gives."""
        where = self._activities(scope, False)
        counted = select(func.count()).select_from(activities).where(*where)
        return self._sql.execute(counted).scalar_one()

    def rows_count(self, register: Register, scope: Scope) -> int:
        """How many rows `rows` gives."""
        where = self._rows(register, scope)
        counted = select(func.count()).select_from(register_rows).where(*where)
        return self._sql.execute(counted).scalar_one()

    def found(self, search: Search, skip: int, limit: int) -> tuple[Recorded, ...]:
        """Activities of `search`, the newest first."""
        return tuple(self._book.newest(skip, limit, *self._searched(search)))

    def held(self, search: Search) -> Held:
        """What the activities of `search` add up to; a joint event counts once."""
        where = self._searched(search)
        added = select(
            func.count().label("events"),
            func.coalesce(func.sum(activities.c.attendances), 0).label("attendances"),
            func.count().filter(activities.c.attendances.is_(None)).label("uncounted"),
            func.coalesce(func.sum(activities.c.copies), 0).label("copies"),
            func.coalesce(func.sum(activities.c.pushes), 0).label("pushes"),
        )
        row = self._sql.execute(added.select_from(activities).where(*where)).one()
        shared = select(func.count()).select_from(activities).where(*where, JOINT)
        joint = self._sql.execute(shared).scalar_one()
        return Held(**{name: int(n) for name, n in row._mapping.items()}, joint=joint)

    def newest_rows(
        self,
        register: Register,
        units: frozenset[UnitId] | None,
        skip: int,
        limit: int,
    ) -> tuple[RegisterLine, ...]:
        """Rows of a register that count, the newest first; of these units, or of all."""
        where = [register_rows.c.register == register.value, ROW_COUNTS]
        if units is not None:
            where.append(register_rows.c.unit_id.in_(sorted(units)))
        return tuple(self._book.newest_rows(skip, limit, *where))

    def _searched(self, search: Search) -> list[Any]:
        where = [activities.c.day >= search.first, activities.c.day <= search.last]
        where.append(not_(COUNTS) if search.standing is Standing.VOID else COUNTS)
        if search.standing is Standing.WAITING:
            where.append(activities.c.id.not_in(_REVIEWED))
        if search.form is not None:
            where.append(activities.c.form == search.form.value)
        if search.category:
            where.append(activities.c.category == search.category)
        if search.units is not None:
            keys = sorted(search.units)
            partners = select(activity_partners.c.activity_id)
            joined = partners.where(activity_partners.c.unit_id.in_(keys))
            where.append(or_(activities.c.organiser_id.in_(keys), activities.c.id.in_(joined)))
        return where

    def _activities(self, scope: Scope, all_: bool) -> list[Any]:
        where = [clause for clause in activities_in(scope) if not (all_ and clause is COUNTS)]
        return [*where, *inside(self._sql, activities.c.organiser_id, scope)]

    def _rows(self, register: Register, scope: Scope) -> list[Any]:
        happened = [] if register in STANDS else [register_rows.c.day >= scope.first]
        return [
            register_rows.c.register == register.value,
            *happened,
            register_rows.c.day <= scope.last,
            ROW_COUNTS,
            *inside(self._sql, register_rows.c.unit_id, scope),
        ]
