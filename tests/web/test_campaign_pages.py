"""宣传 in a real browser: a text is written, approved by another, watched while it goes out."""

from datetime import datetime, time, timedelta

import pytest
from playwright.async_api import BrowserContext, expect

from lawcore.access.model import csrf_of
from lawcore.campaigns import launching, own
from lawcore.campaigns import office as publicity
from lawcore.campaigns.model import Audience, Campaign, CampaignState, Recipients
from lawcore.delivery.groups import Aim, Posted
from lawcore.delivery.model import DeliveryState, Recorded
from lawcore.ids import CampaignId, LanguageCode
from lawcore.participation import enrol
from lawcore.people.model import Address, Role
from lawcore.storage import Books
from tests.web.conftest import PHONE, Office

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
TEXT = "【防汛提醒】\n这两天有大雨，请不要到河边去。"


async def submitted(office: Office, text: str = TEXT, actor: str = "account:999") -> CampaignId:
    """A text that waits for its approval."""

    def job(books: Books, at: datetime) -> CampaignId:
        day = office.house.today()
        made = own.write(
            books, "防汛提醒", text, day, day, time(9), Recipients.RESIDENTS, actor=actor, at=at
        )
        own.submit(books, made.id, actor=actor, at=at)
        return made.id

    return await office.act(job)


async def sending(office: Office, *villages: str) -> CampaignId:
    """A text that is being sent to one resident of each of these villages."""
    key = await submitted(office)

    def job(books: Books, at: datetime) -> None:
        for place, code in enumerate(villages):
            enrol.start(books.people, books.ledger, Address("telegram", f"9{place}"), code, at=at)
        publicity.approve(books, key, None, faults_of=lambda *_: (), actor="console", at=at)
        launching.launch(books, at=at)

    await office.act(job)
    return key


async def send(office: Office, count: int) -> None:
    """So many of the messages reach the service."""

    def job(books: Books, at: datetime) -> None:
        books.deliveries.record(
            [
                Recorded(one.id, one.account, DeliveryState.SENT, "", 7, at, one.tries + 1)
                for one in books.deliveries.claim(count, at)
            ]
        )

    await office.act(job)


async def campaign(office: Office, key: CampaignId) -> Campaign:
    return await office.look(lambda books: publicity.get(books, key))


async def test_a_text_is_written_submitted_and_approved_by_another_person(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.EDITOR, number="002"))
    await page.get_by_role("link", name="宣传", exact=True).click()
    await page.get_by_role("link", name="写一份日历以外的稿子").click()
    await page.get_by_label("标题").fill("防汛提醒")
    await page.get_by_label("全文").fill(TEXT)
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.get_by_role("status").first).to_contain_text("存好了")
    await page.get_by_role("button", name="提交，请人批准").click()
    await expect(page.get_by_text("待批准", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="批准", exact=True)).to_have_count(0)
    await page.get_by_role("button", name="退出").click()

    page = await office.enter(context, await office.appoint(Role.APPROVER, number="001"))
    await page.get_by_role("link", name="《防汛提醒》的稿子等人批准").click()
    await expect(page.locator(".bubble")).to_contain_text("请不要到河边去")
    await page.get_by_role("button", name="批准", exact=True).click()
    await expect(page.get_by_text("已批准，待发送")).to_be_visible()
    found = await office.look(lambda books: books.campaigns.in_states(CampaignState.APPROVED))
    assert [one.title for one in found] == ["防汛提醒"]


async def test_a_text_of_several_lines_is_kept_as_it_was_typed(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.EDITOR))
    await page.goto(f"{office.address}/campaigns/new")
    await page.get_by_label("标题").fill("防汛提醒")
    text = "【防汛提醒】\n\n请不要到河边去。\n有事打12345。"
    await page.get_by_label("全文").fill(text)
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.get_by_role("status").first).to_contain_text("存好了")
    (kept,) = await office.look(lambda books: books.campaigns.in_states(CampaignState.DRAFT))
    assert kept.text == text, "a browser sends the ends of lines in its own way"


async def test_who_wrote_a_text_finds_no_button_to_approve_it(
    office: Office, context: BrowserContext
) -> None:
    admin = await office.appoint(Role.ADMIN)
    key = await submitted(office, actor=f"account:{admin}")
    page = await office.enter(context, admin)
    await page.goto(f"{office.address}/campaigns/{key}")
    await expect(page.get_by_text("要由另一位审批人批准")).to_be_visible()
    await expect(page.get_by_role("button", name="批准", exact=True)).to_have_count(0)


