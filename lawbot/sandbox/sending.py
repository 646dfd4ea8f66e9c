"""Methods that put something into a chat."""

from collections.abc import Callable
from typing import Any, Final

from lawbot.sandbox import params
from lawbot.sandbox.answers import bad_request
from lawbot.sandbox.chats import Chat
from lawbot.sandbox.entities import Entity, given, trim, units
from lawbot.sandbox.files import Stored
from lawbot.sandbox.markup import Inline, Markup, read_markup
from lawbot.sandbox.params import Params, Upload
from lawbot.sandbox.parsing import parse
from lawbot.sandbox.world import World

MAX_TEXT: Final = 4096
MAX_CAPTION: Final = 1024
ACTIONS: Final = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note",
    "upload_video_note",
})  # fmt: skip


def _formatted(p: Params, name: str, marks: str) -> tuple[str, tuple[Entity, ...]]:
    text, mode = p[name], p.get("parse_mode", "")
    if marks in p and not mode:
        return trim(text, given(text, p[marks]))
    return parse(text, mode)


def read_text(p: Params) -> tuple[str, tuple[Entity, ...]]:
    if not p.get("text"):
        raise bad_request("message text is empty")
    text, found = _formatted(p, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if units(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return text, found


def read_caption(p: Params) -> tuple[str, tuple[Entity, ...]]:
    if not p.get("caption"):
        return "", ()
    text, found = _formatted(p, "caption", "caption_entities")
    if units(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return text, found


def _markup(p: Params) -> Markup | None:
    markup = read_markup(p["reply_markup"]) if p.get("reply_markup") else None
    return None if isinstance(markup, Inline) and not markup.rows else markup


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


def _open_chat(world: World, p: Params) -> tuple[Chat, int | None]:
    """The chat to write into and the message that is replied to; counts against the limits."""
    chat = world.find(p["chat_id"])
    world.check_open(chat)
    reply_to = _reply_to(chat, p)
    world.limits.admit(chat.chat_id)
    return chat, reply_to


def _post(world: World, p: Params, chat: Chat, **content: Any) -> dict[str, Any]:
    message = world.post(
        chat,
        world.bot_id,
        protected=p.get("protect_content", False),
        silent=p.get("disable_notification", False),
        **content,
    )
    return world.body(message)


def send_message(world: World, p: Params) -> dict[str, Any]:
    text, found = read_text(p)
    markup = _markup(p)
    chat, reply_to = _open_chat(world, p)
    return _post(world, p, chat, text=text, entities=found, markup=markup, reply_to=reply_to)


def sender_of_files(name: str, *, picture: bool) -> Callable[[World, Params], dict[str, Any]]:
    """Make the method that sends the file in parameter `name`."""

    def send(world: World, p: Params) -> dict[str, Any]:
        text, found = read_caption(p)
        markup = _markup(p)
        chat, reply_to = _open_chat(world, p)
        file = _file(world, p[name], picture=picture)
        return _post(
            world, p, chat, text=text, entities=found, markup=markup, reply_to=reply_to, file=file
        )

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


def send_chat_action(world: World, p: Params) -> bool:
    if p["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.check_open(world.find(p["chat_id"]))
    return True
