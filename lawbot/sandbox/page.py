"""The chat page: several phones side by side, the deeds of their owners, and the clock."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

import orjson
from aiohttp import web

from lawbot.sandbox.markup import Button
from lawbot.sandbox.people import VirtualPerson
from lawbot.sandbox.screens import Screen, rows
from lawbot.sandbox.stage import Stage
from lawcore.clock import TOWNSHIP_ZONE
from lawcore.errors import BadInput, LawbotError, NotFound

SECURITY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
ASSETS: Final = {"chat.css": "text/css", "chat.js": "text/javascript", "seal.svg": "image/svg+xml"}
TOGETHER: Final = 0.05
"""Real seconds over which changes are gathered before the page is told."""
BREATH: Final = 5.0
"""Real seconds after which the page is told the time though nothing happened."""
YEARS: Final = range(2000, 2101)
"""Where the clock may be moved to."""
PHONES: Final = 6
"""Phones on the page at most."""

Form = dict[str, str]
Deed = Callable[[Form], Awaitable[Any]]


class ChatPage:
    """Serves the page and its stream of changes until it is stopped."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._stopped = False
        self._assets = {
            name: files("lawbot.sandbox").joinpath("static", name).read_bytes() for name in ASSETS
        }

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/", self._index)
        app.router.add_get("/static/{name}", self._asset)
        app.router.add_get("/api/stream", self._stream)
        app.router.add_get("/api/file/{person}/{message}", self._file)
        for name, deed in {
            "say": self._say,
            "press": self._press,
            "block": self._block,
            "unblock": self._unblock,
            "clock": self._move,
        }.items():
            app.router.add_post(f"/api/{name}", _form(deed))

    def stop(self) -> None:
        self._stopped = True
        self._stage.world.changed.fire()

    # -- looking -----------------------------------------------------------------------------

    def _phones(self, request: web.Request) -> list[VirtualPerson]:
        wanted = request.query.getall("phone", [])
        if not wanted:
            return self._stage.first_phones()
        return list(dict.fromkeys(self._person(key) for key in wanted[:PHONES]))

    def _person(self, key: str) -> VirtualPerson:
        return self._stage.find(int(key) if key.isdecimal() else 0)

    async def _index(self, request: web.Request) -> web.Response:
        try:
            phones = self._phones(request)
        except NotFound as error:
            return web.Response(status=404, text=str(error), headers=SECURITY)
        html = Screen(self._stage, phones).page()
        return web.Response(text=html, content_type="text/html", headers=SECURITY)

    async def _asset(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in ASSETS:
            return web.Response(status=404, headers=SECURITY)
        return web.Response(
            body=self._assets[name], content_type=ASSETS[name], charset="utf-8", headers=SECURITY
        )

    async def _file(self, request: web.Request) -> web.Response:
        """A file as it arrived on a phone; pictures are shown, everything else is saved."""
        try:
            person = self._person(request.match_info["person"])
        except NotFound as error:
            return web.Response(status=404, text=str(error), headers=SECURITY)
        number = request.match_info["message"]
        found = next((m for m in person.chat if str(m.message_id) == number), None)
        if found is None or found.file is None:
            return web.Response(status=404, text="没有这个文件。", headers=SECURITY)
        file = found.file
        name = f"attachment; filename*=UTF-8''{quote(file.name)}"
        headers = {**SECURITY, "Content-Disposition": "inline" if file.width else name}
        kind = "application/octet-stream"
        if file.width:
            kind = "image/png" if file.data.startswith(b"\x89PNG") else "image/jpeg"
        return web.Response(body=file.data, content_type=kind, headers=headers)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Tell a page what changed on its phones, as server-sent events."""
        try:
            phones = self._phones(request)
        except NotFound as error:
            return web.Response(status=404, text=str(error), headers=SECURITY)
        since = request.headers.get("Last-Event-ID") or request.query.get("since", "")
        headers = {**SECURITY, "Content-Type": "text/event-stream"}
        stream = web.StreamResponse(headers=headers)
        await stream.prepare(request)
        with suppress(ConnectionResetError):  # the page was closed
            await self._tell(stream, phones, int(since) if since.isdecimal() else 0)
        return stream

    async def _tell(
        self, stream: web.StreamResponse, phones: list[VirtualPerson], seen: int
    ) -> None:
        screen, shown = Screen(self._stage, phones), ""
        while not self._stopped:
            revision, calendar = self._stage.world.revision, screen.calendar()
            news = [_news(screen, person, seen) for person in phones if person.revision > seen]
            if news or calendar != shown:
                body = orjson.dumps({"phones": news, "calendar": calendar}).decode()
                await stream.write(f"id: {revision}\ndata: {body}\n\n".encode())
            else:
                await stream.write(b": nothing new\n\n")
            seen, shown = revision, calendar
            await self._wait(seen)

    async def _wait(self, seen: int) -> None:
        if self._stage.world.revision == seen:
            try:
                async with asyncio.timeout(BREATH):
                    await self._stage.world.changed.wait()
            except TimeoutError:
                return
        await asyncio.sleep(TOGETHER)

    # -- doing -------------------------------------------------------------------------------

    async def _say(self, form: Form) -> None:
        await self._person(form["person"]).say(form["text"])

    async def _press(self, form: Form) -> None:
        """A press sends what stood on the screen, like a phone that lags behind."""
        person = self._person(form["person"])
        message = next((m for m in person.chat if str(m.message_id) == form["message"]), None)
        if message is None:
            raise NotFound("这条消息已经不在了。")
        person.press_button(message, Button("", form["data"]))

    async def _block(self, form: Form) -> None:
        await self._person(form["person"]).block()

    async def _unblock(self, form: Form) -> None:
        await self._person(form["person"]).unblock()

    async def _move(self, form: Form) -> None:
        try:
            at = datetime.fromisoformat(form["to"].strip())
        except ValueError:
            raise BadInput("请写成“2026-12-04 09:00”这样的时间。") from None
        if at.year not in YEARS:
            raise BadInput(f"只能跳到 {YEARS[0]} 年到 {YEARS[-1]} 年之间。")
        if at.tzinfo is None:
            at = at.replace(tzinfo=TOWNSHIP_ZONE)
        await self._stage.move_to(at.astimezone(UTC))


def _news(screen: Screen, person: VirtualPerson, seen: int) -> dict[str, Any]:
    """What changed on a phone since revision `seen`."""
    shown = list(rows(person))
    return {
        "person": person.user_id,
        "standing": person.standing,
        "order": [row.message.message_id for row in shown],
        "messages": {
            str(row.message.message_id): screen.message(person, row)
            for row in shown
            if row.message.revision > seen
        },
        "foot": screen.foot(person),
        "alerts": [
            {"text": alert.text, "window": alert.show_alert}
            for alert in person.alerts
            if alert.revision > seen
        ],
    }


def _form(deed: Deed) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Make a door for `deed`: for the script it answers in JSON, for a plain form it goes back.

    Only forms of our own page are taken: a browser always says where a form comes from.
    """

    async def serve(request: web.Request) -> web.Response:
        if "Origin" not in request.headers:
            return web.Response(status=403, text="只接受本页自己发出的操作。", headers=SECURITY)
        fields = {name: str(value) for name, value in (await request.post()).items()}
        reason = ""
        try:
            await deed(fields)
        except KeyError:
            reason = "这次操作缺少内容。"
        except LawbotError as error:
            reason = str(error)
        if request.headers.get("Accept") == "application/json":
            return web.json_response(
                {"reason": reason}, status=400 if reason else 200, headers=SECURITY
            )
        if reason:
            return web.Response(status=400, text=reason, headers=SECURITY)
        return web.Response(status=303, headers={**SECURITY, "Location": _back(fields)})

    return serve


def _back(fields: Form) -> str:
    """The page with the same phones."""
    phones = [key for key in fields.get("back", "").split(",") if key.isdecimal()]
    return "/?" + "&".join(f"phone={key}" for key in phones) if phones else "/"
