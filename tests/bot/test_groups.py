"""Group robots and e-mail: each post once, at the pace of the service, with a plain reason if not.

The services are doubles on loopback that check what they are sent as the vendors document it.
"""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from lawbot.groups import mail, webhook
from lawbot.groups.model import Directory, GroupEntry, GroupKind, Security
from lawbot.groups.pace import MinutePace
from lawbot.groups.poster import NOT_LISTED, SERVICES, STOPPED, Poster
from lawbot.groups.splitting import split
from lawbot.house import House
from lawbot.rounds import launch
from lawbot.sandbox import Sandbox
from lawcore.campaigns import office
from lawcore.campaigns.groups import retry
from lawcore.campaigns.model import Campaign, CampaignState, Draft, Recipients
from lawcore.clock import StillClock, moment
from lawcore.content import Inspection
from lawcore.delivery.groups import LOST, GroupLine, Posted
from lawcore.delivery.model import MAX_TRIES, DeliveryKind, DeliveryState, OutcomeKind
from lawcore.errors import NotFound, WrongState
from lawcore.ids import CampaignId, ObservanceKey
from lawcore.people.model import Roster
from lawcore.storage import Books, Store
from lawcore.storage.tables import group_posts
from tests.bot.group_services import (
    DINGTALK_SECRET,
    FEISHU_SECRET,
    KEY,
    KINDS,
    MailHost,
    Robots,
    mail_on_loopback,
    robots_on_loopback,
)
from tests.stage import running, shipped

TEXT = "【国家宪法日】12月4日\n\n{village}的乡亲：宪法管着每一个人。\n\n有事打12348。"
DAY, NEXT = date(2026, 12, 4), date(2026, 12, 5)
"""The first and the last day of the campaign."""
S = DeliveryState
LONG = "\n\n".join(f"第{n}段。" + "宪法是国家的根本法。" * 20 for n in range(12))


def again(books: Books, key: CampaignId, group: str, at: datetime) -> GroupLine:
    """A person has it posted once more; the checker has nothing against the text."""
    return retry(books, key, group, faults_of=lambda *_: (), actor="account:1", at=at)


class Office:
    """A township with its groups: one campaign, a poster, a clock that is moved."""

    def __init__(self, house: House, clock: StillClock, directory: Directory) -> None:
        self.house, self.clock = house, clock
        self.poster = Poster(house, directory)

    async def campaign(
        self, text: str = TEXT, recipients: Recipients = Recipients.RESIDENTS
    ) -> CampaignId:
        """A campaign that another person has approved, due at nine."""
        key, title, due = ObservanceKey("constitution-day"), "国家宪法日", moment(DAY, time(9))
        draft = Draft(key, 2026, title, DAY, NEXT, text, recipients, due)

        def job(books: Books, at: datetime) -> Campaign:
            campaign = books.campaigns.add(draft, "account:1", at)
            return office.approve(
                books, campaign.id, None, faults_of=lambda *_: (), actor="account:2", at=at
            )

        return (await self.house.act(job)).id

    async def launched(
        self, text: str = TEXT, recipients: Recipients = Recipients.RESIDENTS
    ) -> CampaignId:
        """The same, launched at nine; nothing is posted yet."""
        key = await self.campaign(text, recipients)
        self.clock.move_to(moment(DAY, time(9)))
        await launch(self.house, self.poster.groups)
        return key

    async def lines(self, key: CampaignId) -> list[GroupLine]:
        return await self.house.look(lambda books, _: list(books.group_posts.lines(key)))

    async def line(self, key: CampaignId) -> GroupLine:
        (line,) = await self.lines(key)
        return line

    async def state(self, key: CampaignId) -> CampaignState:
        return (await self.house.look(lambda books, _: office.get(books, key))).state

    async def post(self, gap: timedelta = timedelta()) -> int:
        self.clock.pass_time(gap)
        return await self.poster.run_once()


