"""The clock jumps: nothing goes out late, nothing goes out twice, nobody is asked at night."""

from datetime import timedelta

from lawbot.sandbox import VirtualPerson
from lawcore.people.model import Role
from tests.stage import PATIENCE, Stage, ask, begin, choose, is_card, options_of, press

DAY = "constitution-day"


def received(phone: VirtualPerson) -> int:
    return sum("不再接收" in m.labels and m.from_bot for m in phone.chat)


async def test_a_jump_over_the_day_sends_nothing_late(stage: Stage) -> None:
    phone = await stage.resident("村民")
    await stage.approve(DAY)
    await stage.move_to("2027-01-05T10:00")
    assert received(phone) == 0
    states = "SELECT state, reason FROM campaigns WHERE observance = 'constitution-day'"
    assert await stage.rows(states) == [("missed", "批准了，但到结束那天还没有轮到发送")]


async def test_an_hour_that_was_missed_is_caught_up_on_the_same_day(stage: Stage) -> None:
    phone = await stage.resident("村民")
    await stage.approve(DAY)
    await stage.move_to("2026-12-04T15:00")
    assert received(phone) == 1


async def test_a_clock_that_goes_back_sends_nothing_again(stage: Stage) -> None:
    phone = await stage.resident("村民")
    await stage.approve(DAY)
    await stage.move_to("2026-12-04T09:00")
    for again in ("2026-12-03T09:00", "2026-12-04T09:00", "2026-11-24T10:00"):
        await stage.move_to(again)
    assert received(phone) == 1
    assert await stage.count("SELECT count(*) FROM campaigns WHERE observance = :key", key=DAY) == 1


async def test_a_jump_over_a_whole_exam_closes_it_for_everybody(stage: Stage) -> None:
    cadre = await stage.appoint("王一", Role.CADRE, "001")
    await stage.exam("2026-12-08T09:00", "2026-12-15T18:00")
    await stage.move_to("2026-12-08T09:00")
    await cadre.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
    await begin(cadre)
    await choose(cadre, "A")
    await stage.move_to("2027-06-01T10:00")
    assert await stage.rows("SELECT state, answered FROM attempts") == [("overdue", 1)]
    assert await stage.rows("SELECT state FROM exams") == [("closed",)]
    assert not any("您还没有交卷" in m.text for m in cadre.chat), "no reminder after the end"


async def test_an_exam_that_nobody_could_open_in_time_opens_for_nobody(stage: Stage) -> None:
    cadre = await stage.appoint("王一", Role.CADRE, "001")
    await stage.exam("2026-12-08T09:00", "2026-12-15T18:00")
    await stage.move_to("2026-12-20T10:00")
    assert not any("考试开始了" in m.text for m in cadre.chat)
    assert await stage.count("SELECT count(*) FROM candidates") == 0


async def test_a_clock_that_goes_back_in_an_exam_gives_no_more_than_the_limit(
    stage: Stage,
) -> None:
    cadre = await stage.appoint("王一", Role.CADRE, "001")
    await stage.exam("2026-12-08T09:00", "2026-12-15T18:00")
    await stage.move_to("2026-12-08T12:00")
    await cadre.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
    await begin(cadre)
    await stage.wait(timedelta(hours=-1))
    card = await choose(cadre, "A")
    assert options_of(card)["A"].startswith("✓ ")
    await stage.move_to("2026-12-08T12:30")
    over = await press(cadre, "下一题", lambda m: not is_card(m))
    assert "到时间了" in over.text


async def test_what_an_approver_is_asked_at_night_comes_in_the_morning(stage: Stage) -> None:
    await stage.move_to("2026-11-24T22:00")
    approver = await stage.appoint("李镇长", Role.APPROVER)
    await stage.rest()
    assert "绑定成功" in (await last_of(approver))
    await stage.move_to("2026-11-25T07:30")
    await approver.wait_for(lambda m: "待批准" in m.text, PATIENCE)


async def last_of(phone: VirtualPerson) -> str:
    assert (await ask(phone, "/help")).text
    return next(m.text for m in reversed(phone.chat) if m.from_bot and "我能做" not in m.text)
