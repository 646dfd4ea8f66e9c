"""A report and its ledger in one file, to be counted again: ``sample/ledger-2023.toml``."""

from datetime import date
from typing import Annotated

from pydantic import Field, StrictInt

from lawcore.content.forms.base import Count, Form, Words
from lawcore.ids import ObservanceKey, UnitId
from lawcore.participation.activity import Activity, Material
from lawcore.participation.activity import Form as Held
from lawcore.participation.registers import Register
from lawcore.people.model import UnitKind
from lawcore.reports.claims import Claim, ClaimedDay, ClaimedRate

NOBODY = UnitId(0)


class UnitForm(Form):
    """A unit as a roster has it."""

    code: Words
    name: Words
    kind: UnitKind
    parent: str | None = None


class ActivityForm(Form):
    """One event in one line."""

    day: date
    name: Words
    unit: Words
    partners: tuple[Words, ...] = Field(default=(), alias="with")
    observance: str | None = None
    category: str = ""
    attendances: Count | None = None
    materials: dict[str, Count] = Field(default_factory=dict)

    def build(self) -> Activity:
        """The activity without its units, which have no keys yet."""
        return Activity(
            day=self.day,
            name=self.name,
            organiser=NOBODY,
            form=Held.OFFLINE,
            filed_by="原报告",
            observance=ObservanceKey(self.observance) if self.observance else None,
            category=self.category,
            attendances=self.attendances,
            materials=tuple(Material(title, count) for title, count in self.materials.items()),
        )


class RowForm(Form):
    """One line of a register, `times` alike."""

    register_: Register = Field(alias="register")
    day: date
    unit: str | None = None
    kind: str = ""
    count: Count | None = None
    times: Annotated[StrictInt, Field(ge=1, le=1000)] = 1


class NumberForm(Form):
    """A number that the report states."""

    where: Words
    words: Words
    figure: Words
    value: Count
    rounded: bool = False
    parts: tuple[Words, ...] = ()

    def build(self) -> Claim:
        return Claim(self.where, self.words, self.figure, self.value, self.rounded, self.parts)


class DayForm(Form):
    """A date that the report gives to an observance: ``on = "04-25"``."""

    where: Words
    words: Words
    observance: Words
    on: Annotated[str, Field(pattern=r"^\d\d-\d\d$")]

    def build(self) -> ClaimedDay:
        month, day = map(int, self.on.split("-"))
        return ClaimedDay(self.where, self.words, ObservanceKey(self.observance), month, day)


class RateForm(Form):
    """A rate that the report states."""

    title: Words
    attendance: Words
    attended: Count | None = None
    due: Count | None = None

    def build(self) -> ClaimedRate:
        return ClaimedRate(self.title, self.attendance, self.attended, self.due)


class ReplayForm(Form):
    """The whole file."""

    township: Words
    year: Annotated[StrictInt, Field(ge=2000, le=2099)]
    cut_off: date
    unit: tuple[UnitForm, ...]
    activities: tuple[ActivityForm, ...]
    rows: tuple[RowForm, ...] = ()
    stated: tuple[NumberForm, ...] = ()
    day: tuple[DayForm, ...] = ()
    exam: tuple[RateForm, ...] = ()
