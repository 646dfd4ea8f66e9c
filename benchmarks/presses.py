"""A press answered: our bot with a durable answer beside aiogram as it comes, tuned, and a floor.

Each bot is a process of its own and polls the same server, which has the other core. Repetitions
are interleaved, so a slow minute of the machine falls on all of them.
"""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

from benchmarks.measure import Goal, Run, Speed, speed
from benchmarks.talk import Partner


class Bot(NamedTuple):
    """How a bot is run: its token, module and what the module is told after port and people."""

    name: str
    token: str
    module: str
    more: tuple[str, ...] = ()
    stores: bool = False


OURS = Bot("lawbot，存答案", "3:ours", "ours", ("0",), stores=True)
OURS_MORE = Bot("lawbot，再加 20 个处理器", "3:ours", "ours", ("20",), stores=True)
STOCK = Bot("aiogram 原样，ORM 存一行", "2:stock", "peer", ("stock",), stores=True)
TUNED = Bot("aiogram 调好，不存", "2:tuned", "peer", ("tuned",))
STORED = Bot("无框架 aiohttp，成组提交", "1:stored", "floor", ("stored",), stores=True)
RAW = Bot("无框架裸 HTTP，不存", "1:raw", "floor", ("raw",))
BOTS = (OURS, OURS_MORE, STOCK, TUNED, STORED, RAW)


class Size(NamedTuple):
    """How much is done."""

    people: int
    presses: int
    repetitions: int


FULL = Size(people=300, presses=1200, repetitions=5)
QUICK = Size(people=20, presses=40, repetitions=1)


async def measure(size: Size, tell: Callable[[str], None]) -> list[Speed]:
    """Run all bots, a server for each, and take turns."""
    tell("启动各机器人，各点几下热身")
    stages = await asyncio.gather(*(Stage.open(bot, size) for bot in BOTS))
    try:
        for number in range(size.repetitions):
            tell(f"第 {number + 1}/{size.repetitions} 轮")
            for stage in stages:
                await stage.repeat(size)
        return [stage.speed() for stage in stages]
    finally:
        for stage in stages:
            await stage.close()


class Stage:
    """A bot and the server it talks to."""

    def __init__(self, bot: Bot, server: Partner, process: Partner) -> None:
        self._bot = bot
        self._server = server
        self._process = process
        self._runs: list[Run] = []
        self._bursts: list[Run] = []
        self._presses = 0

    @classmethod
    async def open(cls, bot: Bot, size: Size) -> "Stage":
        """Start both and let everybody press once, unmeasured."""
        server = await Partner.start("benchmarks.server")
        port = str(server.hello["port"])
        module = f"benchmarks.bots.{bot.module}"
        process = await Partner.start(module, port, str(size.people), *bot.more)
        stage = cls(bot, server, process)
        await stage._run(size.people * 2)
        return stage

    async def repeat(self, size: Size) -> None:
        """One measured repetition, and everybody pressing at the same moment once."""
        self._runs.append(await self._run(size.presses))
        self._bursts.append(await self._run(size.people))

    def speed(self) -> Speed:
        return speed(self._bot.name, self._runs, self._bursts)

    async def close(self) -> None:
        """End both. Raises RuntimeError if an answer that was acknowledged is not on disk."""
        stored = (await self._process.ask(what="stored"))["stored"]
        await self._process.stop()
        await self._server.stop()
        if self._bot.stores and stored != self._presses:
            raise RuntimeError(f"{self._bot.name}: {self._presses} answered, {stored} stored")

    async def _run(self, presses: int) -> Run:
        people = self._process.hello["people"]
        before = await self._process.ask(what="cpu")
        done: dict[str, Any] = await self._server.ask(
            token=self._bot.token, people=people, presses=presses
        )
        after = await self._process.ask(what="cpu")
        self._presses += presses
        return Run(presses, after["cpu"] - before["cpu"], done["seconds"], tuple(done["waits"]))


def goals(speeds: list[Speed]) -> list[Goal]:
    """What our bot is to keep, as ratios of processor time."""
    ours, more, stock, tuned, stored, _ = (one.cpu_us for one in speeds)
    return [
        Goal("CPU：aiogram 原样 + ORM ÷ lawbot", stock / ours, 4, at_least=True),
        Goal("CPU：lawbot ÷ 调好的 aiogram（不存）", ours / tuned, 1.5),
        Goal("CPU：lawbot ÷ 无框架、成组提交", ours / stored, 3.3),
        Goal("CPU：再加 20 个处理器 ÷ lawbot", more / ours, 1.5),
    ]
