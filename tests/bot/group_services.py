"""The robot services and a mail server on loopback, answering as the real ones document it."""

import asyncio
import base64
import email
import email.policy
import hashlib
import hmac
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from typing import Any

from aiohttp import web

from lawbot.groups.model import Directory, GroupEntry, GroupKind, MailServer, Security
from lawcore.clock import Clock

DINGTALK_SECRET = "SEC-ding-9f3a"
FEISHU_SECRET = "fei-7c21"
KEY = "k-5d01"
"""Stands in the address of each robot and must never be seen anywhere else."""
KINDS = (GroupKind.WECOM, GroupKind.DINGTALK, GroupKind.FEISHU)
_PATHS = {
    GroupKind.WECOM: f"/cgi-bin/webhook/send?key={KEY}",
    GroupKind.DINGTALK: f"/robot/send?access_token={KEY}",
    GroupKind.FEISHU: f"/open-apis/bot/v2/hook/{KEY}",
}
_SECRETS = {GroupKind.DINGTALK: DINGTALK_SECRET, GroupKind.FEISHU: FEISHU_SECRET}


class Robots:
    """Three vendors behind one address. `heard` is what stands in the groups."""

    def __init__(self, clock: Clock) -> None:
        self.heard: list[str] = []
        self.bodies: list[int] = []
        self.scripted: deque[tuple[int, bytes]] = deque()
        self.flood_after: int | None = None
        """From so many posts on, the next one is told once to wait."""
        self.hangs_up = False
        self.port = 0
        self._clock = clock
        self._minute: deque[float] = deque()

    def entry(self, kind: GroupKind, name: str = "镇工作群", unit: str = "T") -> GroupEntry:
        address = f"http://127.0.0.1:{self.port}{_PATHS[kind]}"
        return GroupEntry(name, kind, unit, address, _SECRETS.get(kind, ""))

    def directory(self, *entries: GroupEntry) -> Directory:
        return Directory({entry.name: entry for entry in entries})

    def answer_next(self, answer: dict[str, object] | str, status: int = 200) -> None:
        """The next post is not taken but answered like this."""
        text = answer if isinstance(answer, str) else json.dumps(answer)
        self.scripted.append((status, text.encode()))

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/cgi-bin/webhook/send", self._wecom)
        app.router.add_post("/robot/send", self._dingtalk)
        app.router.add_post("/open-apis/bot/v2/hook/{key}", self._feishu)
        return app

    async def _wecom(self, request: web.Request) -> web.Response:
        body, told = await self._read(request)
        if told is not None:
            return told
        text = body["text"]["content"]
        if body["msgtype"] != "text":
            return _say(errcode=40008, errmsg="invalid message type")
        if request.query["key"] != KEY:
            return _say(errcode=93000, errmsg="invalid webhook url")
        if len(text.encode()) > 2048:
            return _say(errcode=40058, errmsg="text.content exceed max length 2048")
        if self._hurried():
            return _say(errcode=45009, errmsg="api freq out of limit")
        self.heard.append(text)
        return _say(errcode=0, errmsg="ok")

    async def _dingtalk(self, request: web.Request) -> web.Response:
        body, told = await self._read(request)
        if told is not None:
            return told
        if request.query["access_token"] != KEY:
            return _say(errcode=300005, errmsg="token is not exist")
        stamp = request.query.get("timestamp", "")
        wanted = hmac.new(
            DINGTALK_SECRET.encode(), f"{stamp}\n{DINGTALK_SECRET}".encode(), hashlib.sha256
        )
        if request.query.get("sign") != base64.b64encode(wanted.digest()).decode():
            return _say(errcode=310000, errmsg="sign not match")
        if abs(self._clock.now().timestamp() * 1000 - int(stamp)) > 3_600_000:
            return _say(errcode=310000, errmsg="invalid timestamp")
        if self.bodies[-1] > 20_000:
            return _say(errcode=460101, errmsg="message too long, exceed 20000 bytes")
        if self._hurried():
            return _say(errcode=410100, errmsg="发送速度太快而限流")
        self.heard.append(body["text"]["content"])
        return _say(errcode=0, errmsg="ok")

    async def _feishu(self, request: web.Request) -> web.Response:
        body, told = await self._read(request)
        if told is not None:
            return told
        if request.match_info["key"] != KEY:
            return _say(code=19001, msg="param invalid: incoming webhook access token invalid")
        if body.get("msg_type") != "text":
            return _say(code=19002, msg="params error, msg_type need")
        key = f"{body.get('timestamp')}\n{FEISHU_SECRET}".encode()
        wanted = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
        late = abs(self._clock.now().timestamp() - int(body.get("timestamp", 0))) > 3600
        if body.get("sign") != wanted or late:
            return _say(code=19021, msg="sign match fail or timestamp is not within one hour")
        if self.bodies[-1] > 20 * 1024:
            return _say(code=9499, msg="Bad Request")
        self.heard.append(body["content"]["text"])
        return _say(code=0, msg="success", StatusCode=0, StatusMessage="success", data={})

    async def _read(self, request: web.Request) -> tuple[dict[str, Any], web.Response | None]:
        raw = await request.read()
        self.bodies.append(len(raw))
        assert request.content_type == "application/json"
        if self.hangs_up:
            assert request.transport is not None
            request.transport.close()
        if self.flood_after == len(self.heard):
            self.flood_after = None
            self.answer_next({"errcode": 45009, "errmsg": "api freq out of limit"})
        if self.scripted:
            status, answer = self.scripted.popleft()
            headers = {"Content-Type": "application/json"}
            return {}, web.Response(status=status, body=answer, headers=headers)
        return json.loads(raw), None

    def _hurried(self) -> bool:
        """A strict window: more than 20 in any minute."""
        now = asyncio.get_running_loop().time()
        while self._minute and self._minute[0] <= now - 60:
            self._minute.popleft()
        self._minute.append(now)
        return len(self._minute) > 20


