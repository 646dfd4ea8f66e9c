"""Commands that anybody may send, and everything that is no command."""

import json
from typing import Any

import pytest

from lawbot.sandbox import Sandbox, VirtualPerson
from lawcore.people.model import Role
from tests.stage import Stage, ask, local

NOT_UNDERSTOOD = (
    "我只认得菜单里的命令，看不懂文字留言。发 /help 看看能做什么；要问法律的事请打 12348。"
)
HOSTILE = {
    "markup": "<b>不闭合 <script>alert(1)</script> & &lt; &#0; <a href='tg://user?id=1'>",
    "emoji": "😀" * 2040,
    "right to left": "\u202eevil\u202c \u200f\u061c\ufeff",
    "next to nothing": "\u200b\u00a0\u3164\u2060",
    "null": "\x00\x01null",
    "database": "'; DROP TABLE accounts; -- %s %(x)s {village} :name",
}


async def test_today_says_what_day_it_is_in_law(stage: Stage) -> None:
    phone = stage.box.person("村民")
    said = (await ask(phone, "/today")).text
    assert said.startswith("今天 11月24日 星期二\n")
    assert "· 11月1日至30日 消防宣传月\n" in said
    soon = said.split("两周内\n", 1)[1]
    assert "12月4日 国家宪法日" in soon
    await stage.move_to("2026-12-04T08:00")
    assert "· 12月4日 国家宪法日" in (await ask(phone, "/today")).text.split("两周内", 1)[0]


async def test_today_is_the_day_of_the_township_and_not_of_greenwich(stage: Stage) -> None:
    await stage.box.move_to(local("2026-12-04T00:30"))
    said = (await ask(stage.box.person("村民"), "/today")).text
    assert said.startswith("今天 12月4日 星期五\n")


async def test_calendar_shows_this_month_and_the_next(stage: Stage) -> None:
    said = (await ask(stage.box.person("村民"), "/calendar")).text
    this, following = said.split("2026年12月", 1)
    assert this.startswith("2026年11月\n")
    assert "11月25日" in this
    assert "12月4日 国家宪法日" in following


async def test_help_lists_the_commands_that_this_person_may_use(
    stage: Stage, admin: VirtualPerson, approver: VirtualPerson
) -> None:
    everybody = (await ask(stage.box.person("村民"), "/help")).text
    for command in ("/today", "/calendar", "/exam", "/practice", "/me", "/stop", "/start"):
        assert command in everybody
    assert "/admin" not in everybody
    assert "/admin" not in (await ask(approver, "/help")).text, "it would be refused"
    assert "/admin" in (await ask(admin, "/help")).text


async def test_the_menu_of_the_phone_lists_the_commands(stage: Stage) -> None:
    published = stage.box.calls("setMyCommands")[0].payload["commands"]
    commands = [one["command"] for one in json.loads(published)]
    assert commands == ["today", "calendar", "exam", "practice", "me", "stop", "help"]


@pytest.mark.parametrize("words", ["/foo", "/Today", "/start_me_up", "/今天"])
async def test_an_unknown_command_gets_one_sentence(stage: Stage, words: str) -> None:
    said = await ask(stage.box.person("村民"), words)
    assert said.text == "没有这个命令。发 /help 看看能做什么。"


async def test_plain_text_and_files_get_one_sentence(stage: Stage) -> None:
    phone = stage.box.person("村民")
    assert (await ask(phone, "地被占了怎么办")).text == NOT_UNDERSTOOD
    since = await phone.send_document("a.txt", b"x")
    assert (await phone.wait_for(bool, since=since)).text == NOT_UNDERSTOOD


async def test_a_command_that_names_the_bot_is_understood(stage: Stage) -> None:
    phone = stage.box.person("村民")
    assert (await ask(phone, "/today@township_law_bot")).text.startswith("今天 ")


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.APPROVER, Role.CADRE])
async def test_the_desk_is_only_for_admins(stage: Stage, role: Role | None) -> None:
    phone = await stage.resident("村民")
    if role is not None:
        await ask(phone, f"/start {await stage.code(role, '001')}")
    said = await ask(phone, "/admin")
    assert said.text == "这里是司法所的工作台，只对管理员开放。发 /help 看看您能做什么。"
    assert said.labels == []


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_words_change_nothing_and_break_nothing(stage: Stage, words: str) -> None:
    phone = stage.box.person("<b>&")
    for hostile in (f"/start {words}", words):
        since = _say(stage.box, phone, hostile)
        said = await phone.wait_for(bool, since=since)
        assert said.text
        assert "出了点问题" not in said.text
    assert await stage.count("SELECT count(*) FROM accounts") == 0
    assert all(call.error_code is None for call in stage.box.sent)


async def test_what_is_said_in_a_group_is_not_answered(stage: Stage, admin: VirtualPerson) -> None:
    group = stage.box.group("司法所工作群")
    person: dict[str, Any] = {"id": admin.user_id, "is_bot": False, "first_name": "王所长"}
    world = stage.box.world
    before = len(stage.box.calls("sendMessage"))
    for words in ("/exam", "/me", "大家好"):
        message = world.post(group, admin.user_id, text=words)
        body = world.body(message) | {"from": person, "chat": group.body()}
        world.updates.add("message", group.chat_id, body)
    await ask(admin, "/help")
    assert len(stage.box.calls("sendMessage")) == before + 1


async def test_putting_the_bot_out_of_a_group_stops_nobody(
    stage: Stage, admin: VirtualPerson
) -> None:
    group = stage.box.group("司法所工作群")
    person: dict[str, Any] = {"id": admin.user_id, "is_bot": False, "first_name": "王所长"}
    bot = stage.box.world.bot
    body = {
        "chat": group.body(),
        "from": person,
        "date": int(stage.house.clock.now().timestamp()),
        "old_chat_member": {"user": bot, "status": "member"},
        "new_chat_member": {"user": bot, "status": "kicked", "until_date": 0},
    }
    stage.box.world.updates.add("my_chat_member", group.chat_id, body)
    await ask(admin, "/help")
    assert await stage.rows("SELECT state FROM accounts") == [("active",)]


def _say(box: Sandbox, phone: VirtualPerson, words: str) -> int:
    """Type what a phone would refuse to send."""
    world, chat = box.world, box.world.chats[phone.user_id]
    mark = world.revision
    chat.standing = type(chat.standing).MEMBER
    message = world.post(chat, phone.user_id, text=words)
    world.updates.add("message", chat.chat_id, world.body(message))
    return mark
