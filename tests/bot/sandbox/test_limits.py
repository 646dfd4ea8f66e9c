"""Telegram's limits on sending."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter
from hypothesis import given
from hypothesis import strategies as st

from lawbot.sandbox import Sandbox
from lawbot.sandbox.answers import ApiError
from lawbot.sandbox.limits import Limits
from lawcore.clock import StillClock

from .conftest import Connect


class Ticks:
    """Real time as the test wants it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def admitted(limits: Limits, chat_id: int, times: int) -> int:
    count = 0
    for _ in range(times):
        try:
            limits.admit(chat_id)
        except ApiError:
            continue
        count += 1
    return count


async def test_too_much_is_answered_with_429_and_a_time(
    clock: StillClock, connect: Connect
) -> None:
    async with Sandbox(clock, rate=2, per_chat=None) as sandbox:
        bot: Bot = connect(sandbox)
        wang = sandbox.person("王大妈")
        await wang.say("/start")
        await bot.send_message(wang.user_id, "一")
        await bot.send_message(wang.user_id, "二")
        with pytest.raises(TelegramRetryAfter) as refusal:
            await bot.send_message(wang.user_id, "三")
        assert refusal.value.retry_after == 1
        assert "Too Many Requests: retry after 1" in str(refusal.value.message)
        await bot.edit_message_text("改", chat_id=wang.user_id, message_id=wang.last.message_id)
        assert [m.text for m in wang.chat if m.from_bot] == ["一", "改"]
        assert sandbox.limits.refused == 1


async def test_what_a_blocker_does_not_get_does_not_count(
    clock: StillClock, connect: Connect
) -> None:
    async with Sandbox(clock, rate=1) as sandbox:
        bot = connect(sandbox)
        wang, li = sandbox.person("王大妈"), sandbox.person("李叔")
        await wang.say("/start")
        await li.say("/start")
        await li.block()
        with pytest.raises(TelegramForbiddenError):
            await bot.send_message(li.user_id, "一")
        await bot.send_message(wang.user_id, "一")


def test_the_rate_over_all_chats_is_a_sliding_second() -> None:
    ticks = Ticks()
    limits = Limits(30, None, None, ticks)
    assert sum(admitted(limits, chat, 1) for chat in range(1, 41)) == 30
    ticks.now += 0.999
    assert admitted(limits, 1, 1) == 0
    ticks.now += 0.002
    assert admitted(limits, 1, 40) == 30


def test_one_chat_gets_short_bursts_but_one_a_second_on_average() -> None:
    ticks = Ticks()
    limits = Limits(None, 1.0, None, ticks)
    assert admitted(limits, 1, 20) == 10
    assert admitted(limits, 2, 1) == 1
    ticks.now += 10
    assert admitted(limits, 1, 20) == 10


def test_a_group_gets_twenty_a_minute() -> None:
    ticks = Ticks()
    limits = Limits(None, 1.0, 20, ticks)
    assert admitted(limits, -1, 30) == 20
    ticks.now += 59
    assert admitted(limits, -1, 1) == 0
    ticks.now += 1
    assert admitted(limits, -1, 1) == 1


def test_whoever_runs_into_a_limit_is_let_in_after_the_time_he_was_told() -> None:
    ticks = Ticks()
    limits = Limits(5, None, None, ticks)
    admitted(limits, 1, 5)
    with pytest.raises(ApiError) as refusal:
        limits.admit(1)
    assert refusal.value.parameters is not None
    ticks.now += refusal.value.parameters["retry_after"]
    assert admitted(limits, 1, 1) == 1


@given(st.lists(st.floats(0, 0.2), max_size=200))
def test_no_second_ever_holds_more_than_the_rate(gaps: list[float]) -> None:
    ticks = Ticks()
    limits = Limits(7, None, None, ticks)
    passed: list[float] = []
    for gap in gaps:
        ticks.now += gap
        if admitted(limits, 1, 1):
            passed.append(ticks.now)
    assert all(sum(1 for t in passed if at - 1 < t <= at) <= 7 for at in passed)
