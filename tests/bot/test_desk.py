"""The desk of the 司法所 in chat: drafts are approved, returned and revised by two people."""

import html
from datetime import timedelta

import pytest

from lawbot.sandbox import Message, VirtualPerson
from lawcore.delivery.model import DeliveryKind
from lawcore.people.model import Role
from tests.stage import PATIENCE, Stage, ask, data_of, forge, local, press, shipped, told

DAY = "国家宪法日"
RULE = "———————————"


async def draft_at(phone: VirtualPerson, since: int = 0) -> Message:
    """The newest draft of 国家宪法日 that the phone shows."""
    return await phone.wait_for(lambda m: f"待批准：{DAY}" in m.text, PATIENCE, since)


async def state(stage: Stage) -> tuple[str, int, str | None, str | None]:
    found = await stage.rows(
        "SELECT state, version, approved_by, reason FROM campaigns"
        " WHERE observance = 'constitution-day'"
    )
    ((state, version, approved_by, reason),) = found
    return state, version, approved_by, reason


async def test_the_draft_shows_the_text_exactly_as_residents_will_see_it(
    stage: Stage, approver: VirtualPerson
) -> None:
    resident = await stage.resident("村民")
    await stage.rest()
    card = await draft_at(approver)
    assert card.labels == ["批准", "退回"]
    assert "发送：2026-12-04 09:00，给各村居民，现有 1 人" in card.text
    assert "来历：《" in card.text
    told_text = card.text.split(f"\n{RULE}\n")[1].removesuffix(f"\n{RULE}")
    await press(approver, "批准", lambda m: "已批准" in m.text, card)
    await stage.move_to("2026-12-04T09:00")
    received = await resident.wait_for(lambda m: "宪法" in m.text, PATIENCE)
    assert received.text == told_text.removesuffix(f"\n{RULE}")
    assert received.labels == ["不再接收"]
    assert received.html.startswith("<b>"), "the first line stands out"


async def test_approval_says_when_it_goes_out_and_the_card_offers_nothing_more(
    stage: Stage, approver: VirtualPerson
) -> None:
    await stage.rest()
    card = await draft_at(approver)
    done = await press(approver, "批准", message=card)
    assert done.message_id == card.message_id
    assert f"已批准，待发送：{DAY}" in done.text
    assert "将于 2026-12-04 09:00 发出" in done.text
    assert done.labels == []
    assert (await state(stage))[0] == "approved"
    entries = await stage.rows("SELECT actor FROM entries WHERE kind = 'approved'")
    assert entries == [("account:1",)]


async def test_a_second_approver_finds_it_approved(stage: Stage, approver: VirtualPerson) -> None:
    other = await stage.appoint("张书记", Role.APPROVER)
    await stage.rest()
    mine, theirs = await draft_at(approver), await draft_at(other)
    await press(approver, "批准", message=mine)
    alert = await told(other, "批准", theirs)
    assert alert.show_alert
    assert alert.text == f"“{DAY}”已经是“已批准，待发送”了，没有再改动。"
    assert await stage.count("SELECT count(*) FROM entries WHERE kind = 'approved'") == 1


async def test_an_approver_who_came_later_gets_the_waiting_drafts(stage: Stage) -> None:
    await stage.rest()
    late = await stage.appoint("后来的审批人", Role.APPROVER)
    await stage.rest()
    first = await draft_at(late)
    await stage.rest()
    assert [m.message_id for m in late.chat if f"待批准：{DAY}" in m.text] == [first.message_id]


async def test_returning_asks_for_a_reason_and_takes_one_of_the_buttons(
    stage: Stage, approver: VirtualPerson, editor: VirtualPerson
) -> None:
    await stage.rest()
    asked = await press(approver, "退回", message=await draft_at(approver))
    assert asked.labels == ["日期不对", "内容不准确", "文字要改通俗", "今年不发", "返回"]
    assert "请直接打字，写明退回的原因：" in asked.text
    done = await press(approver, "内容不准确", message=asked)
    assert f"已退回：{DAY}\n原因：内容不准确" in done.text
    assert await state(stage) == ("returned", 1, None, "内容不准确")
    await stage.rest()
    told_editor = await editor.wait_for(lambda m: f"稿子被退回：{DAY}" in m.text, PATIENCE)
    assert "原因：内容不准确" in told_editor.text
    assert told_editor.labels == ["修改文字"]


