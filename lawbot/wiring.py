"""The one place that chooses concrete things and joins them."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator
from typing import TypeVar

from lawbot.groups.model import NO_GROUPS, Directory
from lawbot.groups.reading import read_groups
from lawbot.house import House
from lawbot.settings import MOST_A_SECOND, Settings
from lawcore.clock import Clock, MovableClock, SystemClock
from lawcore.content import Inspection, read_pack
from lawcore.delivery.dispatch import Desk, Dispatcher
from lawcore.delivery.gate import Gate
from lawcore.delivery.pace import Pace
from lawcore.delivery.reconcile import Reconciler
from lawcore.law.statutes import find_statutes
from lawcore.storage import Store, open_store

T = TypeVar("T")

BOT_USERNAME = "bot_username"
"""The fact under which the bot's own name is remembered, for invitation links."""


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, or a rehearsal clock that starts where the settings say."""
    return MovableClock(settings.clock_start) if settings.clock_start else SystemClock()


async def open_house(settings: Settings, clock: Clock | None = None) -> House:
    """Read the content, open the database. Raises BadInput for a fault in either."""
    inspection = inspection_of(settings)
    store = await open_store(settings.database_url)
    clock = clock or clock_of(settings)
    return House(store, inspection.pack, clock, settings.township, inspection)


def inspection_of(settings: Settings) -> Inspection:
    """The content with its rules, and the texts of the articles where they are installed."""
    return Inspection(read_pack(settings.content), find_statutes())


def groups_of(settings: Settings) -> Directory:
    """The groups of the settings. Raises BadInput for a fault in their file."""
    if settings.groups is None:
        return NO_GROUPS
    return read_groups(settings.groups, rehearsal=settings.clock_start is not None)


class Mailroom:
    """The store as the dispatcher sees it: the books with the wording beside them."""

    def __init__(self, store: Store, inspection: Inspection) -> None:
        self._store = store
        self._inspection = inspection

    async def write(self, job: Callable[[Desk], T]) -> T:
        from lawbot.telegram.letters import Desk as WordingDesk  # noqa: PLC0415 - aiogram is slow

        return await self._store.write(lambda books: job(WordingDesk(books, self._inspection)))


class Service:
    """The running bot: updates, rounds and sending in one process."""

    def __init__(self, settings: Settings, house: House) -> None:
        from lawbot.groups.poster import Poster  # noqa: PLC0415
        from lawbot.rounds import Rounds  # noqa: PLC0415 - aiogram and APScheduler are slow to
        from lawbot.telegram import app  # noqa: PLC0415 - import, and few commands need them
        from lawbot.telegram.channel import TelegramChannel  # noqa: PLC0415
        from lawbot.telegram.numbers import Numbers  # noqa: PLC0415
        from lawbot.telegram.reconcile import TelegramProbe  # noqa: PLC0415

        self._settings = settings
        self._house = house
        gate, self._numbers = Gate(Pace(settings.telegram_rate, MOST_A_SECOND)), Numbers()
        mailroom = Mailroom(house.store, house.inspection)
        self.bot = app.make_bot(settings, gate, self._numbers)
        self.dispatcher = Dispatcher(
            mailroom, TelegramChannel(self.bot, self._numbers), house.clock, gate
        )
        self._reconciler = Reconciler(
            mailroom, TelegramProbe(self.bot, gate), house.clock, resend=settings.resend_unknown
        )
        self.updates = app.make_dispatcher(house, self._numbers)
        self._rounds = Rounds(
            house, self.dispatcher, self._reconciler, Poster(house, groups_of(settings))
        )
        self._app = app

    async def catch_up(self) -> None:
        """Do every round once, now: for a rehearsal whose clock has jumped."""
        await self._rounds.once()

    async def run(self, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
        """Serve until `stop` is set; `ready` is told the bot's username once it listens."""
        try:
            name = await self._app.introduce(self.bot)
            await self._house.act(lambda books, _: books.facts.put(BOT_USERNAME, name))
            self._numbers.raise_to(
                await self._house.look(lambda books, _: books.deliveries.newest_message())
            )
            self._rounds.start()
            try:
                await self._listen(stop, lambda: ready(name))
            finally:
                await self._rounds.stop()
        finally:
            await self.bot.session.close()

    async def _listen(self, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        if self._settings.telegram_webhook_url is not None:
            await self._app.serve_webhook(self.bot, self.updates, self._settings, stop, ready)
        else:
            await self._app.poll(self.bot, self.updates, stop, ready)


@contextlib.contextmanager
def stopped_by_signals(stop: asyncio.Event) -> Iterator[None]:
    """SIGINT and SIGTERM set `stop`, so that what is in flight comes home."""
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    try:
        yield
    finally:
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(one)
