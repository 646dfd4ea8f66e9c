"""An answer that is told to wait closes the gate for whoever sends for this bot."""

from collections.abc import Callable
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import EditMessageText, TelegramMethod

from lawbot.house import House
from lawbot.sandbox import Sandbox
from lawbot.settings import Part
from lawbot.telegram.channel import BulkMessage
from lawbot.telegram.turns import AllWait
from lawbot.wiring import Service
from lawcore.clock import SyncedClock
from lawcore.content import Inspection
from lawcore.delivery.shared import SharedPace
from lawcore.storage import open_store
from tests.stage import settings_for, shipped

BOT = Bot("123456:" + "A" * 35)
EDIT = EditMessageText(text="题", chat_id=1, message_id=2)
BULK = BulkMessage(chat_id=1, text="文")


def flooded(method: TelegramMethod[Any]) -> Callable[..., Any]:
    async def make_request(*_: object) -> Any:
        raise TelegramRetryAfter(method=method, message="Too Many Requests", retry_after=7)

    return make_request


@pytest.mark.parametrize(("method", "told"), [(EDIT, [7.0]), (BULK, [])])
async def test_others_are_told_to_wait_by_an_answer_and_not_twice_by_a_message_to_many(
    method: TelegramMethod[Any], told: list[float]
) -> None:
    heard: list[float] = []

    async def tell(seconds: float) -> None:
        heard.append(seconds)

    with pytest.raises(TelegramRetryAfter):
        await AllWait(tell)(flooded(method), BOT, method)
    assert heard == told


async def test_who_cannot_be_told_does_not_keep_the_answer_from_its_person() -> None:
    async def broken(_seconds: float) -> None:
        raise OSError("the database is gone")

    with pytest.raises(TelegramRetryAfter):
        await AllWait(broken)(flooded(EDIT), BOT, EDIT)


async def test_on_several_machines_a_sender_waits_for_what_a_bot_was_told(
    box: Sandbox, postgres_url: str
) -> None:
    settings = settings_for(box, postgres_url)
    store, clock = await open_store(postgres_url), SyncedClock()
    house = House(store, shipped(), clock, settings.township, Inspection(shipped(), None))
    service = Service(settings, house, Part.BOT)
    other = SharedPace(str(service.bot.id), settings.telegram_rate, "another machine")
    try:
        box.fail_next("getMe", 429, "Too Many Requests", {"retry_after": 40})
        with pytest.raises(TelegramRetryAfter):
            await service.bot.get_me()
        now = clock.now().timestamp()
        taken, wait = await house.act(lambda books, _: books.deliveries.take_slots(other, 5, now))
    finally:
        await service.bot.session.close()
        await store.close()
    assert taken == 0
    assert 30 < wait <= 40
