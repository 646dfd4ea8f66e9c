"""What was stopped stays stopped: cancelled, corrected, taken back, or its last day over."""

from datetime import datetime, timedelta

import pytest

from lawcore.campaigns import correction, launching, office, own
from lawcore.campaigns.groups import freeze_groups, retry
from lawcore.campaigns.model import Audience, Campaign, CampaignState, Recipients
from lawcore.campaigns.overview import overview
from lawcore.delivery.groups import Group, GroupLine, Posted
from lawcore.delivery.model import DeliveryKind, DeliveryState, Recorded, Tally
from lawcore.delivery.progress import Remaining
from lawcore.errors import Fault, NotAllowed, WrongState
from lawcore.ids import CampaignId
from lawcore.people.model import ResidentGroup
from lawcore.reports.agenda import agenda
from lawcore.storage import Books

from .conftest import Town
from .test_correction import aim, campaign, correct, get, launch, meant

S = CampaignState
K = DeliveryKind.CAMPAIGN
GROUPS = (
    Group("东河群", "wecom", "V1"),
    Group("西山群", "wecom", "V2"),
    Group("镇群", "mail", "T"),
)


async def launched(town: Town, people: int = 2) -> CampaignId:
    """Launched, with people of V1 queued and all groups too."""
    for number in range(1, people + 1):
        await town.start(number, "V1")
    key = await campaign(town)
    assert await launch(town) == [key]
    await to_groups(town, key)
    return key


async def to_groups(town: Town, key: CampaignId) -> list[GroupLine]:
    def job(books: Books, at: datetime) -> list[GroupLine]:
        freeze_groups(books, [office.get(books, key)], GROUPS, at=at)
        return list(books.group_posts.lines(key))

    return await town.act(job)


async def posted(town: Town, **states: DeliveryState) -> None:
    """Claim every post and record these ends by group; `sent` where none is said."""

    def job(books: Books, at: datetime) -> None:
        for post in books.group_posts.claim(9, at):
            state = states.get(post.group, DeliveryState.SENT)
            parts = 1 if state is DeliveryState.SENT else 0
            books.group_posts.record(Posted(post.id, state, "x", parts, 1, at, at))

    await town.act(job)


async def record(town: Town, state: DeliveryState, most: int = 99) -> None:
    """Claim what is due, at most `most`, and record this end."""

    def job(books: Books, at: datetime) -> None:
        for one in books.deliveries.claim(most, at):
            done = Recorded(one.id, one.account, state, "", 70 + one.id, at, 1)
            books.deliveries.record([done])

    await town.act(job)


async def cancel(town: Town, key: CampaignId) -> Campaign:
    return await town.act(lambda b, at: office.cancel(b, key, "写错了", actor="a", at=at))


async def pause(town: Town, key: CampaignId) -> Campaign:
    return await town.act(lambda b, at: office.pause(b, key, actor="a", at=at))


async def resume(town: Town, key: CampaignId) -> Campaign:
    return await town.act(
        lambda b, at: office.resume(b, key, faults_of=lambda *_: (), actor="a", at=at)
    )


async def approve(town: Town, key: CampaignId, actor: str = "account:1") -> Campaign:
    return await town.act(
        lambda b, at: office.approve(b, key, None, faults_of=lambda *_: (), actor=actor, at=at)
    )


async def again(town: Town, key: CampaignId, *faults: Fault) -> GroupLine:
    """A person has it posted to 东河群 once more."""
    return await town.act(
        lambda b, at: retry(b, key, "东河群", faults_of=lambda *_: faults, actor="a", at=at)
    )


async def settle(town: Town) -> None:
    await town.act(lambda b, at: launching.settle(b, at=at))


async def tally(town: Town, key: CampaignId) -> Tally:
    return await town.look(lambda b: b.deliveries.tally(K, key))


# Cancelled


