"""The one place that chooses concrete things and joins them.

What a command may not need is imported where it is joined: most commands neither read the content
nor send.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from lawbot.house import House
from lawbot.settings import MOST_A_SECOND, Part, Settings
from lawcore.clock import Clock, MovableClock, SyncedClock, SystemClock, local_day
from lawcore.storage import open_store
from lawcore.storage.opening import is_sqlite

if TYPE_CHECKING:
    from datetime import datetime

    from aiohttp.web import Application

    from lawbot.groups.model import Directory
    from lawcore.content import Inspection
    from lawcore.delivery.desk import Desk
    from lawcore.delivery.shared import SharedPace
    from lawcore.storage import Books

T = TypeVar("T")

BOT_USERNAME = "bot_username"
"""The fact under which the bot's own name is remembered, for invitation links."""


def clock_of(settings: Settings) -> Clock:
    """The clock: the machine's, or the database's where machines share one, or a rehearsal's."""
    if settings.clock_start:
        return MovableClock(settings.clock_start)
    return SystemClock() if is_sqlite(settings.database_url) else SyncedClock()


async def open_house(settings: Settings, clock: Clock | None = None) -> House:
    """Read the content, open the database. Raises BadInput for a fault in either."""
    from lawcore.content import read_categories  # noqa: PLC0415 - many commands read none

    inspection = inspection_of(settings)
    store = await open_store(settings.database_url)
    clock = clock or clock_of(settings)
    categories = read_categories(settings.content)
    return House(store, inspection.pack, clock, settings.township, inspection, categories)


def inspection_of(settings: Settings) -> Inspection:
    """The content with its rules, and the texts of the articles where they are installed."""
    from lawcore.content import Inspection, read_pack  # noqa: PLC0415
    from lawcore.law.statutes import find_statutes  # noqa: PLC0415

    return Inspection(read_pack(settings.content), find_statutes())


def groups_of(settings: Settings) -> Directory:
    """The groups of the settings. Raises BadInput for a fault in their file."""
    from lawbot.groups.model import NO_GROUPS  # noqa: PLC0415
    from lawbot.groups.reading import read_groups  # noqa: PLC0415

    if settings.groups is None:
        return NO_GROUPS
    return read_groups(settings.groups, rehearsal=settings.clock_start is not None)


