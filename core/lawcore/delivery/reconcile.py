"""Finding out what was sent before a crash, without sending anything.

The service numbers the messages of all private chats of a bot with one counter. So the messages in
doubt have numbers between the newest one known when they were claimed and the first one sent
afterwards, less those that are recorded: few. Whether such a number stands in such a chat is asked
by a change that changes nothing.

Who was certainly not written to is written to now. What cannot be found out stays `unknown`, for a
person, or is sent again where the township has chosen so.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Protocol

from lawcore.clock import Clock
from lawcore.delivery.desk import Desk, Office
from lawcore.delivery.model import Delivery, DeliveryState, Doubt, Letter, Recorded
from lawcore.ids import DeliveryId
from lawcore.people.model import Address

log = logging.getLogger(__name__)

AT_ONCE = 64
"""Doubts looked into in one round."""
MOST_QUESTIONS = 4000
"""Questions to the service about one gap; at 25 a second that is under three minutes."""
UNCLEAR = "向服务查过，查不清是否已发出"


class Finding(Enum):
    """What the service says about a number in a chat."""

    THERE = "there"
    NOT_THERE = "not there"
    UNCLEAR = "unclear"
    """Nothing can be learnt about this chat, for example because its owner stopped the bot."""
    SILENT = "silent"
    """The service did not answer: ask another time."""


class Probe(Protocol):
    """Asks whether the message `number` in a chat is `letter`, and changes nothing."""

    async def finds(self, address: Address, number: int, letter: Letter) -> Finding: ...


@dataclass(slots=True)
class Verdicts:
    """What became of the doubts of one gap."""

    sent: list[tuple[Delivery, int]] = field(default_factory=list)
    unsent: list[DeliveryId] = field(default_factory=list)
    unclear: list[DeliveryId] = field(default_factory=list)


Gaps = dict[int, list[tuple[Doubt, Letter]]]
"""Doubts by the number below which theirs lie."""


class Reconciler:
    """Clears doubts over one channel. With `resend`, what stays unclear is sent once more."""

    def __init__(self, office: Office, probe: Probe, clock: Clock, *, resend: bool) -> None:
        self._office = office
        self._probe = probe
        self._clock = clock
        self._resend = resend

    async def run_once(self) -> int:
        """Look into the doubts that can be looked into now; return how many are settled."""
        gaps, unclear = await self._office.write(_doubts)
        if unclear:
            hopeless = Verdicts(unclear=unclear)
            await self._office.write(partial(self._settle, hopeless, self._clock.now()))
        settled = 0
        for before, doubts in gaps.items():
            verdicts = await self._look(before, doubts)
            if verdicts is None:
                break
            await self._office.write(partial(self._settle, verdicts, self._clock.now()))
            settled += len(verdicts.sent) + len(verdicts.unsent)
        return settled

    async def _look(self, before: int, doubts: Sequence[tuple[Doubt, Letter]]) -> Verdicts | None:
        """The verdicts about one gap; None when the service is silent."""
        after = min(doubt.after for doubt, _ in doubts)
        known = await self._office.write(lambda desk: desk.deliveries.accounted(after, before))
        free = [n for n in range(after + 1, before) if known is not None and n not in known]
        questions = sum(number > doubt.after for doubt, _ in doubts for number in free)
        if known is None or questions > MOST_QUESTIONS:
            return Verdicts(unclear=[doubt.delivery.id for doubt, _ in doubts])
        verdicts = Verdicts()
        for doubt, letter in doubts:
            delivery = doubt.delivery
            mine = [number for number in free if number > doubt.after]
            finding, number = await self._find(delivery, letter, mine)
            match finding:
                case Finding.THERE:
                    free.remove(number)
                    verdicts.sent.append((delivery, number))
                case Finding.NOT_THERE:
                    verdicts.unsent.append(delivery.id)
                case Finding.UNCLEAR:
                    verdicts.unclear.append(delivery.id)
                case Finding.SILENT:
                    return None
        return verdicts

    async def _find(
        self, delivery: Delivery, letter: Letter, numbers: Sequence[int]
    ) -> tuple[Finding, int]:
        """The lowest first: those before it were found already, for claims leave in their order."""
        for number in numbers:
            finding = await self._probe.finds(delivery.address, number, letter)
            if finding is not Finding.NOT_THERE:
                return finding, number
        return Finding.NOT_THERE, 0

    def _settle(self, verdicts: Verdicts, at: datetime, desk: Desk) -> None:
        book = desk.deliveries
        book.record([_as_sent(delivery, number, at) for delivery, number in verdicts.sent])
        book.requeue(verdicts.unsent, at)
        if self._resend:
            book.requeue(verdicts.unclear, at)
        else:
            book.leave_in_doubt(verdicts.unclear, UNCLEAR, at)
        log.info(
            "doubts settled: %d sent, %d not sent, %d unclear",
            len(verdicts.sent),
            len(verdicts.unsent),
            len(verdicts.unclear),
        )


def _doubts(desk: Desk) -> tuple[Gaps, list[DeliveryId]]:
    """The doubts whose gap is closed, by gap, with their letters; and those without hope."""
    gaps: Gaps = defaultdict(list)
    unclear = []
    for doubt in desk.deliveries.doubts(AT_ONCE):
        delivery = doubt.delivery
        letter = desk.as_it_stands(delivery)
        if letter is None:
            unclear.append(delivery.id)
        elif doubt.before is not None:
            gaps[doubt.before].append((doubt, letter))
    return gaps, unclear


def _as_sent(delivery: Delivery, number: int, at: datetime) -> Recorded:
    return Recorded(
        delivery.id, delivery.account, DeliveryState.SENT, "", number, at, delivery.tries + 1
    )
