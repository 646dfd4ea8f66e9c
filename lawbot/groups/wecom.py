"""Group robots of WeCom (企业微信群机器人).

Format, 2,048 bytes of text and 20 posts a minute:
https://developer.work.weixin.qq.com/document/path/91770 (also path/99398).
Codes: https://developer.work.weixin.qq.com/document/path/90455.
"""

from datetime import datetime

from lawbot.groups.model import GroupEntry
from lawbot.groups.webhook import A_MINUTE, TOO_FAST, Request, Service, Verdict
from lawcore.delivery.model import OutcomeKind

_COPY = "到群里重新添加机器人，把新地址写进群文件"


def request(entry: GroupEntry, text: str, at: datetime) -> Request:
    """The post of one text; WeCom knows no signature, the key in the address is all."""
    return Request(entry.address, {"msgtype": "text", "text": {"content": text}})


WECOM = Service(
    "企业微信",
    2048,
    request,
    ("errcode",),
    "errmsg",
    {
        -1: Verdict(OutcomeKind.LATER, "系统繁忙"),
        40008: Verdict(OutcomeKind.FAILED, "消息格式不对，请报给软件维护人员"),
        40058: Verdict(OutcomeKind.FAILED, "内容太长或格式不对，请报给软件维护人员"),
        44004: Verdict(OutcomeKind.FAILED, "内容是空的"),
        45009: Verdict(OutcomeKind.FLOOD, TOO_FAST, A_MINUTE),
        93000: Verdict(OutcomeKind.BLOCKED, f"机器人地址不对，或机器人已被移出群：{_COPY}"),
        93004: Verdict(OutcomeKind.BLOCKED, "机器人被停用：请企业微信管理员启用"),
        93008: Verdict(OutcomeKind.BLOCKED, f"机器人不在群里：{_COPY}"),
    },
)
