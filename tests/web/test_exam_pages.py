"""考法 in a real browser: created, watched, excused, doubted, corrected; no key before its time."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import aiohttp
import pytest
from playwright.async_api import BrowserContext, Page, expect

from lawbot.web.desk import ROUTES
from lawbot.web.pages import exams_new
from lawcore.access.model import csrf_of
from lawcore.exams import entering, on_paper, regrade
from lawcore.exams import office as exam_office
from lawcore.exams.model import ExamState
from lawcore.ids import AppealId, CadreId, ExamId, QuestionKey
from lawcore.people.model import Role
from lawcore.questions.blueprint import PaperKind
from lawcore.storage import Books
from tests.stage import shipped, short_plan
from tests.web.conftest import PHONE, Office

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
TELLING = ("（正确答案）", "解析：", "得分率", "合格率")
"""Words that only keys, results of questions, and results of people have."""


async def opened(office: Office, *, reveal_days: int = 0, hours: int = 8) -> ExamId:
    """An exam of five questions, the same for all, which six cadres sit now."""

    def job(books: Books, at: datetime) -> ExamId:
        closes = at + timedelta(hours=hours)
        key = exam_office.create(
            books, short_plan(PaperKind.PER_EXAM), tuple(shipped().questions.values()),
            title="第四季度考法", opens_at=at, closes_at=closes, minutes=None, seed=5,
            reveal_at=closes + timedelta(days=reveal_days) if reveal_days else None,
            actor="console", at=at,
        )  # fmt: skip
        exam_office.open_exam(books, key, actor="console", at=at)
        return key

    return await office.act(job)


async def sit(office: Office, key: ExamId, *numbers: str, right: bool = True) -> None:
    """These people hand a paper in: everything right, or only the first place, and that wrong."""

    def job(books: Books, at: datetime) -> None:
        for number in numbers:
            cadre = books.people.cadre_by_number(number)
            assert cadre is not None
            choices: dict[int, int] = {}
            for place, item in enumerate(books.rosters.paper(key, cadre.id)):
                wanted = books.exams.question(key, item.question).key
                for shown, own in enumerate(item.order):
                    if (own in wanted) is right and (right or place == 0):
                        choices[place] = choices.get(place, 0) | 1 << shown
            if not right:
                choices = {place: mask & -mask for place, mask in choices.items()}
            entering.enter(books, key, cadre, choices, late="", actor="console", at=at)

    await office.act(job)


async def close(office: Office, key: ExamId) -> None:
    await office.act(lambda b, at: exam_office.close_exam(b, key, actor="console", at=at))


async def asked_first(office: Office, key: ExamId) -> QuestionKey:
    """The first question of everybody's paper."""

    def job(books: Books) -> QuestionKey:
        return books.rosters.paper(key, books.exams.candidates(key)[0].cadre)[0].question

    return await office.look(job)


async def doubt(office: Office, key: ExamId, number: str, text: str) -> AppealId:
    question = await asked_first(office, key)

    def job(books: Books, at: datetime) -> AppealId:
        cadre = books.people.cadre_by_number(number)
        assert cadre is not None
        made = books.reviews.add_appeal(key, cadre.id, question, at)
        assert made is not None
        books.reviews.set_appeal_text(made, text)
        return made

    return await office.act(job)


def paths(key: ExamId, methods: Sequence[str] = ("GET",)) -> list[str]:
    """Every address of the exam."""
    found = [route.path for route in ROUTES if route.method in methods]
    return [path.replace("{key}", str(key)) for path in found if path.startswith("/exams/{key}")]


async def facts(page: Page) -> str:
    return await page.locator(".facts").first.inner_text()


async def test_an_exam_is_tried_and_then_created(office: Office, context: BrowserContext) -> None:
    page = await office.enter(context, await office.appoint(Role.ADMIN, number="001"))
    await page.get_by_role("link", name="考法", exact=True).click()
    await page.get_by_role("link", name="新建考试").click()
    await page.get_by_label("一村一考").check()
    await page.get_by_label("考试名称").fill("冬季一村一考")
    await page.get_by_label("开始", exact=True).fill("2026-12-08T09:00")
    await page.get_by_label("结束", exact=True).fill("2026-12-15T18:00")
    await page.get_by_role("button", name="先算一算").click()
    await expect(page.get_by_role("status")).to_contain_text("名单上有 2 人，其中 2 人还没绑定")
    assert await office.look(lambda books: books.exams.exams()) == ()
    await page.get_by_role("button", name="创建考试").click()
    await expect(page.get_by_role("heading", level=1, name="冬季一村一考")).to_be_visible()
    await expect(page.get_by_text("2026-12-08 09:00 至 2026-12-15 18:00")).to_be_visible()
    (made,) = await office.look(lambda books: books.exams.exams())
    assert (made.title, made.state, made.minutes) == ("冬季一村一考", ExamState.SCHEDULED, 20)
    assert made.owner.startswith("account:")


