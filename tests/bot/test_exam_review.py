"""After the reveal in chat: the own paper page by page, doubts, corrected scores, the make-up."""

import dataclasses
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from lawbot.sandbox import Message, VirtualPerson
from lawbot.telegram.views.review import arithmetic
from lawcore.exams import makeup, office, regrade
from lawcore.exams.grading import Tick, earned
from lawcore.ids import ExamId
from lawcore.law.statutes import find_statutes
from lawcore.people.model import Role
from lawcore.questions.blueprint import PaperKind, Scoring
from lawcore.questions.question import Question, QuestionKind
from tests.stage import (
    PATIENCE,
    Stage,
    answer,
    ask,
    asked,
    begin,
    data_of,
    forge,
    is_card,
    press,
    right_of,
    shipped,
    short_plan,
    sit,
    told,
)

OPENS, CLOSES = "2026-12-08T09:00", "2026-12-15T18:00"
PAGE = re.compile(r"逐题查看\n第 (\d+)/5 题")


def is_page(message: Message) -> bool:
    return PAGE.search(message.text) is not None


async def next_page(phone: VirtualPerson, page: Message, number: int) -> Message:
    return await press(phone, "下一题", lambda m: f"第 {number}/5 题" in m.text, page)


def question_of(page: Message) -> Question:
    """`asked` reads cards and pages alike: the stem is a part of its own."""
    return asked(page)


@pytest.fixture
async def cadre(stage: Stage) -> VirtualPerson:
    return await stage.appoint("王一", Role.CADRE, "001")


async def held(stage: Stage, phone: VirtualPerson, right: int = 3, blank: int = 1) -> Message:
    """The person sits the exam; it ends; the result has come."""
    await stage.exam(OPENS, CLOSES)
    await stage.move_to(OPENS)
    await phone.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
    await sit(phone, right=right, blank=blank)
    await stage.move_to(CLOSES)
    return await phone.wait_for(lambda m: "得分" in m.text, PATIENCE)


async def test_the_own_paper_is_turned_page_by_page_and_back_to_the_result(
    stage: Stage, cadre: VirtualPerson
) -> None:
    result = await held(stage, cadre)
    assert result.labels == ["逐题查看"]
    page = await press(cadre, "逐题查看", is_page, result)
    assert page.message_id == result.message_id
    stems = [question_of(page).id]
    assert page.labels == ["下一题", "返回", "对这道题有疑问"]
    for number in range(2, 6):
        page = await next_page(cadre, page, number)
        stems.append(question_of(page).id)
    assert page.labels == ["上一题", "返回", "对这道题有疑问"]
    assert len(set(stems)) == 5
    back = await press(cadre, "返回", lambda m: "得分" in m.text and not is_page(m), page)
    assert back.text == result.text


async def test_a_page_has_the_own_choice_the_key_the_arithmetic_and_the_article(
    stage: Stage, cadre: VirtualPerson
) -> None:
    result = await held(stage, cadre)
    earned_ = 0.0
    page = await press(cadre, "逐题查看", is_page, result)
    for number in range(1, 6):
        question = question_of(page)
        shown = {line[3:]: line[0] for line in page.text.splitlines() if line[1:3] == ". "}
        key = "".join(sorted(shown[question.options[own]] for own in question.key))
        assert f"正确答案：{key}\n" in page.text
        assert f"解析：{question.explanation}" in page.text
        for cite in question.cites:
            assert f"依据：{cite}" in page.text
        if number <= 3:
            assert f"您选的：{key}\n" in page.text
            marks = float(re.search(r"得分：选对，得 (\S+) 分", page.text)[1])  # type: ignore[index]
            earned_ += marks
        elif number == 4:
            assert f"您选的：{key}\n" not in page.text
            assert "得 0 分" in page.text
        else:
            assert "您选的：没有作答\n" in page.text
            assert "得分：没有作答，得 0 分" in page.text
        if number < 5:
            page = await next_page(cadre, page, number + 1)
    assert earned_ == float(re.search(r"得分 (\S+) /", result.text)[1])  # type: ignore[index]
    pages = [c for c in stage.box.calls("editMessageText") if "逐题查看</b>" in str(c.payload)]
    assert len(pages) >= 5
    assert all(len(str(c.payload["text"])) < 4096 for c in pages)


