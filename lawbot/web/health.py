"""``/healthz``: the process lives. ``/readyz``: it can do its work. ``/metrics``: how it does."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from lawbot.house import House
from lawbot.web.metrics import CONTENT_TYPE, Metrics
from lawcore.storage import Books

PATIENCE = 2.0
"""Seconds for the database to answer."""


def add_health(
    app: web.Application, house: House, metrics: Metrics, listens: Callable[[], bool]
) -> None:
    """Add the three addresses; `listens` says whether the part of this process has begun."""

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def ready(_: web.Request) -> web.Response:
        found = {"database": await _answers(house), "started": listens()}
        return web.json_response(found, status=200 if all(found.values()) else 503)

    async def figures(_: web.Request) -> web.Response:
        counts, posts = await house.look(
            lambda books, _at: (books.deliveries.states(), books.group_posts.states())
        )
        body = metrics.write(counts, posts)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", figures)


async def _answers(house: House) -> bool:
    """Whether the database does."""

    def job(books: Books, _at: datetime) -> bool:
        return books.facts.get("") is None

    try:
        async with asyncio.timeout(PATIENCE):
            return await house.look(job)
    except Exception:  # noqa: BLE001 - whatever it is, the answer is no
        return False
