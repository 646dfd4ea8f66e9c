"""操作记录: the ledger as it was written; no page changes a line of it."""

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.route import Route, get
from lawbot.web.visit import Visit, counted
from lawbot.web.words import detail_words
from lawcore.participation import ENTRY_WORDS, EntryKind

A_PAGE = 100
"""Lines on one page."""


async def show(visit: Visit) -> web.Response:
    """The newest lines, or those before a line, of a kind or of a person."""
    before, kind, actor = visit.asked("before"), visit.asked("kind"), visit.asked("actor")
    wanted = EntryKind(kind) if kind in set(EntryKind) else None
    lines = await visit.look(
        lambda books, _: books.audit.page(counted(before), A_PAGE, wanted, actor or None)
    )
    return visit.page(
        "audit.html",
        lines=lines,
        more=len(lines) == A_PAGE,
        kinds=ENTRY_WORDS,
        kind=wanted,
        actor=actor,
        detail=detail_words,
    )


ROUTES: tuple[Route, ...] = (get("/audit", show, Circle.ADMINS),)
