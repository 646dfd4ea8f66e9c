"""One campaign in the admin's hands, in chat: watched, stopped, corrected, taken back."""

from datetime import datetime, timedelta

import pytest

from lawbot.sandbox import Sandbox, VirtualPerson
from lawcore.campaigns import office
from lawcore.campaigns.groups import freeze_groups
from lawcore.campaigns.model import CampaignState
from lawcore.content import Inspection
from lawcore.delivery.groups import Group, Posted
from lawcore.delivery.model import DeliveryKind, DeliveryState
from lawcore.errors import Fault
from lawcore.people.model import Role
from lawcore.storage import Books
from tests.stage import PATIENCE, Stage, ask, forge, press, told

DAY = "constitution-day"
HOUR = "2026-12-04T09:00"


@pytest.fixture
async def admin(stage: Stage) -> VirtualPerson:
    return await stage.appoint("王所长", Role.ADMIN)


async def open_card(admin: VirtualPerson, key: int) -> None:
    menu = await ask(admin, "/admin")
    listed = await press(admin, "宣传任务", lambda m: "宣传任务" in m.text, menu)
    await press(admin, f"看 {key}", lambda m: "状态：" in m.text, listed)


def texts(phone: VirtualPerson) -> list[str]:
    """What stands in the chat with the button of a message to all."""
    return [m.text for m in phone.chat if "不再接收" in m.labels]


async def test_a_wrong_message_is_corrected_and_then_taken_back(
    stage: Stage, admin: VirtualPerson
) -> None:
    approver = await stage.appoint("李镇长", Role.APPROVER)
    phones = await stage.residents(3)
    key = await stage.approve(DAY)
    await stage.move_to(HOUR)
    late = await stage.resident("晚来的")
    assert [len(texts(phone)) for phone in phones] == [1, 1, 1]
    await open_card(admin, key)
    assert "东河村：已发出 3/3" in admin.last.text
    await press(admin, "更正", lambda m: "更正的全文" in m.text)
    written = await ask(admin, "宪法日是 12 月 4 日。")
    assert "给收到过原文的人，现有 3 人" in written.text
    assert "要由另一位审批人批准" in written.text
    await stage.rest()
    card = await approver.wait_for(lambda m: "更正：国家宪法日" in m.text, PATIENCE)
    await press(approver, "批准", lambda m: "已批准" in m.text, card)
    await stage.rest()
    for phone in phones:
        assert texts(phone)[1] == "更正：宪法日是 12 月 4 日。"
    assert texts(late) == []
    await open_card(admin, key)
    assert "状态：已更正" in admin.last.text
    assert "更正" not in admin.last.labels
    await press(admin, "撤回", lambda m: "撤回的原因" in m.text)
    await ask(admin, "日期写错")
    await stage.rest()
    for phone in phones:
        assert texts(phone) == ["更正：宪法日是 12 月 4 日。"], "the wrong text alone is gone"


async def test_what_is_taken_back_is_gone_and_what_is_too_old_is_counted(
    stage: Stage, admin: VirtualPerson, box: Sandbox
) -> None:
    gone, kept = await stage.residents(2)
    key = await stage.approve(DAY)
    await stage.move_to(HOUR)
    await open_card(admin, key)
    await press(admin, "撤回", lambda m: "撤回的原因" in m.text)
    box.fail_next("deleteMessage", 400, "Bad Request: message can't be deleted for everyone")
    assert "正在撤回 2 条" in (await ask(admin, "日期写错")).text
    await stage.rest()
    assert sorted(len(texts(phone)) for phone in (gone, kept)) == [0, 1]
    counts = await stage.look(lambda b: b.deliveries.tally(DeliveryKind.RECALL, key))
    assert (counts.sent, counts.failed) == (1, 1)
    await open_card(admin, key)
    assert "撤回 2 条：已删 1，服务不允许或已不在 1" in admin.last.text


async def test_a_campaign_is_cancelled_with_a_reason(stage: Stage, admin: VirtualPerson) -> None:
    await stage.residents(1)
    key = await stage.approve(DAY)
    await open_card(admin, key)
    assert "现在发的话，有 1 人能收到" in admin.last.text
    await press(admin, "取消这次宣传", lambda m: "取消的原因" in m.text)
    assert "状态：已取消" in (await ask(admin, "活动改期")).text
    await stage.move_to(HOUR)
    assert (await stage.tally(DAY)).intended == 0


