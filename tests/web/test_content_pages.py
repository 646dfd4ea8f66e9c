"""内容 in a real browser: how the pack stands, one law, and the check of a draft."""

import pytest
from playwright.async_api import BrowserContext, expect

from lawcore.people.model import Role
from tests.stage import shipped
from tests.web.conftest import PHONE, Office

pytestmark = pytest.mark.asyncio(loop_scope="module")

DRAFT = "4月25日是国家安全日。<script>window.hit=1</script>"


async def test_the_pack_is_checked_and_coming_laws_are_named(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.APPROVER))
    await page.get_by_role("link", name="内容", exact=True).click()
    await expect(page.get_by_text("没有问题")).to_be_visible()
    await page.get_by_role("link", name="农业法").first.click()
    await expect(page.get_by_role("heading", name="《农业法》")).to_be_visible()
    await expect(page.get_by_role("table", name="")).to_have_count(2)


async def test_a_draft_is_checked_and_stays_in_the_field(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.EDITOR))
    await page.set_viewport_size(PHONE)
    await page.goto(f"{office.address}/content/draft")
    await page.get_by_label("稿子全文").fill(DRAFT)
    await page.get_by_role("button", name="检查").click()
    await expect(page.get_by_role("alert")).to_contain_text("4月15日")
    await expect(page.get_by_label("稿子全文")).to_have_value(DRAFT)
    assert await page.evaluate("window.hit === undefined")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


async def test_no_question_stands_there_with_its_words(office: Office) -> None:
    token = await office.token(await office.appoint(Role.EDITOR))
    async with office.client(token) as client:
        for path in (
            "/content",
            "/content/law?name=宪法",
            "/content/law?name=农业法&day=2027-01-01",
        ):
            text = await (await client.get(path)).text()
            shown = [q.key for q in shipped().questions.values() if q.stem in text]
            assert shown == []
