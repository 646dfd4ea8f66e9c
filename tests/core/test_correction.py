"""Audiences, holding, cancelling, 更正 and recall."""

from datetime import date, datetime, time, timedelta
from itertools import product

import pytest

from lawcore.campaigns import audience, correction, launching, office, own, planning
from lawcore.campaigns.model import (
    MOVES,
    Audience,
    Campaign,
    CampaignState,
    Draft,
    Recipients,
    check_move,
)
from lawcore.campaigns.overview import UnitLine, overview
from lawcore.delivery.model import DeliveryKind, DeliveryState, Recorded, Tally
from lawcore.delivery.progress import Remaining, remaining, remaining_text
from lawcore.errors import BadInput, NotAllowed, WrongState
from lawcore.ids import CampaignId, ObservanceKey
from lawcore.people.model import ResidentGroup, Role
from lawcore.storage import Books

from .conftest import Town

S = CampaignState
K = DeliveryKind.CAMPAIGN

LIFE = {
    "draft": "submitted missed cancelled",
    "submitted": "approved returned submitted missed cancelled",
    "returned": "submitted missed cancelled",
    "approved": "sending returned submitted held paused missed cancelled",
    "held": "sending returned submitted missed cancelled",
    "sending": "paused done cancelled",
    "paused": "approved sending returned submitted missed cancelled",
    "done": "corrected",
    "missed": "submitted",
    "cancelled": "corrected",
    "corrected": "",
}
"""Every move there is, written down a second time: a change is made on purpose, in both places."""


@pytest.mark.parametrize(("now", "to"), list(product(S, S)))
def test_every_pair_of_states_is_allowed_or_refused_as_written(now: S, to: S) -> None:
    day = date(2026, 12, 4)
    due = datetime.fromisoformat("2026-12-04T09:00+08:00")
    campaign = Campaign(
        CampaignId(1), ObservanceKey("x"), 2026, "题", day, day, now, 1, "文",
        Recipients.RESIDENTS, due, "a", due, None, None,
    )  # fmt: skip
    if to.value in LIFE[now.value].split():
        check_move(campaign, to)
        assert to in MOVES[now]
    else:
        said = "没有再改动" if to is now else "不能改为"
        with pytest.raises(WrongState, match=said):
            check_move(campaign, to)


async def campaign(town: Town, to: Recipients = Recipients.RESIDENTS, key: str = "x") -> CampaignId:
    """An approved campaign for today at ten."""

    def work(books: Books, at: datetime) -> CampaignId:
        day = at.date()
        draft = Draft(ObservanceKey(key), 2026, "题", day, day, "原来的文字", to, at)
        made = books.campaigns.add(draft, "lawbot", at).id
        office.approve(books, made, None, faults_of=lambda *_: (), actor="account:1", at=at)
        return made

    return await town.act(work)


async def get(town: Town, key: CampaignId) -> Campaign:
    return await town.look(lambda books: office.get(books, key))


async def launch(town: Town, objection: launching.Objection = lambda _: None) -> list[CampaignId]:
    done = await town.act(lambda b, at: launching.launch(b, at=at, objection=objection))
    return [one.id for one in done]


async def meant(town: Town, key: CampaignId) -> set[str]:
    """The addresses that were frozen for a campaign."""
    found = await town.rows(
        "SELECT address FROM deliveries JOIN accounts ON accounts.id = account_id"
        " WHERE kind = 'campaign' AND subject = :key",
        key=key,
    )
    return {address for (address,) in found}


async def aim(town: Town, key: CampaignId, chosen: Audience) -> Campaign:
    return await town.act(lambda b, at: office.aim(b, key, chosen, actor="account:5", at=at))


async def reach(town: Town, key: CampaignId) -> int:
    return await town.look(lambda b: audience.reach(b, office.get(b, key)))


async def choose(town: Town, number: int, *groups: ResidentGroup) -> None:
    account = (await town.account(number)).id

    def work(books: Books, at: datetime) -> None:
        for group in groups:
            books.people.set_group(account, group, chosen=True, at=at)

    await town.act(work)


# Audiences


