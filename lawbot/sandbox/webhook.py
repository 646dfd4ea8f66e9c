"""Delivering updates to the bot's webhook: in order within a chat, side by side across chats."""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Final

import aiohttp
from yarl import URL

from lawbot.sandbox.answers import ApiError, bad_request
from lawbot.sandbox.requests import read_json, read_parts
from lawbot.sandbox.updates import Update, Updates
from lawcore.clock import Clock

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]+")
TIMEOUT: Final = aiohttp.ClientTimeout(total=60)
LONGEST_PAUSE: Final = 30.0

Carry = Callable[[str, dict[str, Any]], Any]
"""Carries out a method that the bot put into its answer."""


def check_webhook(url: str, secret: str) -> None:
    """Raises ApiError 400 with Telegram's words; plain http only to this machine."""
    try:
        address = URL(url)
    except ValueError:
        raise bad_request("bad webhook: Invalid URL") from None
    if not address.host:
        raise bad_request("bad webhook: URL host is empty")
    if address.scheme != "https" and not (address.scheme == "http" and is_loopback(address.host)):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Courier:
    """Carries pending and coming updates to one address until it is stopped.

    `pause`: seconds before the second try; doubled with each failure.
    """

    def __init__(
        self,
        updates: Updates,
        clock: Clock,
        url: str,
        secret: str,
        connections: int,
        pause: float,
        carry_out: Carry,
    ) -> None:
        self.url = url
        self.connections = connections
        self.last_error: tuple[datetime, str] | None = None
        self._updates = updates
        self._clock = clock
        self._headers = {"Content-Type": "application/json"}
        if secret:
            self._headers["X-Telegram-Bot-Api-Secret-Token"] = secret
        self._pause = pause
        self._carry_out = carry_out
        self._places = asyncio.Semaphore(connections)
        self._lanes: dict[int, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session = aiohttp.ClientSession(timeout=TIMEOUT)

    def start(self) -> None:
        for update in self._updates.pending():
            self.take(update)
        self._updates.carry = self.take

    async def stop(self) -> None:
        self._updates.carry = None
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._session.close()

    def take(self, update: Update) -> None:
        lane = self._lanes.get(update.chat_id)
        if lane is not None:
            lane.append(update)
            return
        self._lanes[update.chat_id] = deque([update])
        task = asyncio.create_task(self._run(update.chat_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, chat_id: int) -> None:
        lane = self._lanes[chat_id]
        while lane:
            update = lane[0]
            await self._deliver(update)
            self._updates.confirm(update.update_id)
            lane.popleft()
        del self._lanes[chat_id]

    async def _deliver(self, update: Update) -> None:
        pause = self._pause
        while True:
            async with self._places:
                reason = await self._try(update)
            if not reason:
                return
            self.last_error = self._clock.now(), reason
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _try(self, update: Update) -> str:
        """Deliver once; returns why the bot did not take it, or nothing."""
        try:
            async with self._session.post(
                self.url, data=update.raw, headers=self._headers, allow_redirects=False
            ) as answer:
                if not 200 <= answer.status < 300:
                    return f"Wrong response from the webhook: {answer.status} {answer.reason}"
                payload = await _deed(answer)
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientConnectorError:
            return "Connection refused"
        except aiohttp.ClientError as error:
            return f"Connection failed: {type(error).__name__}"
        method = payload.pop("method", None)
        if isinstance(method, str):
            try:
                self._carry_out(method, payload)
            except ApiError as error:
                self.last_error = self._clock.now(), error.description
        return ""

    def body(self) -> dict[str, Any]:
        """What getWebhookInfo tells."""
        answer: dict[str, Any] = {"max_connections": self.connections, "ip_address": "127.0.0.1"}
        if self.last_error:
            at, reason = self.last_error
            answer |= {"last_error_date": int(at.timestamp()), "last_error_message": reason}
        return answer


async def _deed(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """The method that the bot put into its answer, or nothing."""
    try:
        if answer.content_type == "multipart/form-data":
            return await read_parts(aiohttp.MultipartReader.from_response(answer).stream)
        if answer.content_type == "application/json":
            return read_json(await answer.read())
    except (ApiError, ValueError):
        return {}
    return {}
