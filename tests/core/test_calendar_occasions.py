"""Occasions of a year: notices go before rules, what is unknown stands last."""

from datetime import date, time

import pytest

from lawcore.calendar.observance import (
    Notice,
    Observance,
    Occasion,
    Verification,
    check_against_law,
    occasions,
    span_text,
)
from lawcore.calendar.rules import ByNotice, Day, MonthDay, NthWeek, Range, Rule
from lawcore.content import read_calendar
from lawcore.errors import BadInput
from lawcore.ids import ObservanceKey


def observance(key: str, rule: Rule, valid_from: int | None = None) -> Observance:
    return Observance(
        key=ObservanceKey(key),
        title=key,
        rule=rule,
        source="来源",
        basis=(),
        laws=(),
        departments=("司法所",),
        audience=("全体居民",),
        lead_days=7,
        hour=time(9),
        verification=Verification.PUBLISHED,
        checked=date(2026, 11, 24),
        valid_from=valid_from,
    )


CONSTITUTION_WEEK = observance(
    "constitution-week", ByNotice(Range(MonthDay(12, 1), MonthDay(12, 7)))
)
ANTI_FRAUD = observance("antifraud-month", ByNotice())
CONSTITUTION_DAY = observance("constitution-day", Day(MonthDay(12, 4)))
ETHNIC_WEEK = observance("ethnic-week", NthWeek(9, 4), valid_from=2026)
ALL = (ANTI_FRAUD, CONSTITUTION_DAY, CONSTITUTION_WEEK, ETHNIC_WEEK)


def notice(key: str, start: date, end: date, document: str = "文号", theme: str = "") -> Notice:
    return Notice(ObservanceKey(key), start.year, start, end, document, theme)


def by_key(found: tuple[Occasion, ...]) -> dict[str, Occasion]:
    return {occasion.observance.key: occasion for occasion in found}


def test_occasions_come_by_date_and_the_undated_last() -> None:
    keys = [occasion.observance.key for occasion in occasions(ALL, (), 2026)]
    assert keys == ["ethnic-week", "constitution-week", "constitution-day", "antifraud-month"]


def test_until_a_notice_comes_a_date_is_provisional_or_missing() -> None:
    found = by_key(occasions(ALL, (), 2026))
    assert found["constitution-week"].state_text == "待通知（暂定日期）"
    assert found["constitution-week"].date_text == "12月1日至7日"
    assert found["antifraud-month"].state_text == found["antifraud-month"].date_text == "待通知"
    assert found["constitution-day"].state_text == ""
    assert not found["constitution-day"].awaiting_notice


def test_a_notice_goes_before_the_provisional_rule_of_its_year_only() -> None:
    came = notice("constitution-week", date(2022, 12, 4), date(2022, 12, 10), "通知", "主题")
    found = by_key(occasions(ALL, (came,), 2022))["constitution-week"]
    assert (found.start, found.end) == (date(2022, 12, 4), date(2022, 12, 10))
    assert found.notice == came
    assert not found.awaiting_notice
    assert by_key(occasions(ALL, (came,), 2023))["constitution-week"].awaiting_notice


def test_a_notice_goes_before_a_fixed_rule_too() -> None:
    came = notice("constitution-day", date(2026, 12, 3), date(2026, 12, 5))
    assert by_key(occasions(ALL, (came,), 2026))["constitution-day"].start == date(2026, 12, 3)


def test_a_later_notice_corrects_an_earlier_one() -> None:
    wrong = notice("antifraud-month", date(2026, 6, 15), date(2026, 7, 15))
    right = notice("antifraud-month", date(2026, 6, 16), date(2026, 7, 16))
    found = by_key(occasions(ALL, (wrong, right), 2026))["antifraud-month"]
    assert found.start == date(2026, 6, 16)


def test_a_notice_may_span_the_new_year() -> None:
    came = notice("antifraud-month", date(2026, 11, 1), date(2027, 2, 5))
    found = by_key(occasions(ALL, (came,), 2026))["antifraud-month"]
    assert found.date_text == "2026年11月1日至2027年2月5日"


def test_an_observance_is_not_kept_before_its_first_year() -> None:
    assert "ethnic-week" not in by_key(occasions(ALL, (), 2025))
    assert "ethnic-week" in by_key(occasions(ALL, (), 2026))


def test_a_notice_that_ends_before_it_starts_or_names_another_year_is_refused() -> None:
    with pytest.raises(BadInput, match="早于"):
        notice("constitution-week", date(2026, 12, 7), date(2026, 12, 1))
    with pytest.raises(BadInput, match="不在 2025 年"):
        Notice(ObservanceKey("constitution-week"), 2025, date(2026, 12, 1), date(2026, 12, 7), "x")


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2026, 12, 4), date(2026, 12, 4), "12月4日"),
        (date(2026, 12, 1), date(2026, 12, 7), "12月1日至7日"),
        (date(2026, 4, 25), date(2026, 5, 1), "4月25日至5月1日"),
    ],
)
def test_dates_are_written_as_people_write_them(start: date, end: date, text: str) -> None:
    assert span_text(start, end) == text


def test_a_notice_does_not_move_a_date_that_the_law_fixes() -> None:
    """A clerk who means the week must not move 12·4 by one wrong word."""
    observances = read_calendar().observances
    day, week = (
        observances[ObservanceKey("constitution-day")],
        observances[ObservanceKey("constitution-week")],
    )
    start, end = date(2026, 12, 7), date(2026, 12, 8)
    with pytest.raises(BadInput, match="由法律规定"):
        check_against_law(day, Notice(day.key, 2026, start, end, "文号"))
    check_against_law(day, Notice(day.key, 2026, date(2026, 12, 4), end, "文号", "主题"))
    check_against_law(week, Notice(week.key, 2026, start, end, "文号"))


def test_a_notice_names_its_document() -> None:
    with pytest.raises(BadInput, match="文号"):
        Notice(ObservanceKey("constitution-week"), 2026, date(2026, 12, 1), date(2026, 12, 7), " ")
