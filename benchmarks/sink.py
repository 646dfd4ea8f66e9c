"""``python -m benchmarks.sink``: takes messages as fast as they come, answers as Telegram would.

Prints its port. In a process of its own, so that its work is not counted with the senders'.
"""

import asyncio

from benchmarks.http import split

BODY = (
    b'{"ok":true,"result":{"message_id":%d,"date":1796353200,"text":"x","from":{"id":7000000001,'
    b'"is_bot":true,"first_name":"b","username":"township_law_bot"},"chat":{"id":100001,'
    b'"type":"private","first_name":"p"},"entities":[{"type":"bold","offset":0,"length":5}],'
    b'"reply_markup":{"inline_keyboard":[[{"text":"q","callback_data":"q"}]]}}}'
)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


class Taker(asyncio.Protocol):
    """One connection; all of them count together."""

    taken = 0

    def __init__(self) -> None:
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while found := split(self._buffer):
            self._buffer = found[2]
            Taker.taken += 1
            body = BODY % Taker.taken
            self._transport.write(HEAD % len(body) + body)


async def main() -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Taker, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
