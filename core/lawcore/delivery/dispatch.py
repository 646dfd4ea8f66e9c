"""Claim, commit, send, record: the only way a message leaves.

The one asynchronous module of the core, because it waits for a service. No transaction is open
while it waits, so a crash leaves a row that says how far it came. Nothing is claimed in the quiet
hours: what they find queued, by a retry or a restart, waits for the morning.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from lawcore.clock import Clock
from lawcore.delivery.book import DeliveryBook
from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import (
    MAX_TRIES,
    Delivery,
    DeliveryState,
    Letter,
    Outcome,
    OutcomeKind,
    Recorded,
)
from lawcore.delivery.pace import Pace
from lawcore.ids import DeliveryId
from lawcore.people.model import Address

T = TypeVar("T")

log = logging.getLogger(__name__)

BATCH = 32
"""Rows claimed at once, and so the most that a crash can leave in doubt."""
STALE_AFTER = timedelta(minutes=2)
"""A row `sending` for longer was left by a crash: no request takes that long."""


class Channel(Protocol):
    """A way to reach an address. Errors of the service end here, as outcomes."""

    async def send(self, address: Address, letter: Letter) -> Outcome: ...


class Desk(Protocol):
    """The book of deliveries and what is needed to word them, in one transaction."""

    @property
    def deliveries(self) -> DeliveryBook: ...

    def letter(self, delivery: Delivery) -> Letter | None:
        """The letter of a delivery; None if what it was about no longer holds."""
        ...


class Office(Protocol):
    """A store that runs a job on the desk in one transaction and returns after the commit."""

    async def write(self, job: Callable[[Desk], T]) -> T: ...


class Dispatcher:
    """Sends what is due, over one channel, at the pace of its bot."""

    def __init__(self, office: Office, channel: Channel, clock: Clock, pace: Pace) -> None:
        self._office = office
        self._channel = channel
        self._clock = clock
        self._pace = pace
        self._held: set[DeliveryId] = set()
        self._news = asyncio.Event()
        self._stopping = False

    def stop(self) -> None:
        """Let what is in flight come home; send nothing more."""
        self._stopping = True
        self._news.set()

    async def run_once(self) -> int:
        """Send everything that is due now; return how many rows were tried."""
        tried = 0
        while not self._stopping:
            batch = await self._office.write(self._claim)
            if batch is None:
                break
            tried += await self._send_batch(batch)
        return tried

    async def sweep(self) -> int:
        """Rows that a crash left `sending` become `unknown`, for a person to see."""
        before = self._clock.now() - STALE_AFTER
        held = frozenset(self._held)
        return await self._office.write(lambda desk: desk.deliveries.sweep(before, held))

    def _claim(self, desk: Desk) -> list[tuple[Delivery, Letter]] | None:
        """The next batch with its letters; None when nothing is due."""
        at = self._clock.now()
        if next_allowed(at) != at:
            return None
        claimed = desk.deliveries.claim(BATCH, at)
        ready: list[tuple[Delivery, Letter]] = []
        for delivery in claimed:
            letter = _word(desk, delivery, at)
            if isinstance(letter, Recorded):
                desk.deliveries.record([letter])
            else:
                ready.append((delivery, letter))
        return ready if claimed else None

    async def _send_batch(self, batch: Sequence[tuple[Delivery, Letter]]) -> int:
        """Send a claimed batch; told to stop or cancelled, put back what was never tried."""
        self._held.update(delivery.id for delivery, _ in batch)
        left = 0
        try:
            async with asyncio.TaskGroup() as group:
                for delivery, letter in batch:
                    await self._turn()
                    if self._stopping:
                        break
                    left += 1
                    self._pace.left()
                    group.create_task(self._send(delivery, letter))
        finally:
            self._held.difference_update(delivery.id for delivery, _ in batch)
            if untried := [delivery.id for delivery, _ in batch[left:]]:
                await self._office.write(lambda desk: desk.deliveries.release(untried))
        return left

    async def _turn(self) -> None:
        """Wait until the pace allows one more, or until told to stop."""
        steady = asyncio.get_running_loop().time
        while not self._stopping and (wait := self._pace.wait(steady())) != 0:
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), wait)

    async def _send(self, delivery: Delivery, letter: Letter) -> None:
        steady = asyncio.get_running_loop().time
        left_at = steady()
        try:
            outcome = await self._channel.send(delivery.address, letter)
        except Exception:  # a fault of the channel must not take the others of the batch with it
            log.exception("channel broke", extra={"delivery": delivery.id})
            outcome = Outcome(OutcomeKind.UNKNOWN, "程序出错，可能已发出")
        finally:
            self._pace.answered(left_at, steady())
            self._news.set()
        if outcome.kind is OutcomeKind.FLOOD:
            self._pace.shut(outcome.wait, steady())
        recorded = conclude(delivery, outcome, self._clock.now())
        await self._office.write(lambda desk: desk.deliveries.record([recorded]))


def conclude(delivery: Delivery, outcome: Outcome, at: datetime) -> Recorded:
    """What the outcome of a try makes of the delivery.

    A flood is not a failed try. A try that failed on the way is repeated with growing gaps, up to
    MAX_TRIES; then the delivery is `failed`.
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
        case OutcomeKind.LATER if tries >= MAX_TRIES:
            state = DeliveryState.FAILED
        case OutcomeKind.LATER:
            state, due_at = DeliveryState.QUEUED, at + timedelta(seconds=5 * 2**tries)
    return Recorded(
        delivery.id, delivery.account, state, outcome.reason, outcome.message, at, tries, due_at
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
