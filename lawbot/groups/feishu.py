"""Custom group robots of Feishu (飞书自定义机器人).

Format, signature, 20 KB and codes 9499, 11232, 19021, 19022, 19024:
https://open.feishu.cn/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN. It allows 100 posts a minute and
5 a second; ours are 20 a minute as for the others. 19001 is what the service answers to an unknown
address, 19002 to a post without a type; 9499 also stands for "too many request",
https://github.com/ccfos/nightingale/issues/1437.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any

from lawbot.groups.model import GroupEntry
from lawbot.groups.webhook import A_MINUTE, TOO_FAST, Request, Service, Verdict
from lawcore.delivery.model import OutcomeKind

_COPY = "到群里重新添加机器人，把新地址写进群文件"


def sign(secret: str, seconds: int) -> str:
    """签名校验: HMAC-SHA256 of nothing under "time, newline, secret", in base64."""
    key = f"{seconds}\n{secret}".encode()
    return base64.b64encode(hmac.digest(key, b"", hashlib.sha256)).decode()


def request(entry: GroupEntry, text: str, at: datetime) -> Request:
    """The post of one text; time and signature stand in the body."""
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if entry.secret:
        now = int(at.timestamp())
        body |= {"timestamp": str(now), "sign": sign(entry.secret, now)}
    return Request(entry.address, body)


FEISHU = Service(
    "飞书",
    18_000,
    request,
    ("code", "StatusCode"),
    "msg",
    {
        9499: Verdict(OutcomeKind.FAILED, "内容太长或格式不对，请报给软件维护人员"),
        11232: Verdict(OutcomeKind.FLOOD, TOO_FAST, A_MINUTE),
        19001: Verdict(OutcomeKind.BLOCKED, f"机器人地址不对，或机器人已被移出群：{_COPY}"),
        19002: Verdict(OutcomeKind.FAILED, "消息格式不对，请报给软件维护人员"),
        19021: Verdict(OutcomeKind.FAILED, "签名没有通过：请核对密钥和本机时间"),
        19022: Verdict(OutcomeKind.FAILED, "本机地址不在机器人的 IP 白名单里"),
        19024: Verdict(OutcomeKind.FAILED, "文稿里没有机器人设置的关键词：请改用签名校验"),
    },
)
