"""What every measured bot does beside serving: it says who its people are and what it used."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from benchmarks.talk import questions, say

Presses = dict[int, list[str]]
"""By person: what their buttons carry, pressed in turn."""


async def serve(
    people: Presses,
    listening: Coroutine[Any, Any, None],
    stored: Callable[[], Awaitable[int]] | None = None,
) -> None:
    """Listen until the asking process hangs up.

    Says the processor time used so far, and how many answers are on disk when asked.
    """
    task = asyncio.create_task(listening)
    say(people=[{"number": number, "presses": presses} for number, presses in people.items()])
    async for asked in questions():
        if task.done():
            task.result()
        if asked["what"] == "stored":
            say(stored=await stored() if stored else None)
        else:
            say(cpu=time.process_time())
    task.cancel()


CARD = (
    "<b>第四季度学法用法考试</b>\n第 12/80 题 · 单选题 · 1 分\n剩余 41 分 07 秒 · 已答 11 题\n\n"
    "村民委员会组织法规定，村民委员会每届任期几年，届满应当及时举行换届选举？\n\n"
    "A. 三年，不得连任\nB. 三年，可以连任\nC. 五年，可以连选连任\nD. 由村民会议自行决定\n\n"
    "<i>点一个选项，点了就保存，可以改。</i>"
)
"""What the peers show: as long as a real card."""

SAID = "已保存"

OPTIONS = ("A. 三年，不得连任", "B. 三年，可以连任", "C. 五年，可以连选连任", "D. 自行决定")


def rows(chosen: int) -> list[list[tuple[str, str]]]:
    """The buttons of the peers' card: label and what it carries, as many as a real card's."""
    options = [
        [(f"✓ {text}" if place == chosen else text, f"x:Nq3kVbT0aZ1e:11:{place}:1")]
        for place, text in enumerate(OPTIONS)
    ]
    ways = [("上一题", "t:Nq3kVbT0aZ1e:10"), ("答题卡", "s:Nq3kVbT0aZ1e:0")]
    ways.append(("下一题", "t:Nq3kVbT0aZ1e:12"))
    return [*options, ways, [("交卷", "h:Nq3kVbT0aZ1e")]]


def option_of(data: str | None) -> int:
    """The option that a button of the peers' card carries."""
    return int((data or "").split(":")[3])


def strangers(number: int) -> Presses:
    """`number` people who press the first two options of the peers' card in turn."""
    presses = [rows(0)[place][0][1] for place in (0, 1)]
    return dict.fromkeys(range(1001, 1001 + number), presses)
