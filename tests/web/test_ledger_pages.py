"""台账 in a real browser: filing, review, correction, registers, files, and duties."""

from datetime import date
from pathlib import Path

import aiohttp
import pytest
from openpyxl import Workbook, load_workbook
from playwright.async_api import BrowserContext, Page, expect

from lawbot.web.entrance import COOKIE
from lawcore.access.model import csrf_of
from lawcore.ids import ObservanceKey, UnitId
from lawcore.participation import filing
from lawcore.participation.activity import Activity, Form, Recorded
from lawcore.participation.ledger_file import write_template
from lawcore.participation.registers import Register, RegisterRow
from lawcore.people.model import Role
from tests.web.conftest import PHONE, Office

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = "<script>window.hit=1</script>"
DAY = date(2026, 11, 20)


async def unit(office: Office, code: str) -> UnitId:
    found = await office.look(lambda books: books.people.unit_by_code(code))
    assert found is not None
    return found.id


async def held(
    office: Office,
    organiser: str,
    *partners: str,
    name: str = "民法典进乡村",
    attendances: int | None = 60,
    pushes: int = 0,
    category: str = "",
    observance: str | None = None,
) -> Recorded:
    """An event of the ledger, filed at the console."""
    one = Activity(
        DAY,
        name,
        await unit(office, organiser),
        Form.OFFLINE,
        "张三",
        ObservanceKey(observance) if observance else None,
        partners=tuple([await unit(office, code) for code in partners]),
        category=category,
        attendances=attendances,
        pushes=pushes,
    )
    return await office.act(lambda books, at: filing.record(books, one, actor="console", at=at))


async def register(office: Office, row: RegisterRow) -> None:
    await office.act(lambda books, at: filing.record_row(books, row, actor="console", at=at))


async def events(office: Office) -> list[Recorded]:
    return await office.look(lambda books: list(books.activities.where()))


async def fits_the_phone(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


async def fill_event(page: Page, name: str) -> None:
    await page.get_by_label("日期").fill("2026-11-20")
    await page.get_by_label("活动名称").fill(name)
    await page.get_by_label("主办单位").select_option(label="东河村")
    await page.get_by_label("资料名称").fill("宣传单 200\n读本 30")


async def test_an_event_is_filed_by_a_form_and_reviewed_by_somebody_else(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.EDITOR, number="002"))
    await page.get_by_role("link", name="台账", exact=True).click()
    await page.get_by_role("link", name="记一场活动").click()
    await fill_event(page, HOSTILE)
    await page.get_by_label("普法节点").select_option(label="国家宪法日")
    await page.get_by_label("司法所", exact=True).check()
    await page.get_by_label("六进类别").select_option(label="进乡村")
    await page.get_by_label("参与人次").fill("六十")
    await page.get_by_role("button", name="记下").click()
    await expect(page.get_by_role("alert")).to_contain_text("“参与人次”")
    await expect(page.get_by_label("活动名称")).to_have_value(HOSTILE)
    await expect(page.get_by_label("司法所", exact=True)).to_be_checked()
    await page.get_by_label("参与人次").fill("")
    await page.get_by_role("button", name="记下").click()
    await expect(page.get_by_role("status")).to_contain_text("等另一个人审核")
    await expect(page.get_by_text("没有统计（不等于 0）")).to_be_visible()
    await expect(page.get_by_text("李二，")).to_be_visible()
    assert await page.evaluate("window.hit === undefined")
    await page.get_by_role("button", name="审核通过").click()
    await expect(page.get_by_role("alert")).to_contain_text("请另一个人审核")
    [done] = await events(office)
    assert (done.activity.attendances, done.activity.copies) == (None, 230)
    await page.get_by_role("button", name="退出", exact=True).click()
    page = await office.enter(context, await office.appoint(Role.APPROVER, number="001"))
    await page.goto(f"{office.address}/activities?standing=waiting")
    await page.get_by_role("link", name=HOSTILE).click()
    await page.get_by_role("button", name="审核通过").click()
    await expect(page.get_by_role("status")).to_contain_text("审核好了")
    await expect(page.get_by_role("button", name="审核通过")).to_have_count(0)
    await expect(page.get_by_role("link", name="更正这一条")).to_have_count(0)


