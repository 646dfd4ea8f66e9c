"""今天 in a real browser: what waits, what went wrong and why; a village sees its own."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from playwright.async_api import BrowserContext, expect

from lawcore.campaigns import launching
from lawcore.campaigns import office as publicity
from lawcore.delivery.model import DeliveryState, Recorded
from lawcore.people.model import Role
from lawcore.storage import Books
from tests.web.conftest import Office
from tests.web.test_campaign_pages import sending, submitted

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_each_thing_that_waits_leads_to_where_it_is_done(
    office: Office, context: BrowserContext
) -> None:
    await submitted(office)
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    waits = page.get_by_role("region", name="等人处理")
    await waits.get_by_role("link", name="《防汛提醒》的稿子等人批准").click()
    await expect(page.get_by_role("button", name="批准", exact=True)).to_be_visible()


async def test_what_went_wrong_says_why(office: Office, context: BrowserContext) -> None:
    stopped = await sending(office, "V1")
    await office.act(
        lambda books, at: publicity.pause(books, stopped, "二十条没发成", actor="lawbot", at=at)
    )
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    wrong = page.get_by_role("region", name="没发成的，和原因")
    await expect(wrong).to_contain_text("防汛提醒：已暂停，二十条没发成")


async def test_what_reached_not_everybody_is_named_with_both_numbers(
    office: Office, context: BrowserContext
) -> None:
    await sending(office, "V1", "V2", "V3")

    def job(books: Books, at: datetime) -> None:
        states = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNKNOWN)
        books.deliveries.record(
            [
                Recorded(one.id, one.account, state, "服务出错", None, at, one.tries + 1)
                for one, state in zip(books.deliveries.claim(9, at), states, strict=True)
            ]
        )

    await office.act(job)
    office.clock.pass_time(timedelta(minutes=30))
    await office.act(lambda books, at: launching.settle(books, at=at))
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    wrong = page.get_by_role("region", name="没发成的，和原因")
    await expect(wrong).to_contain_text("应发 3 条，已发出 1 条，未发成 1 条，不确定 1 条")


async def test_a_village_sees_no_figures_of_the_township(
    office: Office, context: BrowserContext
) -> None:
    await sending(office, "V1", "V2")
    await submitted(office, "另一份稿子。")
    page = await office.enter(context, await office.appoint(Role.UNIT_ADMIN, unit="V1"))
    await expect(page.get_by_role("region", name="等人处理")).to_have_count(0)
    running = page.get_by_role("region", name="正在进行")
    await expect(running).to_contain_text("防汛提醒")
    await expect(running).not_to_contain_text("已发出")


async def test_a_day_whose_draft_is_still_to_come_says_when(office: Office) -> None:
    for days, today, of_the_day in (
        (0, "国际反腐败日</a>：12月2日起草", "2026年12月2日自动起草"),
        (8, "国际反腐败日</a>：今天起草", "2026年12月2日自动起草"),
        (1, "国际反腐败日</a>：还没有稿子", "还没有起草"),
    ):
        office.clock.pass_time(timedelta(days=days))
        async with office.client(await office.token(await office.appoint(Role.ADMIN))) as client:
            assert today in await (await client.get("/")).text()
            address = "/calendar/anti-corruption-day?year=2026"
            assert of_the_day in await (await client.get(address)).text()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.EDITOR, Role.APPROVER])
async def test_every_link_of_the_day_opens_for_whoever_sees_it(office: Office, role: Role) -> None:
    await submitted(office)
    async with office.client(await office.token(await office.appoint(role))) as client:
        shown = await (await client.get("/")).text()
        found = {unescape(one) for one in re.findall(r'href="(/[^"]*)"', shown)}
        assert any("observance=" in one or one.startswith("/calendar/") for one in found)
        for address in sorted(found):
            assert (await client.get(address)).status == 200, address