async def test_a_plan_that_cannot_be_filled_names_each_short_cell(
    office: Office, context: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = tuple(shipped().questions.values())[:6]
    monkeypatch.setattr(exams_new, "bank_for", lambda *_: bank)
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/exams/new")
    await page.get_by_label("季度考法").check()
    await page.get_by_label("考试名称").fill(HOSTILE)
    await page.get_by_label("开始", exact=True).fill("2026-12-08T09:00")
    await page.get_by_label("结束", exact=True).fill("2026-12-15T18:00")
    await page.get_by_role("button", name="创建考试").click()
    problem = page.get_by_role("alert")
    await expect(problem).to_contain_text("题库不够")
    for kind in ("单选题", "多选题", "判断题"):
        await expect(problem).to_contain_text(kind)
    assert await page.get_by_label("考试名称").input_value() == HOSTILE
    assert await page.evaluate("window.hit") is None


async def test_the_figures_of_an_open_exam_count_by_unit_and_name_who_has_not_sat(
    office: Office, context: BrowserContext
) -> None:
    key = await opened(office)
    await sit(office, key, "001", "005")
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/exams")
    await expect(page.get_by_role("row", name="第四季度考法")).to_contain_text("33.3%（2/6）")
    await page.goto(f"{office.address}/exams/{key}")
    await expect(page.get_by_role("heading", name="还没交卷（4 人）")).to_be_visible()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="东河村"))
    await expect(row.first).to_contain_text("100.0%（1/1）")
    await expect(page.locator("svg.chart")).to_have_attribute("aria-label", re.compile("参考情况"))
    await sit(office, key, "006")
    await expect(page.get_by_text("50.0%（3/6）").first).to_be_visible(timeout=15_000)
    page.on("dialog", lambda asked: asked.accept())
    await page.get_by_role("button", name="现在就结束").click()
    await expect(page.get_by_role("heading", name="缺考（3 人）")).to_be_visible()
    await expect(page.get_by_text("合格率（应考）50.0%（3/6）")).to_be_visible()


async def test_who_is_excused_given_time_or_moved_is_listed_with_the_reason(
    office: Office, context: BrowserContext
) -> None:
    key = await opened(office)
    page = await office.enter(context, await office.appoint(Role.ADMIN, number="001"))
    page.on("dialog", lambda asked: asked.accept())
    await page.goto(f"{office.address}/exams/{key}/candidates")
    box = page.get_by_role("region", name="免考", exact=True)
    await box.get_by_label("工号").fill("004")
    await box.get_by_label("原因").fill("公出")
    await box.get_by_label("证明材料").fill(HOSTILE)
    await box.get_by_role("button", name="准予免考").click()
    await expect(page.get_by_role("status")).to_contain_text("免考记下了")
    box = page.get_by_role("region", name="加时")
    await box.get_by_label("工号").fill("005")
    await box.get_by_label("比别人多几分钟").fill("15")
    await box.get_by_label("原因").fill("视力不便")
    await box.get_by_role("button", name="加时").click()
    box = page.get_by_role("region", name="调动")
    await box.get_by_label("工号").fill("006")
    await box.get_by_label("调到").select_option(label="司法所")
    await box.get_by_label("原因").fill("调任")
    await box.get_by_role("button", name="记下调动").click()
    changes = page.get_by_role("region", name="做过的改动").first
    for words in ("赵四", "公出", "加 15 分钟", "西山村 → 司法所", "王一"):
        await expect(changes).to_contain_text(words)
    assert await page.evaluate("window.hit") is None
    box = page.get_by_role("region", name="取消免考")
    await box.get_by_label("工号").fill("004")
    await box.get_by_label("原因").fill("提前回来了")
    await box.get_by_role("button", name="取消免考").click()
    await expect(page.get_by_role("status")).to_contain_text("免考已取消")
    await expect(changes).to_contain_text("提前回来了")
    box = page.get_by_role("region", name="补进名单")
    await box.get_by_label("工号").fill("999")
    await box.get_by_label("原因").fill("新调入")
    await box.get_by_role("button", name="补进名单").click()
    await expect(page.get_by_role("alert")).to_contain_text("名册里没有工号 999")


