"""今天: the first page."""

import asyncio
from datetime import datetime

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.route import Route, get
from lawbot.web.visit import Visit
from lawcore.campaigns.duties import duties_of
from lawcore.reports.agenda import Agenda, agenda
from lawcore.storage import Books


async def show(visit: Visit) -> web.Response:
    """What waits, what went wrong, what is near."""

    def job(books: Books, at: datetime) -> Agenda:
        outlook = visit.house.outlook(books.notices.all(), visit.today)
        duties = duties_of(outlook, books.people.units())
        return agenda(books, outlook, duties, at=at)

    seen = await visit.look(job)
    held = await asyncio.to_thread(visit.house.inspection.held, visit.today)
    return visit.page("today.html", seen=seen, held=held)


ROUTES: tuple[Route, ...] = (get("/", show, Circle.LOGGED_IN),)
