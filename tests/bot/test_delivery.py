"""Messages over HTTP: every outcome is recorded once, nobody is written to twice."""

import contextlib
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from aiohttp import web

from lawbot.sandbox import Sandbox, Standing, VirtualPerson
from lawbot.telegram.app import make_bot
from lawbot.telegram.channel import TelegramChannel
from lawbot.telegram.numbers import Numbers
from lawcore.campaigns import launching, office
from lawcore.clock import MovableClock
from lawcore.delivery.gate import Gate
from lawcore.delivery.model import DeliveryState, Letter, OutcomeKind, Tally
from lawcore.delivery.pace import Pace
from lawcore.participation import enrol
from lawcore.people.model import Address, Role, Roster
from lawcore.storage import Books
from tests.stage import Stage, ask, local, press, running, settings_for

DAY = "constitution-day"
TITLE = "国家宪法日"
HOUR = "2026-12-04T09:00"


def received(phone: VirtualPerson) -> int:
    """How many messages of the day the phone holds."""
    return sum("不再接收" in m.labels and m.from_bot for m in phone.chat)


async def reasons(stage: Stage) -> list[tuple[str, str | None]]:
    return [
        (state, reason)
        for state, reason in await stage.rows(
            "SELECT state, reason FROM deliveries WHERE kind = 'campaign' ORDER BY account_id"
        )
    ]


async def test_everybody_of_every_village_gets_it_once(stage: Stage) -> None:
    phones = await stage.residents(30, ("V1", "V2", "V3"))
    await stage.approve(DAY)
    await stage.move_to(HOUR)
    await stage.rest()
    assert [received(phone) for phone in phones] == [1] * 30
    assert await stage.tally(DAY) == Tally(sent=30)
    assert await stage.rows(
        "SELECT state FROM campaigns WHERE observance = 'constitution-day'"
    ) == [("done",)]
    assert await stage.rows(
        "SELECT kind, actor FROM entries WHERE campaign_id IS NOT NULL AND kind IN"
        " ('approved', 'sending', 'done') ORDER BY id"
    ) == [("approved", "console"), ("sending", "lawbot"), ("done", "lawbot")]


async def test_who_left_gets_nothing_and_is_not_counted(stage: Stage) -> None:
    stays, leaves = await stage.residents(2)
    await stage.approve(DAY)
    await ask(leaves, "/stop")
    await stage.move_to(HOUR)
    assert (received(stays), received(leaves)) == (1, 0)
    assert await stage.tally(DAY) == Tally(sent=1)


async def test_who_leaves_between_freezing_and_sending_is_skipped(stage: Stage) -> None:
    phones = await stage.residents(3)
    key = await stage.approve(DAY)
    await freeze(stage)
    await stage.act(lambda books, at: office.pause(books, key, actor="console", at=at))
    await ask(phones[1], "/stop")
    await stage.act(
        lambda books, at: office.resume(books, key, faults_of=lambda *_: (), actor="console", at=at)
    )
    await stage.rest()
    assert [received(phone) for phone in phones] == [1, 0, 1]
    assert await reasons(stage) == [("sent", None), ("skipped", "发送前已退出"), ("sent", None)]


async def freeze(stage: Stage) -> None:
    """Move to the hour and freeze the recipients, without sending yet."""
    await stage.box.move_to(local(HOUR))
    await stage.act(lambda books, at: launching.launch(books, at=at))


async def test_a_paused_campaign_sends_nothing_and_goes_on_with_the_rest(stage: Stage) -> None:
    phones = await stage.residents(3)
    key = await stage.approve(DAY)
    await freeze(stage)
    await stage.act(lambda books, at: office.pause(books, key, actor="console", at=at))
    await stage.service.catch_up()
    assert [received(phone) for phone in phones] == [0, 0, 0]
    await stage.act(
        lambda books, at: office.resume(books, key, faults_of=lambda *_: (), actor="console", at=at)
    )
    await stage.rest()
    assert [received(phone) for phone in phones] == [1, 1, 1]


