"""The groups of a township as its file names them. Addresses and secrets never show in `repr`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lawcore.delivery.groups import Group


class GroupKind(StrEnum):
    """How a group is reached; the words of the file."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    MAIL = "mail"


KIND_WORDS = {
    GroupKind.WECOM: "企业微信",
    GroupKind.DINGTALK: "钉钉",
    GroupKind.FEISHU: "飞书",
    GroupKind.MAIL: "邮件",
}


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """One ``[[group]]``. The address of a robot is a credential: who has it can post."""

    name: str
    kind: GroupKind
    unit: str
    address: str = field(repr=False)
    secret: str = field(repr=False, default="")

    @property
    def group(self) -> Group:
        """The group as the core knows it: without address and secret."""
        return Group(self.name, self.kind.value, self.unit)


class Security(StrEnum):
    """How the way to the mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailServer:
    """``[mail]``: the server that takes the township's mail."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Directory:
    """All groups, by name, and the mail server if there is one."""

    groups: Mapping[str, GroupEntry]
    mail: MailServer | None = None


NO_GROUPS = Directory({})