@pytest.mark.parametrize(
    ("units", "groups", "expected"),
    [
        ((), (), {"1", "2", "3"}),
        (("V1",), (), {"1", "2"}),
        (("T",), (), {"1", "2", "3"}),
        ((), (ResidentGroup.ELDERLY,), {"2", "3"}),
        (("V1",), (ResidentGroup.ELDERLY, ResidentGroup.PARENT), {"2"}),
        ((), (ResidentGroup.COURIER,), set()),
        (("D1",), (), set()),
    ],
)
async def test_those_are_reached_who_were_counted_before(
    town: Town, units: tuple[str, ...], groups: tuple[ResidentGroup, ...], expected: set[str]
) -> None:
    for number, village in ((1, "V1"), (2, "V1"), (3, "V2")):
        await town.start(number, village)
    await choose(town, 2, ResidentGroup.ELDERLY)
    await choose(town, 3, ResidentGroup.ELDERLY, ResidentGroup.PARENT)
    key = await campaign(town)
    chosen = Audience(tuple([await town.unit(code) for code in units]), groups)
    aimed = await aim(town, key, chosen)
    assert (aimed.state, aimed.version, aimed.approved_by) == (S.SUBMITTED, 2, None)
    assert await reach(town, key) == len(expected)
    await town.act(
        lambda b, at: office.approve(
            b, key, None, faults_of=lambda *_: (), actor="account:1", at=at
        )
    )
    assert await launch(town) == [key]
    assert await meant(town, key) == expected


async def test_cadres_are_chosen_by_unit_and_by_role(town: Town) -> None:
    await town.appoint(5, Role.CADRE, "001")
    await town.appoint(6, Role.CADRE, "003")
    await town.appoint(7, Role.APPROVER, "004")
    key = await campaign(town, Recipients.CADRES)
    assert await reach(town, key) == 3
    await aim(town, key, Audience((await town.unit("D2"),)))
    assert await reach(town, key) == 2
    await aim(town, key, Audience(roles=(Role.APPROVER,)))
    assert await reach(town, key) == 1


async def test_an_audience_that_cannot_be_is_refused_with_the_reason(town: Town) -> None:
    residents, cadres = await campaign(town), await campaign(town, Recipients.CADRES, "y")
    with pytest.raises(BadInput, match="工作身份"):
        await aim(town, residents, Audience(roles=(Role.ADMIN,)))
    with pytest.raises(BadInput, match="自选的群体"):
        await aim(town, cadres, Audience(groups=(ResidentGroup.ELDERLY,)))


async def test_who_left_a_group_is_not_in_it(town: Town) -> None:
    await town.start(1, "V1")
    await choose(town, 1, ResidentGroup.ELDERLY, ResidentGroup.ELDERLY)
    account = (await town.account(1)).id
    await town.act(
        lambda b, at: b.people.set_group(account, ResidentGroup.ELDERLY, chosen=False, at=at)
    )
    assert await town.look(lambda b: b.people.groups_of(account)) == frozenset()


# Holding


async def test_what_may_not_go_out_today_is_held_says_why_and_goes_out_when_it_may(
    town: Town,
) -> None:
    await town.start(1, "V1")
    await town.appoint(8, Role.ADMIN)
    key = await campaign(town)
    for _ in range(3):
        assert await launch(town, lambda _: "引用的法律今天已经失效") == []
    held = await get(town, key)
    assert (held.state, held.reason) == (S.HELD, "引用的法律今天已经失效")
    assert (await town.ledger()).count("held") == 1
    told = await town.rows("SELECT count(*) FROM deliveries WHERE kind = 'stopped'")
    assert told == [(1,)]
    assert await launch(town) == [key]


async def test_what_is_held_to_the_end_is_missed_with_the_reason(town: Town) -> None:
    key = await campaign(town)
    await launch(town, lambda _: "法律已失效")
    town.clock.pass_time(timedelta(days=1))
    await launch(town)
    missed = await get(town, key)
    assert missed.state is S.MISSED
    assert "法律已失效" in (missed.reason or "")


# Cancelling


async def test_cancelled_while_sending_the_rest_is_not_sent(town: Town) -> None:
    for number in (1, 2, 3):
        await town.start(number, "V1")
    key = await campaign(town)
    await launch(town)
    await town.act(lambda b, at: b.deliveries.claim(1, at))
    await town.act(lambda b, at: office.cancel(b, key, "写错了", actor="a", at=at))
    assert await town.act(lambda b, at: b.deliveries.claim(9, at)) == ()
    counts = await town.look(lambda b: b.deliveries.tally(K, key))
    assert counts == Tally(sending=1, skipped=2)
    with pytest.raises(WrongState):
        await town.act(lambda b, at: office.cancel(b, key, "再来", actor="a", at=at))


async def test_cancelling_needs_a_reason(town: Town) -> None:
    key = await campaign(town)
    with pytest.raises(BadInput, match="原因"):
        await town.act(lambda b, at: office.cancel(b, key, " ", actor="a", at=at))


# Correction


async def sent_to(town: Town, key: CampaignId, outcomes: dict[int, DeliveryState]) -> None:
    """Launch, and record these outcomes by person."""
    for number in outcomes:
        await town.start(number, "V1")
    await launch(town)

    def work(books: Books, at: datetime) -> None:
        for one in books.deliveries.claim(99, at):
            state = outcomes[int(one.address.value)]
            books.deliveries.record([Recorded(one.id, one.account, state, "", 70 + one.id, at, 1)])
        launching.settle(books, at=at + timedelta(hours=1))

    await town.act(work)


