"""Rules resolve a year to the days that are really kept."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.calendar.rules import (
    ByNotice,
    Day,
    LunarDay,
    LunarRange,
    Month,
    MonthDay,
    NthWeek,
    NthWeekday,
    Range,
    SolarTerm,
    Span,
    WeekContaining,
)
from lawcore.errors import BadInput

YEARS = st.integers(1901, 2199)
MONTHS = st.integers(1, 12)
DATES = st.dates(date(2027, 1, 1), date(2027, 12, 31)).map(lambda d: MonthDay(d.month, d.day))


def one(year: int, month: int, day: int) -> Span:
    return Span(date(year, month, day), date(year, month, day))


def days(year: int, start: str, end: str) -> Span:
    return Span(date.fromisoformat(f"{year}-{start}"), date.fromisoformat(f"{year}-{end}"))


@pytest.mark.parametrize(
    ("year", "new_year", "return_season", "qingming", "family_week", "disabled_day", "third_week"),
    [
        (2026, "02-17", ("02-10", "03-03"), "04-05", ("05-11", "05-17"), "05-17", "09-14"),
        (2027, "02-06", ("01-30", "02-20"), "04-05", ("05-10", "05-16"), "05-16", "09-13"),
        (2028, "01-26", ("01-19", "02-09"), "04-04", ("05-15", "05-21"), "05-21", "09-11"),
    ],
)
def test_spring_and_early_summer_fall_on_the_known_days(
    year: int,
    new_year: str,
    return_season: tuple[str, str],
    qingming: str,
    family_week: tuple[str, str],
    disabled_day: str,
    third_week: str,
) -> None:
    assert LunarDay(MonthDay(1, 1)).resolve(year) == days(year, new_year, new_year)
    season = LunarRange(MonthDay(12, 23), MonthDay(1, 15))
    assert season.resolve(year) == days(year, *return_season)
    assert SolarTerm("清明").resolve(year) == days(year, qingming, qingming)
    assert WeekContaining(MonthDay(5, 15)).resolve(year) == days(year, *family_week)
    assert NthWeekday(5, 3, 7).resolve(year) == days(year, disabled_day, disabled_day)
    assert NthWeek(9, 3).resolve(year).start == date.fromisoformat(f"{year}-{third_week}")


@pytest.mark.parametrize(
    ("year", "defence_day", "fourth_week", "equinox", "elder_day", "grain_week"),
    [
        (2026, "09-19", ("09-21", "09-27"), "09-23", "10-18", ("10-12", "10-18")),
        (2027, "09-18", ("09-20", "09-26"), "09-23", "10-08", ("10-11", "10-17")),
        (2028, "09-16", ("09-18", "09-24"), "09-22", "10-26", ("10-16", "10-22")),
    ],
)
def test_autumn_falls_on_the_known_days(
    year: int,
    defence_day: str,
    fourth_week: tuple[str, str],
    equinox: str,
    elder_day: str,
    grain_week: tuple[str, str],
) -> None:
    assert NthWeekday(9, 3, 6).resolve(year) == days(year, defence_day, defence_day)
    assert NthWeek(9, 4).resolve(year) == days(year, *fourth_week)
    assert SolarTerm("秋分").resolve(year) == days(year, equinox, equinox)
    assert LunarDay(MonthDay(9, 9)).resolve(year) == days(year, elder_day, elder_day)
    assert WeekContaining(MonthDay(10, 16)).resolve(year) == days(year, *grain_week)


@pytest.mark.parametrize(
    ("what", "year", "start", "end"),
    [
        ("推普周", 2015, "09-14", "09-20"),
        ("推普周", 2022, "09-12", "09-18"),
        ("推普周", 2023, "09-11", "09-17"),
        ("网安周", 2023, "09-11", "09-17"),
        ("网安周", 2025, "09-15", "09-21"),
    ],
)
def test_the_third_week_of_september_is_the_week_that_was_kept(
    what: str, year: int, start: str, end: str
) -> None:
    assert NthWeek(9, 3).resolve(year) == days(year, start, end), what


def test_the_year_with_a_leap_sixth_month_keeps_the_feasts_in_common_months() -> None:
    assert LunarDay(MonthDay(9, 9)).resolve(2025) == one(2025, 10, 29)


def test_new_years_eve_is_the_last_day_whatever_the_length_of_the_month() -> None:
    for year in range(2000, 2060):
        eve = LunarDay(MonthDay(12, 30)).resolve(year - 1).start
        assert eve + timedelta(days=1) == LunarDay(MonthDay(1, 1)).resolve(year).start


def test_a_range_may_span_the_new_year() -> None:
    winter = Range(MonthDay(11, 1), MonthDay(2, 5))
    assert winter.resolve(2026) == Span(date(2026, 11, 1), date(2027, 2, 5))


def test_by_notice_resolves_to_its_provisional_rule_or_to_nothing() -> None:
    assert ByNotice().resolve(2026) is None
    assert ByNotice(NthWeek(9, 3)).resolve(2026) == days(2026, "09-14", "09-20")


@pytest.mark.parametrize(
    "rule",
    [
        lambda: Day(MonthDay(2, 29)),
        lambda: Day(MonthDay(13, 1)),
        lambda: Range(MonthDay(3, 22), MonthDay(4, 31)),
        lambda: Month(0),
        lambda: NthWeekday(5, 5, 7),
        lambda: NthWeekday(5, 3, 0),
        lambda: NthWeek(9, 5),
        lambda: WeekContaining(MonthDay(2, 30)),
        lambda: LunarDay(MonthDay(13, 1)),
        lambda: LunarDay(MonthDay(9, 31)),
        lambda: SolarTerm("中秋"),
    ],
)
def test_a_rule_that_does_not_hold_in_every_year_is_refused(rule: type) -> None:
    with pytest.raises(BadInput):
        rule()


def test_a_year_beyond_the_almanac_is_refused_with_a_sentence() -> None:
    with pytest.raises(BadInput, match="2300"):
        LunarDay(MonthDay(9, 9)).resolve(2300)


@given(YEARS, DATES)
def test_a_day_is_that_date(year: int, on: MonthDay) -> None:
    assert Day(on).resolve(year) == one(year, *on)


@given(YEARS, DATES, DATES)
def test_a_range_starts_in_its_year_and_never_runs_backwards(
    year: int, start: MonthDay, end: MonthDay
) -> None:
    span = Range(start, end).resolve(year)
    assert span.start == date(year, *start)
    assert (span.end.month, span.end.day) == end
    assert timedelta(0) <= span.end - span.start < timedelta(days=366)


@given(YEARS, MONTHS)
def test_a_month_runs_from_the_first_to_the_day_before_the_next_first(
    year: int, month: int
) -> None:
    span = Month(month).resolve(year)
    assert span.start == date(year, month, 1)
    after = span.end + timedelta(days=1)
    assert (after.day, after.month) == (1, month % 12 + 1)


@given(YEARS, MONTHS, st.integers(1, 4), st.integers(1, 7))
def test_the_nth_weekday_is_one_and_has_n_minus_one_before_it(
    year: int, month: int, n: int, weekday: int
) -> None:
    day = NthWeekday(month, n, weekday).resolve(year).start
    assert (day.year, day.month, day.isoweekday()) == (year, month, weekday)
    assert (day.day - 1) // 7 == n - 1


@given(YEARS, MONTHS, st.integers(1, 4))
def test_weeks_run_monday_to_sunday_and_the_first_holds_the_first(
    year: int, month: int, n: int
) -> None:
    span = NthWeek(month, n).resolve(year)
    assert span.start.isoweekday() == 1
    assert span.end - span.start == timedelta(days=6)
    back = timedelta(weeks=n - 1)
    assert span.start - back <= date(year, month, 1) <= span.end - back


@given(YEARS, DATES)
def test_the_week_containing_a_day_contains_it(year: int, on: MonthDay) -> None:
    span = WeekContaining(on).resolve(year)
    assert span.start <= date(year, *on) <= span.end
    assert (span.start.isoweekday(), span.end.isoweekday()) == (1, 7)


@given(st.integers(1950, 2100), st.integers(1, 12), st.integers(1, 29), st.integers(1, 12))
def test_a_lunar_range_never_runs_backwards_and_is_shorter_than_a_lunar_year(
    year: int, month: int, day: int, end_month: int
) -> None:
    span = LunarRange(MonthDay(month, day), MonthDay(end_month, 15)).resolve(year)
    assert timedelta(0) <= span.end - span.start < timedelta(days=385)
