"""Custom group robots of DingTalk (钉钉自定义机器人).

Format, codes and 20 posts a minute, then ten minutes of silence:
https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages and
https://open.dingtalk.com/document/group/custom-robot-access. The older codes 130101, 300001 and
310000: https://help.aliyun.com/zh/sls/error-codes. 460101 (a body above 20,000 bytes) is what the
service answers, https://github.com/feiyu563/PrometheusAlert/issues/318; before, it was 101002,
https://github.com/timonwong/prometheus-webhook-dingtalk/issues/30.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import urlencode

from lawbot.groups.model import GroupEntry
from lawbot.groups.webhook import TOO_FAST, Request, Service, Verdict
from lawcore.delivery.model import OutcomeKind

TEN_MINUTES = 600.0
_COPY = "到群里重新添加机器人，把新地址写进群文件"
_GONE = Verdict(OutcomeKind.BLOCKED, f"机器人地址不对，或机器人已不在：{_COPY}")
_TOO_LONG = Verdict(OutcomeKind.FAILED, "内容太长，请报给软件维护人员")
_WORDING = Verdict(OutcomeKind.FAILED, "服务认为内容不合适，没有发出：请核对文稿")


def sign(secret: str, milliseconds: int) -> str:
    """加签: HMAC-SHA256 of "time, newline, secret" under the secret, in base64."""
    told = f"{milliseconds}\n{secret}".encode()
    return base64.b64encode(hmac.digest(secret.encode(), told, hashlib.sha256)).decode()


def request(entry: GroupEntry, text: str, at: datetime) -> Request:
    """The post of one text; time and signature stand in the address."""
    url = entry.address
    if entry.secret:
        now = int(at.timestamp() * 1000)
        url += "&" + urlencode({"timestamp": now, "sign": sign(entry.secret, now)})
    return Request(url, {"msgtype": "text", "text": {"content": text}})


DINGTALK = Service(
    "钉钉",
    18_000,
    request,
    ("errcode",),
    "errmsg",
    {
        -1: Verdict(OutcomeKind.LATER, "系统繁忙"),
        130101: Verdict(OutcomeKind.FLOOD, TOO_FAST, TEN_MINUTES),
        410100: Verdict(OutcomeKind.FLOOD, TOO_FAST, TEN_MINUTES),
        310000: Verdict(
            OutcomeKind.FAILED,
            "机器人的安全设置没有通过：请核对加签密钥、关键词、IP 白名单和本机时间",
        ),
        300001: _GONE,
        300005: _GONE,
        400013: Verdict(OutcomeKind.BLOCKED, "群已被解散：请从群文件里删去"),
        400101: _GONE,
        400102: Verdict(OutcomeKind.BLOCKED, "机器人已停用：请钉钉管理员启用"),
        400105: Verdict(OutcomeKind.FAILED, "消息格式不对，请报给软件维护人员"),
        400106: _GONE,
        430101: _WORDING,
        430102: _WORDING,
        430103: _WORDING,
        430104: _WORDING,
        101002: _TOO_LONG,
        460101: _TOO_LONG,
    },
)
