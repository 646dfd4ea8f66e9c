"""An event is recorded in chat in five steps, and departments are reminded of their days."""

from dataclasses import replace
from datetime import date

import pytest

from lawbot.sandbox import VirtualPerson
from lawbot.telegram.recording import Begun
from lawcore.errors import BadInput
from lawcore.ids import ObservanceKey, UnitId
from lawcore.participation.activity import Form
from lawcore.people.model import Role
from tests.stage import PATIENCE, Stage, ask, forge, press

ROWS = "SELECT name, observance, form, attendances, copies, filed_by FROM activities"


async def begun(phone: VirtualPerson) -> None:
    """Up to the question after 人次."""
    await ask(phone, "/admin")
    await press(phone, "记一次活动", lambda m: "1/5" in m.text)
    await press(phone, "东河村", lambda m: "2/5" in m.text)


async def test_five_taps_and_words_make_a_row_of_the_ledger(stage: Stage) -> None:
    phone = await stage.appoint("王一", Role.ADMIN, "001")
    await stage.move_to("2026-12-04T10:00")
    await begun(phone)
    assert any("国家宪法日" in label for label in phone.last.labels)
    label = next(label for label in phone.last.labels if "国家宪法日" in label)
    await press(phone, label, lambda m: "3/5" in m.text)
    await press(phone, "线下", lambda m: "4/5" in m.text)
    assert "5/5" in (await ask(phone, "120")).text
    done = await ask(phone, "宪法读本 200；反诈手册 30")
    assert "已记下 H1" in done.text
    assert "120 人次；宪法读本 200；反诈手册 30" in done.text
    assert await stage.rows(ROWS) == [
        ("国家宪法日宣传活动", "constitution-day", "offline", 120, 230, "王一")
    ]


async def test_nobody_has_to_count_and_nothing_has_to_be_handed_out(
    stage: Stage, admin: VirtualPerson
) -> None:
    await begun(admin)
    await press(admin, "都不是", lambda m: "3/5" in m.text)
    await press(admin, "线上", lambda m: "4/5" in m.text)
    await press(admin, "没有统计", lambda m: "5/5" in m.text)
    done = await press(admin, "没有发资料", lambda m: "已记下" in m.text)
    assert "没有统计人次；没有发资料" in done.text
    filer = "未登记工号的管理员（Telegram，账号 1）"
    assert await stage.rows(ROWS) == [("法治宣传活动", None, "online", None, 0, filer)]


@pytest.mark.parametrize("words", ["300余", "三百", "-5", "12.5", "9" * 12])
async def test_a_number_that_is_none_is_asked_for_again(
    stage: Stage, admin: VirtualPerson, words: str
) -> None:
    await begun(admin)
    await press(admin, "都不是")
    await press(admin, "线下", lambda m: "4/5" in m.text)
    assert "人次只写数字" in (await ask(admin, words)).text
    assert "5/5" in (await ask(admin, "120人次")).text


async def test_materials_without_a_number_are_asked_for_again(
    stage: Stage, admin: VirtualPerson
) -> None:
    await begun(admin)
    await press(admin, "都不是")
    await press(admin, "线下", lambda m: "4/5" in m.text)
    await ask(admin, "120")
    assert "没有写份数" in (await ask(admin, "宪法读本")).text
    assert "已记下" in (await ask(admin, "宪法读本 5")).text
    assert await stage.count("SELECT count(*) FROM activities") == 1


async def test_partners_and_category_are_a_tap_away_and_the_path_stays_at_five(
    stage: Stage, admin: VirtualPerson
) -> None:
    await begun(admin)
    await press(admin, "都不是")
    card = await press(admin, "线下", lambda m: "4/5" in m.text)
    assert "主办：东河村 · 线下 · 进乡村" in card.text, "what an event of a village is"
    more = await press(admin, "更多：日期、参与单位、六进", lambda m: "可以不填" in m.text)
    assert {"✓ 进乡村", "进学校", "司法所", "西山村", "选好了"} <= set(more.labels)
    assert "东河村" not in more.labels, "who organises is no partner"
    await press(admin, "进学校", lambda m: "✓ 进学校" in m.labels)
    await press(admin, "司法所", lambda m: "✓ 司法所" in m.labels)
    await press(admin, "西山村", lambda m: "✓ 西山村" in m.labels)
    await press(admin, "✓ 西山村", lambda m: "西山村" in m.labels)
    back = await press(admin, "选好了", lambda m: "4/5" in m.text)
    assert "主办：东河村 · 线下 · 进学校\n参与：司法所" in back.text
    assert "5/5" in (await ask(admin, "60")).text
    done = await press(admin, "没有发资料", lambda m: "已记下" in m.text)
    assert "进学校\n参与：司法所" in done.text
    assert await stage.rows("SELECT category FROM activities") == [("进学校",)]
    partners = "SELECT name FROM activity_partners JOIN units ON units.id = unit_id"
    assert await stage.rows(partners) == [("司法所",)]