def _say(**answer: object) -> web.Response:
    return web.json_response(answer)


@asynccontextmanager
async def robots_on_loopback(clock: Clock) -> AsyncIterator[Robots]:
    robots = Robots(clock)
    runner = web.AppRunner(robots.app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    robots.port = runner.addresses[0][1]
    try:
        yield robots
    finally:
        await runner.cleanup()


class MailHost:
    """A mail server that speaks as much SMTP as a letter needs. `letters` is what it took."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        """What it says instead, by command: ``{"RCPT": "550 no such user"}``; "" hangs up."""
        self.port = 0

    @property
    def server(self) -> MailServer:
        return MailServer("127.0.0.1", self.port, Security.NONE, "sfs@example.cn", "sfs", "mail-pw")

    def entry(self, name: str = "各村邮箱", unit: str = "T") -> GroupEntry:
        return GroupEntry(name, GroupKind.MAIL, unit, "cun@example.cn")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            command = line.split(None, 1)[0].decode().upper()
            told = self.answers.get(command)
            if told is None and command == "DATA":
                writer.write(b"354 go on\r\n")
                letter = await reader.readuntil(b"\r\n.\r\n")
                told = self.answers.get("END")
                if told is None:
                    self.letters.append(_letter(letter))
            if told == "":
                break
            writer.write((told or _USUAL.get(command, "250 ok")).encode() + b"\r\n")
            if command == "QUIT":
                break
        writer.close()


_USUAL = {"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "235 welcome", "QUIT": "221 bye"}


def _letter(raw: bytes) -> EmailMessage:
    letter = email.message_from_bytes(raw[:-5], policy=email.policy.default)
    assert isinstance(letter, EmailMessage)
    return letter


@asynccontextmanager
async def mail_on_loopback() -> AsyncIterator[MailHost]:
    host = MailHost()
    server = await asyncio.start_server(host.serve, "127.0.0.1", 0)
    host.port = server.sockets[0].getsockname()[1]
    try:
        yield host
    finally:
        server.close()
        await server.wait_closed()
