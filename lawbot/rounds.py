"""A few fixed rounds. Each asks the database what is due, so a missed minute is caught up.

APScheduler keeps no state of ours: a round that is late, or runs twice, does no harm.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from lawbot.house import House
from lawcore.campaigns import duties, launching, planning
from lawcore.campaigns import office as publicity
from lawcore.campaigns.groups import freeze_groups
from lawcore.campaigns.holding import tell_of_held
from lawcore.clock import SystemClock
from lawcore.content.impact import ROOM_WORDS
from lawcore.delivery.dispatch import Dispatcher
from lawcore.delivery.groups import Group
from lawcore.delivery.reconcile import Reconciler
from lawcore.exams import tending
from lawcore.participation import forget
from lawcore.storage import Books

log = structlog.get_logger()

PLAN_EVERY = 20
TEND_EVERY = 5
SEND_EVERY = 1
POST_EVERY = 5
SWEEP_EVERY = 15
RECONCILE_EVERY = 15
REMIND_EVERY = 3600
AGREE_EVERY = 60
PURGE_EVERY = 6 * 3600
"""Seconds between rounds."""


Leads = Callable[[], Awaitable[bool]]


class Posting(Protocol):
    """What posts to groups, and the groups it knows."""

    @property
    def groups(self) -> tuple[Group, ...]: ...

    def stop(self) -> None: ...

    async def run_once(self) -> int: ...

    async def sweep(self) -> int: ...


async def plan(house: House) -> None:
    """Draft what the calendar asks for and show it to the approvers."""
    notices = await house.look(lambda books, _: books.notices.all())
    outlook = house.outlook(notices, house.today())
    await house.act(
        lambda books, at: planning.plan(books, outlook, house.pack.messages, house.township, at=at)
    )
    held = await asyncio.to_thread(house.inspection.held, house.today())
    names = [f"{ROOM_WORDS[item.room]} {item.key}" for item in held]
    await house.act(lambda books, at: tell_of_held(books, names, at=at))


async def launch(house: House, groups: Sequence[Group]) -> None:
    """Ask the approvers, freeze what is approved and due, settle what is all sent."""

    def freeze(books: Books, at: datetime) -> None:
        objection = launching.objections(house.inspection.knowing(books.notices.all()), at)
        launched = launching.launch(books, at=at, objection=objection)
        freeze_groups(books, launched, groups, at=at)

    await house.act(lambda books, at: publicity.ask_approvers(books, at=at))
    await house.act(freeze)
    await house.act(lambda books, at: launching.settle(books, at=at))


async def tend_exams(house: House) -> None:
    """Open, remind, close."""
    await house.act(lambda books, at: tending.tend(books, fits=house.inspection.fits, at=at))


async def remind(house: House) -> None:
    """Remind the departments of the days that they make known (谁执法谁普法)."""
    notices = await house.look(lambda books, _: books.notices.all())
    outlook = house.outlook(notices, house.today())

    def job(books: Books, at: datetime) -> None:
        duties.remind(books, duties.duties_of(outlook, books.people.units()), at=at)

    await house.act(job)


async def purge(house: House) -> None:
    """Forget whose time has come, on the disk too."""
    purged = await house.act(lambda books, at: forget.purge(books.forgetting, books.ledger, at=at))
    if purged.accounts:
        await house.store.wipe()


class Rounds:
    """The clockwork of one process."""

    def __init__(
        self,
        house: House,
        dispatcher: Dispatcher | None,
        reconciler: Reconciler | None,
        posting: Posting,
        leads: Leads | None,
        agree: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`leads` is asked before each round whether this process does it; None: it never does.

        `agree` puts the clock right by the database's.
        """
        self._house = house
        self._leads = leads
        self._agree = agree
        self._dispatcher = dispatcher
        self._reconciler = reconciler
        self._posting = posting
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._under_way: set[asyncio.Future[object]] = set()

    def start(self) -> None:
        """Begin, with each round once at once: what a crash left behind does not wait.

        Each round is a single job that never overlaps itself.
        """
        if self._leads is not None:
            self._lead(PLAN_EVERY, "plan", lambda: plan(self._house))
            self._lead(TEND_EVERY, "launch", lambda: launch(self._house, self._posting.groups))
            self._lead(TEND_EVERY, "exams", lambda: tend_exams(self._house))
            self._lead(POST_EVERY, "post", self._posting.run_once)
            self._lead(SWEEP_EVERY, "sweep posts", self._posting.sweep)
            self._lead(REMIND_EVERY, "remind", lambda: remind(self._house))
            self._lead(PURGE_EVERY, "purge", lambda: purge(self._house))
        if self._agree is not None:
            self._every(AGREE_EVERY, "agree on the time", self._agree)
        if self._dispatcher is not None:
            self._every(SEND_EVERY, "send", self._dispatcher.run_once)
            self._every(SWEEP_EVERY, "sweep", self._dispatcher.sweep)
        if self._reconciler is not None:
            self._every(RECONCILE_EVERY, "reconcile", self._reconciler.run_once)
        self._scheduler.start()

    async def once(self) -> None:
        """Do every round once, in the order in which one leads to the next."""
        await plan(self._house)
        await tend_exams(self._house)
        await launch(self._house, self._posting.groups)
        await remind(self._house)
        if self._dispatcher is not None:
            await self._dispatcher.run_once()
            await self._dispatcher.sweep()
        if self._reconciler is not None:
            await self._reconciler.run_once()
        await self._posting.run_once()
        await self._posting.sweep()
        await purge(self._house)
        await launch(self._house, self._posting.groups)

    async def stop(self) -> None:
        """Begin no further round; return when those under way are done.

        The scheduler would cancel them: messages on their way would then be in doubt.
        """
        self._scheduler.pause()
        if self._dispatcher is not None:
            self._dispatcher.stop()
        self._posting.stop()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._scheduler.shutdown(wait=False)

    def _lead(self, seconds: int, name: str, round_: Callable[[], Awaitable[object]]) -> None:
        """A round that only one of all processes does: the one that leads."""

        async def if_leading() -> None:
            if self._leads is not None and await self._leads():
                await round_()

        self._every(seconds, name, if_leading)

    def _every(self, seconds: int, name: str, round_: Callable[[], Awaitable[object]]) -> None:
        async def once() -> None:
            under_way = asyncio.ensure_future(round_())
            self._under_way.add(under_way)
            try:
                await under_way
            except Exception:  # the next round must come whatever happened in this one
                log.exception("round failed", round=name)
            finally:
                self._under_way.discard(under_way)

        self._scheduler.add_job(
            once,
            "interval",
            seconds=seconds,
            id=name,
            next_run_time=SystemClock().now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