async def test_before_the_reveal_no_address_of_an_exam_tells_a_key_or_a_result(
    office: Office,
) -> None:
    key = await opened(office, reveal_days=2)
    await sit(office, key, "001", "002")
    await sit(office, key, "003", right=False)
    question = await asked_first(office, key)
    await office.act(
        lambda b, at: regrade.propose(b, key, question, other(b, key, question), actor="x", at=at)
    )
    token = await office.token(await office.appoint(Role.ADMIN))
    stems = [question.stem for question in shipped().questions.values()]
    told = [q.explanation for q in shipped().questions.values()]
    for over in (False, True):
        if over:
            await close(office, key)
        async with office.client(token) as client:
            form = {"csrf": csrf_of(token), "question": question, "key": "A", "text": "x"}
            texts = [await read(client, "GET", path, form) for path in paths(key)]
            extra = f"/exams/{key}/doubts?question={question}&key=B"
            texts.append(await read(client, "GET", extra, form))
            acts = [f"/exams/{key}/doubts/{act}" for act in ("propose", "apply", "1")]
            texts += [await read(client, "POST", path, form) for path in acts]
            texts.append(await read(client, "GET", "/exams", form))
        assert len(texts) >= 10
        for text in texts:
            assert not [word for word in told if word in text]
            assert not [word for word in stems if word in text]
            assert question not in text
            words = TELLING if not over else TELLING[:3]
            assert not [word for word in words if word in text]


async def read(client: aiohttp.ClientSession, method: str, path: str, form: object) -> str:
    """The page; a refused file has no body of its own but says why."""
    sent = form if method == "POST" else None
    answer = await client.request(method, path, data=sent, allow_redirects=False)
    if answer.content_type != "text/html":
        assert path.endswith("/answers.xlsx"), f"{path} is a file"
        return ""
    assert answer.status < 500
    return await answer.text()


def other(books: Books, key: ExamId, question: QuestionKey) -> str:
    """A key that the question has not."""
    found = books.exams.question(key, question)
    return "A" if found.key != {0} else "B"


async def test_a_doubt_is_answered_and_a_wrong_key_needs_a_second_person(
    office: Office, context: BrowserContext
) -> None:
    key = await opened(office)
    await sit(office, key, "001", "002")
    await sit(office, key, "003", right=False)
    await close(office, key)
    await doubt(office, key, "003", HOSTILE)
    question = await asked_first(office, key)
    page = await office.enter(context, await office.appoint(Role.ADMIN, number="001"))
    await page.get_by_role("link", name="第四季度考法：有 1 个题目疑问等答复").click()
    await expect(page.get_by_text(HOSTILE)).to_be_visible()
    assert await page.evaluate("window.hit") is None
    await expect(page.get_by_text("（正确答案）")).to_have_count(1)
    await expect(page.get_by_text("样本不足：不到 30 人")).to_be_visible()
    await page.get_by_label("答复").fill("谢谢，正在核对。")
    await page.get_by_role("button", name="答复", exact=True).click()
    await expect(page.get_by_text("答复：谢谢，正在核对。")).to_be_visible()

    wrong = await office.look(lambda books: picked(books, key, "003", question))
    await page.get_by_text("答案可能错了").click()
    await page.get_by_label("正确答案").fill(wrong)
    await page.get_by_role("button", name="试算").click()
    table = page.get_by_role("region", name="分数的变化")
    await expect(table.get_by_role("row", name="003 张三")).to_contain_text("3（不合格）")
    await expect(table.get_by_role("row", name="001 王一")).to_contain_text("保持原分")
    await page.get_by_role("button", name="提议更正").click()
    await expect(page.get_by_text("这是您提议的，要由另一个人确认。")).to_be_visible()
    await expect(page.get_by_role("button", name="确认更正")).to_have_count(0)
    await page.get_by_role("button", name="退出").click()

    page = await office.enter(context, await office.appoint(Role.ADMIN, number="002"))
    page.on("dialog", lambda asked: asked.accept())
    await page.get_by_role("link", name="有 1 处改答案等另一人确认").click()
    await page.set_viewport_size(PHONE)
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await page.get_by_role("button", name="确认更正").click()
    await expect(page.get_by_role("status")).to_contain_text("没有人降分")
    scores = await office.look(lambda books: books.figures.candidate_scores(key))
    assert {one.number: f"{one.score:g}" for one in scores if one.score is not None} == {
        "001": "10", "002": "10", "003": "3",
    }  # fmt: skip


def picked(books: Books, key: ExamId, number: str, question: QuestionKey) -> str:
    """What somebody chose at the first place, as a letter of the bank."""
    cadre = books.people.cadre_by_number(number)
    assert cadre is not None
    attempt = books.exams.attempt(key, CadreId(cadre.id))
    assert attempt is not None
    assert attempt.paper[0].question == question
    mask = books.exams.choices(attempt.id)[0]
    return "ABCDEFGH"[attempt.paper[0].order[mask.bit_length() - 1]]


