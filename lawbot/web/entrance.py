"""The way in to every page: the address, the session, the circle, the form's secret, the refusals.

A page without a session leads to the log-in; a page of another circle and a thing of another unit
are refused alike.
"""

import hmac
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote, urlsplit

import structlog
from aiohttp import web
from jinja2 import Environment

from lawbot.house import House
from lawbot.web import words
from lawbot.web.forms import Form, read_form
from lawbot.web.rendering import Page
from lawbot.web.route import Route
from lawbot.web.visit import Visit
from lawcore.access import doors
from lawcore.access.model import Session, csrf_of
from lawcore.errors import BadInput, LawbotError, NotAllowed, NotFound, WrongState
from lawcore.people.naming import called
from lawcore.storage import Books

COOKIE = "lawbot_session"
CSRF = "csrf"
SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_STATUS: tuple[tuple[type[LawbotError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (WrongState, HTTPStatus.CONFLICT),
    (BadInput, HTTPStatus.BAD_REQUEST),
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Entrance:
    """Makes handlers of pages. `address` is where people reach the desk, as they type it."""

    def __init__(self, house: House, templates: Environment, address: str) -> None:
        self.house = house
        self.templates = templates
        self.address = address
        parts = urlsplit(address)
        self.secure = parts.scheme == "https"
        self._hosts = _LOOPBACK | {parts.hostname or ""}

    def served(self, route: Route) -> Handler:
        """The handler of a page of the desk."""

        async def handle(request: web.Request) -> web.StreamResponse:
            token = _token(request)
            known = await self._known(token)
            if known is None:
                return _to_log_in(request)
            session, name = known
            if not route.circle.lets_in(session.remit):
                raise NotAllowed(words.NOT_YOURS)
            form = await read_form(request) if route.method == "POST" else {}
            if route.method == "POST" and not has_secret(form, token):
                raise NotAllowed(words.OLD_FORM)
            visit = Visit(
                request,
                self.house,
                session,
                name,
                token,
                csrf_of(token),
                form,
                self.templates,
                self.address,
            )
            answer = await route.serve(visit)
            if isinstance(answer, Page):
                await answer.draw()
            return answer

        return self.guarded(handle)

    def guarded(self, handle: Handler) -> Handler:
        """`handle` with the check of the address, plain refusals and the headers of safety."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                self._check_address(request)
                response = await handle(request)
            except LawbotError as error:
                response = self.problem(request, str(error), _status(error))
            except web.HTTPException as error:
                response = self._plain(request, error)
            except Exception as error:  # noqa: BLE001 - a person waits for an answer
                _log(request, error)
                response = self.problem(request, words.BROKEN, HTTPStatus(500))
            for name, value in SECURITY.items():
                response.headers.setdefault(name, value)
            return response

        return answer

    def problem(self, request: web.Request, sentence: str, status: HTTPStatus) -> web.Response:
        """A page that says what is in the way, and the way back."""
        text = self.templates.get_template("problem.html").render(
            problem=sentence, township=self.house.township, back=_came_from(request)
        )
        return web.Response(text=text, content_type="text/html", status=status)

    @web.middleware
    async def lost(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """An address that leads nowhere is answered as plainly as a page."""
        nowhere = request.match_info.http_exception is not None
        return await (self.guarded(handler) if nowhere else handler)(request)

    def _plain(self, request: web.Request, error: web.HTTPException) -> web.Response:
        """What aiohttp refuses, in our words."""
        if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return self.problem(request, words.TOO_BIG, HTTPStatus(error.status))
        busy = error.status == HTTPStatus.SERVICE_UNAVAILABLE
        sentence = words.BUSY if busy else words.NO_SUCH_PAGE
        response = self.problem(request, sentence, HTTPStatus(error.status))
        if isinstance(error, web.HTTPMethodNotAllowed):
            response.headers["Allow"] = error.headers["Allow"]
        return response

    def enter(self, response: web.Response, session: Session) -> web.Response:
        """Give the browser the session."""
        return self.give(response, COOKIE, session.token, "/")

    def give(self, response: web.Response, name: str, value: str, path: str) -> web.Response:
        """Give the browser a cookie that no script reads and no other site's form sends."""
        response.set_cookie(
            name, value, httponly=True, samesite="Lax", secure=self.secure, path=path
        )
        return response

    async def _known(self, token: str) -> tuple[Session, str] | None:
        """Whose session it is, and their name; None for nobody's."""
        if not token:
            return None

        def job(books: Books, at: datetime) -> tuple[Session, str] | None:
            session = doors.session(books, token, at=at)
            return (session, called(books.people, session.account)) if session else None

        known = await self.house.look(job)
        if known is not None and known[0].stale:
            await self.house.act(lambda books, at: doors.touch(books, token, at=at))
        return known

    def _check_address(self, request: web.Request) -> None:
        """Another site must not reach the desk by a name of its own, nor post to it."""
        origin = request.headers.get("Origin")
        try:
            host = urlsplit(f"//{request.host}").hostname
            ours = not origin or urlsplit(origin).netloc == request.host
        except ValueError:  # neither is an address
            raise NotAllowed(words.OTHER_ADDRESS) from None
        if host not in self._hosts or (request.method == "POST" and not ours):
            raise NotAllowed(words.OTHER_ADDRESS)
        if "\x00" in request.path or "\x00" in request.query_string:
            raise NotFound(words.NO_SUCH_PAGE)


def local_path(wanted: str) -> str:
    """`wanted` if it is a path of the desk, else its first page.

    A browser drops tabs and line ends of an address: ``/<tab>/elsewhere`` would lead elsewhere.
    """
    plain = wanted.isascii() and wanted.isprintable()
    fits = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if plain and fits else "/"


def _came_from(request: web.Request) -> str:
    """The page of ours that led to `request`; empty where there was none, or it was this one.

    Nor is it the door: who has just come through has no use for it.
    """
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # not an address
        return ""
    path = local_path(before.path + (f"?{before.query}" if before.query else ""))
    ours = before.netloc == request.host and before.path not in ("/", request.path)
    return path if ours and path != "/" and not path.startswith("/login") else ""


def _token(request: web.Request) -> str:
    """What the browser holds of its session; empty where it is none of ours."""
    token = request.cookies.get(COOKIE, "")
    return token if token.isascii() else ""


def _to_log_in(request: web.Request) -> web.Response:
    back = quote(request.path_qs, safe="") if request.method == "GET" else ""
    where = f"/login?next={back}" if back and request.path != "/" else "/login"
    return web.Response(status=303, headers={"Location": where})


def has_secret(form: Form, token: str) -> bool:
    """Whether a form came from a page that was made for the browser with this token."""
    given = form.get(CSRF, "")
    return isinstance(given, str) and hmac.compare_digest(given.encode(), csrf_of(token).encode())


def _status(error: LawbotError) -> HTTPStatus:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), HTTPStatus(400))


def _log(request: web.Request, error: Exception) -> None:
    """Where it broke, without the values: they may be personal."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    structlog.get_logger().error(
        "page-broken",
        route=request.match_info.route.resource and request.match_info.route.resource.canonical,
        error=type(error).__name__,
        place=f"{last.name}:{last.lineno}",
    )