@pytest.mark.skipif(find_statutes() is None, reason="the texts of the statutes are not installed")
async def test_the_text_of_the_article_stands_there_where_it_is_installed(
    stage: Stage, cadre: VirtualPerson
) -> None:
    statutes, registry = find_statutes(), stage.house.pack.registry
    assert statutes is not None
    page = await press(cadre, "逐题查看", is_page, await held(stage, cadre))
    found = 0
    for number in range(1, 6):
        for law, article in question_of(page).cites:
            text = None
            if article is not None:
                text = statutes.article(registry.law(law), article, datetime(2026, 12, 8).date())  # noqa: DTZ001 - a date
            if text:
                found += 1
                assert text.split("\n", maxsplit=1)[0][:60] in page.text
        if number < 5:
            page = await next_page(cadre, page, number + 1)
    assert found > 0


async def test_a_doubt_is_told_to_the_admins_answered_in_words_and_told_back(
    stage: Stage, cadre: VirtualPerson, admin: VirtualPerson
) -> None:
    page = await press(cadre, "逐题查看", is_page, await held(stage, cadre))
    question = question_of(page)
    alert = await told(cadre, "对这道题有疑问", page)
    assert alert.text == "已转给出题人，有答复会告诉您。"
    prompt = await cadre.wait_for(lambda m: "想说一句为什么吗" in m.text, PATIENCE)
    done = await press(cadre, "不用了", lambda m: "已转给出题人" in m.text, prompt)
    assert (done.message_id, done.labels) == (prompt.message_id, [])
    shown = next(m for m in cadre.chat if m.message_id == page.message_id)
    assert "对这道题有疑问" not in shown.labels
    asked_again = await forge(cadre, data_of(page, "对这道题有疑问"), shown)
    assert asked_again.text.startswith("您已经提过")
    await stage.pass_time(timedelta(minutes=5))
    letter = await admin.wait_for(lambda m: "有考生对一道题有疑问" in m.text, PATIENCE)
    assert question.stem in letter.text
    assert f"题库答案：{question.key_letters}" in letter.text
    assert "王一" not in letter.text
    prompt = await press(admin, "答复", lambda m: "答复疑问" in m.text, letter)
    assert prompt.labels == ["取消"]
    done = await ask(admin, "题目依据法条原文，<答案>不变。")
    assert "已答复" in done.text
    await stage.rest()
    said = await cadre.wait_for(lambda m: "有了答复" in m.text, PATIENCE)
    assert question.stem in said.text
    assert said.text.endswith("答复：题目依据法条原文，<答案>不变。")
    again = await told(admin, "答复", letter)
    assert again.text == "这个疑问已经答复过了。"


async def test_a_sentence_typed_after_a_doubt_reaches_the_admins_with_it_and_nobody_else(
    stage: Stage, cadre: VirtualPerson, admin: VirtualPerson
) -> None:
    other = await stage.appoint("李二", Role.CADRE, "002")
    page = await press(cadre, "逐题查看", is_page, await held(stage, cadre))
    await told(cadre, "对这道题有疑问", page)
    await cadre.wait_for(lambda m: "想说一句为什么吗" in m.text, PATIENCE)
    assert "200 个字以内" in (await ask(cadre, "长" * 201)).text
    said = await ask(cadre, "去年的<说法>不一样")
    assert said.text == "好的，这句话也转给出题人。有答复会告诉您。"
    await stage.pass_time(timedelta(minutes=5))
    letters = [m.text for m in admin.chat if "有考生对一道题有疑问" in m.text]
    assert len(letters) == 1, "once, with the words"
    assert "考生说：去年的<说法>不一样" in letters[0]
    assert not any("说法" in m.text for m in other.chat)
    assert "看不懂" in (await ask(cadre, "再说一句")).text, "one sentence, and no more"


