"""The table of methods: their parameters, and where their deed is written.

Long polling and the webhook are the server's business; everything else is a plain function of
the world and the typed parameters.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lawbot.sandbox import about, editing, params, sending
from lawbot.sandbox.params import Fields, Params, Reader
from lawbot.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its parameters and its deed."""

    name: str
    fields: Fields
    run: Callable[[World, Params], Any]


_CHAT: Final[dict[str, Reader]] = {"chat_id": params.chat}
_NO_CHAT: Final = {"chat_id": "chat_id is empty"}
_SEND: Final[dict[str, Reader]] = _CHAT | {
    "parse_mode": params.text,
    "reply_markup": params.mapping,
    "protect_content": params.boolean,
    "disable_notification": params.boolean,
    "reply_parameters": params.mapping,
    "message_thread_id": params.integer,
    "direct_messages_topic_id": params.integer,
    "receiver_user_id": params.integer,
    "business_connection_id": params.text,
    "message_effect_id": params.text,
    "callback_query_id": params.text,
    "allow_paid_broadcast": params.boolean,
    "suggested_post_parameters": params.mapping,
}
_CAPTION: Final[dict[str, Reader]] = {
    "caption": params.text,
    "caption_entities": params.array,
    "parse_mode": params.text,
    "show_caption_above_media": params.boolean,
}
_TARGET: Final[dict[str, Reader]] = _CHAT | {
    "message_id": params.integer,
    "inline_message_id": params.text,
    "business_connection_id": params.text,
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
        Method("getMe", Fields({}), about.get_me),
        Method("sendMessage", Fields(_SEND | _TEXT, _NO_CHAT), sending.send_message),
        Method(
            "sendDocument",
            Fields(
                _SEND
                | _CAPTION
                | {
                    "document": params.file,
                    "thumbnail": params.file,
                    "disable_content_type_detection": params.boolean,
                },
                _NO_CHAT | {"document": "there is no document in the request"},
            ),
            sending.sender_of_files("document", picture=False),
        ),
        Method(
            "sendPhoto",
            Fields(
                _SEND | _CAPTION | {"photo": params.file, "has_spoiler": params.boolean},
                _NO_CHAT | {"photo": "there is no photo in the request"},
            ),
            sending.sender_of_files("photo", picture=True),
        ),
        Method(
            "sendChatAction",
            Fields(
                _CHAT | {"action": params.text},
                _NO_CHAT | {"action": "wrong parameter action in request"},
            ),
            sending.send_chat_action,
        ),
        Method("editMessageText", Fields(_TARGET | _TEXT), editing.edit_message_text),
        Method("editMessageCaption", Fields(_TARGET | _CAPTION), editing.edit_message_caption),
        Method("editMessageReplyMarkup", Fields(_TARGET), editing.edit_message_reply_markup),
        Method(
            "deleteMessage",
            Fields(
                _CHAT | {"message_id": params.integer},
                _NO_CHAT | {"message_id": "message identifier is not specified"},
            ),
            editing.delete_message,
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
            editing.answer_callback_query,
        ),
        Method("getChat", Fields(_CHAT, _NO_CHAT), about.get_chat),
        Method(
            "getFile",
            Fields({"file_id": params.text}, {"file_id": "file_id is empty"}),
            about.get_file,
        ),
        Method(
            "setMyCommands",
            Fields(_SCOPE | {"commands": params.array}, {"commands": "commands are empty"}),
            about.set_my_commands,
        ),
        Method("getMyCommands", Fields(_SCOPE), about.get_my_commands),
        Method("deleteMyCommands", Fields(_SCOPE), about.delete_my_commands),
    )
}