async def test_the_list_counts_a_joint_event_once_and_keeps_kinds_of_numbers_apart(
    office: Office, context: BrowserContext
) -> None:
    await held(office, "V1", "D1", "D2", category="进乡村")
    await held(office, "V2", attendances=None, name="赶集宣传", pushes=3)
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/activities")
    facts = page.locator(".facts")
    for words in ("2 场", "联合举办 1 场", "60 人次", "1 场没有统计人次", "0 份", "3 条"):
        await expect(facts).to_contain_text(words)
    await page.get_by_label("单位（主办或参与）").select_option(label="司法所")
    await page.get_by_role("button", name="查看").click()
    await expect(facts).to_contain_text("1 场")
    await expect(page.get_by_text("主办的和参与的都算")).to_be_visible()
    await expect(page.get_by_role("row", name="赶集宣传")).to_have_count(0)
    await page.goto(f"{office.address}/activities?category=进乡村&month=11&form=offline")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.goto(f"{office.address}/activities?month=10")
    await expect(page.get_by_text("没有这样的活动")).to_be_visible()
    await page.set_viewport_size(PHONE)
    await page.goto(f"{office.address}/activities")
    assert await fits_the_phone(page)


async def test_many_partners_are_a_tap_away(office: Office, context: BrowserContext) -> None:
    await held(office, "V1", "V2", "V3", "D1", "D2", name="四家一起")
    await held(office, "V2", "V1", "D1", "D2", name="三家一起")
    page = await office.enter(context, await office.appoint(Role.EDITOR))
    await page.goto(f"{office.address}/activities")
    row = page.get_by_role("row", name="四家一起")
    whole = row.get_by_text("西山村、南塘村、司法所、综合执法队", exact=True)
    await expect(whole).to_be_hidden()
    await row.get_by_text("等 4 家").click()
    await expect(whole).to_be_visible()
    few = page.get_by_role("row", name="三家一起")
    await expect(few).to_contain_text("西山村（东河村、司法所、综合执法队）")


async def test_a_correction_needs_a_reason_and_both_rows_stay(
    office: Office, context: BrowserContext
) -> None:
    old = await held(office, "V1")
    page = await office.enter(context, await office.appoint(Role.EDITOR, number="002"))
    await page.goto(f"{office.address}/activities/{old.id}/correct")
    await page.get_by_label("参与人次").fill("80")
    await page.get_by_label("更正原因").fill("   ")
    await page.get_by_role("button", name="存为更正").click()
    await expect(page.get_by_role("alert")).to_contain_text("请写明原因")
    await expect(page.get_by_label("参与人次")).to_have_value("80")
    await page.get_by_label("更正原因").fill("漏数了一排")
    await page.get_by_role("button", name="存为更正").click()
    await expect(page.get_by_role("status")).to_contain_text("更正好了")
    chain = page.get_by_role("table").last
    await expect(chain).to_contain_text("漏数了一排")
    await chain.get_by_role("link", name=old.number, exact=True).click()
    await expect(page.get_by_text("不再计数")).to_be_visible()
    await expect(page.get_by_role("link", name="更正这一条")).to_have_count(0)
    async with office.client(await office.token(await office.appoint(Role.EDITOR))) as client:
        answer = await act(client, f"/activities/{old.id}/withdraw", 更正原因="重")
    assert "请更正新的那一条" in answer
    page.on("dialog", lambda dialog: dialog.accept())
    new = (await events(office))[-1]
    await page.goto(f"{office.address}/activities/{new.id}")
    await page.get_by_text("这一条整个记错了").click()
    await page.get_by_label("撤销原因").fill("没有办成")
    await page.get_by_role("button", name="撤销这一条").click()
    await expect(page.get_by_role("status")).to_contain_text("撤销了")
    await page.goto(f"{office.address}/activities")
    await expect(page.locator(".facts")).to_contain_text("0 场")
    await page.goto(f"{office.address}/activities?standing=void")
    await expect(page.locator("tbody tr")).to_have_count(3)


async def act(client: aiohttp.ClientSession, path: str, **fields: str) -> str:
    """Post a form as a forged page with the right secret would; what it answers."""
    [cookie] = [c for c in client.cookie_jar if c.key == COOKIE]
    form = fields | {"csrf": csrf_of(cookie.value)}
    async with client.post(path, data=form, allow_redirects=False) as answer:
        return f"{answer.status} {await answer.text()}"


