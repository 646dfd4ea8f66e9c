"""Claim, commit, send, record: the only way a message leaves.

No transaction is open while it waits for the service, so a crash leaves a row that says how far it
came. Nothing is claimed in the quiet hours: what they find queued, by a retry or a restart, waits
for the morning.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Protocol, TypeVar

from lawcore.clock import Clock
from lawcore.delivery.book import DeliveryBook
from lawcore.delivery.gate import Gate
from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import (
    Delivery,
    DeliveryState,
    Letter,
    Outcome,
    OutcomeKind,
    Recorded,
)
from lawcore.delivery.shared import REST, SharedPace
from lawcore.delivery.watch import Watch
from lawcore.ids import DeliveryId
from lawcore.people.model import Address

T = TypeVar("T")

log = logging.getLogger(__name__)

BATCH = 32
"""Rows in hand at once, and so the most that a crash can leave in doubt."""
PORTION = 16
"""Rows claimed at a time: while one half of the batch is on its way the other is fetched."""
STALE_AFTER = timedelta(minutes=1)
"""A row `sending` for longer was left by a crash: who lives claims what is in hand anew."""
RENEW_EVERY = 15.0
"""Seconds."""
MOST_TRIES = 24
"""Tries that failed on the way until a delivery is `failed`: an outage of an hour loses nobody."""
FIRST_GAP = 5.0
LONGEST_GAP = 300.0
"""Seconds between two tries: twice as long each time, up to the longest."""


class Channel(Protocol):
    """A way to reach an address. Errors of the service end here, as outcomes."""

    @property
    def newest(self) -> int:
        """The highest message number seen; 0 if none was."""
        ...

    async def send(self, address: Address, letter: Letter) -> Outcome: ...


class Desk(Protocol):
    """The book of deliveries and what is needed to word them, in one transaction."""

    @property
    def deliveries(self) -> DeliveryBook: ...

    def letter(self, delivery: Delivery) -> Letter | None:
        """The letter of a delivery; None if what it was about no longer holds."""
        ...

    def trouble(self, delivery: Delivery, at: datetime) -> None:
        """Too many sends of what `delivery` belongs to went wrong: it stops, an admin is told."""
        ...

    def interrupted(self, at: datetime) -> None:
        """A crash left deliveries in doubt: an admin is told."""
        ...


class Office(Protocol):
    """A store that runs a job on the desk in one transaction and returns after the commit."""

    async def write(self, job: Callable[[Desk], T]) -> T: ...


class Dispatcher:
    """Sends what is due, over one channel, through the gate of its bot."""

    def __init__(
        self,
        office: Office,
        channel: Channel,
        clock: Clock,
        gate: Gate,
        *,
        shared: SharedPace | None = None,
        seen: Callable[[Outcome, float], None] = lambda outcome, seconds: None,
        seed: int = 0,
    ) -> None:
        """`shared`: a pace with other senders. `seen` is told each outcome and its seconds."""
        self._office = office
        self._channel = channel
        self._clock = clock
        self._gate = gate
        self._shared = shared
        self._seen = seen
        self._ask_again = 0.0
        self._flood = 0.0
        self._watch = Watch()
        self._random = Random(seed)  # noqa: S311 - spreads retries, guards no secret
        self._held: set[DeliveryId] = set()
        self._done: list[tuple[Delivery, Recorded, bool]] = []
        self._news = asyncio.Event()
        self._results = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._renewed_at = 0.0
        self._more = False
        self._stopping = False

    @property
    def in_hand(self) -> int:
        """Rows that are claimed and not yet recorded."""
        return len(self._held)

    def stop(self) -> None:
        """Let what is in flight come home; send nothing more."""
        self._stopping = True
        self._gate.send_crowd_home()
        self._news.set()

    async def run_once(self) -> int:
        """Send everything that is due now; return how many rows were tried."""
        async with self._one_at_a_time:
            return await self._send_all()

    async def _send_all(self) -> int:
        untried: set[DeliveryId] = set()
        claimed = 0
        try:
            async with asyncio.TaskGroup() as group:
                recorder = group.create_task(self._record_all())
                self._more = True
                while self._held - untried if self._stopping else self._more or self._held:
                    if self._more and not self._stopping and len(self._held) <= BATCH - PORTION:
                        self._more = False
                        batch = await self._fetch(untried)
                        self._more = self._more or batch is not None
                        if self._ask_again:
                            await self._wait_for_news(self._ask_again)
                        for delivery, letter in batch or ():
                            claimed += 1
                            self._held.add(delivery.id)
                            untried.add(delivery.id)
                            group.create_task(self._send(delivery, letter, untried))
                    else:
                        await self._wait_for_news()
                recorder.cancel()
        finally:
            self._held.difference_update(untried)
            if untried:
                kept = sorted(untried)
                await self._office.write(partial(self._release, kept))
        return claimed - len(untried)

    async def sweep(self) -> int:
        """Rows that a crash left `sending` become `unknown`, for a person to see."""
        at, held = self._clock.now(), frozenset(self._held)

        def job(desk: Desk) -> int:
            desk.deliveries.renew(held, at)
            lost = desk.deliveries.sweep(at - STALE_AFTER, held, at)
            if lost:
                desk.interrupted(at)
            return lost

        lost = await self._office.write(job)
        self._renewed_at = asyncio.get_running_loop().time()
        return lost

    async def _fetch(self, untried: set[DeliveryId]) -> list[tuple[Delivery, Letter]] | None:
        """Claim a portion; cancelled meanwhile, note what was claimed all the same."""
        claiming = asyncio.ensure_future(self._office.write(self._claim))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            untried.update(delivery.id for delivery, _ in await claiming or ())
            raise

    async def _wait_for_news(self, longest: float = RENEW_EVERY) -> None:
        """Wait until something was recorded; claim what is in hand anew from time to time."""
        self._news.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), longest)
        now = asyncio.get_running_loop().time()
        if self._held and now - self._renewed_at >= RENEW_EVERY:
            at, held = self._clock.now(), frozenset(self._held)
            await self._office.write(lambda desk: desk.deliveries.renew(held, at))
            self._renewed_at = now

    def _claim(self, desk: Desk) -> list[tuple[Delivery, Letter]] | None:
        """The next portion with its letters; None when nothing is due."""
        at = self._clock.now()
        if next_allowed(at) != at:
            return None
        room, self._ask_again = self._take(desk, at)
        if room == 0:
            return []
        claimed = desk.deliveries.claim(room, at, self._channel.newest)
        ready: list[tuple[Delivery, Letter]] = []
        for delivery in claimed:
            letter = _word(desk, delivery, at)
            if isinstance(letter, Recorded):
                desk.deliveries.record([letter])
            else:
                ready.append((delivery, letter))
        self._give(desk, room - len(ready), at.timestamp())
        return ready if claimed else None

    def _take(self, desk: Desk, at: datetime) -> tuple[int, float]:
        """Room for how many; with none, the seconds after which there may be some."""
        if self._shared is None:
            return PORTION, 0.0
        return desk.deliveries.take_slots(self._shared, PORTION, at.timestamp())

    def _give(self, desk: Desk, count: int, until: float) -> None:
        if self._shared is not None:
            desk.deliveries.give_slots(self._shared, count, until)

    def _release(self, untried: list[DeliveryId], desk: Desk) -> None:
        desk.deliveries.release(untried)
        self._give(desk, len(untried), self._clock.now().timestamp())

    async def _send(self, delivery: Delivery, letter: Letter, untried: set[DeliveryId]) -> None:
        """Send one letter when its turn has come; hand the outcome to the recorder.

        Who slept too long before the turn came does not send: others have taken the row for lost.
        """
        steady = asyncio.get_running_loop().time
        claimed_at = steady()
        if not await self._gate.enter(delivery.address.value):
            self._news.set()
            return
        untried.discard(delivery.id)
        left_at = steady()
        if left_at - max(claimed_at, self._renewed_at) > STALE_AFTER.total_seconds() / 2:
            self._gate.answered(left_at)
            self._held.discard(delivery.id)
            self._news.set()
            return
        try:
            outcome = await self._channel.send(delivery.address, letter)
        except Exception:  # a fault of the channel must not take the others of the batch with it
            log.exception("channel broke", extra={"delivery": delivery.id})
            outcome = Outcome(OutcomeKind.UNKNOWN, "程序出错，可能已发出")
        finally:
            self._gate.answered(left_at)
        self._seen(outcome, steady() - left_at)
        if outcome.kind is OutcomeKind.FLOOD:
            self._gate.shut(outcome.wait)
            self._flood = self._clock.now().timestamp() + outcome.wait
        recorded = conclude(delivery, outcome, self._clock.now(), self._random.random())
        self._done.append((delivery, recorded, self._watch.sees(delivery, outcome)))
        self._results.set()

    async def _record_all(self) -> None:
        """Write outcomes as they come: all that wait with one commit."""
        while True:
            await self._results.wait()
            self._results.clear()
            done, self._done = self._done, []
            await self._office.write(partial(self._record, done))
            self._flood = 0.0
            self._held.difference_update(delivery.id for delivery, _, _ in done)
            now = self._clock.now()
            self._more = self._more or any(r.due_at and r.due_at <= now for _, r, _ in done)
            self._news.set()

    def _record(self, done: list[tuple[Delivery, Recorded, bool]], desk: Desk) -> None:
        desk.deliveries.record([recorded for _, recorded, _ in done])
        self._give(desk, len(done), self._clock.now().timestamp() + REST)
        if self._shared is not None and self._flood:
            desk.deliveries.shut_slots(self._shared, self._flood)
        for delivery, recorded, too_many in done:
            if too_many:
                desk.trouble(delivery, recorded.at)


def conclude(delivery: Delivery, outcome: Outcome, at: datetime, jitter: float) -> Recorded:
    """What the outcome of a try makes of the delivery.

    A flood is not a failed try. A try that failed on the way is repeated with growing gaps, up to
    MOST_TRIES; then the delivery is `failed`. `jitter` in [0, 1) takes up to a quarter off the gap,
    so that many who failed together do not come back together.
    """
    due_at = None
    tries = delivery.tries + (outcome.kind is not OutcomeKind.FLOOD)
    match outcome.kind:
        case OutcomeKind.SENT:
            state = DeliveryState.SENT
        case OutcomeKind.BLOCKED:
            state = DeliveryState.BLOCKED
        case OutcomeKind.FAILED:
            state = DeliveryState.FAILED
        case OutcomeKind.UNKNOWN:
            state = DeliveryState.UNKNOWN
        case OutcomeKind.FLOOD:
            state, due_at = DeliveryState.QUEUED, at + timedelta(seconds=outcome.wait)
        case OutcomeKind.LATER | OutcomeKind.MOVED if tries >= MOST_TRIES:
            state = DeliveryState.FAILED
        case OutcomeKind.MOVED:
            state, due_at = DeliveryState.QUEUED, at
        case OutcomeKind.LATER:
            gap = min(FIRST_GAP * 2**tries, LONGEST_GAP) * (1 - jitter / 4)
            state, due_at = DeliveryState.QUEUED, at + timedelta(seconds=gap)
    return Recorded(
        delivery.id,
        delivery.account,
        state,
        outcome.reason,
        outcome.message,
        at,
        tries,
        due_at,
        outcome.moved_to,
    )


def _word(desk: Desk, delivery: Delivery, at: datetime) -> Letter | Recorded:
    """The letter; or how the delivery ends without one."""
    try:
        letter = desk.letter(delivery)
    except Exception:  # or this one would stand in the way of all others for ever
        log.exception("letter could not be worded", extra={"delivery": delivery.id})
        return _ended(delivery, DeliveryState.FAILED, "程序出错，这条消息写不出来", at)
    if letter is None:
        return _ended(delivery, DeliveryState.SKIPPED, "发送前情况已变，不再需要", at)
    return letter


def _ended(delivery: Delivery, state: DeliveryState, reason: str, at: datetime) -> Recorded:
    return Recorded(delivery.id, delivery.account, state, reason, None, at, delivery.tries)
