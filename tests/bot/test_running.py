"""``lawbot run`` as a process: how it starts, what stops it, webhook, a second one on one token."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from lawbot.sandbox import Sandbox
from lawbot.telegram import rival
from lawcore.errors import LawbotError
from lawcore.people.model import Roster
from tests.program import Ended, serving, started, until
from tests.stage import PATIENCE, ask, running

SECRET = "a-secret-of-the-township"
START = "2026-11-24T10:00:00+08:00"


def one_sentence(ended: Ended, code: int, *words: str) -> None:
    """It ended with this code and one line of Chinese, without a trace and without the token."""
    assert ended.code == code, ended
    assert "Traceback" not in ended.err
    assert len(ended.err.strip().splitlines()) == 1, ended.err
    for word in words:
        assert word in ended.err


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def test_it_serves_from_what_was_said_before_until_it_is_told_to_stop(
    box: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    phone = box.person("村民")
    since = await phone.say("/today")
    async with serving(tmp_path, box, sqlite_url, clock_start=START) as program:
        assert "机器人 @township_law_bot 已启动。按 Ctrl-C 停止。" in await program.says("停止")
        said = await phone.wait_for(bool, PATIENCE, since)
        assert said.text.startswith("今天 11月24日 星期二")
        ended = await program.stops()
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.endswith("已停止。\n")
    assert box.token not in ended.out


async def test_told_to_stop_while_it_starts_it_stops(
    box: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    async with started(tmp_path, box, sqlite_url) as program:
        await until(lambda: bool(box.calls("getMe")))
        ended = await program.stops()
    assert (ended.code, ended.err) == (0, "")


async def test_the_second_program_on_one_token_gives_way_with_one_sentence(
    box: Sandbox, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rival, "SETTLED", 0.0)  # the first has been there for long
    phone = box.person("村民")
    async with running(box, sqlite_url):
        await ask(phone, "/today")
        async with started(tmp_path, box, sqlite_url) as program:
            ended = await program.ends()
        one_sentence_among(ended, 1, "这个令牌已有另一个机器人程序在用：请先停掉那一个")
        assert (await ask(phone, "/today")).text.startswith("今天 ")


def one_sentence_among(ended: Ended, code: int, words: str) -> None:
    assert ended.code == code, ended
    assert "Traceback" not in ended.err
    assert ended.err.strip().splitlines()[-1].startswith(words)


async def test_without_a_network_it_says_so(box: Sandbox, sqlite_url: str, tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    async with started(tmp_path, box, sqlite_url, telegram_api_url=nowhere) as program:
        ended = await program.ends()
    one_sentence(ended, 1, "连不上消息服务：请检查网络和 LAWBOT_TELEGRAM_API_URL。")
    assert box.token not in ended.err


@asynccontextmanager
async def page(answer: Callable[[web.Request], web.Response], port: int = 0) -> AsyncIterator[str]:
    """A web server that is no Bot API."""

    async def handle(request: web.Request) -> web.Response:
        return answer(request)

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def _homepage(_: web.Request) -> web.Response:
    return web.Response(text="<html>镇政府网站</html>", content_type="text/html")


def _round_and_round(request: web.Request) -> web.Response:
    return web.Response(status=307, headers={"Location": str(request.url)})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_homepage, "LAWBOT_TELEGRAM_API_URL 那里回答的不是消息服务"),
        (_round_and_round, "连不上消息服务"),
    ],
)
async def test_an_address_that_is_no_bot_api_is_one_sentence_without_the_token(
    box: Sandbox,
    sqlite_url: str,
    answer: Callable[[web.Request], web.Response],
    words: str,
) -> None:
    async with page(answer) as address:
        with pytest.raises(LawbotError, match=words) as refused:
            async with running(box, sqlite_url, telegram_api_url=address):
                pass
    assert "AAsandbox" not in str(refused.value)
    assert refused.value.__cause__ is None


async def test_the_token_is_in_no_log_when_the_address_goes_astray(
    logged: Callable[[], str], box: Sandbox, sqlite_url: str
) -> None:
    port = int(box.url.rsplit(":", 1)[1])
    phone = box.person("村民")
    async with running(box, sqlite_url):
        await ask(phone, "/today")
        await box.stop()
        async with page(_round_and_round, port) as _:
            await until(lambda: "TooManyRedirects" in logged())
        await box.start(port)
        await ask(phone, "/today")
    assert "AAsandbox" not in logged()


async def test_a_refused_token_is_bad_input_and_is_not_printed(
    box: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    async with started(tmp_path, box, sqlite_url, telegram_token="123456:AAwrong") as program:
        ended = await program.ends()
    one_sentence(ended, 2, "消息服务不认这个令牌：请核对 LAWBOT_TELEGRAM_TOKEN。")
    assert "AAwrong" not in ended.err


async def test_the_webhook_takes_updates_with_the_secret_and_refuses_all_else(
    box: Sandbox, sqlite_url: str, small_town: Roster, tmp_path: Path
) -> None:
    async with running(box, sqlite_url) as stage:
        await stage.act(lambda books, at: books.people.save_roster(small_town, at))
    port = free_port()
    hook = f"http://127.0.0.1:{port}/hook"
    given = {
        "telegram_webhook_url": hook,
        "telegram_webhook_secret": SECRET,
        "web_port": f"{port}",
        "clock_start": START,
    }
    phone = box.person("村民")
    forged = {
        "update_id": 1,
        "message": {
            "message_id": 1,
            "date": 1,
            "chat": {"id": 77, "type": "private", "first_name": "x"},
            "from": {"id": 77, "is_bot": False, "first_name": "x"},
            "text": "/start V1",
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        },
    }
    async with serving(tmp_path, box, sqlite_url, **given) as program:
        assert "您已加入" in (await ask(phone, "/start V1")).text
        async with aiohttp.ClientSession() as session:
            for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}):
                async with session.post(hook, json=forged, headers=headers) as answer:
                    assert answer.status == 401
            async with session.get(hook) as answer:
                assert answer.status == 405
            async with session.post(f"{hook}/other", json=forged) as answer:
                assert answer.status == 404
            right = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            async with session.post(hook, data=b"no json", headers=right) as answer:
                assert answer.status >= 400
        assert (await ask(phone, "/me")).text.startswith("保存了您的这些")
        ended = await program.stops()
    assert ended.code == 0
    assert SECRET not in ended.out + ended.err
    async with running(box, sqlite_url) as stage:
        assert await stage.count("SELECT count(*) FROM accounts") == 1
        assert (await ask(phone, "/today")).text, "polling after a webhook"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "用 webhook 要设置 LAWBOT_TELEGRAM_WEBHOOK_SECRET"),
        ({"telegram_webhook_secret": SecretStr(SECRET)}, "已被别的程序占用"),
        ({"telegram_webhook_secret": SecretStr("有空格 的"), "web_port": 0}, "消息服务回了错误"),
    ],
)
async def test_a_webhook_that_cannot_be_is_one_sentence(
    box: Sandbox, sqlite_url: str, given: dict[str, Any], words: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        hook: dict[str, Any] = {
            "telegram_webhook_url": f"http://127.0.0.1:{port}/hook",
            "web_port": port,
        }
        with pytest.raises(LawbotError, match=words) as refused:
            async with running(box, sqlite_url, **hook | given):
                pass
    assert "有空格" not in str(refused.value)
