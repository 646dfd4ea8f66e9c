"""The book of deliveries: who gets a row, who is claimed, and what can become of a row."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from lawcore.campaigns.model import CampaignState, Draft, Recipients
from lawcore.delivery.model import (
    ENDS,
    UNDER_WAY,
    Cadres,
    DeliveryKind,
    DeliveryState,
    Recorded,
    Residents,
    Tally,
)
from lawcore.ids import AccountId, CadreId, CampaignId, DeliveryId, ObservanceKey
from lawcore.people.model import AccountState, Role
from lawcore.storage import Books, open_store

from .conftest import Town

S = DeliveryState
K = DeliveryKind.CAMPAIGN


async def freeze(town: Town, *codes: str, subject: int = 1, version: int = 1) -> int:
    units = [await town.unit(code) for code in codes]
    return await town.act(
        lambda books, at: books.deliveries.freeze(
            subject, version, Residents(tuple(units)), "hash", at
        )
    )


async def claim(town: Town, limit: int = 100) -> list[str]:
    """Claim, and name who would be sent to."""
    rows = await town.act(lambda books, at: books.deliveries.claim(limit, at))
    return [row.address.value for row in rows]


async def tally(town: Town, subject: int = 1) -> Tally:
    return await town.look(lambda books: books.deliveries.tally(K, subject))


async def record(town: Town, number: int, state: DeliveryState, subject: int = 1) -> None:
    """Record an outcome for the row of the person at `number`."""
    account = (await town.account(number)).id

    def work(books: Books, at: datetime) -> None:
        row = books._sql.execute(
            text("SELECT id FROM deliveries WHERE account_id = :a AND subject = :s"),
            {"a": account, "s": subject},
        ).scalar_one()
        books.deliveries.record([Recorded(DeliveryId(row), account, state, "", 9, at, 1)])

    await town.act(work)


async def states(town: Town, subject: int = 1) -> dict[str, str]:
    found = await town.rows(
        "SELECT address, deliveries.state FROM deliveries JOIN accounts "
        "ON accounts.id = account_id WHERE subject = :s",
        s=subject,
    )
    return dict(found)


async def test_each_resident_of_the_villages_gets_one_row(town: Town) -> None:
    for number, village in ((1, "V1"), (2, "V1"), (3, "V2"), (4, "V3")):
        await town.start(number, village)
    await town.start(5)
    assert await freeze(town, "V1", "V2") == 3
    assert await states(town) == {"1": "queued", "2": "queued", "3": "queued"}


async def test_freezing_again_adds_only_who_came_meanwhile(town: Town) -> None:
    await town.start(1, "V1")
    await freeze(town, "V1")
    assert await freeze(town, "V1") == 0
    await town.start(2, "V1")
    assert await freeze(town, "V1") == 1
    assert (await tally(town)).intended == 2


async def test_two_processes_that_freeze_at_once_make_one_row_each(
    town: Town, database_url: str
) -> None:
    for number in range(30):
        await town.start(number, "V1")
    other = Town(await open_store(database_url), town.clock)
    assert sum(await asyncio.gather(freeze(town, "V1"), freeze(other, "V1"))) == 30
    await other.store.close()
    assert (await tally(town)).intended == 30


async def test_a_new_version_is_a_new_row(town: Town) -> None:
    await town.start(1, "V1")
    await freeze(town, "V1")
    assert await freeze(town, "V1", version=2) == 1


async def test_who_left_before_is_not_intended_at_all(town: Town) -> None:
    await town.start(1, "V1")
    await town.leave(1)
    assert await freeze(town, "V1") == 0


async def test_who_stopped_the_bot_is_intended_counted_as_blocked_and_not_sent_to(
    town: Town,
) -> None:
    await town.start(1, "V1")
    await freeze(town, "V1", subject=1)
    await claim(town)
    await record(town, 1, S.BLOCKED)
    assert (await town.account(1)).state is AccountState.BLOCKED
    assert await freeze(town, "V1", subject=2) == 1
    assert await claim(town) == []
    assert await tally(town, 2) == Tally(blocked=1)
    assert await town.ledger() == ["joined", "blocked"]


async def test_the_ledger_says_of_which_village_somebody_stopped_the_bot(town: Town) -> None:
    await town.start(1, "V1")
    await freeze(town, "V1")
    await claim(town)
    await record(town, 1, S.BLOCKED)
    village = await town.unit("V1")
    assert await town.rows("SELECT unit_id FROM entries WHERE kind = 'blocked'") == [(village,)]


async def test_who_stopped_the_bot_is_sent_to_again_after_coming_back(town: Town) -> None:
    await town.start(1, "V1")
    await freeze(town, "V1", subject=1)
    await claim(town)
    await record(town, 1, S.BLOCKED)
    await town.start(1)
    await freeze(town, "V1", subject=2)
    assert await claim(town) == ["1"]
    assert await tally(town, 1) == Tally(blocked=1)


async def test_who_leaves_between_freezing_and_sending_is_skipped_with_the_reason(
    town: Town,
) -> None:
    for number in (1, 2):
        await town.start(number, "V1")
    await freeze(town, "V1")
    await town.leave(1)
    assert await claim(town) == ["2"]
    assert await states(town) == {"1": "skipped", "2": "sending"}
    reasons = await town.rows("SELECT reason FROM deliveries WHERE state = 'skipped'")
    assert reasons == [("发送前已退出",)]


async def test_the_village_of_a_row_is_that_of_the_freezing(town: Town) -> None:
    await town.start(1, "V1")
    await freeze(town, "V1")
    await town.start(1, "V2")
    assert await town.rows("SELECT unit_id FROM deliveries") == [(await town.unit("V1"),)]


async def test_all_who_left_are_passed_over_in_one_claim_however_small(town: Town) -> None:
    await town.start(1, "V1")
    account = await town.account(1)

    def many(books: Books, at: datetime) -> None:
        for version in range(70):
            books.deliveries.queue(DeliveryKind.APPROVAL, 1, version, [account.id], at)
        books.people.set_state(account.id, AccountState.LEFT, at)

    await town.act(many)
    assert await claim(town, limit=1) == []
    assert await town.rows("SELECT DISTINCT state FROM deliveries") == [("skipped",)]


async def test_rows_are_claimed_once_in_order_and_no_more_than_asked_for(town: Town) -> None:
    for number in range(5):
        await town.start(number, "V1")
    await freeze(town, "V1")
    assert await claim(town, 2) == ["0", "1"]
    assert await claim(town, 2) == ["2", "3"]
    assert await claim(town, 2) == ["4"]
    assert await claim(town, 2) == []


async def test_what_is_not_due_yet_is_not_claimed(town: Town) -> None:
    await town.start(1, "V1")
    account = (await town.account(1)).id
    await town.act(
        lambda books, at: books.deliveries.queue(
            DeliveryKind.APPROVAL, 1, 1, [account], at + timedelta(hours=1)
        )
    )
    assert await claim(town) == []
    town.clock.pass_time(timedelta(hours=1))
    assert await claim(town) == ["1"]


async def test_a_paused_campaign_is_not_claimed_and_others_are(town: Town) -> None:
    await town.start(1, "V1")

    def campaign(books: Books, at: datetime) -> CampaignId:
        draft = Draft(
            ObservanceKey(f"x{next(_numbers)}"),
            2026,
            "题",
            at.date(),
            at.date(),
            "文",
            Recipients.RESIDENTS,
            at,
        )
        return books.campaigns.add(draft, "lawbot", at).id

    paused, other = await town.act(campaign), await town.act(campaign)
    for key in (paused, other):
        await freeze(town, "V1", subject=key)
    await town.act(lambda books, _: books.campaigns.move(paused, CampaignState.PAUSED))
    assert await claim(town) == ["1"]
    assert (await tally(town, paused)).queued == 1
    await town.act(lambda books, _: books.campaigns.move(paused, CampaignState.SENDING))
    assert await claim(town) == ["1"]


async def test_pausing_a_campaign_does_not_hold_the_exam_of_the_same_number(town: Town) -> None:
    await town.appoint(5, Role.CADRE, "001")
    cadre = (await town.account(5)).cadre
    assert cadre is not None

    def work(books: Books, at: datetime) -> None:
        draft = Draft(
            ObservanceKey("x"), 2026, "题", at.date(), at.date(), "文", Recipients.CADRES, at
        )
        campaign = books.campaigns.add(draft, "lawbot", at).id
        books.campaigns.move(campaign, CampaignState.PAUSED)
        books.deliveries.queue_cadres(DeliveryKind.EXAM_OPEN, campaign, [cadre], at)

    await town.act(work)
    assert await claim(town) == ["5"]


async def test_messages_for_cadres_go_to_the_accounts_of_those_in_post(town: Town) -> None:
    await town.appoint(5, Role.CADRE, "001")
    await town.appoint(6, Role.CADRE, "007")
    await town.start(7, "V1")
    added = await town.act(lambda books, at: books.deliveries.freeze(1, 1, Cadres(), "hash", at))
    assert added == 1
    assert await states(town) == {"5": "queued"}
    unit = await town.unit("D1")
    assert await town.rows("SELECT unit_id, text_hash FROM deliveries") == [(unit, "hash")]


async def test_a_cadre_without_an_account_gets_no_row(town: Town) -> None:
    added = await town.act(
        lambda books, at: books.deliveries.queue_cadres(
            DeliveryKind.EXAM_OPEN, 1, [CadreId(1), CadreId(2)], at
        )
    )
    assert added == 0


async def test_cancelling_skips_what_is_queued_and_leaves_what_is_on_its_way(town: Town) -> None:
    for number in (1, 2):
        await town.start(number, "V1")
    await freeze(town, "V1")
    await claim(town, 1)
    assert await town.act(lambda books, at: books.deliveries.cancel(K, 1, "文字已改", at)) == 1
    assert await states(town) == {"1": "sending", "2": "skipped"}


async def test_what_a_crash_left_becomes_unknown_and_what_is_held_does_not(town: Town) -> None:
    for number in (1, 2, 3):
        await town.start(number, "V1")
    await freeze(town, "V1")
    rows = await town.act(lambda books, at: books.deliveries.claim(2, at))
    town.clock.pass_time(timedelta(minutes=3))
    held = frozenset({rows[1].id})
    before = town.clock.now() - timedelta(minutes=2)
    assert await town.act(lambda books, _: books.deliveries.sweep(before, held, before)) == 1
    assert await states(town) == {"1": "unknown", "2": "sending", "3": "queued"}


@pytest.mark.parametrize("end", sorted(ENDS))
async def test_an_end_state_stays(town: Town, end: DeliveryState) -> None:
    await town.start(1, "V1")
    await freeze(town, "V1")
    await claim(town)
    await record(town, 1, end)
    for other in DeliveryState:
        if not (end is S.UNKNOWN and other is S.SENT):
            await record(town, 1, other)
            assert await states(town) == {"1": end}


async def test_what_was_unknown_and_turns_out_sent_is_sent(town: Town) -> None:
    await town.start(1, "V1")
    await freeze(town, "V1")
    await claim(town)
    await record(town, 1, S.UNKNOWN)
    await record(town, 1, S.SENT)
    assert await states(town) == {"1": "sent"}


async def test_a_late_block_of_a_row_that_ended_does_not_block_who_came_back(town: Town) -> None:
    await town.start(1, "V1")
    await freeze(town, "V1")
    await claim(town)
    await record(town, 1, S.SENT)
    await record(town, 1, S.BLOCKED)
    assert (await town.account(1)).state is AccountState.ACTIVE


PEOPLE = range(4)
_numbers = count(100)
_rows = st.integers(0, len(PEOPLE) - 1)
events = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), st.integers(1, 4)),
        st.tuples(st.just("sweep"), st.just(0)),
        st.tuples(st.just("cancel"), st.just(0)),
        st.tuples(st.sampled_from(["release", "leave", "start"]), _rows),
        st.tuples(st.sampled_from(list(DeliveryState)), _rows),
    ),
    max_size=25,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events)
async def test_whatever_happens_no_end_goes_back_and_nobody_is_lost(
    town: Town, events: Sequence[tuple[str, int]]
) -> None:
    for number in PEOPLE:
        await town.start(number, "V1")
    subject = next(_numbers)
    assert await freeze(town, "V1", subject=subject) == len(PEOPLE)
    await town.act(lambda books, at: live(books, at, subject, events))


def live(books: Books, at: datetime, subject: int, events: Sequence[tuple[str, int]]) -> None:
    """Let the events happen to the rows of `subject`; look at every row after each."""
    book = books.deliveries
    before = look(books, subject)
    keys = sorted(before)
    for event, number in events:
        row, account = keys[number % len(keys)], before[keys[number % len(keys)]][1]
        match event:
            case "claim":
                book.claim(number, at)
            case "sweep":
                book.sweep(at + timedelta(minutes=1), frozenset(), at)
            case "cancel":
                book.cancel(K, subject, "撤回", at)
            case "release":
                book.release([row])
            case "leave":
                books.people.set_state(account, AccountState.LEFT, at)
            case "start":
                books.people.set_state(account, AccountState.ACTIVE, at)
            case _:
                book.record([Recorded(row, account, S(event), "", None, at, 1)])
        after = look(books, subject)
        assert after.keys() == before.keys()
        for key, (state, _) in before.items():
            now = after[key][0]
            assert state in UNDER_WAY or now == state or (state, now) == (S.UNKNOWN, S.SENT)
        counts = book.tally(K, subject)
        ended = counts.sent + counts.blocked + counts.failed + counts.unknown + counts.skipped
        assert ended + counts.under_way == counts.intended == len(keys)
        assert book.under_way(K, subject) == counts.under_way
        before = after


def look(books: Books, subject: int) -> dict[DeliveryId, tuple[DeliveryState, AccountId]]:
    rows = books._sql.execute(
        text("SELECT id, state, account_id FROM deliveries WHERE subject = :s"), {"s": subject}
    )
    return {DeliveryId(row.id): (S(row.state), AccountId(row.account_id)) for row in rows}
