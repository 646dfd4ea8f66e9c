"""日历 in a real browser: a month, one day, and the notice of the year."""

import pytest
from playwright.async_api import BrowserContext, expect

from lawcore.people.model import Role
from tests.web.conftest import PHONE, Office

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_month_shows_each_day_under_its_date(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.EDITOR))
    await page.get_by_role("link", name="日历", exact=True).click()
    await expect(page.get_by_role("heading", name="2026年11月", level=1)).to_be_visible()
    await page.get_by_role("link", name="下个月").click()
    day = page.get_by_role("cell").filter(has_text="4日").filter(has_text="国家宪法日")
    await expect(day).to_have_count(1)
    await day.get_by_role("link", name="国家宪法日").click()
    await expect(page.get_by_text("法律规定", exact=False).first).to_be_visible()
    await expect(page.locator(".phone")).to_contain_text("宪法")


async def test_a_notice_fixes_the_week_and_can_be_taken_back(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.EDITOR))
    await page.get_by_role("link", name="宪法宣传周（2026 年）等录入通知").click()
    await page.get_by_label("文号或通知名称").fill("皖法宣办〔2026〕17号")
    await page.get_by_label("开始日期").fill("2026-12-07")
    await page.get_by_label("结束日期").fill("2026-12-01")
    await page.get_by_role("button", name="录入", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("早于开始日期")
    await page.get_by_label("开始日期").fill("2026-12-01")
    await page.get_by_label("结束日期").fill("2026-12-07")
    await page.get_by_role("button", name="录入", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("通知录好了")
    await expect(page.get_by_text("已有通知：皖法宣办〔2026〕17号")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="撤回录错的通知").click()
    await expect(page.get_by_role("status")).to_contain_text("通知已撤回")
    assert await office.look(lambda books: books.notices.all()) == ()


async def test_the_date_of_a_law_is_moved_by_no_notice(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.EDITOR))
    await page.goto(f"{office.address}/calendar/notice?observance=constitution-day&year=2026")
    await page.get_by_label("文号或通知名称").fill("某某通知")
    await page.get_by_label("开始日期").fill("2026-12-05")
    await page.get_by_label("结束日期").fill("2026-12-05")
    await page.get_by_role("button", name="录入", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("日期由法律规定")


@pytest.mark.parametrize(
    "asked", ["year=0&month=99", "year=99999999&month=x", "year=2100&month=12"]
)
async def test_strange_dates_in_the_address_are_put_within_bounds(
    office: Office, asked: str
) -> None:
    token = await office.token(await office.appoint(Role.EDITOR))
    async with office.client(token) as client:
        assert (await client.get(f"/calendar?{asked}")).status == 200


async def test_the_month_fits_a_phone(office: Office, context: BrowserContext) -> None:
    page = await office.enter(context, await office.appoint(Role.EDITOR))
    await page.set_viewport_size(PHONE)
    await page.goto(f"{office.address}/calendar?year=2026&month=12")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
