"""Virtual people, and misfortune on request."""

import asyncio
import subprocess
import sys

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramMigrateToChat, TelegramNetworkError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from lawbot.sandbox import Sandbox, Standing, VirtualPerson
from lawcore.errors import BadInput, NotFound, WrongState

from .conftest import keys


async def test_waiting_ends_with_the_message_that_was_wanted(bot: Bot, wang: VirtualPerson) -> None:
    waiting = asyncio.create_task(wang.wait_for(lambda m: "通知" in m.text))
    await bot.send_message(wang.user_id, "别的")
    await bot.send_message(wang.user_id, "今日通知")
    assert (await waiting).text == "今日通知"


async def test_waiting_in_vain_says_what_the_phone_shows(bot: Bot, wang: VirtualPerson) -> None:
    await bot.send_message(wang.user_id, "别的")
    with pytest.raises(TimeoutError, match=r"王大妈 waited 0\.01 s in vain; the phone shows: 别的"):
        await wang.wait_for(lambda m: "通知" in m.text, timeout=0.01)


async def test_with_a_mark_only_what_comes_later_counts(bot: Bot, wang: VirtualPerson) -> None:
    card = await bot.send_message(wang.user_id, "第 1 题", reply_markup=keys("下一题"))
    mark = await wang.press("下一题")
    with pytest.raises(TimeoutError):
        await wang.wait_for(lambda m: True, timeout=0.01, since=mark)
    waiting = asyncio.create_task(wang.wait_for(lambda m: True, since=mark))
    await bot.edit_message_text("第 2 题", chat_id=wang.user_id, message_id=card.message_id)
    assert (await waiting).text == "第 2 题"
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    await bot.answer_callback_query(query.id, "好")
    assert (await wang.wait_for_alert(since=mark)).text == "好"
    with pytest.raises(TimeoutError):
        await wang.wait_for_alert(timeout=0.01, since=wang.mark)


async def test_a_button_is_found_by_its_label_or_its_beginning(
    bot: Bot, wang: VirtualPerson
) -> None:
    await bot.send_message(wang.user_id, "？", reply_markup=keys("A. 对", "B. 错"))
    await bot.send_message(wang.user_id, "没有按钮的一条")
    await wang.press(starts="B. ")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert query.data == "B. 错"
    with pytest.raises(NotFound, match=r"没有按钮“对”，只有：A\. 对、B\. 错。"):
        await wang.press("对")


async def test_an_outdated_message_makes_an_outdated_press(bot: Bot, wang: VirtualPerson) -> None:
    card = await bot.send_message(wang.user_id, "第 1 题", reply_markup=keys("旧"))
    seen = wang.last
    await bot.edit_message_text("第 2 题", chat_id=wang.user_id, message_id=card.message_id)
    with pytest.raises(NotFound):
        await wang.press("旧")
    await wang.press("旧", seen)
    await bot.delete_message(wang.user_id, card.message_id)
    await wang.press("旧", seen)
    edited, gone = (u.callback_query for u in (await bot.get_updates())[-2:])
    assert edited is not None
    assert gone is not None
    assert (edited.data, gone.data) == ("旧", "旧")
    assert getattr(edited.message, "text", None) == "第 2 题"
    assert not hasattr(gone.message, "text")


async def test_links_are_not_pressed(bot: Bot, wang: VirtualPerson) -> None:
    link = InlineKeyboardButton(text="看", url="https://flk.npc.gov.cn")
    await bot.send_message(
        wang.user_id, "？", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[link]])
    )
    with pytest.raises(WrongState, match="只打开一个地址"):
        await wang.press("看")


async def test_who_blocks_the_bot_cannot_talk_to_it(bot: Bot, wang: VirtualPerson) -> None:
    await wang.block()
    assert wang.standing is Standing.BLOCKED
    with pytest.raises(WrongState, match="王大妈已停用机器人"):
        await wang.say("在吗")
    await wang.unblock()
    await wang.say("在吗")


async def test_nothing_and_too_much_are_not_said(wang: VirtualPerson) -> None:
    for text in (" ", "😀" * 2049):
        with pytest.raises(BadInput):
            await wang.say(text)


async def test_people_have_numbers_of_their_own(sandbox: Sandbox) -> None:
    wang, li = sandbox.person("王大妈"), sandbox.person("李叔", 77)
    assert sandbox.person("王大妈").user_id != wang.user_id
    assert sandbox.person("谁都行", 77) is li
    with pytest.raises(NotFound, match="还没有收到消息"):
        _ = li.last


async def test_a_fault_on_request_changes_nothing_and_passes(
    bot: Bot, sandbox: Sandbox, wang: VirtualPerson
) -> None:
    sandbox.fail_next(
        "sendMessage", 400, "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": -1009},
    )  # fmt: skip
    with pytest.raises(TelegramMigrateToChat) as move:
        await bot.send_message(wang.user_id, "一")
    assert move.value.migrate_to_chat_id == -1009
    await bot.send_message(wang.user_id, "二")
    assert [m.text for m in wang.chat if m.from_bot] == ["二"]


async def test_a_lost_answer_leaves_the_message_where_it_is(
    bot: Bot, sandbox: Sandbox, wang: VirtualPerson
) -> None:
    sandbox.lose_next("sendMessage")
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(wang.user_id, "到了")
    sandbox.lose_next("*", executed=False)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(wang.user_id, "没到")
    assert [m.text for m in wang.chat if m.from_bot] == ["到了"]


async def test_slow_answers_come_after_the_deed(
    bot: Bot, sandbox: Sandbox, wang: VirtualPerson
) -> None:
    sandbox.delay(30.0, 30.0, seed=1)
    sending = asyncio.create_task(bot.send_message(wang.user_id, "慢"))
    assert (await wang.wait_for(lambda m: True)).text == "慢"
    assert not sending.done()
    sending.cancel()


def test_the_sandbox_does_without_aiogram() -> None:
    code = "import sys, lawbot.sandbox; sys.exit('aiogram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
