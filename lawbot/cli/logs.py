"""Logs of a running bot: one line each on the error stream, ``key='value'``, for a machine to read.

No token and no personal data stands in them. What an error says in its own words may hold either: a
database names the row that it refused, a library prints the update that it could not read. So an
error is written down by its kind and by the places that it came through.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import structlog

OURS = ("lawbot", "lawcore")
"""Whose messages are written down as they are; of a library's only what never changes."""
_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
"""A bot's token. It stands in every address of the Bot API, and libraries put addresses into
their errors."""
_GAP = re.compile(r"%[-+ #0-9.]*[a-zA-Z]|%\([^)]*\)[a-zA-Z]")
_FIRST = ["timestamp", "level", "event"]


def quiet() -> None:
    """Keep the libraries to errors; what went wrong in an update or a round is ours to log."""
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    last: list[structlog.typing.Processor] = [
        _without_words,
        structlog.processors.KeyValueRenderer(key_order=_FIRST),
        _without_token,
    ]
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _from_a_library, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            pass_foreign_args=True,
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for library in ("aiogram", "apscheduler"):
        logging.getLogger(library).setLevel(logging.ERROR)
    structlog.configure(
        processors=[*shared, *last],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def without_tokens(text: str) -> str:
    """`text` as it may be written down."""
    return _TOKEN.sub("（令牌）", text)


def kinds(error: BaseException) -> str:
    """What kinds of error led to one another, the last first; never what they say."""
    return " < ".join(_kind(one) for one in _chain(error))


def places(error: BaseException) -> str:
    """The places that `error` and what led to it came through, the innermost last."""
    frames = [frame for one in _chain(error) for frame in traceback.extract_tb(one.__traceback__)]
    return " ".join(f"{_short(frame.filename)}:{frame.lineno}:{frame.name}" for frame in frames)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _kind(error: BaseException) -> str:
    """The name; of an error of the system also its words, which are about no person."""
    name = type(error).__name__
    return f"{name}({error.strerror})" if isinstance(error, OSError) and error.strerror else name


def _short(path: str) -> str:
    return "/".join(path.rsplit("/", 2)[-2:])


def _from_a_library(_logger: Any, _method: str, line: Any) -> Any:
    """Of a message that is not ours the words that never change, and the errors it tells of."""
    record, told = line["_record"], line.pop("positional_args")
    line["logger"] = record.name
    if record.name.partition(".")[0] not in OURS:
        line["event"] = _GAP.sub("…", str(record.msg).partition("\n")[0])
        errors = [kinds(one) for one in told or () if isinstance(one, BaseException)]
        if errors:
            line["error"] = " ".join(errors)
    return line


def _without_words(_logger: Any, _method: str, line: Any) -> Any:
    """An error in place of its trace: kinds and places."""
    found = line.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        line["error"], line["places"] = kinds(error), places(error)
    return line


def _without_token(_logger: Any, _method: str, line: Any) -> str:
    return without_tokens(line)
