"""The pace against a strict sliding second: how near to the allowed rate, how often refused."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.measure import Goal
from benchmarks.post import Morning, StrictService, freeze, village
from lawcore.delivery.dispatch import Dispatcher
from lawcore.delivery.gate import Gate
from lawcore.delivery.pace import Pace

RATE = 30
SECONDS = 12
QUICK_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Distance:
    """How far away the service is, seconds there and back, and the share to be reached."""

    name: str
    shortest: float
    longest: float
    share: float | None


DISTANCES = (
    Distance("往返不到 5 毫秒", 0.001, 0.005, 0.98),
    Distance("往返 40–80 毫秒", 0.04, 0.08, 0.95),
    Distance("往返 50–350 毫秒", 0.05, 0.35, None),
)


async def reached(distance: Distance, seconds: int) -> tuple[float, int]:
    """Send with the real dispatcher, gate and ledger: the share of the rate, and the refusals."""
    async with village(RATE * seconds) as office:
        await freeze(office)
        service = StrictService(RATE, distance.shortest, distance.longest)
        await Dispatcher(office, service, Morning(), Gate(Pace(RATE))).run_once()
    taken = service.taken  # they come in bursts: measured from the end of the first to the last
    return (len(taken) - RATE) / (taken[-1] - taken[RATE - 1]) / RATE, service.refused


def goals(*, quick: bool, say: Callable[[str], None]) -> list[Goal]:
    """The share at each distance, and the refusals over all."""
    found, refusals = [], 0
    for distance in DISTANCES:
        say(f"发送速度：{distance.name}")
        share, refused = asyncio.run(reached(distance, QUICK_SECONDS if quick else SECONDS))
        refusals += refused
        name = f"达到允许速度的几成，{distance.name}"
        found.append(Goal(name, share * 100, (distance.share or 0) * 100, "%", at_least=True))
    return [*found, Goal("被服务拒绝（429）次数", refusals, 0, "次")]