async def test_the_admin_of_a_village_has_its_events_and_no_others(
    office: Office, context: BrowserContext
) -> None:
    own = await held(office, "V1", name="东河赶集")
    joint = await held(office, "D1", "V1", name="一起办的")
    other = await held(office, "V2", name="西山秘密", attendances=999)
    account = await office.appoint(Role.UNIT_ADMIN, unit="V1")
    page = await office.enter(context, account)
    await page.set_viewport_size(PHONE)
    await page.goto(f"{office.address}/activities")
    await expect(page.locator("tbody tr")).to_have_count(2)
    text = await page.locator("main").inner_text()
    assert not any(words in text for words in ("西山", "999", "1,059", "导入"))
    assert await fits_the_phone(page)
    await page.goto(f"{office.address}/activities?unit=V2")
    assert "西山秘密" not in await page.locator("main").inner_text()
    await page.goto(f"{office.address}/activities/{joint.id}")
    await expect(page.get_by_role("heading", name="一起办的")).to_be_visible()
    for button in ("审核通过", "更正这一条"):
        await expect(page.get_by_text(button)).to_have_count(0)
    await page.goto(f"{office.address}/activities/new")
    assert await page.get_by_label("主办单位").locator("option").all_inner_texts() == [
        "请选择",
        "东河村",
    ]
    assert await fits_the_phone(page)
    async with office.client(await office.token(account)) as client:
        for path in (f"/activities/{other.id}", f"/activities/{other.id}/correct", "/reports"):
            async with client.get(path) as answer:
                assert answer.status in {403, 404}, path
        for key in (joint.id, other.id):
            for path in ("correct", "withdraw"):
                said = await act(client, f"/activities/{key}/{path}", 更正原因="伪造")
                assert said.startswith("404"), path
        assert (await act(client, f"/activities/{own.id}/review")).startswith("403")


async def test_the_admin_of_a_village_exports_its_own_ledger_and_no_other(
    office: Office, context: BrowserContext, tmp_path: Path
) -> None:
    await held(office, "V1", name="东河赶集")
    await held(office, "D1", "V1", name="一起办的")
    await held(office, "V2", name="西山秘密", attendances=999)
    account = await office.appoint(Role.UNIT_ADMIN, unit="V1")
    page = await office.enter(context, account)
    await page.goto(f"{office.address}/activities?year=2026")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="导出2026年台账").click()
    given, path = await download.value, tmp_path / "out.xlsx"
    assert given.suggested_filename == "活动台账-东河村-2026-01-01-2026-12-31.xlsx"
    await given.save_as(path)
    text = {f"{cell}" for sheet in load_workbook(path) for row in sheet.values for cell in row}
    assert "东河赶集" in text
    assert not {"西山秘密", "一起办的", "999"} & text
    async with office.client(await office.token(account)) as client:
        for unit in ("", "V2", "T"):
            answer = await client.get(f"/activities/files/ledger.xlsx?year=2026&unit={unit}")
            assert answer.status == 404, unit
        for path_ in ("/reports/ledger.xlsx?unit=V1", "/reports/participation.xlsx?unit=V1"):
            assert (await client.get(path_)).status == 403
    async with office.client(await office.token(await office.appoint(Role.APPROVER))) as client:
        assert (await client.get("/activities/files/ledger.xlsx")).status == 404


async def test_an_address_that_nobody_could_have_clicked_shows_an_ordinary_list(
    office: Office,
) -> None:
    await held(office, "V1")
    async with office.client(await office.token(await office.appoint(Role.EDITOR))) as client:
        for asked in ("category=没有", "year=99999", "month=13", "form=x", "standing=x", "page=0"):
            async with client.get(f"/activities?{asked}") as answer:
                assert answer.status == 200, asked
                assert "民法典进乡村" in await answer.text(), asked
        async with client.get("/activities/99999999999999999999") as answer:
            assert answer.status == 404


async def test_a_forged_organiser_is_refused_and_nothing_is_filed(office: Office) -> None:
    own = await held(office, "V1")
    account = await office.appoint(Role.UNIT_ADMIN, unit="V1")
    form = {"日期": "2026-11-20", "活动名称": "冒名", "形式": "线下", "主办单位": "V2"}
    async with office.client(await office.token(account)) as client:
        said = await act(client, "/activities/new", **form)
        assert said.startswith("400")
        assert "只能给自己管的单位登记" in said
        said = await act(client, f"/activities/{own.id}/correct", **form, 更正原因="移走")
        assert said.startswith("400")
        assert len(await events(office)) == 1
        said = await act(client, "/activities/new", **(form | {"主办单位": "V1"}))
        assert said.startswith("303")
    assert len(await events(office)) == 2


