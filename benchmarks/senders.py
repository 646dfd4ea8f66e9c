"""``python -m benchmarks.senders WHO PORT PEOPLE``: one sender in a process of its own.

Prints seconds, processor seconds and megabytes beyond idle as JSON.
"""

import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from pydantic import SecretStr

from benchmarks.measure import forget_peak, peak_megabytes
from benchmarks.post import LETTER, Morning, freeze, village
from lawbot.settings import Settings
from lawbot.telegram.app import freeze_garbage, make_bot
from lawbot.telegram.channel import TelegramChannel, keyboard
from lawbot.telegram.numbers import Numbers
from lawcore.delivery.dispatch import BATCH, Dispatcher
from lawcore.delivery.gate import Gate
from lawcore.delivery.model import DeliveryKind
from lawcore.delivery.pace import Pace
from lawcore.people.model import Address

TOKEN = "7000000001:AAbenchmark-of-the-township-law-office"  # noqa: S105 - opens nothing
CHECKPOINT = 1000
LIFTED = 1_000_000
"""Messages a second: no pace."""


async def ours(port: int, people: int) -> dict[str, float]:
    """The dispatcher, gate, ledger and session of ``lawbot run``."""
    async with village(people) as office:
        await freeze(office)
        gate, numbers = Gate(Pace(LIFTED)), Numbers()
        bot = make_bot(_settings(port), gate, numbers)
        freeze_garbage()
        sender = Dispatcher(office, TelegramChannel(bot, numbers), Morning(), gate)
        figures = await measured(sender.run_once)
        await bot.session.close()
        counts = await office.write(lambda desk: desk.deliveries.tally(DeliveryKind.CAMPAIGN, 1))
        assert counts.sent == people
        return figures


async def checkpoint(port: int, people: int) -> dict[str, float]:
    """The same session and as many at once, but no ledger: a checkpoint every thousand."""
    gate, numbers = Gate(Pace(LIFTED)), Numbers()
    bot = make_bot(_settings(port), gate, numbers)
    channel = TelegramChannel(bot, numbers)
    freeze_garbage()
    with tempfile.TemporaryDirectory() as folder:
        database = _database(Path(folder), people)
        waiting = iter(range(people))

        async def worker() -> None:
            for number in waiting:
                await channel.send(Address("telegram", str(100_000 + number)), LETTER)
                if number % CHECKPOINT == 0:
                    database.execute("UPDATE place SET number = ?", (number,))

        async def work() -> None:
            await asyncio.gather(*(worker() for _ in range(BATCH)))

        figures = await measured(work)
        database.close()
    await bot.session.close()
    return figures


async def plain(port: int, people: int) -> dict[str, float]:
    """The usual loop: aiogram as it comes, one message after the other, a commit for each."""
    server = TelegramAPIServer.from_base(f"http://127.0.0.1:{port}")
    bot = Bot(TOKEN, AiohttpSession(api=server), DefaultBotProperties(parse_mode="HTML"))
    markup = keyboard(LETTER.buttons)
    with tempfile.TemporaryDirectory() as folder:
        database = _database(Path(folder), people)

        async def work() -> None:
            for number in range(people):
                sent = await bot.send_message(100_000 + number, LETTER.html, reply_markup=markup)
                database.execute(
                    "UPDATE mail SET state = 'sent', message = ? WHERE id = ?",
                    (sent.message_id, number),
                )

        figures = await measured(work)
        database.close()
    await bot.session.close()
    return figures


async def measured(work: Callable[[], Awaitable[object]]) -> dict[str, float]:
    """Do it once; what it took."""
    forget_peak()
    idle, cpu, began = peak_megabytes(), time.process_time(), time.perf_counter()
    await work()
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "megabytes": peak_megabytes() - idle,
    }


def _database(folder: Path, people: int) -> sqlite3.Connection:
    """A durable database that commits each statement."""
    database = sqlite3.connect(folder / "plain.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE mail (id INTEGER PRIMARY KEY, state TEXT, message INTEGER)")
    database.execute("CREATE TABLE place (number INTEGER)")
    database.execute("BEGIN")
    rows = ((n, "queued") for n in range(people))
    database.executemany("INSERT INTO mail (id, state) VALUES (?, ?)", rows)
    database.execute("INSERT INTO place VALUES (0)")
    database.execute("COMMIT")
    return database


def _settings(port: int) -> Settings:
    return Settings(
        telegram_token=SecretStr(TOKEN),
        telegram_api_url=f"http://127.0.0.1:{port}",
        _env_file=None,
    )


SENDERS = {"ours": ours, "checkpoint": checkpoint, "plain": plain}

if __name__ == "__main__":
    sender = SENDERS[sys.argv[1]]
    print(json.dumps(asyncio.run(sender(int(sys.argv[2]), int(sys.argv[3])))))