async def test_a_blocked_account_is_recorded_and_left_alone_until_it_returns(
    stage: Stage,
) -> None:
    there, gone = await stage.residents(2)
    await stage.approve(DAY)
    stage.box.world.chats[gone.user_id].standing = Standing.BLOCKED
    await stage.move_to(HOUR)
    assert await reasons(stage) == [("sent", None), ("blocked", "对方已停用机器人")]
    assert await stage.rows("SELECT state FROM accounts ORDER BY id") == [("active",), ("blocked",)]
    tried = calls_to(stage, gone)
    await next_day(stage)
    assert calls_to(stage, gone) == tried, "the next message is not even tried"
    assert received(there) == 2
    tally = await stage.tally("memorial-day")
    assert tally == Tally(sent=1, blocked=1), "it is counted all the same"
    await gone.unblock()
    await ask(gone, "/start")
    await stage.move_to("2027-01-03T10:00")
    await stage.approve("police-day", 2027)
    await stage.move_to("2027-01-10T09:00")
    assert (received(there), received(gone)) == (3, 1)


async def next_day(stage: Stage) -> None:
    """Another message to all residents: 国家公祭日."""
    await stage.move_to("2026-12-10T10:00")
    await stage.approve("memorial-day")
    await stage.move_to("2026-12-13T09:00")


def calls_to(stage: Stage, phone: VirtualPerson) -> int:
    return sum(
        str(call.payload.get("chat_id")) == str(phone.user_id)
        for call in stage.box.calls("sendMessage")
    )


async def test_a_deleted_account_and_a_chat_that_nobody_knows_are_told_apart(
    stage: Stage,
) -> None:
    deleted, unknown = await stage.residents(2)
    await stage.approve(DAY)
    await deleted.delete_account()
    del stage.box.world.chats[unknown.user_id]
    await stage.move_to(HOUR)
    assert await reasons(stage) == [
        ("blocked", "对方已停用机器人"),
        ("failed", "找不到这个聊天，可能已注销"),
    ]


@pytest.mark.parametrize("executed", [True, False])
async def test_a_lost_answer_leaves_the_delivery_in_doubt_and_is_not_sent_again(
    stage: Stage, *, executed: bool
) -> None:
    (phone,) = await stage.residents(1)
    await stage.approve(DAY)
    stage.box.lose_next("sendMessage", executed=executed)
    await stage.move_to(HOUR)
    assert received(phone) == int(executed)
    assert await reasons(stage) == [("unknown", "发出后没有收到回音，可能已发出")]
    for _ in range(3):
        await stage.pass_time(timedelta(minutes=10))
    assert received(phone) == int(executed)
    assert await stage.tally(DAY) == Tally(unknown=1)
    admin = await stage.appoint("王所长", Role.ADMIN)
    await ask(admin, "/admin")
    shown = await press(admin, "宣传任务")
    assert (
        f"{TITLE} · 已发完\n   应发 1：已发出 0，对方已停用 0，未发成 0，不确定 1，未发 0，处理中 0"
    ) in shown.text


async def test_a_refusal_is_final_and_says_why(stage: Stage) -> None:
    await stage.residents(1)
    await stage.approve(DAY)
    stage.box.fail_next("sendMessage", 400, "Bad Request: message is too long")
    await stage.move_to(HOUR)
    ((state, reason),) = await reasons(stage)
    assert state == "failed"
    assert reason is not None
    assert "message is too long" in reason


@pytest.mark.parametrize("code", [401, 404, 500, 502])
async def test_trouble_of_the_service_is_tried_again_later(stage: Stage, code: int) -> None:
    (phone,) = await stage.residents(1)
    await stage.approve(DAY)
    stage.box.fail_next("sendMessage", code, "trouble")
    await stage.move_to(HOUR)
    assert await reasons(stage) in [
        [("queued", "消息服务出错")],
        [("queued", "消息服务不认这个机器人")],
    ]
    await stage.pass_time(timedelta(seconds=10))
    assert received(phone) == 1
    assert await stage.tally(DAY) == Tally(sent=1)


