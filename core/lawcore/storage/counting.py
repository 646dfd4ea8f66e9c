"""Every figure counted by the database, and the rows it was counted from."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from lawcore.clock import local_day
from lawcore.reports.figure import Adds, Evidence, Figure, OfActivities, OfDeliveries, Scope
from lawcore.storage.evidence import Rows
from lawcore.storage.ledger_tables import held_by, sent_of
from lawcore.storage.people import SqlPeopleBook
from lawcore.storage.tables import activities

_CHUNK = 500


class SqlCounts:
    """Figures of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def count(self, figure: Figure, scope: Scope) -> int:
        """The figure: the sum of the values of its rows."""
        lines = Rows(self._sql, scope).of(figure).subquery()
        total = select(func.coalesce(func.sum(lines.c.value), 0))
        return int(self._sql.execute(total).scalar_one())

    def count_all(self, figures: Sequence[Figure], scope: Scope) -> tuple[int, ...]:
        """Several figures: all activities are gone through once, and all deliveries once."""
        known = self._held(figures, scope) | self._sent(figures, scope)
        return tuple(
            known[figure.id] if figure.id in known else self.count(figure, scope)
            for figure in figures
        )

    def evidence(self, figure: Figure, scope: Scope) -> Iterator[Evidence]:
        """The rows behind the figure, by day; a few hundred in memory at once."""
        lines = Rows(self._sql, scope).of(figure).subquery()
        listed = select(lines).order_by(lines.c.day, lines.c.number)
        for row in self._sql.execute(listed.execution_options(yield_per=_CHUNK)):
            day = local_day(row.day) if isinstance(row.day, datetime) else row.day
            number = f"{row.letter}{row.number}"
            yield Evidence(number, day, row.what, row.unit or "", row.value, row.note or "")

    def _held(self, figures: Sequence[Figure], scope: Scope) -> dict[str, int]:
        """Those figures that add up a column of what each unit held."""
        columns = {
            figure.id: (figure.source.organisers, column)
            for figure in figures
            if isinstance(figure.source, OfActivities) and (column := _column(figure.source))
        }
        if not columns:
            return {}
        kinds = {unit.id: unit.kind for unit in SqlPeopleBook(self._sql).units()}
        held = held_by(self._sql, scope, activities.c.organiser_id)
        return {
            key: sum(
                getattr(one, column)
                for unit, one in held.items()
                if not organisers or kinds[unit] in organisers
            )
            for key, (organisers, column) in columns.items()
        }

    def _sent(self, figures: Sequence[Figure], scope: Scope) -> dict[str, int]:
        """The figures of deliveries."""
        sources = {
            figure.id: figure.source
            for figure in figures
            if isinstance(figure.source, OfDeliveries)
        }
        if not sources:
            return {}
        counts = sent_of(self._sql, scope)
        sums = {
            OfDeliveries.INTENDED: sum(intended for _, intended, _ in counts),
            OfDeliveries.SENT: sum(sent for _, _, sent in counts),
        }
        return {key: sums[source] for key, source in sources.items()}


def _column(source: OfActivities) -> str | None:
    """The column of `Held` that a figure adds up; None if it is no column of it."""
    only = [name for name in ("joint", "uncounted", "unreviewed") if getattr(source, name)]
    if not only:
        return "events" if source.adds is Adds.ROWS else source.adds.value
    if only == ["unreviewed"] or len(only) > 1 or source.adds is not Adds.ROWS:
        return None
    return only[0]