async def test_paused_and_resumed_by_buttons(stage: Stage, admin: VirtualPerson) -> None:
    key = await stage.approve(DAY)
    await open_card(admin, key)
    await press(admin, "暂停", lambda m: "状态：已暂停" in m.text)
    await press(admin, "继续发送", lambda m: "状态：已批准，待发送" in m.text)


async def test_the_card_tells_which_groups_have_it_and_which_have_not(
    stage: Stage, admin: VirtualPerson
) -> None:
    key = await stage.approve(DAY)
    groups = (Group("东河群", "wecom", "V1"), Group("镇<群>", "mail", "T"))

    def post(books: Books, at: datetime) -> None:
        freeze_groups(books, [office.get(books, key)], groups, at=at)
        first, second = books.group_posts.claim(9, at)
        for one, state, why in (
            (first, DeliveryState.SENT, ""),
            (second, DeliveryState.FAILED, "邮件服务器拒收（550）"),
        ):
            books.group_posts.record(Posted(one.id, state, why, 1, 1, at, at))

    await stage.act(post)
    await open_card(admin, key)
    assert "工作群（一个群算一条，不算人数）：已发出 1/2" in admin.last.text
    assert "镇<群>　未发成：邮件服务器拒收（550）" in admin.last.text
    assert "东河群　" not in admin.last.text


@pytest.mark.parametrize("act", ["c", "cp", "cr", "cc", "cx", "cd"])
async def test_nobody_else_may_press_these(stage: Stage, act: str) -> None:
    key = await stage.approve(DAY)
    phone = await stage.resident("外人")
    assert "只对管理员" in (await forge(phone, f"{act}:{key}")).text


async def test_when_the_service_is_down_the_campaign_stops_and_the_admin_is_told_once(
    stage: Stage, admin: VirtualPerson, box: Sandbox
) -> None:
    phones = await stage.residents(30)
    await stage.approve(DAY)
    box.fail_next("sendMessage", 502, "Bad Gateway", times=30)
    await stage.move_to(HOUR)
    await stage.rest()
    letters = [m for m in admin.chat if "已自动暂停" in m.text]
    assert len(letters) == 1
    assert sum(len(texts(phone)) for phone in phones) < 30
    await press(admin, "继续发送", lambda m: "状态：发送中" in m.text, letters[0])
    for _ in range(3):
        await stage.pass_time(timedelta(minutes=1))
    assert [len(texts(phone)) for phone in phones] == [1] * 30
    assert (await stage.tally(DAY)).sent == 30


async def test_a_resident_chooses_what_concerns_them(stage: Stage) -> None:
    phone = await stage.resident("村民")
    me = await ask(phone, "/me")
    await press(phone, "与我有关的内容", lambda m: "老年人" in m.labels, me)
    await press(phone, "老年人", lambda m: "老年人（已选）" in m.labels)
    await press(phone, "家长", lambda m: "家长（已选）" in m.labels)
    assert "自己选的类别：老年人、家长" in (await ask(phone, "/me")).text
    await forge(phone, "oc:nobody:1")
    card = next(m for m in reversed(phone.chat) if "老年人（已选）" in m.labels)
    await press(phone, "老年人（已选）", lambda m: "老年人" in m.labels, card)
    assert await stage.rows("SELECT name FROM account_groups") == [("parent",)]


async def test_what_no_longer_holds_cannot_be_resumed_by_a_button(
    stage: Stage, admin: VirtualPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await stage.approve(DAY)
    await open_card(admin, key)
    await press(admin, "暂停", lambda m: "状态：已暂停" in m.text)
    fault = Fault("文稿", "引用的法律已经失效", "改成现行的")
    monkeypatch.setattr(Inspection, "knowing", lambda *_: lambda *_: (fault,))
    said = await told(admin, "继续发送")
    assert "不能继续发" in said.text
    assert "引用的法律已经失效" in said.text
    assert (await stage.look(lambda b: office.get(b, key))).state is CampaignState.PAUSED
