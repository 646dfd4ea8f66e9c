"""The exam when things go wrong: taps that cross, forged presses, a restart, a lost connection."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import asyncpg
import pytest

from lawbot.sandbox import Message, Sandbox, VirtualPerson
from lawbot.sandbox.markup import Button
from lawcore.people.model import Role, Roster
from tests.stage import (
    PATIENCE,
    Stage,
    ask,
    asked,
    begin,
    choose,
    data_of,
    forge,
    is_card,
    options_of,
    press,
    running,
    told,
)

OPENS, CLOSES = "2026-12-08T09:00", "2026-12-15T18:00"
NOT_YOURS = "没有找到这份试卷。请发 /exam 查看您的考试。"
DEAD = "这个按钮已经失效，请发 /help 看看能做什么。"


@pytest.fixture
async def stage(box: Sandbox, database_url: str, small_town: Roster) -> AsyncIterator[Stage]:
    """On SQLite and again on PostgreSQL: the exam is what must hold on both."""
    async with running(box, database_url) as stage:
        await stage.act(lambda books, at: books.people.save_roster(small_town, at))
        yield stage


@pytest.fixture
async def cadre(stage: Stage) -> VirtualPerson:
    """A cadre who has been told that the exam is open."""
    return await invited(stage)


async def invited(stage: Stage, name: str = "王一", number: str = "001") -> VirtualPerson:
    phone = await stage.appoint(name, Role.CADRE, number)
    if not await stage.count("SELECT count(*) FROM exams"):
        await stage.exam(OPENS, CLOSES)
    await stage.move_to(OPENS)
    await phone.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
    return phone


async def saved(stage: Stage) -> list[tuple[int, int]]:
    return [(p, c) for p, c in await stage.rows("SELECT place, choice FROM steps ORDER BY id")]


async def test_an_answer_is_in_the_database_before_it_is_called_saved(
    stage: Stage, cadre: VirtualPerson, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed: list[int] = []
    answer, edit = stage.box.world.answer, stage.box.world.edit

    def count() -> None:
        committed.append(steps_on_disk(database_url))

    def answered(query_id: str, text: str, url: str, *, show_alert: bool) -> None:
        if text == "已保存":
            count()
        answer(query_id, text, url, show_alert=show_alert)

    def edited(chat: object, message: Message, **content: object) -> Message:
        if "✓ " in str(content.get("markup")):
            count()
        return edit(chat, message, **content)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(stage.box.world, "answer", answered)
    monkeypatch.setattr(stage.box.world, "edit", edited)
    await begin(cadre)
    for number, letter in enumerate("ABCA", start=1):
        await choose(cadre, letter)
        await cadre.wait_for_alert(lambda alert: alert.text == "已保存", PATIENCE)
        assert committed == [number, number], "before the answer and before the new card"
        committed.clear()


def steps_on_disk(url: str) -> int:
    """What another connection sees: only what is committed."""
    count = "SELECT count(*) FROM steps"
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            return int(file.execute(count).fetchone()[0])

    async def look() -> int:
        connection = await asyncpg.connect(url)
        try:
            return int(await connection.fetchval(count))
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, look()).result()


async def test_a_double_tap_is_one_tap(stage: Stage, cadre: VirtualPerson) -> None:
    card = await begin(cadre)
    label = options_of(card)["B"]
    since = await cadre.press(label, card)
    await cadre.press(label, card)
    await answered(cadre, 2, since)
    assert await saved(stage) == [(0, 2)]


async def test_a_double_tap_on_a_multiple_choice_does_not_take_it_off_again(
    stage: Stage, cadre: VirtualPerson
) -> None:
    await begin(cadre)
    for _ in range(2):
        card = await press(cadre, "下一题", is_card)
    label = options_of(card)["D"]
    since = await cadre.press(label, card)
    await cadre.press(label, card)
    await answered(cadre, 2, since)
    assert await saved(stage) == [(2, 8)]
    assert options_of(cadre.last)["D"].startswith("✓ ")


async def test_two_options_pressed_at_once_are_taken_in_their_order(
    stage: Stage, cadre: VirtualPerson
) -> None:
    card = await begin(cadre)
    since = await cadre.press(options_of(card)["A"], card)
    await cadre.press(options_of(card)["C"], card)
    await answered(cadre, 2, since)
    assert await saved(stage) == [(0, 1), (0, 4)]
    shown = await cadre.wait_for(lambda m: options_of(m).get("C", "").startswith("✓"), PATIENCE)
    assert not options_of(shown)["A"].startswith("✓ ")


async def test_many_presses_at_once_leave_the_card_of_the_last(
    stage: Stage, cadre: VirtualPerson
) -> None:
    await begin(cadre)
    for _ in range(2):
        card = await press(cadre, "下一题", is_card)
    since = cadre.mark
    letters = "ABCD" * 3
    for letter in letters:
        await cadre.press(options_of(card)[letter], card)
    await answered(cadre, len(letters), since)
    assert [choice for _, choice in await saved(stage)] == [1, 3, 7, 15]
    assert [label[:2] for label in options_of(cadre.last).values()] == ["✓ "] * 4


async def test_a_press_that_comes_after_the_page_was_turned_counts_for_its_own_question(
    stage: Stage, cadre: VirtualPerson
) -> None:
    first = await begin(cadre)
    second = await press(cadre, "下一题", is_card)
    since = await cadre.press(options_of(first)["D"], first)
    await answered(cadre, 1, since)
    assert await saved(stage) == [(0, 8)]
    shown = await cadre.wait_for(lambda m: "已答 1 题" in m.text, PATIENCE)
    assert asked(shown).id == asked(second).id, "the card stays where the person is"
    assert not any(label.startswith("✓ ") for label in shown.labels)


async def test_begin_pressed_twice_at_once_makes_one_attempt(
    stage: Stage, cadre: VirtualPerson
) -> None:
    since = await cadre.press("开始答题")
    await cadre.press("开始答题")
    await answered(cadre, 2, since)
    assert await stage.count("SELECT count(*) FROM attempts") == 1
    assert await stage.count("SELECT count(*) FROM entries WHERE kind = 'attempt-started'") == 1


async def test_handing_in_twice_at_once_is_handing_in_once(
    stage: Stage, cadre: VirtualPerson
) -> None:
    await begin(cadre)
    sure = await press(cadre, "交卷", lambda m: "要交卷吗" in m.text)
    since = await cadre.press("确认交卷", sure)
    await cadre.press("确认交卷", sure)
    await answered(cadre, 2, since)
    assert await stage.count("SELECT count(*) FROM entries WHERE kind = 'attempt-finished'") == 1


async def test_nobody_can_touch_or_see_the_attempt_of_another(
    stage: Stage, cadre: VirtualPerson
) -> None:
    other = await invited(stage, "李二", "002")
    resident = await stage.resident("村民")
    card = await begin(cadre)
    token = data_of(card, "下一题").split(":")[1]
    await begin(other)
    for phone in (other, resident):
        before = [m.text for m in phone.chat]
        for forged in (
            f"x:{token}:0:0:1",
            f"t:{token}:1",
            f"s:{token}:0",
            f"h:{token}",
            f"H:{token}",
        ):
            alert = await forge(phone, forged, phone.last)
            assert (alert.text, alert.show_alert) == (NOT_YOURS, True), forged
        assert [m.text for m in phone.chat] == before
    assert await saved(stage) == []
    assert await stage.rows("SELECT DISTINCT state FROM attempts") == [("running",)]


async def test_an_attempt_that_does_not_exist_looks_like_that_of_another(
    cadre: VirtualPerson,
) -> None:
    card = await begin(cadre)
    assert (await forge(cadre, "x:abcdefghijkl:0:0:1", card)).text == NOT_YOURS
    assert (await forge(cadre, "b:999", card)).text == NOT_YOURS


async def test_a_resident_cannot_begin_the_exam(stage: Stage, cadre: VirtualPerson) -> None:
    resident = await stage.resident("村民")
    begin_ = data_of(cadre.last, "开始答题")
    assert (await forge(resident, begin_, resident.last)).text == NOT_YOURS
    assert await stage.count("SELECT count(*) FROM attempts") == 0


@pytest.mark.parametrize(
    "tail",
    [
        *("", ":", ":0", ":0:0", ":0:9:1", ":99:0:1", ":-1:0:1", ":0:-1:1", ":0:x:1", ":٣:0:1"),
        *(":0:99999999999999999999:1", ":0:0:1:extra\x00"),
    ],
)
async def test_a_forged_answer_changes_nothing(
    stage: Stage, cadre: VirtualPerson, tail: str
) -> None:
    card = await begin(cadre)
    token = data_of(card, "下一题").split(":")[1]
    alert = await forge(cadre, f"x:{token}{tail}", card)
    if alert.text != "已保存":
        assert alert.text in {NOT_YOURS, DEAD}
        assert await saved(stage) == []


@pytest.mark.parametrize("data", ["s:{}", "s:{}:-1", "s:{}:99999", "t:{}:-5", "t:{}:999", "h:{}:x"])
async def test_a_forged_page_shows_nothing_that_is_not_there(
    cadre: VirtualPerson, data: str
) -> None:
    card = await begin(cadre)
    token = data_of(card, "下一题").split(":")[1]
    alert = await forge(cadre, data.format(token), card)
    assert alert.text in {"", DEAD}


async def test_a_deleted_card_comes_anew_below(stage: Stage, cadre: VirtualPerson) -> None:
    card = await begin(cadre)
    world = stage.box.world
    world.delete(world.chats[cadre.user_id], card)
    new = await press(cadre, options_of(card)["A"], is_card, card)
    assert new.message_id > card.message_id
    assert options_of(new)["A"].startswith("✓ ")
    assert options_of(await choose(cadre, "B"))["B"].startswith("✓ ")
    assert await saved(stage) == [(0, 1), (0, 2)]


async def test_who_stops_the_bot_in_the_middle_loses_nothing(
    logged: Callable[[], str], stage: Stage, cadre: VirtualPerson
) -> None:
    card = await begin(cadre)
    await choose(cadre, "A")
    mark = cadre.mark
    await cadre.press(options_of(card)["B"], card)
    await cadre.block()
    await answered(cadre, 1, mark)
    await cadre.unblock()
    assert "已经加入" in (await ask(cadre, "/start")).text, "to let the bot in again is to return"
    assert options_of(await ask(cadre, "/exam"))["B"].startswith("✓ ")
    assert logged() == "", "to stop the bot is no fault of ours"


async def test_a_card_that_could_not_be_shown_is_shown_at_the_next_press(
    stage: Stage, cadre: VirtualPerson
) -> None:
    card = await begin(cadre)
    stage.box.lose_next("editMessageText", executed=False)
    since = await cadre.press(options_of(card)["A"], card)
    assert (await cadre.wait_for_alert(bool, PATIENCE, since)).text == "已保存"
    assert await saved(stage) == [(0, 1)]
    again = await press(cadre, options_of(card)["A"], is_card, card)
    assert options_of(again)["A"].startswith("✓ ")
    assert await saved(stage) == [(0, 1)]


async def test_when_the_word_saved_is_lost_the_card_still_shows_the_choice(
    logged: Callable[[], str], stage: Stage, cadre: VirtualPerson
) -> None:
    await begin(cadre)
    stage.box.lose_next("answerCallbackQuery", executed=False)
    assert options_of(await choose(cadre, "A"))["A"].startswith("✓ ")
    assert options_of(await choose(cadre, "B"))["B"].startswith("✓ ")
    assert not any("出了点问题" in alert.text for alert in cadre.alerts)
    assert logged() == ""


async def test_when_the_service_asks_to_wait_the_card_comes_after_the_wait(
    stage: Stage, cadre: VirtualPerson
) -> None:
    await begin(cadre)
    stage.box.fail_next("editMessageText", 429, "Too Many Requests", {"retry_after": 1})
    assert options_of(await choose(cadre, "A"))["A"].startswith("✓ ")


async def test_a_press_that_waited_too_long_for_an_answer_is_answered_below(
    stage: Stage, cadre: VirtualPerson
) -> None:
    card = await begin(cadre)
    token = data_of(card, "下一题").split(":")[1]
    since = cadre.press_button(card, Button("forged", f"x:{token}x:0:0:1"))
    stage.box.world._queries.clear()
    said = await cadre.wait_for(lambda m: m.text == NOT_YOURS, PATIENCE, since)
    assert said.message_id > card.message_id


async def test_after_a_restart_the_exam_goes_on_at_the_same_question_with_the_same_clock(
    box: Sandbox, database_url: str, small_town: Roster
) -> None:
    async with running(box, database_url) as stage:
        await stage.act(lambda books, at: books.people.save_roster(small_town, at))
        cadre = await invited(stage)
        await begin(cadre)
        await choose(cadre, "A")
        await press(cadre, "下一题", is_card)
        await stage.wait(timedelta(minutes=7))
        card = await choose(cadre, "B")
    assert "剩余 23 分 00 秒" in card.text
    await cadre.press("上一题", card)
    await stage.box.move_to(stage.house.clock.now() + timedelta(minutes=3))
    async with running(box, database_url) as stage:
        back = await cadre.wait_for(lambda m: "第 1/5 题" in m.text, PATIENCE)
        assert options_of(back)["A"].startswith("✓ "), "pressed while nobody served"
        assert "剩余 20 分 00 秒" in back.text
        again = await ask(cadre, "/exam")
        assert again.text == back.text
        assert again.labels == back.labels
        assert await saved(stage) == [(0, 1), (1, 2)]


async def test_a_stop_lets_the_presses_under_way_be_answered(
    box: Sandbox, database_url: str, small_town: Roster
) -> None:
    async with running(box, database_url) as stage:
        await stage.act(lambda books, at: books.people.save_roster(small_town, at))
        cadre = await invited(stage)
        card = await begin(cadre)
        box.delay(0.3, 0.3)
        since = await cadre.press(options_of(card)["C"], card)
        await stage.until("SELECT count(*) FROM steps")
    assert [a.text for a in cadre.alerts if a.revision > since] == ["已保存"]
    assert options_of(cadre.last)["C"].startswith("✓ ")


async def answered(phone: VirtualPerson, count: int, since: int) -> None:
    """Wait until `count` presses have been answered."""
    await phone.wait_for_alert(
        lambda _: sum(a.revision > since for a in phone.alerts) >= count, PATIENCE, since
    )


async def test_two_cadres_do_not_wait_for_each_other(stage: Stage, cadre: VirtualPerson) -> None:
    other = await invited(stage, "李二", "002")
    mine, theirs = await begin(cadre), await begin(other)
    stage.box.fail_next("answerCallbackQuery", 429, "Too Many Requests", {"retry_after": 2})
    await cadre.press(options_of(mine)["A"], mine)
    alert = await told(other, options_of(theirs)["A"], theirs)
    assert alert.text == "已保存"
    await answered(cadre, 2, 0)
