"""Long polling and the webhook."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from lawbot.sandbox import Sandbox, VirtualPerson


async def texts(bot: Bot, offset: int | None = None) -> list[tuple[int, str | None]]:
    return [
        (update.update_id, update.message.text if update.message else None)
        for update in await bot.get_updates(offset=offset)
    ]


async def until_polling(sandbox: Sandbox, polls: int) -> None:
    """Return when that many polls have reached the server."""
    while len(sandbox.calls("getUpdates")) < polls:  # noqa: ASYNC110 - the server offers no event
        await asyncio.sleep(0)


async def test_updates_come_again_until_a_higher_offset_confirms_them(
    bot: Bot, wang: VirtualPerson
) -> None:
    await wang.say("二")
    first, second = await texts(bot)
    assert first[0] + 1 == second[0]
    assert await texts(bot) == [first, second]
    assert await texts(bot, offset=second[0]) == [second]
    assert await texts(bot) == [second]
    await wang.say("三")
    assert await texts(bot, offset=-1) == [(second[0] + 1, "三")]
    assert await texts(bot) == [(second[0] + 1, "三")]


async def test_a_long_poll_ends_as_soon_as_something_happens(bot: Bot, sandbox: Sandbox) -> None:
    wang = sandbox.person("王大妈")
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await until_polling(sandbox, 1)
    await wang.say("在吗")
    (update,) = await asyncio.wait_for(poll, 5)
    assert update.message is not None
    assert update.message.text == "在吗"


async def test_a_poll_without_news_ends_empty_after_its_time(bot: Bot) -> None:
    assert await bot.get_updates(timeout=1) == []


async def test_only_the_kinds_that_were_asked_for_are_queued(bot: Bot, wang: VirtualPerson) -> None:
    (start,) = await texts(bot)
    await bot.get_updates(offset=start[0] + 1, allowed_updates=["my_chat_member"])
    await wang.say("没人听")
    await wang.block()
    (update,) = await bot.get_updates()
    assert update.my_chat_member is not None
    await wang.unblock()
    await bot.get_updates(offset=update.update_id + 2, allowed_updates=[])
    await wang.say("又有人听")
    assert [text for _, text in await texts(bot)] == ["又有人听"]


async def test_limits_of_a_poll_are_kept(bot: Bot, wang: VirtualPerson) -> None:
    for number in range(120):
        await wang.say(str(number))
    assert len(await bot.get_updates()) == 100
    assert len(await bot.get_updates(limit=3)) == 3


async def test_a_second_poller_throws_the_first_out(bot: Bot, sandbox: Sandbox) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await until_polling(sandbox, 1)
    second = asyncio.create_task(bot.get_updates(timeout=30))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first
    await until_polling(sandbox, 2)
    await sandbox.person("王大妈").say("在吗")
    assert len(await second) == 1


async def test_blocking_and_unblocking_are_told_to_the_bot(bot: Bot, wang: VirtualPerson) -> None:
    await wang.block()
    await wang.block()
    await wang.unblock()
    changes = [update.my_chat_member for update in await bot.get_updates()]
    turns = [(c.old_chat_member.status, c.new_chat_member.status) for c in changes if c]
    assert turns == [("member", "kicked"), ("kicked", "member")]


class Hook:
    """A webhook that answers as it is told and keeps what it got."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[tuple[str | None, str]] = []
        self.statuses: list[int] = []
        self.reply: dict[str, object] | None = None
        self.enough = asyncio.Event()
        self.wanted = 1

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json()
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.got.append((secret, body["message"]["text"]))
        if len(self.got) >= self.wanted:
            self.enough.set()
        status = self.statuses.pop(0) if self.statuses else 200
        if self.reply and status == 200:
            return web.json_response(self.reply)
        return web.Response(status=status)


async def serve(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.handle)
    runner, url = await serve(app)
    hook.url = f"{url}/hook"
    yield hook
    await runner.cleanup()


async def test_a_webhook_gets_the_waiting_and_the_coming_updates_with_its_secret(
    bot: Bot, wang: VirtualPerson, hook: Hook
) -> None:
    hook.wanted = 2
    await bot.set_webhook(hook.url, secret_token="s3cret-_")
    await wang.say("二")
    await asyncio.wait_for(hook.enough.wait(), 5)
    assert hook.got == [("s3cret-_", "/start"), ("s3cret-_", "二")]
    assert (await bot.get_webhook_info()).url == hook.url


async def test_an_update_the_webhook_refused_is_brought_again_before_the_next(
    bot: Bot, wang: VirtualPerson, hook: Hook
) -> None:
    hook.statuses = [500, 302]
    hook.wanted = 4
    await bot.set_webhook(hook.url)
    await wang.say("二")
    await asyncio.wait_for(hook.enough.wait(), 5)
    assert [text for _, text in hook.got] == ["/start", "/start", "/start", "二"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 302 Found"


async def test_one_chat_that_fails_does_not_hold_up_the_others(
    bot: Bot, sandbox: Sandbox, wang: VirtualPerson, hook: Hook
) -> None:
    hook.statuses = [500] * 5
    hook.wanted = 7
    await sandbox.person("李叔").say("/start li")
    await bot.set_webhook(hook.url, max_connections=1)
    await asyncio.wait_for(hook.enough.wait(), 5)
    assert {text for _, text in hook.got} == {"/start", "/start li"}


async def test_a_method_in_the_webhooks_answer_is_carried_out(
    bot: Bot, wang: VirtualPerson, hook: Hook
) -> None:
    hook.reply = {"method": "sendMessage", "chat_id": wang.user_id, "text": "欢迎"}
    await bot.set_webhook(hook.url)
    assert (await wang.wait_for(lambda m: True)).text == "欢迎"


async def test_aiograms_own_webhook_answer_is_carried_out(bot: Bot, wang: VirtualPerson) -> None:
    dispatcher = Dispatcher()

    async def greet(message: Message) -> object:
        return message.answer("欢迎")

    dispatcher.message.register(greet)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False).register(app, "/hook")
    runner, url = await serve(app)
    await bot.set_webhook(f"{url}/hook")
    assert (await wang.wait_for(lambda m: True)).text == "欢迎"
    await runner.cleanup()


async def test_no_polling_while_a_webhook_is_set(bot: Bot, wang: VirtualPerson, hook: Hook) -> None:
    hook.statuses = [500] * 1000
    await bot.set_webhook(hook.url)
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert [text for _, text in await texts(bot)] == ["/start"]
    await bot.delete_webhook(drop_pending_updates=True)
    assert await texts(bot) == []


async def test_setting_a_webhook_ends_a_running_poll(
    bot: Bot, sandbox: Sandbox, hook: Hook
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await until_polling(sandbox, 1)
    await bot.set_webhook(hook.url)
    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await poll


@pytest.mark.parametrize(
    ("url", "secret", "refusal"),
    [
        ("http://example.org/hook", None, "An HTTPS URL must be provided for webhook"),
        ("hook", None, "URL host is empty"),
        ("https://example.org/hook", "geheim!", "secret token contains unallowed characters"),
        ("https://example.org/hook", "x" * 257, "secret token is too long"),
    ],
)
async def test_a_webhook_that_telegram_would_refuse_is_refused(
    bot: Bot, url: str, secret: str | None, refusal: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=refusal):
        await bot.set_webhook(url, secret_token=secret)
    assert (await bot.get_webhook_info()).url == ""
