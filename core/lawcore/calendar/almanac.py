"""The traditional calendar: lunar days and solar terms of a year.

A lunar library call per rule would cost some 6 ms a year of rules. So each lunar year is reduced
once to the first days and lengths of its twelve common months, and each year's terms are looked up
once; both are kept (``lru_cache``), and a rule then only adds days. tyme4py itself is imported on
the first question, because most commands never ask one. Almanacs differ where a new moon falls
within minutes or seconds of midnight in Beijing (autumn 2057, 2089, 2097): those dates are not sure
until the official almanac of the year; the tests name the months in which a second library differs.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from lawcore.errors import BadInput

SOLAR_TERMS = (
    "冬至", "小寒", "大寒", "立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种",
    "夏至", "小暑", "大暑", "立秋", "处暑", "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪",
)  # fmt: skip
"""The 24 terms in the order of the sun, as tyme4py counts them."""

_YEARS = range(1900, 2200)


def lunar_date(year: int, month: int, day: int) -> date:
    """Find the Gregorian date of a lunar `day` of the lunar year whose 春节 falls in `year`.

    A feast is never kept in a leap month, so leap months are passed over. A 30th that the month
    does not have is its last day: (12, 30) is always 除夕.
    """
    first, length = _months(_known(year))[month - 1]
    return first + timedelta(days=min(day, length) - 1)


@lru_cache(maxsize=512)
def solar_term(year: int, term: str) -> date:
    """Find the day (Beijing time) on which the solar `term` falls in the Gregorian `year`.

    冬至 is the one of that December: tyme4py counts a year's terms from the 冬至 before it.
    """
    from tyme4py.solar import SolarTerm  # noqa: PLC0415 - see the head of the module

    index = SOLAR_TERMS.index(term)
    found = SolarTerm.from_index(_known(year) + (index == 0), index)
    return _plain(found.get_solar_day())


@lru_cache(maxsize=512)
def _months(year: int) -> tuple[tuple[date, int], ...]:
    from tyme4py.lunar import LunarYear  # noqa: PLC0415 - see the head of the module

    return tuple(
        (_plain(month.get_first_julian_day().get_solar_day()), month.get_day_count())
        for month in LunarYear.from_year(year).get_months()
        if not month.is_leap()
    )


def _plain(solar_day: Any) -> date:
    return date(solar_day.get_year(), solar_day.get_month(), solar_day.get_day())


def _known(year: int) -> int:
    if year not in _YEARS:
        raise BadInput(f"农历只算 {_YEARS.start} 年到 {_YEARS.stop - 1} 年，没有 {year} 年。")
    return year
