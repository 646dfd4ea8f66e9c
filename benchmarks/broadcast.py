"""A message to many with the limits lifted, and the freezing of its recipients."""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import NamedTuple

from benchmarks.measure import Goal
from benchmarks.post import MORNING, PlainOffice, freeze, village

WHO = ("ours", "plain", "checkpoint")


class Size(NamedTuple):
    """How many recipients, in how many repetitions."""

    people: int
    few: int
    many: int
    frozen: int
    repetitions: int


FULL = Size(people=3000, few=10_000, many=100_000, frozen=30_000, repetitions=5)
QUICK = Size(people=200, few=300, many=600, frozen=2000, repetitions=1)


def goals(size: Size, say: Callable[[str], None]) -> list[Goal]:
    """Senders take turns; the freeze and its floor too."""
    found: dict[str, list[dict[str, float]]] = {who: [] for who in WHO}
    with _sink() as port:
        for number in range(size.repetitions):
            say(f"群发，第 {number + 1}/{size.repetitions} 轮")
            for who in WHO:
                found[who].append(_send(who, port, size.people))
        say(f"群发 {size.few:,} 人和 {size.many:,} 人")
        few, many = _send("ours", port, size.few), _send("ours", port, size.many)
    seconds = {who: median(one["seconds"] for one in runs) for who, runs in found.items()}
    cpu = {who: median(one["cpu"] for one in runs) for who, runs in found.items()}
    say(f"冻结 {size.frozen:,} 人的名单")
    return [
        Goal(
            "群发：÷ aiogram 逐条提交（速度）",
            seconds["plain"] / seconds["ours"],
            1.7,
            at_least=True,
        ),
        Goal("群发：CPU ÷ 只记断点的发送", cpu["ours"] / cpu["checkpoint"], 1.4),
        Goal("群发：每秒条数", size.people / seconds["ours"], 1800, "条", at_least=True),
        Goal(
            "群发：每条 CPU，10 倍人数 ÷ 1 倍",
            (many["cpu"] / size.many) / (few["cpu"] / size.few),
            1.3,
        ),
        Goal("群发：每 3 万人多占内存", many["megabytes"] / size.many * 30_000, 5, "MB"),
        Goal("冻结名单 ÷ 一条 INSERT…SELECT", asyncio.run(_freezing(size)), 1.5),
    ]


async def _freezing(size: Size) -> float:
    """The median ratio of our freeze to the bare statement on the same database."""
    ratios = []
    async with village(size.frozen) as office:
        for number in range(size.repetitions + 1):
            began = time.perf_counter()
            assert await freeze(office, 2 * number + 1) == size.frozen
            ours = time.perf_counter() - began
            began = time.perf_counter()
            await _bare(office, 2 * number + 2)
            ratios.append(ours / (time.perf_counter() - began))
    return median(ratios[1:])


async def _bare(office: PlainOffice, subject: int) -> None:
    statement = (
        "INSERT INTO deliveries (kind, subject, version, account_id, channel, unit_id, state,"
        " text_hash, due_at) SELECT 'campaign', ?, 1, id, channel, village_id, 'queued', ?, ?"
        " FROM accounts WHERE village_id = 1 AND state != 'left'"
    )
    values = (subject, "0" * 64, MORNING.strftime("%Y-%m-%d %H:%M:%S.%f"))
    await office.store.write(lambda books: books._sql.exec_driver_sql(statement, values))


def _send(who: str, port: int, people: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.senders", who, str(port), str(people)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


@contextlib.contextmanager
def _sink() -> Iterator[int]:
    """A server in a process of its own; its port."""
    command = [sys.executable, "-m", "benchmarks.sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()
