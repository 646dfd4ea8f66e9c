"""Who sent an update, as the core knows people."""

from aiogram.types import CallbackQuery, Message

from lawbot.telegram.channel import CHANNEL
from lawcore.people.model import Address


def address_of(update: CallbackQuery | Message) -> Address:
    """The address of the sender. In a private chat the person and the chat have one number."""
    person = update.from_user
    if person is None:
        raise RuntimeError("an update of a private chat has a sender")
    return Address(CHANNEL, str(person.id))


def words_of(words: str | None) -> str:
    """What a person typed, without NUL: no database keeps it in a text."""
    return (words or "").replace("\0", "").strip()


def card_of(query: CallbackQuery) -> int:
    """The message whose button was pressed; 0 if Telegram no longer has it."""
    return query.message.message_id if query.message else 0
