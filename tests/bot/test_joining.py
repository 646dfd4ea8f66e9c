"""Joining, leaving and binding, as people meet them on the phone."""

from datetime import timedelta

import pytest

from lawbot.sandbox import VirtualPerson
from lawbot.telegram.views.residents import choose_village
from lawcore.ids import UnitId
from lawcore.people.model import Role, Roster, Unit, UnitKind, UnitRow
from tests.stage import Stage, ask, forge, press, shipped

CODE_REFUSED = "这个码无效或已用过。村民请发 /start 选村；干部请向司法所要新的码。"


async def states(stage: Stage) -> list[tuple[str, str | None]]:
    return [
        (state, village)
        for state, village in await stage.rows(
            "SELECT a.state, u.code FROM accounts a LEFT JOIN units u ON u.id = a.village_id"
            " ORDER BY a.id"
        )
    ]


async def test_the_code_of_a_poster_joins_its_village_at_once(stage: Stage) -> None:
    phone = stage.box.person("村民")
    said = await ask(phone, "/start V1")
    assert said.text.startswith("您已加入示范镇东河村。")
    assert "不要姓名，不要电话" in said.text
    assert "《个人信息保护法》第十七条" in said.text
    assert said.labels == []
    assert await states(stage) == [("active", "V1")]


async def test_without_a_code_the_villages_are_offered_and_one_press_joins(stage: Stage) -> None:
    phone = stage.box.person("村民")
    offer = await ask(phone, "/start")
    assert offer.labels == ["东河村", "西山村", "南塘村", "取消"]
    joined = await press(phone, "西山村")
    assert joined.text.startswith("您已加入示范镇西山村。")
    assert joined.message_id == offer.message_id
    assert await states(stage) == [("active", "V2")]


async def test_in_a_town_of_120_villages_one_turns_pages_to_ones_own(stage: Stage) -> None:
    more = tuple(
        UnitRow(f"W{number}", f"第{number}村", UnitKind.VILLAGE, "T") for number in range(1, 118)
    )
    await stage.act(lambda books, at: books.people.save_roster(Roster(more, ()), at))
    phone = stage.box.person("村民")
    page = await ask(phone, "/start")
    assert "第 1 页，共 8 页" in page.text
    found = [label for label in page.labels if label.endswith("村")]
    assert page.labels == [*found, "下一页", "取消"]
    assert len(found) == 16
    for number in range(2, 9):
        page = await press(phone, "下一页")
        assert f"第 {number} 页，共 8 页" in page.text
        assert "取消" in page.labels
        found += [label for label in page.labels if label.endswith("村")]
    assert "下一页" not in page.labels
    assert len(found) == len(set(found)) == 120
    assert set(found) >= {"东河村", "第1村", "第117村"}
    assert "第 7 页" in (await press(phone, "上一页")).text
    chosen = next(label for label in phone.last.labels if label.endswith("村"))
    assert (await press(phone, chosen)).text.startswith(f"您已加入示范镇{chosen}。")


def test_a_page_that_a_smaller_roster_no_longer_has_is_the_last_one() -> None:
    villages = [Unit(UnitId(n), f"V{n}", f"{n}村", UnitKind.VILLAGE, None) for n in range(17)]
    consent = shipped().consent
    last = choose_village("示范镇", villages, consent, 1)
    assert choose_village("示范镇", villages, consent, 7) == last


async def test_cancelling_the_offer_joins_no_village(stage: Stage) -> None:
    phone = stage.box.person("村民")
    await ask(phone, "/start")
    assert (await press(phone, "取消")).text == "已取消。"
    assert await states(stage) == [("active", None)]


async def test_a_second_poster_moves_to_its_village(stage: Stage) -> None:
    phone = await stage.resident("村民", "V1")
    assert "南塘村" in (await ask(phone, "/start V3")).text
    assert await states(stage) == [("active", "V3")]


async def test_start_again_says_where_one_is(stage: Stage) -> None:
    phone = await stage.resident("村民", "V1")
    assert (await ask(phone, "/start")).text == "您已经加入了。您在东河村。发 /help 看看能做什么。"
    assert (await ask(phone, "/start V1")).text.startswith("您已经加入了。您在东河村。")


async def test_the_village_is_changed_under_me(stage: Stage) -> None:
    phone = await stage.resident("村民", "V1")
    kept = await ask(phone, "/me")
    assert "所在村：东河村" in kept.text
    assert {"换一个村", "不再接收"} < set(kept.labels)
    assert kept.labels[-1] == "返回"
    await press(phone, "换一个村")
    assert "您已加入示范镇南塘村" in (await press(phone, "南塘村")).text
    assert await states(stage) == [("active", "V3")]


async def test_me_says_everything_that_is_kept_about_a_cadre(stage: Stage) -> None:
    phone = await stage.appoint("王一", Role.CADRE, "001")
    said = (await ask(phone, "/me")).text
    assert "干部：王一（司法所），所长" in said
    assert "身份：干部" in said
    assert "所在村：没有选" in said
    assert "加入时间：2026-11-24 10:00" in said


async def test_stop_leaves_and_start_returns_to_the_village(stage: Stage) -> None:
    phone = await stage.resident("村民", "V2")
    assert (await ask(phone, "/stop")).text == "好的，以后不再给您发消息。想回来，随时发 /start。"
    assert await states(stage) == [("left", "V2")]
    back = await ask(phone, "/start")
    assert back.text == "欢迎回来。以后的普法日，消息照常发给您。"
    assert await states(stage) == [("active", "V2")]


