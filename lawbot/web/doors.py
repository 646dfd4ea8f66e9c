"""The address of this process: where it listens, and that it says so plainly when it cannot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from lawcore.errors import BadInput


@asynccontextmanager
async def open_doors(app: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """Serve `app` until the block ends; its address. Raises BadInput where that cannot be."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            raise BadInput(
                f"{host}:{port} 已被别的程序占用，或这台机器没有这个地址："
                "请改 LAWBOT_WEB_HOST 或 LAWBOT_WEB_PORT。"
            ) from None
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