async def test_returning_takes_a_typed_reason(stage: Stage, approver: VirtualPerson) -> None:
    await stage.rest()
    await press(approver, "退回", message=await draft_at(approver))
    done = await ask(approver, "  <b>日期</b> 与通知 & 文件不符  ")
    assert "原因：<b>日期</b> 与通知 & 文件不符\n" in done.text
    assert (await state(stage))[3] == "<b>日期</b> 与通知 & 文件不符"
    assert "看不懂" in (await ask(approver, "谢谢")).text, "the prompt is over"
    assert (await state(stage))[3] == "<b>日期</b> 与通知 & 文件不符"


async def test_going_back_from_the_reasons_forgets_the_question(
    stage: Stage, approver: VirtualPerson
) -> None:
    await stage.rest()
    asked = await press(approver, "退回", message=await draft_at(approver))
    assert (await press(approver, "返回", message=asked)).labels == ["批准", "退回"]
    assert "看不懂" in (await ask(approver, "算了")).text
    assert (await state(stage))[0] == "submitted"


async def test_approving_another_draft_forgets_the_question(
    stage: Stage, approver: VirtualPerson
) -> None:
    await stage.rest()
    await press(approver, "退回", message=await draft_at(approver))
    other = await approver.wait_for(lambda m: "待批准：世界艾滋病日" in m.text, PATIENCE)
    await press(approver, "批准", lambda m: "已批准" in m.text, other)
    assert "看不懂" in (await ask(approver, "谢谢")).text
    assert (await state(stage))[0] == "submitted"


async def test_the_editor_revises_and_cannot_approve_the_own_text(
    stage: Stage, approver: VirtualPerson
) -> None:
    drafter = await stage.appoint("主任", Role.APPROVER)
    await ask(drafter, f"/start {await stage.code(Role.EDITOR)}")
    await stage.rest()
    card = await draft_at(drafter)
    assert card.labels == ["批准", "退回", "修改文字"]
    old = await draft_at(approver)
    prompt = await press(drafter, "修改文字", lambda m: "修改：" in m.text, card)
    assert prompt.labels == ["取消"]
    mark = approver.mark
    mine = await ask(drafter, "宪法日快到了\n请大家来听课。")
    assert mine.labels == ["修改文字"]
    assert "这份稿子是您起草的，要由另一位审批人批准。" in mine.text
    assert await state(stage) == ("submitted", 2, None, None)
    refused = await forge(drafter, data_of(old, "批准").replace(":1", ":2"), mine)
    assert refused.text == "这份稿子是您起草的，请由另一位审批人批准。"
    assert (await state(stage))[0] == "submitted"
    stale = await told(approver, "批准", old)
    assert stale.text == "文字已经改过，请看最新的一张待批准卡片。"
    await stage.rest()
    fresh = await draft_at(approver, mark)
    assert "宪法日快到了\n请大家来听课。" in fresh.text
    await press(approver, "批准", lambda m: "已批准" in m.text, fresh)
    found = await state(stage)
    assert (found[0], found[1]) == ("approved", 2)


async def test_revising_what_was_approved_voids_the_approval(
    stage: Stage, admin: VirtualPerson
) -> None:
    await stage.rest()
    card = await draft_at(admin)
    done = await press(admin, "批准", lambda m: "已批准" in m.text, card)
    await forge(admin, data_of(card, "修改文字"), done)
    await admin.wait_for(lambda m: "修改：" in m.text, PATIENCE)
    assert f"待批准：{DAY}" in (await ask(admin, "新的文字")).text
    assert await state(stage) == ("submitted", 2, None, None)
    await stage.move_to("2026-12-04T09:00")
    assert (await stage.tally("constitution-day")).intended == 0


