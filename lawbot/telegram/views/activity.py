"""Recording an event in five steps, more of it by a tap, and the reminder of a department."""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from typing import NamedTuple

from lawbot.telegram import buttons
from lawbot.telegram.buttons import button
from lawcore.calendar.observance import Occasion
from lawcore.delivery.model import Button, Letter
from lawcore.participation.activity import FORM_WORDS, Form, Recorded, materials_text
from lawcore.people.model import Unit

HEAD = "<b>记一次活动</b>"
NO_DAY = "none"
NOT_EDITOR = "只有管理员和编辑能记活动。"
NO_UNITS = "名册里还没有单位，请先导入名册。"
ASK_UNIT = "1/5 哪个单位主办？联合举办的只记一次，选牵头的。"
ASK_DAY = "2/5 这次活动是为哪个普法日办的？"
ASK_FORM = "3/5 线下还是线上？"
ASK_CROWD = "4/5 来了多少人次？请直接打数字，不要写“余”。没有统计就点按钮，不用估。"
ASK_MORE = (
    "可以不填，选好了就点最下面。\n最上面是哪天办的；更早的请在网页上记。"
    "再下面几个是六进类别，只选一个；最后是一起办的单位，可以选几个。"
    "再点一次就不选了。"
)
ASK_MATERIALS = "5/5 发了什么资料？请打字，如：民法典读本 200；反诈手册 300。没有发就点按钮。"
NOT_COUNTED = "没有统计"
NONE_GIVEN = "没有发资料"
MORE = "更多：日期、参与单位、六进"
DAYS_BACK = {"今天": 0, "昨天": 1, "前天": 2}


class Told(NamedTuple):
    """An event as far as it was told, in words."""

    organiser: str
    day: date
    form: Form
    partners: tuple[str, ...]
    category: str


def units(found: Sequence[Unit]) -> Letter:
    """Step 1."""
    names = [button(unit.name, buttons.ACTIVITY_UNIT, unit.id) for unit in found]
    html = f"{HEAD}\n{ASK_UNIT if found else NO_UNITS}"
    return Letter(html, (*_in_rows(names, 2), (button("返回", buttons.MENU),)))


def days(unit: Unit, near: Sequence[Occasion]) -> Letter:
    """Step 2: what is near in the calendar, or none."""
    rows = [(button(_day(one), buttons.ACTIVITY_DAY, unit.id, one.observance.key),) for one in near]
    none = (button("都不是", buttons.ACTIVITY_DAY, unit.id, NO_DAY),)
    return Letter(f"{HEAD}\n主办：{escape(unit.name)}\n{ASK_DAY}", (*rows, none, _back()))


def forms(unit: Unit, observance: str) -> Letter:
    """Step 3."""
    row = tuple(
        button(word, buttons.ACTIVITY_FORM, unit.id, observance, form.value)
        for form, word in FORM_WORDS.items()
    )
    return Letter(f"{HEAD}\n主办：{escape(unit.name)}\n{ASK_FORM}", (row, _back()))


def crowd(told: Told) -> Letter:
    """Step 4: a number is typed; what need not be said is behind a button."""
    more = (button(MORE, buttons.ACTIVITY_MORE),)
    skip = (button(NOT_COUNTED, buttons.ACTIVITY_SKIP),)
    return Letter(f"{HEAD}\n{_when(told)}\n{_so_far(told)}\n{ASK_CROWD}", (skip, more, _cancel()))


def more(told: Told, categories: Sequence[str], others: Sequence[Unit], today: date) -> Letter:
    """Day, partners and category: a tap chooses, another takes it back."""
    days_ = tuple(
        button(_marked(word, day == told.day), buttons.ACTIVITY_WHEN, day.toordinal())
        for word, back in DAYS_BACK.items()
        for day in (today - timedelta(days=back),)
    )
    kinds = [
        button(_marked(name, name == told.category), buttons.ACTIVITY_KIND, place)
        for place, name in enumerate(categories)
    ]
    units_ = [
        button(
            _marked(unit.name, unit.name in told.partners),
            buttons.ACTIVITY_PARTNER,
            unit.id,
            int(unit.name not in told.partners),
        )
        for unit in others
    ]
    rows = (days_, *_in_rows(kinds, 3), *_in_rows(units_, 2))
    done = (button("选好了", buttons.ACTIVITY_LESS),)
    html = f"{HEAD}\n{_when(told)}\n{_so_far(told)}\n{ASK_MORE}"
    return Letter(html, (*rows, done))


def materials() -> Letter:
    """Step 5: a list is typed."""
    skip = (button(NONE_GIVEN, buttons.ACTIVITY_SKIP),)
    return Letter(f"{HEAD}\n{ASK_MATERIALS}", (skip, _cancel()))


def recorded(found: Recorded, told: Told) -> Letter:
    """What was filed."""
    one = found.activity
    crowd_ = "没有统计人次" if one.attendances is None else f"{one.attendances} 人次"
    given = materials_text(one.materials) or "没有发资料"
    html = (
        f"<b>已记下 {found.number}</b>\n{one.day} {escape(one.name)}\n"
        f"{_so_far(told)}\n{crowd_}；{escape(given)}\n"
        "还要另一个人审核。记错了就在网页的“台账”里更正，旧的一条留着。"
    )
    return Letter(html, ((button("返回", buttons.MENU),),))


def reminder(unit_name: str, occasion: Occasion) -> Letter:
    """Sent to the contacts of a department that has planned nothing."""
    observance = occasion.observance
    laws = "、".join(f"《{law}》" for law in observance.laws)
    html = (
        f"<b>{escape(observance.title)}快到了：{occasion.date_text}</b>\n"
        f"责任单位：{escape(unit_name)}\n"
        "还没有看到你们的安排。"
        + (f"\n可以讲的法律：{escape(laws)}" if laws else "")
        + "\n办过以后请记入活动台账；不用拍照。"
    )
    return Letter(html)


def _when(told: Told) -> str:
    return f"日期：{told.day.month}月{told.day.day}日"


def _so_far(told: Told) -> str:
    kind = f" · {escape(told.category)}" if told.category else ""
    partners = f"\n参与：{escape('、'.join(told.partners))}" if told.partners else ""
    return f"主办：{escape(told.organiser)} · {FORM_WORDS[told.form]}{kind}{partners}"


def _marked(label: str, chosen: bool) -> str:
    return f"✓ {label}" if chosen else label


def _in_rows(found: Sequence[Button], width: int) -> list[tuple[Button, ...]]:
    return [tuple(found[place : place + width]) for place in range(0, len(found), width)]


def _day(occasion: Occasion) -> str:
    return f"{occasion.observance.title}（{occasion.date_text}）"


def _back() -> tuple[Button, ...]:
    return (button("返回", buttons.ACTIVITY),)


def _cancel() -> tuple[Button, ...]:
    return (button("取消", buttons.ACTIVITY_CANCEL),)
