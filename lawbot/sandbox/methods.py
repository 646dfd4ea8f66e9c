"""What each method of the Bot API does here, and what it refuses.

Long polling and the webhook are the server's business; everything else is a plain function of
the world and the typed parameters.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import orjson

from lawbot.sandbox import entities, params
from lawbot.sandbox.answers import NOT_MODIFIED, bad_request
from lawbot.sandbox.chats import Chat, Message
from lawbot.sandbox.files import BIGGEST_DOWNLOAD, Stored
from lawbot.sandbox.markup import Inline, Markup, read_inline, read_markup
from lawbot.sandbox.params import Fields, Reader, Upload
from lawbot.sandbox.world import World

MAX_TEXT: Final = 4096
MAX_CAPTION: Final = 1024
MAX_ANSWER: Final = 200
DELETABLE: Final = timedelta(hours=48)
ACTIONS: Final = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note",
    "upload_video_note",
})  # fmt: skip

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its parameters and its deed."""

    name: str
    fields: Fields
    run: Callable[[World, Params], Any]


# -- sending ---------------------------------------------------------------------------------


def _formatted(p: Params, name: str, marks: str) -> tuple[str, tuple[entities.Entity, ...]]:
    text, found = entities.parse(p.get(name, ""), p.get("parse_mode", ""))
    if marks in p and not p.get("parse_mode"):
        return entities.trim(*entities.given(p[name], p[marks]))
    return text, found