async def test_of_two_editors_the_later_is_told_that_the_text_has_changed(
    stage: Stage, editor: VirtualPerson, approver: VirtualPerson
) -> None:
    other = await stage.appoint("文书小吴", Role.EDITOR)
    await stage.rest()
    await press(approver, "退回", message=await draft_at(approver))
    await press(approver, "日期不对", lambda m: "已退回" in m.text)
    await stage.rest()
    for phone in (editor, other):
        card = await phone.wait_for(lambda m: "稿子被退回" in m.text, PATIENCE)
        await press(phone, "修改文字", lambda m: "修改：" in m.text, card)
    assert "小周的文字" in (await ask(editor, "小周的文字")).text
    assert (await ask(other, "小吴的文字")).text == "文字已经改过，请看最新的一张待批准卡片。"
    assert "看不懂" in (await ask(other, "小吴的文字")).text, "the prompt is over"
    assert (await state(stage))[:2] == ("submitted", 2)


async def test_a_typed_reason_for_a_changed_text_is_refused_once(
    stage: Stage, admin: VirtualPerson, approver: VirtualPerson
) -> None:
    await stage.rest()
    await press(approver, "退回", message=await draft_at(approver))
    await press(admin, "修改文字", lambda m: "修改：" in m.text, await draft_at(admin))
    await ask(admin, "改好的文字")
    assert "文字已经改过" in (await ask(approver, "日期不对")).text
    assert "看不懂" in (await ask(approver, "日期不对")).text, "the prompt is over"
    assert (await state(stage))[0] == "submitted"


async def test_cancelling_the_prompt_keeps_the_text(stage: Stage, admin: VirtualPerson) -> None:
    await stage.rest()
    await press(admin, "修改文字", lambda m: "修改：" in m.text, await draft_at(admin))
    assert (await press(admin, "取消")).text == "已取消。"
    assert "看不懂" in (await ask(admin, "不是新文字")).text
    assert (await state(stage))[1] == 1


HOSTILE = {
    "markup": '<b>不闭合 <i>&amp; <a href="tg://user?id=1">点我</a> </code>',
    "emoji": "😀" * 1000,
    "right to left": "\u202e反过来的字\u202c \u200f\u061c",
    "long": "宪" * 2000,
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_text_goes_out_as_it_was_typed(
    stage: Stage, admin: VirtualPerson, approver: VirtualPerson, words: str
) -> None:
    resident = await stage.resident("村民")
    await stage.rest()
    await press(admin, "修改文字", lambda m: "修改：" in m.text, await draft_at(admin))
    mark = approver.mark
    await ask(admin, words)
    await stage.rest()
    card = await draft_at(approver, mark)
    assert words in card.text
    await press(approver, "批准", lambda m: "已批准" in m.text, card)
    await stage.move_to("2026-12-04T09:00")
    received = await resident.wait_for(lambda m: words in m.text, PATIENCE)
    assert received.text == words
    assert html.unescape(received.html.removeprefix("<b>").removesuffix("</b>")) == words
    assert all(call.error_code is None for call in stage.box.sent)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("😀" * 1001, "太长了（2002 字，表情算两个字），请压缩到 2000 字以内再发。"),
        ("宪" * 4096, "太长了（4096 字，表情算两个字），请压缩到 2000 字以内再发。"),
        ("请到{village}来", "文字里不要有花括号 { }，请直接写出内容。"),
    ],
)
async def test_a_text_that_cannot_be_sent_is_refused_and_may_be_typed_again(
    stage: Stage, admin: VirtualPerson, words: str, complaint: str
) -> None:
    await stage.rest()
    await press(admin, "修改文字", lambda m: "修改：" in m.text, await draft_at(admin))
    assert (await ask(admin, words)).text == complaint
    assert (await state(stage))[1] == 1
    assert "短一些" in (await ask(admin, "短一些")).text
    assert (await state(stage))[1] == 2


async def test_a_reason_that_is_too_long_is_refused_and_may_be_typed_again(
    stage: Stage, approver: VirtualPerson
) -> None:
    await stage.rest()
    await press(approver, "退回", message=await draft_at(approver))
    assert "请压缩到 200 字以内" in (await ask(approver, "因" * 201)).text
    assert "已退回" in (await ask(approver, "因" * 200)).text


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.CADRE])
async def test_only_an_approver_may_approve_or_return(stage: Stage, role: Role | None) -> None:
    phone = await stage.resident("村民")
    if role is not None:
        await ask(phone, f"/start {await stage.code(role, '001')}")
    await stage.rest()
    campaign = await stage.campaign("constitution-day")
    for act in ("a", "r", "R"):
        alert = await forge(phone, f"{act}:{campaign}:1:0", phone.last)
        assert (alert.text, alert.show_alert) == ("只有审批人能批准或退回。", True)
    assert (await state(stage))[0] == "submitted"