async def test_who_owes_a_make_up_is_named_and_it_is_created(
    office: Office, context: BrowserContext
) -> None:
    key = await opened(office)
    await sit(office, key, "001", "002", "003", "004")
    await sit(office, key, "005", right=False)
    await close(office, key)
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/exams/{key}")
    section = page.get_by_role("region", name="补考", exact=True)
    await expect(section).to_contain_text("该补考的有 2 人")
    await section.get_by_text("安排补考").click()
    await section.get_by_label("补考开始").fill("2026-12-08T09:00")
    await section.get_by_label("补考结束").fill("2026-12-01T09:00")
    await section.get_by_role("button", name="创建补考").click()
    await expect(page.get_by_role("alert")).to_contain_text("结束时间要晚于开始时间")
    await page.get_by_label("补考结束").fill("2026-12-09T09:00")
    await page.get_by_role("button", name="创建补考").click()
    await expect(page.get_by_role("heading", level=1, name="第四季度考法（补考）")).to_be_visible()
    await page.goto(f"{office.address}/exams")
    await expect(page.get_by_text("是《第四季度考法》的补考")).to_be_visible()


async def test_files_come_out_and_answers_come_in(office: Office, context: BrowserContext) -> None:
    key = await opened(office)
    await sit(office, key, "001", "002", "003", "004", "005")
    token = await office.token(await office.appoint(Role.ADMIN))
    async with office.client(token) as client:
        answer = await client.post(
            f"/exams/{key}/papers", data={"csrf": csrf_of(token), "person": "006"}
        )
        assert answer.content_type.endswith("wordprocessingml.document")
        sheet = await (await client.get(f"/exams/{key}/answers.xlsx")).read()
        form = aiohttp.FormData({"csrf": csrf_of(token), "late": ""})
        form.add_field("answers", sheet, filename="答案.xlsx")
        refused = await client.post(f"/exams/{key}/answers", data=form)
        assert (refused.status, "没有填任何答案" in await refused.text()) == (409, True)
        early = await client.get(f"/exams/{key}/scores.xlsx")
        assert early.status == 409
        await close(office, key)
        scores = await client.get(f"/exams/{key}/scores.xlsx")
        assert scores.content_type.endswith("spreadsheetml.sheet")
    printed = await office.look(lambda b: on_paper.opened(b, key))
    assert printed.state is ExamState.CLOSED


async def test_the_admin_of_a_village_sees_its_own_people_and_no_score(office: Office) -> None:
    key = await opened(office)
    await sit(office, key, "001", "005")
    token = await office.token(await office.appoint(Role.UNIT_ADMIN, unit="V2"))
    none = await office.token(await office.appoint(Role.UNIT_ADMIN, unit="V3"))
    for over in (False, True):
        if over:
            await close(office, key)
        async with office.client(token) as client:
            for path in (f"/exams/{key}", f"/exams/{key}/live", "/exams"):
                text = await (await client.get(path)).text()
                assert "0.0%（0/1）" in text
                for word in (
                    "王一",
                    "赵四",
                    "东河村",
                    "司法所",
                    "合格率",
                    "2/6",
                    '<button class="main',
                ):
                    assert word not in text, (path, word)
            assert "孙六" in await (await client.get(f"/exams/{key}")).text()
            for path in ("candidates", "doubts", "scores.xlsx", "answers.xlsx"):
                assert (await client.get(f"/exams/{key}/{path}")).status == 403
        async with office.client(none) as client:
            assert (await client.get(f"/exams/{key}")).status == 404
            assert (await client.get(f"/exams/{key}/live")).status == 404
            assert "第四季度考法" not in await (await client.get("/exams")).text()


async def test_an_admin_who_sits_another_exam_is_told_no_keys_of_the_first(office: Office) -> None:
    first = await opened(office)
    await sit(office, first, "003")
    await close(office, first)
    second = await opened(office)
    candidate = await office.token(await office.appoint(Role.ADMIN, number="001"))
    nobody = await office.token(await office.appoint(Role.ADMIN))
    for path in (f"/exams/{first}/doubts", f"/exams/{first}/scores.xlsx"):
        async with office.client(candidate) as client:
            answer = await client.get(path)
            assert "您自己是《第四季度考法》的考生" in await answer.text()
        async with office.client(nobody) as client:
            assert (await client.get(path)).status == 200
    await sit(office, second, "001")
    await close(office, second)
    async with office.client(candidate) as client:
        text = await (await client.get(f"/exams/{first}/doubts")).text()
    assert "您自己是" not in text
