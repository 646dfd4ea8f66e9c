"""The log-in by name, password and a phone's number; and the list of what was done."""

import re
from datetime import timedelta

import pyotp
import pytest
from playwright.async_api import BrowserContext, Page, expect

from lawcore.people.model import Role
from tests.web.conftest import Office

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "门前的老槐树又开花了吗"


async def set_up(page: Page, office: Office) -> pyotp.TOTP:
    """Set a log-in up as a person does, the phone reading the secret off the page."""
    await page.get_by_role("link", name="设置", exact=True).click()
    totp = pyotp.TOTP(await page.locator("code").inner_text())
    await page.get_by_label("登录名").fill("王所长")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_label("手机上显示的六位数字").fill(totp.at(office.clock.now()))
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("status")).to_contain_text("设好了")
    return totp


async def log_in(page: Page, office: Office, password: str, number: str) -> None:
    await page.goto(f"{office.address}/login")
    await page.get_by_label("登录名").fill("王所长")
    await page.get_by_label("密码").fill(password)
    await page.get_by_label("六位验证码").fill(number)
    await page.get_by_role("button", name="登录", exact=True).click()


async def test_a_password_opens_the_desk_with_the_number_of_the_phone(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    totp = await set_up(page, office)
    await page.get_by_role("button", name="退出", exact=True).click()
    await log_in(page, office, PASSWORD, "000000")
    await expect(page.get_by_role("alert")).to_contain_text("登录名、密码或验证码不对")
    await expect(page.get_by_label("登录名")).to_have_value("王所长")
    office.clock.pass_time(timedelta(seconds=30))
    number = totp.at(office.clock.now())
    await log_in(page, office, PASSWORD, number)
    await expect(page.get_by_role("heading", name="今天")).to_be_visible()
    await page.get_by_role("button", name="退出", exact=True).click()
    await log_in(page, office, PASSWORD, number)
    await expect(page.get_by_role("alert")).to_be_visible()


async def test_five_wrong_tries_shut_the_name_for_a_while(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    totp = await set_up(page, office)
    await page.get_by_role("button", name="退出", exact=True).click()
    for _ in range(5):
        await log_in(page, office, "不是这个密码吧", "000000")
    office.clock.pass_time(timedelta(seconds=60))
    await log_in(page, office, PASSWORD, totp.at(office.clock.now()))
    await expect(page.get_by_role("alert")).to_be_visible()
    office.clock.pass_time(timedelta(minutes=16))
    await log_in(page, office, PASSWORD, totp.at(office.clock.now()))
    await expect(page.get_by_role("heading", name="今天")).to_be_visible()


async def test_a_short_password_is_refused_and_the_phone_need_not_scan_again(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.EDITOR))
    await page.get_by_role("link", name="设置", exact=True).click()
    secret = await page.locator("code").inner_text()
    await page.evaluate("document.getElementById('password').removeAttribute('minlength')")
    await page.get_by_label("登录名").fill("小周")
    await page.get_by_label("密码").fill("123456")
    await page.get_by_label("手机上显示的六位数字").fill("123456")
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("alert")).to_contain_text("密码至少要 10 个字符")
    await expect(page.locator("code")).to_have_text(secret)


async def test_what_was_done_is_listed_with_who_did_it(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.ADMIN, number="001"))
    await set_up(page, office)
    await page.get_by_role("link", name="操作记录", exact=True).click()
    first = page.get_by_role("row").nth(1)
    await expect(first).to_contain_text("王一")
    await expect(first).to_contain_text("密码")
    text = await page.content()
    assert not re.search(r"argon2|[A-Z2-7]{32}", text)
    await page.get_by_label("做了什么").select_option(label="登录网页")
    await page.get_by_role("button", name="查看").click()
    await expect(page.get_by_role("row")).to_have_count(2)


async def test_leaving_everywhere_ends_every_session(
    office: Office, context: BrowserContext
) -> None:
    account = await office.appoint(Role.ADMIN)
    other = await office.token(account)
    page = await office.enter(context, account)
    await page.get_by_role("link", name="设置", exact=True).click()
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="在所有电脑和手机上退出").click()
    await expect(page.get_by_role("heading", name="进入管理页面")).to_be_visible()
    async with office.client(other) as client:
        assert (await client.get("/", allow_redirects=False)).status == 303


async def test_a_screen_left_open_hands_the_account_to_nobody(
    office: Office, context: BrowserContext
) -> None:
    account = await office.appoint(Role.ADMIN)
    page = await office.enter(context, account)
    totp = await set_up(page, office)
    await page.get_by_role("button", name="退出", exact=True).click()
    office.clock.pass_time(timedelta(minutes=1))
    await log_in(page, office, PASSWORD, totp.at(office.clock.now()))
    office.clock.pass_time(timedelta(minutes=1))
    elsewhere = await office.token(account)
    await page.get_by_role("link", name="设置", exact=True).click()
    await page.get_by_text("设登录名、密码和验证码").click()
    new = "屋后的桃花又落了一地"
    for present, said in (("我猜是这个密码", "现在的密码不对"), (PASSWORD, "设好了")):
        number = pyotp.TOTP(await page.locator("code").inner_text()).at(office.clock.now())
        await page.get_by_label("现在的密码").fill(present)
        await page.get_by_label("新密码").fill(new)
        await page.get_by_label("手机上显示的六位数字").fill(number)
        await page.get_by_role("button", name="保存").click()
        await expect(page.locator("body")).to_contain_text(said)
    async with office.client(elsewhere) as client:
        assert (await client.get("/", allow_redirects=False)).status == 303


async def test_who_lost_the_password_comes_by_a_link_and_sets_a_new_one(
    office: Office, context: BrowserContext
) -> None:
    account = await office.appoint(Role.ADMIN)
    page = await office.enter(context, account)
    await set_up(page, office)
    await page.get_by_role("button", name="退出", exact=True).click()
    await page.goto(await office.link(account))
    await page.get_by_role("button", name="进入", exact=True).click()
    await page.get_by_role("link", name="设置", exact=True).click()
    await page.get_by_text("设登录名、密码和验证码").click()
    await expect(page.get_by_label("现在的密码")).to_have_count(0)
    office.clock.pass_time(timedelta(minutes=16))
    await page.reload()
    await page.get_by_text("设登录名、密码和验证码").click()
    await expect(page.get_by_label("现在的密码")).to_be_visible()


async def test_the_first_password_is_not_set_by_who_finds_the_screen_open(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.EDITOR))
    office.clock.pass_time(timedelta(minutes=16))
    await page.get_by_role("link", name="设置", exact=True).click()
    await expect(page.get_by_role("main")).to_contain_text("用新的链接进来再设")
    await expect(page.get_by_role("button", name="保存")).to_have_count(0)


async def test_a_log_in_page_left_open_too_long_asks_to_press_again(
    office: Office, context: BrowserContext
) -> None:
    page = await context.new_page()
    await page.goto(await office.link(await office.appoint(Role.ADMIN)))
    await context.clear_cookies()
    await page.get_by_role("button", name="进入", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("请再按一次")
    await page.get_by_role("button", name="进入", exact=True).click()
    await expect(page.get_by_role("heading", name="今天")).to_be_visible()