@pytest.fixture
async def robots(clock: StillClock) -> AsyncIterator[Robots]:
    async with robots_on_loopback(clock) as robots:
        yield robots


@pytest.fixture
async def mail_host() -> AsyncIterator[MailHost]:
    async with mail_on_loopback() as host:
        yield host


@pytest.fixture
def house(store: Store, roster: Roster, clock: StillClock) -> House:
    assert roster.units
    return House(store, shipped(), clock, "示范镇", Inspection(shipped(), None))


def office_with(house: House, clock: StillClock, *entries: GroupEntry) -> Office:
    return Office(house, clock, Directory({entry.name: entry for entry in entries}))


# -- what arrives --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
async def test_a_campaign_stands_in_the_group_once(
    house: House, clock: StillClock, robots: Robots, kind: GroupKind
) -> None:
    work = office_with(house, clock, robots.entry(kind, unit="V1"))
    key = await work.launched()
    assert await work.post() == 1
    assert robots.heard == [TEXT.replace("{village}", "东河村")]
    assert (await work.line(key)).state is S.SENT
    assert await work.post() == 0
    assert len(robots.heard) == 1


async def test_a_group_of_the_town_reads_of_all_villages(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM, unit="T"))
    await work.launched()
    await work.post()
    assert "各村的乡亲" in robots.heard[0]


async def test_nothing_in_a_text_calls_on_people_of_the_group(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.FEISHU))
    await work.launched('大家好 <at user_id="all">所有人</at>')
    await work.post()
    assert "<at" not in robots.heard[0]


