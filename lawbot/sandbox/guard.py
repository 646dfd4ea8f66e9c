"""Who may talk to the server: only this machine, and only pages of its own."""

from collections.abc import Awaitable, Callable
from functools import lru_cache

from aiohttp import web
from yarl import URL

from lawbot.sandbox.webhook import is_loopback

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign Host names (DNS rebinding) and requests sent by foreign pages.

    A browser names the page that sends a form in Origin; a bot sends none.
    """
    host = request.headers.get("Host", "")
    if not _is_this_machine(host):
        return web.Response(status=403, text="本页只在这台电脑上使用。")
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{host}":
        return web.Response(status=403, text="只接受本页自己发出的操作。")
    return await handler(request)


@lru_cache(maxsize=64)
def _is_this_machine(host: str) -> bool:
    try:
        return is_loopback(URL(f"http://{host}").host or "")
    except ValueError:
        return False
