"""A message from the calendar to the report: drafted, returned, revised, approved, sent."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from lawbot.sandbox import Sandbox, Standing, VirtualPerson
from lawcore.people.model import Role, Roster
from tests.program import lawbot
from tests.stage import PATIENCE, Stage, ask, forge, press

from .conftest import sheet

DAY, TITLE = "constitution-day", "国家宪法日"
VILLAGES = {"V1": "东河村", "V2": "西山村", "V3": "南塘村"}
TEXT = "国家宪法日到了\n12月4日上午，各村文化广场有宪法宣传，欢迎来听 & 来问。"
STATES = ("sent", "blocked", "failed", "unknown", "skipped")


async def by_village(stage: Stage) -> dict[str, list[VirtualPerson]]:
    """Twelve residents of each village; every third has chosen it, the others read the poster."""
    found: dict[str, list[VirtualPerson]] = {}
    for code, name in VILLAGES.items():
        found[code] = []
        for number in range(12):
            phone = stage.box.person(f"{name}{number}")
            if number % 3:
                assert "您已加入" in (await ask(phone, f"/start {code}")).text
            else:
                await ask(phone, "/start")
                assert "您已加入" in (await press(phone, name)).text
            found[code].append(phone)
    return found


async def test_a_message_from_the_calendar_to_the_report(
    stage: Stage, small_town: Roster, database_url: str, tmp_path: Path
) -> None:
    await stage.act(lambda books, at: books.people.save_roster(small_town, at))
    admin = await stage.appoint("王所长", Role.ADMIN)
    editor = await stage.appoint("文书小周", Role.EDITOR)
    approver = await stage.appoint("李镇长", Role.APPROVER)
    people = await by_village(stage)

    await stage.rest()
    await returned_and_revised(stage, editor, approver)
    await stage.move_to("2026-12-03T16:00")
    await misfortune(stage, people)
    await stage.move_to("2026-12-04T08:59")
    assert not any(holds(phone) for phones in people.values() for phone in phones)
    stage.box.lose_next("sendMessage", executed=True)
    await stage.move_to("2026-12-04T09:00")
    await stage.move_to("2026-12-04T09:30")

    expected = await figures(stage, people)
    menu = await ask(admin, "/admin")
    shown = await press(admin, "宣传任务", message=menu)
    total = sum(expected.values(), Counter[str]())
    assert (
        f"{TITLE} · 已发完\n   应发 {total.total()}：已发出 {total['sent']}，"
        f"对方已停用 {total['blocked']}，未发成 {total['failed']}，不确定 {total['unknown']}，"
        f"未发 {total['skipped']}，处理中 0"
    ) in shown.text
    await report_in_chat(admin, expected)
    await asyncio.to_thread(report_at_the_desk, database_url, tmp_path, stage.box, expected)
    await stage.move_to("2026-12-05T10:00")
    assert await figures(stage, people) == expected, "nothing is sent again"
    today = (await ask(people["V1"][1], "/today")).text
    assert "今天 12月5日" in today


async def returned_and_revised(
    stage: Stage, editor: VirtualPerson, approver: VirtualPerson
) -> None:
    """The approver returns the draft, the editor writes a new text, the approver approves it."""
    card = await approver.wait_for(lambda m: f"待批准：{TITLE}" in m.text, PATIENCE)
    assert "给各村居民，现有 36 人" in card.text
    await press(approver, "退回", message=card)
    assert "已退回" in (await ask(approver, "请写明地点")).text
    await stage.rest()
    back = await editor.wait_for(lambda m: f"稿子被退回：{TITLE}" in m.text, PATIENCE)
    assert "原因：请写明地点" in back.text
    await press(editor, "修改文字", lambda m: "修改：" in m.text, back)
    mine = await ask(editor, TEXT)
    campaign = await stage.campaign(DAY)
    refused = await forge(editor, f"a:{campaign}:2", mine)
    assert refused.text == "只有审批人能批准或退回。"
    mark = approver.mark
    await stage.rest()
    fresh = await approver.wait_for(lambda m: f"待批准：{TITLE}" in m.text, PATIENCE, mark)
    assert TEXT in fresh.text
    await press(approver, "批准", lambda m: "已批准" in m.text, fresh)


async def misfortune(stage: Stage, people: dict[str, list[VirtualPerson]]) -> None:
    """Two of V1 leave, three of V2 stop the bot, one unseen; two of V3 are gone from Telegram."""
    for phone in people["V1"][:2]:
        await ask(phone, "/stop")
    await people["V2"][0].block()
    await people["V2"][1].block()
    stage.box.world.chats[people["V2"][2].user_id].standing = Standing.BLOCKED
    await people["V3"][0].delete_account()
    del stage.box.world.chats[people["V3"][1].user_id]
    await stage.until("SELECT count(*) FROM accounts WHERE state = 'blocked'", 2)


async def figures(stage: Stage, people: dict[str, list[VirtualPerson]]) -> dict[str, Counter[str]]:
    """What the phones say: by village, how many were to get it and what became of it."""
    failed = people["V3"][1]
    found = {}
    for code, phones in people.items():
        counts: Counter[str] = Counter()
        for number, phone in enumerate(phones):
            if code == "V1" and number < 2:
                assert not holds(phone), "who left gets nothing and is not counted"
            elif phone is failed:
                counts["failed"] += 1
            elif phone.standing in {Standing.BLOCKED, Standing.GONE}:
                counts["blocked"] += 1
            else:
                assert holds(phone) == 1
                counts["sent"] += 1
        found[VILLAGES[code]] = counts
    lost = await stage.rows(
        "SELECT u.name FROM deliveries d JOIN units u ON u.id = d.unit_id WHERE d.state = 'unknown'"
    )
    assert len(lost) <= 1, "the one whose answer was lost, unless it was found out since"
    for (village,) in lost:
        found[village] += Counter({"unknown": 1})
        found[village] -= Counter({"sent": 1})
    return found


def holds(phone: VirtualPerson) -> int:
    return sum(m.text == TEXT for m in phone.chat)


async def report_in_chat(admin: VirtualPerson, expected: dict[str, Counter[str]]) -> None:
    """The table comes as a document, and says the same."""
    menu = await ask(admin, "/admin")
    await press(admin, "参与情况表", message=menu)
    since = await admin.press("本季度")
    message = await admin.wait_for(lambda m: m.document, PATIENCE, since)
    await admin.wait_for(lambda m: "表做好了" in m.text, PATIENCE, since)
    assert message.file is not None
    assert message.file.name == "参与情况_2026-10-01_2026-12-31.xlsx"
    table = sheet(message.document or b"", "消息", "消息")
    total: Counter[str] = Counter()
    for village, counts in expected.items():
        check_row(table[f"{TITLE} 2026", village], counts)
        total.update(counts)
    check_row(table[f"{TITLE} 2026", "合计"], total)


def check_row(cells: dict[str, object], counts: Counter[str]) -> None:
    headings = ("已发出", "对方已停用", "未发成", "不确定", "未发")
    assert [cells[f"{one}（人次）"] for one in headings] == [counts[one] for one in STATES]
    assert cells["应发（人次）"] == counts.total()
    assert cells["处理中（人次）"] == 0


def report_at_the_desk(
    url: str, folder: Path, box: Sandbox, expected: dict[str, Counter[str]]
) -> None:
    """``lawbot report participation`` writes the same figures as JSON."""
    period: Sequence[str] = ("--from", "2026-10-01", "--to", "2026-12-31", "--out", "table.json")
    now = {"clock_start": "2026-12-04T10:00:00+08:00", "telegram_api_url": box.url}
    done = lawbot(folder, "report", "participation", *period, database_url=url, **now)
    assert done.code == 0, done
    found = json.loads((folder / "table.json").read_text())
    assert found["residents"] == 36 - 2 - 4, "who left or stopped the bot receives no more"
    (campaign,) = [one for one in found["campaigns"] if one["title"] == TITLE]
    units = {one["unit"]: Counter({s: one[s] for s in STATES}) for one in campaign["units"]}
    assert units == expected
    total = campaign["total"]
    assert total["intended"] == sum(total[state] for state in STATES) == 34
    assert total["under_way"] == 0


async def test_hostile_words_are_harmless_on_either_database(
    stage: Stage, small_town: Roster
) -> None:
    await stage.act(lambda books, at: books.people.save_roster(small_town, at))
    admin = await stage.appoint("王所长", Role.ADMIN)
    await stage.rest()
    card = await admin.wait_for(lambda m: f"待批准：{TITLE}" in m.text, PATIENCE)
    await press(admin, "修改文字", lambda m: "修改：" in m.text, card)
    words = "'; DROP TABLE accounts; -- \x00 %s %(x)s :name \u202e<b>&amp;😀"
    mine = await typed(stage.box, admin, words)
    assert words.replace("\x00", "") in mine
    assert "无效" in await typed(stage.box, stage.box.person("甲"), f"/start {words}")
    for forged in ("x:\x00:0:0:1", "v:\x00", "a:99999999999:1"):
        alert = await forge(admin, forged, admin.last)
        assert alert.text == "这个按钮已经失效，请发 /help 看看能做什么。"
    assert await stage.count("SELECT count(*) FROM accounts") == 1


async def typed(box: Sandbox, phone: VirtualPerson, words: str) -> str:
    """Type what a phone would refuse to send; return the answer."""
    chat = box.world.chats[phone.user_id]
    chat.standing = Standing.MEMBER
    mark = box.world.revision
    message = box.world.post(chat, phone.user_id, text=words)
    box.world.updates.add("message", chat.chat_id, box.world.body(message))
    return (await phone.wait_for(bool, PATIENCE, mark)).text
