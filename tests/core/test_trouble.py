"""A campaign that stops by itself: how much must go wrong, who is told, and how it goes on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.campaigns import office
from lawcore.campaigns.model import CampaignState, Draft, Recipients
from lawcore.campaigns.trouble import WHY_PAUSED, stop_for_trouble, tell_of_crash
from lawcore.delivery.desk import Desk
from lawcore.delivery.dispatch import Dispatcher
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
from lawcore.delivery.watch import LOOKED_AT, TOO_MANY, look_back, troubles
from lawcore.ids import AccountId, CampaignId, DeliveryId, ObservanceKey
from lawcore.people.model import Address, Role
from lawcore.storage import Books, Store, open_store
from lawcore.storage.deliveries import SqlDeliveryBook

from .conftest import Town, phone

T = TypeVar("T")

OURS = Outcome(OutcomeKind.LATER, "服务出错")
THEIRS = Outcome(OutcomeKind.BLOCKED, "对方已停用机器人")
GONE = Outcome(OutcomeKind.FAILED, "已注销", recipients=True)
REFUSED = Outcome(OutcomeKind.FAILED, "拒收")
SENT = Outcome(OutcomeKind.SENT, message=1)


def one(kind: DeliveryKind = DeliveryKind.CAMPAIGN, subject: int = 1) -> Delivery:
    return Delivery(DeliveryId(1), kind, subject, 1, AccountId(1), None, phone(1), 0)


@pytest.mark.parametrize(
    ("outcome", "trouble"),
    [
        (OURS, True),
        (REFUSED, True),
        (Outcome(OutcomeKind.UNKNOWN), True),
        (THEIRS, False),
        (GONE, False),
        (SENT, False),
        (Outcome(OutcomeKind.FLOOD, wait=1), False),
    ],
)
def test_only_what_is_not_the_recipients_own_counts(outcome: Outcome, *, trouble: bool) -> None:
    fresh = [send for _, sends in troubles([(one(), outcome)] * TOO_MANY) for send in sends]
    assert look_back("", fresh)[1] is trouble


@given(st.lists(st.lists(st.booleans(), max_size=40), max_size=20))
def test_it_stops_with_the_twentieth_of_the_last_hundred_however_they_come_in(
    portions: list[list[bool]],
) -> None:
    kept, seen = "", []
    for fresh in portions:
        expected = False
        for trouble in fresh:
            seen.append(trouble)
            if sum(seen[-LOOKED_AT:]) >= TOO_MANY:
                expected, seen = True, []
        kept, too_many = look_back(kept, fresh)
        assert too_many is expected
        assert len(kept) <= LOOKED_AT


def test_campaigns_are_watched_apart_and_exams_not_at_all() -> None:
    exam = one(DeliveryKind.EXAM_OPEN)
    found = troubles([(one(subject=2), OURS), (exam, OURS), (one(subject=1), SENT)])
    assert [(delivery.subject, sends) for delivery, sends in found] == [(2, [True]), (1, [False])]


async def test_the_trouble_of_all_senders_is_counted_together(
    town: Town, database_url: str
) -> None:
    other = Town(await open_store(database_url), town.clock)

    async def sent(one: Town, *fresh: bool) -> bool:
        return await one.act(lambda books, _: books.deliveries.too_many(7, fresh))

    try:
        for number in range(TOO_MANY - 1):
            assert not await sent((town, other)[number % 2], True, False, False)
        assert not await town.act(lambda books, _: books.deliveries.too_many(8, [True]))
        assert await sent(other, True)
        assert not await sent(town, *[True] * (TOO_MANY - 1)), "counting begins anew"
        assert not await sent(other, *[False] * LOOKED_AT)
        assert not await sent(town, True), "what was long ago is forgotten"
    finally:
        await other.store.close()


@dataclass
class StoppingDesk:
    """A desk whose campaigns stop by themselves."""

    books: Books

    @property
    def deliveries(self) -> SqlDeliveryBook:
        return self.books.deliveries

    def letter(self, delivery: Delivery) -> Letter | None:
        return Letter("x")

    def as_it_stands(self, delivery: Delivery) -> Letter | None:
        return None

    def trouble(self, delivery: Delivery, at: datetime) -> None:
        stop_for_trouble(self.books, CampaignId(delivery.subject), at=at)

    def interrupted(self, at: datetime) -> None: ...


@dataclass
class StoppingOffice:
    store: Store

    async def write(self, job: Callable[[Desk], T]) -> T:
        return await self.store.write(lambda books: job(StoppingDesk(books)))


class Refusing:
    """A service that refuses every message."""

    newest = 0

    async def send(self, address: Address, letter: Letter) -> Outcome:
        return REFUSED


async def test_two_senders_stop_a_campaign_although_neither_saw_too_much(
    town: Town, database_url: str
) -> None:
    other = Town(await open_store(database_url), town.clock)
    key = await sending(town)
    village = await town.unit("V1")
    for first, one in ((100, town), (200, other)):
        for number in range(first, first + TOO_MANY // 2):
            await one.start(number, "V1")
        await one.act(
            lambda books, at: books.deliveries.freeze(key, 1, Residents((village,)), "hash", at)
        )
        assert (await town.look(lambda books: office.get(books, key))).state == "sending"
        sender = Dispatcher(StoppingOffice(one.store), Refusing(), town.clock, Gate(Pace(1000)))
        await sender.run_once()
    await other.store.close()
    campaign = await town.look(lambda books: office.get(books, key))
    assert (campaign.state, campaign.reason) == (CampaignState.PAUSED, WHY_PAUSED)


async def sending(town: Town) -> CampaignId:
    """A campaign being sent to three residents."""
    for number in range(3):
        await town.start(number, "V1")
    village = await town.unit("V1")

    def work(books: Books, at: object) -> CampaignId:
        now = town.clock.now()
        day = now.date()
        draft = Draft(ObservanceKey("x"), 2026, "题", day, day, "文", Recipients.RESIDENTS, now)
        key = books.campaigns.add(draft, "lawbot", now).id
        books.campaigns.move(key, CampaignState.SENDING)
        books.deliveries.freeze(key, 1, Residents((village,)), "hash", now)
        return key

    return await town.act(work)


async def stop(town: Town, key: CampaignId) -> None:
    await town.act(lambda books, at: stop_for_trouble(books, key, at=at))


async def test_it_pauses_with_its_reason_and_every_admin_is_told_once(town: Town) -> None:
    await town.appoint(8, Role.ADMIN)
    await town.appoint(9, Role.APPROVER)
    key = await sending(town)
    for _ in range(3):
        await stop(town, key)
    campaign = await town.look(lambda books: office.get(books, key))
    assert (campaign.state, campaign.reason) == (CampaignState.PAUSED, WHY_PAUSED)
    told = await town.rows(
        "SELECT address FROM deliveries JOIN accounts ON accounts.id = account_id"
        " WHERE kind = 'stopped'"
    )
    assert told == [("8",)]
    assert (await town.ledger()).count("paused") == 1


async def test_it_goes_on_with_the_remainder_only_and_may_stop_again(town: Town) -> None:
    await town.appoint(8, Role.ADMIN)
    key = await sending(town)
    claimed = await town.act(lambda books, at: books.deliveries.claim(1, at))
    await stop(town, key)
    assert await claims(town) == 1, "the admin is told although the campaign waits"
    await town.act(
        lambda books, at: office.resume(
            books, key, faults_of=lambda *_: (), actor="account:8", at=at
        )
    )
    campaign = await town.look(lambda books: office.get(books, key))
    assert campaign.state is CampaignState.SENDING
    rest = await town.act(lambda books, at: books.deliveries.claim(9, at))
    assert len(rest) == 2
    assert not {one.id for one in claimed} & {one.id for one in rest}
    await stop(town, key)
    assert await town.rows("SELECT count(*) FROM deliveries WHERE kind = 'stopped'") == [(2,)]


async def claims(town: Town) -> int:
    """How many other rows than of the campaign can be claimed now."""
    found = await town.act(lambda books, at: books.deliveries.claim(9, at))
    assert all(one.kind is DeliveryKind.STOPPED for one in found)
    return len(found)


async def test_a_crash_is_told_to_the_admins_each_time(town: Town) -> None:
    await town.appoint(8, Role.ADMIN)
    for _ in range(2):
        await town.act(lambda books, at: tell_of_crash(books, at=at))
        town.clock.pass_time(timedelta(minutes=5))
    tally = await town.look(lambda books: books.deliveries.tally(DeliveryKind.INTERRUPTED, 0))
    assert tally == Tally(queued=2)
