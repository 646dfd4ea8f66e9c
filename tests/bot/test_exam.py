"""The exam as a cadre meets it in chat: one card, edited in place, saved press by press."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lawbot.sandbox import Sandbox, VirtualPerson
from lawcore.content import Inspection
from lawcore.exams import office
from lawcore.people.model import Role, Roster
from lawcore.questions.question import JUDGE_OPTIONS, QuestionKind
from lawcore.storage import Books
from tests.stage import (
    PATIENCE,
    Stage,
    answer,
    ask,
    asked,
    begin,
    choose,
    data_of,
    is_card,
    options_of,
    press,
    right_of,
    running,
    short_plan,
    sit,
    told,
)

OPENS, CLOSES = "2026-12-08T09:00", "2026-12-15T18:00"


@pytest.fixture
async def stage(box: Sandbox, database_url: str, small_town: Roster) -> AsyncIterator[Stage]:
    """On SQLite and again on PostgreSQL: the exam is what must hold on both."""
    async with running(box, database_url) as stage:
        await stage.act(lambda books, at: books.people.save_roster(small_town, at))
        yield stage


@pytest.fixture
async def cadre(stage: Stage) -> VirtualPerson:
    return await stage.appoint("王一", Role.CADRE, "001")


@pytest.fixture
async def invited(stage: Stage, cadre: VirtualPerson) -> VirtualPerson:
    """A cadre who has been told that the exam is open."""
    await stage.exam(OPENS, CLOSES)
    await stage.move_to(OPENS)
    await cadre.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
    return cadre


async def saved(stage: Stage) -> list[tuple[int, int]]:
    """Place and choice of every step, in order."""
    return [(p, c) for p, c in await stage.rows("SELECT place, choice FROM steps ORDER BY id")]


async def test_candidates_are_told_what_the_exam_is(invited: VirtualPerson) -> None:
    told_ = invited.last
    assert told_.text == (
        "考试开始了\n\n第四季度考法\n共 5 题，满分 10，合格线 6\n"
        "答题时间 30 分钟，多选题全部选对才给分\n"
        "2026-12-08 09:00 至 2026-12-15 18:00\n\n点下面的按钮就开始计时；中途断了可以接着答。"
    )
    assert told_.labels == ["开始答题"]
    assert told_.protected


async def test_the_first_card_stands_in_the_place_of_the_invitation(
    stage: Stage, invited: VirtualPerson
) -> None:
    invitation = invited.last
    card = await begin(invited)
    assert (card.message_id, card.edits) == (invitation.message_id, 1)
    assert card.protected
    question = asked(card)
    assert card.text.startswith(
        "第四季度考法\n第 1/5 题 · 单选题 · 3 分\n剩余 30 分 00 秒 · 已答 0 题\n\n"
    )
    assert "点一个选项，点了就保存，可以改。" in card.text
    assert len(options_of(card)) == len(question.options)
    for letter, label in options_of(card).items():
        assert label.startswith(f"{letter}. ")
        assert f"\n{label}" in card.text
    assert [label for label in card.labels if ". " not in label] == ["答题卡", "下一题", "交卷"]
    assert [len(row) for row in card.buttons] == [1] * len(question.options) + [2, 1]
    entries = await stage.rows("SELECT kind, actor FROM entries WHERE kind = 'attempt-started'")
    assert entries == [("attempt-started", "cadre:1")]


async def test_a_single_choice_is_marked_saved_and_can_be_changed(
    stage: Stage, invited: VirtualPerson
) -> None:
    await begin(invited)
    card = await choose(invited, "B")
    assert options_of(card)["B"].startswith("✓ B. ")
    assert sum(label.startswith("✓ ") for label in card.labels) == 1
    assert "已答 1 题" in card.text
    await invited.wait_for_alert(lambda alert: alert.text == "已保存", PATIENCE)
    card = await choose(invited, "A")
    assert [label[:4] for label in card.labels if label.startswith("✓ ")] == ["✓ A."]
    assert "已答 1 题" in card.text
    assert await saved(stage) == [(0, 2), (0, 1)]


async def test_a_multiple_choice_is_put_on_and_taken_off(
    stage: Stage, invited: VirtualPerson
) -> None:
    await begin(invited)
    for _ in range(2):
        card = await press(invited, "下一题", is_card)
    assert asked(card).kind is QuestionKind.MULTIPLE
    assert "第 3/5 题 · 多选题 · 1.5 分" in card.text
    assert "点一下选中，再点一下取消" in card.text
    for letter in ("A", "C"):
        card = await choose(invited, letter)
    assert {label[:4] for label in card.labels if label.startswith("✓ ")} == {"✓ A.", "✓ C."}
    card = await choose(invited, "A")
    card = await choose(invited, "C")
    assert not any(label.startswith("✓ ") for label in card.labels)
    assert "已答 0 题" in card.text, "nothing chosen is not answered"
    assert await saved(stage) == [(2, 1), (2, 5), (2, 4), (2, 0)]


async def test_true_or_false_offers_right_before_wrong(invited: VirtualPerson) -> None:
    card = await begin(invited)
    for _ in range(4):
        card = await press(invited, "下一题", is_card)
    assert "第 5/5 题 · 判断题 · 1 分" in card.text
    assert list(options_of(card).values()) == [f"A. {JUDGE_OPTIONS[0]}", f"B. {JUDGE_OPTIONS[1]}"]
    assert [label for label in card.labels if ". " not in label] == ["上一题", "答题卡", "交卷"]


async def test_the_whole_sitting_happens_on_one_message(
    stage: Stage, invited: VirtualPerson
) -> None:
    messages = len(invited.chat)
    await sit(invited, right=5)
    assert len(invited.chat) == messages
    done = invited.last
    assert done.text == (
        "第四季度考法\n已交卷。共 5 题，您答了 5 题。\n\n"
        "成绩在考试结束（2026-12-15 18:00）后告诉您。"
    )
    assert done.labels == []
    edits = [c for c in stage.box.calls("editMessageText") if c.payload["chat_id"]]
    assert done.edits == len(edits)


async def test_forward_and_back_keep_what_was_chosen(invited: VirtualPerson) -> None:
    first = await begin(invited)
    await choose(invited, "C")
    second = await press(invited, "下一题", is_card)
    assert asked(second).id != asked(first).id
    assert "上一题" in second.labels
    again = await press(invited, "上一题", is_card)
    assert options_of(again)["C"].startswith("✓ C. ")
    assert asked(again).id == asked(first).id


async def test_the_answer_sheet_ticks_what_is_answered_and_leads_there(
    invited: VirtualPerson,
) -> None:
    await begin(invited)
    await choose(invited, "A")
    await press(invited, "下一题", is_card)
    await press(invited, "下一题", is_card)
    sheet = await press(invited, "答题卡", lambda m: m.text.startswith("答题卡"))
    assert sheet.labels == ["✓1", "2", "3", "4", "5", "返回", "交卷"]
    assert "已答 1 题，未答 4 题 · 剩余 30 分 00 秒" in sheet.text
    assert "第 4/5 题" in (await press(invited, "4", is_card)).text
    await press(invited, "答题卡", lambda m: m.text.startswith("答题卡"))
    assert "第 4/5 题" in (await press(invited, "返回", is_card)).text


async def test_handing_in_asks_first_and_says_what_is_missing(
    stage: Stage, invited: VirtualPerson
) -> None:
    await begin(invited)
    await choose(invited, "A")
    sure = await press(invited, "交卷", lambda m: "要交卷吗" in m.text)
    assert "还有 4 题没答。交了就不能再改。" in sure.text
    assert sure.labels == ["返回", "确认交卷"]
    assert "第 1/5 题" in (await press(invited, "返回", is_card)).text
    await press(invited, "交卷", lambda m: "要交卷吗" in m.text)
    done = await press(invited, "确认交卷", lambda m: "已交卷" in m.text)
    assert "您答了 1 题" in done.text
    rows = await stage.rows("SELECT state, answered FROM attempts")
    assert rows == [("submitted", 1)]


async def test_after_handing_in_nothing_can_be_changed(
    stage: Stage, invited: VirtualPerson
) -> None:
    card = await begin(invited)
    await sit_on(invited)
    before = await saved(stage)
    option = next(iter(options_of(card).values()))
    assert (await told(invited, option, card)).text != "已保存"
    assert "已交卷" in invited.last.text
    assert await saved(stage) == before
    invited_again = await ask(invited, "/exam")
    assert "已交卷。共 5 题，您答了 0 题。" in invited_again.text
    assert invited_again.labels == ["练一练"]


async def sit_on(phone: VirtualPerson) -> None:
    await press(phone, "交卷", lambda m: "要交卷吗" in m.text)
    await press(phone, "确认交卷", lambda m: "已交卷" in m.text)


async def test_the_remaining_time_is_shown_by_the_servers_clock(
    stage: Stage, invited: VirtualPerson
) -> None:
    await begin(invited)
    await stage.wait(timedelta(minutes=12, seconds=34))
    assert "剩余 17 分 26 秒" in (await press(invited, "下一题", is_card)).text


async def test_the_window_ends_before_the_minutes_do(stage: Stage, cadre: VirtualPerson) -> None:
    await stage.exam("2026-12-08T09:00", "2026-12-08T09:10")
    await stage.move_to("2026-12-08T09:00")
    await cadre.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
    assert "剩余 10 分 00 秒" in (await begin(cadre)).text


async def test_exam_brings_the_running_card_back_and_the_old_one_is_dead(
    stage: Stage, invited: VirtualPerson
) -> None:
    await begin(invited)
    old = await press(invited, "下一题", is_card)
    new = await ask(invited, "/exam")
    assert new.message_id > old.message_id
    assert new.text == old.text
    option = next(iter(options_of(old).values()))
    alert = await told(invited, option, old)
    assert alert.text == "这是旧卡片，答案没有变。请用最新的那张，或发 /exam。"
    assert await saved(stage) == []
    await choose(invited, "A")
    assert await saved(stage) == [(1, 1)]


async def test_exam_says_how_things_stand(stage: Stage, cadre: VirtualPerson) -> None:
    assert (await ask(cadre, "/exam")).text == "目前没有您要参加的考试。有考试时会通知您。"
    resident = await stage.resident("村民")
    assert "考试只面向干部。" in (await ask(resident, "/exam")).text
    await stage.exam(OPENS, CLOSES)
    await stage.move_to(OPENS)
    ready = await ask(cadre, "/exam")
    assert ready.labels == ["开始答题", "练一练"]
    assert "点“开始答题”就开始计时" in ready.text
    await stage.move_to("2026-12-16T09:00")
    assert "考试已结束，您这次没有参加。" in (await ask(cadre, "/exam")).text


async def test_an_exempted_cadre_is_told_and_cannot_begin(
    stage: Stage, invited: VirtualPerson
) -> None:
    await stage.act(
        lambda books, at: office.exempt(
            books, books.exams.exams()[0].id, "001", "病假", actor="王所长", at=at
        )
    )
    alert = await told(invited, "开始答题")
    assert alert.text == "您这次已获准免考（病假），不用答题。"
    said = await ask(invited, "/exam")
    assert "您这次已获准免考，不用答题。" in said.text
    assert said.labels == ["练一练"]
    assert await stage.count("SELECT count(*) FROM attempts") == 0


async def test_an_exam_that_cannot_open_tells_the_admins_and_opens_when_it_can(
    stage: Stage, cadre: VirtualPerson, admin: VirtualPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A law changed between the creation and the opening: too few questions may be asked."""
    await stage.exam(OPENS, CLOSES)
    with monkeypatch.context() as patch:
        patch.setattr(Inspection, "fits", lambda _, asked, __: asked.kind is not QuestionKind.JUDGE)
        await stage.move_to(OPENS)
        await stage.pass_time(timedelta(minutes=10))
        letters = [m.text for m in admin.chat if "到时间了，还开不了" in m.text]
        assert len(letters) == 1, "once"
        assert "题库不够：判断题要 1 道，可用 0 道" in letters[0]
        assert "补好以后会自动开始" in letters[0]
        await ask(admin, "/admin")
        progress = await press(admin, "考试进度", lambda m: m.text.startswith("考试进度"))
        assert "还开不了：题库不够：判断题" in progress.text
        assert not any("考试开始了" in m.text for m in cadre.chat)
    await stage.rest()
    await cadre.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)


