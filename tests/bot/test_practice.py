"""Practice in chat: asked for, one card, the key after the answer, nothing counted."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from lawbot.sandbox import Message, VirtualPerson
from lawcore.people.model import Role
from lawcore.questions.blueprint import PaperKind
from lawcore.questions.question import Audience, Question, QuestionKind
from tests.stage import (
    Stage,
    ask,
    asked,
    begin,
    forge,
    is_card,
    options_of,
    press,
    right_of,
    shipped,
    short_plan,
    told,
)

_NUMBER = re.compile(r"这一轮第 (\d+) 道，共 10 道")


@pytest.fixture
async def resident(stage: Stage) -> VirtualPerson:
    return await stage.resident("村民")


def is_question(message: Message) -> bool:
    return _NUMBER.search(message.text) is not None


def is_told(message: Message) -> bool:
    return "正确答案：" in message.text


def shown(card: Message) -> Question:
    return asked(card)


async def first(phone: VirtualPerson) -> Message:
    await ask(phone, "/practice")
    return await press(phone, "开始", is_question)


async def reply(phone: VirtualPerson, card: Message, *, rightly: bool = True) -> Message:
    """Answer what is on the card."""
    right = right_of(card)
    if asked(card).kind is not QuestionKind.MULTIPLE:
        wrong = next(letter for letter in options_of(card) if letter not in right)
        return await press(phone, options_of(card)[right[0] if rightly else wrong], is_told)
    for letter in right if rightly else right[:1]:
        label = options_of(card)[letter]
        card = await press(phone, label, lambda m, on=f"✓ {label}": on in m.labels)  # type: ignore[misc]  # bound now
    return await press(phone, "选好了", is_told)


async def test_practice_says_first_what_it_is_and_what_is_kept(resident: VirtualPerson) -> None:
    start = await ask(resident, "/practice")
    assert "答完马上看答案、解析和依据" in start.text
    assert "不计分，只有您自己看得到" in start.text
    assert "会记下您练过哪些题、最近一次对不对、哪天再练" in start.text
    assert "《个人信息保护法》第十七条" in start.text
    assert start.labels == ["开始", "我的薄弱处", "不练了"]


async def test_who_never_joined_is_told_how(stage: Stage) -> None:
    stranger = stage.box.person("过路人")
    assert (await ask(stranger, "/practice")).text == "您还没有加入。想练习，请先发 /start。"


async def test_ten_questions_on_one_card_with_explanation_and_article_at_once(
    stage: Stage, resident: VirtualPerson
) -> None:
    card = await first(resident)
    messages, seen = len(resident.chat), []
    for number in range(1, 11):
        found = _NUMBER.search(card.text)
        assert found is not None
        assert int(found[1]) == number
        question = shown(card)
        seen.append(question.id)
        assert Audience.RESIDENT in question.audience
        assert question.explanation not in card.text
        explained = await reply(resident, card, rightly=number % 2 == 0)
        assert ("答对了" if number % 2 == 0 else "没答对") in explained.text
        assert f"解析：{question.explanation}" in explained.text
        for cite in question.cites:
            assert f"依据：{cite}" in explained.text
        if number < 10:
            card = await press(resident, "下一题", is_question)
    assert len(set(seen)) == 10
    assert len(resident.chat) == messages, "all of it on one message"
    assert "这一轮 10 道练完了" in resident.last.text
    assert resident.last.labels == ["再练 10 道", "我的薄弱处", "不练了"]
    assert not re.search(r"\d+ ?分|得分|第\d+名|连续", resident.last.text.split("解析")[0])
    again = await press(resident, "再练 10 道", is_question)
    assert shown(again).id not in seen
    assert await stage.count("SELECT count(*) FROM practice") == 10


async def test_what_was_wrong_comes_again_the_next_day(
    stage: Stage, resident: VirtualPerson
) -> None:
    card = await first(resident)
    wrong = shown(card).id
    await reply(resident, card, rightly=False)
    assert shown(await press(resident, "下一题", is_question)).id != wrong
    await stage.pass_time(timedelta(days=1))
    assert shown(await first(resident)).id == wrong


async def test_no_button_carries_a_key(stage: Stage, resident: VirtualPerson) -> None:
    card = await first(resident)
    for row in card.buttons:
        for button in row:
            assert len((button.data or "").encode()) <= 64
            assert shown(card).id not in (button.data or "")
    singles = {
        button.data.split(":")[0] for row in card.buttons[:-1] for button in row if button.data
    }
    assert len(singles) == 1, "right and wrong are the same act"


async def test_a_multiple_choice_is_marked_and_then_answered(
    stage: Stage, resident: VirtualPerson
) -> None:
    card = await first(resident)
    while shown(card).kind is not QuestionKind.MULTIPLE:
        await reply(resident, card)
        following = "下一题" if "下一题" in resident.last.labels else "再练 10 道"
        card = await press(resident, following, is_question)
    before = await stage.count("SELECT count(*) FROM practice")
    assert "选好了" not in card.labels
    label = options_of(card)["B"]
    card = await press(resident, label, lambda m: f"✓ {label}" in m.labels)
    assert "选好了" in card.labels
    card = await press(resident, f"✓ {label}", lambda m: label in m.labels)
    assert "选好了" not in card.labels
    assert await stage.count("SELECT count(*) FROM practice") == before
    assert "答对了" in (await reply(resident, card)).text


async def test_enough_is_one_press_and_stop_ends_it(stage: Stage, resident: VirtualPerson) -> None:
    card = await first(resident)
    ended = await press(resident, "不练了", lambda m: "不练了" in m.text)
    assert ended.text == "好的，不练了。想练，随时发 /practice。"
    assert ended.labels == []
    card = await first(resident)
    await ask(resident, "/stop")
    option = next(iter(options_of(card).values()))
    alert = await told(resident, option, card)
    assert alert.text == "您已经退出，练习也停了。想练习，请先发 /start。"
    assert await stage.count("SELECT count(*) FROM practice") == 0
    await stage.pass_time(timedelta(days=3))
    assert "已经退出" not in resident.last.text, "and nothing is sent for practice"


async def test_help_and_exam_lead_to_practice(stage: Stage, resident: VirtualPerson) -> None:
    for words in ("/help", "/exam"):
        said = await ask(resident, words)
        assert "练一练" in said.labels
        start = await press(resident, "练一练", lambda m: "一次 10 道" in m.text)
        assert start.message_id > said.message_id, "what was said stays"
    cadre = await stage.appoint("钱五", Role.CADRE, "005")
    assert (await ask(cadre, "/exam")).labels == ["练一练"]
    assert "/practice" in (await ask(cadre, "/help")).text


async def test_each_cadre_practises_what_is_written_for_them(stage: Stage) -> None:
    for number, name, audience in (
        ("001", "王一", Audience.LEADING),
        ("003", "张三", Audience.ENFORCEMENT),
        ("005", "钱五", Audience.VILLAGE),
    ):
        cadre = await stage.appoint(name, Role.CADRE, number)
        assert audience in shown(await first(cadre)).audience


async def test_a_village_cadre_sees_the_own_weak_laws_and_nobody_else_does(
    stage: Stage, admin: VirtualPerson
) -> None:
    cadre = await stage.appoint("钱五", Role.CADRE, "005")
    card = await first(cadre)
    question = shown(card)
    await reply(cadre, card, rightly=False)
    mine = await press(cadre, "我的薄弱处", lambda m: "我的薄弱处" in m.text)
    assert "（只有您自己看得到）" in mine.text
    assert f"《{question.cites[0].law}》" in mine.text
    assert mine.labels == ["接着练", "不练了"]
    other = await stage.appoint("孙六", Role.CADRE, "006")
    for phone in (other, admin):
        await ask(phone, "/practice")
        theirs = await press(phone, "我的薄弱处", lambda m: "我的薄弱处" in m.text)
        assert "目前没有答错的" in theirs.text


async def test_a_question_of_an_open_exam_is_practised_by_nobody(
    stage: Stage, resident: VirtualPerson
) -> None:
    """Every item of every paper is refused, also when its button was shown before."""
    practised = await first(resident)
    cadre = await stage.appoint("王一", Role.CADRE, "001")
    await stage.exam("2026-12-08T09:00", "2026-12-15T18:00", short_plan())
    await stage.move_to("2026-12-08T09:00")
    papers = await stage.rows("SELECT paper FROM candidates")
    withheld = await stage.look(lambda books: books.practice.withheld())
    assert {key for (paper,) in papers for key in re.findall(r'\["([^"]+)"', paper)} == withheld
    await cadre.wait_for(lambda m: "考试开始了" in m.text, 20)
    on_paper = asked(await begin(cadre))
    assert on_paper.id in withheld
    old = next(b for row in practised.buttons for b in row if b.data and b.data.startswith("la"))
    forged = f"la:{_name(on_paper)}:1:1"
    assert old.data is not None
    alert = await forge(resident, forged, practised)
    assert alert.text == "这道题现在不练，换一道。"
    assert not is_told(resident.last)
    assert is_question(resident.last)
    assert shown(resident.last).id not in withheld
    rows = await stage.rows("SELECT question FROM practice")
    assert on_paper.id not in {key for (key,) in rows}


async def test_when_an_exam_takes_all_of_a_cadres_questions_the_chat_says_so_and_lends_others(
    stage: Stage,
) -> None:
    """One paper for all: its whole pool is withheld, and here that is the whole cadre's bank."""
    cadre = await stage.appoint("钱五", Role.CADRE, "005")
    section = replace(short_plan().sections[0], audience=frozenset({Audience.VILLAGE}))
    kinds = [replace(section, kind=kind, count=1) for kind in QuestionKind]
    plan = replace(short_plan(PaperKind.PER_EXAM), sections=tuple(kinds))
    await stage.exam("2026-12-08T09:00", "2026-12-15T18:00", plan)
    card = await first(cadre)
    assert "您的题正在考试里用，公布答案以后再练。这一道是给居民的。" in card.text
    assert Audience.VILLAGE not in shown(card).audience
    plan = replace(short_plan(PaperKind.PER_EXAM), sections=short_plan().sections)
    await stage.exam("2026-12-08T09:00", "2026-12-15T18:00", plan)
    await ask(cadre, "/practice")
    none = await press(cadre, "开始", lambda m: "现在没有要练的题" in m.text)
    assert "其余的题正在考试里用，2026-12-15 18:00 公布答案以后再练。" in none.text


