"""Publicity: drafted in time, approved by another person, sent at its hour, or visibly missed."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import product

import pytest

from lawcore.calendar.observance import Occasion
from lawcore.campaigns import office
from lawcore.campaigns.model import MOVES, Audience, Campaign, CampaignState, Recipients, check_move
from lawcore.campaigns.typed import LONGEST_REASON, LONGEST_TEXT
from lawcore.clock import local_text, moment
from lawcore.delivery.model import DeliveryKind, Tally
from lawcore.errors import BadInput, NotAllowed, NotFound, WrongState
from lawcore.ids import CampaignId
from lawcore.people.model import Role
from lawcore.storage import Books

from .campaign_day import (
    EVE,
    S,
    approve,
    approved,
    draft,
    get,
    launch,
    plan,
    revise,
    send_back,
    settle,
    tally,
)
from .conftest import Town, message, occasion

# Drafting


@pytest.mark.parametrize(
    ("day", "drafted"),
    [(date(2026, 11, 23), 0), (date(2026, 11, 24), 1), (EVE, 1), (date(2026, 12, 5), 0)],
)
async def test_a_draft_is_made_from_so_many_days_before_until_the_last_day(
    town: Town, day: date, drafted: int
) -> None:
    town.clock.move_to(moment(day, time(8, 0)))
    assert len(await plan(town)) == drafted


async def test_a_draft_holds_the_exact_text_and_its_hour(town: Town) -> None:
    campaign = await draft(town)
    assert campaign.state is S.SUBMITTED
    assert campaign.text == "示范镇邀您学宪法。"
    assert local_text(campaign.due_at) == "2026-12-04 09:00"
    assert (campaign.version, campaign.drafted_by) == (1, "lawbot")
    assert await town.ledger() == ["drafted"]


async def test_planning_again_and_again_drafts_once(town: Town) -> None:
    await draft(town)
    for _ in range(3):
        town.clock.pass_time(timedelta(hours=9))
        assert await plan(town) == ()
    assert await town.ledger() == ["drafted"]


async def test_a_draft_for_cadres_only_goes_to_cadres(town: Town) -> None:
    (campaign,) = await plan(town, occasion(audience=("党员干部", "干部")))
    assert campaign.recipients is Recipients.CADRES


@pytest.mark.parametrize("audience", [("干部", "居民"), ("居民",), ()])
async def test_a_draft_that_is_also_for_others_goes_to_residents(
    town: Town, audience: tuple[str, ...]
) -> None:
    (campaign,) = await plan(town, occasion(audience=audience))
    assert campaign.recipients is Recipients.RESIDENTS


async def test_an_hour_within_the_quiet_hours_is_put_off_to_the_morning(town: Town) -> None:
    (campaign,) = await plan(town, occasion(hour=time(6, 0)))
    assert local_text(campaign.due_at) == "2026-12-04 07:30"


async def test_a_draft_made_late_goes_out_at_the_next_hour_to_come(town: Town) -> None:
    week = occasion(date(2026, 11, 30), date(2026, 12, 6))
    town.clock.move_to(moment(EVE, time(10, 0)))
    (campaign,) = await plan(town, week)
    assert local_text(campaign.due_at) == "2026-12-05 09:00"


async def test_a_draft_made_late_on_the_last_day_can_still_go_out_that_day(town: Town) -> None:
    town.clock.move_to(moment(EVE, time(10, 0)))
    campaign = await draft(town)
    await approve(town, campaign)
    assert await launch(town) == [campaign.id]


async def test_what_cannot_be_worded_or_dated_yet_waits(town: Town) -> None:
    themed = message(wording="今年的主题是{theme}。")
    undated = Occasion(occasion().observance, 2026, None, None, True)
    assert await plan(town, wording=themed) == ()
    assert await plan(town, undated) == ()
    assert await plan(town, wording=message("another-day")) == ()


# The moves


@pytest.mark.parametrize(("now", "to"), list(product(S, S)))
async def test_a_move_that_the_table_does_not_have_is_refused(
    small_campaign: Callable[[CampaignState], Campaign], now: CampaignState, to: CampaignState
) -> None:
    campaign = small_campaign(now)
    if to in MOVES[now]:
        check_move(campaign, to)
    else:
        with pytest.raises(WrongState, match="国家宪法日"):
            check_move(campaign, to)


@pytest.fixture
def small_campaign() -> Callable[[CampaignState], Campaign]:
    def make(state: CampaignState) -> Campaign:
        return Campaign(
            CampaignId(1),
            occasion().observance.key,
            2026,
            "国家宪法日",
            EVE,
            EVE,
            state,
            1,
            "文",
            Recipients.RESIDENTS,
            moment(EVE, time(9, 0)),
            "lawbot",
            moment(EVE, time(8, 0)),
            None,
            None,
        )

    return make


Act = Callable[[Books, CampaignId, datetime], object]
ACTS: dict[str, tuple[CampaignState, Act]] = {
    "approve": (
        S.APPROVED,
        lambda b, key, at: office.approve(b, key, None, faults_of=lambda *_: (), actor="x", at=at),
    ),
    "send back": (
        S.RETURNED,
        lambda b, key, at: office.send_back(b, key, None, "缺电话", actor="x", at=at),
    ),
    "revise": (S.SUBMITTED, lambda b, key, at: office.revise(b, key, "新", actor="x", at=at)),
    "pause": (S.PAUSED, lambda b, key, at: office.pause(b, key, actor="x", at=at)),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("now", S)
async def test_each_act_is_done_exactly_where_the_table_allows_it(
    town: Town, act: str, now: CampaignState
) -> None:
    campaign = await draft(town)
    await town.act(lambda books, _: books.campaigns.move(campaign.id, now))
    before, ledger = await get(town, campaign), await town.ledger()
    to, work = ACTS[act]
    if to in MOVES[now]:
        await town.act(lambda books, at: work(books, campaign.id, at))
        assert (await get(town, campaign)).state is to
        assert len(await town.ledger()) == len(ledger) + 1
    else:
        with pytest.raises(WrongState):
            await town.act(lambda books, at: work(books, campaign.id, at))
        assert await get(town, campaign) == before
        assert await town.ledger() == ledger


@pytest.mark.parametrize("now", S)
async def test_only_what_is_paused_can_go_on(town: Town, now: CampaignState) -> None:
    campaign = await draft(town)
    await town.act(lambda books, _: books.campaigns.move(campaign.id, now))

    async def go_on() -> Campaign:
        return await town.act(
            lambda books, at: office.resume(
                books, campaign.id, faults_of=lambda *_: (), actor="x", at=at
            )
        )

    if now is S.PAUSED:
        assert (await go_on()).state is S.APPROVED
    else:
        with pytest.raises(WrongState):
            await go_on()


@pytest.mark.parametrize("act", ACTS)
async def test_what_is_not_there_is_not_found(town: Town, act: str) -> None:
    with pytest.raises(NotFound):
        await town.act(lambda books, at: ACTS[act][1](books, CampaignId(99), at))


# Two persons


async def test_whoever_wrote_the_text_cannot_approve_it_and_another_can(town: Town) -> None:
    campaign = await draft(town)
    revised = await revise(town, campaign, "改过的文字。", actor="account:5")
    with pytest.raises(NotAllowed):
        await approve(town, revised, "account:5")
    assert (await get(town, campaign)).state is S.SUBMITTED
    assert (await approve(town, revised, "account:6")).approved_by == "account:6"


async def test_who_wrote_a_text_cannot_approve_it_after_another_has_chosen_whom_it_is_for(
    town: Town,
) -> None:
    campaign = await draft(town)
    await revise(town, campaign, "改过的文字。", actor="account:5")
    village = Audience((await town.unit("V1"),))
    aimed = await town.act(
        lambda books, at: office.aim(books, campaign.id, village, actor="account:7", at=at)
    )
    for author in ("account:5", "account:7"):
        with pytest.raises(NotAllowed):
            await approve(town, aimed, author)
    assert (await approve(town, aimed, "account:6")).approved_by == "account:6"


async def test_a_change_after_the_approval_voids_it(town: Town) -> None:
    campaign = await draft(town)
    await approve(town, campaign)
    revised = await revise(town, campaign, "改过的文字。")
    assert (revised.state, revised.version, revised.approved_by) == (S.SUBMITTED, 2, None)
    town.clock.move_to(moment(EVE, time(9, 0)))
    assert await launch(town) == []


async def test_the_first_version_is_kept_as_it_was(town: Town) -> None:
    campaign = await draft(town)
    await revise(town, campaign, "改过的文字。")
    texts = await town.rows("SELECT version, text, drafted_by FROM campaign_texts ORDER BY version")
    assert texts == [(1, "示范镇邀您学宪法。", "lawbot"), (2, "改过的文字。", "account:5")]


async def test_a_card_of_an_older_version_approves_nothing(town: Town) -> None:
    campaign = await draft(town)
    await revise(town, campaign, "改过的文字。")
    with pytest.raises(WrongState, match="已经改过"):
        await approve(town, campaign, version=1)
    assert (await approve(town, campaign, version=2)).state is S.APPROVED


@pytest.mark.parametrize("text", ["", "  \n ", "长" * (LONGEST_TEXT + 1), "请看{village}"])
async def test_a_text_that_cannot_be_sent_is_refused_and_the_old_one_stays(
    town: Town, text: str
) -> None:
    campaign = await draft(town)
    with pytest.raises(BadInput):
        await revise(town, campaign, text)
    assert await get(town, campaign) == campaign


async def test_a_text_for_an_occasion_that_is_over_is_not_taken(town: Town) -> None:
    campaign = await draft(town)
    town.clock.move_to(moment(EVE + timedelta(days=1), time(9, 0)))
    with pytest.raises(WrongState, match="已经过"):
        await revise(town, campaign, "太晚了。")


async def test_a_return_needs_its_reason_and_tells_the_editors(town: Town) -> None:
    editor = await town.appoint(5, Role.EDITOR)
    await town.appoint(6, Role.APPROVER)
    campaign = await draft(town)
    with pytest.raises(BadInput):
        await send_back(town, campaign, "  ")
    returned = await send_back(town, campaign, " 缺少电话 ")
    assert (returned.state, returned.reason) == (S.RETURNED, "缺少电话")
    told = await town.rows("SELECT kind, account_id FROM deliveries")
    assert told == [("returned", editor.id)]


async def test_every_approver_is_asked_once_for_each_version(town: Town) -> None:
    await town.appoint(5, Role.ADMIN)
    campaign = await draft(town)

    async def asked() -> list[tuple[int, int]]:
        await town.act(lambda books, at: office.ask_approvers(books, at=at))
        rows = await town.rows("SELECT account_id, version FROM deliveries ORDER BY id")
        return [(account, version) for account, version in rows]

    first = (await town.account(5)).id
    assert await asked() == [(first, 1)]
    assert await asked() == [(first, 1)]
    second = (await town.appoint(6, Role.APPROVER)).id
    assert await asked() == [(first, 1), (second, 1)]
    await revise(town, campaign, "改过的文字。")
    assert await asked() == [(first, 1), (second, 1), (first, 2), (second, 2)]


async def test_approvers_are_not_woken_at_night(town: Town) -> None:
    await town.appoint(5, Role.ADMIN)
    await draft(town)
    town.clock.move_to(moment(date(2026, 11, 24), time(22, 0)))
    await town.act(lambda books, at: office.ask_approvers(books, at=at))
    claimed = await town.act(lambda books, at: books.deliveries.claim(9, at))
    assert claimed == ()


# Sending


async def test_it_is_sent_at_its_hour_to_the_residents_of_every_village(town: Town) -> None:
    campaign = await approved(town)
    town.clock.move_to(moment(EVE, time(8, 59)))
    assert await launch(town) == []
    town.clock.pass_time(timedelta(minutes=1))
    assert await launch(town) == [campaign.id]
    assert (await get(town, campaign)).state is S.SENDING
    assert await tally(town, campaign) == Tally(queued=3)
    hashes = await town.rows("SELECT DISTINCT text_hash, version FROM deliveries")
    assert hashes == [(campaign.text_hash, 1)]
    assert await launch(town) == []
    assert (await tally(town, campaign)).intended == 3


async def test_it_is_not_sent_without_an_approval(town: Town) -> None:
    await draft(town)
    town.clock.move_to(moment(EVE, time(9, 0)))
    assert await launch(town) == []


async def test_a_missed_hour_is_caught_up_within_the_occasion_but_not_at_night(
    town: Town,
) -> None:
    week = occasion(date(2026, 11, 30), date(2026, 12, 6))
    (campaign,) = await plan(town, week)
    await approve(town, campaign)
    for clock_time in (time(21, 0), time(23, 30)):
        town.clock.move_to(moment(date(2026, 12, 2), clock_time))
        assert await launch(town) == []
    town.clock.move_to(moment(date(2026, 12, 3), time(7, 29)))
    assert await launch(town) == []
    town.clock.move_to(moment(date(2026, 12, 3), time(7, 30)))
    assert await launch(town) == [campaign.id]


@pytest.mark.parametrize(
    ("state", "why"), [(S.APPROVED, "没有轮到发送"), (S.SUBMITTED, "没有批准")]
)
async def test_what_came_too_late_is_missed_with_the_reason(
    town: Town, state: CampaignState, why: str
) -> None:
    campaign = await draft(town)
    await town.act(lambda books, _: books.campaigns.move(campaign.id, state))
    town.clock.move_to(moment(EVE, time(23, 59)))
    await launch(town)
    assert (await get(town, campaign)).state is state
    town.clock.pass_time(timedelta(minutes=1))
    assert await launch(town) == []
    missed = await get(town, campaign)
    assert missed.state is S.MISSED
    assert why in str(missed.reason)
    assert await town.ledger() == ["drafted", "missed"]


async def test_it_is_done_when_nothing_is_under_way_any_more(town: Town) -> None:
    campaign = await approved(town)
    town.clock.move_to(moment(EVE, time(9, 0)))
    await launch(town)
    assert await settle(town) == []
    await town.act(
        lambda books, at: books.deliveries.cancel(DeliveryKind.CAMPAIGN, campaign.id, "x", at)
    )
    assert await settle(town) == [campaign.id]
    assert await settle(town) == []
    assert (await get(town, campaign)).state is S.DONE
    assert (await town.ledger())[-2:] == ["sending", "done"]


async def test_with_nobody_to_send_to_it_is_done_and_the_ledger_says_so(town: Town) -> None:
    campaign = await draft(town)
    await approve(town, campaign)
    town.clock.move_to(moment(EVE, time(9, 0)))
    await launch(town)
    assert await settle(town) == [campaign.id]
    details = await town.rows("SELECT detail FROM entries WHERE kind = 'sending'")
    assert '"recipients": 0' in str(details).replace("'", '"')


async def test_paused_while_sending_it_goes_on_with_the_remainder_only(town: Town) -> None:
    campaign = await approved(town)
    town.clock.move_to(moment(EVE, time(9, 0)))
    await launch(town)
    sent = await town.act(lambda books, at: books.deliveries.claim(1, at))
    await town.act(lambda books, at: office.pause(books, campaign.id, actor="x", at=at))
    assert await town.act(lambda books, at: books.deliveries.claim(9, at)) == ()
    assert await settle(town) == []
    resumed = await town.act(
        lambda books, at: office.resume(
            books, campaign.id, faults_of=lambda *_: (), actor="x", at=at
        )
    )
    assert resumed.state is S.SENDING
    rest = await town.act(lambda books, at: books.deliveries.claim(9, at))
    assert len(rest) == 2
    assert not {row.account for row in rest} & {row.account for row in sent}


async def test_paused_before_its_hour_it_does_not_start_until_it_goes_on(town: Town) -> None:
    campaign = await approved(town)
    await town.act(lambda books, at: office.pause(books, campaign.id, actor="x", at=at))
    town.clock.move_to(moment(EVE, time(9, 0)))
    assert await launch(town) == []
    await town.act(
        lambda books, at: office.resume(
            books, campaign.id, faults_of=lambda *_: (), actor="x", at=at
        )
    )
    assert await launch(town) == [campaign.id]


async def test_a_text_for_cadres_goes_to_the_accounts_of_cadres(town: Town) -> None:
    await town.start(1, "V1")
    await town.appoint(5, Role.CADRE, "001")
    (campaign,) = await plan(town, occasion(audience=("干部",)))
    await approve(town, campaign)
    town.clock.move_to(moment(EVE, time(9, 0)))
    await launch(town)
    assert await town.rows("SELECT account_id FROM deliveries") == [((await town.account(5)).id,)]


async def test_the_longest_reason_has_room_wherever_it_is_written(town: Town) -> None:
    campaign = await approved(town)
    town.clock.move_to(moment(EVE, time(9, 0)))
    await launch(town)
    reason = "长" * LONGEST_REASON
    done = await town.act(
        lambda books, at: office.cancel(books, campaign.id, reason, actor="x", at=at)
    )
    assert done.reason == reason
    assert (await tally(town, campaign)).skipped == 3


async def test_a_reason_that_is_too_long_is_refused(town: Town) -> None:
    campaign = await draft(town)
    with pytest.raises(BadInput, match="原因太长（201 字），请压缩到 200 字以内"):
        await send_back(town, campaign, "长" * 201)
    assert (await get(town, campaign)).state is S.SUBMITTED
