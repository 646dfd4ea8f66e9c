"""Sending: whatever happens, nobody is lost and nobody gets it twice."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, select, update

from lawcore.clock import StillClock, moment
from lawcore.delivery.conclude import MOST_TRIES
from lawcore.delivery.desk import Desk
from lawcore.delivery.dispatch import BATCH, STALE_AFTER, Dispatcher
from lawcore.delivery.gate import Gate
from lawcore.delivery.model import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Letter,
    Outcome,
    OutcomeKind,
    Residents,
    SentTo,
    Tally,
)
from lawcore.delivery.pace import Pace
from lawcore.people.model import AccountState, Address
from lawcore.storage import Books, Store, open_store
from lawcore.storage.deliveries import SqlDeliveryBook
from lawcore.storage.sqlite import sqlite_engine
from lawcore.storage.tables import deliveries
from tests.fastloop import FastLoop

from .conftest import Town, phone

T = TypeVar("T")
K = DeliveryKind.CAMPAIGN
SENT = Outcome(OutcomeKind.SENT, message=7)


@dataclass
class WordedDesk:
    """The books of a job, and a wording: None for what no longer holds."""

    deliveries: SqlDeliveryBook
    wording: Callable[[Delivery], Letter | None]

    troubles: list[int] = field(default_factory=list)
    crashes: list[datetime] = field(default_factory=list)

    def letter(self, delivery: Delivery) -> Letter | None:
        return self.wording(delivery)

    def as_it_stands(self, delivery: Delivery) -> Letter | None:
        return self.wording(delivery)

    def trouble(self, delivery: Delivery, at: datetime) -> None:
        self.troubles.append(delivery.subject)

    def interrupted(self, at: datetime) -> None:
        self.crashes.append(at)


@dataclass
class WordingOffice:
    """A store, with a desk for each job. After `life` jobs the process is dead: none is done."""

    store: Store
    wording: Callable[[Delivery], Letter | None] = lambda delivery: Letter(f"{delivery.subject}")
    life: float = float("inf")

    async def write(self, job: Callable[[Desk], T]) -> T:
        self.life -= 1
        if self.life < 0:
            raise KilledError
        return await self.store.write(lambda books: job(self.desk(books)))

    def desk(self, books: Books) -> WordedDesk:
        return WordedDesk(books.deliveries, self.wording)


class KilledError(Exception):
    """The process was killed here."""


@dataclass
class Postbox:
    """A channel that keeps what it was given; `answers` are its outcomes by address, in order."""

    answers: dict[str, list[Outcome]] = field(default_factory=dict)
    got: list[tuple[float, str]] = field(default_factory=list)
    each: Callable[[str], None] = lambda address: None
    newest: int = 0

    async def send(self, address: Address, letter: Letter) -> Outcome:
        assert letter.html
        self.got.append((asyncio.get_running_loop().time(), address.value))
        self.each(address.value)
        await asyncio.sleep(0)
        waiting = self.answers.get(address.value)
        return waiting.pop(0) if waiting else SENT

    @property
    def times(self) -> Counter[str]:
        """How often each address was sent to."""
        return Counter(address for _, address in self.got)


def dispatcher(town: Town, channel: Postbox, **office: Any) -> Dispatcher:
    return Dispatcher(WordingOffice(town.store, **office), channel, town.clock, Gate(Pace(100_000)))


async def residents(town: Town, number: int, subject: int = 1) -> None:
    """So many residents, and a campaign frozen for them."""
    village = await town.unit("V1")

    def work(books: Books, at: datetime) -> None:
        for n in range(number):
            account = books.people.add_account(phone(n), at)
            books.people.set_village(account.id, village, at)
        books.deliveries.freeze(subject, 1, Residents((village,)), "hash", at)

    await town.act(work)


async def tally(town: Town, subject: int = 1) -> Tally:
    return await town.look(lambda books: books.deliveries.tally(K, subject))


async def test_everybody_gets_it_once(town: Town) -> None:
    await residents(town, 70)
    box = Postbox()
    assert await dispatcher(town, box).run_once() == 70
    assert box.times == {str(n): 1 for n in range(70)}
    assert await tally(town) == Tally(sent=70)
    assert await town.rows("SELECT DISTINCT message, tries FROM deliveries") == [(7, 1)]
    assert await dispatcher(town, box).run_once() == 0


async def test_two_dispatchers_of_two_processes_send_to_each_once(
    town: Town, database_url: str
) -> None:
    await residents(town, 150)
    other = Town(await open_store(database_url), town.clock)
    box = Postbox()
    tried = await asyncio.gather(
        *(dispatcher(one, box).run_once() for one in (town, other, town, other))
    )
    await other.store.close()
    assert sum(tried) == 150
    assert set(box.times.values()) == {1}
    assert await tally(town) == Tally(sent=150)


async def test_what_no_longer_holds_is_skipped_and_the_rest_is_sent_in_the_same_round(
    town: Town,
) -> None:
    """A whole batch of reminders nobody needs any more stands before what is still to go."""
    await residents(town, BATCH, subject=1)
    await town.start(999, "V2")
    village = await town.unit("V2")
    await town.act(
        lambda books, at: books.deliveries.freeze(2, 1, Residents((village,)), "hash", at)
    )
    box = Postbox()
    wording = lambda delivery: Letter("x") if delivery.subject == 2 else None  # noqa: E731
    assert await dispatcher(town, box, wording=wording).run_once() == 1
    assert await tally(town, 1) == Tally(skipped=BATCH)
    assert await tally(town, 2) == Tally(sent=1)


async def test_a_message_that_cannot_be_worded_fails_alone(town: Town) -> None:
    await residents(town, 3)

    def wording(delivery: Delivery) -> Letter:
        if delivery.address.value == "1":
            raise KeyError("a page of the content is missing")
        return Letter("x")

    assert await dispatcher(town, Postbox(), wording=wording).run_once() == 2
    assert await tally(town) == Tally(sent=2, failed=1)


async def test_who_stopped_the_bot_is_recorded_and_not_tried_again(town: Town) -> None:
    await residents(town, 3)
    box = Postbox({"1": [Outcome(OutcomeKind.BLOCKED, "对方已停用机器人")]})
    await dispatcher(town, box).run_once()
    await dispatcher(town, box).run_once()
    assert box.times["1"] == 1
    assert await tally(town) == Tally(sent=2, blocked=1)
    assert (await town.account(1)).state is AccountState.BLOCKED


async def test_a_refusal_fails_and_a_lost_answer_is_unknown_and_neither_is_tried_again(
    town: Town,
) -> None:
    await residents(town, 3)
    box = Postbox(
        {"0": [Outcome(OutcomeKind.FAILED, "拒收")], "1": [Outcome(OutcomeKind.UNKNOWN, "无回音")]}
    )
    for _ in range(2):
        await dispatcher(town, box).run_once()
        town.clock.pass_time(timedelta(hours=1))
    assert set(box.times.values()) == {1}
    assert await tally(town) == Tally(sent=1, failed=1, unknown=1)


async def test_a_chat_that_has_moved_is_followed_once_and_remembered(town: Town) -> None:
    """A group that became a supergroup: the service names the new number with its refusal."""
    await residents(town, 3)
    box = Postbox({"1": [Outcome(OutcomeKind.MOVED, "群已升级", moved_to="-1009")]})
    assert await dispatcher(town, box).run_once() == 4
    assert box.times == {"0": 1, "1": 1, "2": 1, "-1009": 1}
    assert await tally(town) == Tally(sent=3)
    village = await town.unit("V1")
    await town.act(
        lambda books, at: books.deliveries.freeze(2, 1, Residents((village,)), "hash", at)
    )
    await dispatcher(town, box).run_once()
    assert box.times == {"0": 2, "1": 1, "2": 2, "-1009": 2}, "the old number is not tried again"


async def test_a_chat_does_not_move_to_where_somebody_else_is(town: Town) -> None:
    await residents(town, 2)
    box = Postbox({"1": [Outcome(OutcomeKind.MOVED, "群已升级", moved_to="0")]})
    await dispatcher(town, box).run_once()
    assert box.times == {"0": 1, "1": 2}
    assert await tally(town) == Tally(sent=2)


async def test_a_channel_that_breaks_leaves_a_doubt_and_stops_nobody_else(town: Town) -> None:
    await residents(town, 40)

    def break_at_five(address: str) -> None:
        if address == "5":
            raise ValueError("a fault of the program")

    box = Postbox(each=break_at_five)
    assert await dispatcher(town, box).run_once() == 40
    assert await tally(town) == Tally(sent=39, unknown=1)


async def test_what_failed_on_the_way_is_tried_again_with_growing_gaps_and_not_for_ever(
    town: Town,
) -> None:
    await residents(town, 1)
    box = Postbox({"0": [Outcome(OutcomeKind.LATER, "连不上")] * 99})
    start, waited = town.clock.now(), []
    for _ in range(MOST_TRIES):
        assert await dispatcher(town, box).run_once() == 1
        assert await dispatcher(town, box).run_once() == 0
        due = await town.look(lambda b: b._sql.execute(select(deliveries.c.due_at)).scalar_one())
        waited.append((due - town.clock.now()).total_seconds())
        town.clock.move_to(max(due, town.clock.now()))
    gaps = [min(5.0 * 2**tries, 300.0) for tries in range(1, MOST_TRIES)]
    for gap, longest in zip(waited, gaps, strict=False):
        assert longest * 0.75 <= gap <= longest
    assert town.clock.now() - start > timedelta(hours=1)
    town.clock.pass_time(timedelta(hours=1))
    assert await dispatcher(town, box).run_once() == 0
    assert await tally(town) == Tally(failed=1)


async def test_nothing_is_sent_at_night_and_all_of_it_in_the_morning(town: Town) -> None:
    """A campaign that was frozen before nine and not done by then, or went on at midnight."""
    await residents(town, 3)
    box = Postbox()
    day = date(2026, 12, 4)
    for clock_time in (time(21, 0), time(23, 59)):
        town.clock.move_to(moment(day, clock_time))
        assert await dispatcher(town, box).run_once() == 0
    town.clock.move_to(moment(day + timedelta(days=1), time(7, 30)))
    assert await dispatcher(town, box).run_once() == 3


async def test_what_went_out_wrong_is_taken_back_at_night_too(town: Town) -> None:
    """It rings nowhere, and what is older than 48 hours can be taken back no more."""
    await residents(town, 3)
    box = Postbox()
    assert await dispatcher(town, box).run_once() == 3
    town.clock.move_to(moment(date(2026, 12, 4), time(23, 0)))

    def work(books: Books, at: datetime) -> None:
        books.deliveries.freeze(1, 1, SentTo(1, 1), "hash", at, DeliveryKind.RECALL)
        books.deliveries.freeze(2, 1, SentTo(1, 1), "hash", at)

    await town.act(work)
    assert await dispatcher(town, box).run_once() == 3
    assert await tally(town, 2) == Tally(queued=3)
    town.clock.move_to(moment(date(2026, 12, 5), time(7, 30)))
    assert await dispatcher(town, box).run_once() == 3


async def test_the_night_that_begins_while_sending_stops_the_rest(town: Town) -> None:
    await residents(town, BATCH * 2)
    town.clock.move_to(moment(date(2026, 12, 4), time(20, 59)))
    box = Postbox(each=lambda _: town.clock.move_to(moment(date(2026, 12, 4), time(21, 0))))
    tried = await dispatcher(town, box).run_once()
    assert 0 < tried <= BATCH
    assert await tally(town) == Tally(sent=tried, queued=BATCH * 2 - tried)


async def test_told_to_stop_it_puts_back_what_was_not_tried(town: Town) -> None:
    await residents(town, 50)
    box = Postbox()
    sender = dispatcher(town, box)
    box.each = lambda address: sender.stop() if address == "3" else None
    tried = await sender.run_once()
    assert tried == len(box.got)
    assert await tally(town) == Tally(sent=tried, queued=50 - tried)
    assert await sender.run_once() == 0
    await dispatcher(town, box).run_once()
    assert set(box.times.values()) == {1}
    assert await tally(town) == Tally(sent=50)


async def test_cancelled_in_the_middle_it_puts_back_what_was_not_tried(town: Town) -> None:
    await residents(town, 50)
    box = Postbox()
    sender = Dispatcher(WordingOffice(town.store), box, town.clock, Gate(Pace(4)))
    fourth = asyncio.Event()
    box.each = lambda _: fourth.set() if len(box.got) == 4 else None
    round_ = asyncio.create_task(sender.run_once())
    await fourth.wait()
    round_.cancel()
    with pytest.raises(asyncio.CancelledError):
        await round_
    counts = await tally(town)
    assert counts.queued == 46
    assert counts.sent + counts.sending == 4


@pytest.mark.parametrize("life", [1, 2, 3, 4, 5, 6, 8])
async def test_a_crash_at_any_moment_loses_nobody_and_repeats_nothing(
    town: Town, life: int
) -> None:
    await residents(town, 50)
    box = Postbox()
    with contextlib.suppress(KilledError, ExceptionGroup):
        await dispatcher(town, box, life=life).run_once()

    town.clock.pass_time(STALE_AFTER + timedelta(seconds=1))
    after = dispatcher(town, box)
    doubtful = await after.sweep()
    await after.run_once()

    assert doubtful <= BATCH
    assert set(box.times.values()) == {1}
    assert await tally(town) == Tally(sent=50 - doubtful, unknown=doubtful)
    known = await town.rows(
        "SELECT address FROM deliveries JOIN accounts ON accounts.id = account_id"
        " WHERE deliveries.state = 'sent'"
    )
    assert {address for (address,) in known} <= set(box.times)


@pytest.mark.parametrize("fails_at", [1, 2, 3])
async def test_outcomes_that_the_database_refused_are_written_the_next_time(
    town: Town, fails_at: int
) -> None:
    """A disk that was full for a moment: what was sent is known and is not sent again."""
    await residents(town, 50)
    box = Postbox()
    writes: list[int] = []

    class Faltering(WordingOffice):
        async def write(self, job: Callable[[Desk], T]) -> T:
            writes.append(len(box.got))
            if len(writes) == fails_at:
                raise OSError("the disk is full")
            return await super().write(job)

    office = Faltering(town.store)
    sender = Dispatcher(office, box, town.clock, Gate(Pace(100_000)))
    with pytest.raises(OSError, match="full"):
        await sender.run_once()
    await sender.run_once()
    assert sender.in_hand == 0
    assert box.times == {str(n): 1 for n in range(50)}
    assert await tally(town) == Tally(sent=50)


async def test_the_sweep_leaves_alone_what_it_is_itself_waiting_to_send(town: Town) -> None:
    await residents(town, 10)
    begun, gate = asyncio.Event(), asyncio.Event()

    class Slow(Postbox):
        async def send(self, address: Address, letter: Letter) -> Outcome:
            begun.set()
            await gate.wait()
            return await super().send(address, letter)

    sender = dispatcher(town, Slow())
    round_ = asyncio.create_task(sender.run_once())
    await begun.wait()
    town.clock.pass_time(timedelta(hours=1))
    assert await sender.sweep() == 0
    assert await dispatcher(town, Postbox()).sweep() == 0
    town.clock.pass_time(timedelta(hours=1))
    assert await dispatcher(town, Postbox()).sweep() == 10
    gate.set()
    await round_
    assert await tally(town) == Tally(sent=10)


@dataclass
class DirectOffice:
    """A connection worked on at once, so that simulated time does not wait for a thread."""

    connection: Connection
    wording: Callable[[Delivery], Letter | None] = lambda delivery: Letter("x")

    async def write(self, job: Callable[[Desk], T]) -> T:
        with self.connection.begin():
            return job(WordedDesk(Books(self.connection).deliveries, self.wording))


@dataclass
class LoopClock:
    """The wall clock of the simulated loop, which begins at its second 1000."""

    zero: datetime = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.zero + timedelta(seconds=asyncio.get_running_loop().time())


class FarPostbox(Postbox):
    """A service whose answers take a while, counting messages half-way."""

    async def send(self, address: Address, letter: Letter) -> Outcome:
        await asyncio.sleep(0.03)
        outcome = await super().send(address, letter)
        await asyncio.sleep(0.03)
        return outcome


async def frozen_in(url: str, number: int) -> None:
    """A database in which a campaign is frozen for so many residents."""
    store = await open_store(url)
    await store.write(
        lambda books: books._sql.exec_driver_sql(
            "INSERT INTO units (code, name, kind) VALUES ('V1', '东河村', 'village')"
        )
    )
    await residents(Town(store, StillClock(datetime(2026, 12, 4, 1, 0, tzinfo=UTC))), number)
    await store.close()


def send_fast(url: str, box: Postbox, number: int) -> float:
    """Send to `number` residents at 25 a second in simulated time; the seconds it took."""

    async def work() -> float:
        await frozen_in(url, number)
        loop = asyncio.get_running_loop()
        began = loop.time()
        with sqlite_engine(url).connect() as connection:
            sender = Dispatcher(DirectOffice(connection), box, LoopClock(), Gate(Pace(25)))
            for _ in range(60):
                await sender.run_once()
                if await DirectOffice(connection).write(_left) == 0:
                    break
                await asyncio.sleep(1)
        return loop.time() - began

    with asyncio.Runner(loop_factory=FastLoop) as runner:
        return runner.run(work())


def _left(desk: Desk) -> int:
    return desk.deliveries.under_way(K, 1)


def busiest_second(times: Sequence[float]) -> int:
    return max(sum(1 for other in times if at - 1 + 1e-9 < other <= at) for at in times)


def test_a_village_is_sent_to_at_25_a_second_and_never_faster(sqlite_url: str) -> None:
    box = FarPostbox()
    took = send_fast(sqlite_url, box, 500)
    assert set(box.times.values()) == {1}
    assert busiest_second([at for at, _ in box.got]) <= 25
    assert 500 / 25 - 1 <= took <= 500 / 25 * 1.1 + 2


def test_when_the_service_asks_to_wait_all_wait_and_the_message_comes_once_more(
    sqlite_url: str,
) -> None:
    box = Postbox({"60": [Outcome(OutcomeKind.FLOOD, "稍等", wait=30)]})
    took = send_fast(sqlite_url, box, 120)
    times = sorted(at for at, _ in box.got)
    quiet = max(later - earlier for earlier, later in pairwise(times))
    assert quiet >= 30
    assert took < 45
    assert box.times["60"] == 2
    assert {count for address, count in box.times.items() if address != "60"} == {1}


async def test_a_message_held_back_by_the_service_is_not_a_failed_one(town: Town) -> None:
    await residents(town, 1)
    last_try = update(deliveries).values(tries=MOST_TRIES - 1)
    await town.act(lambda books, _: books._sql.execute(last_try).rowcount)
    box = Postbox({"0": [Outcome(OutcomeKind.FLOOD, wait=0.0)] * 5})
    await dispatcher(town, box).run_once()
    assert box.times["0"] == 6
    assert await tally(town) == Tally(sent=1)
    assert await town.rows("SELECT tries FROM deliveries") == [(MOST_TRIES,)]


@pytest.mark.parametrize("change", ["left", "paused", "cancelled", "night"])
def test_what_is_stopped_while_the_gate_is_shut_does_not_leave_although_it_was_in_hand(
    sqlite_url: str, change: str
) -> None:
    """One of eight is told to wait 30 seconds; meanwhile somebody changes their mind."""

    def wording(_delivery: Delivery) -> Letter | None:
        stopped = change == "cancelled" and asyncio.get_running_loop().time() > 1010
        return None if stopped else Letter("x")

    async def work() -> Tally:
        await frozen_in(sqlite_url, 8)
        with sqlite_engine(sqlite_url).connect() as connection:
            office = DirectOffice(connection, wording)
            clock = LoopClock(before_nine) if change == "night" else LoopClock()
            sender = Dispatcher(office, box, clock, Gate(Pace(1)))
            asyncio.get_running_loop().call_later(10, meanwhile, connection)
            await sender.run_once()
            await sender.run_once()
            return await office.write(lambda desk: desk.deliveries.tally(K, 1))

    def meanwhile(connection: Connection) -> None:
        with connection.begin():
            if change == "left":
                connection.exec_driver_sql("UPDATE accounts SET state = 'left' WHERE address = '5'")
            if change == "paused":
                connection.exec_driver_sql(PAUSED_CAMPAIGN)

    before_nine = datetime(2026, 12, 4, 12, 59, 50, tzinfo=UTC) - timedelta(seconds=1000)
    box = Postbox({"0": [Outcome(OutcomeKind.FLOOD, wait=30.0), SENT]})
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        counts = runner.run(work())
    if change == "left":
        assert "5" not in box.times
        assert (counts.sent + counts.queued, counts.skipped) == (7, 1)
    else:
        assert set(box.times) == {"0"}
        assert counts == (Tally(skipped=8) if change == "cancelled" else Tally(queued=8))


PAUSED_CAMPAIGN = (
    "INSERT INTO campaigns (id, observance, year, title, starts_on, ends_on, state, version,"
    " recipients, due_at, created_at) VALUES (1, 'x', 2026, 't', '2026-12-04', '2026-12-04',"
    " 'paused', 1, 'residents', '2026-12-04 00:00:00', '2026-12-04 00:00:00')"
)


def test_what_could_not_be_looked_at_again_is_not_taken_for_lost(sqlite_url: str) -> None:
    """It stays in the hand of its sender, who puts it back in the end and sends it then."""
    asked: Counter[str] = Counter()

    def wording(delivery: Delivery) -> Letter:
        asked[delivery.address.value] += 1
        if delivery.address.value == "5" and asked["5"] == 2:
            raise RuntimeError("looked again, in vain")
        return Letter("x")

    async def work() -> tuple[int, Tally]:
        await frozen_in(sqlite_url, 120)
        with sqlite_engine(sqlite_url).connect() as connection:
            office = DirectOffice(connection, wording)
            sender = Dispatcher(office, box, LoopClock(), Gate(Pace(1)))
            sending = asyncio.create_task(sender.run_once())
            await asyncio.sleep(90)
            lost = await sender.sweep()
            await sending
            await sender.run_once()
            return lost, await office.write(lambda desk: desk.deliveries.tally(K, 1))

    box = Postbox()
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        assert runner.run(work()) == (0, Tally(sent=120))
    assert set(box.times.values()) == {1}


def test_the_states_that_end_are_those_that_are_not_under_way() -> None:
    counted = Tally(1, 2, 3, 4, 5, 6, 7)
    assert counted.intended == sum(range(1, 8))
    assert counted.under_way == 3
    assert len(DeliveryState) == 7


@pytest.mark.parametrize("hours", [-2, 2])
async def test_a_clock_that_jumps_in_the_middle_doubles_and_loses_nobody(
    town: Town, hours: int
) -> None:
    await residents(town, 100)
    jump = timedelta(hours=hours)

    def after_forty(_address: str) -> None:
        if len(box.got) == 40:
            town.clock.pass_time(jump)

    box = Postbox(each=after_forty)
    box.answers["7"] = [Outcome(OutcomeKind.LATER), SENT]
    await dispatcher(town, box).run_once()
    await dispatcher(town, box).sweep()
    town.clock.pass_time(abs(jump) + timedelta(minutes=1))
    await dispatcher(town, box).run_once()
    assert box.times == {str(n): 2 if n == 7 else 1 for n in range(100)}
    assert await tally(town) == Tally(sent=100)