async def test_a_cancelled_campaign_is_posted_to_no_group(town: Town) -> None:
    key = await launched(town)
    await cancel(town, key)
    lines = await town.look(lambda b: b.group_posts.lines(key))
    assert {(line.state, line.reason) for line in lines} == {
        (DeliveryState.SKIPPED, "已取消：写错了")
    }
    assert await town.act(lambda b, at: b.group_posts.claim(9, at)) == ()


async def test_the_text_of_what_was_stopped_or_is_over_goes_out_no_more(town: Town) -> None:
    key = await launched(town)
    today = town.clock.now().date()

    async def text(days: int = 0) -> str | None:
        day = today + timedelta(days=days)
        return await town.look(lambda b: b.campaigns.going_out(key, 1, day))

    assert await text() == "原来的文字"
    assert await text(1) is None
    assert await town.look(lambda b: b.campaigns.going_out(key, 2, today)) is None
    await town.act(lambda b, _: b.campaigns.move(key, S.CORRECTED))
    assert await text() is None
    await town.act(lambda b, _: b.campaigns.move(key, S.CANCELLED))
    assert await text() is None
    assert await town.look(lambda b: b.campaigns.text(key, 1)) == "原来的文字", "it stays on record"


@pytest.mark.parametrize("stop", ["cancelled", "corrected", "recalled"])
async def test_what_was_stopped_is_not_posted_to_a_group_again(town: Town, stop: str) -> None:
    key = await launched(town)
    await record(town, DeliveryState.SENT)
    await posted(town, 东河群=DeliveryState.FAILED)
    if stop == "cancelled":
        await cancel(town, key)
    if stop == "corrected":
        await town.act(lambda b, _: b.campaigns.move(key, S.CORRECTED))
    if stop == "recalled":
        await settle(town)
        await town.act(lambda b, at: correction.recall(b, key, "写错了", actor="a", at=at))
    with pytest.raises(WrongState, match="不再发"):
        await again(town, key)


async def test_what_no_longer_holds_is_not_posted_to_a_group_again(town: Town) -> None:
    key = await launched(town)
    await posted(town, 东河群=DeliveryState.FAILED)
    with pytest.raises(WrongState, match="引用的法律已经失效"):
        await again(town, key, Fault("文稿", "引用的法律已经失效", "改成现行的"))
    assert (await again(town, key)).state is DeliveryState.QUEUED


# Its last day is over


async def test_what_a_long_downtime_left_over_is_not_sent_after_the_last_day(town: Town) -> None:
    key = await launched(town, 3)
    await record(town, DeliveryState.SENT, 1)
    town.clock.pass_time(timedelta(days=10))
    await launch(town)
    await settle(town)
    done = await get(town, key)
    assert done.state is S.DONE
    assert "没有轮到" in (done.reason or "")
    assert await tally(town, key) == Tally(sent=1, skipped=2)
    lines = await town.look(lambda b: b.group_posts.lines(key))
    assert {line.state for line in lines} == {DeliveryState.SKIPPED}
    assert (await town.ledger()).count("missed") == 1
    shown = await town.act(lambda b, at: agenda(b, (), (), at=at - timedelta(days=9)))
    assert [one.id for one in shown.stopped] == [key]
    reasons = await town.rows("SELECT DISTINCT reason FROM deliveries WHERE state = 'skipped'")
    assert "没有轮到" in reasons[0][0]


async def test_what_goes_on_says_no_more_why_it_had_stopped(town: Town) -> None:
    key = await launched(town)
    await town.act(lambda b, at: office.pause(b, key, "服务出错", actor="a", at=at))
    assert (await get(town, key)).reason == "服务出错"
    assert not (await resume(town, key)).reason


