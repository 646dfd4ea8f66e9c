"""What a hostile or clumsy client sends: it is refused in words, and nothing breaks."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from yarl import URL

from lawbot.house import House
from lawbot.web.desk import add_desk
from lawbot.web.doors import open_doors
from lawbot.web.entrance import COOKIE, local_path
from lawbot.web.forms import LARGEST
from lawcore.access.model import csrf_of
from lawcore.clock import StillClock
from lawcore.content import Inspection, read_categories
from lawcore.people.model import Role, Roster
from lawcore.storage import open_store
from tests.stage import TOWNSHIP, shipped
from tests.web.conftest import Office

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
