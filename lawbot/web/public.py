"""The public page: this month's days, the texts that went out, to be read large or listened to.

Off by default. It knows nobody: no cookie, no log of readers, nothing from another address.
"""

import asyncio
import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aiohttp import web

from lawbot.house import House
from lawbot.web.entrance import Entrance
from lawbot.web.rendering import environment
from lawcore.calendar.observance import Notice, Occasion
from lawcore.campaigns.model import Campaign
from lawcore.campaigns.published import published
from lawcore.storage import Books

SHOWN = 12
"""Texts on the page and in the feed."""
KEPT = {"Cache-Control": "public, max-age=300"}
"""A page that thousands read need not be made for each of them."""


@dataclass(frozen=True, slots=True)
class Said:
    """What stands on the page."""

    notices: tuple[Notice, ...]
    texts: tuple[Campaign, ...]


class PublicPage:
    """Serves the page, its calendar and its feed. `address` is where people open them."""

    def __init__(self, house: House, address: str) -> None:
        self._house = house
        self._templates = environment()
        self._entrance = Entrance(house, self._templates, address)
        self._address = address
        self._one_at_a_time = asyncio.Lock()

    def add_to(self, app: web.Application) -> None:
        """Add the addresses."""
        for path, handler in (
            ("/public", self._page),
            ("/public/calendar.ics", self._calendar),
            ("/public/feed.xml", self._feed),
        ):
            app.router.add_get(path, self._entrance.guarded(handler))

    async def _page(self, _: web.Request) -> web.Response:
        said = await self._said()
        text = self._templates.get_template("public.html").render(
            township=self._house.township,
            today=self._house.today(),
            month=self._this_month(said.notices),
            texts=said.texts,
        )
        return web.Response(text=text, content_type="text/html", headers=KEPT)

    async def _calendar(self, _: web.Request) -> web.Response:
        from lawcore.calendar.ical import write_calendar  # noqa: PLC0415 - slow to import

        said = await self._said()
        pack = self._house.pack
        names = {law.key: law.name for law in pack.registry}
        outlook = self._house.outlook(said.notices, self._house.today())
        sure = [one for one in outlook if one.start and not one.awaiting_notice]
        at = self._house.clock.now()
        async with self._one_at_a_time:  # strangers get one thread, and not the loop
            body = await asyncio.to_thread(write_calendar, sure, at=at, law_names=names)
        return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=KEPT)

    async def _feed(self, _: web.Request) -> web.Response:
        said = await self._said()
        text = self._templates.get_template("feed.xml").render(
            township=self._house.township, address=self._address, texts=said.texts
        )
        return web.Response(text=text, content_type="application/rss+xml", headers=KEPT)

    async def _said(self) -> Said:
        def job(books: Books, at: datetime) -> Said:
            return Said(books.notices.all(), published(books, at, SHOWN))

        return await self._house.look(job)

    def _this_month(self, notices: tuple[Notice, ...]) -> Sequence[Occasion]:
        """Dates that are sure: one that waits for its notice would mislead."""
        today = self._house.today()
        days = calendar.monthrange(today.year, today.month)[1]
        found = self._house.around(notices, date(today.year, today.month, 1), days)
        return [one for one in found if not one.awaiting_notice]


def add_public(app: web.Application, house: House, address: str) -> None:
    """Add the public page."""
    PublicPage(house, address).add_to(app)