def _name(question: Question) -> str:
    from lawcore.exams.practice import _name  # noqa: PLC0415 - what a forger would have to guess

    return _name(question.id)


async def test_me_says_that_practice_is_kept_and_deleting_takes_it_along(
    stage: Stage, resident: VirtualPerson
) -> None:
    assert "练习" not in (await ask(resident, "/me")).text
    await reply(resident, await first(resident))
    assert "练习：练过哪些题" in (await ask(resident, "/me")).text
    await press(resident, "删除我的数据", lambda m: "练习记录会马上删掉" in m.text)
    await press(resident, "确认删除", lambda m: "已删除您的数据" in m.text)
    assert await stage.count("SELECT count(*) FROM practice") == 0


async def test_a_running_exam_is_not_disturbed_by_practice(stage: Stage) -> None:
    cadre = await stage.appoint("王一", Role.CADRE, "001")
    await stage.exam("2026-12-08T09:00", "2026-12-15T18:00", short_plan())
    await stage.move_to("2026-12-08T09:00")
    await cadre.wait_for(lambda m: "考试开始了" in m.text, 20)
    card = await begin(cadre)
    await reply(cadre, await first(cadre))
    after = await press(cadre, options_of(card)["A"], is_card, card)
    assert options_of(after)["A"].startswith("✓ ")
    assert shipped().questions[asked(after).id].explanation not in after.text
