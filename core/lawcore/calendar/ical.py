"""The year's occasions as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from lawcore.calendar.observance import Occasion
from lawcore.calendar.rules import Span
from lawcore.ids import LawKey


def write_calendar(
    found: Iterable[Occasion], *, at: datetime, law_names: Mapping[LawKey, str]
) -> bytes:
    """All-day events with an alarm `lead_days` ahead at the observance's hour.

    `at` (aware UTC) is the stamp of the file; `law_names` gives the official name of each law. UIDs
    depend only on observance and year, so a later file updates the events of an earlier one. A
    provisional date is marked TENTATIVE; what has no date yet stands in the calendar's description.
    """
    every = tuple(found)
    calendar = Calendar()
    calendar.add("prodid", "-//lawbot//普法日历//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "普法日历")
    undated = "、".join(each.observance.title for each in every if each.start is None)
    if undated:
        calendar.add("x-wr-caldesc", f"以下活动待通知，尚无日期：{undated}")
    for each in every:
        if each.start and each.end:
            calendar.add_component(_event(each, Span(each.start, each.end), at, law_names))
    return bytes(calendar.to_ical())


def _event(occasion: Occasion, span: Span, at: datetime, law_names: Mapping[LawKey, str]) -> Event:
    observance = occasion.observance
    event = Event()
    event.add("uid", f"{observance.key}-{occasion.year}@lawbot")
    event.add("dtstamp", at)
    event.add("dtstart", span.start)
    event.add("dtend", span.end + timedelta(days=1))
    event.add("summary", observance.title + ("（待通知）" if occasion.awaiting_notice else ""))
    event.add("description", _description(occasion, law_names))
    event.add("categories", ["普法"])
    event.add("status", "TENTATIVE" if occasion.awaiting_notice else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add_component(_alarm(occasion))
    return event


def _alarm(occasion: Occasion) -> Alarm:
    observance = occasion.observance
    ahead = timedelta(days=observance.lead_days)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"准备：{observance.title}")
    alarm.add(
        "trigger", timedelta(hours=observance.hour.hour, minutes=observance.hour.minute) - ahead
    )
    return alarm


def _description(occasion: Occasion, law_names: Mapping[LawKey, str]) -> str:
    observance = occasion.observance
    notice = occasion.notice
    lines = {
        "日期": f"{occasion.date_text}（{observance.verification.label}）",
        "状态": occasion.state_text,
        "主题": notice.theme if notice else "",
        "依据": "、".join(str(cited) for cited in observance.basis),
        "宣传法律": "、".join(f"《{law_names[law]}》" for law in observance.laws),
        "责任部门": "、".join(observance.departments),
        "对象": "、".join(observance.audience),
        "来源": observance.source,
        "说明": observance.note,
    }
    return "\n".join(f"{name}：{text}" for name, text in lines.items() if text)
