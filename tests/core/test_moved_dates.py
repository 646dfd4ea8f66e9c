"""A date moves, by a notice or without one: what is not sent yet follows it."""

from datetime import date, time, timedelta

import pytest

from lawcore.calendar.observance import Occasion
from lawcore.campaigns import office
from lawcore.campaigns.model import Audience, CampaignState
from lawcore.clock import local_text, moment
from lawcore.errors import NotAllowed, WrongState
from lawcore.people.model import Role

from .campaign_day import (
    EVE,
    S,
    approve,
    approved,
    draft,
    get,
    launch,
    pause,
    plan,
    revise,
    send_back,
)
from .conftest import Town, message, occasion


async def test_a_notice_that_moves_the_date_drafts_anew_and_voids_the_approval(
    town: Town,
) -> None:
    await town.appoint(6, Role.APPROVER, "001")
    first = await draft(town)
    await town.act(lambda books, at: office.ask_approvers(books, at=at))
    await approve(town, first)
    (second,) = await plan(town, occasion(date(2026, 12, 1)))
    assert second.id == first.id
    assert (second.version, second.state, second.approved_by) == (2, S.SUBMITTED, None)
    assert local_text(second.due_at) == "2026-12-01 09:00"
    assert await town.rows("SELECT state FROM deliveries") == [("skipped",)]
    assert await plan(town, occasion(date(2026, 12, 1))) == ()


@pytest.mark.parametrize("moved", [date(2026, 12, 20), date(2026, 12, 30)])
async def test_a_notice_that_moves_the_date_far_away_stops_the_old_date_too(
    town: Town, moved: date
) -> None:
    campaign = await draft(town)
    await approve(town, campaign)
    later = Occasion(occasion().observance, 2026, moved, moved, False)
    await plan(town, later)
    town.clock.move_to(moment(EVE, time(9, 0)))
    assert await launch(town) == []
    assert (await get(town, campaign)).starts_on == moved


async def test_a_notice_that_corrects_the_wording_drafts_anew(town: Town) -> None:
    campaign = await draft(town)
    await approve(town, campaign)
    (second,) = await plan(town, wording=message(wording="主题已更正。"))
    assert (second.id, second.version, second.state) == (campaign.id, 2, S.SUBMITTED)
    assert second.text == "主题已更正。"


async def test_a_text_that_a_person_wrote_stays_while_the_date_stays(town: Town) -> None:
    campaign = await draft(town)
    await revise(town, campaign, "镇里改过的文字。")
    assert await plan(town) == ()
    assert await plan(town, wording=message(wording="别的文字。")) == ()
    assert (await get(town, campaign)).text == "镇里改过的文字。"


async def test_a_date_that_moved_without_a_text_for_it_takes_the_old_draft_back(
    town: Town,
) -> None:
    campaign = await draft(town)
    await approve(town, campaign)
    await plan(town, occasion(date(2026, 12, 2)), wording=message(wording="主题：{theme}"))
    returned = await get(town, campaign)
    assert returned.state is S.RETURNED
    assert "主题还没有录入通知" in str(returned.reason)


async def test_what_was_missed_on_a_provisional_date_is_drafted_when_the_notice_comes(
    town: Town,
) -> None:
    campaign = await draft(town)
    town.clock.move_to(moment(EVE + timedelta(days=1), time(9, 0)))
    await launch(town)
    assert (await get(town, campaign)).state is S.MISSED
    assert await plan(town) == ()
    (again,) = await plan(town, occasion(date(2026, 12, 10)))
    assert (again.id, again.state, again.reason) == (campaign.id, S.SUBMITTED, None)


async def test_what_is_paused_before_its_hour_is_drafted_anew_when_the_date_moves(
    town: Town,
) -> None:
    campaign = await draft(town)
    await approve(town, campaign)
    await pause(town, campaign)
    assert await plan(town) == ()
    (second,) = await plan(town, occasion(date(2026, 12, 1)))
    assert (second.id, second.version, second.state) == (campaign.id, 2, S.SUBMITTED)
    assert (second.approved_by, local_text(second.due_at)) == (None, "2026-12-01 09:00")


async def test_what_is_paused_before_its_hour_goes_back_when_its_date_is_gone(town: Town) -> None:
    campaign = await draft(town)
    await approve(town, campaign)
    await pause(town, campaign)
    await plan(town, Occasion(occasion().observance, 2026, None, None, True))
    returned = await get(town, campaign)
    assert (returned.state, returned.version) == (S.RETURNED, 1)
    assert "待通知" in str(returned.reason)


async def test_what_is_paused_after_its_start_keeps_its_text_and_its_date(town: Town) -> None:
    campaign = await approved(town)
    town.clock.move_to(moment(EVE, time(9, 0)))
    assert await launch(town) == [campaign.id]
    await pause(town, campaign)
    assert await plan(town, occasion(date(2026, 12, 20))) == ()
    for change in (revise(town, campaign, "新的文字。"), send_back(town, campaign)):
        with pytest.raises(WrongState, match="已经开始发送"):
            await change
    now = await get(town, campaign)
    assert (now.state, now.version, now.starts_on) == (S.PAUSED, 1, EVE)


@pytest.mark.parametrize("state", [S.SENDING, S.DONE])
async def test_what_is_being_sent_or_sent_is_not_drafted_anew(
    town: Town, state: CampaignState
) -> None:
    campaign = await draft(town)
    await town.act(lambda books, _: books.campaigns.move(campaign.id, state))
    assert await plan(town, occasion(date(2026, 12, 2))) == ()
    assert (await get(town, campaign)).version == 1


async def test_who_chose_whom_it_is_for_cannot_approve_what_the_program_made_of_it(
    town: Town,
) -> None:
    """The day has moved, so the program words it anew: for those whom one person alone has seen."""
    dated = message(wording="{date}，{township}邀您学宪法。")
    (campaign,) = await plan(town, wording=dated)
    village = Audience((await town.unit("V1"),))
    await town.act(
        lambda books, at: office.aim(books, campaign.id, village, actor="account:7", at=at)
    )
    (moved,) = await plan(town, occasion(date(2026, 12, 5)), wording=dated)
    assert moved.audience == village
    with pytest.raises(NotAllowed):
        await approve(town, moved, "account:7")
    assert (await approve(town, moved)).approved_by == "account:6"
    actors = "SELECT actor FROM entries WHERE kind = 'drafted' ORDER BY id"
    assert await town.rows(actors) == [("lawbot",), ("account:7",), ("lawbot",)]
