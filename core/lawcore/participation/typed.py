"""A row of the ledger as it was typed into a form: read by the columns of the file.

The fields are called as the headings of the file are, so a form and a file take the same words and
refuse the same ones. All that is wrong is said at once.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from lawcore.errors import BadInput
from lawcore.ids import UnitId
from lawcore.participation import ledger_paper as paper
from lawcore.participation.activity import (
    FORM_WORDS,
    Activity,
    Form,
    check,
    materials_of,
    materials_text,
)
from lawcore.participation.known import Known, several
from lawcore.participation.registers import (
    CORRECTS,
    FILED_BY,
    OPEN,
    REPLIED_ON,
    Register,
    RegisterRow,
    Sheet,
    prompt_kind,
)
from lawcore.sheets.layout import Column, Takes

T = TypeVar("T")
_FORMS = {word: form for form, word in FORM_WORDS.items()}
_MOST = 10**9


class _Reading:
    """Reads field after field; what is wrong is noted and reading goes on."""

    def __init__(self, typed: Mapping[str, str], today: date) -> None:
        self._typed = typed
        self._today = today
        self.faults: list[str] = []

    def text(self, column: Column) -> str:
        """The words of a field; empty where they may not stand there."""
        text = self._typed.get(column.heading, "").strip()
        fault = _fault(text, column)
        if fault:
            self.fault(column, fault)
            return ""
        return text

    def take(self, column: Column, make: Callable[[str], T]) -> T | None:
        """What `make` makes of a field; None where it is empty or wrong."""
        text = self.text(column)
        if not text:
            return None
        try:
            return make(text)
        except BadInput as wrong:
            self.fault(column, str(wrong).rstrip("。"))
            return None

    def past(self, column: Column) -> date | None:
        """A day that is not still to come."""
        day = self.take(column, date.fromisoformat)
        if day is not None and day > self._today:
            self.fault(column, f"{day} 还没有到")
            return None
        return day

    def fault(self, column: Column, reason: str) -> None:
        self.faults.append(f"“{column.heading}”：{reason}。")

    def end(self) -> BadInput:
        return BadInput("\n".join(self.faults))


def activity_of(typed: Mapping[str, str], known: Known, today: date, by: str) -> Activity:
    """The activity that was typed, filed by `by`. Raises BadInput with all that is wrong."""
    form = _Reading(typed, today)
    day = form.past(paper.DAY)
    name = form.text(paper.NAME)
    organiser = form.take(paper.ORGANISER, known.unit)
    held = form.take(paper.FORM, lambda word: _FORMS[word])
    observance = form.take(paper.OBSERVANCE, known.observance)
    laws = form.take(paper.LAWS, known.laws)
    partners = form.take(paper.PARTNERS, known.several_units)
    materials = form.take(paper.MATERIALS, materials_of)
    cost = form.take(paper.COST, Decimal)
    topic, place = form.text(paper.TOPIC), form.text(paper.PLACE)
    category = form.text(paper.category_column(known.categories))
    audience = form.text(paper.AUDIENCE)
    crowd = form.take(paper.ATTENDANCES, int)
    pushes = form.take(paper.PUSHES, int) or 0
    evidence = form.take(paper.EVIDENCE, several) or ()
    if form.faults or day is None or organiser is None or held is None:
        raise form.end()
    found = Activity(
        day=day,
        name=name,
        organiser=organiser,
        form=Form(held),
        filed_by=by,
        observance=observance,
        topic=topic,
        laws=laws or (),
        place=place,
        partners=partners or (),
        category=category,
        audience=audience,
        attendances=crowd,
        materials=materials or (),
        pushes=pushes,
        cost=cost,
        evidence=evidence,
    )
    check(found, today)
    return found


def typed_of(one: Activity, codes: Mapping[UnitId, str]) -> dict[str, str]:
    """The fields of a form that is filled with an activity; units by their codes."""
    return {
        paper.DAY.heading: f"{one.day}",
        paper.NAME.heading: one.name,
        paper.OBSERVANCE.heading: one.observance or "",
        paper.TOPIC.heading: one.topic,
        paper.LAWS.heading: "、".join(one.laws),
        paper.PLACE.heading: one.place,
        paper.ORGANISER.heading: codes[one.organiser],
        paper.PARTNERS.heading: "、".join(codes[unit] for unit in one.partners),
        paper.FORM.heading: FORM_WORDS[one.form],
        paper.category_column(()).heading: one.category,
        paper.AUDIENCE.heading: one.audience,
        paper.ATTENDANCES.heading: "" if one.attendances is None else f"{one.attendances}",
        paper.MATERIALS.heading: materials_text(one.materials).replace("；", "\n"),
        paper.PUSHES.heading: f"{one.pushes}" if one.pushes else "",
        paper.COST.heading: "" if one.cost is None else f"{one.cost:.2f}",
        paper.EVIDENCE.heading: "、".join(one.evidence),
    }


def row_of(
    sheet: Sheet, typed: Mapping[str, str], known: Known, today: date, by: str
) -> RegisterRow:
    """The row of a register that was typed. Raises BadInput with all that is wrong."""
    form = _Reading(typed, today)
    columns = columns_of(sheet)
    cells = {column.heading: form.text(column) for column in columns}
    day = form.past(sheet.day) if cells[sheet.day.heading] else None
    unit: UnitId | None = None
    if sheet.unit and cells[sheet.unit.heading]:
        unit = form.take(sheet.unit, known.village if sheet.of_villages else known.unit)
    kind = cells[sheet.kind.heading] if sheet.kind else ""
    count = cells[sheet.count.heading] if sheet.count else ""
    if sheet.register is Register.PROMPT:
        received, kind = cells[sheet.day.heading], OPEN
        if cells[REPLIED_ON.heading]:
            kind = form.take(REPLIED_ON, lambda replied: prompt_kind(received, replied)) or OPEN
    if form.faults or day is None:
        raise form.end()
    given = {heading: text for heading, text in cells.items() if text}
    return RegisterRow(sheet.register, day, by, unit, kind, int(count) if count else None, given)


def columns_of(sheet: Sheet) -> tuple[Column, ...]:
    """What a person fills in of a register; who filed it and what it corrects is known."""
    known = {FILED_BY.heading, CORRECTS.heading}
    return tuple(column for column in sheet.layout.columns if column.heading not in known)


def _fault(text: str, column: Column) -> str:
    """Why the words of a field may not stand there; empty if they may."""
    if not text:
        return "没有填" if column.required else ""
    if column.words and text not in column.words:
        return f"只能填{'、'.join(column.words)}"
    if len(text) > column.longest:
        return f"有 {len(text)} 个字，太长，最多 {column.longest} 个字"
    return _WRONG[column.takes](text)


def _no_text(text: str) -> str:
    shown = text.replace("\n", "").replace("\r", "")
    return "" if shown.isprintable() else "含有看不见的字符，请重新输入"


def _no_day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        return "写成 2026-12-04 这样的日期"
    return ""


def _no_whole(text: str) -> str:
    fits = text.isascii() and text.isdigit() and int(text) < _MOST
    return "" if fits else f"只写小于 {_MOST} 的整数，不写“余”和单位，如 120"


def _no_money(text: str) -> str:
    try:
        cost = Decimal(text)
    except InvalidOperation:
        cost = Decimal("NaN")
    fits = cost.is_finite() and 0 <= cost < _MOST and round(cost, 2) == cost
    return "" if fits else "只写数字，单位元，最多两位小数"


_WRONG: Mapping[Takes, Callable[[str], str]] = {
    Takes.TEXT: _no_text,
    Takes.DAY: _no_day,
    Takes.WHOLE: _no_whole,
    Takes.MONEY: _no_money,
}
