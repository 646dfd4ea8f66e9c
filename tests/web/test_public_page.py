"""The public page in a real browser: what went out, read large or aloud, and nobody followed."""

from collections.abc import AsyncIterator
from datetime import datetime, time
from xml.etree import ElementTree

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import BrowserContext, expect

from lawbot.web.desk import add_desk
from lawbot.web.doors import open_doors
from lawbot.web.public import add_public
from lawcore.campaigns import correction, launching, own
from lawcore.campaigns import office as publicity
from lawcore.campaigns.model import Audience, Recipients
from lawcore.delivery.model import DeliveryState, Recorded
from lawcore.ids import CampaignId
from lawcore.participation import enrol
from lawcore.people.model import Address, ResidentGroup
from lawcore.storage import Books
from tests.web.conftest import PHONE, Office

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def page_address(office: Office) -> AsyncIterator[str]:
    """Where the public page of the office stands."""
    app = web.Application()
    add_desk(app, office.house, "http://127.0.0.1")
    add_public(app, office.house, "http://127.0.0.1")
    async with open_doors(app, "127.0.0.1", 0) as address:
        yield address


async def sent(
    office: Office,
    text: str,
    recipients: Recipients = Recipients.RESIDENTS,
    audience: Audience | None = None,
) -> CampaignId:
    """A text that went out to the one resident there is."""

    def job(books: Books, at: datetime) -> CampaignId:
        enrol.start(books.people, books.ledger, Address("telegram", "90"), "V1", at=at)
        day = office.house.today()
        made = own.write(
            books, "防汛提醒", text, day, day, time(9), recipients, actor="account:9", at=at
        )
        if audience is not None:
            publicity.aim(books, made.id, audience, actor="account:9", at=at)
        else:
            own.submit(books, made.id, actor="account:9", at=at)
        publicity.approve(books, made.id, None, faults_of=lambda *_: (), actor="console", at=at)
        launching.launch(books, at=at)
        books.deliveries.record(
            [
                Recorded(one.id, one.account, DeliveryState.SENT, "", 7, at, one.tries + 1)
                for one in books.deliveries.claim(9, at)
            ]
        )
        launching.settle(books, at=at)
        return made.id

    return await office.act(job)


async def test_who_comes_reads_what_went_out_and_leaves_no_trace(
    office: Office, page_address: str, context: BrowserContext
) -> None:
    await sent(office, "河水涨了，<b>不要</b>下河。")
    page = await context.new_page()
    await page.set_viewport_size(PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{page_address}/public")
    await expect(page.get_by_text("河水涨了，<b>不要</b>下河。")).to_be_visible()
    await expect(page.get_by_text("消防宣传月")).to_be_visible()
    assert all(url.startswith(page_address) for url in asked)
    assert await context.cookies() == []
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


async def test_a_text_is_read_aloud_by_the_browsers_own_voice(
    office: Office, page_address: str, context: BrowserContext
) -> None:
    await sent(office, "河水涨了。")
    page = await context.new_page()
    await page.add_init_script(
        "window.said = []; Object.defineProperty(window, 'speechSynthesis',"
        " {value: {speak: (one) => window.said.push(one.text + one.lang), cancel: () => {}}});"
    )
    await page.goto(f"{page_address}/public")
    await page.get_by_role("button", name="听一听").click()
    assert await page.evaluate("window.said") == ["河水涨了。zh-CN"]
    await page.get_by_role("button", name="停下").click()
    await expect(page.get_by_role("button", name="听一听")).to_be_visible()


async def test_only_what_went_to_everybody_and_still_holds_stands_there(
    office: Office, page_address: str
) -> None:
    await sent(office, "给干部的。", Recipients.CADRES)
    await sent(office, "给家长的。", audience=Audience(groups=(ResidentGroup.PARENT,)))
    recalled = await sent(office, "收回的。")
    await office.act(
        lambda books, at: correction.recall(books, recalled, "日期写错", actor="console", at=at)
    )
    await sent(office, "给大家的。")
    async with office.client() as client:
        for path in ("/public", "/public/feed.xml"):
            text = await (await client.get(f"{page_address}{path}")).text()
            assert "给大家的。" in text
            assert not any(word in text for word in ("给干部的", "给家长的", "收回的"))


async def test_the_feed_and_the_calendar_can_be_read_by_programs(
    office: Office, page_address: str
) -> None:
    await sent(office, "河水涨了 & \x0b风也大。\uffff")
    async with office.client() as client:
        written = await (await client.get(f"{page_address}/public/feed.xml")).text()
        feed = ElementTree.fromstring(written)  # noqa: S314 - written by ourselves
        assert [each.findtext("description") for each in feed.iter("item")] == [
            "河水涨了 & 风也大。"
        ]
        calendar = await (await client.get(f"{page_address}/public/calendar.ics")).text()
    assert calendar.startswith("BEGIN:VCALENDAR")
    assert "国家宪法日" in calendar
    assert "宪法宣传周" not in calendar.split("BEGIN:VEVENT", 1)[1]


async def test_it_is_off_unless_the_township_wants_it(office: Office) -> None:
    async with office.client() as client:
        assert (await client.get("/public", allow_redirects=False)).status == 404
