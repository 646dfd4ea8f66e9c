"""Methods that change or take away what stands in a chat, and answers to presses."""

from datetime import timedelta
from typing import Any, Final

from lawbot.sandbox.answers import NOT_MODIFIED, bad_request
from lawbot.sandbox.chats import Chat, Message
from lawbot.sandbox.entities import units
from lawbot.sandbox.markup import Inline, read_inline
from lawbot.sandbox.params import Params
from lawbot.sandbox.sending import read_caption, read_text
from lawbot.sandbox.world import World

MAX_ANSWER: Final = 200
DELETABLE: Final = timedelta(hours=48)
"""How long a message may be deleted."""


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


def edit_message_text(world: World, p: Params) -> dict[str, Any]:
    text, found = read_text(p)
    markup = _inline(p)
    chat, message = _target(world, p)
    if message.file:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, chat, message, text=text, entities=found, markup=markup)


def edit_message_caption(world: World, p: Params) -> dict[str, Any]:
    text, found = read_caption(p)
    markup = _inline(p)
    chat, message = _target(world, p)
    if not message.file:
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, chat, message, text=text, entities=found, markup=markup)


def edit_message_reply_markup(world: World, p: Params) -> dict[str, Any]:
    markup = _inline(p)
    chat, message = _target(world, p)
    return _edit(world, chat, message, markup=markup)


def delete_message(world: World, p: Params) -> bool:
    chat = world.find(p["chat_id"])
    message = chat.messages.get(p["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    if world.clock.now() - message.at > DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    world.delete(chat, message)
    return True


def answer_callback_query(world: World, p: Params) -> bool:
    text = p.get("text", "")
    if units(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    world.answer(
        p["callback_query_id"], text, p.get("url", ""), show_alert=p.get("show_alert", False)
    )
    return True
