"""Statements of the hottest path, their text made once for each engine.

A query goes to the driver as it is: run through SQLAlchemy's connection, a row found by its key
costs about seven times what SQLite itself needs for it. A change stays with SQLAlchemy, which
names its errors.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Select, UpdateBase

Process = Callable[[Any], object] | None


class Direct:
    """A statement with named parameters.

    Rows are tuples of what the driver gives, so no column type has had its say: SQLite gives times
    as text, both engines marks as integers.
    """

    def __init__(self, statement: Select[Any] | UpdateBase) -> None:
        self._statement = statement

    def rows(self, connection: Connection, **values: object) -> list[tuple[Any, ...]]:
        """All rows, in the transaction of `connection`."""
        if not connection.in_transaction():
            connection.begin()  # as SQLAlchemy does itself: a reader's snapshot begins here
        text, names = _text(self._statement, connection.dialect)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(text, _stored(values, names))
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def row(self, connection: Connection, **values: object) -> tuple[Any, ...] | None:
        """The first row, or None."""
        found = self.rows(connection, **values)
        return found[0] if found else None

    def run(self, connection: Connection, **values: object) -> None:
        """Change rows, in the transaction of `connection`."""
        text, names = _text(self._statement, connection.dialect)
        connection.exec_driver_sql(text, _stored(values, names))


def _stored(
    values: dict[str, object], names: tuple[tuple[str, Process], ...]
) -> tuple[object, ...]:
    return tuple([values[n] if process is None else process(values[n]) for n, process in names])


@lru_cache(maxsize=64)
def _text(
    statement: Select[Any] | UpdateBase, dialect: Dialect
) -> tuple[str, tuple[tuple[str, Process], ...]]:
    """The statement as the driver takes it; its parameters in order, and how each is stored."""
    compiled = statement.compile(dialect=dialect)
    names = compiled.positiontup or ()
    return str(compiled), tuple(
        (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in names
    )
