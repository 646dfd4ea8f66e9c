"""考法 in a real browser: hints are no verdict; a wrong key is corrected before the reveal."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from playwright.async_api import BrowserContext, expect

from lawbot.web.pages.exams_keys import NOT_MATCHED, NOT_PROPOSED
from lawcore.access.model import csrf_of
from lawcore.exams import entering
from lawcore.exams import office as exam_office
from lawcore.ids import BlueprintKey, ExamId
from lawcore.people.model import Role
from lawcore.questions.blueprint import Blueprint, PaperKind, Section
from lawcore.questions.question import QuestionKind
from lawcore.storage import Books
from tests.stage import shipped
from tests.web.conftest import PHONE, Office
from tests.web.test_exam_pages import asked_first, close, opened, other, sit

pytestmark = pytest.mark.asyncio(loop_scope="module")

SINGLES = Blueprint(
    BlueprintKey("singles"), "单选卷", 30, Decimal(6), PaperKind.PER_EXAM, frozenset(),
    (Section(QuestionKind.SINGLE, 10, Decimal(1)),),
)  # fmt: skip


async def alike(office: Office) -> ExamId:
    """An exam in which the two of 司法所 err alike ten times, and the others in other ways."""

    def job(books: Books, at: datetime) -> ExamId:
        key = exam_office.create(
            books, SINGLES, tuple(shipped().questions.values()), title="第四季度考法", opens_at=at,
            closes_at=at + timedelta(hours=8), minutes=None, seed=5, actor="console", at=at,
        )  # fmt: skip
        exam_office.open_exam(books, key, actor="console", at=at)
        ways = {"001": 0, "002": 0, "003": 1, "005": 1, "004": 2, "006": 2}
        for number, way in ways.items():
            cadre = books.people.cadre_by_number(number)
            assert cadre is not None
            choices = {}
            for place, item in enumerate(books.rosters.paper(key, cadre.id)):
                (right,) = books.exams.question(key, item.question).key
                wrong = [own for own in range(len(item.order)) if own != right]
                choices[place] = 1 << item.order.index(wrong[way])
            entering.enter(books, key, cadre, choices, late="", actor="console", at=at)
        exam_office.close_exam(books, key, actor="console", at=at)
        return key

    return await office.act(job)


async def test_a_hint_has_its_numbers_and_is_no_verdict(
    office: Office, context: BrowserContext
) -> None:
    key = await alike(office)
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/exams/{key}")
    await page.get_by_role("link", name="答卷线索").click()
    await expect(page.get_by_text("线索不是结论")).to_be_visible()
    assert "hints-seen" not in await kinds(office)
    await page.set_viewport_size(PHONE)
    await page.get_by_role("button", name="看线索").click()
    await expect(page.get_by_text("一共 2 对，像得出奇的 1 对")).to_be_visible()
    await expect(page.get_by_text("请先了解情况，不要据此处理人")).to_be_visible()
    row = page.get_by_role("row", name="司法所")
    cells = await row.locator("td").all_inner_texts()
    assert cells == ["司法所", "10", "10", "10", "3.3", "4.5"]
    await expect(row.get_by_role("rowheader")).to_have_text("001 王一002 李二")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert (await kinds(office))[-1] == "hints-seen"


async def test_hints_are_for_admins_of_the_township_and_never_about_oneself(
    office: Office,
) -> None:
    key = await alike(office)
    where = f"/exams/{key}/hints"
    for role, unit in ((Role.UNIT_ADMIN, "D1"), (Role.EDITOR, None), (Role.APPROVER, None)):
        token = await office.token(await office.appoint(role, unit=unit))
        async with office.client(token) as client:
            assert (await client.get(where)).status == 403
            assert (await client.post(where, data={"csrf": csrf_of(token)})).status == 403
    token = await office.token(await office.appoint(Role.ADMIN, number="002"))
    async with office.client(token) as client:
        text = await (await client.post(where, data={"csrf": csrf_of(token)})).text()
    assert "一共 <strong>1 对</strong>，像得出奇的 <strong>0 对</strong>" in text
    assert "王一" not in text


async def test_before_the_reveal_there_are_no_hints(office: Office) -> None:
    key = await opened(office, reveal_days=2)
    await sit(office, key, "001", "002", right=False)
    await close(office, key)
    token = await office.token(await office.appoint(Role.ADMIN))
    async with office.client(token) as client:
        form = {"csrf": csrf_of(token)}
        answer = await client.post(f"/exams/{key}/hints", data=form)
        assert (answer.status, "王一" in await answer.text()) == (409, False)
    assert "hints-seen" not in await kinds(office)


async def test_a_key_is_corrected_before_the_reveal_by_two_who_write_it_themselves(
    office: Office, context: BrowserContext
) -> None:
    key = await opened(office)
    question = await asked_first(office, key)
    letters = await office.look(lambda books: other(books, key, question))
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/exams/{key}")
    await page.get_by_role("link", name="更正答案").click()
    await page.set_viewport_size(PHONE)
    await page.get_by_label("题号").fill(question)
    await page.get_by_label("正确答案").fill(letters)
    await page.get_by_role("button", name="提议更正").click()
    await expect(page.get_by_role("status")).to_contain_text("等另一个人确认")
    await expect(page.get_by_text("您提议的有 1 处")).to_be_visible()
    assert question not in await page.content()
    await page.get_by_label("题号").fill(question)
    await page.get_by_label("正确答案").fill(letters)
    await page.get_by_role("button", name="确认别人的提议").click()
    await expect(page.get_by_role("alert")).to_contain_text("您提议的，要由另一个人确认")
    await page.get_by_role("button", name="退出").click()

    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/exams/{key}/key")
    await expect(page.get_by_text("有 1 处等您或者另一位管理员确认")).to_be_visible()
    await page.get_by_label("题号").fill(question)
    await page.get_by_label("正确答案").fill("ABC"[: len(letters) + 1])
    await page.get_by_role("button", name="确认别人的提议").click()
    await expect(page.get_by_role("alert")).to_contain_text(NOT_MATCHED)
    await expect(page.get_by_label("题号")).to_have_value(question)
    await page.get_by_label("正确答案").fill(letters)
    await page.get_by_role("button", name="确认别人的提议").click()
    await expect(page.get_by_role("status")).to_contain_text("公布成绩的时候按新答案算")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    (done,) = await office.look(lambda books: books.reviews.regrades(key))
    assert (done.question, done.applied_by != done.proposed_by) == (question, True)


async def test_a_refusal_before_the_reveal_tells_no_key(office: Office) -> None:
    """The key in force, a key of no such option and a question of another exam: one sentence."""
    key = await opened(office)
    question = await asked_first(office, key)
    right = await office.look(lambda books: books.exams.question(key, question).key_letters)
    token = await office.token(await office.appoint(Role.ADMIN))
    async with office.client(token) as client:
        for asked, letters in ((question, right), (question, "Z"), ("没有的题", "A")):
            form = {"csrf": csrf_of(token), "question": asked, "key": letters}
            for act, sentence in (("propose", NOT_PROPOSED), ("confirm", NOT_MATCHED)):
                answer = await client.post(f"/exams/{key}/key/{act}", data=form)
                text = await answer.text()
                assert (answer.status, sentence in text) == (409, True)
    assert await office.look(lambda books: books.reviews.regrades(key)) == ()


async def test_who_sits_the_exam_corrects_no_key_of_it(office: Office) -> None:
    key = await opened(office)
    question = await asked_first(office, key)
    letters = await office.look(lambda books: other(books, key, question))
    token = await office.token(await office.appoint(Role.ADMIN, number="001"))
    async with office.client(token) as client:
        text = await (await client.get(f"/exams/{key}/key")).text()
        assert "您自己是这场考试的考生" in text
        assert "提议更正</button>" not in text
        form = {"csrf": csrf_of(token), "question": question, "key": letters}
        assert (await client.post(f"/exams/{key}/key/propose", data=form)).status == 409
    assert await office.look(lambda books: books.reviews.regrades(key)) == ()


async def kinds(office: Office) -> list[str]:
    found = await office.look(lambda books: books.audit.page(None, 50))
    return [line.kind.value for line in reversed(found)]
