"""Statements of the hottest path, their text made once for each engine.

A query goes to the driver as it is: run through SQLAlchemy's connection, a row found by its key
costs about seven times what SQLite itself needs for it. A change stays with SQLAlchemy, which
names its errors.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Select, UpdateBase

Process = Callable[[Any], object] | None
Values = Mapping[str, object]


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
        made = _text(self._statement, connection.dialect)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(made.text, made.stored(values))
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def row(self, connection: Connection, **values: object) -> tuple[Any, ...] | None:
        """The first row, or None."""
        found = self.rows(connection, **values)
        return found[0] if found else None

    def run(self, connection: Connection, **values: object) -> None:
        """Change rows, in the transaction of `connection`."""
        made = _text(self._statement, connection.dialect)
        connection.exec_driver_sql(made.text, made.stored(values))

    def run_each(self, connection: Connection, each: Sequence[Values]) -> None:
        """Change rows once for each set of values, if there is any."""
        if each:
            made = _text(self._statement, connection.dialect)
            connection.exec_driver_sql(made.text, [made.stored(values) for values in each])


class _Text(NamedTuple):
    """A statement as the driver takes it."""

    text: str
    names: tuple[tuple[str, Process], ...]
    """Its parameters in order, and how each is stored."""
    fixed: dict[str, object]
    """Those whose values stand in the statement itself."""

    def stored(self, values: Values) -> tuple[object, ...]:
        """What the driver takes beside the text."""
        given = {**self.fixed, **values} if self.fixed else values
        return tuple(
            [given[n] if process is None else process(given[n]) for n, process in self.names]
        )


@lru_cache(maxsize=64)
def _text(statement: Select[Any] | UpdateBase, dialect: Dialect) -> _Text:
    compiled = statement.compile(dialect=dialect)
    binds = [(name, compiled.binds[name]) for name in compiled.positiontup or ()]
    return _Text(
        str(compiled),
        tuple(
            (name, bind.type.dialect_impl(dialect).bind_processor(dialect)) for name, bind in binds
        ),
        {name: bind.value for name, bind in binds if not bind.required},
    )