async def test_reminders_go_only_to_who_has_not_handed_in(
    stage: Stage, invited: VirtualPerson
) -> None:
    overdue = await stage.appoint("李二", Role.CADRE, "002")
    absent = await stage.appoint("张三", Role.CADRE, "003")
    running = await stage.appoint("赵四", Role.CADRE, "004")
    await stage.rest()
    await sit(invited, right=5)
    await sit(overdue, right=1, hand_in=False)
    await stage.move_to("2026-12-12T17:59")
    assert reminders(absent) == []
    await stage.move_to("2026-12-12T18:00")
    await stage.move_to("2026-12-12T19:00")
    await stage.move_to("2026-12-15T15:45")
    await begin(running)
    await stage.move_to("2026-12-15T16:00")
    await stage.move_to("2026-12-15T16:01")
    assert reminders(absent) == [
        "考试还有不到三天结束，您还没有交卷",
        "考试快结束了，您还没有交卷",
    ]
    assert reminders(running)[-1] == "考试快结束了，您还没有交卷"
    assert reminders(invited) == reminders(overdue) == []


def reminders(phone: VirtualPerson) -> list[str]:
    return [m.text.split("\n")[0] for m in phone.chat if "您还没有交卷" in m.text]


async def test_the_button_of_a_reminder_goes_on_with_the_running_paper(
    stage: Stage, invited: VirtualPerson
) -> None:
    await stage.move_to("2026-12-15T15:45")
    old = await begin(invited)
    await choose(invited, "B")
    await stage.move_to("2026-12-15T16:00")
    reminder = await invited.wait_for(lambda m: "快结束了" in m.text, PATIENCE)
    card = await press(invited, "开始答题", is_card, reminder)
    assert card.message_id == reminder.message_id
    assert options_of(card)["B"].startswith("✓ ")
    assert "剩余 15 分 00 秒" in card.text
    assert "旧卡片" in (await told(invited, "下一题", old)).text


