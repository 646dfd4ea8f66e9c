"""A text with faults is shown to the approvers with them, and cannot be approved."""

from lawbot.sandbox import VirtualPerson
from lawcore.people.model import Role
from tests.stage import Stage, ask, data_of, forge, press

from .test_desk import draft_at, state

WRONG = "宪法日快到了\n学习婚姻法，4.25国家安全日见。"


async def test_a_faulty_text_is_shown_with_its_faults_and_without_the_approval_button(
    stage: Stage, approver: VirtualPerson
) -> None:
    drafter = await stage.appoint("主任", Role.APPROVER)
    await ask(drafter, f"/start {await stage.code(Role.EDITOR)}")
    await stage.rest()
    card = await draft_at(drafter)
    good = await draft_at(approver)
    await press(drafter, "修改文字", lambda m: "修改：" in m.text, card)
    mark = approver.mark
    mine = await ask(drafter, WRONG)
    assert mine.labels == ["修改文字"]
    assert "自动检查发现 2 处问题，改好才能批准" in mine.text
    await stage.rest()
    shown = await draft_at(approver, mark)
    assert shown.labels == ["退回"]
    assert "《婚姻法》自2021-01-01起已废止" in shown.text
    assert "全民国家安全教育日是4月15日" in shown.text
    refused = await forge(approver, data_of(good, "批准").replace(":1", ":2"), shown)
    assert refused.text.startswith("这份稿子不能批准：《婚姻法》自2021-01-01起已废止")
    assert await state(stage) == ("submitted", 2, None, None)


async def test_what_is_put_right_can_be_approved(stage: Stage, approver: VirtualPerson) -> None:
    drafter = await stage.appoint("主任", Role.APPROVER)
    await ask(drafter, f"/start {await stage.code(Role.EDITOR)}")
    await stage.rest()
    card = await draft_at(drafter)
    await press(drafter, "修改文字", lambda m: "修改：" in m.text, card)
    faulty = await ask(drafter, WRONG)
    await press(drafter, "修改文字", lambda m: "修改：" in m.text, faulty)
    mark = approver.mark
    await ask(drafter, "宪法日快到了\n学习民法典，4月15日国家安全日见。")
    await stage.rest()
    fresh = await draft_at(approver, mark)
    assert fresh.labels == ["批准", "退回"]
    await press(approver, "批准", lambda m: "已批准" in m.text, fresh)
    assert (await state(stage))[0] == "approved"
