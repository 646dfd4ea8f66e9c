"""The only reader of the environment. Secrets stay out of logs, errors and ``repr``."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from lawcore.clock import TOWNSHIP_ZONE
from lawcore.errors import BadInput

TELEGRAM_SERVER = "https://api.telegram.org"
MOST_A_SECOND = 30
"""Messages that Telegram lets a bot send to all chats together; a rehearsal server sets its own."""


class Part(StrEnum):
    """What a process does: everything, or one part on a machine of its own."""

    ALL = "all"
    BOT = "bot"
    ROUNDS = "rounds"
    SENDER = "sender"
    WEB = "web"

    @property
    def listens(self) -> bool:
        """Whether it takes updates."""
        return self in {Part.ALL, Part.BOT}

    @property
    def leads(self) -> bool:
        """Whether it may do the rounds, if it is the one that leads."""
        return self in {Part.ALL, Part.ROUNDS}

    @property
    def shows(self) -> bool:
        """Whether it serves the pages of the desk."""
        return self in {Part.ALL, Part.WEB}

    @property
    def sends(self) -> bool:
        """Whether it sends what is queued."""
        return self in {Part.ALL, Part.SENDER}


def _zone(name: str) -> str:
    """China keeps one time: the days and hours of everything are counted in it."""
    if name != TOWNSHIP_ZONE.key:
        raise ValueError(f"只能是 {TOWNSHIP_ZONE.key}：日期和时刻都按北京时间，不写就是它")
    return name


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("要写完整的网址，例如 http://127.0.0.1:8081")
    return value.rstrip("/")


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("要写明时区，例如 2026-12-03T08:00:00+08:00")
    return value


class Settings(BaseSettings):
    """Settings from the environment or `.env`, each with the prefix LAWBOT_."""

    model_config = SettingsConfigDict(
        env_prefix="LAWBOT_", env_file=".env", env_file_encoding="utf-8", extra="ignore"
    )

    database_url: str = "sqlite:///data/lawbot.db"
    telegram_token: SecretStr | None = None
    telegram_api_url: Annotated[str, AfterValidator(_address)] = TELEGRAM_SERVER
    telegram_webhook_url: Annotated[str, AfterValidator(_address)] | None = None
    telegram_webhook_secret: SecretStr | None = None
    telegram_rate: Annotated[int, Field(ge=1, le=1000)] = 25
    resend_unknown: bool = False
    township: str = "示范镇"
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    content: Path | None = None
    groups: Path | None = None
    web_host: str = "127.0.0.1"
    web_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    web_url: Annotated[str, AfterValidator(_address)] | None = None
    public_page: bool = False
    clock_start: Annotated[datetime, AfterValidator(_aware)] | None = None

    @model_validator(mode="after")
    def _rehearse_only_elsewhere(self) -> "Settings":
        host = (urlsplit(self.telegram_api_url).hostname or "").rstrip(".")
        if self.clock_start is not None and host == urlsplit(TELEGRAM_SERVER).hostname:
            raise ValueError(
                "LAWBOT_CLOCK_START 只用于演练：接口地址是 Telegram 官方时不能用，请先删掉它"
            )
        return self

    @model_validator(mode="after")
    def _no_faster_than_allowed(self) -> "Settings":
        if self.telegram_rate > MOST_A_SECOND and self.telegram_api_url == TELEGRAM_SERVER:
            raise ValueError(f"LAWBOT_TELEGRAM_RATE：要不大于 {MOST_A_SECOND}")
        return self

    @property
    def web_address(self) -> str:
        """Where people open the pages of the desk."""
        return self.web_url or f"http://{self.web_host}:{self.web_port}"

    def token(self) -> str:
        """The bot's token. Raises BadInput with the remedy when there is none."""
        if self.telegram_token is None or not self.telegram_token.get_secret_value():
            raise BadInput("没有设置 LAWBOT_TELEGRAM_TOKEN：请把机器人的令牌写进 .env。")
        return self.telegram_token.get_secret_value()


def read_settings() -> Settings:
    """Read the settings; every fault in one sentence each, without the value it had.

    Raises BadInput.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise BadInput("设置有误：\n" + "\n".join(_sentences(error))) from None


def _sentences(error: ValidationError) -> list[str]:
    found = []
    for fault in error.errors():
        name = "_".join(str(part) for part in fault["loc"]).upper()
        reason = fault["msg"].removeprefix("Value error, ")
        if fault["type"] != "value_error":
            reason = _REASONS.get(fault["type"], "写法不对") + _bounds(fault.get("ctx") or {})
        found.append(f"  LAWBOT_{name}：{reason}" if name else f"  {reason}")
    return found


def _bounds(context: dict[str, object]) -> str:
    words = {"ge": "不小于", "le": "不大于"}
    return "，".join(f"{words[key]} {value}" for key, value in context.items() if key in words)


_REASONS = {
    "int_parsing": "要写整数",
    "greater_than_equal": "要",
    "less_than_equal": "要",
    "datetime_from_date_parsing": "要写成 2026-12-03T08:00:00+08:00 这样的时间",
    "datetime_parsing": "要写成 2026-12-03T08:00:00+08:00 这样的时间",
}