@pytest.mark.parametrize(
    "data", ["a:999:1", "r:999:1", "R:1:1", "a:1", "a::", "e:x", "d:-1", "mr:1"]
)
async def test_a_forged_press_at_the_desk_is_one_sentence(
    stage: Stage, admin: VirtualPerson, data: str
) -> None:
    await stage.rest()
    before = await stage.rows("SELECT id, state, version FROM campaigns ORDER BY id")
    alert = await forge(admin, data, admin.last)
    assert "出了点问题" not in alert.text
    assert await stage.rows("SELECT id, state, version FROM campaigns ORDER BY id") == before


async def test_at_night_nothing_comes_and_in_the_morning_it_does(
    stage: Stage, approver: VirtualPerson
) -> None:
    await stage.box.move_to(local("2026-11-28T23:00"))
    sent = len(approver.chat)
    await stage.rest()
    assert len(approver.chat) == sent
    await stage.move_to("2026-11-29T07:29")
    assert len(approver.chat) == sent
    await stage.move_to("2026-11-29T07:30")
    await draft_at(approver)


async def test_what_was_approved_in_the_last_night_is_missed_and_not_sent_a_day_late(
    stage: Stage, approver: VirtualPerson
) -> None:
    resident = await stage.resident("村民")
    await stage.move_to("2026-12-04T21:30")
    await forge(approver, f"a:{await stage.campaign('constitution-day')}:1", approver.last)
    await stage.rest()
    assert (await stage.tally("constitution-day")).intended == 0
    await stage.move_to("2026-12-05T07:30")
    assert not any(DAY in m.text for m in resident.chat if m.from_bot)
    missed = await state(stage)
    assert (missed[0], missed[3]) == ("missed", "批准了，但到结束那天还没有轮到发送")


async def test_waiting_drafts_are_shown_again_from_the_menu(
    stage: Stage, admin: VirtualPerson
) -> None:
    await stage.rest()
    menu = await ask(admin, "/admin")
    waiting = await stage.count("SELECT count(*) FROM campaigns WHERE state = 'submitted'")
    assert f"待批准 {waiting} 份" in menu.text
    assert menu.labels == [
        "待批准",
        "宣传任务",
        "考试进度",
        "参与情况表",
        "记一次活动",
        "打开网页",
        "返回",
    ]
    shown = len(admin.chat)
    await press(admin, "待批准", lambda m: f"待批准：{DAY}" in m.text, menu)
    await admin.wait_for(lambda m: len(admin.chat) >= shown + waiting, PATIENCE)


async def test_the_menu_leads_everywhere_and_back(stage: Stage, admin: VirtualPerson) -> None:
    exams = await press(admin, "考试进度", message=await ask(admin, "/admin"))
    assert "还没有考试。" in exams.text
    assert "司法所工作台" in (await press(admin, "返回", message=exams)).text
    await stage.rest()
    menu = await ask(admin, "/admin")
    listed = await press(admin, "宣传任务", message=menu)
    assert f"{DAY} · 待批准" in listed.text
    menu = await press(admin, "返回", message=listed)
    periods = await press(admin, "参与情况表", message=menu)
    assert periods.labels == ["本季度", "本年", "返回"]
    menu = await press(admin, "返回", message=periods)
    assert "/admin" in (await press(admin, "返回", message=menu)).text


async def test_a_draft_is_made_once_and_not_before_its_lead_time(
    stage: Stage, approver: VirtualPerson
) -> None:
    await stage.rest()
    drafted = await stage.look(lambda books: books.campaigns.in_states())
    assert drafted
    for one in drafted:
        lead = timedelta(days=shipped().observances[one.observance].lead_days)
        assert one.starts_on - lead <= stage.house.today() <= one.ends_on
    await stage.rest()
    assert await stage.look(lambda books: books.campaigns.in_states()) == drafted
    kind = DeliveryKind.APPROVAL.value
    asked = "SELECT count(*) FROM deliveries WHERE kind = :kind"
    assert await stage.count(asked, kind=kind) == len(drafted)