async def test_an_approver_reviews_and_does_not_file(office: Office) -> None:
    one = await held(office, "V1")
    async with office.client(await office.token(await office.appoint(Role.APPROVER))) as client:
        for path in ("/activities/new", f"/activities/{one.id}/correct"):
            async with client.get(path) as answer:
                assert answer.status == 404
            assert (await act(client, path, 更正原因="试")).startswith("404")


async def test_every_register_has_its_form_and_a_row_is_corrected(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.EDITOR, number="002"))
    for register in Register:
        await page.goto(f"{office.address}/activities/registers/{register.value}")
        await expect(page.get_by_role("button", name="登记")).to_be_visible()
    await page.goto(f"{office.address}/activities/registers")
    await page.get_by_role("link", name="普法提示").click()
    await page.get_by_label("收到日期").fill("2026-11-10")
    await page.get_by_label("发出单位").fill("县司法局")
    await page.get_by_label("事项").fill(HOSTILE)
    await page.get_by_label("反馈日期").fill("2026-11-01")
    await page.get_by_role("button", name="登记").click()
    await expect(page.get_by_role("alert")).to_contain_text("反馈日期早于收到日期")
    await expect(page.get_by_label("事项")).to_have_value(HOSTILE)
    await page.get_by_label("反馈日期").fill("")
    await page.get_by_role("button", name="登记").click()
    await expect(page.get_by_role("status")).to_contain_text("登记好了")
    await page.get_by_role("link", name="D1", exact=True).click()
    await page.get_by_text("更正这一条").click()
    await page.get_by_label("反馈日期").fill("2026-11-20")
    await page.get_by_label("更正原因").fill("已经反馈")
    await page.get_by_role("button", name="存为更正").click()
    await expect(page.get_by_role("status")).to_contain_text("更正好了")
    await expect(page.get_by_role("table")).to_contain_text("已经反馈")
    assert await page.evaluate("window.hit === undefined")
    rows = await office.look(lambda books: books.listing.newest_rows(Register.PROMPT, None, 0, 9))
    assert [(line.number, line.row.kind) for line in rows] == [("D2", "已反馈")]
    await page.set_viewport_size(PHONE)
    assert await fits_the_phone(page)


async def test_the_admin_of_a_village_has_its_rows_of_the_registers(office: Office) -> None:
    mine, other = await unit(office, "V1"), await unit(office, "V2")
    for where, names in ((mine, "东河甲"), (other, "西山乙")):
        row = RegisterRow(
            Register.PEOPLE, DAY, "张三", where, "法律明白人", 3, {"姓名": names, "数量": "3"}
        )
        await register(office, row)
    account = await office.appoint(Role.UNIT_ADMIN, unit="V1")
    async with office.client(await office.token(account)) as client:
        async with client.get("/activities/registers/people") as answer:
            text = await answer.text()
        assert "东河甲" in text
        assert "西山" not in text
        for path in ("rows/2", "prompt"):
            async with client.get(f"/activities/registers/{path}") as answer:
                assert answer.status == 404
        forged = {"统计日期": "2026-11-20", "村": "V2", "类别": "法律明白人", "数量": "9"}
        said = await act(client, "/activities/registers/people", **forged)
        assert said.startswith("400")
        for path in ("correct", "withdraw"):
            said = await act(client, f"/activities/registers/rows/2/{path}", 更正原因="伪造")
            assert said.startswith("404")
    rows = await office.look(lambda books: books.listing.newest_rows(Register.PEOPLE, None, 0, 9))
    assert len(rows) == 2