async def test_only_an_admin_answers_and_a_prompt_can_be_cancelled(
    stage: Stage, cadre: VirtualPerson, admin: VirtualPerson, editor: VirtualPerson
) -> None:
    page = await press(cadre, "逐题查看", is_page, await held(stage, cadre))
    await told(cadre, "对这道题有疑问", page)
    await stage.pass_time(timedelta(minutes=5))
    letter = await admin.wait_for(lambda m: "有考生对一道题有疑问" in m.text, PATIENCE)
    assert not any("疑问" in m.text for m in editor.chat)
    for stranger in (editor, cadre):
        assert (await forge(stranger, data_of(letter, "答复"))).text == "只有管理员可以答复。"
    prompt = await press(admin, "答复", lambda m: "答复疑问" in m.text, letter)
    await press(admin, "取消", bool, prompt)
    await ask(admin, "随便说一句")
    assert await stage.count("SELECT count(*) FROM appeals WHERE answer IS NOT NULL") == 0


async def test_the_paper_of_another_is_like_none(stage: Stage, cadre: VirtualPerson) -> None:
    stranger = await stage.appoint("李二", Role.CADRE, "002")
    page = await press(cadre, "逐题查看", is_page, await held(stage, cadre))
    said = set()
    for act in ("w", "o"):
        for token in (data_of(page, "返回").split(":")[1], "AAAAAAAAAAAA"):
            said.add((await forge(stranger, f"{act}:{token}:0")).text)
    said.add((await forge(stranger, data_of(page, "返回"))).text)
    assert said == {"没有找到这份试卷。请发 /exam 查看您的考试。"}


async def test_whose_score_a_corrected_key_lifts_is_told_both_scores(
    stage: Stage, cadre: VirtualPerson
) -> None:
    """The first question was answered wrongly by the key; the key was wrong."""
    await stage.exam(OPENS, CLOSES, short_plan(PaperKind.PER_EXAM))
    await stage.move_to(OPENS)
    await cadre.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
    card = await begin(cadre)
    question, right = asked(card), right_of(card)
    await answer(cadre, card, rightly=False)
    token = (await stage.rows("SELECT token FROM attempts"))[0][0]
    await forge(cadre, f"H:{token}", cadre.last)
    await stage.move_to(CLOSES)
    result = await cadre.wait_for(lambda m: "得分 0 / 10" in m.text, PATIENCE)
    page = await press(cadre, "逐题查看", is_page, result)
    mine = re.search(r"您选的：(\S+)", page.text)
    assert mine is not None
    shown = {line[0]: line[3:] for line in page.text.splitlines() if line[1:3] == ". "}
    chosen = "ABCD"[question.options.index(shown[mine[1]])]
    key = ExamId(1)

    def correct(books: Any, at: datetime) -> None:
        regrade.propose(books, key, question.id, chosen, actor="李四", at=at)
        regrade.apply(books, key, question.id, chosen, allow_lower=False, actor="王五", at=at)

    await stage.act(correct)
    await stage.rest()
    said = await cadre.wait_for(lambda m: "答案更正了" in m.text, PATIENCE)
    assert "您的得分由 0 分改为 3 分，没有合格。两次的得分都留有记录。" in said.text
    assert "得分 3 / 10" in (await ask(cadre, "/exam")).text
    page = await press(cadre, "逐题查看", is_page)
    assert f"正确答案：{mine[1]}（已更正，原来是 {right[0]}）" in page.text
    assert "得分：选对，得 3 分" in page.text


async def test_the_admins_are_told_what_still_holds_the_old_key(
    stage: Stage, cadre: VirtualPerson, admin: VirtualPerson
) -> None:
    """The bank, by file and line, and an exam that was created before the correction."""
    await held(stage, cadre)
    await stage.exam("2026-12-20T09:00", "2026-12-28T18:00", short_plan(PaperKind.PER_EXAM))
    found = await stage.look(lambda books: books.rosters.sat(ExamId(1))[0].paper[0].question)
    question = shipped().questions[found]
    wrong = next(letter for letter in "ABCD" if letter not in question.key_letters)

    def correct(books: Any, at: datetime) -> None:
        regrade.propose(books, ExamId(1), found, wrong, actor="李四", at=at)
        regrade.apply(books, ExamId(1), found, wrong, allow_lower=False, actor="王五", at=at)

    await stage.act(correct)
    await stage.move_to("2026-12-16T09:00")
    letter = await admin.wait_for(lambda m: "有一道题的答案更正了" in m.text, PATIENCE)
    assert f"正确答案：{wrong}" in letter.text
    where = str(shipped().places["questions", found])
    assert f'题库还是旧答案：{where}，请把 answer 改成 ["{wrong}"]' in letter.text
    assert "还有考试 2“第四季度考法”用着旧答案" in letter.text
    assert f"lawbot exam regrade 1 --question {found} --key {wrong} --elsewhere" in letter.text
    assert letter.protected
    assert not any("更正了" in m.text for m in cadre.chat)