async def test_what_was_paused_to_the_end_is_over_with_the_reason(town: Town) -> None:
    waiting = await campaign(town, key="waiting")
    await pause(town, waiting)
    key = await launched(town)
    await record(town, DeliveryState.SENT, 1)
    await pause(town, key)
    town.clock.pass_time(timedelta(days=1))
    await launch(town)
    missed, ended = await get(town, waiting), await get(town, key)
    assert (missed.state, ended.state) == (S.MISSED, S.CANCELLED)
    assert "暂停" in (missed.reason or "")
    assert "暂停" in (ended.reason or "")
    assert await tally(town, key) == Tally(sent=1, skipped=1)


# Taken back


async def test_what_was_taken_back_does_not_go_on(town: Town) -> None:
    key = await launched(town)
    await record(town, DeliveryState.SENT, 1)
    await pause(town, key)
    await town.act(lambda b, at: correction.recall(b, key, "写错了", actor="a", at=at))
    with pytest.raises(WrongState, match="撤回"):
        await resume(town, key)


async def test_a_recall_says_in_which_groups_it_could_not(town: Town) -> None:
    key = await launched(town, 1)
    await record(town, DeliveryState.SENT)
    await posted(town, 西山群=DeliveryState.FAILED, 镇群=DeliveryState.UNKNOWN)
    await settle(town)
    before = await town.act(lambda b, at: overview(b, key, at=at, languages={}))
    assert before.beyond_recall == ()
    await town.act(lambda b, at: correction.recall(b, key, "写错了", actor="a", at=at))
    after = await town.act(lambda b, at: overview(b, key, at=at, languages={}))
    assert after.beyond_recall == ("东河群", "镇群")


async def test_what_stands_in_groups_alone_cannot_be_taken_back_and_that_is_said(
    town: Town,
) -> None:
    key = await launched(town, 0)
    await posted(town)
    await settle(town)
    with pytest.raises(WrongState, match="人工撤回：东河群、西山群、镇群"):
        await town.act(lambda b, at: correction.recall(b, key, "写错了", actor="a", at=at))


async def test_a_group_that_did_not_get_it_stands_on_the_page_of_today(town: Town) -> None:
    await launched(town, 1)
    await record(town, DeliveryState.SENT)
    await posted(town, 西山群=DeliveryState.BLOCKED)
    await settle(town)
    (wanting,) = (await town.act(lambda b, at: agenda(b, (), (), at=at))).wanting
    assert wanting.unposted == ("西山群",)


async def test_it_is_not_called_finished_while_groups_are_left(town: Town) -> None:
    key = await launched(town, 0)
    waiting = await town.act(lambda b, at: overview(b, key, at=at, languages={}))
    assert waiting.remaining is None
    await posted(town)
    done = await town.act(lambda b, at: overview(b, key, at=at, languages={}))
    assert done.remaining == Remaining(0)


# Corrected


@pytest.mark.parametrize("end", ["missed", "cancelled"])
async def test_after_a_correction_that_came_to_nothing_another_can_be_written(
    town: Town, end: str
) -> None:
    key = await launched(town)
    await record(town, DeliveryState.SENT)
    await posted(town)
    await settle(town)
    first = await correct(town, key, "一")
    if end == "missed":
        town.clock.pass_time(timedelta(days=9))
        await launch(town)
    else:
        await cancel(town, first.id)
    assert (await get(town, first.id)).state.value == end
    second = await correct(town, key, "二")
    assert second.id != first.id
    await approve(town, second.id)
    assert await launch(town) == [second.id]
    assert await meant(town, second.id) == {"1", "2"}
    assert (await get(town, key)).state is S.CORRECTED
    seen = await town.act(lambda b, at: overview(b, key, at=at, languages={}))
    assert seen.correction == second.id


async def test_a_correction_that_was_stopped_on_the_way_can_be_put_right(town: Town) -> None:
    key = await launched(town)
    await record(town, DeliveryState.SENT)
    await posted(town)
    await settle(town)
    first = await correct(town, key, "一")
    await approve(town, first.id)
    await launch(town)
    await record(town, DeliveryState.SENT, 1)
    with pytest.raises(WrongState, match=f"任务 {first.id}"):
        await correct(town, key, "二")
    await cancel(town, first.id)
    second = await correct(town, key, "二")
    await approve(town, second.id)
    await launch(town)
    assert await meant(town, second.id) == {"1", "2"}, "also who got no correction yet"


