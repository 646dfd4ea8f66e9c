"""Reads the file of groups (setting LAWBOT_GROUPS): every fault with its line and the remedy.

No sentence repeats an address, a secret or a password.
"""

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, parse_qs, urlsplit

from lawbot.groups.model import Directory, GroupEntry, GroupKind, MailServer, Security
from lawcore.content.faults import syntax_fault
from lawcore.content.place import Place
from lawcore.errors import BadInput, Fault, FaultyFile

E = TypeVar("E", GroupKind, Security)

LONGEST_NAME = 40
_SIGNED = (GroupKind.DINGTALK, GroupKind.FEISHU)
_GROUP_KEYS = ("name", "kind", "address", "secret", "unit")
_MAIL_KEYS = ("host", "port", "security", "sender", "user", "password")
_MAILBOX = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+", re.ASCII)


def read_groups(path: Path, *, rehearsal: bool = False) -> Directory:
    """Read the file; raises BadInput if it cannot be read, FaultyFile with every fault in it.

    In a rehearsal no real group may be reached: only addresses of this machine are allowed.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError:
        raise BadInput(f"打不开“{path}”：请核对 LAWBOT_GROUPS。") from None
    except UnicodeDecodeError:
        raise BadInput(f"“{path}”不是 UTF-8 编码：用记事本打开，另存为时选 UTF-8。") from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise FaultyFile("群文件有错误：", [syntax_fault(wrong, path.name, text)]) from None
    return _Reader(path.name, text, rehearsal).read(raw)


class _Reader:
    def __init__(self, file: str, text: str, rehearsal: bool) -> None:
        self._file = file
        self._text = text
        self._rehearsal = rehearsal
        self._faults: list[Fault] = []

    def read(self, raw: Mapping[str, Any]) -> Directory:
        whole = Place(self._file, self._text)
        for strange in raw.keys() - {"group", "mail"}:
            self._fault(whole.at(strange), f"不认识“{strange}”", "只能有 [[group]] 和 [mail]")
        mail = self._mail(raw["mail"]) if "mail" in raw else None
        groups: dict[str, GroupEntry] = {}
        for index, table in enumerate(self._tables(raw.get("group", []), whole)):
            place = Place(self._file, self._text, ("group", index))
            entry = self._group(table, place)
            if entry is None:
                continue
            if entry.name in groups:
                self._fault(place.at("name"), f"“{entry.name}”写了两次", "每个群起不同的名字")
            if twin := next((o for o in groups.values() if o.address == entry.address), None):
                remedy = "一个群只写一次：写两次就会收到两条"
                self._fault(place.at("address"), f"和“{twin.name}”是同一个地址", remedy)
            if entry.kind is GroupKind.MAIL and "mail" not in raw:
                self._fault(place.at("kind"), "没有写发信的邮箱", "补上 [mail] 一段")
            groups[entry.name] = entry
        if self._faults:
            raise FaultyFile(f"群文件有 {len(self._faults)} 处错误：", self._faults)
        return Directory(groups, mail)

    def _tables(self, listed: Any, whole: Place) -> list[dict[str, Any]]:
        if isinstance(listed, list) and all(isinstance(table, dict) for table in listed):
            return listed
        self._fault(whole.at("group"), "“group”写得不对", "每个群以 [[group]] 开头")
        return []

    def _group(self, table: Mapping[str, Any], place: Place) -> GroupEntry | None:
        before = len(self._faults)
        self._strange(table, _GROUP_KEYS, place)
        name = self._words(table, "name", place)
        if len(name) > LONGEST_NAME or not name.isprintable():
            remedy = f"写成一行，不超过 {LONGEST_NAME} 字"
            self._fault(place.at("name"), "群名太长，或者不止一行", remedy)
        kind = self._choice(GroupKind, table, "kind", place)
        address = self._words(table, "address", place)
        secret = self._words(table, "secret", place) if "secret" in table else ""
        unit = self._words(table, "unit", place)
        if kind is not None and address:
            self._address(kind, address, place)
        if kind is not None and secret and kind not in _SIGNED:
            self._fault(place.at("secret"), "只有钉钉和飞书的机器人有密钥", "删去这一项")
        if kind is None or len(self._faults) > before:
            return None
        return GroupEntry(name, kind, unit, address, secret)

    def _address(self, kind: GroupKind, address: str, place: Place) -> None:
        if kind is GroupKind.MAIL:
            if not _MAILBOX.fullmatch(address):
                self._fault(place.at("address"), "邮件地址写得不对", "例如 cun1@example.cn")
            return
        reason, remedy = _webhook_fault(kind, address)
        if reason:
            self._fault(place.at("address"), reason, remedy)
        elif self._rehearsal and not _here(urlsplit(address).hostname):
            self._fault(place.at("address"), "演练时不能发到真的群", "换成本机地址，或不设置群文件")

    def _mail(self, table: Any) -> MailServer | None:
        place = Place(self._file, self._text, ("mail",))
        if not isinstance(table, dict):
            self._fault(place.at(), "“mail”写得不对", "以 [mail] 开头，下面写 host 等各项")
            return None
        before = len(self._faults)
        self._strange(table, _MAIL_KEYS, place)
        host = self._words(table, "host", place)
        security = self._choice(Security, table, "security", place)
        sender = self._words(table, "sender", place)
        user = self._words(table, "user", place) if "user" in table else ""
        password = self._words(table, "password", place) if "password" in table else ""
        port = table.get("port")
        if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
            self._fault(place.at("port"), "“port”要写端口号", "加密的一般是 465")
        if sender and not _MAILBOX.fullmatch(sender):
            self._fault(place.at("sender"), "发信地址写得不对", "例如 sfs@example.cn")
        if bool(user) != bool(password):
            self._fault(place.at("user"), "账号和密码要一起写", "补上缺的一项，或者都删去")
        if password and security is Security.NONE and not _here(host):
            self._fault(place.at("security"), "没有加密，密码会泄露", '改成 "tls" 或 "starttls"')
        if self._rehearsal and host and not _here(host):
            self._fault(place.at("host"), "演练时不能发真的邮件", "换成本机地址，或不设置群文件")
        if security is None or not isinstance(port, int) or len(self._faults) > before:
            return None
        return MailServer(host, port, security, sender, user, password)

    def _words(self, table: Mapping[str, Any], key: str, place: Place) -> str:
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if key not in table:
            self._fault(place.at(), f"缺少“{key}”这一项", "照说明里的例子补上")
        else:
            self._fault(place.at(key), f"“{key}”要写成带引号的文字", "不能空着")
        return ""

    def _choice(self, words: type[E], table: Mapping[str, Any], key: str, place: Place) -> E | None:
        value = self._words(table, key, place)
        try:
            return words(value) if value else None
        except ValueError:
            known = "、".join(words)
            self._fault(place.at(key), f"“{key}”不能这样写", f"可以写：{known}")
            return None

    def _strange(self, table: Mapping[str, Any], known: tuple[str, ...], place: Place) -> None:
        for strange in sorted(table.keys() - set(known)):
            remedy = f"检查拼写；可以有：{'、'.join(known)}"
            self._fault(place.at(strange), f"不认识“{strange}”这一项", remedy)

    def _fault(self, where: str, reason: str, remedy: str) -> None:
        self._faults.append(Fault(where, reason, remedy))


def _webhook_fault(kind: GroupKind, address: str) -> tuple[str, str]:
    """What is wrong with the address of a robot: the reason and the remedy, empty if nothing."""
    copy = "到群机器人的设置里重新复制整个地址"
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return "机器人地址要是完整的网址", copy
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "机器人地址要是完整的网址", copy
    if parts.scheme == "http" and not _here(parts.hostname):
        return "机器人地址要用 https", copy
    if not _complete(kind, parts):
        return "机器人地址不完整，或者不是这种群的", copy
    return "", ""


def _complete(kind: GroupKind, parts: SplitResult) -> bool:
    query = parse_qs(parts.query)
    match kind:
        case GroupKind.WECOM:
            return "key" in query
        case GroupKind.DINGTALK:
            return "access_token" in query
        case _:
            return bool(re.search(r"/bot/v2/hook/[^/]+$", parts.path))


def _here(host: str | None) -> bool:
    """Whether `host` is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