async def appoint_candidate(stage: Stage, number: str) -> VirtualPerson:
    """An admin who is on the roster as well."""
    phone = await stage.appoint("管理员", Role.ADMIN)
    assert "绑定成功" in (await ask(phone, f"/start {await stage.code(Role.CADRE, number)}")).text
    return phone


async def test_an_admin_who_may_be_asked_the_question_is_told_no_key_and_not_which_it_is(
    stage: Stage, cadre: VirtualPerson, admin: VirtualPerson
) -> None:
    """002 is on the roster of the exam that waits; the letters say so and leave it to others."""
    both = await appoint_candidate(stage, "002")
    page = await press(cadre, "逐题查看", is_page, await held(stage, cadre))
    question = question_of(page)
    await stage.exam("2026-12-20T09:00", "2026-12-28T18:00", short_plan(PaperKind.PER_EXAM))
    await press(cadre, "对这道题有疑问", lambda m: "想说一句为什么" in m.text, page)
    wrong = next(letter for letter in "ABCD" if letter not in question.key_letters)

    def correct(books: Any, at: datetime) -> None:
        regrade.propose(books, ExamId(1), question.id, wrong, actor="李四", at=at)
        regrade.apply(books, ExamId(1), question.id, wrong, allow_lower=False, actor="王五", at=at)

    await stage.act(correct)
    since = len(both.chat)
    await stage.move_to("2026-12-16T09:00")
    for words in ("对一道题有疑问", "有一道题的答案更正了"):
        full = await admin.wait_for(lambda m, w=words: w in m.text, PATIENCE)  # type: ignore[misc]
        assert question.stem in full.text
        short = await both.wait_for(lambda m, w=words: w in m.text, PATIENCE)  # type: ignore[misc]
        assert "您自己也可能考到这道题" in short.text
        assert short.labels == []
    for message in both.chat[since:]:
        for given in (question.stem, question.explanation, question.id, f"--key {wrong}"):
            assert given not in message.text


async def test_a_key_is_not_shown_while_another_exam_asks_the_same_person_the_question(
    stage: Stage, cadre: VirtualPerson
) -> None:
    """Two rosters at once, the same questions: the second ends two days later."""
    plan = short_plan(PaperKind.PER_EXAM)
    await stage.exam(OPENS, CLOSES, plan)
    await stage.exam(OPENS, "2026-12-17T18:00", plan)
    await stage.move_to(OPENS)
    letter = await cadre.wait_for(lambda m: "2026-12-15 18:00" in m.text, PATIENCE)
    card = await press(cadre, "开始答题", is_card, letter)
    await answer(cadre, card, rightly=True)
    token = data_of(card, "交卷").split(":")[1]
    await forge(cadre, f"H:{token}", card)
    before = len(stage.box.sent)
    await stage.move_to(CLOSES)
    result = await cadre.wait_for(lambda m: "得分 3 / 10" in m.text, PATIENCE)
    page = await press(cadre, "逐题查看", is_page, result)
    question = question_of(page)
    assert (
        "这份卷里有的题，您在“第四季度考法”里还要考到。"
        "整份卷的答案，到 2026-12-17 18:00 那场公布后再看。"
    ) in page.text
    assert page.labels == ["下一题", "返回"]
    assert (await forge(cadre, f"o:{token}:0", page)).text == (
        "成绩和答案在 2026-12-17 18:00 公布后才能看。"
    )
    for call in stage.box.sent[before:]:
        for words in (question.explanation, "正确答案", "得分：", "解析："):
            assert words not in str(call.payload.get("text"))
    await stage.move_to("2026-12-17T18:00")
    page = await press(cadre, "下一题", lambda m: "第 2/5 题" in m.text, page)
    page = await press(cadre, "上一题", lambda m: "第 1/5 题" in m.text, page)
    assert f"解析：{question.explanation}" in page.text
    assert "得分：选对，得 3 分" in page.text