MIXED = {
    1: DeliveryState.SENT,
    2: DeliveryState.SENT,
    3: DeliveryState.FAILED,
    4: DeliveryState.UNKNOWN,
    5: DeliveryState.BLOCKED,
}


async def correct(town: Town, key: CampaignId, text: str, actor: str = "account:7") -> Campaign:
    return await town.act(lambda b, at: correction.correct(b, key, text, actor=actor, at=at))


async def test_a_correction_goes_to_exactly_those_who_read_the_wrong_text(town: Town) -> None:
    key = await campaign(town)
    await sent_to(town, key, MIXED)
    await town.start(6, "V1")
    written = await correct(town, key, "日期应为 12 月 4 日。")
    assert written.text == "更正：日期应为 12 月 4 日。"
    assert written.observance == "x"
    assert await reach(town, written.id) == 2
    assert (await get(town, key)).state is S.DONE
    with pytest.raises(NotAllowed):
        await town.act(
            lambda b, at: office.approve(
                b, written.id, None, faults_of=lambda *_: (), actor="account:7", at=at
            )
        )
    await town.act(
        lambda b, at: office.approve(
            b, written.id, None, faults_of=lambda *_: (), actor="account:1", at=at
        )
    )
    town.clock.pass_time(timedelta(minutes=11))  # the doubt is left to a person
    assert await launch(town) == [written.id]
    assert await meant(town, written.id) == {"1", "2"}
    assert (await get(town, key)).state is S.CORRECTED
    assert "corrected" in await town.ledger()


async def test_written_again_before_it_is_out_a_correction_is_a_new_version(town: Town) -> None:
    key = await campaign(town)
    await sent_to(town, key, MIXED)
    first = await correct(town, key, "一")
    second = await correct(town, key, "二")
    assert (second.id, second.version, second.text) == (first.id, 2, "更正：二")
    assert second.corrects == first.corrects
    await town.act(
        lambda b, at: office.approve(
            b, first.id, None, faults_of=lambda *_: (), actor="account:1", at=at
        )
    )
    town.clock.pass_time(timedelta(minutes=11))
    await launch(town)
    with pytest.raises(WrongState):
        await correct(town, key, "三")


async def test_a_correction_that_an_editor_rewrites_still_says_that_it_is_one(town: Town) -> None:
    key = await campaign(town)
    await sent_to(town, key, MIXED)
    first = await correct(town, key, "一")
    again = await town.act(
        lambda b, at: office.revise(b, first.id, "别的话", actor="account:9", at=at)
    )
    assert again.text == "更正：别的话"
    with pytest.raises(WrongState, match="不能另选范围"):
        await aim(town, first.id, Audience((await town.unit("V2"),)))


async def test_what_is_being_sent_or_reached_nobody_is_not_corrected(town: Town) -> None:
    key = await campaign(town)
    with pytest.raises(WrongState, match="还没有发完"):
        await correct(town, key, "一")
    await town.act(lambda b, at: office.cancel(b, key, "不发了", actor="a", at=at))
    with pytest.raises(WrongState, match="没有发出过"):
        await correct(town, key, "一")


async def test_what_was_stopped_on_the_way_is_corrected_with_those_it_had_reached(
    town: Town,
) -> None:
    for number in (1, 2):
        await town.start(number, "V1")
    key = await campaign(town)
    await launch(town)

    def one_and_stop(books: Books, at: datetime) -> None:
        (first,) = books.deliveries.claim(1, at)
        done = Recorded(first.id, first.account, DeliveryState.SENT, "", 7, at, 1)
        books.deliveries.record([done])
        office.cancel(books, key, "日期写错", actor="a", at=at)

    await town.act(one_and_stop)
    written = await correct(town, key, "改")
    assert await reach(town, written.id) == 1


async def test_planning_leaves_a_correction_alone(town: Town) -> None:
    key = await campaign(town)
    await sent_to(town, key, MIXED)
    written = await correct(town, key, "改")
    assert await town.look(lambda b: b.campaigns.of(ObservanceKey("x"), 2026)) == await get(
        town, key
    )
    await town.act(lambda b, at: planning.plan(b, (), {}, "镇", at=at))
    assert (await get(town, written.id)).state is S.SUBMITTED


# Recall