async def test_a_correction_waits_until_it_is_known_who_got_the_wrong_text(town: Town) -> None:
    key = await launched(town)
    await record(town, DeliveryState.SENT, 1)
    await town.act(lambda b, at: b.deliveries.claim(99, at))
    await cancel(town, key)
    written = await correct(town, key, "改")
    await approve(town, written.id)
    assert await launch(town) == [], "one message is still on its way"
    town.clock.pass_time(timedelta(minutes=2))

    def crash(books: Books, at: datetime) -> None:
        books.deliveries.sweep(at - timedelta(minutes=1), frozenset(), at)

    await town.act(crash)
    assert await launch(town) == [], "the service has still to be asked about it"
    (doubt,) = await town.look(lambda b: b.deliveries.doubts(9))

    def found(books: Books, at: datetime) -> None:
        one = doubt.delivery
        sent = Recorded(one.id, one.account, DeliveryState.SENT, "", 99, at, 1)
        books.deliveries.record([sent])

    await town.act(found)
    assert await launch(town) == [written.id]
    assert await meant(town, written.id) == {"1", "2"}


async def test_a_correction_goes_to_the_groups_in_which_the_wrong_text_stands(town: Town) -> None:
    key = await launched(town)
    await record(town, DeliveryState.SENT)
    await posted(town, 西山群=DeliveryState.FAILED)
    await settle(town)
    written = await correct(town, key, "改")
    assert {line.group for line in await to_groups(town, written.id)} == {"东河群", "镇群"}


async def test_what_stands_in_groups_alone_is_corrected_there(town: Town) -> None:
    key = await launched(town, 0)
    await posted(town, 西山群=DeliveryState.FAILED)
    await settle(town)
    seen = await town.act(lambda b, at: overview(b, key, at=at, languages={}))
    assert (seen.correctable, seen.recallable) == (True, False)
    written = await correct(town, key, "改")
    await approve(town, written.id)
    assert await launch(town) == [written.id]
    assert {line.group for line in await to_groups(town, written.id)} == {"东河群", "镇群"}


# Whom it is for, in groups


async def test_a_campaign_for_some_villages_stays_out_of_the_groups_of_others(town: Town) -> None:
    key = await campaign(town)
    await aim(town, key, Audience((await town.unit("V1"),)))
    assert [line.group for line in await to_groups(town, key)] == ["东河群"]


async def test_a_campaign_for_some_people_is_not_shouted_into_a_group_and_that_is_said(
    town: Town,
) -> None:
    key = await campaign(town)
    await aim(town, key, Audience(groups=(ResidentGroup.ELDERLY,)))
    lines = await to_groups(town, key)
    assert {line.state for line in lines} == {DeliveryState.SKIPPED}
    assert all("老年人" in line.reason for line in lines)
    with pytest.raises(WrongState, match="群里不分人"):
        await again(town, key)


# Two persons


async def test_who_hands_in_the_draft_of_another_cannot_approve_it(town: Town) -> None:
    def write(books: Books, at: datetime) -> Campaign:
        day = at.date()
        hour = (at + timedelta(hours=1)).time()
        return own.write(
            books, "防汛", "请不要下河。", day, day, hour, Recipients.RESIDENTS,
            actor="account:5", at=at,
        )  # fmt: skip

    made = await town.act(write)
    handed = await town.act(lambda b, at: own.submit(b, made.id, actor="account:7", at=at))
    assert handed.state is S.SUBMITTED
    for one in ("account:5", "account:7"):
        with pytest.raises(NotAllowed):
            await approve(town, made.id, one)
    assert (await approve(town, made.id, "account:6")).approved_by == "account:6"
