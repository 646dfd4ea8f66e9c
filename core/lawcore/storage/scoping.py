"""What a scope keeps: the days, the observance and the units that a report is about."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from lawcore.clock import moment
from lawcore.ids import UnitId
from lawcore.people.tree import under
from lawcore.reports.figure import Scope
from lawcore.storage.activities import COUNTS
from lawcore.storage.people import SqlPeopleBook
from lawcore.storage.tables import activities


def activities_in(scope: Scope) -> list[Any]:
    """Activities that count, of the days and the observance of `scope`."""
    where = [activities.c.day >= scope.first, activities.c.day <= scope.last, COUNTS]
    if scope.observance is not None:
        where.append(activities.c.observance == scope.observance)
    if scope.no_observance:
        where.append(activities.c.observance.is_(None))
    return where


def inside(connection: Connection, column: Any, scope: Scope) -> list[Any]:
    """What keeps `column` within the units of `scope`."""
    if scope.own is not None:
        return [column == scope.own]
    if scope.unit is None:
        return []
    known = SqlPeopleBook(connection).units()
    return [column.in_(sorted(under(known, [UnitId(scope.unit)])))]


def moments(scope: Scope) -> tuple[datetime, datetime]:
    """The days of `scope` in the township as moments: from the first, before the second."""
    return moment(scope.first, time()), moment(scope.last + timedelta(days=1), time())
