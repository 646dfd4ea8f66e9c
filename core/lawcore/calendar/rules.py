"""Rules that resolve a year to its days.

Weeks run from Monday to Sunday, and week 1 of a month is the week that holds its 1st: the reading
that reproduces the observed 推普周 of 2015, 2022 and 2023 and 网安周 of 2023 and 2025.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from lawcore.calendar.almanac import SOLAR_TERMS, lunar_date, solar_term
from lawcore.errors import BadInput

_COMMON_YEAR = 2027
"""A year without a 29 February: a rule must hold in every year."""


class Span(NamedTuple):
    """The first and the last day, both included."""

    start: date
    end: date


class MonthDay(NamedTuple):
    """A month and a day of it, Gregorian or lunar as the rule says."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Day:
    """The same date every year: 12-04."""

    on: MonthDay

    def __post_init__(self) -> None:
        _gregorian(self.on)

    def resolve(self, year: int) -> Span:
        only = date(year, *self.on)
        return Span(only, only)


@dataclass(frozen=True, slots=True)
class Range:
    """From one date to another; an end before its start lies in the next year."""

    start: MonthDay
    end: MonthDay

    def __post_init__(self) -> None:
        _gregorian(self.start)
        _gregorian(self.end)

    def resolve(self, year: int) -> Span:
        return Span(date(year, *self.start), date(year + (self.end < self.start), *self.end))


@dataclass(frozen=True, slots=True)
class Month:
    """A whole month."""

    month: int

    def __post_init__(self) -> None:
        _within("月份", self.month, 1, 12)

    def resolve(self, year: int) -> Span:
        following = date(year + self.month // 12, self.month % 12 + 1, 1)
        return Span(date(year, self.month, 1), following - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """The n-th Sunday (or other weekday) of a month; only the first four exist every year."""

    month: int
    n: int
    weekday: int
    """ISO: 1 is Monday, 7 is Sunday."""

    def __post_init__(self) -> None:
        _within("月份", self.month, 1, 12)
        _within("第几个", self.n, 1, 4)
        _within("星期几", self.weekday, 1, 7)

    def resolve(self, year: int) -> Span:
        first = date(year, self.month, 1)
        wait = (self.weekday - first.isoweekday()) % 7
        only = first + timedelta(days=wait + 7 * (self.n - 1))
        return Span(only, only)


@dataclass(frozen=True, slots=True)
class NthWeek:
    """The n-th week of a month."""

    month: int
    n: int

    def __post_init__(self) -> None:
        _within("月份", self.month, 1, 12)
        _within("第几周", self.n, 1, 4)

    def resolve(self, year: int) -> Span:
        return _week_of(date(year, self.month, 1) + timedelta(weeks=self.n - 1))


@dataclass(frozen=True, slots=True)
class WeekContaining:
    """The week that holds a date."""

    on: MonthDay

    def __post_init__(self) -> None:
        _gregorian(self.on)

    def resolve(self, year: int) -> Span:
        return _week_of(date(year, *self.on))


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A lunar date of the lunar year whose 春节 falls in the year asked for."""

    on: MonthDay

    def __post_init__(self) -> None:
        _lunar(self.on)

    def resolve(self, year: int) -> Span:
        only = lunar_date(year, *self.on)
        return Span(only, only)


@dataclass(frozen=True, slots=True)
class LunarRange:
    """From one lunar date to another.

    The end lies in the lunar year whose 春节 falls in the year asked for, and so does the start,
    unless it comes later in the lunar year than the end: then it lies in the lunar year before
    (腊月廿三 to 正月十五).
    """

    start: MonthDay
    end: MonthDay

    def __post_init__(self) -> None:
        _lunar(self.start)
        _lunar(self.end)

    def resolve(self, year: int) -> Span:
        started = lunar_date(year - (self.end < self.start), *self.start)
        return Span(started, lunar_date(year, *self.end))


@dataclass(frozen=True, slots=True)
class SolarTerm:
    """The day of one of the 24 solar terms: 清明, 秋分."""

    term: str

    def __post_init__(self) -> None:
        if self.term not in SOLAR_TERMS:
            raise BadInput(f"没有“{self.term}”这个节气。")

    def resolve(self, year: int) -> Span:
        only = solar_term(year, self.term)
        return Span(only, only)


DateRule: TypeAlias = (
    Day | Range | Month | NthWeekday | NthWeek | WeekContaining | LunarDay | LunarRange | SolarTerm
)


@dataclass(frozen=True, slots=True)
class ByNotice:
    """Set by a document every year; until it comes, a provisional rule or nothing at all."""

    provisional: DateRule | None = None

    def resolve(self, year: int) -> Span | None:
        return self.provisional.resolve(year) if self.provisional else None


Rule: TypeAlias = DateRule | ByNotice


def _week_of(day: date) -> Span:
    monday = day - timedelta(days=day.weekday())
    return Span(monday, monday + timedelta(days=6))


def _gregorian(on: MonthDay) -> None:
    try:
        date(_COMMON_YEAR, *on)
    except ValueError:
        raise BadInput(f"{on.month}月{on.day}日不是每年都有的日期。") from None


def _lunar(on: MonthDay) -> None:
    _within("农历月份", on.month, 1, 12)
    _within("农历日", on.day, 1, 30)


def _within(what: str, number: int, low: int, high: int) -> None:
    if not low <= number <= high:
        raise BadInput(f"{what}应在 {low} 到 {high} 之间，不能是 {number}。")
