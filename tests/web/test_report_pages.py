"""报表 in a real browser: every number opens its rows, and every file can be had."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.async_api import BrowserContext, Page, expect

from lawcore.participation import filing
from lawcore.participation.activity import Activity, Form, Material
from lawcore.people.model import Role
from tests.web.conftest import PHONE, Office

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = "<script>window.hit=1</script>"
PERIOD = "from=2026-01-01&to=2026-11-20"


async def held(
    office: Office, code: str, day: date, crowd: int | None, *partners: str, name: str = "赶集"
) -> None:
    units = await office.look(lambda books: {u.code: u.id for u in books.people.units()})
    one = Activity(
        day,
        name,
        units[code],
        Form.OFFLINE,
        "张三",
        partners=tuple(units[partner] for partner in partners),
        attendances=crowd,
        materials=(Material("读本", 20),),
    )
    await office.act(lambda books, at: filing.record(books, one, actor="console", at=at))


async def enter(office: Office, context: BrowserContext) -> Page:
    """A year with three events, one of them joint and one not counted; an admin at the desk."""
    await held(office, "V1", date(2026, 2, 3), 30, "D1")
    await held(office, "V1", date(2026, 5, 3), None)
    await held(office, "D1", date(2026, 6, 30), 50, name=HOSTILE)
    await held(office, "V2", date(2025, 6, 30), 999)
    return await office.enter(context, await office.appoint(Role.ADMIN))


async def test_the_units_add_up_and_a_number_opens_its_rows(
    office: Office, context: BrowserContext
) -> None:
    page = await enter(office, context)
    await page.get_by_role("link", name="报表", exact=True).click()
    await expect(page.get_by_text("数据截至 2026-")).to_be_visible()
    table = page.get_by_role("region", name="各单位")
    total = table.get_by_role("row", name="合计")
    cells = [text.split()[0] for text in await total.locator("td").all_inner_texts()]
    assert cells == ["3", "80", "1", "60", "0", "1"]
    await expect(page.get_by_role("img", name="各单位参与人次")).to_contain_text("30/80")
    await expect(table.get_by_role("row", name="南塘村").locator("td").nth(1)).to_have_text("—")
    await table.get_by_role("row", name="东河村").get_by_role("link").nth(1).click()
    await expect(page.get_by_role("heading", name="A2/unit/V1 参与活动：30 人次")).to_be_visible()
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.get_by_role("link", name="H1", exact=True).click()
    await expect(page.get_by_role("heading", name="H1 赶集")).to_be_visible()
    await page.goto(f"{office.address}/reports/explain/A1?{PERIOD}")
    await expect(page.get_by_role("row", name=HOSTILE)).to_be_visible()
    await expect(page.locator("tfoot")).to_contain_text("全部 3 条加起来")
    assert await page.evaluate("window.hit === undefined")


async def test_every_number_of_the_page_is_the_sum_of_the_rows_it_opens(
    office: Office, context: BrowserContext
) -> None:
    page = await enter(office, context)
    await page.goto(f"{office.address}/reports")
    links = await page.locator("a[href^='/reports/explain/']").evaluate_all(
        "all => all.map(one => [one.getAttribute('href'), one.firstChild.textContent])"
    )
    assert len(links) > 60
    for where, number in links:
        answer = await page.request.get(office.address + where)
        assert answer.status == 200, where
        title = re.search("<h1>(.*)</h1>", await answer.text())
        assert title is not None
        assert f"：{number} " in title[1], where


async def test_another_period_is_chosen_and_a_wrong_one_is_told(
    office: Office, context: BrowserContext
) -> None:
    page = await enter(office, context)
    await page.goto(f"{office.address}/reports?from=2026-05-01&to=2026-06-30")
    total = page.get_by_role("region", name="各单位").get_by_role("row", name="合计")
    await expect(total.locator("td").first).to_contain_text("2")
    await page.get_by_role("link", name="去年全年").click()
    await expect(total.locator("td").nth(1)).to_contain_text("999")
    await page.goto(f"{office.address}/reports?from=2026-06-30&to=2026-05-01")
    await expect(page.get_by_role("alert")).to_contain_text("请对调")
    async with office.client(await office.token(await office.appoint(Role.ADMIN))) as client:
        for path in (
            "/reports?from=x",
            "/reports?from=0001-01-01",
            "/reports/explain/A99",
            "/reports/explain/A1/unit/none",
            "/reports/explain/A1/observance/%00",
            "/reports/explain/A1?from=9",
            "/reports/ledger.exe",
            "/reports/annual?year=2027",
        ):
            async with client.get(path) as answer:
                assert answer.status in {400, 404}, path


async def test_every_file_can_be_had(
    office: Office, context: BrowserContext, tmp_path: Path
) -> None:
    page = await enter(office, context)
    found = {}
    for what in ("参与情况", "活动台账"):
        for kind in ("xlsx", "csv", "json"):
            await page.goto(f"{office.address}/reports?{PERIOD}")
            async with page.expect_download() as download:
                await page.get_by_role("button", name=re.compile(f"^{kind}.*{what}")).click()
            given = await download.value
            assert given.suggested_filename == f"{what}-2026-01-01-2026-11-20.{kind}"
            found[what, kind] = tmp_path / given.suggested_filename
            await given.save_as(found[what, kind])
    assert load_workbook(found["活动台账", "xlsx"])["活动台账"].max_row >= 4
    assert found["活动台账", "csv"].read_bytes().startswith(b"\xef\xbb\xbf")
    told = json.loads(found["活动台账", "json"].read_text("utf-8"))
    assert told["figures"]["A2"] == 80
    assert len(load_workbook(found["参与情况", "xlsx"]).sheetnames) >= 3
    assert json.loads(found["参与情况", "json"].read_text("utf-8"))["to"] == "2026-11-20"


async def test_a_public_file_has_no_rows_and_says_that_it_is_public(
    office: Office, context: BrowserContext, tmp_path: Path
) -> None:
    page = await enter(office, context)
    for what in ("参与情况", "活动台账"):
        await page.goto(f"{office.address}/reports?{PERIOD}")
        await page.get_by_label("公开版").check()
        async with page.expect_download() as download:
            await page.get_by_role("button", name=re.compile(f"^json.*{what}")).click()
        given = await download.value
        assert given.suggested_filename == f"{what}-2026-01-01-2026-11-20-公开版.json"
        await given.save_as(tmp_path / "out.json")
        told = json.loads((tmp_path / "out.json").read_text("utf-8"))
        assert told["public"] is True
        assert not {"activities", "registers", "figures", "residents"} & told.keys()


async def test_a_file_is_of_the_unit_that_was_chosen_and_of_all_below_it(
    office: Office, context: BrowserContext, tmp_path: Path
) -> None:
    page = await enter(office, context)
    told = {}
    for unit, what in (("东河村", "活动台账"), ("示范镇", "活动台账"), ("东河村", "参与情况")):
        await page.goto(f"{office.address}/reports?{PERIOD}")
        await page.get_by_label("单位 只管下载的文件").select_option(label=unit)
        async with page.expect_download() as download:
            await page.get_by_role("button", name=re.compile(f"^json.*{what}")).click()
        given = await download.value
        assert given.suggested_filename == f"{what}-{unit}-2026-01-01-2026-11-20.json"
        await given.save_as(tmp_path / "out.json")
        told[unit, what] = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert told["东河村", "活动台账"]["township"] == "示范镇 东河村"
    assert told["东河村", "活动台账"]["figures"]["A1"] == 2
    assert told["示范镇", "活动台账"]["township"] == "示范镇"
    assert told["示范镇", "活动台账"]["figures"]["A1"] == 3
    assert told["东河村", "参与情况"]["township"] == "示范镇 东河村"
    async with office.client(await office.token(await office.appoint(Role.ADMIN))) as client:
        for path in ("/reports/ledger.json", "/reports/participation.json"):
            assert (await client.get(f"{path}?unit=没有")).status == 404


async def test_the_year_stands_beside_the_last_and_says_what_it_cannot(
    office: Office, context: BrowserContext, tmp_path: Path
) -> None:
    page = await enter(office, context)
    await page.goto(f"{office.address}/reports")
    await page.get_by_role("link", name="年度报告", exact=True).first.click()
    await expect(page.get_by_text("有1场活动没有统计人次")).to_be_visible()
    row = page.get_by_role("row", name="A2 参与活动")
    for words in ("80", "999", "-919"):
        await expect(row).to_contain_text(words)
    await row.get_by_role("link", name="999").click()
    await expect(page.get_by_role("heading", name="A2 参与活动：999 人次")).to_be_visible()
    await page.go_back()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="下载数据部分").click()
    given = await download.value
    assert given.suggested_filename == "示范镇2026年普法工作数据.docx"
    await given.save_as(tmp_path / "annual.docx")
    assert (tmp_path / "annual.docx").read_bytes().startswith(b"PK")


async def test_the_reports_fit_a_phone(office: Office, context: BrowserContext) -> None:
    page = await enter(office, context)
    await page.set_viewport_size(PHONE)
    for path in ("/reports", "/reports/annual", f"/reports/explain/A1?{PERIOD}"):
        await page.goto(office.address + path)
        fits = await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert fits, path
