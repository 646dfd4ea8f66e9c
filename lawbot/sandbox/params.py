"""The parameters of a request: from JSON, form fields or a query string to typed values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from lawbot.sandbox.answers import bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in a multipart body."""

    name: str
    mime: str
    data: bytes


def text(name: str, raw: object) -> str:
    if isinstance(raw, str):
        return raw
    raise bad_request(f'field "{name}" must be of type String')


def integer(name: str, raw: object) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        try:
            return int(raw.strip())
        except ValueError:
            pass
    raise bad_request(f'field "{name}" must be of type Integer')


_YES: Final = frozenset({"true", "yes", "1"})
_NO: Final = frozenset({"false", "no", "0", ""})


def boolean(name: str, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        if raw.lower() in _YES:
            return True
        if raw.lower() in _NO:
            return False
    raise bad_request(f'field "{name}" must be of type Boolean')


def chat(name: str, raw: object) -> int | str:
    """A chat by number, or by "@username"."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        raw = raw.strip()
        if not raw:
            raise bad_request("chat_id is empty")
        if raw.startswith("@"):
            return raw
        try:
            return int(raw)
        except ValueError:
            raise bad_request("chat not found") from None
    raise bad_request(f'field "{name}" must be of type Integer or String')


def _decoded(name: str, raw: object, kind: str) -> Any:
    if isinstance(raw, str):
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise bad_request(f"can't parse {name} JSON {kind}") from None
    return raw


def mapping(name: str, raw: object) -> dict[str, Any]:
    value = _decoded(name, raw, "object")
    if isinstance(value, dict):
        return value
    raise bad_request(f"object expected as {name.replace('_', ' ')}")


def array(name: str, raw: object) -> list[Any]:
    value = _decoded(name, raw, "array")
    if isinstance(value, list):
        return value
    raise bad_request(f"array expected as {name.replace('_', ' ')}")


def texts(name: str, raw: object) -> list[str]:
    value = array(name, raw)
    if all(isinstance(item, str) for item in value):
        return value
    raise bad_request(f"array of String expected as {name.replace('_', ' ')}")


def file(name: str, raw: object) -> Upload | str:
    """An uploaded file, or the text that names one (file_id, address, attach://…)."""
    if isinstance(raw, (Upload, str)):
        return raw
    raise bad_request(f"there is no {name} in the request")


Params = Mapping[str, Any]
"""Typed values by name."""

Reader = Callable[[str, object], Any]


@dataclass(frozen=True, slots=True)
class Fields:
    """What a method takes: readers by name, and the words for what is missing."""

    readers: Mapping[str, Reader]
    required: Mapping[str, str] = field(default_factory=dict)
    """Field to the reason of the refusal when it is missing."""

    def read(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Typed values of the known fields; unknown ones are ignored as Telegram does.

        Raises ApiError 400 for a wrong type or a missing field.
        """
        readers = self.readers
        known = {
            name: readers[name](name, value)
            for name, value in raw.items()
            if name in readers and value is not None
        }
        for name, reason in self.required.items():
            if name not in known:
                raise bad_request(reason)
        return known
