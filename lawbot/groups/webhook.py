"""What the three robots have in common: one POST, and an answer whose body says how it went.

All three answer errors with HTTP 200 and a code in the body, so the status alone proves nothing.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import aiohttp

from lawbot.groups.model import GroupEntry
from lawcore.delivery.model import Outcome, OutcomeKind

PATIENCE = aiohttp.ClientTimeout(total=20, sock_connect=10)
A_MINUTE = 60.0

NO_WAY = "连不上群机器人的服务"
NO_ANSWER = "发出后没有收到回音，可能已发出：请到群里看一眼"
SERVER_DOWN = "群机器人的服务出错"
TOO_FAST = "发得太快，服务要求稍等"

_ANSWERS_MAX = 65536
"""Bytes; an answer is a few hundred."""
_TOO_FAST = re.compile(r"too fast|too many|freq(uency)? |限流|太快", re.IGNORECASE)


class Verdict(NamedTuple):
    """What a code of a service means: the outcome, and a sentence for the admin."""

    kind: OutcomeKind
    reason: str
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Request:
    """Where to post what."""

    url: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Service:
    """A vendor's robots: what a post is and what the answers mean, as the vendor documents them."""

    title: str
    limit: int
    """Bytes of UTF-8 in one text."""
    request: Callable[[GroupEntry, str, datetime], Request]
    code_keys: tuple[str, ...]
    words_key: str
    verdicts: Mapping[int, Verdict]


async def post(
    session: aiohttp.ClientSession, service: Service, entry: GroupEntry, text: str, at: datetime
) -> Outcome:
    """Post one text to one group; whatever happens comes back as an outcome.

    A connection that was never made has certainly not posted anything; a lost answer may have.
    """
    request = service.request(entry, plain(text), at)
    try:
        async with session.post(
            request.url,
            data=json.dumps(request.body, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
            allow_redirects=False,
            timeout=PATIENCE,
        ) as answer:
            return judge(service, answer.status, await answer.content.read(_ANSWERS_MAX))
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL):
        return Outcome(OutcomeKind.LATER, NO_WAY)
    except (aiohttp.ClientError, TimeoutError):
        return Outcome(OutcomeKind.UNKNOWN, NO_ANSWER)


def judge(service: Service, status: int, body: bytes) -> Outcome:
    """What an answer means. An answer that nobody understands may have posted."""
    if status == 429:
        return Outcome(OutcomeKind.FLOOD, TOO_FAST, wait=A_MINUTE)
    if status >= 500:
        return Outcome(OutcomeKind.LATER, SERVER_DOWN)
    code, words = _read(service, body)
    if code is None and status == 200:
        return Outcome(OutcomeKind.UNKNOWN, f"{service.title}的回答看不懂，请到群里看一眼")
    if code is None:
        return Outcome(OutcomeKind.FAILED, f"{service.title}拒收（HTTP {status}）")
    if code == 0:
        return Outcome(OutcomeKind.SENT)
    known = service.verdicts.get(code)
    if known is not None and known.kind is OutcomeKind.FLOOD:
        return Outcome(known.kind, known.reason, wait=known.wait)
    if _TOO_FAST.search(words):
        return Outcome(OutcomeKind.FLOOD, TOO_FAST, wait=A_MINUTE)
    if known is not None:
        return Outcome(known.kind, f"{known.reason}（{service.title} {code}）")
    return Outcome(OutcomeKind.FAILED, f"{service.title}拒收，错误码 {code}")


def plain(text: str) -> str:
    """The text without anything that a service could take for markup, such as <at …>."""
    return text.replace("<", "＜").replace(">", "＞")


def _read(service: Service, body: bytes) -> tuple[int | None, str]:
    try:
        answer = json.loads(body)
    except ValueError:
        return None, ""
    if not isinstance(answer, dict):
        return None, ""
    for key in service.code_keys:
        code = answer.get(key)
        if isinstance(code, int) and not isinstance(code, bool):
            return code, str(answer.get(service.words_key, ""))
    return None, ""
