"""设置: one's own way in, and how this service is set up."""

import asyncio
from dataclasses import dataclass

import segno
from aiohttp import web
from markupsafe import Markup

from lawbot.web.circle import Circle
from lawbot.web.entrance import COOKIE
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawbot.web.words import Said
from lawcore.access import doors, own_login, passwords
from lawcore.access.model import FRESH, Checked, Login
from lawcore.errors import LawbotError


@dataclass(frozen=True, slots=True)
class Own:
    """One's own log-in, and whether the present password is asked for before it is set anew."""

    login: Login | None
    asks: bool

    @property
    def shut(self) -> bool:
        """Whether the first password has to wait for a fresh link."""
        return self.asks and self.login is None


async def show(visit: Visit) -> web.Response:
    """One's own log-in and the facts of the service."""
    return _page(visit, await _own(visit))


async def set_up(visit: Visit) -> web.Response:
    """Name, password and a phone that shows numbers: all three, or nothing."""
    own = await _own(visit)
    name, password = visit.typed("name"), str(visit.form.get("password", ""))
    secret, code = visit.typed("secret"), visit.typed("code")
    try:
        name = own_login.check_name(name)
        passwords.check_password(password, name)
        hashed = await asyncio.to_thread(passwords.hash_of, password)
        present = await _present(own, str(visit.form.get("present", "")))
        refused = await visit.act(
            lambda books, at: own_login.set_up(
                books, visit.token, present, name, hashed, secret, code, at=at
            )
        )
    except LawbotError as error:
        return _page(visit, await _own(visit), str(error), name, secret)
    if refused is not None:
        return _page(visit, own, refused.sentence, name, secret)
    return visit.done(Said.LOGIN_SET, "/settings")


async def leave_everywhere(visit: Visit) -> web.Response:
    """End all sessions of this account, this one too."""
    account = visit.session.account.id
    await visit.act(lambda books, at: doors.close_all(books, account, at=at))
    answer = visit.done(Said.LOGGED_OUT, "/login")
    answer.del_cookie(COOKIE, path="/")
    return answer


async def _own(visit: Visit) -> Own:
    account = visit.session.account.id
    return await visit.look(
        lambda books, at: Own(
            books.access.login(account), own_login.asks_for_password(books, visit.token, at=at)
        )
    )


async def _present(own: Own, given: str) -> Checked:
    """What the password that was given as the present one is worth, where one is asked for."""
    if not own.asks or own.login is None:
        return Checked(right=False)
    return await asyncio.to_thread(passwords.verify, own.login, given)


def _page(
    visit: Visit, own: Own, problem: str = "", name: str = "", secret: str = ""
) -> web.Response:
    """A secret that was shown and not yet proven is shown again: the phone has it already."""
    secret = secret if passwords.is_secret(secret) else passwords.new_secret()
    shown = name[: doors.LONGEST_NAME] or (own.login.name if own.login else "")
    address = passwords.totp_address(secret, shown or "网页登录", visit.house.township)
    return visit.page(
        "settings.html",
        status=400 if problem else 200,
        problem=problem,
        own=own,
        name=shown,
        totp=secret,
        code=_code(address),
        minutes=int(FRESH.total_seconds()) // 60,
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