async def test_a_long_text_goes_to_wecom_in_parts_that_fit(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    key = await work.launched(LONG)
    await work.post()
    assert (await work.line(key)).state is S.SENT
    assert len(robots.heard) > 3
    marks = [re.search(r"\n（(\d+)/(\d+)）$", part) for part in robots.heard]
    assert [(m[1], m[2]) for m in marks if m] == [
        (str(n), str(len(marks))) for n in range(1, len(marks) + 1)
    ]
    assert "\n\n".join(re.sub(r"\n（\d+/\d+）$", "", part) for part in robots.heard) == LONG


async def test_a_long_text_goes_to_dingtalk_and_feishu_in_one_piece(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(
        house,
        clock,
        robots.entry(GroupKind.DINGTALK, "钉钉群"),
        robots.entry(GroupKind.FEISHU, "飞书群"),
    )
    await work.launched(LONG)
    await work.post()
    assert robots.heard == [LONG, LONG]


@given(
    st.text(alphabet=st.sampled_from("宪法a。\n；！😀"), max_size=1500),
    st.integers(min_value=60, max_value=400),
)
def test_parts_are_within_the_limit_and_lose_nothing(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(len(part.encode()) <= limit for part in parts)
    bare = [re.sub(r"\n（\d+/\d+）$", "", part) for part in parts] if len(parts) > 1 else parts
    assert "".join("".join(bare).split()) == "".join(text.split())


def test_parts_break_between_paragraphs_where_they_can() -> None:
    paragraphs = ["甲" * 50 + "。", "乙" * 50 + "。", "丙" * 50 + "。"]
    first, second = split("\n\n".join(paragraphs), 340)
    assert first == "\n\n".join(paragraphs[:2]) + "\n（1/2）"
    assert second == paragraphs[2] + "\n（2/2）"


# -- what the services say -----------------------------------------------------------------------

B, F, L, X = OutcomeKind.BLOCKED, OutcomeKind.FAILED, OutcomeKind.LATER, OutcomeKind.FLOOD
ANSWERS = [
    (GroupKind.WECOM, {"errcode": 93000, "errmsg": "invalid webhook url"}, B, "移出群"),
    (GroupKind.WECOM, {"errcode": 93004, "errmsg": "robot disabled"}, B, "停用"),
    (GroupKind.WECOM, {"errcode": 45009, "errmsg": "api freq out of limit"}, X, "太快"),
    (GroupKind.WECOM, {"errcode": 40058, "errmsg": "exceed max length"}, F, "太长"),
    (GroupKind.WECOM, {"errcode": -1, "errmsg": "system busy"}, L, "繁忙"),
    (GroupKind.WECOM, {"errcode": 81013, "errmsg": "who knows"}, F, "错误码 81013"),
    (GroupKind.DINGTALK, {"errcode": 310000, "errmsg": "keywords not in content"}, F, "关键词"),
    (GroupKind.DINGTALK, {"errcode": 300005, "errmsg": "token is not exist"}, B, "地址不对"),
    (GroupKind.DINGTALK, {"errcode": 400101, "errmsg": "access_token不存在"}, B, "地址不对"),
    (GroupKind.DINGTALK, {"errcode": 400013, "errmsg": "群已被解散"}, B, "解散"),
    (GroupKind.DINGTALK, {"errcode": 400102, "errmsg": "机器人已停用"}, B, "停用"),
    (GroupKind.DINGTALK, {"errcode": 410100, "errmsg": "发送速度太快而限流"}, X, "太快"),
    (GroupKind.DINGTALK, {"errcode": 130101, "errmsg": "send too fast"}, X, "太快"),
    (GroupKind.DINGTALK, {"errcode": 430104, "errmsg": "含有不合适的内容"}, F, "不合适"),
    (GroupKind.FEISHU, {"code": 19001, "msg": "access token invalid"}, B, "移出群"),
    (GroupKind.FEISHU, {"code": 19021, "msg": "sign match fail"}, F, "密钥"),
    (GroupKind.FEISHU, {"code": 19022, "msg": "Ip Not Allowed"}, F, "IP 白名单"),
    (GroupKind.FEISHU, {"code": 19024, "msg": "Key Words Not Found"}, F, "关键词"),
    (GroupKind.FEISHU, {"code": 11232, "msg": "frequency limited"}, X, "太快"),
    (GroupKind.FEISHU, {"code": 9499, "msg": "Bad Request", "data": {}}, F, "格式"),
    (GroupKind.FEISHU, {"code": 9499, "msg": "too many request", "data": {}}, X, "太快"),
    (GroupKind.FEISHU, {"code": 99991400, "msg": "request trigger frequency limit"}, X, "太快"),
    (GroupKind.FEISHU, {"StatusCode": 19024, "StatusMessage": "x"}, F, "关键词"),
]


@pytest.mark.parametrize(("kind", "answer", "outcome", "words"), ANSWERS)
def test_a_code_in_a_200_body_is_not_taken_for_success(
    kind: GroupKind, answer: dict[str, object], outcome: OutcomeKind, words: str
) -> None:
    judged = webhook.judge(SERVICES[kind], 200, json.dumps(answer).encode())
    assert judged.kind is outcome
    assert words in judged.reason
    assert (judged.wait > 0) == (outcome is OutcomeKind.FLOOD)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b"<html>maintenance</html>", OutcomeKind.UNKNOWN),
        (200, b"", OutcomeKind.UNKNOWN),
        (200, b'{"msg": "no code"}', OutcomeKind.UNKNOWN),
        (200, b"[0]", OutcomeKind.UNKNOWN),
        (200, b'{"errcode": true, "code": true}', OutcomeKind.UNKNOWN),
        (302, b"", OutcomeKind.FAILED),
        (404, b"not found", OutcomeKind.FAILED),
        (429, b"", OutcomeKind.FLOOD),
        (502, b"bad gateway", OutcomeKind.LATER),
    ],
)
def test_an_answer_that_nobody_understands_is_never_success(
    kind: GroupKind, status: int, body: bytes, outcome: OutcomeKind
) -> None:
    assert webhook.judge(SERVICES[kind], status, body).kind is outcome


