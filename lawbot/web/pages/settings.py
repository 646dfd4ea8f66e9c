"""设置: one's own way in, and how this service is set up."""

import asyncio

import segno
from aiohttp import web
from markupsafe import Markup

from lawbot.web.circle import Circle
from lawbot.web.entrance import COOKIE
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawbot.web.words import Said
from lawcore.access import doors, passwords
from lawcore.access.model import Login
from lawcore.errors import LawbotError


async def show(visit: Visit) -> web.Response:
    """One's own log-in and the facts of the service."""
    account = visit.session.account.id
    login = await visit.look(lambda books, _: books.access.login(account))
    return _page(visit, login)


async def set_up(visit: Visit) -> web.Response:
    """Name, password and a phone that shows numbers: all three, or nothing."""
    account = visit.session.account.id
    name, password = visit.typed("name"), str(visit.form.get("password", ""))
    secret, code = visit.typed("secret"), visit.typed("code")
    try:
        name = doors.check_name(name)
        passwords.check_password(password, name)
        hashed = await asyncio.to_thread(passwords.hash_of, password)
        await visit.act(
            lambda books, at: doors.set_up(books, account, name, hashed, secret, code, at=at)
        )
    except LawbotError as error:
        login = await visit.look(lambda books, _: books.access.login(account))
        return _page(visit, login, str(error), name, secret)
    return visit.done(Said.LOGIN_SET, "/settings")


async def leave_everywhere(visit: Visit) -> web.Response:
    """End all sessions of this account, this one too."""
    account = visit.session.account.id
    await visit.act(lambda books, at: doors.close_all(books, account, at=at))
    answer = visit.done(Said.LOGGED_OUT, "/login")
    answer.del_cookie(COOKIE, path="/")
    return answer


def _page(
    visit: Visit, login: Login | None, problem: str = "", name: str = "", secret: str = ""
) -> web.Response:
    """A secret that was shown and not yet proven is shown again: the phone has it already."""
    secret = secret if passwords.is_secret(secret) else passwords.new_secret()
    shown = name[: doors.LONGEST_NAME] or (login.name if login else "")
    address = passwords.totp_address(secret, shown or visit.name, visit.house.township)
    return visit.page(
        "settings.html",
        status=400 if problem else 200,
        problem=problem,
        login=login,
        name=shown,
        totp=secret,
        code=_code(address),
        pack=visit.house.pack,
    )


def _code(address: str) -> Markup:
    """A QR code drawn here, so that the secret goes to nobody."""
    drawn = segno.make(address, error="m")
    return Markup(drawn.svg_inline(omitsize=True, border=4, svgclass="qr", title="验证器二维码"))  # noqa: S704 - made here, of squares


ROUTES: tuple[Route, ...] = (
    get("/settings", show, Circle.LOGGED_IN),
    post("/settings/login", set_up, Circle.LOGGED_IN),
    post("/settings/leave", leave_everywhere, Circle.LOGGED_IN),
)
