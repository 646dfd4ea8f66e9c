"""The lunar calendar is checked day by day against a second, independent library."""

from datetime import date

from borax.calendars.lunardate import LunarDate, TermUtils

from lawcore.calendar.almanac import SOLAR_TERMS, lunar_date, solar_term

YEARS = range(1950, 2101)


def test_every_common_lunar_day_from_1950_to_2100_agrees_but_for_two_known_months() -> None:
    """The new moons of 2089-09-04 and 2097-08-07 come 2 minutes 15 seconds and 13 seconds before
    midnight in Beijing, so that a small error of a table moves the whole month by a day."""
    different = {
        (year, month)
        for year in YEARS
        for month in range(1, 13)
        for day in range(1, 30)
        if lunar_date(year, month, day) != LunarDate(year, month, day).to_solar_date()
    }
    assert different == {(2089, 8), (2097, 7)}
    assert lunar_date(2089, 8, 1) == date(2089, 9, 4)
    assert lunar_date(2097, 7, 1) == date(2097, 8, 7)


def test_solar_terms_from_1950_to_2099_agree_but_for_one_at_midnight() -> None:
    different = {
        (year, term)
        for year in YEARS
        if year <= 2099  # where the other library's table ends
        for term in SOLAR_TERMS
        if solar_term(year, term) != TermUtils.day_start_from_term(year, term)
    }
    assert different == {(1979, "大寒")}


def test_the_winter_solstice_of_a_year_is_in_its_december() -> None:
    assert [solar_term(year, "冬至").month for year in YEARS] == [12] * len(YEARS)
    assert {solar_term(year, "冬至").year - year for year in YEARS} == {0}
