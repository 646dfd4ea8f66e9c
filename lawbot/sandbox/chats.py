"""What stands in a chat: messages as the phone shows them, and the bot's answers to presses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from lawbot.sandbox.entities import Entity
from lawbot.sandbox.files import Stored
from lawbot.sandbox.markup import Inline, Markup, Reply, Rows
from lawbot.sandbox.rendering import render
from lawbot.sandbox.signals import Signal


class Standing(StrEnum):
    """How a person stands to the bot."""

    STRANGER = "stranger"
    MEMBER = "member"
    BLOCKED = "blocked"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands on the phone; an edit puts a new one in its place."""

    chat_id: int
    message_id: int
    sender_id: int
    from_bot: bool
    at: datetime
    text: str = ""
    """The text, or the caption of a file."""
    entities: tuple[Entity, ...] = ()
    file: Stored | None = None
    markup: Markup | None = None
    edited_at: datetime | None = None
    edits: int = 0
    reply_to: int | None = None
    protected: bool = False
    silent: bool = False
    revision: int = 0
    """Grows with every change anywhere in the sandbox."""

    @property
    def html(self) -> str:
        """The text as HTML that is safe to show."""
        return render(self.text, self.entities)

    @property
    def buttons(self) -> Rows:
        """Rows of inline buttons."""
        return self.markup.rows if isinstance(self.markup, Inline) else ()

    @property
    def labels(self) -> list[str]:
        """The words on the inline buttons, in reading order."""
        return [button.label for row in self.buttons for button in row]

    @property
    def document(self) -> bytes | None:
        """The bytes of the file that came with it."""
        return self.file.data if self.file else None


@dataclass(frozen=True, slots=True)
class Alert:
    """The bot's answer to a press: a toast, or a window when `show_alert`."""

    query_id: str
    text: str
    show_alert: bool
    url: str
    at: datetime
    revision: int


@dataclass(slots=True)
class Chat:
    """A private chat with a person, or a group."""

    chat_id: int
    name: str
    note: str = ""
    """Who that is, for the chat page."""
    standing: Standing = Standing.STRANGER
    messages: dict[int, Message] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    keyboard: Reply | None = None
    placeholder: str = ""
    revision: int = 0
    changed: Signal = field(default_factory=Signal)

    @property
    def is_group(self) -> bool:
        return self.chat_id < 0

    def newest(self) -> Iterator[Message]:
        return reversed(self.messages.values())

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"id": self.chat_id}
        if self.is_group:
            answer |= {"type": "supergroup", "title": self.name}
        else:
            answer |= {"type": "private", "first_name": self.name}
        return answer

    def user(self) -> dict[str, Any]:
        """The person of a private chat."""
        return {
            "id": self.chat_id,
            "is_bot": False,
            "first_name": self.name,
            "language_code": "zh-hans",
        }


def message_body(
    message: Message, chat: Chat, bot: Mapping[str, Any], *, with_reply: bool = True
) -> dict[str, Any]:
    """The Message object of the Bot API."""
    answer: dict[str, Any] = {
        "message_id": message.message_id,
        "from": bot if message.from_bot else chat.user(),
        "chat": chat.body(),
        "date": int(message.at.timestamp()),
    }
    if message.edited_at:
        answer["edit_date"] = int(message.edited_at.timestamp())
    original = chat.messages.get(message.reply_to) if message.reply_to and with_reply else None
    if original:
        answer["reply_to_message"] = message_body(original, chat, bot, with_reply=False)
    marks = [entity.body() for entity in message.entities]
    if message.file:
        answer |= _file_body(message.file)
        if message.text:
            answer["caption"] = message.text
        if marks:
            answer["caption_entities"] = marks
    else:
        answer["text"] = message.text
        if marks:
            answer["entities"] = marks
    if isinstance(message.markup, Inline) and message.markup.rows:
        answer["reply_markup"] = message.markup.raw
    if message.protected:
        answer["has_protected_content"] = True
    return answer


def _file_body(file: Stored) -> dict[str, Any]:
    if file.width:
        return {"photo": [file.body() | {"width": file.width, "height": file.height}]}
    return {"document": file.body() | {"file_name": file.name, "mime_type": file.mime}}