async def test_a_wrong_secret_is_told_with_the_remedy(
    house: House, clock: StillClock, robots: Robots
) -> None:
    ding, fei = robots.entry(GroupKind.DINGTALK, "钉"), robots.entry(GroupKind.FEISHU, "飞")
    work = office_with(
        house,
        clock,
        GroupEntry("钉", ding.kind, "T", ding.address, "wrong"),
        GroupEntry("飞", fei.kind, "T", fei.address),
    )
    key = await work.launched()
    await work.post()
    assert {line.group: line.state for line in await work.lines(key)} == {
        "钉": S.FAILED,
        "飞": S.FAILED,
    }
    assert all("密钥" in line.reason for line in await work.lines(key))
    assert robots.heard == []


# -- trying again --------------------------------------------------------------------------------


async def test_a_service_that_is_down_is_tried_again_with_growing_gaps_and_then_given_up(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    key = await work.launched()
    for _ in range(MAX_TRIES):
        robots.answer_next("bad gateway", 502)
    waited = timedelta()
    tries = await work.post()
    while (await work.line(key)).state is S.QUEUED:
        waited += timedelta(seconds=30)
        tries += await work.post(timedelta(seconds=30))
    assert tries == MAX_TRIES
    assert timedelta(minutes=10) < waited < timedelta(minutes=20)
    assert (await work.line(key)).state is S.FAILED
    assert robots.heard == []


async def test_a_service_that_cannot_be_reached_has_posted_nothing(
    house: House, clock: StillClock, robots: Robots
) -> None:
    entry = robots.entry(GroupKind.WECOM)
    nowhere = entry.address.replace(str(robots.port), "1")
    work = office_with(house, clock, GroupEntry(entry.name, entry.kind, "T", nowhere))
    key = await work.launched()
    await work.post()
    line = await work.line(key)
    assert (line.state, line.reason) == (S.QUEUED, webhook.NO_WAY)


async def test_a_lost_answer_is_unknown_and_never_posted_again_by_itself(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    key = await work.launched()
    robots.hangs_up = True
    await work.post()
    line = await work.line(key)
    assert (line.state, line.reason) == (S.UNKNOWN, webhook.NO_ANSWER)
    robots.hangs_up = False
    assert await work.post(timedelta(hours=1)) == 0


async def test_a_person_may_post_again_to_a_group_that_was_looked_into(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    key = await work.launched()
    robots.answer_next({"errcode": 93000, "errmsg": "invalid webhook url"})
    await work.post()
    assert (await work.line(key)).state is S.BLOCKED
    with pytest.raises(NotFound, match="没有发往"):
        await house.act(lambda books, at: again(books, key, "别的群", at))
    await house.act(lambda books, at: again(books, key, "镇工作群", at))
    await work.post()
    assert (await work.line(key)).state is S.SENT
    with pytest.raises(WrongState, match="已发出"):
        await house.act(lambda books, at: again(books, key, "镇工作群", at))


async def test_what_is_over_is_not_posted_again(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    key = await work.launched()
    robots.answer_next({"errcode": 93000, "errmsg": "x"})
    await work.post()
    clock.pass_time(timedelta(days=2))
    with pytest.raises(WrongState, match="已经结束"):
        await house.act(lambda books, at: again(books, key, "镇工作群", at))


async def test_an_interrupted_text_goes_on_with_the_part_that_is_missing(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    key = await work.launched(LONG)
    whole = len(split(LONG, 2048))
    robots.flood_after = 2
    await work.post()
    assert len(robots.heard) == 2
    assert (await work.line(key)).state is S.QUEUED
    assert await work.post(timedelta(seconds=50)) == 0, "the service asked for a minute"
    work.poster = Poster(house, robots.directory(robots.entry(GroupKind.WECOM)))
    await work.post(timedelta(seconds=11))
    assert (await work.line(key)).state is S.SENT
    assert len(robots.heard) == whole
    assert len(set(robots.heard)) == whole


# -- pace ----------------------------------------------------------------------------------------


async def test_a_robot_posts_at_most_twenty_times_a_minute(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    text = "\n\n".join(f"第{n}段。" + "宪" * 600 for n in range(25))
    key = await work.launched(text)
    await work.post()
    assert len(robots.heard) == 20
    line = await work.line(key)
    assert line.state is S.QUEUED
    assert "每分钟" in line.reason
    assert await work.post() == 0, "it waits for its minute and does not knock again"


async def test_who_takes_over_counts_what_was_posted_in_this_minute(
    house: House, clock: StillClock, robots: Robots
) -> None:
    """The process that led has died: its successor starts with an empty memory."""
    entry = robots.entry(GroupKind.WECOM)
    work = office_with(house, clock, entry)
    await work.launched("\n\n".join("宪" * 500 for _ in range(40)))
    await work.post()
    assert len(robots.heard) == 20
    due = update(group_posts).values(due_at=clock.now())
    await house.act(lambda books, _: books._sql.execute(due).rowcount)
    successor = office_with(house, clock, entry)
    await successor.post()
    assert len(robots.bodies) == 20, "it does not even knock"
    later = office_with(house, clock, entry)
    await later.post(timedelta(seconds=61))
    assert len(robots.bodies) == 21


@given(st.lists(st.floats(min_value=0, max_value=20), min_size=1, max_size=80))
def test_no_minute_has_more_than_twenty_whatever_the_gaps(gaps: list[float]) -> None:
    pace, now, left = MinutePace(), 0.0, []
    for gap in gaps:
        now += gap
        now += pace.wait(now)
        assert pace.wait(now) == pytest.approx(0, abs=1e-6)
        left.append(now)
        pace.answered(now)
    for index in range(len(left) - 20):
        assert left[index + 20] - left[index] >= 60 - 1e-6


# -- who gets what, and when ---------------------------------------------------------------------


async def test_what_is_meant_for_cadres_stays_out_of_the_groups_of_villages(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(
        house,
        clock,
        robots.entry(GroupKind.WECOM, "东河村村民群", "V1"),
        robots.entry(GroupKind.WECOM, "执法队群", "D2"),
    )
    key = await work.launched(recipients=Recipients.CADRES)
    assert [line.group for line in await work.lines(key)] == ["执法队群"]


async def test_a_group_of_an_unknown_unit_is_skipped_with_the_reason(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM, unit="V99"))
    key = await work.launched()
    line = await work.line(key)
    assert line.state is S.SKIPPED
    assert "V99" in line.reason
    assert await work.post() == 0


async def test_a_group_that_left_the_file_is_skipped_with_the_reason(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    key = await work.launched()
    work.poster = Poster(house, Directory({}))
    await work.post()
    line = await work.line(key)
    assert (line.state, line.reason) == (S.SKIPPED, NOT_LISTED)
    await launch(house, ())
    assert await work.state(key) is CampaignState.DONE


async def test_a_campaign_is_done_when_its_groups_are_too(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    key = await work.launched()
    assert await work.state(key) is CampaignState.SENDING
    await work.post()
    await launch(house, work.poster.groups)
    assert await work.state(key) is CampaignState.DONE
    assert len(await work.lines(key)) == 1, "another round adds nothing"


async def test_a_paused_campaign_and_the_night_wait(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    key = await work.launched()
    await house.act(lambda books, at: office.pause(books, key, actor="a", at=at))
    assert await work.post() == 0
    await house.act(
        lambda books, at: office.resume(books, key, faults_of=lambda *_: (), actor="a", at=at)
    )
    clock.move_to(moment(DAY, time(22)))
    assert await work.post() == 0
    clock.move_to(moment(NEXT, time(7, 30)))
    assert await work.post() == 1


async def test_what_was_cancelled_or_is_over_reaches_no_group(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    key = await work.launched()
    robots.answer_next({"errcode": -1, "errmsg": "system busy"})
    await work.post()
    await house.act(lambda books, at: office.cancel(books, key, "写错了", actor="a", at=at))
    assert await work.post(timedelta(minutes=10)) == 0
    line = await work.line(key)
    assert (line.state, line.reason) == (S.SKIPPED, "已取消：写错了")


async def test_a_post_that_comes_back_when_the_day_is_over_is_not_made(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    key = await work.launched()
    clock.move_to(moment(NEXT + timedelta(days=1), time(9)))
    await work.post()
    line = await work.line(key)
    assert (line.state, line.reason) == (S.SKIPPED, STOPPED)
    assert robots.heard == []


async def test_a_post_counts_as_a_post_and_never_as_people(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    key = await work.launched()
    await work.post()
    tally = await house.look(lambda books, _: books.deliveries.tally(DeliveryKind.CAMPAIGN, key))
    assert tally.intended == 0


async def test_a_crash_leaves_a_post_unknown(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    key = await work.launched()
    await house.act(lambda books, at: books.group_posts.claim(10, at))
    assert await work.poster.sweep() == 0
    clock.pass_time(timedelta(minutes=3))
    assert await work.poster.sweep() == 1
    line = await work.line(key)
    assert (line.state, line.reason) == (S.UNKNOWN, LOST)
    assert await work.post() == 0
    assert robots.heard == []


async def test_a_post_that_was_taken_for_lost_and_comes_home_is_sent(
    house: House, clock: StillClock, robots: Robots
) -> None:
    work = office_with(house, clock, robots.entry(GroupKind.WECOM))
    key = await work.launched()
    (post,) = await house.act(lambda books, at: books.group_posts.claim(10, at))
    clock.pass_time(timedelta(minutes=3))
    assert await Poster(house, Directory({})).sweep() == 1

    def come_home(books: Books, at: datetime) -> None:
        for state in (S.FAILED, S.QUEUED, S.SENT, S.FAILED):
            books.group_posts.record(Posted(post.id, state, "", 1, 1, at, at))

    await house.act(come_home)
    assert (await work.line(key)).state is S.SENT


async def test_two_processes_do_not_post_the_same(
    house: House, clock: StillClock, robots: Robots
) -> None:
    entries = [robots.entry(GroupKind.WECOM, f"群{n}") for n in range(12)]
    work = office_with(house, clock, *entries)
    await work.launched()
    other = Poster(house, robots.directory(*entries))
    await asyncio.gather(work.poster.run_once(), other.run_once())
    assert len(robots.heard) == 12


# -- mail ----------------------------------------------------------------------------------------


async def test_a_letter_reads_as_it_was_approved(
    house: House, clock: StillClock, mail_host: MailHost
) -> None:
    directory = Directory({"各村邮箱": mail_host.entry()}, mail_host.server)
    work = Office(house, clock, directory)
    key = await work.launched(LONG)
    await work.post()
    assert (await work.line(key)).state is S.SENT
    (letter,) = mail_host.letters
    assert letter["Subject"] == "国家宪法日"
    assert (letter["From"], letter["To"]) == ("sfs@example.cn", "cun@example.cn")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().replace("\r\n", "\n").strip() == LONG


@pytest.mark.parametrize(
    ("command", "answer", "outcome", "words"),
    [
        ("RCPT", "550 no such user", OutcomeKind.FAILED, mail.NO_SUCH_BOX),
        ("RCPT", "451 greylisted", OutcomeKind.LATER, mail.BUSY),
        ("AUTH", "535 wrong password", OutcomeKind.FAILED, mail.WRONG_ACCOUNT),
        ("MAIL", "421 too many connections", OutcomeKind.LATER, mail.BUSY),
        ("DATA", "554 no", OutcomeKind.FAILED, mail.REFUSED),
        ("END", "554 spam", OutcomeKind.FAILED, mail.REFUSED),
        ("END", "452 disk full", OutcomeKind.LATER, mail.BUSY),
        ("MAIL", "", OutcomeKind.LATER, mail.NO_WAY),
        ("END", "", OutcomeKind.UNKNOWN, mail.NO_ANSWER),
    ],
)
async def test_what_a_mail_server_refuses(
    clock: StillClock,
    mail_host: MailHost,
    command: str,
    answer: str,
    outcome: OutcomeKind,
    words: str,
) -> None:
    mail_host.answers[command] = answer
    told = await mail.send(mail_host.server, mail_host.entry(), "国家宪法日", TEXT, clock.now())
    assert told.kind is outcome
    assert words in told.reason
    assert mail_host.letters == []


async def test_a_mail_server_without_the_encryption_of_the_file_is_named_as_that(
    clock: StillClock, mail_host: MailHost
) -> None:
    plain = replace(mail_host.server, security=Security.STARTTLS)
    told = await mail.send(plain, mail_host.entry(), "国家宪法日", TEXT, clock.now())
    assert (told.kind, told.reason) == (OutcomeKind.FAILED, mail.NOT_SUPPORTED)
    mail_host.answers["EHLO"] = "250 here"
    told = await mail.send(mail_host.server, mail_host.entry(), "国家宪法日", TEXT, clock.now())
    assert (told.kind, told.reason) == (OutcomeKind.FAILED, mail.NOT_SUPPORTED)
    assert mail_host.letters == []


async def test_a_title_cannot_forge_a_header(clock: StillClock, mail_host: MailHost) -> None:
    title = "国家宪法日\r\nBcc: everybody@example.cn"
    await mail.send(mail_host.server, mail_host.entry(), title, TEXT, clock.now())
    assert mail_host.letters[0]["Bcc"] is None


# -- secrets -------------------------------------------------------------------------------------


async def test_no_secret_is_ever_written_down(
    house: House,
    clock: StillClock,
    robots: Robots,
    mail_host: MailHost,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    entries = [robots.entry(kind, f"群{kind}") for kind in KINDS]
    directory = Directory({e.name: e for e in (*entries, mail_host.entry())}, mail_host.server)
    work = Office(house, clock, directory)
    for _ in range(2):
        robots.answer_next("who knows", 500)
    mail_host.answers["AUTH"] = "535 no"
    key = await work.launched()
    await work.post()
    told = " ".join(
        [caplog.text, repr(directory), *(line.reason for line in await work.lines(key))]
    )
    for secret in (KEY, DINGTALK_SECRET, FEISHU_SECRET, "mail-pw"):
        assert secret not in told


# -- the whole way -------------------------------------------------------------------------------


async def test_the_running_bot_posts_what_was_approved_to_the_groups_of_its_file(
    box: Sandbox, sqlite_url: str, small_town: Roster, robots: Robots, tmp_path: Path
) -> None:
    entry = robots.entry(GroupKind.DINGTALK, "东河村村民群", "V1")
    file = tmp_path / "群.toml"
    file.write_text(
        f'[[group]]\nname = "{entry.name}"\nkind = "dingtalk"\nunit = "V1"\n'
        f'address = "{entry.address}"\nsecret = "{entry.secret}"\n',
        encoding="utf-8",
    )
    async with running(box, sqlite_url, groups=file) as stage:
        await stage.act(lambda books, at: books.people.save_roster(small_town, at))
        await stage.rest()
        key = await stage.campaign("constitution-day")
        await stage.act(
            lambda books, at: office.approve(
                books, key, None, faults_of=lambda *_: (), actor="乙", at=at
            )
        )
        await stage.move_to("2026-12-04T09:01")
        (line,) = await stage.look(lambda books: books.group_posts.lines(key))
    assert line.state is S.SENT
    assert len(robots.heard) == 1
    assert robots.heard[0].startswith("【第13个国家宪法日】")
