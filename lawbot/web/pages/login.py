"""The door: a one-time link from the bot, or a password with a one-time number; and leaving.

Opening a link only shows a button, because chat services open links by themselves to preview them.
The door's forms carry a secret as all others do, of a cookie of their own: no other site logs a
person in as somebody else.
"""

import asyncio
import secrets
from http import HTTPStatus

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.entrance import COOKIE, Entrance, has_secret, local_path
from lawbot.web.forms import AT_THE_DOOR, Form, read_form
from lawbot.web.route import Route, post
from lawbot.web.visit import Visit
from lawbot.web.words import OLD_FORM, Said
from lawcore.access import doors, passwords
from lawcore.access.model import Checked, Login, Refused, csrf_of
from lawcore.errors import NotAllowed

DOOR = "lawbot_door"
"""The cookie of a browser that stands before the door; it opens nothing."""
AT_ONCE = 2
"""Passwords that are checked at once: each takes 64 MB while it is."""
IN_LINE = 20
"""Passwords that wait for it; whoever comes then is asked to try again."""


class Door:
    """The pages that are open to somebody who is not yet known."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance
        self._asking = 0
        self._at_once = asyncio.Semaphore(AT_ONCE)

    def add_to(self, app: web.Application) -> None:
        """Add the log-in's addresses."""
        app.router.add_get("/login", self._entrance.guarded(self._show))
        app.router.add_post("/login", self._entrance.guarded(self._log_in))
        app.router.add_post("/login/link", self._entrance.guarded(self._open_link))

    async def _show(self, request: web.Request) -> web.Response:
        code = request.query.get("code", "")
        return self._page(request, code=code, back=local_path(request.query.get("next", "/")))

    async def _open_link(self, request: web.Request) -> web.Response:
        form = await read_form(request, AT_THE_DOOR)
        code = str(form.get("code", ""))
        if not _came_from_the_door(request, form):
            return self._page(request, code=code, problem=OLD_FORM, status=HTTPStatus.FORBIDDEN)
        try:
            session = await self._entrance.house.act(
                lambda books, at: doors.open_link(books, code, at=at)
            )
        except NotAllowed as refusal:
            return self._page(request, problem=str(refusal), status=HTTPStatus.FORBIDDEN)
        return self._entrance.enter(_go("/"), session)

    async def _log_in(self, request: web.Request) -> web.Response:
        form = await read_form(request, AT_THE_DOOR)
        name, password, number = (str(form.get(f, "")) for f in ("name", "password", "number"))
        back = local_path(str(form.get("next", "/")))
        if not _came_from_the_door(request, form):
            return self._page(request, name=name, back=back, problem=OLD_FORM,
                              status=HTTPStatus.FORBIDDEN)  # fmt: skip
        house = self._entrance.house
        login = await house.look(lambda books, _: doors.look_up(books, name))
        right = await self._checked(login, password)
        settled = await house.act(lambda books, at: doors.settle(books, name, right, number, at=at))
        if isinstance(settled, Refused):
            return self._page(request, name=name, back=back, problem=settled.sentence,
                              status=HTTPStatus.FORBIDDEN)  # fmt: skip
        return self._entrance.enter(_go(back), settled)

    async def _checked(self, login: Login | None, password: str) -> Checked:
        """What the password is worth; strangers must not take all of the machine for it."""
        if self._asking >= IN_LINE:
            raise web.HTTPServiceUnavailable
        self._asking += 1
        try:
            async with self._at_once:
                return await asyncio.to_thread(passwords.verify, login, password)
        finally:
            self._asking -= 1

    def _page(
        self,
        request: web.Request,
        *,
        code: str = "",
        name: str = "",
        back: str = "/",
        problem: str = "",
        status: HTTPStatus = HTTPStatus.OK,
    ) -> web.Response:
        token = _door_token(request) or secrets.token_urlsafe(24)
        text = self._entrance.templates.get_template("login.html").render(
            code=code, name=name, back=back, problem=problem, csrf=csrf_of(token),
            township=self._entrance.house.township,
        )  # fmt: skip
        response = web.Response(text=text, content_type="text/html", status=status)
        return self._entrance.give(response, DOOR, token, "/login")


async def log_out(visit: Visit) -> web.Response:
    """End this session."""
    await visit.act(lambda books, at: doors.close_session(books, visit.token, at=at))
    answer = visit.done(Said.LOGGED_OUT, "/login")
    answer.del_cookie(COOKIE, path="/")
    return answer


def _door_token(request: web.Request) -> str:
    token = request.cookies.get(DOOR, "")
    return token if token.isascii() else ""


def _came_from_the_door(request: web.Request, form: Form) -> bool:
    token = _door_token(request)
    return bool(token) and has_secret(form, token)


def _go(where: str) -> web.Response:
    return web.Response(status=303, headers={"Location": where})


ROUTES: tuple[Route, ...] = (post("/logout", log_out, Circle.LOGGED_IN),)
