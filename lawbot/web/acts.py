"""An act of the desk: done, and the next page says so; refused, and the page says why."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from aiohttp import web

from lawbot.web.visit import Visit
from lawbot.web.words import Said
from lawcore.errors import LawbotError
from lawcore.storage import Books

T = TypeVar("T")

Refused = Callable[[str], Awaitable[web.Response]]
"""Shows the page again, with the problem at its head and what was typed in its forms.

It looks the thing up itself, so that what is not there, or out of sight, is no page and not a
refusal.
"""


async def acted(
    visit: Visit,
    job: Callable[[Books, datetime], T],
    said: Said,
    where: Callable[[T], str],
    refused: Refused,
) -> web.Response:
    """Do `job` in a transaction and go on to the page that is `where`."""
    try:
        done = await visit.act(job)
    except LawbotError as error:
        return await refused(f"{error}")
    return visit.done(said, where(done))
