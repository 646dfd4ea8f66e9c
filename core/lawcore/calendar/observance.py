"""Observances, the yearly notices about them, and the occasions of a year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from lawcore.calendar.rules import ByNotice, Rule, Span
from lawcore.errors import BadInput
from lawcore.ids import Citation, LawKey, ObservanceKey


class Verification(StrEnum):
    """How sure the date is."""

    STATUTE = "statute"
    PUBLISHED = "published"
    PRACTICE = "practice"

    @property
    def label(self) -> str:
        """What people read: the article itself fixes the date, a document does, or custom."""
        return {"statute": "法律规定", "published": "公开文件", "practice": "惯例"}[self.value]


@dataclass(frozen=True, slots=True)
class Observance:
    """A day, week, month or season on which the township makes laws known."""

    key: ObservanceKey
    title: str
    rule: Rule
    source: str
    """Who established it and how, in words."""
    basis: tuple[Citation, ...]
    """The articles it rests on; empty where no law names it."""
    laws: tuple[LawKey, ...]
    """The laws to make known."""
    departments: tuple[str, ...]
    audience: tuple[str, ...]
    lead_days: int
    """How many days before the start the draft goes to the approvers."""
    hour: time
    """Local time of sending."""
    verification: Verification
    checked: date
    optional: bool = False
    note: str = ""
    valid_from: int | None = None
    """The first year in which it is kept, where a source names one."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What this year's document says of an observance; it goes before the rule."""

    observance: ObservanceKey
    year: int
    start: date
    end: date
    document: str
    """The document's number or title: 皖法宣办〔2026〕17号."""
    theme: str = ""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise BadInput(f"通知的结束日期 {self.end} 早于开始日期 {self.start}。")
        if not self.document.strip():
            raise BadInput("通知要写文号或名称，请检查 --document。")
        if self.start.year != self.year:
            raise BadInput(f"通知的开始日期 {self.start} 不在 {self.year} 年。")


@dataclass(frozen=True, slots=True)
class Occasion:
    """An observance in one year."""

    observance: Observance
    year: int
    start: date | None
    """None if nothing is known yet: 待通知."""
    end: date | None
    awaiting_notice: bool
    """The yearly document has not come; the dates, if any, are provisional."""
    notice: Notice | None = None

    @property
    def drafted_from(self) -> date | None:
        """The first day on which a text is drafted for it; None while it has no date."""
        return self.start - timedelta(days=self.observance.lead_days) if self.start else None

    @property
    def date_text(self) -> str:
        """The dates as people write them; without a mark of being provisional."""
        if self.start is None or self.end is None:
            return "待通知"
        return span_text(self.start, self.end)

    @property
    def state_text(self) -> str:
        """``已有通知``, ``待通知（暂定日期）``, ``待通知`` or nothing."""
        if self.notice:
            return f"已有通知：{self.notice.document}"
        if not self.awaiting_notice:
            return ""
        return "待通知（暂定日期）" if self.start else "待通知"


def check_against_law(observance: Observance, notice: Notice) -> None:
    """Raise BadInput for a notice that would move a date which the law itself fixes."""
    if observance.verification is not Verification.STATUTE:
        return
    span = observance.rule.resolve(notice.year)
    if span is not None and not (notice.start <= span.end and notice.end >= span.start):
        day = span_text(span.start, span.end)
        raise BadInput(
            f"“{observance.title}”的日期由法律规定，{notice.year} 年是{day}，"
            "通知不能移到别的日子。请核对节点的编号和日期。"
        )


def occasions(
    observances: Iterable[Observance], notices: Iterable[Notice], year: int
) -> tuple[Occasion, ...]:
    """Resolve the year's occasions by date, those without a date last.

    Of two notices about the same observance and year the later in the sequence counts: it is the
    correction of the earlier.
    """
    noticed = {notice.observance: notice for notice in notices if notice.year == year}
    found = [
        _occasion(observance, noticed.get(observance.key), year)
        for observance in observances
        if observance.valid_from is None or observance.valid_from <= year
    ]
    return tuple(sorted(found, key=_by_date))


def span_text(start: date, end: date) -> str:
    """Write ``12月4日``, ``12月1日至7日``, ``9月28日至10月4日``; with years where they differ."""
    if start.year != end.year:
        return f"{start.year}年{_month_day(start)}至{end.year}年{_month_day(end)}"
    if start == end:
        return _month_day(start)
    if start.month == end.month:
        return f"{_month_day(start)}至{end.day}日"
    return f"{_month_day(start)}至{_month_day(end)}"


def _occasion(observance: Observance, notice: Notice | None, year: int) -> Occasion:
    if notice:
        return Occasion(observance, year, notice.start, notice.end, False, notice)
    span: Span | None = observance.rule.resolve(year)
    start, end = span or (None, None)
    return Occasion(observance, year, start, end, isinstance(observance.rule, ByNotice))


def _by_date(occasion: Occasion) -> tuple[date, date, str]:
    return (occasion.start or date.max, occasion.end or date.max, occasion.observance.key)


def _month_day(day: date) -> str:
    return f"{day.month}月{day.day}日"
