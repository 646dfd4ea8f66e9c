"""A real browser, and the desk of a small town over HTTP."""

import re
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from lawbot.house import House
from lawbot.web.desk import add_desk
from lawbot.web.doors import open_doors
from lawbot.web.entrance import COOKIE
from lawbot.web.forms import LARGEST
from lawcore.access import doors
from lawcore.access.people import grant
from lawcore.clock import StillClock
from lawcore.content import Inspection, read_categories
from lawcore.ids import AccountId, UnitId
from lawcore.people.model import Address, Role, Roster
from lawcore.storage import Books, open_store
from tests.stage import TOWNSHIP, shipped

T = TypeVar("T")
PHONE = ViewportSize(width=360, height=740)


def secret_in(page: str) -> str:
    """The secret of the first form of a page."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


class Office:
    """The desk of a town, and those who may come to it."""

    def __init__(self, house: House, address: str, clock: StillClock) -> None:
        self.house = house
        self.address = address
        self.clock = clock

    async def act(self, job: Callable[[Books, datetime], T]) -> T:
        return await self.house.act(job)

    async def look(self, job: Callable[[Books], T]) -> T:
        return await self.house.look(lambda books, _: job(books))

    async def appoint(
        self, role: Role, *, number: str | None = None, unit: str | None = None
    ) -> AccountId:
        """An account with `role`, bound to the cadre with this 工号; `unit` is a unit's code."""

        def job(books: Books, at: datetime) -> AccountId:
            account = books.people.add_account(Address("telegram", uuid4().hex[:12]), at)
            if number is not None:
                cadre = books.people.cadre_by_number(number)
                assert cadre is not None
                books.people.bind_cadre(account.id, cadre.id)
            where: UnitId | None = None
            if unit is not None:
                found = books.people.unit_by_code(unit)
                assert found is not None
                where = found.id
            grant(books, account.id, role, where, actor="console", at=at)
            return account.id

        return await self.act(job)

    async def link(self, account: AccountId) -> str:
        """The one-time link that the bot would send."""
        code = await self.act(lambda books, at: doors.make_link(books, account, at=at))
        return f"{self.address}/login?code={code}"

    async def token(self, account: AccountId) -> str:
        """A session of this account, as its browser would hold it."""

        def job(books: Books, at: datetime) -> str:
            return doors.open_link(books, doors.make_link(books, account, at=at), at=at).token

        return await self.act(job)

    def client(self, token: str | None = None) -> aiohttp.ClientSession:
        """A plain client with this session; it follows no redirect by itself."""
        cookies = {COOKIE: token} if token else {}
        jar = aiohttp.CookieJar(unsafe=True)  # from an address without a name, too
        return aiohttp.ClientSession(self.address, cookies=cookies, cookie_jar=jar)

    async def door(self, client: aiohttp.ClientSession) -> dict[str, str]:
        """The secret that the forms of the log-in carry for this client."""
        return {"csrf": secret_in(await (await client.get("/login")).text())}

    async def enter(self, context: BrowserContext, account: AccountId) -> Page:
        """A page of the browser, logged in through the link as a person would."""
        page = await context.new_page()
        await page.goto(await self.link(account))
        await page.get_by_role("button", name="进入", exact=True).click()
        await page.get_by_role("heading", name="今天").wait_for()
        return page


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no chromium here: install it to run the tests in a browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A browser of an office PC, without a session."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 860}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def office(sqlite_url: str, clock: StillClock, small_town: Roster) -> AsyncIterator[Office]:
    """The pages over HTTP, on a database with the small town."""
    store = await open_store(sqlite_url)
    inspection = Inspection(shipped(), None)
    house = House(store, shipped(), clock, TOWNSHIP, inspection, read_categories())
    app = web.Application(client_max_size=LARGEST)
    add_desk(app, house, "http://127.0.0.1")
    async with open_doors(app, "127.0.0.1", 0) as address:
        office = Office(house, address, clock)
        await office.act(lambda books, at: books.people.save_roster(small_town, at))
        yield office
    await store.close()
