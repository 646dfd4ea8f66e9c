"""A yearly notice that was a mistake is withdrawn, and what is not sent yet follows."""

import json
from datetime import date, time, timedelta

import pytest

from lawcore.calendar.observance import Notice, Observance, Verification, occasions
from lawcore.calendar.rules import ByNotice, Day, MonthDay, Rule
from lawcore.campaigns import launching, notices, office, planning
from lawcore.campaigns.model import Campaign, CampaignState
from lawcore.clock import moment
from lawcore.errors import BadInput, NotFound

from .conftest import Town, message, observance

RULED = date(2026, 12, 4)
WRONG = date(2026, 12, 2)


def custom(rule: Rule) -> Observance:
    """A day that no law fixes: a notice may move it."""
    return observance(rule=rule, verification=Verification.PRACTICE)


MOVABLE = custom(Day(MonthDay(12, 4)))
UNKNOWN = custom(ByNotice())


def notice(day: date = WRONG, document: str = "1号") -> Notice:
    return Notice(MOVABLE.key, day.year, day, day, document)


async def record(town: Town, found: Notice, about: Observance = MOVABLE) -> None:
    await town.act(lambda books, at: notices.record(books, about, found, actor="console", at=at))


async def withdraw(town: Town, about: Observance = MOVABLE, year: int = 2026) -> Notice:
    return await town.act(
        lambda books, at: notices.withdraw(books, about, year, actor="console", at=at)
    )


async def plan(town: Town, about: Observance) -> tuple[Campaign, ...]:
    wording = message()
    return await town.act(
        lambda books, at: planning.plan(
            books,
            occasions([about], books.notices.all(), 2026),
            {about.key: wording},
            "示范镇",
            at=at,
        )
    )


async def approved(town: Town, about: Observance) -> Campaign:
    (campaign,) = await plan(town, about)
    return await town.act(
        lambda books, at: office.approve(
            books, campaign.id, None, faults_of=lambda *_: (), actor="account:6", at=at
        )
    )


async def get(town: Town, campaign: Campaign) -> Campaign:
    return await town.look(lambda books: office.get(books, campaign.id))


async def test_what_is_withdrawn_holds_no_more_and_neither_does_what_it_corrected(
    town: Town,
) -> None:
    other = Notice(MOVABLE.key, 2027, date(2027, 12, 4), date(2027, 12, 4), "来年")
    for found in (notice(document="初稿"), other, notice(document="1号")):
        await record(town, found)
    assert (await withdraw(town)).document == "1号"
    assert await town.look(lambda books: books.notices.all()) == (other,)


async def test_a_notice_can_be_recorded_again_after_it_was_withdrawn(town: Town) -> None:
    await record(town, notice())
    await withdraw(town)
    right = notice(date(2026, 12, 3), "2号")
    await record(town, right)
    assert await town.look(lambda books: books.notices.all()) == (right,)


async def test_only_a_notice_that_holds_can_be_withdrawn(town: Town) -> None:
    await record(town, notice())
    with pytest.raises(NotFound, match="2027 年"):
        await withdraw(town, year=2027)
    await withdraw(town)
    with pytest.raises(NotFound, match="没有录入过 2026 年的通知"):
        await withdraw(town)


async def test_the_ledger_names_the_document_that_came_and_went(town: Town) -> None:
    await record(town, notice())
    await withdraw(town)
    assert await town.ledger() == ["notice", "notice-withdrawn"]
    for (detail,) in await town.rows("SELECT detail FROM entries"):
        told = detail if isinstance(detail, dict) else json.loads(detail)
        assert (told["document"], told["year"]) == ("1号", 2026)


async def test_a_date_that_the_law_fixes_is_not_moved(town: Town) -> None:
    fixed = observance()
    with pytest.raises(BadInput, match="由法律规定"):
        await record(town, notice(), fixed)
    assert await town.ledger() == []


async def test_an_approved_draft_of_a_withdrawn_notice_goes_back_to_the_day_of_the_rule(
    town: Town,
) -> None:
    await record(town, notice())
    campaign = await approved(town, MOVABLE)
    assert campaign.starts_on == WRONG
    await withdraw(town)
    (again,) = await plan(town, MOVABLE)
    assert (again.id, again.version) == (campaign.id, 2)
    assert (again.state, again.starts_on, again.approved_by) == (
        CampaignState.SUBMITTED,
        RULED,
        None,
    )


async def test_without_its_notice_a_day_that_has_no_rule_is_not_sent(town: Town) -> None:
    await record(town, notice(), UNKNOWN)
    campaign = await approved(town, UNKNOWN)
    await withdraw(town, UNKNOWN)
    assert await plan(town, UNKNOWN) == ()
    returned = await get(town, campaign)
    assert returned.state is CampaignState.RETURNED
    assert "待通知" in str(returned.reason)
    town.clock.move_to(moment(WRONG, time(9, 0)))
    assert await town.act(lambda books, at: launching.launch(books, at=at)) == ()
    town.clock.pass_time(timedelta(days=1))
    await town.act(lambda books, at: launching.launch(books, at=at))
    assert (await get(town, campaign)).state is CampaignState.MISSED
