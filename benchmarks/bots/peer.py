"""aiogram 3 doing the same two calls. ``python -m benchmarks.bots.peer PORT N stock|tuned``.

``stock`` is written the usual way: a magic filter, the calls one after the other, one committed
row through SQLAlchemy's ORM, one session an update. ``tuned`` stores nothing, and has an async
filter, ready keyboards, both calls at once and a garbage collector that is frozen after start.
"""

import asyncio
import gc
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aiogram import Bot, Dispatcher, F
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

from benchmarks.bots.serving import CARD, SAID, option_of, rows, serve, strangers
from lawcore.storage.sqlite import sqlite_engine


class Base(DeclarativeBase):
    """The peer's tables."""


class Answer(Base):
    """One answer."""

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[int] = mapped_column(index=True)
    place: Mapped[int]
    choice: Mapped[int]


class Answers:
    """Answers on a SQLite file, one session and one commit each, in a thread."""

    def __init__(self, folder: str) -> None:
        engine = sqlite_engine(f"sqlite:///{Path(folder, 'peer.db')}")
        Base.metadata.create_all(engine)
        self._sessions = sessionmaker(engine)
        self._thread = ThreadPoolExecutor(1)

    async def add(self, person: int, choice: int) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._add, person, choice)

    async def count(self) -> int:
        with self._sessions() as session:
            return session.scalar(select(func.count()).select_from(Answer)) or 0

    def _add(self, person: int, choice: int) -> None:
        with self._sessions() as session:
            session.add(Answer(person=person, place=11, choice=choice))
            session.commit()


def keyboard(chosen: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=label, callback_data=data) for label, data in row]
            for row in rows(chosen)
        ]
    )


READY = [keyboard(chosen) for chosen in range(4)]


async def stock(query: CallbackQuery, answers: Answers) -> None:
    option = option_of(query.data)
    await answers.add(query.from_user.id, option)
    await query.answer(SAID)
    if isinstance(query.message, Message):
        await query.message.edit_text(CARD, reply_markup=keyboard(option))


async def tuned(query: CallbackQuery, bot: Bot) -> None:
    if query.message is None:
        return
    card = query.message
    await asyncio.gather(
        bot.answer_callback_query(query.id, SAID),
        bot.edit_message_text(
            CARD,
            chat_id=card.chat.id,
            message_id=card.message_id,
            reply_markup=READY[option_of(query.data)],
        ),
    )


class Choice(Filter):
    """A press on an option."""

    async def __call__(self, query: CallbackQuery) -> bool:
        return (query.data or "").startswith("x:")


async def main(port: int, number: int, kind: str) -> None:
    """Poll for updates as aiogram does."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(f"http://127.0.0.1:{port}"))
    bot = Bot(f"2:{kind}", session=session, default=DefaultBotProperties(parse_mode="HTML"))
    with tempfile.TemporaryDirectory() as folder:
        answers = Answers(folder)
        dispatcher = Dispatcher(answers=answers)
        if kind == "stock":
            dispatcher.callback_query.register(stock, F.data.startswith("x:"))
        else:
            dispatcher.callback_query.register(tuned, Choice())
            gc.collect()
            gc.freeze()
            gc.set_threshold(50_000, 20, 100)
        listening = dispatcher.start_polling(bot, handle_signals=False)
        await serve(strangers(number), listening, answers.count if kind == "stock" else None)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
