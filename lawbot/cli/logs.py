"""Logs of a running bot: one line each on the error stream, without tokens or personal data."""

import logging
import re
import sys
from typing import Any

import structlog

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
"""A bot's token. It stands in every address of the Bot API, and libraries put addresses into
their errors."""


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return without_tokens(super().format(record))


def quiet() -> None:
    """Keep the libraries to errors; what went wrong in an update or a round is ours to log."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Line("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for library in ("aiogram", "apscheduler"):
        logging.getLogger(library).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
            _last,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def without_tokens(text: str) -> str:
    """`text` as it may be written down."""
    return _TOKEN.sub("（令牌）", text)


def _last(_logger: Any, _method: str, line: Any) -> str:
    return without_tokens(line)