def _text(p: Params) -> tuple[str, tuple[entities.Entity, ...]]:
    if not p.get("text"):
        raise bad_request("message text is empty")
    text, found = _formatted(p, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if entities.units(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return text, found


def _caption(p: Params) -> tuple[str, tuple[entities.Entity, ...]]:
    if not p.get("caption"):
        return "", ()
    text, found = _formatted(p, "caption", "caption_entities")
    if entities.units(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return text, found


def _markup(p: Params) -> Markup | None:
    return read_markup(p["reply_markup"]) if p.get("reply_markup") else None


def _reply_to(chat: Chat, p: Params) -> int | None:
    reply = p.get("reply_parameters")
    if not reply:
        return None
    number = params.integer("message_id", reply.get("message_id"))
    if number in chat.messages:
        return number
    if params.boolean("allow_sending_without_reply", reply.get("allow_sending_without_reply", "")):
        return None
    raise bad_request("message to be replied not found")


def _deliver(world: World, p: Params, **content: Any) -> dict[str, Any]:
    chat = world.find(p["chat_id"])
    world.check_open(chat)
    reply_to = _reply_to(chat, p)
    world.limits.admit(chat.chat_id)
    message = world.post(
        chat,
        world.bot_id,
        reply_to=reply_to,
        protected=p.get("protect_content", False),
        silent=p.get("disable_notification", False),
        **content,
    )
    return world.body(message)


def _send_message(world: World, p: Params) -> dict[str, Any]:
    text, found = _text(p)
    return _deliver(world, p, text=text, entities=found, markup=_markup(p))


def _sender_of_files(name: str, *, picture: bool) -> Callable[[World, Params], dict[str, Any]]:
    def send(world: World, p: Params) -> dict[str, Any]:
        text, found = _caption(p)
        markup = _markup(p)
        world.check_open(world.find(p["chat_id"]))
        file = _file(world, p[name], picture=picture)
        return _deliver(world, p, text=text, entities=found, markup=markup, file=file)

    return send


def _file(world: World, source: Upload | str, *, picture: bool) -> Stored:
    if isinstance(source, Upload):
        return world.files.keep(source.name, source.mime, source.data, picture=picture)
    stored = world.files.find(source)
    if stored and bool(stored.width) == picture:
        return stored
    if stored:
        raise bad_request("type of file mismatch")
    if source.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    raise bad_request("wrong file identifier/HTTP URL specified")


def _send_chat_action(world: World, p: Params) -> bool:
    if p["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.check_open(world.find(p["chat_id"]))
    return True


# -- editing ---------------------------------------------------------------------------------


def _target(world: World, p: Params) -> tuple[Chat, Message]:
    if "inline_message_id" in p:
        raise bad_request("MESSAGE_ID_INVALID")
    if "chat_id" not in p:
        raise bad_request("chat_id is empty")
    if "message_id" not in p:
        raise bad_request("message identifier is not specified")
    chat = world.find(p["chat_id"])
    world.check_open(chat)
    message = chat.messages.get(p["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot or not isinstance(message.markup, Inline | None):
        raise bad_request("message can't be edited")
    return chat, message


def _inline(p: Params) -> Inline | None:
    if not p.get("reply_markup"):
        return None
    inline = read_inline(p["reply_markup"])
    return inline if inline.rows else None


def _edit(world: World, chat: Chat, message: Message, **content: Any) -> dict[str, Any]:
    if all(getattr(message, name) == value for name, value in content.items()):
        raise bad_request(NOT_MODIFIED)
    return world.body(world.edit(chat, message, **content))


def _edit_message_text(world: World, p: Params) -> dict[str, Any]:
    text, found = _text(p)
    markup = _inline(p)
    chat, message = _target(world, p)
    if message.file:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, chat, message, text=text, entities=found, markup=markup)


def _edit_message_caption(world: World, p: Params) -> dict[str, Any]:
    text, found = _caption(p)
    markup = _inline(p)
    chat, message = _target(world, p)
    if not message.file:
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, chat, message, text=text, entities=found, markup=markup)


def _edit_message_reply_markup(world: World, p: Params) -> dict[str, Any]:
    markup = _inline(p)
    chat, message = _target(world, p)
    return _edit(world, chat, message, markup=markup)


def _delete_message(world: World, p: Params) -> bool:
    chat = world.find(p["chat_id"])
    message = chat.messages.get(p["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    if world.clock.now() - message.at > DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    world.delete(chat, message)
    return True


def _answer_callback_query(world: World, p: Params) -> bool:
    text = p.get("text", "")
    if entities.units(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    world.answer(
        p["callback_query_id"], text, p.get("url", ""), show_alert=p.get("show_alert", False)
    )
    return True


# -- the bot and its chats -------------------------------------------------------------------


def _get_me(world: World, _: Params) -> dict[str, Any]:
    return world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _get_chat(world: World, p: Params) -> dict[str, Any]:
    return world.find(p["chat_id"]).body() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def _get_file(world: World, p: Params) -> dict[str, Any]:
    stored = world.files.find(p["file_id"])
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.data) > BIGGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return stored.body() | {"file_path": stored.path}


_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def _command(raw: object) -> dict[str, str]:
    if not isinstance(raw, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = params.text("command", raw.get("command")).removeprefix("/")
    about = params.text("description", raw.get("description"))
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= entities.units(about) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": about}


def _scope(p: Params) -> bytes:
    scope = p.get("scope") or {"type": "default"}
    return orjson.dumps([scope, p.get("language_code", "")], option=orjson.OPT_SORT_KEYS)


def _set_my_commands(world: World, p: Params) -> bool:
    read = [_command(raw) for raw in p["commands"]]
    if len(read) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[_scope(p)] = read
    return True


def _get_my_commands(world: World, p: Params) -> list[dict[str, str]]:
    return world.commands.get(_scope(p), [])


def _delete_my_commands(world: World, p: Params) -> bool:
    world.commands.pop(_scope(p), None)
    return True


# -- the table -------------------------------------------------------------------------------

_CHAT: Final[dict[str, Reader]] = {"chat_id": params.chat}
_NO_CHAT: Final = {"chat_id": "chat_id is empty"}
_SEND: Final[dict[str, Reader]] = _CHAT | {
    "parse_mode": params.text,
    "reply_markup": params.mapping,
    "protect_content": params.boolean,
    "disable_notification": params.boolean,
    "reply_parameters": params.mapping,
    "message_thread_id": params.integer,
}
_CAPTION: Final[dict[str, Reader]] = {
    "caption": params.text,
    "caption_entities": params.array,
    "parse_mode": params.text,
}
_TARGET: Final[dict[str, Reader]] = _CHAT | {
    "message_id": params.integer,
    "inline_message_id": params.text,
    "reply_markup": params.mapping,
}
_TEXT: Final[dict[str, Reader]] = {
    "text": params.text,
    "parse_mode": params.text,
    "entities": params.array,
    "link_preview_options": params.mapping,
}
_SCOPE: Final[dict[str, Reader]] = {"scope": params.mapping, "language_code": params.text}
_NO_QUERY: Final = {"callback_query_id": "query_id is empty"}

METHODS: Final[Mapping[str, Method]] = {
    method.name.lower(): method
    for method in (
        Method("getMe", Fields({}), _get_me),
        Method("sendMessage", Fields(_SEND | _TEXT, _NO_CHAT), _send_message),
        Method(
            "sendDocument",
            Fields(
                _SEND | _CAPTION | {"document": params.file},
                _NO_CHAT | {"document": "there is no document in the request"},
            ),
            _sender_of_files("document", picture=False),
        ),
        Method(
            "sendPhoto",
            Fields(
                _SEND | _CAPTION | {"photo": params.file},
                _NO_CHAT | {"photo": "there is no photo in the request"},
            ),
            _sender_of_files("photo", picture=True),
        ),
        Method(
            "sendChatAction",
            Fields(
                _CHAT | {"action": params.text},
                _NO_CHAT | {"action": "wrong parameter action in request"},
            ),
            _send_chat_action,
        ),
        Method("editMessageText", Fields(_TARGET | _TEXT), _edit_message_text),
        Method("editMessageCaption", Fields(_TARGET | _CAPTION), _edit_message_caption),
        Method("editMessageReplyMarkup", Fields(_TARGET), _edit_message_reply_markup),
        Method(
            "deleteMessage",
            Fields(
                _CHAT | {"message_id": params.integer},
                _NO_CHAT | {"message_id": "message identifier is not specified"},
            ),
            _delete_message,
        ),
        Method(
            "answerCallbackQuery",
            Fields(
                {
                    "callback_query_id": params.text,
                    "text": params.text,
                    "show_alert": params.boolean,
                    "url": params.text,
                    "cache_time": params.integer,
                },
                _NO_QUERY,
            ),
            _answer_callback_query,
        ),
        Method("getChat", Fields(_CHAT, _NO_CHAT), _get_chat),
        Method(
            "getFile",
            Fields({"file_id": params.text}, {"file_id": "file_id is empty"}),
            _get_file,
        ),
        Method(
            "setMyCommands",
            Fields(_SCOPE | {"commands": params.array}, {"commands": "commands are empty"}),
            _set_my_commands,
        ),
        Method("getMyCommands", Fields(_SCOPE), _get_my_commands),
        Method("deleteMyCommands", Fields(_SCOPE), _delete_my_commands),
    )
}
