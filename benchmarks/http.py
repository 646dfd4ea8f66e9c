"""Just enough HTTP/1.1 for loopback: keep-alive, bodies with a length. Both ends use it."""

import asyncio


def split(buffer: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Head, body and what follows; None until all of it has come."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = buffer[:end]
    stop = end + 4 + _length(head)
    if len(buffer) < stop:
        return None
    return head, buffer[end + 4 : stop], buffer[stop:]


def _length(head: bytes) -> int:
    mark = head.lower().find(b"\r\ncontent-length:")
    if mark < 0:
        return 0
    return int(head[mark + 17 :].split(b"\r\n", 1)[0])


class Line(asyncio.Protocol):
    """One connection to a server, one request at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._transport: asyncio.WriteTransport | None = None
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        found = split(self._buffer)
        if found and self._answer is not None:
            _, body, self._buffer = found
            self._answer.set_result(body)

    def post(self, path: str, body: bytes) -> asyncio.Future[bytes]:
        """Send a request; the future brings the body of the answer."""
        if self._transport is None:
            raise RuntimeError("not connected")
        self._answer = asyncio.get_running_loop().create_future()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        self._transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        return self._answer


class Lines:
    """Connections kept alive for the next request."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._idle: list[Line] = []

    async def post(self, path: str, body: bytes) -> bytes:
        line = self._idle.pop() if self._idle else await self._new()
        answer = await line.post(path, body)
        self._idle.append(line)
        return answer

    async def _new(self) -> Line:
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(Line, self._host, self._port)
        return line
