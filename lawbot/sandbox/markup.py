"""Keyboards: what a bot may attach to a message, checked as Telegram checks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lawbot.sandbox.answers import bad_request

MAX_BUTTONS: Final = 100
_ACTIONS: Final = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


@dataclass(frozen=True, slots=True)
class Button:
    """One button as a person sees it; `data` is what a press sends, `url` what it opens."""

    label: str
    data: str | None = None
    url: str | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Inline:
    """Buttons under a message."""

    rows: Rows
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """Buttons instead of the typewriter."""

    rows: Rows
    once: bool
    placeholder: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Takes the reply keyboard away."""


@dataclass(frozen=True, slots=True)
class Force:
    """Asks for a reply."""

    placeholder: str


Markup = Inline | Reply | Remove | Force


def read_markup(raw: Mapping[str, Any]) -> Markup:
    """Raises ApiError 400 with Telegram's words."""
    if "inline_keyboard" in raw:
        return read_inline(raw)
    if "keyboard" in raw:
        rows = tuple(
            tuple(Button(_keyboard_label(button)) for button in row)
            for row in _rows(raw["keyboard"], "keyboard")
        )
        return Reply(
            rows,
            bool(raw.get("one_time_keyboard")),
            str(raw.get("input_field_placeholder") or ""),
        )
    if raw.get("remove_keyboard"):
        return Remove()
    if raw.get("force_reply"):
        return Force(str(raw.get("input_field_placeholder") or ""))
    raise bad_request("object expected as reply markup")


def read_inline(raw: Mapping[str, Any]) -> Inline:
    """An inline keyboard; the empty one means "no buttons". Raises ApiError 400."""
    if "inline_keyboard" not in raw and raw:
        raise bad_request("inline keyboard expected")
    rows = _rows(raw.get("inline_keyboard", []), "inline keyboard")
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    read = tuple(tuple(_inline_button(button) for button in row) for row in rows if row)
    return Inline(read, {"inline_keyboard": [row for row in rows if row]})


def _rows(raw: object, kind: str) -> list[list[Any]]:
    if not isinstance(raw, list) or not all(isinstance(row, list) for row in raw):
        raise bad_request(
            f"can't parse {kind} markup JSON object: "
            f'Field "{kind.replace(" ", "_")}" must be an Array of Arrays'
        )
    return raw


def _keyboard_label(raw: object) -> str:
    label = raw.get("text") if isinstance(raw, dict) else raw
    if not isinstance(label, str):
        raise bad_request(
            "can't parse keyboard button: KeyboardButton must be a String or an Object"
        )
    if not label.strip():
        raise bad_request("keyboard button text must be non-empty")
    return label


def _inline_button(raw: object) -> Button:
    if not isinstance(raw, dict):
        raise bad_request(
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object"
        )
    label = raw.get("text")
    if label is None:
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not isinstance(label, str):
        raise bad_request(
            'can\'t parse inline keyboard button: Field "text" must be of type String'
        )
    if not label.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [action for action in _ACTIONS if raw.get(action) is not None]
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request(
            "can't parse inline keyboard button: exactly one of the optional fields must be used"
        )
    return Button(label, _data(raw), _url(raw, label))


def _data(raw: Mapping[str, Any]) -> str | None:
    data = raw.get("callback_data")
    if data is None:
        return None
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _url(raw: Mapping[str, Any], label: str) -> str | None:
    url = raw.get("url")
    if url is None:
        return None
    if not isinstance(url, str) or not url.startswith(("https://", "http://", "tg://", "t.me/")):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return url
