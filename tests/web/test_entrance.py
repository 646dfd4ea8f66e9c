"""Coming in: links, log-ins, circles; and what a stranger or another page cannot do."""

import re

import pytest
from playwright.async_api import BrowserContext, expect

from lawbot.web.circle import Circle
from lawbot.web.desk import ROUTES
from lawbot.web.entrance import COOKIE
from lawbot.web.route import Route
from lawcore.access.model import csrf_of
from lawcore.people.model import Role
from tests.web.conftest import Office, secret_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


def some_path(route: Route) -> str:
    """An address of the route, with something in each place."""
    return re.sub(r"\{[^}]+\}", "1", route.path)


async def test_a_link_opens_the_desk_once(office: Office, context: BrowserContext) -> None:
    admin = await office.appoint(Role.ADMIN, number="001")
    link = await office.link(admin)
    page = await context.new_page()
    await page.goto(link)
    await page.reload()
    await page.get_by_role("button", name="进入", exact=True).click()
    await expect(page.get_by_role("heading", name="今天")).to_be_visible()
    await page.goto(link)
    await page.get_by_role("button", name="进入", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("登录链接无效")


async def test_leaving_ends_the_session(office: Office, context: BrowserContext) -> None:
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    cookies = {c["name"]: c["value"] for c in await context.cookies()}
    await page.get_by_role("button", name="退出").click()
    await expect(page.get_by_role("heading", name="进入管理页面")).to_be_visible()
    async with office.client(cookies[COOKIE]) as client:
        answer = await client.get("/", allow_redirects=False)
    assert answer.status == 303


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_a_stranger_gets_no_page(office: Office, route: Route) -> None:
    async with office.client() as client:
        answer = await client.request(route.method, some_path(route), allow_redirects=False)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/login")


_CIRCLES = {
    Role.ADMIN: set(Circle),
    Role.APPROVER: {Circle.LOGGED_IN, Circle.STAFF, Circle.APPROVERS},
    Role.EDITOR: {Circle.LOGGED_IN, Circle.STAFF, Circle.EDITORS},
    Role.UNIT_ADMIN: {Circle.LOGGED_IN},
}


@pytest.mark.parametrize("role", _CIRCLES)
async def test_each_circle_has_its_pages_and_no_others(office: Office, role: Role) -> None:
    unit = "V1" if role is Role.UNIT_ADMIN else None
    token = await office.token(await office.appoint(role, unit=unit))
    async with office.client(token) as client:
        for route in ROUTES:
            if route.method == "GET":
                answer = await client.get(some_path(route), allow_redirects=False)
                shut = answer.status == 403
                assert shut == (route.circle not in _CIRCLES[role]), route.path


async def test_a_form_without_its_secret_changes_nothing(office: Office) -> None:
    token = await office.token(await office.appoint(Role.ADMIN))
    async with office.client(token) as client:
        for route in ROUTES:
            if route.method == "POST":
                answer = await client.post(some_path(route), data={"csrf": "x"})
                assert answer.status == 403, route.path


async def test_a_page_of_another_site_cannot_post_here(office: Office) -> None:
    token = await office.token(await office.appoint(Role.ADMIN))
    async with office.client(token) as client:
        answer = await client.post("/logout", headers={"Origin": "https://evil.example"})
        assert answer.status == 403
        answer = await client.get("/", headers={"Host": "evil.example"})
        assert answer.status == 403


async def test_another_site_logs_nobody_in(office: Office) -> None:
    """A log-in that somebody else's page sends would put a person into another's account."""
    code = (await office.link(await office.appoint(Role.ADMIN))).partition("code=")[2]
    form = {"code": code, "name": "谁", "password": "猜一猜猜一猜猜", "number": "000000"}
    async with office.client() as client, office.client() as other:
        door = await office.door(client)
        elsewhere = {"Origin": "https://evil.example"}
        for path in ("/login", "/login/link"):
            for sent, headers in ((form, {}), (form | door, elsewhere)):
                answer = await client.post(path, data=sent, headers=headers, allow_redirects=False)
                assert answer.status == 403, (path, sent)
                assert COOKIE not in answer.cookies
            answer = await other.post(path, data=form | door, allow_redirects=False)
            assert answer.status == 403, "the secret of another browser"
        again = secret_in(await (await client.post("/login/link", data=form)).text())
        assert again == door["csrf"], "the page that refuses is one press from working"
        answer = await client.post("/login/link", data=form | door, allow_redirects=False)
        assert answer.status == 303, "the link was not used up"


async def test_the_secret_of_no_cookie_opens_nothing(office: Office) -> None:
    code = (await office.link(await office.appoint(Role.ADMIN))).partition("code=")[2]
    async with office.client() as client:
        form = {"code": code, "csrf": csrf_of("")}
        assert (await client.post("/login/link", data=form)).status == 403


async def test_the_way_back_after_logging_in_stays_on_the_desk(office: Office) -> None:
    async with office.client() as client:
        for wanted in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
            answer = await client.get("/login", params={"next": wanted})
            assert 'name="next" value="/"' in await answer.text()


async def test_nothing_of_a_page_comes_from_elsewhere(office: Office) -> None:
    token = await office.token(await office.appoint(Role.ADMIN))
    async with office.client(token) as client:
        answer = await client.get("/")
        text = await answer.text()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", text)


async def test_a_page_that_could_not_be_had_leads_back_to_where_one_was(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(f"{office.address}/people?q=1#roles")
    await page.evaluate("location.href = '/exams/77'")
    await page.get_by_role("heading", name="没有完成").wait_for()
    await page.get_by_role("link", name="回到前一页").click()
    await expect(page).to_have_url(f"{office.address}/people?q=1")
    await page.goto(f"{office.address}/exams/77")
    await expect(page.get_by_role("link", name="回到前一页")).to_have_count(0)
    await page.get_by_role("link", name="回到“今天”").click()
    await expect(page.get_by_role("heading", name="今天")).to_be_visible()


@pytest.mark.parametrize(
    "came_from",
    ["https://elsewhere.example/people", "//elsewhere.example", "javascript:1", "%", ""],
)
async def test_a_problem_leads_back_to_no_other_site(office: Office, came_from: str) -> None:
    token = await office.token(await office.appoint(Role.ADMIN))
    async with office.client(token) as client:
        answer = await client.get("/exams/77", headers={"Referer": came_from})
        assert answer.status == 404
        assert "前一页" not in await answer.text()


async def test_a_problem_right_after_logging_in_does_not_lead_back_to_the_door(
    office: Office,
) -> None:
    token = await office.token(await office.appoint(Role.EDITOR))
    async with office.client(token) as client:
        for door in ("/login", "/login?next=%2Fpeople", "/login?code=K3Y", "/login/link"):
            answer = await client.get("/reports", headers={"Referer": f"{office.address}{door}"})
            assert answer.status == 403
            assert "前一页" not in await answer.text()