async def test_who_failed_sits_a_make_up_with_another_paper_and_both_results_stand(
    stage: Stage, cadre: VirtualPerson
) -> None:
    await held(stage, cadre, right=0, blank=0)
    first = {asked(m).id for m in cadre.chat if is_card(m)}
    bank = tuple(stage.house.pack.questions.values())

    def create(books: Any, at: datetime) -> ExamId:
        key = makeup.create(
            books,
            ExamId(1),
            bank,
            opens_at=at,
            closes_at=at.replace(hour=12, day=at.day + 2),
            seed=3,
            actor="console",
            at=at,
        )
        office.open_exam(books, key, actor="console", at=at)
        return key

    await stage.act(create)
    await stage.rest()
    letter = await cadre.wait_for(lambda m: "（补考）" in m.text, PATIENCE)
    assert letter.labels == ["开始答题"]
    before = await stage.rows("SELECT * FROM attempts WHERE exam_id = 1")
    await sit(cadre, right=5)
    assert await stage.rows("SELECT * FROM attempts WHERE exam_id = 1") == before
    papers = await stage.rows(
        "SELECT exam_id, paper FROM candidates JOIN cadres ON"
        " cadres.id = cadre_id WHERE number = '001' ORDER BY exam_id"
    )
    keys = [set(re.findall(r'\["([^"]+)"', paper)) for _, paper in papers]
    assert len(keys[0]) == len(keys[1]) == 5
    assert not keys[0] & keys[1]
    assert first <= keys[0]
    await stage.move_to("2026-12-18T09:00")
    shown = {m.text.split("\n")[0]: m.text for m in cadre.chat if "得分" in m.text}
    assert "得分 0 / 10" in shown["第四季度考法"]
    assert "得分 10 / 10" in shown["第四季度考法（补考）"]


async def test_who_is_in_two_exams_sees_both_also_while_one_runs(
    stage: Stage, cadre: VirtualPerson
) -> None:
    for _ in range(2):
        await stage.exam(OPENS, CLOSES)
    await stage.move_to(OPENS)
    seen = len(cadre.chat)
    await ask(cadre, "/exam")
    await cadre.wait_for(lambda m: m.message_id > cadre.chat[seen].message_id + 1, PATIENCE)
    assert [m.labels for m in cadre.chat[-2:]] == [["开始答题"], ["开始答题", "练一练"]]
    await begin(cadre)
    since = len(cadre.chat)
    await ask(cadre, "/exam")
    await cadre.wait_for(is_card, PATIENCE)
    await stage.rest()
    new = cadre.chat[since + 1 :]
    assert [is_card(m) for m in new] == [False, True]
    assert "开始答题" in new[0].labels


@pytest.mark.parametrize(
    ("scoring", "tick", "says"),
    [
        (Scoring.ALL, Tick(3, 3, 0), "选对，得 2 分"),
        (Scoring.ALL, Tick(3, 2, 0), "没有全部选对，得 0 分"),
        (Scoring.PARTIAL, Tick(3, 2, 0), "少选，应选 3 个，选对 2 个：2 × 2 ÷ 3，得 1.33 分"),
        (Scoring.PARTIAL, Tick(3, 2, 1), "有选错的，得 0 分"),
        (Scoring.HALF, Tick(3, 1, 0), "少选，得一半：2 ÷ 2 ＝ 1 分"),
        (Scoring.HALF, Tick(3, 1, 1), "有选错的，得 0 分"),
        (
            Scoring.RIGHT_MINUS_WRONG,
            Tick(3, 2, 1),
            "选对 2 个、选错 1 个，应选 3 个：2 ×（2 − 1）÷ 3，得 0.67 分",
        ),
        (
            Scoring.RIGHT_MINUS_WRONG,
            Tick(3, 0, 1),
            "选对 0 个、选错 1 个，应选 3 个：2 ×（0 − 1）÷ 3，得 0 分（不扣成负分）",
        ),
        (Scoring.PARTIAL, Tick(3, 0, 0), "没有作答，得 0 分"),
    ],
)
def test_the_arithmetic_is_said_in_words(scoring: Scoring, tick: Tick, says: str) -> None:
    kind = QuestionKind.MULTIPLE
    marks = dataclasses.replace(short_plan().sections[0]).marks - 1
    assert arithmetic(scoring, kind, tick, earned(scoring, kind, tick, marks), marks) == says
