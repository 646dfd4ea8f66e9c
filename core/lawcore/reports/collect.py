"""Gathering the participation report: a period of days becomes moments, figures become a report."""

from datetime import date, datetime, time, timedelta

from lawcore.clock import local_day, moment
from lawcore.errors import BadInput
from lawcore.ids import UnitId
from lawcore.people.model import Unit
from lawcore.reports.participation import Figures, Participation


def collect(
    figures: Figures, township: str, first: date, last: date, unit: UnitId | None, at: datetime
) -> Participation:
    """Gather exams opened and campaigns due on the days [first, last], both included.

    `unit` keeps that unit and what is below it; None keeps all. Raises BadInput if `first` is
    after `last`.
    """
    if first > last:
        raise BadInput(f"统计时段的开始 {first} 晚于结束 {last}，请对调。")
    begin, end = moments(first, last)
    exams = figures.exam_tables(begin, end, unit)
    return Participation(
        township,
        first,
        last,
        local_day(at),
        exams,
        figures.campaign_tables(begin, end, unit),
        figures.residents(unit),
        figures.makeup_tables([table.exam for table in exams], unit),
    )


def place_of(township: str, unit: Unit | None) -> str:
    """What a report is about as its title says it: ``示范镇 青石村``, or the township."""
    return township if unit is None or unit.name == township else f"{township} {unit.name}"


def moments(first: date, last: date) -> tuple[datetime, datetime]:
    """The days [first, last] of the township: from the first moment on, before the second."""
    return moment(first, time()), moment(last + timedelta(days=1), time())