async def test_an_event_is_filed_on_the_day_on_which_it_was_begun(stage: Stage) -> None:
    """Told at five to midnight of the last day of the year, it is of that year."""
    phone = await stage.appoint("王一", Role.ADMIN, "001")
    await stage.move_to("2026-12-31T23:58")
    await begun(phone)
    await press(phone, "都不是")
    card = await press(phone, "线下", lambda m: "4/5" in m.text)
    assert "日期：12月31日" in card.text
    await stage.move_to("2027-01-01T00:03")
    await ask(phone, "120")
    done = await press(phone, "没有发资料", lambda m: "已记下" in m.text)
    assert "2026-12-31 法治宣传活动" in done.text


async def test_an_event_of_yesterday_is_filed_on_yesterday(stage: Stage) -> None:
    phone = await stage.appoint("王一", Role.ADMIN, "001")
    await stage.move_to("2027-01-01T09:00")
    await begun(phone)
    await press(phone, "都不是")
    await press(phone, "线下", lambda m: "4/5" in m.text)
    more = await press(phone, "更多：日期、参与单位、六进", lambda m: "可以不填" in m.text)
    assert more.labels[:3] == ["✓ 今天", "昨天", "前天"]
    await press(phone, "昨天", lambda m: "✓ 昨天" in m.labels)
    for later in (date(2027, 1, 2), date(2026, 12, 29)):
        assert "失效" in (await forge(phone, f"aw:{later.toordinal()}")).text
    back = await press(phone, "选好了", lambda m: "4/5" in m.text)
    assert "日期：12月31日" in back.text
    await ask(phone, "120")
    done = await press(phone, "没有发资料", lambda m: "已记下" in m.text)
    assert "2026-12-31 法治宣传活动" in done.text


async def test_a_cancelled_record_leaves_nothing(stage: Stage, admin: VirtualPerson) -> None:
    await begun(admin)
    await press(admin, "都不是")
    await press(admin, "线下", lambda m: "4/5" in m.text)
    await press(admin, "取消")
    assert "5/5" not in (await ask(admin, "120")).text
    assert await stage.count("SELECT count(*) FROM activities") == 0


async def test_residents_cannot_record_and_forged_buttons_are_dead(
    stage: Stage, admin: VirtualPerson
) -> None:
    resident = await stage.resident("村民")
    alert = await forge(resident, "af:3:none:offline")
    assert "只有管理员和编辑能记活动" in alert.text
    for data in (
        "af:3:none:sideways",
        "ad:3:no-such-day",
        "au:999999999",
        "as",
        "am",
        "al",
        "ak:99",
        "ap:3:1",
        "aw:739590",
        "aw:²",
    ):
        assert "失效" in (await forge(admin, data)).text
    assert await stage.count("SELECT count(*) FROM activities") == 0


async def test_a_department_is_reminded_once_of_a_day_that_is_near(stage: Stage) -> None:
    phone = await stage.appoint("王一", Role.EDITOR, "001")
    await stage.move_to("2026-11-27T09:00")
    card = await phone.wait_for(lambda m: "国家宪法日快到了：12月4日" in m.text, PATIENCE)
    assert "责任单位：司法所" in card.text
    assert "不用拍照" in card.text
    told_once = sum("国家宪法日快到了" in message.text for message in phone.chat)
    await stage.rest()
    assert sum("国家宪法日快到了" in message.text for message in phone.chat) == told_once


def test_a_choice_too_long_to_be_kept_says_where_the_rest_is_added() -> None:
    day, about = date(2026, 12, 4), ObservanceKey("spring-festival-return")
    begun = Begun(UnitId(12), day, about, Form.OFFLINE, "120")
    some = replace(begun, partners=tuple(map(UnitId, range(10, 15))))
    assert len(some.word) <= 80
    with pytest.raises(BadInput, match="记不下"):
        _ = replace(begun, partners=tuple(map(UnitId, range(10, 30)))).word
