"""Queries of the hottest path, handed to the driver as they are.

SQLAlchemy makes their text once for each engine. Run through its connection, a row found by its key
costs about seven times what SQLite itself needs for it.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Select


class Direct:
    """A query with named parameters; its rows are tuples of what the driver gives.

    So no column type has had its say: SQLite gives times as text, both engines marks as integers.
    """

    def __init__(self, query: Select[Any]) -> None:
        self._query = query

    def rows(self, connection: Connection, **values: object) -> list[tuple[Any, ...]]:
        """All rows, in the transaction of `connection`."""
        if not connection.in_transaction():
            connection.begin()  # as SQLAlchemy does itself: a reader's snapshot begins here
        text, names = _text(self._query, connection.dialect)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(text, tuple([values[name] for name in names]))
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def row(self, connection: Connection, **values: object) -> tuple[Any, ...] | None:
        """The first row, or None."""
        found = self.rows(connection, **values)
        return found[0] if found else None


@lru_cache(maxsize=64)
def _text(query: Select[Any], dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """The query as the driver takes it, and the order of its parameters."""
    compiled = query.compile(dialect=dialect)
    return str(compiled), tuple(compiled.positiontup or ())
