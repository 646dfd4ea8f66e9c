"""A period at a glance: a whole year is read from what is kept, and is what a count gives."""

from datetime import date

import pytest

from lawcore.participation.activity import Activity, Form, Material, record
from lawcore.reports.figure import Scope
from lawcore.reports.ledger import Held
from lawcore.reports.period import Period, collect_period, is_year

from .conftest import Town

TODAY = date(2026, 11, 24)


async def filed(town: Town, code: str, day: date, crowd: int | None, *partners: str) -> None:
    one = Activity(
        day,
        "民法典进乡村",
        await town.unit(code),
        Form.OFFLINE,
        "张三",
        partners=tuple([await town.unit(partner) for partner in partners]),
        attendances=crowd,
        materials=(Material("读本", 20),),
        pushes=1,
    )
    await town.act(lambda b, at: record(b.activities, one, at=at))


async def period(town: Town, first: date, last: date) -> Period:
    return await town.act(lambda b, at: collect_period(b, Scope(first, last), at))


async def test_a_year_that_is_kept_is_the_year_that_is_counted(town: Town) -> None:
    await filed(town, "V1", date(2026, 2, 3), 30, "D1", "V2")
    await filed(town, "V1", date(2026, 5, 3), None)
    await filed(town, "D1", date(2026, 6, 30), 50)
    await filed(town, "V2", date(2025, 12, 31), 999)
    kept = await period(town, date(2026, 1, 1), date(2026, 12, 31))
    counted = await period(town, date(2026, 1, 1), date(2026, 12, 30))
    assert kept.held == Held(3, 80, 1, 60, 3, 1)
    assert kept.units == counted.units
    assert [(one.quarter, one.held) for one in kept.quarters] == [
        (20261, Held(1, 30, 0, 20, 1, 1)),
        (20262, Held(2, 50, 1, 40, 2, 0)),
    ]
    assert kept.quarters == counted.quarters
    assert kept.figures == counted.figures
    assert sum(month.sent for month in kept.months) == 0
    assert {one.name for one in kept.units} >= {"东河村", "西山村", "南塘村"}


async def test_the_figures_of_a_period_are_what_its_units_add_up_to(town: Town) -> None:
    await filed(town, "V1", date(2026, 2, 3), 30, "V2")
    await filed(town, "D1", date(2026, 6, 30), 50)
    for last in (date(2026, 12, 31), date(2026, 3, 31)):
        found = await period(town, date(2026, 1, 1), last)
        values = {stated.figure.id: stated.value for stated in found.figures}
        held = found.held
        told = (values["A1"], values["A2"], values["A3"], values["A5"])
        assert told == (held.events, held.attendances, held.copies, held.joint)


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), True),
        (date(2026, 1, 1), TODAY, True),
        (date(2026, 1, 1), date(2026, 11, 23), False),
        (date(2025, 1, 1), date(2025, 12, 31), True),
        (date(2025, 1, 1), TODAY, False),
        (date(2026, 1, 2), TODAY, False),
    ],
)
def test_which_days_are_a_whole_year(first: date, last: date, whole: bool) -> None:
    assert is_year(Scope(first, last), TODAY) is whole