async def test_while_the_service_cannot_be_reached_messages_wait_and_the_bot_lives(
    stage: Stage,
) -> None:
    phones = await stage.residents(3)
    await stage.approve(DAY)
    port = int(stage.box.url.rsplit(":", 1)[1])
    await stage.box.stop()
    await stage.move_to(HOUR)
    assert await reasons(stage) == [("queued", "连不上消息服务")] * 3
    await stage.box.start(port)
    await stage.pass_time(timedelta(seconds=10))
    assert [received(phone) for phone in phones] == [1, 1, 1]
    assert "今天 12月4日" in (await ask(phones[0], "/today")).text, "the bot polls again"


async def test_an_outage_of_an_hour_loses_nobody(stage: Stage) -> None:
    (phone,) = await stage.residents(1)
    await stage.approve(DAY)
    port = int(stage.box.url.rsplit(":", 1)[1])
    await stage.box.stop()
    await stage.move_to(HOUR)
    for _ in range(12):
        await stage.pass_time(timedelta(minutes=5))
    await stage.box.start(port)
    await stage.pass_time(timedelta(minutes=10))
    assert received(phone) == 1


async def test_what_is_resumed_at_night_waits_for_the_morning(stage: Stage) -> None:
    (phone,) = await stage.residents(1)
    key = await stage.approve("fire-month")
    await stage.act(lambda books, at: launching.launch(books, at=at + timedelta(days=1)))
    await stage.act(lambda books, at: office.pause(books, key, actor="console", at=at))
    await stage.box.move_to(local("2026-11-28T22:00"))
    await stage.act(
        lambda books, at: office.resume(books, key, faults_of=lambda *_: (), actor="console", at=at)
    )
    await stage.service.catch_up()
    assert received(phone) == 0
    await stage.move_to("2026-11-29T07:30")
    assert received(phone) == 1


async def test_what_is_left_when_its_last_day_is_over_is_not_sent_a_day_late(stage: Stage) -> None:
    phones = await stage.residents(2)
    key = await stage.approve(DAY)
    await freeze(stage)
    await stage.act(lambda books, at: office.pause(books, key, actor="console", at=at))
    await stage.move_to("2026-12-05T09:00")
    assert [received(phone) for phone in phones] == [0, 0]
    tally = await stage.tally(DAY)
    assert (tally.intended, tally.skipped) == (2, 2)
    ((state, why),) = await stage.rows(f"SELECT state, reason FROM campaigns WHERE id = {key}")  # noqa: S608 - our own number
    assert (state, "结束时还暂停着" in str(why)) == ("cancelled", True)


@pytest.fixture
async def moving(sqlite_url: str, small_town: Roster) -> AsyncIterator[Stage]:
    """The stage with a clock that runs, for what lasts real seconds."""
    clock = MovableClock(local("2026-11-24T10:00"))
    async with (
        Sandbox(clock, per_chat=None) as box,
        running(box, sqlite_url, telegram_rate=25) as stage,
    ):
        await stage.act(lambda books, at: books.people.save_roster(small_town, at))
        yield stage


async def many(stage: Stage, count: int) -> list[VirtualPerson]:
    """Residents who joined long ago."""
    phones = [stage.box.person(f"村民{number}") for number in range(count)]

    def job(books: Books, at: datetime) -> None:
        for phone in phones:
            stage.box.world.chats[phone.user_id].standing = Standing.MEMBER
            address = Address("telegram", str(phone.user_id))
            enrol.start(books.people, books.ledger, address, "V1", at=at)

    await stage.act(job)
    return phones


async def test_when_told_to_wait_all_sending_waits_and_nothing_is_lost_or_doubled(
    moving: Stage,
) -> None:
    phones = await many(moving, 50)
    await moving.approve(DAY)
    done = len(moving.box.calls("sendMessage"))
    moving.box.fail_next("sendMessage", 429, "Too Many Requests", {"retry_after": 2})
    await moving.move_to(HOUR)
    calls = moving.box.calls("sendMessage")[done:]
    told_at = next(call.tick for call in calls if call.error_code == 429)
    await moving.until("SELECT count(*) FROM deliveries WHERE state = 'sent'", 50)
    calls = moving.box.calls("sendMessage")[done:]
    on_the_way = 0.5
    assert not [c for c in calls if told_at + on_the_way < c.tick < told_at + 2.0]
    assert len(calls) == 51
    assert [received(phone) for phone in phones] == [1] * 50
    assert await moving.tally(DAY) == Tally(sent=50)


