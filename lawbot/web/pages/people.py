"""人员: units, cadres, who does what, invitations, and the roster file."""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import segno
from aiohttp import web
from markupsafe import Markup

from lawbot.web.circle import Circle
from lawbot.web.files import sent_file, taken_file
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawbot.web.words import NO_FILE, Said
from lawcore.access import doors
from lawcore.access import people as access
from lawcore.access.model import MAY_LOG_IN
from lawcore.errors import BadInput, LawbotError
from lawcore.ids import AccountId, UnitId
from lawcore.participation.enlist import enlist
from lawcore.participation.enrol import new_code
from lawcore.people.model import (
    CADRE_CATEGORY_WORDS,
    DESK,
    ROLE_WORDS,
    UNIT_KIND_WORDS,
    Account,
    Cadre,
    Role,
    Roster,
    Unit,
)
from lawcore.people.naming import called
from lawcore.reports.live import VillageNow
from lawcore.storage import Books

BOT_USERNAME = "bot_username"
Job = Callable[[Books, datetime], None]

A_PAGE = 100
"""Cadres on one page; a search finds the others."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What an account may do: who it is, its roles by hand, and the unit of a unit's admin."""

    account: Account
    name: str
    roles: tuple[Role, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page shows."""

    units: tuple[Unit, ...]
    names: dict[UnitId, str]
    cadres: tuple[Cadre, ...]
    found: int
    """Cadres that fit the search; the first of them are shown."""
    bound: frozenset[int]
    villages: tuple[VillageNow, ...]
    grants: tuple[Grant, ...]


async def show(visit: Visit) -> web.Response:
    """Everybody this person may see."""
    return await _page(visit)


async def import_roster(visit: Visit) -> web.Response:
    """Take in a filled-in roster; every fault is named, and then nothing is taken."""
    from lawcore.people.roster_file import read_roster  # noqa: PLC0415 - slow to import

    given = visit.file("roster")
    if given is None:
        return await _page(visit, problem=NO_FILE)
    known = await visit.look(lambda books, _: books.people.roster().units)
    try:
        with taken_file(given) as path:
            roster = await asyncio.to_thread(read_roster, path, known)
            name = path.name
        await visit.act(lambda books, at: enlist(books, roster, name, actor=visit.actor, at=at))
    except LawbotError as error:
        return await _page(visit, problem=str(error))
    return visit.done(Said.ROSTER, "/people")


async def export_roster(visit: Visit) -> web.Response:
    """The roster as a file that can be changed and taken in again."""
    roster = await visit.look(lambda books, _: books.people.roster())
    return await _roster_file(roster, "名册.xlsx")


async def template(visit: Visit) -> web.Response:
    """An empty roster file with its instructions."""
    return await _roster_file(Roster((), ()), "名册-空表.xlsx")


async def invite(visit: Visit) -> web.Response:
    """A one-time code for a role, shown once: as a code, a link and a picture to scan."""
    code = new_code()
    number, unit = visit.typed("number") or None, visit.typed("unit") or None

    def job(books: Books, at: datetime) -> str | None:
        role = _role(visit.typed("role"))
        access.invite(books, role, number, unit, code, actor=visit.actor, at=at)
        return books.facts.get(BOT_USERNAME)

    try:
        bot = await visit.act(job)
    except LawbotError as error:
        return await _page(visit, problem=str(error))
    link = f"https://t.me/{bot}?start={code}" if bot else ""
    return visit.page("invited.html", code=code, link=link, picture=_picture(link))


async def add(visit: Visit) -> web.Response:
    """Somebody without the chat gets an account of the desk, and a link shown once."""

    def job(books: Books, at: datetime) -> str:
        role, unit = _role(visit.typed("role")), visit.typed("unit") or None
        made = access.add_desk_account(
            books, visit.typed("name"), role, unit, actor=visit.actor, at=at
        )
        return doors.make_link(books, made.id, actor=visit.actor, at=at)

    try:
        code = await visit.act(job)
    except LawbotError as error:
        return await _page(visit, problem=str(error))
    return _link_page(visit, code)


async def link(visit: Visit) -> web.Response:
    """A new one-time link for somebody who has lost the way in."""
    account = AccountId(visit.number("account"))
    code = await visit.act(
        lambda books, at: doors.make_link(books, account, actor=visit.actor, at=at)
    )
    return _link_page(visit, code)


async def grant(visit: Visit) -> web.Response:
    """Give a role."""

    def job(books: Books, at: datetime) -> None:
        code = visit.typed("unit")
        unit = books.people.unit_by_code(code) if code else None
        access.grant(
            books,
            AccountId(visit.number("account")),
            _role(visit.typed("role")),
            unit.id if unit else None,
            actor=visit.actor,
            at=at,
        )

    return await _acted(visit, Said.GRANTED, job)


async def revoke(visit: Visit) -> web.Response:
    """Take a role back."""

    def job(books: Books, at: datetime) -> None:
        account, role = AccountId(visit.number("account")), _role(visit.typed("role"))
        access.revoke(books, account, role, actor=visit.actor, at=at)

    return await _acted(visit, Said.REVOKED, job)


async def _acted(visit: Visit, said: Said, job: Job) -> web.Response:
    try:
        await visit.act(job)
    except LawbotError as error:
        return await _page(visit, problem=str(error))
    return visit.done(said, "/people")


async def _page(visit: Visit, problem: str = "") -> web.Response:
    wanted = visit.asked("q")
    seen = await visit.look(lambda books, _: _seen(books, visit, wanted))
    return visit.page(
        "people.html",
        status=400 if problem else 200,
        problem=problem,
        seen=seen,
        wanted=wanted,
        kinds=UNIT_KIND_WORDS,
        categories=CADRE_CATEGORY_WORDS,
        roles={role: ROLE_WORDS[role] for role in sorted(MAY_LOG_IN)},
        all_roles=ROLE_WORDS,
        desk=DESK,
    )


def _seen(books: Books, visit: Visit, wanted: str) -> Seen:
    remit = visit.remit
    units = tuple(unit for unit in books.people.units() if remit.sees(unit.id))
    names = {unit.id: unit.name for unit in units}
    cadres = [c for c in books.people.cadres() if c.unit in names and _fits(c, names, wanted)]
    bound = frozenset(a.cadre for a in books.people.accounts_with([Role.CADRE]) if a.cadre)
    return Seen(
        units,
        names,
        tuple(cadres[:A_PAGE]),
        len(cadres),
        bound,
        tuple(one for one in books.live.residents() if remit.sees(one.unit)),
        _grants(books) if remit.may_report else (),
    )


def _grants(books: Books) -> tuple[Grant, ...]:
    found = []
    for account in books.people.accounts_with(MAY_LOG_IN):
        own = books.people.admin_unit(account.id)
        unit = books.people.unit(own) if own else None
        roles = tuple(sorted(account.roles & MAY_LOG_IN))
        found.append(
            Grant(account, called(books.people, account), roles, unit.name if unit else "")
        )
    return tuple(found)


def _fits(cadre: Cadre, names: dict[UnitId, str], wanted: str) -> bool:
    said = (cadre.number, cadre.name, cadre.post, names[cadre.unit])
    return any(wanted in word for word in said)


def _role(written: str) -> Role:
    try:
        return Role(written)
    except ValueError:
        raise BadInput("请从表里选择身份。") from None


def _link_page(visit: Visit, code: str) -> web.Response:
    return visit.page("link_made.html", link=doors.link(visit.address, code))


def _picture(link: str) -> Markup:
    if not link:
        return Markup()
    drawn = segno.make(link, error="m").svg_inline(
        omitsize=True, border=4, svgclass="qr", title="邀请码"
    )
    return Markup(drawn)  # noqa: S704 - made here, of squares


async def _roster_file(roster: Roster, name: str) -> web.Response:
    from lawcore.people.roster_file import write_roster  # noqa: PLC0415 - slow to import

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        await asyncio.to_thread(write_roster, roster, path)
        return await sent_file(path, name)


ROUTES: tuple[Route, ...] = (
    get("/people", show, Circle.LOGGED_IN),
    get("/people/roster.xlsx", export_roster, Circle.ADMINS),
    get("/people/template.xlsx", template, Circle.ADMINS),
    post("/people/roster", import_roster, Circle.ADMINS),
    post("/people/invite", invite, Circle.ADMINS),
    post("/people/add", add, Circle.ADMINS),
    post("/people/{account}/link", link, Circle.ADMINS),
    post("/people/{account}/grant", grant, Circle.ADMINS),
    post("/people/{account}/revoke", revoke, Circle.ADMINS),
)
