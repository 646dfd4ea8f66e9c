"""What holds on every page of the desk: for a screen reader, a keyboard, a phone, an old PC."""

from datetime import datetime, time

import pytest
from playwright.async_api import BrowserContext

from lawbot.web.desk import ROUTES
from lawcore.access.people import add_desk_account
from lawcore.campaigns import own
from lawcore.campaigns.model import Recipients
from lawcore.ids import AccountId, CampaignId
from lawcore.participation import filing
from lawcore.participation.activity import Activity, Form
from lawcore.people.model import Role, Roster, UnitKind, UnitRow
from lawcore.storage import Books
from tests.web.conftest import PHONE, Office

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLAIN = sorted({route.path for route in ROUTES if route.method == "GET" and "{" not in route.path})
FILES = (".xlsx", ".docx", ".csv", ".json")
ASKED = {
    "/calendar/notice": "?observance=constitution-week&year=2026",
    "/activities/duties/plan": "?observance=constitution-day&unit=D1&year=2026",
}
PAGES = [path + ASKED.get(path, "") for path in PLAIN if not path.endswith(FILES)]

FAULTS = """() => {
  const found = [];
  const say = (what, one) => found.push(what + ': ' + one.outerHTML.slice(0, 120));
  if (document.documentElement.lang !== 'zh-CN') { found.push('no language'); }
  if (document.querySelectorAll('h1').length !== 1) { found.push('not one h1'); }
  if (!document.querySelector('main')) { found.push('no main'); }
  let level = 1;
  for (const one of document.querySelectorAll('h1, h2, h3, h4')) {
    const now = Number(one.tagName[1]);
    if (now > level + 1) { say('heading skips a level', one); }
    level = now;
  }
  for (const one of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
    if (!one.labels || one.labels.length === 0) { say('no label', one); }
  }
  for (const one of document.querySelectorAll('button, a')) {
    if (!one.textContent.trim() && !one.getAttribute('aria-label')) { say('no name', one); }
  }
  for (const one of document.querySelectorAll('img')) {
    if (!one.hasAttribute('alt')) { say('no alt', one); }
  }
  for (const one of document.querySelectorAll('th')) {
    if (!one.hasAttribute('scope')) { say('no scope', one); }
  }
  for (const one of document.querySelectorAll('[style], style, script:not([src])')) {
    say('inline', one);
  }
  const seen = new Set();
  for (const one of document.querySelectorAll('[id]')) {
    if (seen.has(one.id)) { say('id twice', one); }
    seen.add(one.id);
  }
  for (const one of document.querySelectorAll('[aria-labelledby]')) {
    if (!document.getElementById(one.getAttribute('aria-labelledby'))) { say('label gone', one); }
  }
  return found;
}"""
FAINT = """() => {
  const bend = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) =>
    0.2126 * bend(r / 255) + 0.7152 * bend(g / 255) + 0.0722 * bend(b / 255);
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const under = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const rgb = parse(getComputedStyle(at).backgroundColor);
      if (rgb.length < 4 || rgb[3] > 0) { return rgb; }
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const one of document.querySelectorAll('body *')) {
    const own = [...one.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || one.closest('svg') || one.disabled) { continue; }
    const [a, b] = [light(parse(getComputedStyle(one).color)), light(under(one))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) { found.push(ratio.toFixed(2) + ' ' + one.outerHTML.slice(0, 100)); }
  }
  return found;
}"""


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_can_be_read_aloud_seen_and_used_on_a_phone(
    office: Office, context: BrowserContext, path: str
) -> None:
    page = await office.enter(context, await office.appoint(Role.ADMIN, number="001"))
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    foreign: list[str] = []
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(office.address) else foreign.append(asked.url),
    )
    answer = await page.goto(office.address + path)
    assert answer is not None
    assert answer.status == 200
    assert await page.evaluate(FAULTS) == []
    assert await page.evaluate(FAINT) == []
    await page.set_viewport_size(PHONE)
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert (errors, foreign) == ([], [])


async def test_the_keyboard_alone_reaches_the_text_and_the_menu(
    office: Office, context: BrowserContext
) -> None:
    page = await office.enter(context, await office.appoint(Role.ADMIN))
    await page.goto(office.address)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "跳到正文"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"
    await page.goto(office.address)
    for _ in range(3):
        await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "日历"
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", level=1, name="2026年11月").wait_for()


async def test_a_word_without_a_gap_is_broken_instead_of_pushing_the_page_aside(
    office: Office, context: BrowserContext
) -> None:
    word = "W" * 40

    def job(books: Books, at: datetime) -> tuple[AccountId, CampaignId, int]:
        roster = Roster((UnitRow("V9", word, UnitKind.VILLAGE, None),), ())
        books.people.save_roster(roster, at)
        unit = books.people.unit_by_code("V9")
        assert unit is not None
        day = office.house.today()
        text = own.write(
            books, word, word, day, day, time(9), Recipients.RESIDENTS, actor="console", at=at
        )
        event = Activity(day, word, unit.id, Form.OFFLINE, word, place=word)
        row = filing.record(books, event, actor="console", at=at)
        return (
            add_desk_account(books, word, Role.ADMIN, None, actor="console", at=at).id,
            text.id,
            row.id,
        )

    who, text, row = await office.act(job)
    page = await office.enter(context, who)
    await page.set_viewport_size(PHONE)
    for path in (
        "/",
        f"/campaigns/{text}",
        "/activities",
        f"/activities/{row}",
        f"/activities/{row}/correct",
        "/activities/duties",
        "/exams/new",
        "/people",
    ):
        await page.goto(office.address + path)
        wide = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, path