async def test_a_recall_asks_for_each_message_that_was_sent_and_only_once(town: Town) -> None:
    key = await campaign(town)
    await sent_to(town, key, MIXED)
    asked = await town.act(lambda b, at: correction.recall(b, key, "写错", actor="a", at=at))
    assert asked == 2
    claimed = await town.act(lambda b, at: b.deliveries.claim(9, at))
    assert {(one.kind, one.address.value) for one in claimed} == {
        (DeliveryKind.RECALL, "1"),
        (DeliveryKind.RECALL, "2"),
    }
    numbers = await town.look(
        lambda b: [b.deliveries.message_of(key, 1, one.account) for one in claimed]
    )
    assert None not in numbers
    with pytest.raises(WrongState, match="已经撤回过"):
        await town.act(lambda b, at: correction.recall(b, key, "写错", actor="a", at=at))
    counts = await town.look(lambda b: b.deliveries.tally(K, key))
    assert counts.sent == 2, "what was sent stays counted as sent"


async def test_a_recall_needs_a_reason_and_a_stop(town: Town) -> None:
    key = await campaign(town)
    await town.start(1, "V1")
    await launch(town)
    with pytest.raises(BadInput):
        await town.act(lambda b, at: correction.recall(b, key, " ", actor="a", at=at))
    with pytest.raises(WrongState):
        await town.act(lambda b, at: correction.recall(b, key, "写错", actor="a", at=at))


# One's own


async def test_a_draft_of_ones_own_is_asked_about_only_when_handed_in(town: Town) -> None:
    await town.appoint(9, Role.APPROVER)
    day = town.clock.now().date()

    def write(books: Books, at: datetime) -> Campaign:
        return own.write(
            books, "防汛", "夜里有雨。", day, day, time(11), Recipients.RESIDENTS, actor="e", at=at
        )

    made = await town.act(write)
    assert made.state is S.DRAFT
    await town.act(lambda b, at: office.ask_approvers(b, at=at))
    assert await town.rows("SELECT count(*) FROM deliveries") == [(0,)]
    with pytest.raises(BadInput, match="一样"):
        await town.act(write)
    await town.act(lambda b, at: own.submit(b, made.id, actor="e", at=at))
    await town.act(lambda b, at: office.ask_approvers(b, at=at))
    assert await town.rows("SELECT count(*) FROM deliveries") == [(1,)]
    with pytest.raises(WrongState):
        await town.act(lambda b, at: own.submit(b, made.id, actor="e", at=at))
    with pytest.raises(NotAllowed):
        await town.act(
            lambda b, at: office.approve(
                b, made.id, None, faults_of=lambda *_: (), actor="e", at=at
            )
        )


# Progress


async def test_the_units_of_a_campaign_add_up_to_its_total(town: Town) -> None:
    key = await campaign(town)
    await sent_to(town, key, MIXED)
    seen = await town.look(lambda b: overview(b, key, at=town.clock.now(), languages={}))
    assert [(line.name, line.tally.sent) for line in seen.units] == [("东河村", 2)]
    assert sum(line.tally.intended for line in seen.units) == seen.tally.intended
    assert len(seen.doubts) == 1


async def test_the_units_of_a_campaign_stand_in_the_order_of_their_codes(town: Town) -> None:
    key = await campaign(town)
    codes = {unit.code: unit.id for unit in await town.look(lambda b: b.people.units())}
    lines = [
        UnitLine(None, "（未选村）", Tally()),
        UnitLine(codes["V2"], "乙村", Tally()),
        UnitLine(codes["V1"], "甲村", Tally()),
    ]
    seen = await town.look(
        lambda b: overview(b, key, at=town.clock.now(), languages={}, counted=lines)
    )
    assert [line.name for line in seen.units] == ["甲村", "乙村", "（未选村）"]


AT = datetime.fromisoformat("2026-12-04T10:00+08:00")


@pytest.mark.parametrize(
    ("left", "lately", "ago", "days", "words"),
    [
        (0, 50, 10, 0, "都已处理完。"),
        (100, 0, 0, 0, "说不准还要多久"),
        (100, 9, 10, 0, "说不准还要多久"),
        (6000, 250, 10, 0, "每秒 25.0 条）约 4 分钟"),
        (1_000_000, 250, 10, 1, "今晚 21:00 前发不完，明早 7:30 接着发"),
        (1_000_000, 250, 10, 0, "今天是最后一天，剩下的不再发"),
    ],
)
def test_the_time_left_is_said_only_where_it_is_known(
    left: int, lately: int, ago: int, days: int, words: str
) -> None:
    first = AT - timedelta(seconds=ago) if lately else None
    found = remaining(left, lately, first, AT, AT.date() + timedelta(days=days))
    assert words in remaining_text(found, AT)


def test_at_night_no_end_is_told() -> None:
    night = datetime.fromisoformat("2026-12-04T22:00+08:00")
    first = night - timedelta(seconds=9)
    assert remaining(9, 99, first, night, night.date()) == Remaining(9)