def fill(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows into the empty file of the ledger."""
    write_template(("进乡村",), path)
    book: Workbook = load_workbook(path)
    sheet = book["活动台账"]
    headings = [f"{cell.value}" for cell in sheet[1]]
    for number, row in enumerate(rows, start=2):
        for heading, value in row.items():
            sheet.cell(number, headings.index(heading) + 1, value)
    book.save(path)


async def test_a_file_with_a_fault_names_the_cell_and_a_good_one_is_taken(
    office: Office, context: BrowserContext, tmp_path: Path
) -> None:
    right = {
        "日期": "2026-11-20",
        "活动名称": "文件里的活动",
        "主办单位": "东河村",
        "形式": "线下",
        "填报人": "张三",
    }
    bad, good = tmp_path / "台账.xlsx", tmp_path / "台账二.xlsx"
    fill(bad, [right, right | {"主办单位": "没有的村", "形式": "空中"}])
    fill(good, [right])
    page = await office.enter(context, await office.appoint(Role.EDITOR))
    await page.goto(f"{office.address}/activities/files")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="空表").click()
    assert (await download.value).suggested_filename == "活动台账-空表.xlsx"
    await page.get_by_label("填好的台账").set_input_files(bad)
    await page.get_by_role("button", name="导入", exact=True).click()
    alert = page.get_by_role("alert")
    for words in ("“活动台账”表 第 3 行", "（主办单位）", "（形式）", "没有导入任何内容"):
        await expect(alert).to_contain_text(words)
    assert await events(office) == []
    await page.get_by_label("填好的台账").set_input_files(good)
    await page.get_by_role("button", name="导入", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("台账导入好了")
    await expect(page.get_by_role("row", name="文件里的活动")).to_be_visible()
    await page.goto(f"{office.address}/activities/files")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="导出这一年的台账").click()
    path = tmp_path / "out.xlsx"
    await (await download.value).save_as(path)
    assert load_workbook(path)["活动台账"].max_row >= 2


async def test_the_responsibility_list_shows_what_is_late_and_takes_a_plan(
    office: Office, context: BrowserContext
) -> None:
    done = await held(office, "D1", "D2", observance="constitution-day")
    page = await office.enter(context, await office.appoint(Role.EDITOR, number="002"))
    await page.goto(f"{office.address}/activities/duties?state=overdue")
    late = page.locator("tbody tr")
    assert await late.count() > 0
    for state in await late.locator(".state").all_inner_texts():
        assert state == "过期没有记录"
    known = late.filter(has=page.get_by_role("link", name="记活动")).first
    title = await known.get_by_role("link").first.inner_text()
    await known.get_by_role("link", name="记活动").click()
    chosen = page.get_by_label("普法节点").locator("option:checked")
    assert await chosen.inner_text() == title
    assert await page.get_by_label("主办单位").input_value() != ""
    await page.goto(f"{office.address}/activities/duties?unit=D1")
    row = page.get_by_role("row", name="国家宪法日 司法所")
    await expect(row.get_by_role("link", name=done.number)).to_be_visible()
    dates = [text for text in await page.locator("td.date").all_inner_texts() if "月" in text]
    assert len(dates) > 1
    await page.goto(f"{office.address}/activities/duties?state=unplanned")
    await page.get_by_role("link", name="写安排").first.click()
    title = await page.locator("h1").inner_text()
    await page.get_by_label("打算做什么").fill("  ")
    await page.get_by_role("button", name="记下安排").click()
    await expect(page.get_by_role("alert")).to_contain_text("写明安排了什么")
    await page.get_by_label("打算做什么").fill(f"广场宣传{HOSTILE}")
    await page.get_by_role("button", name="记下安排").click()
    await expect(page.get_by_role("status")).to_contain_text("安排记下了")
    await page.goto(f"{office.address}/activities/duties?state=planned")
    planned = page.get_by_role("row").filter(has_text="广场宣传")
    await expect(planned).to_contain_text(title.removeprefix("写安排："))
    assert await page.evaluate("window.hit === undefined")
    await page.set_viewport_size(PHONE)
    assert await fits_the_phone(page)


async def test_the_admin_of_a_village_has_the_duties_of_its_units(office: Office) -> None:
    account = await office.appoint(Role.UNIT_ADMIN, unit="V1")
    async with office.client(await office.token(account)) as client:
        async with client.get("/activities/duties") as answer:
            text = await answer.text()
        assert "东河村" in text
        assert not any(name in text for name in ("西山村", "南塘村", "司法所", "综合执法队"))
        known = await office.look(lambda books: books.people.unit_by_code("V2"))
        assert known is not None
        where = "/activities/duties/plan?observance=constitution-day&year=2026&unit="
        for code in ("V2", "D1", "X"):
            async with client.get(where + code) as answer:
                assert answer.status == 404
            said = await act(client, where + code, what="冒名", planned_for="2026-12-04")
            assert said[:3] in {"400", "404"}
    plans = await office.look(lambda books: books.duties.evidence(2026).plans)
    assert plans == {}
