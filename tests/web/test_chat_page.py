"""The chat page in a real browser: several phones, the clock, and what must not happen."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from lawbot.sandbox import Sandbox, Standing, VirtualPerson
from lawcore.clock import StillClock, SystemClock

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>\'">'


@pytest.fixture
def clock() -> StillClock:
    return StillClock(datetime(2026, 12, 4, 1, 0, tzinfo=UTC))


@pytest_asyncio.fixture(loop_scope="module")
async def sandbox(clock: StillClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock, rate=None, per_chat=None) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="module")
async def wang(sandbox: Sandbox) -> VirtualPerson:
    person = sandbox.person("王秀英", note="柳河村 · 村民")
    await person.say("/start")
    return person


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, sandbox: Sandbox, wang: VirtualPerson) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1360, "height": 900})
    page = await context.new_page()
    errors: list[object] = []

    def note(error: object) -> None:
        errors.append(error)

    page.on("pageerror", note)
    await page.goto(sandbox.url)
    yield page
    assert await page.evaluate("window.hit") is None
    assert errors == []
    await context.close()


async def call(sandbox: Sandbox, method: str, **payload: Any) -> Any:
    """The bot's side of the chat."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox.url}/bot{sandbox.token}/{method}", json=payload) as answer,
    ):
        body = await answer.json()
    assert body["ok"], body
    return body["result"]


def keys(*labels: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": label}] for label in labels]}


async def last_update(sandbox: Sandbox) -> dict[str, Any]:
    updates = await call(sandbox, "getUpdates")
    assert isinstance(updates[-1], dict)
    return updates[-1]


async def test_the_first_view_needs_no_script_and_no_internet(
    sandbox: Sandbox, wang: VirtualPerson
) -> None:
    await call(sandbox, "sendMessage", chat_id=wang.user_id, text="今天是国家宪法日")
    async with aiohttp.ClientSession() as session, session.get(sandbox.url) as answer:
        html = await answer.text()
    assert "今天是国家宪法日" in html
    assert "王秀英" in html
    assert "12月4日 星期五" in html
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)


async def test_a_sentence_reaches_the_bot_and_the_answer_appears(
    page: Page, sandbox: Sandbox, wang: VirtualPerson
) -> None:
    box = page.get_by_label("给机器人写一句话")
    await box.fill("有什么考试？")
    await box.press("Enter")
    await expect(page.locator(".own .text").last).to_have_text("有什么考试？")
    await expect(box).to_have_value("")
    assert (await last_update(sandbox))["message"]["text"] == "有什么考试？"
    await call(sandbox, "sendMessage", chat_id=wang.user_id, text="<b>没有</b>", parse_mode="HTML")
    await expect(page.locator(".bot .text b")).to_have_text("没有")


async def test_a_button_is_pressed_and_the_answer_is_a_status(
    page: Page, sandbox: Sandbox, wang: VirtualPerson
) -> None:
    await call(sandbox, "sendMessage", chat_id=wang.user_id, text="？", reply_markup=keys("批准"))
    await page.get_by_role("button", name="批准").click()
    await expect(page.get_by_role("button", name="批准")).not_to_have_attribute("aria-busy", "true")
    query = (await last_update(sandbox))["callback_query"]
    assert query["data"] == "批准"
    await call(sandbox, "answerCallbackQuery", callback_query_id=query["id"], text="已批准")
    await expect(page.locator(".phone").get_by_role("status")).to_have_text("已批准")


async def test_a_window_stays_until_it_is_closed(
    page: Page, sandbox: Sandbox, wang: VirtualPerson
) -> None:
    await call(sandbox, "sendMessage", chat_id=wang.user_id, text="？", reply_markup=keys("看"))
    await page.get_by_role("button", name="看").click()
    await expect(page.get_by_role("button", name="看")).not_to_have_attribute("aria-busy", "true")
    query = (await last_update(sandbox))["callback_query"]
    await call(
        sandbox, "answerCallbackQuery", callback_query_id=query["id"], text="请看", show_alert=True
    )
    await page.get_by_role("button", name="知道了").click()
    await expect(page.locator(".phone").get_by_role("status")).to_have_text("")


async def test_a_card_is_edited_in_place_and_the_keyboard_keeps_its_place(
    page: Page, sandbox: Sandbox, wang: VirtualPerson
) -> None:
    first, second = keys("A. 对", "B. 错"), keys("A. 是", "B. 否")
    card = await call(
        sandbox, "sendMessage", chat_id=wang.user_id, text="第 1 题", reply_markup=first
    )
    await page.get_by_role("button", name="B. 错").focus()
    await page.keyboard.press("Enter")
    await call(
        sandbox,
        "editMessageText",
        chat_id=wang.user_id,
        message_id=card["message_id"],
        text="第 2 题",
        reply_markup=second,
    )
    await expect(page.locator(".bot .text")).to_have_text("第 2 题")
    await expect(page.get_by_role("button", name="B. 否")).to_be_focused()
    await call(sandbox, "deleteMessage", chat_id=wang.user_id, message_id=card["message_id"])
    await expect(page.locator(".bot")).to_have_count(0)


