"""The Bot API over HTTP on loopback, and the door for those who drive it from within."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

import orjson
from aiohttp import web

from lawbot.sandbox import params
from lawbot.sandbox.answers import ApiError, conflict
from lawbot.sandbox.chats import Chat
from lawbot.sandbox.faults import Faults, Loss
from lawbot.sandbox.limits import Limits
from lawbot.sandbox.methods import METHODS
from lawbot.sandbox.params import Fields
from lawbot.sandbox.people import VirtualPerson
from lawbot.sandbox.requests import BIGGEST_BODY, read_request
from lawbot.sandbox.webhook import Courier, check_webhook
from lawbot.sandbox.world import World
from lawcore.clock import Clock, SystemClock

TOKEN: Final = "7000000001:AAsandbox-of-the-township-law-office"  # noqa: S105 - opens nothing
NAME: Final = "普法助手"
USERNAME: Final = "township_law_bot"
JSON: Final = {"Content-Type": "application/json"}

_GET_UPDATES: Final = Fields(
    {
        "offset": params.integer,
        "limit": params.integer,
        "timeout": params.integer,
        "allowed_updates": params.texts,
    }
)
_SET_WEBHOOK: Final = Fields(
    {
        "url": params.text,
        "secret_token": params.text,
        "max_connections": params.integer,
        "allowed_updates": params.texts,
        "drop_pending_updates": params.boolean,
    }
)
_WEBHOOK_ACTIVE: Final = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


@dataclass(slots=True)
class Call:
    """One request as it was received, and how it ended."""

    method: str
    payload: Mapping[str, Any]
    at: datetime
    """By the sandbox's clock."""
    tick: float
    """Real seconds, for measuring rates."""
    error_code: int | None = None
    """None while it runs and when it was carried out."""


