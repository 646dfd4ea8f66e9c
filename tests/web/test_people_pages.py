"""人员 in a real browser: the roster, who may do what, and those who only use the pages."""

from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, expect

from lawcore.people.model import CadreCategory, CadreRow, Role, Roster, UnitKind, UnitRow
from lawcore.people.roster_file import write_roster
from tests.web.conftest import PHONE, Office

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = "<script>window.hit=1</script>"


async def test_somebody_without_the_chat_gets_in_by_a_link_shown_once(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.get_by_role("link", name="人员", exact=True).click()
    box = page.locator("section").filter(has_text="只用网页的人")
    await box.get_by_label("名字").fill("李镇长")
    await box.get_by_label("身份").select_option(label="审批人")
    await box.get_by_role("button", name="加上，并生成登录链接").click()
    link = await page.get_by_text("/login?code=").inner_text()
    await page.get_by_role("button", name="退出", exact=True).click()
    await page.goto(link.replace("http://127.0.0.1", office.address))
    await page.get_by_role("button", name="进入", exact=True).click()
    await expect(page.get_by_text("李镇长")).to_be_visible()
    await expect(page.get_by_role("link", name="操作记录", exact=True)).to_have_count(0)


async def test_an_invitation_is_shown_once_and_a_cadre_needs_a_number(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/people")
    box = page.locator("section").filter(has_text="邀请进机器人")
    await box.get_by_label("身份").select_option(label="干部")
    await box.get_by_role("button", name="生成邀请码").click()
    await expect(page.get_by_role("alert")).to_contain_text("邀请干部要写工号")
    await box.get_by_label("身份").select_option(label="干部")
    await box.get_by_label("工号").fill("003")
    await box.get_by_role("button", name="生成邀请码").click()
    await expect(page.get_by_text("邀请码：")).to_be_visible()


async def test_a_role_is_taken_back_but_not_from_the_last_admin(
    office: Office, context: BrowserContext
) -> None:
    editor = await office.appoint(Role.EDITOR, number="002")
    token = await office.token(editor)
    page = await office.enter(context, await office.appoint(Role.ADMIN, number="001"))
    await page.goto(f"{office.address}/people")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("row", name="李二").get_by_role("button", name="收回编辑").click()
    await expect(page.get_by_role("status")).to_contain_text("身份收回了")
    async with office.client(token) as client:
        assert (await client.get("/", allow_redirects=False)).status == 303
    await page.get_by_role("row", name="王一").get_by_role("button", name="收回管理员").click()
    await expect(page.get_by_role("alert")).to_contain_text("最后一位管理员")


async def test_a_roster_with_a_fault_is_not_taken_and_the_cell_is_named(
    office: Office, context: BrowserContext, tmp_path: Path
) -> None:
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/people")
    cadre = CadreRow("900", "吴九", "V1", HOSTILE, CadreCategory.VILLAGE)
    lost = CadreRow("901", "郑十", "没有的单位", "村主任", CadreCategory.VILLAGE)
    bad, good = tmp_path / "名册.xlsx", tmp_path / "名册二.xlsx"
    write_roster(Roster((), (cadre, lost)), bad)
    write_roster(Roster((UnitRow("V4", "北坡村", UnitKind.VILLAGE, "T"),), (cadre,)), good)
    await page.get_by_label("填好的名册").set_input_files(bad)
    await page.get_by_role("button", name="导入").click()
    await expect(page.get_by_role("alert")).to_contain_text("没有导入任何内容")
    await expect(page.get_by_role("alert")).to_contain_text("没有的单位")
    await page.get_by_label("填好的名册").set_input_files(good)
    await page.get_by_role("button", name="导入").click()
    await expect(page.get_by_role("status")).to_contain_text("名册导入好了")
    await page.get_by_label("姓名、工号、职务或单位").fill("900")
    await page.get_by_role("button", name="查找").click()
    await expect(page.get_by_role("row", name="吴九")).to_contain_text(HOSTILE)
    assert await page.evaluate("window.hit === undefined")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="导出名册").click()
    assert (await download.value).suggested_filename == "名册.xlsx"


async def test_the_admin_of_a_village_sees_its_people_alone(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.UNIT_ADMIN, unit="V1"))
    await page.set_viewport_size(PHONE)
    await page.get_by_role("link", name="人员", exact=True).click()
    await expect(page.get_by_role("row", name="钱五")).to_be_visible()
    text = await page.locator("main").inner_text()
    assert not any(name in text for name in ("王一", "孙六", "西山村", "谁能做什么"))
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
