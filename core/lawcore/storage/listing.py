"""The ledger row by row, for lists and for the sheets of an export."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select

from lawcore.participation.activity import Recorded
from lawcore.participation.registers import Register, RegisterLine
from lawcore.reports.figure import Scope
from lawcore.storage.activities import COUNTS, ROW_COUNTS, SqlActivityBook
from lawcore.storage.scoping import activities_in, inside
from lawcore.storage.tables import activities, register_rows


class SqlListing:
    """Rows by day, a few hundred in memory at once."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection
        self._book = SqlActivityBook(connection)

    def activities(self, scope: Scope, *, all_: bool = False) -> Iterator[Recorded]:
        """Activities of `scope`; with `all_` also those that count no more."""
        return self._book.where(*self._activities(scope, all_))

    def rows(self, register: Register, scope: Scope) -> Iterator[RegisterLine]:
        """Rows of a register that count, of the days of `scope`."""
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

    def _activities(self, scope: Scope, all_: bool) -> list[Any]:
        where = [clause for clause in activities_in(scope) if not (all_ and clause is COUNTS)]
        return [*where, *inside(self._sql, activities.c.organiser_id, scope)]

    def _rows(self, register: Register, scope: Scope) -> list[Any]:
        return [
            register_rows.c.register == register.value,
            register_rows.c.day >= scope.first,
            register_rows.c.day <= scope.last,
            ROW_COUNTS,
            *inside(self._sql, register_rows.c.unit_id, scope),
        ]
