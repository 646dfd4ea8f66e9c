"""A text is filled in, or refused with the reason: never sent with a hole in it."""

from dataclasses import replace
from datetime import date, time

import pytest

from lawcore.calendar.observance import Notice, Observance, Occasion, Verification
from lawcore.calendar.rules import ByNotice
from lawcore.campaigns.message import Message, for_village, render
from lawcore.errors import BadInput
from lawcore.ids import ObservanceKey

WEEK = Observance(
    key=ObservanceKey("constitution-week"),
    title="宪法宣传周",
    rule=ByNotice(),
    source="每年通知",
    basis=(),
    laws=(),
    departments=("司法所",),
    audience=("全体居民",),
    lead_days=15,
    hour=time(9),
    verification=Verification.PUBLISHED,
    checked=date(2026, 11, 24),
)
NOTICE = Notice(WEEK.key, 2026, date(2026, 12, 1), date(2026, 12, 7), "通知", "宪法进万家")
NOTED = Occasion(WEEK, 2026, NOTICE.start, NOTICE.end, awaiting_notice=False, notice=NOTICE)
UNKNOWN = Occasion(WEEK, 2026, None, None, awaiting_notice=True)


def message(text: str, nth_from: int | None = None) -> Message:
    return Message(WEEK.key, text, (), (), date(2026, 11, 24), nth_from)


def test_every_placeholder_is_filled_in() -> None:
    text = "{township}第{nth}个宪法宣传周，{year}年{date}，主题：{theme}。"
    filled = render(message(text, nth_from=2018), township="示范镇", occasion=NOTED)
    assert filled == "示范镇第9个宪法宣传周，2026年12月1日至7日，主题：宪法进万家。"


def test_the_village_is_filled_in_later() -> None:
    text = render(message("{village}的乡亲们"), township="示范镇", occasion=NOTED)
    assert for_village(text, "王庄村") == "王庄村的乡亲们"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{ township }", "不认识的占位符"),
        ("{town}", "不认识的占位符 {town}"),
        ("{}", "不认识的占位符"),
        ("第{nth}个", "nth_from"),
    ],
)
def test_an_unknown_or_unfounded_placeholder_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        render(message(text), township="示范镇", occasion=NOTED)


@pytest.mark.parametrize(("text", "reason"), [("{theme}", "主题"), ("{date}", "日期")])
def test_what_only_a_notice_can_tell_is_refused_before_it_comes(text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        render(message(text), township="示范镇", occasion=UNKNOWN)


def test_a_notice_without_a_theme_does_not_give_one() -> None:
    silent = replace(NOTED, notice=replace(NOTICE, theme=""))
    with pytest.raises(BadInput, match="主题"):
        render(message("{theme}"), township="示范镇", occasion=silent)


def test_a_year_before_the_first_has_no_number() -> None:
    with pytest.raises(BadInput, match="第一个"):
        render(message("第{nth}个", nth_from=2027), township="示范镇", occasion=NOTED)