class Mailroom:
    """The store as the dispatcher sees it: the books with the wording beside them."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def write(self, job: Callable[[Desk], T]) -> T:
        from lawbot.telegram.letters import Desk as WordingDesk  # noqa: PLC0415 - aiogram is slow

        def at_the_desk(books: Books, at: datetime) -> T:
            return job(WordingDesk(books, self._house.inspection, local_day(at)))

        return await self._house.act(at_the_desk)


class Service:
    """The running bot, or one part of it: updates, rounds, sending."""

    def __init__(self, settings: Settings, house: House, part: Part = Part.ALL) -> None:
        from lawbot.groups.poster import Poster  # noqa: PLC0415
        from lawbot.rounds import Rounds  # noqa: PLC0415 - aiogram and APScheduler are slow to
        from lawbot.telegram import app  # noqa: PLC0415 - import, and few commands need them
        from lawbot.telegram.channel import TelegramChannel  # noqa: PLC0415
        from lawbot.telegram.numbers import Numbers  # noqa: PLC0415
        from lawbot.telegram.reconcile import TelegramProbe  # noqa: PLC0415
        from lawbot.telegram.turns import AllWait  # noqa: PLC0415
        from lawbot.web.metrics import Metrics  # noqa: PLC0415
        from lawcore.delivery.dispatch import Dispatcher  # noqa: PLC0415
        from lawcore.delivery.gate import Gate  # noqa: PLC0415
        from lawcore.delivery.pace import Pace  # noqa: PLC0415
        from lawcore.delivery.reconcile import Reconciler  # noqa: PLC0415

        self._settings = settings
        self._house = house
        self._part = part
        self._app = app
        self._begun = False
        gate = Gate(Pace(settings.telegram_rate, MOST_A_SECOND))
        self._numbers = Numbers()
        self.metrics = Metrics(gate, settings.telegram_rate)
        mailroom = Mailroom(house)
        self.bot = app.make_bot(settings, gate, self._numbers)
        self._shared = shared_pace(settings, house.clock, self.bot.id)
        if self._shared is not None:
            self.bot.session.middleware(AllWait(self._all_wait))
        self.dispatcher = Dispatcher(
            mailroom,
            TelegramChannel(self.bot, self._numbers),
            house.clock,
            gate,
            shared=self._shared,
            seen=self.metrics.sent,
            seed=os.getpid(),
        )
        self._reconciler = Reconciler(
            mailroom, TelegramProbe(self.bot, gate), house.clock, resend=settings.resend_unknown
        )
        self.updates = app.make_dispatcher(house, self._numbers, settings.web_address)
        self._rounds = Rounds(
            house,
            self.dispatcher if part.sends else None,
            self._reconciler if part.sends else None,
            Poster(house, groups_of(settings)),
            self._leads if part.leads else None,
            self._agree if isinstance(house.clock, SyncedClock) else None,
        )

    async def catch_up(self) -> None:
        """Do every round once, now: for a rehearsal whose clock has jumped."""
        await self._rounds.once()

    async def run(
        self, stop: asyncio.Event, ready: Callable[[str], None], *, doors: bool = False
    ) -> None:
        """Serve until `stop` is set; `ready` is told the bot's username once it listens.

        With `doors` health and metrics are served as well; a webhook opens them in any case.
        """
        webhook = self._part.listens and self._settings.telegram_webhook_url is not None
        try:
            name = await self._app.introduce(self.bot)
            await self._agree()
            await self._house.act(lambda books, _: books.facts.put(BOT_USERNAME, name))
            self._numbers.raise_to(
                await self._house.look(lambda books, _: books.deliveries.newest_message())
            )
            async with contextlib.AsyncExitStack() as stack:
                if doors or webhook:
                    await stack.enter_async_context(self._doors(webhook=webhook))
                self._rounds.start()
                stack.push_async_callback(self._rounds.stop)
                await self._serve(stop, lambda: self._begin(name, ready), webhook=webhook)
        finally:
            await self.bot.session.close()

    async def _serve(
        self, stop: asyncio.Event, ready: Callable[[], None], *, webhook: bool
    ) -> None:
        if self._part.listens and not webhook:
            await self._app.poll(self.bot, self.updates, stop, ready)
            return
        if webhook:
            await self._app.ask_for_updates(self.bot, self.updates, self._settings)
        ready()
        await stop.wait()

    @contextlib.asynccontextmanager
    async def _doors(self, *, webhook: bool) -> AsyncIterator[None]:
        from aiohttp import web  # noqa: PLC0415 - slow to import

        from lawbot.web.doors import open_doors  # noqa: PLC0415
        from lawbot.web.forms import LARGEST  # noqa: PLC0415
        from lawbot.web.health import add_health  # noqa: PLC0415

        app = web.Application(client_max_size=LARGEST)
        add_health(app, self._house, self.metrics, lambda: self._begun)
        if self._part.shows:
            _add_pages(app, self._house, self._settings)
        if webhook:
            self._app.add_webhook(app, self.bot, self.updates, self._settings)
        async with open_doors(app, self._settings.web_host, self._settings.web_port):
            yield

    def _begin(self, name: str, ready: Callable[[str], None]) -> None:
        self._begun = True
        ready(name)

    async def _all_wait(self, seconds: float) -> None:
        """The service has told this bot to wait: so do the senders of all machines."""

        def shut(books: Books, at: datetime) -> None:
            if self._shared is not None:
                books.deliveries.shut_slots(self._shared, at.timestamp() + seconds)

        await self._house.act(shut)

    async def _leads(self) -> bool:
        leads = await self._house.store.leads()
        self.metrics.leads(leads)
        return leads

    async def _agree(self) -> None:
        """Set the clock by the database's, where several machines share one."""
        clock = self._house.clock
        if isinstance(clock, SyncedClock):
            asked = clock.now()
            theirs = await self._house.store.now()
            if theirs is not None:
                clock.agree(theirs, asked, clock.now())


@contextlib.asynccontextmanager
async def desk_doors(settings: Settings, house: House) -> AsyncIterator[str]:
    """Serve the pages of the desk alone, with health and metrics; their address."""
    from aiohttp import web  # noqa: PLC0415 - slow to import

    from lawbot.web.doors import open_doors  # noqa: PLC0415
    from lawbot.web.forms import LARGEST  # noqa: PLC0415
    from lawbot.web.health import add_health  # noqa: PLC0415
    from lawbot.web.metrics import Metrics  # noqa: PLC0415
    from lawcore.delivery.gate import Gate  # noqa: PLC0415
    from lawcore.delivery.pace import Pace  # noqa: PLC0415

    app = web.Application(client_max_size=LARGEST)
    rate = settings.telegram_rate
    metrics = Metrics(Gate(Pace(rate, MOST_A_SECOND)), rate)
    add_health(app, house, metrics, lambda: True)
    _add_pages(app, house, settings)
    async with open_doors(app, settings.web_host, settings.web_port) as address:
        yield address


def _add_pages(app: Application, house: House, settings: Settings) -> None:
    from lawbot.web.desk import add_desk  # noqa: PLC0415 - slow to import
    from lawbot.web.public import add_public  # noqa: PLC0415

    add_desk(app, house, settings.web_address)
    if settings.public_page:
        add_public(app, house, settings.web_address)


def shared_pace(settings: Settings, clock: Clock, bot: int) -> SharedPace | None:
    """The pace that the senders of several machines share; only those that share a clock do.

    A rehearsal's clock may stand still or go back: a slot of the shared pace would never rest.
    """
    if not isinstance(clock, SyncedClock):
        return None
    from lawcore.delivery.shared import SharedPace  # noqa: PLC0415

    worker = f"{socket.gethostname()[:20]}-{os.getpid()}"
    return SharedPace(str(bot), settings.telegram_rate, worker)


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