async def test_an_old_page_approves_no_newer_text(office: Office, context: BrowserContext) -> None:
    key = await submitted(office)
    page = await office.enter(context, await office.appoint(Role.APPROVER))
    await page.goto(f"{office.address}/campaigns/{key}")
    newer = TEXT + "请互相转告。"
    await office.act(lambda books, at: publicity.revise(books, key, newer, actor="console", at=at))
    await page.get_by_role("button", name="批准", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("文字已经改过")
    assert (await campaign(office, key)).state is CampaignState.SUBMITTED


async def test_a_text_is_returned_with_a_reason_and_written_anew(
    office: Office, context: BrowserContext
) -> None:
    key = await submitted(office)
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/campaigns/{key}")
    await page.get_by_text("退回", exact=True).first.click()
    await page.get_by_label("退回的原因").fill("写上值班电话")
    await page.get_by_role("button", name="退回", exact=True).click()
    await expect(page.get_by_text("写上值班电话")).to_be_visible()
    await page.get_by_text("改文字").click()
    await page.get_by_label("全文").fill(TEXT + "值班电话 12345。")
    await page.get_by_role("button", name="保存新的一版").click()
    await expect(page.get_by_text("第 2 版")).to_be_visible()
    assert "12345" in (await campaign(office, key)).text


async def test_what_was_typed_is_still_there_when_it_cannot_be_taken(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.EDITOR))
    await page.goto(f"{office.address}/campaigns/new")
    await page.get_by_label("标题").fill("森林防火")
    await page.get_by_label("全文").fill("进山不带火，{village}的乡亲请记住。")
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.get_by_role("alert")).to_contain_text("不要有花括号")
    await expect(page.get_by_label("全文")).to_have_value("进山不带火，{village}的乡亲请记住。")


async def test_the_progress_moves_without_a_press(office: Office, context: BrowserContext) -> None:
    key = await sending(office, "V1", "V1", "V2")
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/campaigns/{key}")
    total = page.get_by_role("row", name="合计")
    await expect(total.get_by_role("cell")).to_have_text(["0", "3", "3", "0", "0", "0", "0"])
    await send(office, 2)
    await expect(total.get_by_role("cell")).to_have_text(
        ["2", "3", "1", "0", "0", "0", "0"], timeout=15_000
    )


async def test_the_admin_of_a_village_sees_that_village_alone(
    office: Office, context: BrowserContext
) -> None:
    key = await sending(office, "V1", "V1", "V2")
    page = await office.enter(context, await office.appoint(Role.UNIT_ADMIN, unit="V2"))
    await page.goto(f"{office.address}/campaigns/{key}")
    await expect(page.get_by_role("row")).to_have_count(2)
    await expect(page.get_by_role("row", name="西山村")).to_contain_text("西山村01")
    await expect(page.get_by_text("东河村")).to_have_count(0)
    await expect(page.get_by_role("button", name="暂停")).to_have_count(0)


async def test_a_correction_waits_for_another_person(
    office: Office, context: BrowserContext
) -> None:
    key = await sending(office, "V1")
    await send(office, 1)
    await office.act(lambda books, at: launching.settle(books, at=at))
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/campaigns/{key}")
    await page.get_by_text("更正", exact=True).first.click()
    await page.get_by_label("更正的全文").fill("雨已经停了，河边仍然危险。")
    await page.get_by_role("button", name="写好更正稿").click()
    await expect(page.get_by_role("heading", name="更正：防汛提醒")).to_be_visible()
    await expect(page.get_by_text("收到过原文的人", exact=True)).to_be_visible()
    await expect(page.get_by_text("要由另一位审批人批准")).to_be_visible()


async def test_hostile_words_stay_words_and_the_page_fits_a_phone(
    office: Office, context: BrowserContext
) -> None:
    key = await submitted(office, HOSTILE)
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.set_viewport_size(PHONE)
    await page.goto(f"{office.address}/campaigns/{key}")
    await expect(page.locator(".bubble")).to_contain_text("window.hit=1")
    assert await page.evaluate("window.hit === undefined")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


async def test_with_chinese_alone_no_language_is_there_to_tick(office: Office) -> None:
    key = await submitted(office)
    token = await office.token(await office.appoint(Role.EDITOR))
    async with office.client(token) as client:
        assert 'name="language"' not in await (await client.get(f"/campaigns/{key}")).text()


async def test_a_language_in_the_audience_is_shown_and_ticked(
    office: Office, context: BrowserContext
) -> None:
    key = await submitted(office)

    def join(books: Books, at: datetime) -> None:
        village = next(unit.id for unit in books.people.units() if unit.code == "V1")
        for address, code in (("91", "en"), ("92", "zh-Hans")):
            enrol.join(
                books.people, books.ledger, Address("telegram", address), village,
                language=LanguageCode(code), at=at,
            )  # fmt: skip
        publicity.aim(books, key, Audience(languages=(LanguageCode("en"),)), actor="console", at=at)

    await office.act(join)
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/campaigns/{key}")
    await expect(page.get_by_text("用英文同意的居民")).to_be_visible()
    await page.get_by_text("选发给谁").click()
    ticked = page.get_by_role("group", name="同意用的语言")
    await expect(ticked.get_by_label("英文")).to_be_checked()
    await ticked.get_by_label("英文").uncheck()
    await ticked.get_by_label("中文").check()
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.get_by_text("用中文同意的居民")).to_be_visible()
    aimed = await office.look(lambda b: publicity.get(b, key).audience)
    assert aimed == Audience(languages=(LanguageCode("zh-Hans"),))