async def test_the_result_comes_when_the_exam_is_over_and_not_before(
    stage: Stage, invited: VirtualPerson
) -> None:
    await sit(invited, right=3, blank=2)
    assert "得分" not in (await ask(invited, "/exam")).text
    await stage.move_to("2026-12-15T17:59")
    assert not any("得分" in m.text for m in invited.chat)
    await stage.move_to(CLOSES)
    result = await invited.wait_for(lambda m: "得分" in m.text, PATIENCE)
    assert "得分 7.5 / 10，合格线 6，合格。" in result.text
    assert "您答了 3 题" in result.text
    assert "得分 7.5 / 10" in (await ask(invited, "/exam")).text


async def test_an_overdue_paper_is_closed_by_the_round_and_graded_as_saved(
    stage: Stage, invited: VirtualPerson
) -> None:
    card = await begin(invited)
    await answer(invited, card, rightly=True)
    await stage.move_to("2026-12-08T09:30")
    rows = await stage.rows("SELECT state, score, answered FROM attempts")
    assert rows == [("overdue", 300, 1)]
    entries = await stage.rows("SELECT actor FROM entries WHERE kind = 'attempt-finished'")
    assert entries == [("lawbot",)]
    shown = await press(invited, "下一题", lambda m: not is_card(m))
    assert "到时间了，已按保存的答案交卷。共 5 题，您答了 1 题。" in shown.text


