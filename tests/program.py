"""``lawbot`` as a process of its own: what it says, how it ends, and how it is killed."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest

from lawbot.cli.app import main
from lawbot.sandbox import Sandbox

PATIENCE = 60.0
"""Seconds for a process to start on a busy machine."""


class Ended(NamedTuple):
    code: int
    out: str
    err: str


def lawbot(folder: Path, *words: str, **settings: str) -> Ended:
    """Run a command in `folder`; a setting is written without its LAWBOT_.

    It runs in this process: a start costs half a second. `process` is the same with a start.
    """
    out, err = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["lawbot", *words])
        for name, value in environment(settings).items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
    return Ended(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def process(folder: Path, *words: str, **settings: str) -> Ended:
    """Run a command in `folder` as a process of its own."""
    command = [str(Path(sys.executable).with_name("lawbot")), *words]
    done = subprocess.run(
        command, cwd=folder, env=environment(settings), capture_output=True, text=True, check=False
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Nothing but the settings, and a language that writes Chinese."""
    named = {f"LAWBOT_{name.upper()}": value for name, value in settings.items()}
    return {"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"} | named


class Program:
    """A process that runs beside the test."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._said = ""

    async def says(self, words: str) -> str:
        """Wait until the output holds `words`; return all of it so far."""
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while words not in self._said:
                line = await self._process.stdout.readline()
                if not line:
                    raise AssertionError(f"ended without {words}: {await self.ends()}")
                self._said += line.decode()
        return self._said

    def kill(self) -> None:
        """kill -9: no warning, nothing is brought home."""
        self._process.kill()

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    async def ends(self) -> Ended:
        """Wait for the end."""
        async with asyncio.timeout(PATIENCE):
            out, err = await self._process.communicate()
        return Ended(self._process.returncode or 0, self._said + out.decode(), err.decode())

    async def stops(self) -> Ended:
        """Ask it to stop and wait until it has."""
        self.terminate()
        return await self.ends()


@asynccontextmanager
async def serving(folder: Path, box: Sandbox, url: str, **settings: str) -> AsyncIterator[Program]:
    """``lawbot run`` against the sandbox, from its readiness on; killed at the end if need be."""
    async with started(folder, box, url, **settings) as program:
        await program.says("已启动")
        yield program


@asynccontextmanager
async def started(folder: Path, box: Sandbox, url: str, **settings: str) -> AsyncIterator[Program]:
    """``lawbot run`` against the sandbox, from its first moment on."""
    given = {
        "database_url": url,
        "telegram_token": box.token,
        "telegram_api_url": box.url,
        "web_port": "0",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lawbot", "run"),
        cwd=folder,
        env=environment(given | settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield Program(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def until(what: Callable[[], bool]) -> None:
    """Wait until `what` holds."""
    async with asyncio.timeout(PATIENCE):
        while not what():  # noqa: ASYNC110 - another process tells nobody what it has written
            await asyncio.sleep(0.02)