async def test_a_language_that_nobody_wrote_down_is_no_audience(office: Office) -> None:
    key = await submitted(office)
    token = await office.token(await office.appoint(Role.EDITOR))
    async with office.client(token) as client:
        form = {"csrf": csrf_of(token), "version": "1", "language": "fr"}
        done = await client.post(f"/campaigns/{key}/audience", data=form)
        assert done.status == 409
        assert "请从表里选择" in await done.text()


async def test_a_live_page_says_so_when_the_session_is_over(
    office: Office, context: BrowserContext
) -> None:
    key = await sending(office, "V1")
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/campaigns/{key}")
    office.clock.pass_time(timedelta(hours=1))
    await expect(page.get_by_text("这里不再自动更新了")).to_be_visible(timeout=10_000)
    await expect(page.get_by_role("heading", name="进入管理页面")).to_have_count(0)


async def test_what_goes_to_other_villages_alone_is_no_page_for_a_villages_admin(
    office: Office,
) -> None:
    async def aimed(*codes: str) -> CampaignId:
        key = await submitted(office, f"{TEXT}{codes}")

        def job(books: Books, at: datetime) -> None:
            units = tuple(u.id for u in books.people.units() if u.code in codes)
            publicity.aim(books, key, Audience(units), actor="console", at=at)

        await office.act(job)
        return key

    other, shared = await aimed("V2"), await aimed("V1", "V2")
    token = await office.token(await office.appoint(Role.UNIT_ADMIN, unit="V1"))
    async with office.client(token) as client:
        assert (await client.get(f"/campaigns/{other}")).status == 404
        assert (await client.get(f"/campaigns/{other}/live")).status == 404
        text = await (await client.get("/campaigns")).text()
        assert f"/campaigns/{shared}" in text
        assert f"/campaigns/{other}" not in text
        assert "西山村" not in await (await client.get(f"/campaigns/{shared}")).text()


async def in_groups(office: Office) -> CampaignId:
    """A text that went out; one group took it, another has put the robot out."""
    key = await sending(office, "V1")

    def job(books: Books, at: datetime) -> None:
        one = publicity.get(books, key)
        aims = [Aim("东河村群", "wecom", None), Aim("镇工作群", "wecom", None)]
        books.group_posts.freeze(key, one.version, one.text_hash, aims, at)
        taken, refused = books.group_posts.claim(9, at)
        for post, state, reason in (
            (taken, DeliveryState.SENT, ""),
            (refused, DeliveryState.BLOCKED, "机器人已被移出群"),
        ):
            books.group_posts.record(Posted(post.id, state, reason, 0, 1, at, at))

    await office.act(job)
    return key


async def test_an_admin_posts_again_to_a_group_and_it_is_written_down(
    office: Office, context: BrowserContext
) -> None:
    key = await in_groups(office)
    page = await office.enter(context, await office.appoint(Role.ADMIN, number="001"))
    await page.goto(f"{office.address}/campaigns/{key}")
    groups = page.get_by_role("region", name="工作群").last
    await expect(groups).to_contain_text("机器人已不能用：机器人已被移出群")
    await expect(groups.get_by_role("button")).to_have_count(1)
    await page.set_viewport_size(PHONE)
    await groups.get_by_role("button", name="重发").click()
    await expect(page.get_by_role("status").first).to_contain_text("排上队了")
    (line,) = await office.look(lambda books: books.audit.page(None, 1))
    assert (line.what, line.who, line.campaign) == ("重发到工作群", "王一", "防汛提醒")
    assert line.detail["group"] == "镇工作群"


async def test_who_drafted_and_who_approved_is_told_by_name_to_the_township_alone(
    office: Office,
) -> None:
    drafter = await office.appoint(Role.EDITOR, number="001")
    approver = await office.appoint(Role.APPROVER)
    key = await submitted(office, actor=f"account:{drafter}")
    await office.act(
        lambda books, at: publicity.approve(
            books, key, None, faults_of=lambda *_: (), actor=f"account:{approver}", at=at
        )
    )
    names = ("王一", f"未登记工号的审批人（Telegram，账号 {approver}）")
    admin = await office.appoint(Role.ADMIN)
    village = await office.appoint(Role.UNIT_ADMIN, unit="V1")
    for account, told in ((admin, True), (village, False)):
        async with office.client(await office.token(account)) as client:
            text = await (await client.get(f"/campaigns/{key}")).text()
            assert [name in text for name in names] == [told, told]


async def test_a_unit_admin_sees_no_groups(office: Office) -> None:
    key = await in_groups(office)
    token = await office.token(await office.appoint(Role.UNIT_ADMIN, unit="V1"))
    async with office.client(token) as client:
        assert "镇工作群" not in await (await client.get(f"/campaigns/{key}")).text()
        form = {"csrf": csrf_of(token), "group": "镇工作群"}
        assert (await client.post(f"/campaigns/{key}/repost", data=form)).status == 403