async def test_an_answer_after_the_deadline_is_refused_even_before_the_round(
    stage: Stage, invited: VirtualPerson
) -> None:
    card = await begin(invited)
    right = right_of(card)[0]
    wrong = next(letter for letter in options_of(card) if letter != right)
    card = await choose(invited, right)
    await stage.wait(timedelta(minutes=30))
    shown = await press(invited, options_of(card)[wrong], lambda m: not is_card(m), card)
    assert "到时间了" in shown.text
    assert invited.alerts[-1].text != "已保存"
    assert await stage.rows("SELECT state, score FROM attempts") == [("overdue", 300)]
    assert len(await saved(stage)) == 1


async def test_the_last_second_still_counts(stage: Stage, invited: VirtualPerson) -> None:
    await begin(invited)
    await stage.wait(timedelta(minutes=29, seconds=59))
    assert "剩余 0 分 01 秒" in (await choose(invited, "A")).text


async def test_everybody_has_a_paper_of_their_own(stage: Stage) -> None:
    await stage.exam(OPENS, CLOSES)
    await stage.move_to(OPENS)
    papers = await stage.rows("SELECT paper FROM candidates")
    assert len({paper for (paper,) in papers}) == len(papers) == 6


async def test_the_same_seed_draws_the_same_papers(stage: Stage) -> None:
    first, second = [await stage.exam(OPENS, CLOSES, seed=2027) for _ in range(2)]

    def job(books: Books, at: datetime) -> None:
        for key in (first, second):
            office.open_exam(books, key, actor="console", at=at)

    await stage.act(job)
    papers = "SELECT cadre_id, paper FROM candidates WHERE exam_id = :key ORDER BY cadre_id"
    assert await stage.rows(papers, key=first) == await stage.rows(papers, key=second)


async def test_a_paper_of_more_than_eighty_questions_has_pages_of_its_sheet(
    stage: Stage, cadre: VirtualPerson
) -> None:
    plan = short_plan()
    long = replace(plan, sections=(replace(plan.sections[0], count=85),))
    await stage.exam(OPENS, CLOSES, long)
    await stage.move_to(OPENS)
    await cadre.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
    await begin(cadre)
    sheet = await press(cadre, "答题卡", lambda m: m.text.startswith("答题卡"))
    assert len(sheet.labels) == 80 + 3
    assert "后一页" in sheet.labels
    sheet = await press(cadre, "后一页", lambda m: "前一页" in m.labels)
    assert sheet.labels == ["81", "82", "83", "84", "85", "前一页", "返回", "交卷"]
    assert "第 83/85 题" in (await press(cadre, "83", is_card)).text


async def test_buttons_carry_only_places(stage: Stage, invited: VirtualPerson) -> None:
    card = await begin(invited)
    token = (await stage.rows("SELECT token FROM attempts"))[0][0]
    data = [data_of(card, label) for label in options_of(card).values()]
    assert data == [f"x:{token}:0:{place}:1" for place in range(len(data))]
    assert all(len(one.encode()) <= 64 for one in data)
    assert re.fullmatch(r"[A-Za-z0-9_-]{12}", token)
