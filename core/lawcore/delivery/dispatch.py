"""Claim, commit, send, record: the only way a message leaves.

The one asynchronous module of the core, because it waits for a service. No transaction is open
while it waits, so a crash leaves a row that says how far it came.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from lawcore.clock import Clock
from lawcore.delivery.book import DeliveryBook
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
            if not batch:
                break
            tried += await self._send_batch(batch)
        return tried

    async def sweep(self) -> int:
        """Rows that a crash left `sending` become `unknown`, for a person to see."""
        before = self._clock.now() - STALE_AFTER
        held = frozenset(self._held)
        return await self._office.write(lambda desk: desk.deliveries.sweep(before, held))

    def _claim(self, desk: Desk) -> list[tuple[Delivery, Letter]]:
        at = self._clock.now()
        ready: list[tuple[Delivery, Letter]] = []
        void: list[Recorded] = []
        for delivery in desk.deliveries.claim(BATCH, at):
            letter = desk.letter(delivery)
            if letter is not None:
                ready.append((delivery, letter))
            else:
                void.append(_void(delivery, at))
        if void:
            desk.deliveries.record(void)
        return ready

    async def _send_batch(self, batch: Sequence[tuple[Delivery, Letter]]) -> int:
        """Send a claimed batch; when told to stop, put back what was never tried."""
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


def _void(delivery: Delivery, at: datetime) -> Recorded:
    reason = "发送前情况已变，不再需要"
    state = DeliveryState.SKIPPED
    return Recorded(delivery.id, delivery.account, state, reason, None, at, delivery.tries)
