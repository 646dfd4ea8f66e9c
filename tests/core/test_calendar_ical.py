"""The calendar file opens in a calendar program and says what the township needs."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar

from lawcore.calendar.ical import write_calendar
from lawcore.calendar.observance import Notice, Observance, Verification, occasions
from lawcore.calendar.rules import ByNotice, Day, MonthDay, Range
from lawcore.ids import Citation, LawKey, ObservanceKey

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LAW = LawKey("法治宣传教育法")
NAMES = {LAW: "中华人民共和国法治宣传教育法"}
DAY = Observance(
    key=ObservanceKey("constitution-day"),
    title="国家宪法日",
    rule=Day(MonthDay(12, 4)),
    source="法治宣传教育法第十三条",
    basis=(Citation(LAW, 13),),
    laws=(LAW,),
    departments=("司法所", "中心学校"),
    audience=("全体居民",),
    lead_days=15,
    hour=time(9),
    verification=Verification.STATUTE,
    checked=date(2026, 11, 24),
    note="说明；第二句，还有\n换行",
)
WEEK = Observance(
    key=ObservanceKey("constitution-week"),
    title="宪法宣传周",
    rule=ByNotice(Range(MonthDay(12, 1), MonthDay(12, 7))),
    source="每年通知",
    basis=(),
    laws=(LAW,),
    departments=("司法所",),
    audience=("全体居民",),
    lead_days=7,
    hour=time(8, 30),
    verification=Verification.PUBLISHED,
    checked=date(2026, 11, 24),
)
UNKNOWN = Observance(
    key=ObservanceKey("antifraud-month"),
    title="反诈宣传月",
    rule=ByNotice(),
    source="每年通知",
    basis=(),
    laws=(LAW,),
    departments=("派出所",),
    audience=("全体居民",),
    lead_days=7,
    hour=time(9),
    verification=Verification.PUBLISHED,
    checked=date(2026, 11, 24),
)


def written(*notices: Notice, year: int = 2026) -> bytes:
    found = occasions((DAY, WEEK, UNKNOWN), notices, year)
    return write_calendar(found, at=AT, law_names=NAMES)


def events(*notices: Notice) -> dict[str, Any]:
    calendar = Calendar.from_ical(written(*notices))
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def test_events_last_all_day_and_end_on_the_day_after() -> None:
    week = events()["constitution-week-2026@lawbot"]
    assert week["DTSTART"].dt == date(2026, 12, 1)
    assert week["DTEND"].dt == date(2026, 12, 8)
    assert week["DTSTART"].params["VALUE"] == "DATE"


def test_an_alarm_rings_lead_days_ahead_at_the_hour() -> None:
    found = events()
    (of_day,) = found["constitution-day-2026@lawbot"].walk("VALARM")
    (of_week,) = found["constitution-week-2026@lawbot"].walk("VALARM")
    assert of_day["TRIGGER"].dt == timedelta(days=-15, hours=9)
    assert of_week["TRIGGER"].dt == timedelta(days=-7, hours=8, minutes=30)


def test_the_description_names_law_department_and_source() -> None:
    text = str(events()["constitution-day-2026@lawbot"]["DESCRIPTION"])
    assert "依据：《法治宣传教育法》第13条" in text
    assert "宣传法律：《中华人民共和国法治宣传教育法》" in text
    assert "责任部门：司法所、中心学校" in text
    assert "来源：法治宣传教育法第十三条" in text
    assert text.endswith("说明：说明；第二句，还有\n换行")


def test_a_provisional_date_is_marked_until_the_notice_comes() -> None:
    waiting = events()["constitution-week-2026@lawbot"]
    assert waiting["STATUS"] == "TENTATIVE"
    assert "待通知" in waiting["SUMMARY"]
    came = Notice(WEEK.key, 2026, date(2026, 11, 30), date(2026, 12, 6), "通知", "宪法进万家")
    known = events(came)["constitution-week-2026@lawbot"]
    assert (known["STATUS"], known["SUMMARY"]) == ("CONFIRMED", "宪法宣传周")
    assert known["DTSTART"].dt == date(2026, 11, 30)
    assert "主题：宪法进万家" in known["DESCRIPTION"]


def test_what_has_no_date_is_named_but_is_no_event() -> None:
    calendar = Calendar.from_ical(written())
    assert len(calendar.walk("VEVENT")) == 2
    assert "反诈宣传月" in str(calendar["X-WR-CALDESC"])


def test_uids_stay_the_same_and_differ_by_year() -> None:
    assert written() == written()
    next_year = Calendar.from_ical(written(year=2027))
    assert {str(event["UID"]) for event in next_year.walk("VEVENT")} == {
        "constitution-day-2027@lawbot",
        "constitution-week-2027@lawbot",
    }


def test_lines_are_folded_within_75_octets_and_end_in_crlf() -> None:
    data = written()
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
