"""Doubts: what was sent is found out without sending; nobody gets it twice, nobody is lost."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

import pytest

from lawcore.delivery.desk import Desk
from lawcore.delivery.dispatch import STALE_AFTER, Dispatcher
from lawcore.delivery.gate import Gate
from lawcore.delivery.model import (
    Delivery,
    DeliveryKind,
    Letter,
    Outcome,
    OutcomeKind,
    Residents,
    Tally,
)
from lawcore.delivery.pace import Pace
from lawcore.delivery.reconcile import Finding, Reconciler
from lawcore.people.model import Address
from lawcore.storage import Books, Store
from lawcore.storage.deliveries import SqlDeliveryBook

from .conftest import Town, phone

T = TypeVar("T")
K = DeliveryKind.CAMPAIGN


@dataclass
class PlainDesk:
    deliveries: SqlDeliveryBook

    def letter(self, delivery: Delivery) -> Letter | None:
        return Letter(f"{delivery.subject}")

    def as_it_stands(self, delivery: Delivery) -> Letter | None:
        return self.letter(delivery) if delivery.kind is K else None

    def trouble(self, delivery: Delivery, at: datetime) -> None: ...

    def interrupted(self, at: datetime) -> None: ...


@dataclass
class PlainOffice:
    store: Store

    async def write(self, job: Callable[[Desk], T]) -> T:
        return await self.store.write(lambda books: job(PlainDesk(books.deliveries)))


@dataclass
class Service:
    """Numbers all messages with one counter; loses the answers to `lost` addresses."""

    lost: set[str] = field(default_factory=set)
    deaf: set[str] = field(default_factory=set)
    """Addresses whose requests never arrive."""
    silent: bool = False
    newest: int = 0
    chats: dict[int, str] = field(default_factory=dict)
    questions: int = 0
    seed: int = 1

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311 - repeatable

    async def send(self, address: Address, letter: Letter) -> Outcome:
        await asyncio.sleep(self._random.uniform(0, 0.002))
        if address.value in self.deaf:
            return Outcome(OutcomeKind.UNKNOWN, "没有回音")
        number = max(self.chats, default=0) + 1
        self.chats[number] = address.value
        if self._random.random() < 0.3:
            self.chats[number + 1] = "somebody else"
        if address.value in self.lost:
            return Outcome(OutcomeKind.UNKNOWN, "没有回音")
        self.newest = number
        return Outcome(OutcomeKind.SENT, message=number)

    async def finds(self, address: Address, number: int, letter: Letter) -> Finding:
        self.questions += 1
        if self.silent:
            return Finding.SILENT
        there = self.chats.get(number) == address.value
        return Finding.THERE if there else Finding.NOT_THERE

    def times(self, address: str) -> int:
        return list(self.chats.values()).count(address)


def dispatcher(town: Town, service: Service) -> Dispatcher:
    return Dispatcher(PlainOffice(town.store), service, town.clock, Gate(Pace(100_000)))


def reconciler(town: Town, service: Service, *, resend: bool = False) -> Reconciler:
    return Reconciler(PlainOffice(town.store), service, town.clock, resend=resend)


async def residents(town: Town, first: int, count: int, subject: int = 1) -> None:
    village = await town.unit("V1")

    def work(books: Books, at: datetime) -> None:
        for n in range(first, first + count):
            account = books.people.add_account(phone(n), at)
            books.people.set_village(account.id, village, at)
        books.deliveries.freeze(subject, 1, Residents((village,)), "hash", at)

    await town.act(work)


async def tally(town: Town, subject: int = 1) -> Tally:
    return await town.look(lambda books: books.deliveries.tally(K, subject))


async def something_later(town: Town, service: Service) -> None:
    """A message that leaves after the doubts came up: it closes the gap."""
    town.clock.pass_time(timedelta(seconds=1))
    await town.start(900, "V2")
    village = await town.unit("V2")
    await town.act(
        lambda books, at: books.deliveries.freeze(9, 1, Residents((village,)), "hash", at)
    )
    await dispatcher(town, service).run_once()


async def test_what_was_sent_is_found_and_what_was_not_is_sent_once(town: Town) -> None:
    await residents(town, 0, 60)
    service = Service(lost={"7", "8", "30"}, deaf={"9", "31"})
    await dispatcher(town, service).run_once()
    assert await tally(town) == Tally(sent=55, unknown=5)
    await something_later(town, service)
    assert await reconciler(town, service).run_once() == 5
    assert await tally(town) == Tally(sent=58, queued=2)
    service.deaf.clear()
    await dispatcher(town, service).run_once()
    assert await tally(town) == Tally(sent=60)
    assert {service.times(str(n)) for n in range(60)} == {1}
    numbers = await town.rows(
        "SELECT address, message FROM deliveries JOIN accounts ON accounts.id = account_id"
        " WHERE subject = 1"
    )
    assert all(service.chats[message] == address for address, message in numbers)


async def test_until_a_later_message_is_known_nothing_is_decided(town: Town) -> None:
    await residents(town, 0, 3)
    service = Service(lost={"2"})
    await dispatcher(town, service).run_once()
    assert await reconciler(town, service).run_once() == 0
    assert service.questions == 0
    assert (await tally(town)).unknown == 1


async def test_while_the_service_is_silent_nothing_is_decided(town: Town) -> None:
    await residents(town, 0, 3)
    service = Service(lost={"2"})
    await dispatcher(town, service).run_once()
    await something_later(town, service)
    service.silent = True
    assert await reconciler(town, service).run_once() == 0
    assert (await tally(town)).unknown == 1
    service.silent = False
    assert await reconciler(town, service).run_once() == 1
    assert (await tally(town)).sent == 3


@pytest.mark.parametrize("resend", [False, True])
async def test_where_numbers_occur_twice_they_prove_nothing(town: Town, *, resend: bool) -> None:
    await residents(town, 0, 5)
    service = Service(lost={"2"})
    await dispatcher(town, service).run_once()
    await something_later(town, service)
    await town.act(
        lambda books, _: books._sql.exec_driver_sql(
            "UPDATE deliveries SET message = 1 WHERE state = 'sent' AND subject = 1"
        )
    )
    await reconciler(town, service, resend=resend).run_once()
    assert service.questions == 0
    assert await tally(town) == (Tally(sent=4, queued=1) if resend else Tally(sent=4, unknown=1))
    again = service.questions
    await reconciler(town, service, resend=resend).run_once()
    assert service.questions == again, "it is looked into once"


async def test_who_cannot_be_found_is_listed_for_a_person(town: Town) -> None:
    await residents(town, 0, 3)
    service = Service(lost={"1"})
    await dispatcher(town, service).run_once()
    await town.act(
        lambda books, at: books.deliveries.leave_in_doubt(
            [d.delivery.id for d in books.deliveries.doubts(9)], "查不清", at
        )
    )
    (line,) = await town.look(lambda books: books.deliveries.doubtful(K, 1))
    assert (line.unit, line.reason) == (await town.unit("V1"), "查不清")


async def test_a_lease_that_is_renewed_is_left_alone_by_others(town: Town) -> None:
    await residents(town, 0, 3)
    claimed = await town.act(lambda books, at: books.deliveries.claim(2, at))
    held = frozenset(one.id for one in claimed[:1])
    town.clock.pass_time(STALE_AFTER * 2)
    await town.act(lambda books, at: books.deliveries.renew(held, at))
    assert await dispatcher(town, Service()).sweep() == 1
    assert await tally(town) == Tally(queued=1, sending=1, unknown=1)


async def test_a_whole_batch_in_doubt_is_settled_with_few_questions_each(town: Town) -> None:
    """Each has some forty numbers that might be its own."""
    await residents(town, 0, 60)
    lost = {str(n) for n in range(20, 50)}
    service = Service(lost=lost)
    await dispatcher(town, service).run_once()
    await something_later(town, service)
    assert await reconciler(town, service).run_once() == len(lost)
    assert await tally(town) == Tally(sent=60)
    assert service.questions < 10 * len(lost)
