"""The Bot API over HTTP: tokens, bodies, long polling, the webhook, files, faults."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, Final

import orjson
from aiohttp import web

from lawbot.sandbox import params
from lawbot.sandbox.answers import ApiError, conflict
from lawbot.sandbox.faults import Faults, Loss
from lawbot.sandbox.methods import METHODS
from lawbot.sandbox.params import Fields
from lawbot.sandbox.requests import read_request
from lawbot.sandbox.webhook import Courier, check_webhook
from lawbot.sandbox.world import World

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


class BotApi:
    """Answers one bot's requests about one world.

    `webhook_pause`: seconds before an update is brought to the webhook a second time.
    """

    def __init__(self, world: World, token: str, webhook_pause: float) -> None:
        self._world = world
        self._token = token
        self._webhook_pause = webhook_pause
        self._courier: Courier | None = None
        self.faults = Faults()
        self.sent: list[Call] = []

    def add_to(self, app: web.Application) -> None:
        app.router.add_route("*", "/bot{token}/{method}", self.serve_method)
        app.router.add_get("/file/bot{token}/{path:.+}", self.serve_file)

    async def stop(self) -> None:
        self._world.updates.interrupt("")
        await self._replace_courier(None)

    async def serve_method(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self._token:
            return _answer(ApiError(401, "Unauthorized"))
        try:
            payload = await read_request(request)
        except ApiError as error:
            return _answer(error)
        method = request.match_info["method"]
        call = Call(method, payload, self._world.clock.now(), monotonic())
        self.sent.append(call)
        key = method.lower()
        fault = self.faults.take(key)
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
            await self.faults.slow_down()
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
        return method.run(self._world, method.fields.read(payload))

    async def _get_updates(self, payload: Mapping[str, Any]) -> orjson.Fragment:
        p = _GET_UPDATES.read(payload)
        if self._courier:
            raise conflict(_WEBHOOK_ACTIVE)
        updates = self._world.updates
        updates.allow(p.get("allowed_updates"))
        found = await updates.poll(p.get("offset", 0), p.get("limit", 100), p.get("timeout", 0))
        return orjson.Fragment(b"[" + b",".join(update.raw for update in found) + b"]")

    async def _set_webhook(self, payload: Mapping[str, Any]) -> bool:
        p = _SET_WEBHOOK.read(payload)
        url, secret = p.get("url", ""), p.get("secret_token", "")
        courier = None
        if url:
            check_webhook(url, secret)
            courier = Courier(
                self._world.updates,
                self._world.clock,
                url,
                secret,
                max(1, min(p.get("max_connections", 40), 100)),
                self._webhook_pause,
                self._run,
            )
        self._world.updates.allow(p.get("allowed_updates"))
        if p.get("drop_pending_updates"):
            self._world.updates.clear()
        await self._replace_courier(courier)
        return True

    async def _replace_courier(self, courier: Courier | None) -> None:
        if self._courier:
            await self._courier.stop()
        self._courier = courier
        if courier:
            self._world.updates.interrupt("terminated by setWebhook request")
            courier.start()

    def _get_webhook_info(self) -> dict[str, Any]:
        updates = self._world.updates
        answer: dict[str, Any] = {
            "url": self._courier.url if self._courier else "",
            "has_custom_certificate": False,
            "pending_update_count": len(updates),
        }
        if updates.allowed:
            answer["allowed_updates"] = updates.allowed
        return answer | self._courier.body() if self._courier else answer

    async def serve_file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self._token:
            return _answer(ApiError(401, "Unauthorized"))
        stored = self._world.files.at(request.match_info["path"])
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
