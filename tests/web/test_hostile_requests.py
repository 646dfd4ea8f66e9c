"""What a hostile or clumsy client sends: it is refused in words, and nothing breaks."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pyotp
import pytest
import pytest_asyncio
from aiohttp import web
from yarl import URL

from lawbot.house import House
from lawbot.web.desk import add_desk
from lawbot.web.doors import open_doors
from lawbot.web.entrance import COOKIE, local_path
from lawbot.web.forms import LARGEST
from lawbot.web.pages.content import LONGEST_DRAFT
from lawcore.access import own_login, passwords
from lawcore.access.model import Checked, csrf_of
from lawcore.access.people import grant, revoke
from lawcore.clock import StillClock
from lawcore.content import Inspection, read_categories
from lawcore.people.model import Role, Roster
from lawcore.storage import open_store
from tests.stage import TOWNSHIP, shipped
from tests.web.conftest import Office
from tests.web.test_campaign_pages import campaign, submitted

pytestmark = pytest.mark.asyncio(loop_scope="module")

WHEN = "observance=constitution-week&year=2026"
BROKEN = "程序出了差错"


@pytest_asyncio.fixture(loop_scope="module")
async def desk(database_url: str, clock: StillClock, small_town: Roster) -> AsyncIterator[Office]:
    """The desk of the small town, on each kind of database in turn."""
    store = await open_store(database_url)
    inspection = Inspection(shipped(), None)
    house = House(store, shipped(), clock, TOWNSHIP, inspection, read_categories())
    app = web.Application(client_max_size=LARGEST)
    add_desk(app, house, "http://127.0.0.1")
    async with open_doors(app, "127.0.0.1", 0) as address:
        office = Office(house, address, clock)
        await office.act(lambda books, at: books.people.save_roster(small_town, at))
        yield office
    await store.close()


async def raw(office: Office, request: bytes) -> tuple[int, str]:
    """Send these bytes as they are; the status and what the page says."""
    port = URL(office.address).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode()


def posted(path: str, kind: str, body: bytes, token: str = "") -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Cookie: {COOKIE}={token}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


TYPED = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=X"
UNREADABLE = {
    "no known alphabet": (f"{TYPED}; charset=nonsense", b"name=a"),
    "half a character": (f"{TYPED}; charset=raw_unicode_escape", b"name=\\ud800"),
    "bytes that are no text": (TYPED, b"name=\xff\xfe"),
    "a NUL": (TYPED, b"name=a%00b"),
    "no boundary": ("multipart/form-data", b"abc"),
    "no part": (PARTS, b"abc"),
    "a part cut short": (PARTS, b'--X\r\nContent-Disposition: form-data; name="a"\r\n\r\nx'),
    "a part without a name": (PARTS, b"--X\r\n\r\nx\r\n--X--\r\n"),
    "parts in a part": (
        PARTS,
        b'--X\r\nContent-Disposition: form-data; name="a"\r\n'
        b"Content-Type: multipart/mixed; boundary=Y\r\n\r\n--Y\r\n\r\nx\r\n--Y--\r\n--X--\r\n",
    ),
}


@pytest.mark.parametrize("what", UNREADABLE)
async def test_a_form_that_cannot_be_read_is_refused_in_words(office: Office, what: str) -> None:
    kind, body = UNREADABLE[what]
    token = await office.token(await office.appoint(Role.ADMIN))
    for path in ("/login", "/login/link", "/people/add"):
        status, text = await raw(office, posted(path, kind, body, token))
        assert (status, BROKEN in text) == (400, False), path


async def test_a_long_form_is_refused_to_a_stranger(office: Office) -> None:
    async with office.client() as client:
        answer = await client.post("/login", data={"name": "长" * 9000})
        assert answer.status == 413


@pytest.mark.parametrize(
    "head",
    [
        b"Host: [\r\n",
        b"Host: 127.0.0.1\r\nCookie: lawbot_session=\xff\xfe\r\n",
        b"Host: 127.0.0.1\r\nOrigin: http://[\r\n",
    ],
)
async def test_a_head_that_is_no_head_breaks_nothing(office: Office, head: bytes) -> None:
    status, text = await raw(
        office,
        b"POST /logout HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n" + head + b"\r\n",
    )
    assert status in {303, 403}
    assert BROKEN not in text


@pytest.mark.parametrize(
    "wanted",
    ["/\t/evil.example", "/\n/evil.example", "/\r\nSet-Cookie: a=b", "/\\evil.example", "/二"],
)
async def test_the_way_back_is_a_plain_path(wanted: str) -> None:
    assert local_path(wanted) == "/"


async def test_an_address_that_leads_nowhere_is_answered_as_a_page(office: Office) -> None:
    async with office.client() as client:
        for method, path, status in (
            ("GET", "/nothing", 404),
            ("GET", "/static/nothing.css", 404),
            ("PUT", "/people", 405),
        ):
            answer = await client.request(method, path)
            assert answer.status == status
            assert "没有这个页面" in await answer.text()
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


GIANT = ("2147483648", "999999999999999999", "9" * 40, "-1", "²", "１", "1_0", "%00")


@pytest.mark.parametrize("number", GIANT)
async def test_a_number_that_no_row_has_is_no_page(desk: Office, number: str) -> None:
    token = await desk.token(await desk.appoint(Role.ADMIN))
    form = {"csrf": csrf_of(token)}
    async with desk.client(token) as client:
        for path in (f"/campaigns/{number}", f"/campaigns/{number}/live", f"/calendar/{number}"):
            assert (await client.get(path)).status == 404, path
        for path in (f"/campaigns/{number}/pause", f"/people/{number}/link"):
            assert (await client.post(path, data=form)).status == 404, path
        for query in (f"/audit?before={number}", f"/campaigns?page={number}"):
            assert (await client.get(query)).status in {200, 404}, query


async def test_many_passwords_at_once_are_told_to_wait_and_a_link_still_opens(
    office: Office,
) -> None:
    code = (await office.link(await office.appoint(Role.ADMIN))).partition("code=")[2]
    form = {"name": "谁", "password": "猜一猜猜一猜猜", "number": "000000"}
    async with office.client() as client:
        door = await office.door(client)
        form |= door
        tries = [client.post("/login", data=form) for _ in range(60)]
        answers, opened = await asyncio.gather(
            asyncio.gather(*tries),
            client.post("/login/link", data=door | {"code": code}, allow_redirects=False),
        )
        found = {answer.status for answer in answers}
    assert found == {403, 503}
    assert opened.status == 303


async def test_a_name_that_others_have_locked_comes_in_by_the_link(desk: Office) -> None:
    admin = await desk.appoint(Role.ADMIN)
    at = desk.clock.now()
    secret = passwords.new_secret()
    hashed = passwords.hash_of("门前的老槐树又开花了吗")
    number = pyotp.TOTP(secret).at(at)
    token = await desk.token(admin)
    await desk.act(
        lambda books, at: own_login.set_up(
            books, token, Checked(right=False), "王所长", hashed, secret, number, at=at
        )
    )
    desk.clock.pass_time(timedelta(minutes=1))
    form = {"name": "王所长", "password": "猜一猜猜一猜猜", "number": "000000", "next": "/people"}
    async with desk.client() as client:
        door = await desk.door(client)
        form |= door
        for _ in range(5):
            assert (await client.post("/login", data=form)).status == 403
        right = {
            "password": "门前的老槐树又开花了吗",
            "number": pyotp.TOTP(secret).at(desk.clock.now()),
        }
        assert (await client.post("/login", data=form | right)).status == 403
        code = (await desk.link(admin)).partition("code=")[2]
        answer = await client.post("/login/link", data=door | {"code": code}, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/")


async def test_a_session_ends_when_idle_and_after_half_a_day(desk: Office) -> None:
    account = await desk.appoint(Role.ADMIN)
    idle, busy = await desk.token(account), await desk.token(account)
    async with desk.client(busy) as client, desk.client(idle) as other:
        for _ in range(24):
            assert (await client.get("/settings", allow_redirects=False)).status == 200
            desk.clock.pass_time(timedelta(minutes=29))
        assert (await client.get("/settings", allow_redirects=False)).status == 200
        desk.clock.pass_time(timedelta(minutes=25))
        assert (await client.get("/settings", allow_redirects=False)).status == 303
        assert (await other.get("/settings", allow_redirects=False)).status == 303


async def test_who_lost_the_role_is_out_at_the_next_click(desk: Office) -> None:
    admin, editor = await desk.appoint(Role.ADMIN), await desk.appoint(Role.EDITOR)
    token = await desk.token(editor)
    async with desk.client(token) as client:
        assert (await client.get("/campaigns/new", allow_redirects=False)).status == 200
        await desk.act(
            lambda books, at: grant(books, editor, Role.APPROVER, None, actor="console", at=at)
        )
        await desk.act(
            lambda books, at: revoke(books, editor, Role.EDITOR, actor=f"account:{admin}", at=at)
        )
        assert (await client.get("/campaigns/new", allow_redirects=False)).status == 403
        await desk.act(
            lambda books, at: revoke(books, editor, Role.APPROVER, actor=f"account:{admin}", at=at)
        )
        assert (await client.get("/", allow_redirects=False)).status == 303


async def test_two_clicks_at_once_do_one_thing(desk: Office) -> None:
    key = await submitted(desk)
    tokens = [await desk.token(await desk.appoint(Role.APPROVER)) for _ in range(2)]
    admin = await desk.token(await desk.appoint(Role.ADMIN))

    async def press(token: str, path: str, **form: str) -> int:
        async with desk.client(token) as client:
            data = {"csrf": csrf_of(token), **form}
            return (await client.post(path, data=data, allow_redirects=False)).status

    path = f"/campaigns/{key}/approve"
    found = await asyncio.gather(*(press(token, path, version="1") for token in tokens * 3))
    assert sorted(found) == [303] + [409] * 5
    adding = {"name": "小周", "role": "editor"}
    found = await asyncio.gather(*(press(admin, "/people/add", **adding) for _ in range(3)))
    assert sorted(found) == [200, 400, 400]


async def test_an_old_page_overwrites_no_newer_text(desk: Office) -> None:
    key = await submitted(desk)
    token = await desk.token(await desk.appoint(Role.EDITOR))
    async with desk.client(token) as client:
        first = {"csrf": csrf_of(token), "version": "1", "text": "【防汛】请不要到河边去。"}
        again = first | {"text": "【防汛】请不要到桥上去。"}
        path = f"/campaigns/{key}/revise"
        assert (await client.post(path, data=first, allow_redirects=False)).status == 303
        answer = await client.post(path, data=again)
        text = await answer.text()
    assert answer.status == 409
    assert "请不要到桥上去" in text, "what was typed is still there"
    assert "河边" in (await campaign(desk, key)).text


async def test_a_refused_reason_does_not_turn_up_as_the_text(desk: Office) -> None:
    key = await submitted(desk)
    token = await desk.token(await desk.appoint(Role.ADMIN))
    async with desk.client(token) as client:
        form = {"csrf": csrf_of(token), "version": "7", "reason": "写上值班电话"}
        text = await (await client.post(f"/campaigns/{key}/return", data=form)).text()
    assert text.count("写上值班电话") == 1
    assert 'name="reason" maxlength="200" required value="写上值班电话"' in text


@pytest.mark.parametrize("secret", ["", "0", "二", "A" * 31, "a" * 5000])
async def test_a_secret_that_no_phone_holds_is_refused(office: Office, secret: str) -> None:
    token = await office.token(await office.appoint(Role.EDITOR))
    form = {"csrf": csrf_of(token), "name": "小" * 5000, "password": "门前的老槐树又开花了吗"}
    async with office.client(token) as client:
        answer = await client.post("/settings/login", data=form | {"secret": secret, "code": "1"})
        assert answer.status == 400
        form["name"] = "小周"
        answer = await client.post("/settings/login", data=form | {"secret": secret, "code": "1"})
        assert answer.status == 400
        assert f"<code>{secret}</code>" not in await answer.text()


async def test_the_longest_draft_fits_into_the_form(office: Office) -> None:
    token = await office.token(await office.appoint(Role.EDITOR))
    async with office.client(token) as client:
        form = {"csrf": csrf_of(token), "text": "法" * LONGEST_DRAFT}
        assert (await client.post("/content/draft", data=form)).status == 200


async def test_words_and_days_that_no_book_takes_are_refused_in_words(desk: Office) -> None:
    token = await desk.token(await desk.appoint(Role.EDITOR))
    csrf = {"csrf": csrf_of(token)}
    text = {"title": "防汛", "text": "请不要到河边去。", "recipients": "residents", "hour": "09:00"}
    notice = {"start": "2026-12-01", "end": "2026-12-07", "document": "号", "theme": "题" * 500}
    async with desk.client(token) as client:
        for first, last in (("0001-01-01", "2026-12-01"), ("9999-12-31", "9999-12-31")):
            form = csrf | text | {"first": first, "last": last}
            assert (await client.post("/campaigns/new", data=form)).status == 400, first
        form = csrf | text | {"first": "2026-12-01", "last": "2026-12-01", "hour": "09:00+14:00"}
        assert (await client.post("/campaigns/new", data=form)).status == 400
        answer = await client.post(f"/calendar/notice?{WHEN}", data=csrf | notice)
        assert answer.status == 400
