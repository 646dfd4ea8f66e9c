"""``lawbot run --role web``: the pages on a machine of their own, for a town without the chat."""

import asyncio
import json
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp

from tests.program import Program, environment, lawbot
from tests.web.conftest import secret_in


async def test_a_town_without_the_chat_uses_the_pages_alone(
    tmp_path: Path, database_url: str
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    settings = {"database_url": database_url, "web_port": port}
    words = ("login-link", "--new", "--role", "admin", "--name", "王所长", "--json")
    made = await asyncio.to_thread(lawbot, tmp_path, *words, **settings)
    link = json.loads(made.out)["link"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lawbot", "run", "--role", "web"),
        cwd=tmp_path,
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    program = Program(process)
    try:
        await program.says("管理页面")
        address, code = link.split("/login?code=")
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
            door = secret_in(await (await client.get(link)).text())
            form = {"csrf": door, "code": code}
            entered = await client.post(f"{address}/login/link", data=form)
            text = await entered.text()
            assert entered.status == 200
            assert "王所长" in text
            assert (await client.get(f"{address}/readyz")).status == 200
            assert (await client.get(f"{address}/public")).status == 404
        ended = await program.stops()
        assert (ended.code, ended.err) == (0, "")
        assert "已停止" in ended.out
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
