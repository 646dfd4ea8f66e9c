"""``rule = { kind = … }``: one shape for each kind of rule."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictInt, WithJsonSchema

from lawcore.calendar import rules
from lawcore.content.forms.base import Form, Words

Weekday = Literal["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"]
_WEEKDAYS: tuple[Weekday, ...] = (
    "星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日",
)  # fmt: skip


def _month_day(written: object) -> object:
    found = re.fullmatch(r"(\d{2})-(\d{2})", written) if isinstance(written, str) else None
    if not found:
        raise ValueError("要写成 12-04 这样的“月-日”")
    return rules.MonthDay(int(found[1]), int(found[2]))


MonthDay = Annotated[
    rules.MonthDay,
    BeforeValidator(_month_day),
    WithJsonSchema({"type": "string", "pattern": r"^\d{2}-\d{2}$", "examples": ["12-04"]}),
]


class DayForm(Form):
    kind: Literal["day"]
    on: MonthDay

    def build(self) -> rules.Day:
        return rules.Day(self.on)


class RangeForm(Form):
    kind: Literal["range"]
    start: MonthDay = Field(alias="from")
    end: MonthDay = Field(alias="to")

    def build(self) -> rules.Range:
        return rules.Range(self.start, self.end)


class MonthForm(Form):
    kind: Literal["month"]
    month: StrictInt

    def build(self) -> rules.Month:
        return rules.Month(self.month)


class NthWeekdayForm(Form):
    kind: Literal["nth-weekday"]
    month: StrictInt
    n: StrictInt
    weekday: Weekday

    def build(self) -> rules.NthWeekday:
        return rules.NthWeekday(self.month, self.n, _WEEKDAYS.index(self.weekday) + 1)


class NthWeekForm(Form):
    kind: Literal["nth-week"]
    month: StrictInt
    n: StrictInt

    def build(self) -> rules.NthWeek:
        return rules.NthWeek(self.month, self.n)


class WeekContainingForm(Form):
    kind: Literal["week-containing"]
    on: MonthDay

    def build(self) -> rules.WeekContaining:
        return rules.WeekContaining(self.on)


class LunarDayForm(Form):
    kind: Literal["lunar-day"]
    on: MonthDay

    def build(self) -> rules.LunarDay:
        return rules.LunarDay(self.on)


class LunarRangeForm(Form):
    kind: Literal["lunar-range"]
    start: MonthDay = Field(alias="from")
    end: MonthDay = Field(alias="to")

    def build(self) -> rules.LunarRange:
        return rules.LunarRange(self.start, self.end)


class SolarTermForm(Form):
    kind: Literal["solar-term"]
    term: Words

    def build(self) -> rules.SolarTerm:
        return rules.SolarTerm(self.term)


_DateForm = (
    DayForm
    | RangeForm
    | MonthForm
    | NthWeekdayForm
    | NthWeekForm
    | WeekContainingForm
    | LunarDayForm
    | LunarRangeForm
    | SolarTermForm
)


class ByNoticeForm(Form):
    kind: Literal["by-notice"]
    provisional: Annotated[_DateForm, Field(discriminator="kind")] | None = None

    def build(self) -> rules.ByNotice:
        return rules.ByNotice(self.provisional.build() if self.provisional else None)


RuleForm = Annotated[_DateForm | ByNoticeForm, Field(discriminator="kind")]