class Sandbox:
    """A Bot API server with virtual people.

    `rate`, `per_chat`, `per_group`: see `limits.Limits`; None lifts a limit. Use it as an
    asynchronous context manager, or call `start` and `stop`.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        rate: int | None = 30,
        per_chat: float | None = 1.0,
        per_group: int | None = 20,
        token: str = TOKEN,
        webhook_pause: float = 0.5,
    ) -> None:
        self.clock = clock or SystemClock()
        self.token = token
        self.limits = Limits(rate, per_chat, per_group)
        bot = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": NAME,
            "username": USERNAME,
        }
        self.world = World(self.clock, self.limits, bot)
        self.sent: list[Call] = []
        """Every request with a known token, in the order of arrival."""
        self.url = ""
        self._people: dict[int, VirtualPerson] = {}
        self._faults = Faults()
        self._courier: Courier | None = None
        self._webhook_pause = webhook_pause
        self._runner: web.AppRunner | None = None

    # -- life --------------------------------------------------------------------------------

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Serve on loopback; port 0 takes a free one. `url` is set afterwards."""
        app = web.Application(client_max_size=BIGGEST_BODY)
        app.router.add_route("*", "/bot{token}/{method}", self._serve_method)
        app.router.add_get("/file/bot{token}/{path:.+}", self._serve_file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port, backlog=1024).start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self.world.updates.interrupt("")
        await self._replace_courier(None)
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    # -- from within -------------------------------------------------------------------------

    def person(self, name: str, user_id: int | None = None) -> VirtualPerson:
        """The person with this number, made when new; without a number a new person."""
        chat = self.world.join(name, user_id)
        if chat.chat_id not in self._people:
            self._people[chat.chat_id] = VirtualPerson(self.world, chat)
        return self._people[chat.chat_id]

    @property
    def people(self) -> list[VirtualPerson]:
        return list(self._people.values())

    def group(self, title: str, chat_id: int | None = None) -> Chat:
        """A group in which the bot may write."""
        return self.world.join(title, chat_id, group=True)

    def calls(self, method: str) -> list[Call]:
        """The requests for `method`, in the order of arrival."""
        return [call for call in self.sent if call.method.lower() == method.lower()]

    def fail_next(
        self,
        method: str,
        error_code: int,
        description: str,
        parameters: Mapping[str, Any] | None = None,
        times: int = 1,
    ) -> None:
        """The next `times` requests for `method` ("*" = any) are refused and change nothing."""
        self._faults.add(method, ApiError(error_code, description, parameters), times)

    def lose_next(self, method: str, times: int = 1, *, executed: bool = True) -> None:
        """The next answers to `method` are lost with the connection."""
        self._faults.add(method, Loss(executed), times)

    def delay(self, shortest: float, longest: float, seed: int = 0) -> None:
        """Answers (not long polls) take this many seconds from now on; 0, 0 ends it."""
        self._faults.delay(shortest, longest, seed)

    # -- over HTTP ---------------------------------------------------------------------------

    async def _serve_method(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _answer(ApiError(401, "Unauthorized"))
        try:
            payload = await read_request(request)
        except ApiError as error:
            return _answer(error)
        method = request.match_info["method"]
        call = Call(method, payload, self.clock.now(), monotonic())
        self.sent.append(call)
        key = method.lower()
        fault = self._faults.take(key)
        result: Any = fault
        if not isinstance(fault, ApiError) and (fault is None or fault.executed):
            try:
                result = await self._carry_out(key, payload)
            except ApiError as error:
                result = error
        if isinstance(result, ApiError):
            call.error_code = result.code
        if isinstance(fault, Loss):
            return _cut(request)
        if key != "getupdates":
            await self._faults.slow_down()
        return _answer(result)

    async def _carry_out(self, key: str, payload: Mapping[str, Any]) -> Any:
        match key:
            case "getupdates":
                return await self._get_updates(payload)
            case "setwebhook":
                return await self._set_webhook(payload)
            case "deletewebhook":
                return await self._set_webhook({**payload, "url": ""})
            case "getwebhookinfo":
                return self._get_webhook_info()
        return self._run(key, payload)

    def _run(self, name: str, payload: Mapping[str, Any]) -> Any:
        method = METHODS.get(name.lower())
        if method is None:
            raise ApiError(404, "Not Found")
        return method.run(self.world, method.fields.read(payload))

    async def _get_updates(self, payload: Mapping[str, Any]) -> orjson.Fragment:
        p = _GET_UPDATES.read(payload)
        if self._courier:
            raise conflict(_WEBHOOK_ACTIVE)
        updates = self.world.updates
        updates.allow(p.get("allowed_updates"))
        found = await updates.poll(p.get("offset", 0), p.get("limit", 100), p.get("timeout", 0))
        return orjson.Fragment(b"[" + b",".join(update.raw for update in found) + b"]")

    async def _set_webhook(self, payload: Mapping[str, Any]) -> bool:
        p = _SET_WEBHOOK.read(payload)
        url, secret = p.get("url", ""), p.get("secret_token", "")
        courier = None
        if url:
            check_webhook(url, secret)
            connections = max(1, min(p.get("max_connections", 40), 100))
            courier = Courier(
                self.world.updates, self.clock, url, secret, connections, self._webhook_pause,
                self._run,
            )  # fmt: skip
        self.world.updates.allow(p.get("allowed_updates"))
        if p.get("drop_pending_updates"):
            self.world.updates.clear()
        await self._replace_courier(courier)
        return True

    async def _replace_courier(self, courier: Courier | None) -> None:
        if self._courier:
            await self._courier.stop()
        self._courier = courier
        if courier:
            self.world.updates.interrupt("terminated by setWebhook request")
            courier.start()

    def _get_webhook_info(self) -> dict[str, Any]:
        updates = self.world.updates
        answer: dict[str, Any] = {
            "url": self._courier.url if self._courier else "",
            "has_custom_certificate": False,
            "pending_update_count": len(updates),
        }
        if updates.allowed:
            answer["allowed_updates"] = updates.allowed
        return answer | self._courier.body() if self._courier else answer

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _answer(ApiError(401, "Unauthorized"))
        stored = self.world.files.at(request.match_info["path"])
        if stored is None:
            return _answer(ApiError(404, "Not Found"))
        return web.Response(body=stored.data, content_type="application/octet-stream")


def _answer(result: Any) -> web.Response:
    if isinstance(result, ApiError):
        headers = JSON
        if result.parameters and "retry_after" in result.parameters:
            headers = {**JSON, "Retry-After": str(result.parameters["retry_after"])}
        return web.Response(body=orjson.dumps(result.body()), status=result.code, headers=headers)
    return web.Response(body=orjson.dumps({"ok": True, "result": result}), headers=JSON)


def _cut(request: web.Request) -> web.Response:
    """Break the connection instead of answering."""
    if request.transport:
        request.transport.abort()
    return web.Response()