async def test_stop_twice_is_stop_once(stage: Stage) -> None:
    phone = await stage.resident("村民")
    first, second = await ask(phone, "/stop"), await ask(phone, "/stop")
    assert first.text == second.text
    kinds = await stage.rows("SELECT kind FROM entries WHERE kind = 'left'")
    assert kinds == [("left",)]


async def test_one_tap_under_me_leaves_without_a_question(stage: Stage) -> None:
    phone = await stage.resident("村民")
    kept = await ask(phone, "/me")
    said = await press(phone, "不再接收")
    assert said.text.startswith("好的，以后不再给您发消息。")
    assert said.message_id != kept.message_id, "what was written stays readable"
    assert await states(stage) == [("left", "V1")]


async def test_who_never_joined_can_ask_and_leave_without_being_written_down(stage: Stage) -> None:
    phone = stage.box.person("路人")
    for words in ("/me", "/stop"):
        assert (await ask(phone, words)).text == "您还没有加入，不会收到消息。想加入请发 /start。"
    assert await states(stage) == []


@pytest.mark.parametrize(
    ("role", "number", "words"),
    [
        (Role.ADMIN, None, "管理员"),
        (Role.EDITOR, None, "编辑"),
        (Role.APPROVER, "001", "审批人"),
        (Role.CADRE, "003", "干部"),
    ],
)
async def test_a_one_time_code_binds_once(
    stage: Stage, role: Role, number: str | None, words: str
) -> None:
    code = await stage.code(role, number)
    first, second = stage.box.person("本人"), stage.box.person("别人")
    said = await ask(first, f"/start {code}")
    assert f"绑定成功，您的身份是{words}。" in said.text
    assert (await ask(second, f"/start {code}")).text == CODE_REFUSED
    assert (await ask(first, f"/start {code}")).text == CODE_REFUSED
    assert len(await states(stage)) == 1


async def test_a_code_may_be_typed_in_small_letters(stage: Stage) -> None:
    code = await stage.code(Role.ADMIN)
    phone = stage.box.person("王所长")
    assert "绑定成功" in (await ask(phone, f"/start   {code.lower()} ")).text


async def test_an_expired_code_is_refused_with_one_sentence(stage: Stage) -> None:
    code = await stage.code(Role.ADMIN)
    await stage.pass_time(timedelta(days=7))
    assert (await ask(stage.box.person("迟到的人"), f"/start {code}")).text == CODE_REFUSED
    assert await states(stage) == []


async def test_two_phones_with_one_code_at_the_same_moment_make_one_admin(stage: Stage) -> None:
    code = await stage.code(Role.ADMIN)
    phones = [stage.box.person(f"{n}号") for n in range(6)]
    marks = [await phone.say(f"/start {code}") for phone in phones]
    said = [
        (await phone.wait_for(bool, since=mark)).text
        for phone, mark in zip(phones, marks, strict=True)
    ]
    assert sum("绑定成功" in words for words in said) == 1
    assert await stage.count("SELECT count(*) FROM grants") == 1


async def test_a_cadre_with_a_new_phone_takes_everything_along(stage: Stage) -> None:
    old = await stage.appoint("李二的旧手机", Role.CADRE, "002")
    new = await stage.appoint("李二的新手机", Role.CADRE, "002")
    assert "干部：李二" in (await ask(new, "/me")).text
    assert "干部：" not in (await ask(old, "/me")).text
    assert "考试只面向干部" in (await ask(old, "/exam")).text


async def test_a_town_without_villages_says_what_is_missing(stage: Stage) -> None:
    await stage.act(lambda books, _: books._sql.exec_driver_sql("UPDATE units SET kind = 'town'"))
    said = await ask(stage.box.person("村民"), "/start")
    assert said.text == "您好！示范镇还没有录入村名，请司法所先导入名册。"


async def test_a_village_that_is_none_cannot_be_joined(stage: Stage) -> None:
    phone = stage.box.person("村民")
    offer = await ask(phone, "/start")
    for forged in ("v:1", "v:999", "v:99999999999999999999", "v:-1", "v:x", "v", "v:"):
        alert = await forge(phone, forged, offer)
        assert alert.text
        assert "出了点问题" not in alert.text, forged
    assert await states(stage) == [("active", None)]


async def test_who_stops_the_bot_in_telegram_is_written_down_at_once(
    stage: Stage, admin: VirtualPerson
) -> None:
    phone = await stage.resident("村民")
    await phone.block()
    await stage.until("SELECT count(*) FROM accounts WHERE state = 'blocked'")
    assert await states(stage) == [("active", None), ("blocked", "V1")]
    await phone.unblock()
    await stage.until("SELECT count(*) FROM entries WHERE kind = 'returned'")
    assert (await states(stage))[1] == ("active", "V1")
    assert "已经加入" in (await ask(phone, "/start")).text


async def test_a_dead_button_says_so(stage: Stage) -> None:
    phone = await stage.resident("村民")
    alert = await forge(phone, "no-such-thing:1", phone.last)
    assert (alert.text, alert.show_alert) == ("这个按钮已经失效，请发 /help 看看能做什么。", True)


async def test_going_back_from_me_closes_it(stage: Stage) -> None:
    phone = await stage.resident("村民")
    await ask(phone, "/me")
    assert (await press(phone, "返回")).text == "已取消。"
    assert phone.alerts[-1].text == ""
