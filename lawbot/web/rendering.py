"""Pages from templates: escaped by default, a missing value is a mistake and not a hole."""

import asyncio
import re
from collections.abc import Mapping
from datetime import date
from email.utils import format_datetime
from importlib.resources import files
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from lawbot.web import charts
from lawcore.clock import local_text

ASSETS = {
    "desk.css": "text/css",
    "desk.js": "text/javascript",
    "listen.js": "text/javascript",
    "seal.svg": "image/svg+xml",
}
WEEKDAYS = "一二三四五六日"


def environment() -> Environment:
    """The templates with their filters."""
    made = Environment(
        loader=PackageLoader("lawbot.web"),
        autoescape=True,  # of the feed as well
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "moment": local_text,
        "day": day_text,
        "weekday": weekday,
        "share": share,
        "whole": whole,
        "mail_date": format_datetime,
        "xml": xml_text,
    }
    made.globals |= {"bars": charts.bars, "columns": charts.columns}
    return made


class Page(web.Response):
    """An answer that is made from a template when it is sent."""

    def __init__(
        self, templates: Environment, template: str, values: Mapping[str, Any], status: int
    ) -> None:
        super().__init__(status=status, content_type="text/html")
        self._templates = templates
        self._template = template
        self._values = values

    async def draw(self) -> None:
        """Write the text, in a thread: a list of hundreds of people takes its time."""
        self.text = await asyncio.to_thread(self._render)

    def _render(self) -> str:
        return self._templates.get_template(self._template).render(self._values)


def day_text(day: date) -> str:
    """``2026年12月4日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def weekday(day: date) -> str:
    """``星期五``."""
    return "星期" + WEEKDAYS[day.weekday()]


def whole(number: int) -> str:
    """A count with its thousands set apart: ``30,000``."""
    return f"{number:,}"


def share(part: int, of: int) -> str:
    """``83.3 %``, or a dash where there is nothing to divide by; print both numbers beside it."""
    return f"{part / of:.1%}" if of else "—"


_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """`text` without what no XML file may hold (XML 1.0, 2.2), such as a pasted vertical tab."""
    return _NOT_IN_XML.sub("", text)


async def asset(request: web.Request) -> web.Response:
    """A file of the pages: style, script, seal."""
    name = request.match_info["name"]
    if name not in ASSETS:
        raise web.HTTPNotFound
    body = files("lawbot.web").joinpath("static", name).read_bytes()
    return web.Response(
        body=body,
        content_type=ASSETS[name],
        charset="utf-8",
        headers={"Cache-Control": "max-age=300"},
    )
