"""Two processes that talk in lines of JSON over pipes."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import orjson


class Partner:
    """A process of ours: it says one thing when it is ready and one for each thing asked."""

    def __init__(self, process: asyncio.subprocess.Process, hello: dict[str, Any]) -> None:
        self._process = process
        self.hello = hello

    @classmethod
    async def start(cls, module: str, *args: str) -> "Partner":
        """Run `module` and wait until it is ready."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            *args,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=2**22,
        )
        partner = cls(process, {})
        partner.hello = await partner._hear()
        return partner

    async def ask(self, **question: Any) -> dict[str, Any]:
        """Ask and wait for the answer."""
        if self._process.stdin is None:
            raise RuntimeError("the process was started without a pipe")
        self._process.stdin.write(orjson.dumps(question) + b"\n")
        await self._process.stdin.drain()
        return await self._hear()

    async def stop(self) -> None:
        """Let it end by itself."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()

    async def _hear(self) -> dict[str, Any]:
        if self._process.stdout is None:
            raise RuntimeError("the process was started without a pipe")
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("a measured process ended early; its own output says why")
        heard: dict[str, Any] = orjson.loads(line)
        return heard


def say(**answer: Any) -> None:
    """Say one thing to the process that started this one."""
    sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
    sys.stdout.buffer.flush()


async def questions() -> AsyncIterator[dict[str, Any]]:
    """What the process that started this one asks, until it hangs up."""
    reader = asyncio.StreamReader(limit=2**22)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield orjson.loads(line)