async def test_a_half_written_sentence_survives_what_happens_around_it(
    page: Page, sandbox: Sandbox, wang: VirtualPerson
) -> None:
    box = page.get_by_label("给机器人写一句话")
    await box.fill("写到一半")
    menu = {"keyboard": [[{"text": "今日"}]]}
    await call(sandbox, "sendMessage", chat_id=wang.user_id, text="菜单", reply_markup=menu)
    await expect(page.get_by_role("button", name="今日")).to_be_visible()
    await expect(box).to_have_value("写到一半")
    await expect(box).to_be_focused()
    await page.get_by_role("button", name="今日").click()
    await expect(page.locator(".own .text").last).to_have_text("今日")


async def test_hostile_words_are_shown_and_do_not_run(browser: Browser, sandbox: Sandbox) -> None:
    person = sandbox.person(HOSTILE, note=HOSTILE)
    await person.say(HOSTILE)
    sandbox.bookmark(HOSTILE, datetime(2026, 12, 5, tzinfo=UTC))
    await call(
        sandbox, "sendMessage", chat_id=person.user_id, text=HOSTILE, reply_markup=keys("<b>x</b>")
    )
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(sandbox.url)
    await call(sandbox, "sendMessage", chat_id=person.user_id, text=HOSTILE + "2")
    await person.send_document(f"{HOSTILE}.txt", b"x")
    await person.press("<b>x</b>")
    query = (await last_update(sandbox))["callback_query"]
    await call(sandbox, "answerCallbackQuery", callback_query_id=query["id"], text=HOSTILE)
    await expect(page.locator(".toasts p")).to_have_text(HOSTILE)
    await expect(page.locator(".bot .text").last).to_have_text(HOSTILE + "2")
    await expect(page.get_by_role("button", name="<b>x</b>")).to_be_visible()
    assert await page.evaluate("window.hit") is None
    assert await page.locator("main img, main script").count() == 0
    await context.close()


async def test_the_policy_of_the_page_forbids_foreign_and_inline_code(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as session, session.get(sandbox.url) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy


async def test_the_clock_jumps_to_a_day_a_time_and_a_bookmark(
    browser: Browser, clock: StillClock
) -> None:
    moves: list[datetime] = []

    async def on_move(at: datetime) -> None:
        moves.append(at)

    async with Sandbox(clock, on_move=on_move) as sandbox:
        sandbox.bookmark("考试截止", datetime(2026, 12, 20, 9, 0, tzinfo=UTC))
        context = await browser.new_context()
        page = await context.new_page()
        await page.goto(sandbox.url)
        await page.get_by_role("button", name="12月6日 星期日").click()
        await expect(page.locator(".now time")).to_have_text("12月6日 星期日 09:00")
        await page.get_by_label("跳到", exact=True).fill("2027-03-08 21:30")
        await page.get_by_role("button", name="前往").click()
        await expect(page.locator(".now time")).to_have_text("3月8日 星期一 21:30")
        await page.get_by_role("button", name="考试截止").click()
        await expect(page.locator(".now time")).to_have_text("12月20日 星期日 17:00")
        assert clock.now() == datetime(2026, 12, 20, 9, 0, tzinfo=UTC)
        await page.get_by_label("跳到", exact=True).fill("明天")
        await page.get_by_role("button", name="前往").click()
        await expect(page.locator("#notices")).to_have_text("请写成“2026-12-04 09:00”这样的时间。")
        await context.close()
    assert [f"{at:%m-%d %H:%M}" for at in moves] == ["12-06 01:00", "03-08 13:30", "12-20 09:00"]


async def test_real_time_cannot_be_moved(browser: Browser) -> None:
    async with Sandbox(SystemClock()) as sandbox:
        page = await browser.new_page()
        await page.goto(sandbox.url)
        await expect(page.locator(".fixed")).to_have_text("走的是真实时间，不能拨动。")
        await expect(page.get_by_role("button", name="前往")).to_have_count(0)
        await page.close()


async def test_the_bot_is_blocked_and_let_in_again(page: Page, wang: VirtualPerson) -> None:
    await page.get_by_text("菜单", exact=True).click()
    await page.get_by_role("button", name="停用机器人").click()
    await expect(page.get_by_text("已停用机器人，收不到消息。")).to_be_visible()
    assert str(wang.standing) == Standing.BLOCKED
    await page.get_by_role("button", name="恢复机器人").click()
    await expect(page.get_by_label("给机器人写一句话")).to_be_visible()
    assert str(wang.standing) == Standing.MEMBER


async def test_a_document_can_be_downloaded(
    page: Page, sandbox: Sandbox, wang: VirtualPerson
) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("chat_id", str(wang.user_id))
    form.add_field("document", b"PK\x03\x04", filename="参学情况.xlsx")
    async with aiohttp.ClientSession() as session:
        await session.post(f"{sandbox.url}/bot{sandbox.token}/sendDocument", data=form)
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="参学情况.xlsx").click()
    download = await coming.value
    assert download.suggested_filename == "参学情况.xlsx"
    assert (await download.path()).read_bytes() == b"PK\x03\x04"