async def test_the_limit_of_the_service_is_never_run_into(moving: Stage) -> None:
    phones = await many(moving, 70)
    await moving.approve(DAY)
    await moving.move_to(HOUR)
    sent = moving.box.calls("sendMessage")
    assert Counter(call.payload["chat_id"] for call in sent) == dict.fromkeys(
        (str(phone.user_id) for phone in phones), 1
    )
    ticks = [call.tick for call in sent]
    assert moving.box.limits.refused == 0
    assert ticks[-1] - ticks[0] < 3.5, "as fast as is allowed"
    assert [received(phone) for phone in phones] == [1] * 70


async def test_a_stop_in_the_middle_brings_home_what_is_on_its_way_and_keeps_the_rest(
    box: Sandbox, sqlite_url: str, small_town: Roster
) -> None:
    async with running(box, sqlite_url) as stage:
        await stage.act(lambda books, at: books.people.save_roster(small_town, at))
        phones = await stage.residents(60, ("V1", "V2"))
        await stage.approve(DAY)
        box.delay(0.2, 0.4)
        await freeze(stage)
        await stage.until("SELECT count(*) FROM deliveries WHERE state = 'sent'")
    with contextlib.closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as file:
        states = "SELECT state, count(*) FROM deliveries WHERE kind = 'campaign' GROUP BY state"
        rows = dict(file.execute(states))
    assert set(rows) == {"sent", "queued"}, "nothing is left in doubt"
    assert rows["sent"] == sum(received(phone) for phone in phones)
    box.delay(0, 0)
    async with running(box, sqlite_url) as stage:
        await stage.rest()
        assert [received(phone) for phone in phones] == [1] * 60
        assert await stage.tally(DAY) == Tally(sent=60)


async def test_what_a_crash_left_in_doubt_is_shown_and_not_sent_again(stage: Stage) -> None:
    (phone,) = await stage.residents(1)
    await stage.approve(DAY)
    await freeze(stage)
    await stage.act(lambda books, at: books.deliveries.claim(10, at))
    await stage.service.catch_up()
    assert (await stage.tally(DAY)) == Tally(sending=1), "it may be on its way still"
    await stage.pass_time(timedelta(minutes=3))
    assert await stage.tally(DAY) == Tally(unknown=1)
    assert await reasons(stage) == [(DeliveryState.UNKNOWN.value, "发出后没有收到回音，可能已发出")]
    assert received(phone) == 0


@pytest.mark.parametrize(
    ("status", "body"),
    [(502, "<html><h1>502 Bad Gateway</h1></html>"), (200, "not json"), (200, "[]")],
)
async def test_an_answer_that_nobody_can_read_leaves_the_delivery_in_doubt(
    box: Sandbox, status: int, body: str
) -> None:
    async def gateway(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", gateway)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    numbers = Numbers()
    bot = make_bot(
        settings_for(box, "sqlite:///none", telegram_api_url=address), Gate(Pace(30)), numbers
    )
    try:
        outcome = await TelegramChannel(bot, numbers).send(Address("telegram", "1"), Letter("你好"))
    finally:
        await bot.session.close()
        await runner.cleanup()
    assert outcome.kind is OutcomeKind.UNKNOWN


async def test_exam_notices_reach_cadres_only_once(stage: Stage) -> None:
    cadre = await stage.appoint("王一", Role.CADRE, "001")
    await stage.exam("2026-12-08T09:00", "2026-12-15T18:00")
    for _ in range(3):
        await stage.move_to("2026-12-08T09:00")
    assert sum("考试开始了" in m.text for m in cadre.chat) == 1
