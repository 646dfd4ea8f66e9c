"""The state of the sandbox: chats, button presses, files, updates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

from lawbot.sandbox.answers import QUERY_TOO_OLD, bad_request, forbidden
from lawbot.sandbox.chats import Alert, Chat, Message, Standing, message_body
from lawbot.sandbox.files import Files
from lawbot.sandbox.limits import Limits
from lawbot.sandbox.markup import Force, Remove, Reply
from lawbot.sandbox.signals import Signal
from lawbot.sandbox.updates import Updates
from lawcore.clock import Clock

FIRST_PERSON: Final = 5_000_000_001
FIRST_GROUP: Final = -1_002_000_000_001
FIRST_UPDATE: Final = 700_000_001
QUERY_LIFE: Final = timedelta(minutes=15)
"""How long a press may be answered."""


@dataclass(frozen=True, slots=True)
class Query:
    """A press that waits for its answer."""

    chat_id: int
    at: datetime


class World:
    """Everything that happened; it knows no HTTP."""

    def __init__(self, clock: Clock, limits: Limits, bot: Mapping[str, Any]) -> None:
        self.clock = clock
        self.limits = limits
        self.bot = dict(bot)
        self.bot_id: int = bot["id"]
        self.chats: dict[int, Chat] = {}
        self.files = Files()
        self.updates = Updates(FIRST_UPDATE)
        self.commands: dict[bytes, list[dict[str, str]]] = {}
        self.changed = Signal()
        self.revision = 0
        self._queries: dict[str, Query] = {}
        self._query_count = 0
        self._person_numbers = count(FIRST_PERSON)
        self._group_numbers = count(FIRST_GROUP, -1)
        self._next_message = 1
        self._one_counter = True
        self._next_group_message: dict[int, int] = {}

    # -- chats -------------------------------------------------------------------------------

    def join(self, name: str, chat_id: int | None, *, group: bool = False) -> Chat:
        """The chat with this number, made when it is new."""
        if chat_id is not None and chat_id in self.chats:
            return self.chats[chat_id]
        if chat_id is None:
            free = self._group_numbers if group else self._person_numbers
            chat_id = next(number for number in free if number not in self.chats)
        chat = Chat(chat_id, name, standing=Standing.MEMBER if group else Standing.STRANGER)
        self.chats[chat_id] = chat
        self.touch(chat)
        return chat

    def find(self, key: int | str) -> Chat:
        """Raises ApiError 400 for a chat nobody knows; nobody here has an @username."""
        chat = self.chats.get(key) if isinstance(key, int) else None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def check_open(self, chat: Chat) -> None:
        """Raises ApiError 403 where the bot may not write."""
        if chat.standing is Standing.BLOCKED:
            reason = "bot was blocked by the user"
            raise forbidden("bot was kicked from the supergroup chat" if chat.is_group else reason)
        if chat.standing is Standing.GONE:
            raise forbidden("user is deactivated")
        if chat.standing is Standing.STRANGER:
            raise forbidden("bot can't initiate conversation with a user")

    def touch(self, chat: Chat) -> int:
        """Count a change of `chat` and wake those who wait for it."""
        self.revision += 1
        chat.revision = self.revision
        chat.changed.fire()
        self.changed.fire()
        return self.revision

    # -- messages ----------------------------------------------------------------------------

    def post(self, chat: Chat, sender_id: int, **content: Any) -> Message:
        """Put a new message into `chat`."""
        message = Message(
            chat_id=chat.chat_id,
            message_id=self._message_id(chat),
            sender_id=sender_id,
            from_bot=sender_id == self.bot_id,
            at=self.clock.now(),
            revision=self.revision + 1,
            **content,
        )
        chat.messages[message.message_id] = message
        match message.markup:
            case Reply(placeholder=placeholder) as keyboard:
                chat.keyboard, chat.placeholder = keyboard, placeholder
            case Remove():
                chat.keyboard, chat.placeholder = None, ""
            case Force(placeholder):
                chat.placeholder = placeholder
        self.touch(chat)
        return message

    def count_each_chat_apart(self) -> None:
        """From now on number the messages of private chats like those of groups, from 1 each."""
        self._one_counter = False

    def _message_id(self, chat: Chat) -> int:
        if chat.is_group or not self._one_counter:
            number = self._next_group_message.get(chat.chat_id, 1)
            self._next_group_message[chat.chat_id] = number + 1
            return number
        number = self._next_message
        self._next_message += 1
        return number

    def edit(self, chat: Chat, message: Message, **content: Any) -> Message:
        edited = replace(
            message,
            edited_at=self.clock.now(),
            edits=message.edits + 1,
            revision=self.revision + 1,
            **content,
        )
        chat.messages[message.message_id] = edited
        self.touch(chat)
        return edited

    def delete(self, chat: Chat, message: Message) -> None:
        del chat.messages[message.message_id]
        self.touch(chat)

    # -- presses -----------------------------------------------------------------------------

    def ask(self, chat: Chat) -> str:
        """A new query id for a press in `chat`."""
        self._query_count += 1
        query_id = str(4_000_000_000_000_000_000 + self._query_count)
        self._queries[query_id] = Query(chat.chat_id, self.clock.now())
        return query_id

    def answer(self, query_id: str, text: str, url: str, *, show_alert: bool) -> None:
        """Raises ApiError 400 for a press that is unknown, answered or too old."""
        query = self._queries.pop(query_id, None)
        now = self.clock.now()
        if query is None or now - query.at > QUERY_LIFE:
            raise bad_request(QUERY_TOO_OLD)
        chat = self.chats[query.chat_id]
        chat.alerts.append(Alert(query_id, text, show_alert, url, now, self.revision + 1))
        self.touch(chat)

    def body(self, message: Message) -> dict[str, Any]:
        """The Message object of the Bot API."""
        return message_body(message, self.chats[message.chat_id], self.bot)
