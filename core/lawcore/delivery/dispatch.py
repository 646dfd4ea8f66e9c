"""Claim, commit, send, record: the only way a message leaves.

No transaction is open while it waits for the service, so a crash leaves a row that says how far it
came. One transaction writes the outcomes that have come in and claims as many rows as that makes
room for: a commit for a dozen messages, and never more in hand than BATCH.

In the quiet hours only what rings nowhere is claimed, which is taking a message back; all else
that they find queued, by a retry or a restart, waits for the morning.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import NamedTuple

from lawcore.clock import Clock
from lawcore.delivery.conclude import conclude, ended
from lawcore.delivery.desk import Channel, Desk, Office
from lawcore.delivery.gate import Gate
from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import (
    SILENT,
    Delivery,
    DeliveryState,
    Letter,
    Outcome,
    OutcomeKind,
    Recorded,
)
from lawcore.delivery.shared import REST, SharedPace
from lawcore.delivery.watch import troubles
from lawcore.ids import DeliveryId

log = logging.getLogger(__name__)

BATCH = 32
"""Rows in hand at once, and so the most that a crash can leave in doubt."""
LINGER = 0.05
"""Seconds that an outcome waits for others to be written with it, while some are on their way."""
STALE_AFTER = timedelta(minutes=1)
"""A row `sending` for longer was left by a crash: who lives claims what is in hand anew."""
RENEW_EVERY = 15.0
"""Seconds."""
LOOK_AGAIN = 3.0
"""Seconds of waiting for the turn, because the service closed the gate or the pace is slow, after
which it is asked again whether its person still wants the message, nobody has stopped it and it
has not become night."""


class Tried(NamedTuple):
    """A delivery with the outcome of its try, as it came and as it is written down."""

    delivery: Delivery
    outcome: Outcome
    recorded: Recorded


class Traded(NamedTuple):
    """What a transaction claimed, whether more may be due, and when to ask for slots again."""

    portion: tuple[tuple[Delivery, Letter], ...] = ()
    more: bool = False
    wait: float = 0.0
    """Seconds."""


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
        self._random = Random(seed)  # noqa: S311 - spreads retries, guards no secret
        self._one_at_a_time = asyncio.Lock()
        self._stopping = False
        self._held: set[DeliveryId] = set()
        self._untried: set[DeliveryId] = set()
        self._done: list[Tried] = []
        self._under_way = 0
        self._news = asyncio.Event()
        self._linger: asyncio.TimerHandle | None = None
        self._more = False
        self._ask_at = 0.0
        self._renewed_at = 0.0

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

    async def sweep(self) -> int:
        """Rows that a crash left `sending` become `unknown`, for a person to see."""
        at, held = self._clock.now(), self._ours

        def job(desk: Desk) -> int:
            desk.deliveries.renew(held, at)
            lost = desk.deliveries.sweep(at - STALE_AFTER, held, at)
            if lost:
                desk.interrupted(at)
            return lost

        lost = await self._office.write(job)
        self._renewed_at = _now()
        return lost

    async def _send_all(self) -> int:
        """When the database fails, what was claimed is sent and its outcome kept for next time."""
        claimed, broken = 0, None
        self._more, self._ask_at = True, 0.0
        try:
            async with asyncio.TaskGroup() as group:
                while broken is None and not self._finished:
                    try:
                        portion = await self._trade()
                    except Exception as error:  # noqa: BLE001 - raised below, when all are home
                        broken = error
                        continue
                    claimed += len(portion)
                    self._under_way += len(portion)
                    for delivery, letter in portion:
                        group.create_task(self._send(delivery, letter))
                    if not self._finished and (self._room() == 0 or _now() < self._ask_at):
                        await self._wait_for_news()
        finally:
            untried, self._untried = sorted(self._untried), set()
            if untried:
                await self._office.write(partial(self._release, untried))
        if broken is not None:
            raise broken
        return claimed - len(untried)

    @property
    def _claims(self) -> bool:
        """Whether there may be something to claim."""
        return self._more and not self._stopping

    @property
    def _finished(self) -> bool:
        return not (self._claims or self._under_way or self._done)

    @property
    def _ours(self) -> frozenset[DeliveryId]:
        """Rows that nobody else may take for lost: in hand, or untried and not yet put back."""
        return frozenset(self._held | self._untried)

    def _room(self, leaving: int = 0) -> int:
        """How many rows may be claimed now, when so many in hand are being written down."""
        return BATCH - len(self._held) + leaving if self._claims else 0

    async def _wait_for_news(self) -> None:
        """Wait for outcomes or for a slot, but not so long that what is in hand looks lost."""
        wait = self._ask_at - _now()
        longest = min(wait, RENEW_EVERY) if self._claims and wait > 0 else RENEW_EVERY
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), longest)

    async def _trade(self) -> tuple[tuple[Delivery, Letter], ...]:
        """Write down what is done and claim what there is room for; cancelled, note the claim."""
        self._news.clear()
        if self._linger is not None:
            self._linger.cancel()
            self._linger = None
        began = _now()
        done, self._done = self._done, []
        old = self._ours if began - self._renewed_at >= RENEW_EVERY else frozenset()
        job = partial(self._exchange, done, self._room(len(done)), old)
        trading = asyncio.ensure_future(self._office.write(job))
        try:
            traded = await asyncio.shield(trading)
        except asyncio.CancelledError:
            self._untried.update(delivery.id for delivery, _ in (await trading).portion)
            raise
        except Exception:
            self._done[:0] = done
            raise
        claimed = [delivery.id for delivery, _ in traded.portion]
        self._held.difference_update(one.delivery.id for one in done)
        self._held.update(claimed)
        self._untried.update(claimed)
        self._more = traded.more
        self._ask_at = _now() + traded.wait
        if old:
            self._renewed_at = began
        return traded.portion

    def _exchange(
        self, done: Sequence[Tried], room: int, old: AbstractSet[DeliveryId], desk: Desk
    ) -> Traded:
        """One transaction: outcomes go in, rows with their letters come out."""
        at = self._clock.now()
        self._write_down(done, desk)
        desk.deliveries.renew(old, at)
        again = any(one.recorded.due_at and one.recorded.due_at <= at for one in done)
        if room == 0:
            return Traded(more=self._more or again)
        wait = 0.0
        if self._shared is not None:
            room, wait = desk.deliveries.take_slots(self._shared, room, at.timestamp())
            if room == 0:
                return Traded(more=True, wait=wait)
        silent = next_allowed(at) != at
        claimed = desk.deliveries.claim(room, at, self._channel.newest, silent=silent)
        worded = [(delivery, _word(desk, delivery, at)) for delivery in claimed]
        portion = tuple((delivery, word) for delivery, word in worded if isinstance(word, Letter))
        desk.deliveries.record([word for _, word in worded if isinstance(word, Recorded)])
        self._give(desk, room - len(portion), at.timestamp())
        return Traded(portion, more=bool(claimed) or again, wait=wait)

    def _write_down(self, done: Sequence[Tried], desk: Desk) -> None:
        if not done:
            return
        desk.deliveries.record([one.recorded for one in done])
        self._give(desk, len(done), max(one.recorded.at for one in done).timestamp() + REST)
        floods = [one.recorded.due_at for one in done if one.outcome.kind is OutcomeKind.FLOOD]
        if self._shared is not None and floods:
            until = max(due_at.timestamp() for due_at in floods if due_at)
            desk.deliveries.shut_slots(self._shared, until)
        for delivery, sends in troubles((one.delivery, one.outcome) for one in done):
            if desk.deliveries.too_many(delivery.subject, sends):
                desk.trouble(delivery, done[-1].recorded.at)

    def _give(self, desk: Desk, count: int, until: float) -> None:
        if self._shared is not None:
            desk.deliveries.give_slots(self._shared, count, until)

    def _release(self, untried: Sequence[DeliveryId], desk: Desk) -> None:
        desk.deliveries.release(untried)
        self._give(desk, len(untried), self._clock.now().timestamp())

    async def _still_due(self, delivery: Delivery) -> bool:
        """Whether a row that waited long may leave; if not it goes back, for a claim to end it."""
        at = self._clock.now()
        rings_at_night = next_allowed(at) != at and delivery.kind not in SILENT

        def job(desk: Desk) -> bool:
            due = (
                not rings_at_night
                and desk.deliveries.still_due(delivery.id)
                and desk.letter(delivery) is not None
            )
            if not due:
                self._release([delivery.id], desk)
            return due

        try:
            due = await self._office.write(job)
        except Exception:  # it stays untried and goes back with the others
            log.exception("could not look again", extra={"delivery": delivery.id})
            return False
        if not due:
            self._untried.discard(delivery.id)
        return due

    async def _send(self, delivery: Delivery, letter: Letter) -> None:
        """Send one letter when its turn has come; keep the outcome to be written down."""
        kept = False
        try:
            tried = await self._try(delivery, letter)
            if tried is not None:
                self._done.append(tried)
                kept = True
        finally:
            if not kept:
                self._held.discard(delivery.id)
            self._under_way -= 1
            if self._under_way == 0:
                self._news.set()
            elif self._linger is None:
                self._linger = asyncio.get_running_loop().call_later(LINGER, self._news.set)

    async def _try(self, delivery: Delivery, letter: Letter) -> Tried | None:
        """None if it was not sent.

        Who slept too long before the turn came does not send: others have taken the row for lost.
        """
        claimed_at = _now()
        if not await self._gate.enter(delivery.address.value):
            return None
        if _now() - claimed_at > LOOK_AGAIN and not await self._still_due(delivery):
            self._gate.answered(_now())
            return None
        self._untried.discard(delivery.id)
        left_at = _now()
        if left_at - max(claimed_at, self._renewed_at) > STALE_AFTER.total_seconds() / 2:
            self._gate.answered(left_at)
            return None
        try:
            outcome = await self._channel.send(delivery.address, letter)
        except Exception:  # a fault of the channel must not take the others of the batch with it
            log.exception("channel broke", extra={"delivery": delivery.id})
            outcome = Outcome(OutcomeKind.UNKNOWN, "程序出错，可能已发出")
        finally:
            self._gate.answered(left_at)
        self._seen(outcome, _now() - left_at)
        if outcome.kind is OutcomeKind.FLOOD:
            self._gate.shut(outcome.wait)
        recorded = conclude(delivery, outcome, self._clock.now(), self._random.random())
        return Tried(delivery, outcome, recorded)


def _word(desk: Desk, delivery: Delivery, at: datetime) -> Letter | Recorded:
    """The letter; or how the delivery ends without one."""
    try:
        letter = desk.letter(delivery)
    except Exception:  # or this one would stand in the way of all others for ever
        log.exception("letter could not be worded", extra={"delivery": delivery.id})
        return ended(delivery, DeliveryState.FAILED, "程序出错，这条消息写不出来", at)
    if letter is None:
        return ended(delivery, DeliveryState.SKIPPED, "发送前情况已变，不再需要", at)
    return letter


def _now() -> float:
    """Steady seconds."""
    return asyncio.get_running_loop().time()