async def test_a_phone_is_given_to_someone_else(
    browser: Browser, sandbox: Sandbox, wang: VirtualPerson
) -> None:
    li = sandbox.person("李建国", note="司法所 · 干部")
    sandbox.person("张敏", note="党政办 · 管理员")
    sandbox.show(wang, li)
    page = await browser.new_page()
    await page.goto(sandbox.url)
    await expect(page.locator("h2")).to_have_text(["王秀英", "李建国"])
    second = page.locator(".phone").nth(1)
    await second.get_by_text("换人").click()
    await second.get_by_label("这部手机给").select_option("张敏（党政办 · 管理员）")
    await second.get_by_role("button", name="换", exact=True).click()
    await expect(page.locator("h2")).to_have_text(["王秀英", "张敏"])
    await second.get_by_role("button", name="开始").click()
    await expect(second.locator(".own .text")).to_have_text("/start")
    await page.close()


async def test_the_page_works_without_script(
    browser: Browser, sandbox: Sandbox, wang: VirtualPerson
) -> None:
    await call(sandbox, "sendMessage", chat_id=wang.user_id, text="？", reply_markup=keys("好"))
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(sandbox.url)
    await page.get_by_role("button", name="好").click()
    assert (await last_update(sandbox))["callback_query"]["data"] == "好"
    await page.get_by_label("给机器人写一句话").fill("没有脚本也行")
    await page.get_by_role("button", name="发送").click()
    await expect(page.locator(".own .text").last).to_have_text("没有脚本也行")
    await context.close()


async def test_everything_that_can_be_used_has_a_name(
    page: Page, sandbox: Sandbox, wang: VirtualPerson
) -> None:
    await call(sandbox, "sendMessage", chat_id=wang.user_id, text="？", reply_markup=keys("好"))
    await expect(page.get_by_role("button", name="好")).to_be_visible()
    usable = page.locator("button, a, select, summary, input:not([type=hidden])")
    nameless = await usable.evaluate_all(
        """found => found.filter(e => !e.ariaLabel && !e.labels?.length && !e.textContent.trim())
                         .map(e => e.outerHTML)"""
    )
    assert nameless == []
    assert await page.locator("img:not([alt])").count() == 0
    await expect(page.get_by_role("log", name="王秀英和机器人的聊天")).to_be_visible()


async def test_a_narrow_screen_does_not_scroll_sideways(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await expect(page.get_by_role("navigation", name="手机")).to_be_visible()


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        ({}, "/api/say"),
        ({"Origin": "http://evil.example"}, "/api/say"),
        ({"Origin": "null"}, "/api/say"),
        ({"Origin": "http://evil.example"}, "/bot{token}/sendMessage"),
        ({"Host": "evil.example"}, "/api/say"),
        ({"Host": "evil.example"}, "/bot{token}/sendMessage"),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, "/api/say"),
    ],
)
async def test_other_pages_and_other_names_of_this_machine_are_refused(
    sandbox: Sandbox, wang: VirtualPerson, headers: dict[str, str], path: str
) -> None:
    form = {"person": str(wang.user_id), "chat_id": str(wang.user_id), "text": "x"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            sandbox.url + path.format(token=sandbox.token), data=form, headers=headers
        ) as answer,
    ):
        assert answer.status == 403
    assert len(wang.chat) == 1


@pytest.mark.parametrize(
    ("path", "form", "reason"),
    [
        ("say", {"person": "1", "text": "x"}, "没有这个人。"),
        ("say", {"text": "x"}, "这次操作缺少内容。"),
        ("say", {"person": "5000000001", "text": " "}, "请先输入内容。"),
        ("press", {"person": "5000000001", "message": "9", "data": "x"}, "这条消息已经不在了。"),
        ("clock", {"to": "0001-01-01"}, "只能跳到 2000 年到 2100 年之间。"),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(
    sandbox: Sandbox, wang: VirtualPerson, path: str, form: dict[str, str], reason: str
) -> None:
    headers = {"Origin": sandbox.url, "Accept": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox.url}/api/{path}", data=form, headers=headers) as answer,
    ):
        assert (answer.status, await answer.json()) == (400, {"reason": reason})
    assert len(wang.chat) == 1


@pytest.mark.parametrize("path", ["/?phone=1", "/api/stream?phone=x", "/api/file/1/1", "/static/x"])
async def test_what_is_not_there_is_not_found(
    sandbox: Sandbox, wang: VirtualPerson, path: str
) -> None:
    async with aiohttp.ClientSession() as session, session.get(sandbox.url + path) as answer:
        assert answer.status == 404
