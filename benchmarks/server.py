"""A Bot API server for measuring: raw asyncio, in a process of its own, and many virtual people.

Each person presses a button, waits until the card is edited, and presses again. A press waits for
the bot's next ``getUpdates`` as on the real service; as soon as `BATCH` presses wait (or nobody is
busy) the bot gets them, so every bot is fed in the same portions. Nothing is checked here: that is
what the sandbox is for.
"""

import asyncio
import time
from collections import deque
from typing import Any
from urllib.parse import parse_qsl

import orjson

from benchmarks.http import split
from benchmarks.talk import questions, say

BATCH = 100
"""What the real service gives at most at a time."""
BOT = {"id": 1, "is_bot": True, "first_name": "bot", "username": "measured_bot"}
TRUE = b'{"ok":true,"result":true}'


class Person:
    """Somebody with a phone that shows one card; presses its buttons in turn."""

    def __init__(self, number: int, presses: list[str]) -> None:
        self.number = number
        self._presses = presses
        self._turn = 0
        self.pressed_at = 0.0
        self.waits_for_answer = False
        self.card: dict[str, Any] = {
            "message_id": 1,
            "from": BOT,
            "chat": {"id": number, "type": "private", "first_name": "p"},
            "date": 1_790_000_000,
            "text": "card",
        }

    def press(self) -> dict[str, Any]:
        data = self._presses[self._turn % len(self._presses)]
        self._turn += 1
        self.waits_for_answer = True
        self.pressed_at = time.perf_counter()
        person = {"id": self.number, "is_bot": False, "first_name": "p", "language_code": "zh-hans"}
        return {
            "id": str(self.number),
            "from": person,
            "message": self.card,
            "chat_instance": str(self.number),
            "data": data,
        }

    def edited(self, call: dict[str, Any]) -> dict[str, Any]:
        text, markup = call["text"], call["reply_markup"]
        if isinstance(markup, str):
            markup = orjson.loads(markup)
        bold = [{"type": "bold", "offset": 0, "length": 8}]
        self.card |= {"text": text, "entities": bold, "reply_markup": markup}
        return self.card


class Desk:
    """One bot's updates, and the run that is being measured."""

    def __init__(self) -> None:
        self._people: dict[int, Person] = {}
        self._ready: deque[dict[str, Any]] = deque()
        self._asking: asyncio.Future[bytes] | None = None
        self._left = 0
        self._busy = 0
        self._update = 0
        self._waits: list[float] = []
        self._done: asyncio.Future[None] | None = None

    async def run(self, people: list[dict[str, Any]], presses: int) -> dict[str, Any]:
        """Let `people` press `presses` times in all; the seconds it took and each wait."""
        for one in people:
            if one["number"] not in self._people:
                self._people[one["number"]] = Person(one["number"], one["presses"])
        self._waits = []
        self._left = presses
        self._done = asyncio.get_running_loop().create_future()
        start, cpu = time.perf_counter(), time.process_time()
        for one in people[:presses]:
            self._press(self._people[one["number"]])
        self._hand_out()
        await self._done
        seconds = time.perf_counter() - start
        busy = time.process_time() - cpu
        return {"seconds": seconds, "waits": self._waits, "server": busy}

    async def updates(self) -> bytes:
        """Presses as soon as there are enough of them; nothing after a while."""
        self._asking = asyncio.get_running_loop().create_future()
        self._hand_out()
        try:
            return await asyncio.wait_for(self._asking, 20)
        except TimeoutError:
            return b'{"ok":true,"result":[]}'

    def answered(self, call: dict[str, Any]) -> bytes:
        person = self._people[int(call["callback_query_id"])]
        if person.waits_for_answer:
            person.waits_for_answer = False
            self._waits.append(time.perf_counter() - person.pressed_at)
        return TRUE

    def edited(self, call: dict[str, Any]) -> bytes:
        person = self._people[int(call["chat_id"])]
        answer = orjson.dumps({"ok": True, "result": person.edited(call)})
        self._busy -= 1
        if self._left:
            self._press(person)
        self._hand_out()
        if not self._busy and self._done is not None and not self._done.done():
            self._done.set_result(None)
        return answer

    def _press(self, person: Person) -> None:
        self._left -= 1
        self._busy += 1
        self._update += 1
        self._ready.append({"update_id": self._update, "callback_query": person.press()})

    def _hand_out(self) -> None:
        if self._asking is None or self._asking.done() or not self._ready:
            return
        if len(self._ready) >= BATCH or len(self._ready) == self._busy:
            batch = [self._ready.popleft() for _ in range(min(BATCH, len(self._ready)))]
            self._asking.set_result(orjson.dumps({"ok": True, "result": batch}))


class Connection(asyncio.Protocol):
    """Requests of one connection, answered in their order."""

    def __init__(self, desks: dict[str, Desk]) -> None:
        self._desks = desks
        self._buffer = b""
        self._transport: asyncio.WriteTransport | None = None
        self._asking: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while found := split(self._buffer):
            head, body, self._buffer = found
            self._request(head, body)

    def _request(self, head: bytes, body: bytes) -> None:
        _, bot, method = head.split(b" ", 2)[1].decode().rsplit("/", 2)
        desk = self._desks.setdefault(bot, Desk())
        match method.lower():
            case "getupdates":
                self._asking = asyncio.ensure_future(self._give(desk))
            case "answercallbackquery":
                self._reply(desk.answered(_fields(head, body)))
            case "editmessagetext":
                self._reply(desk.edited(_fields(head, body)))
            case "getme":
                self._reply(orjson.dumps({"ok": True, "result": BOT}))
            case _:
                self._reply(TRUE)

    async def _give(self, desk: Desk) -> None:
        self._reply(await desk.updates())

    def _reply(self, body: bytes) -> None:
        if self._transport is not None:
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
            )
            self._transport.write(head.encode() + b"\r\n\r\n" + body)


def _fields(head: bytes, body: bytes) -> dict[str, Any]:
    if b"application/json" in head:
        fields: dict[str, Any] = orjson.loads(body)
        return fields
    return dict(parse_qsl(body.decode()))


async def main() -> None:
    """Serve, and run what is asked."""
    desks: dict[str, Desk] = {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(desks), "127.0.0.1", 0, backlog=1000)
    say(port=server.sockets[0].getsockname()[1])
    async for asked in questions():
        desk = desks.setdefault(f"bot{asked['token']}", Desk())
        say(**await desk.run(asked["people"], asked["presses"]))


if __name__ == "__main__":
    asyncio.run(main())
