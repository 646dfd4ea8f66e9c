"""An exam in which everybody begins at once: nothing lost, nothing doubled, and how long it took.

``lawbot run`` is a process of its own on a SQLite file; the sandbox is the service, its virtual
people the candidates, over HTTP. Beside it as many taps answered by a bare loop: the same two
calls, no storage. Then the same again with kill -9 on the way.

The bare loop is measured twice: begun as the exam is, when nobody waits for anybody, and begun all
at once, when the sandbox itself is as busy as in the exam.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

import orjson

from benchmarks.bots.serving import CARD, rows
from benchmarks.http import Lines
from benchmarks.measure import Goal
from benchmarks.sitters import Sitter
from benchmarks.storm_town import Rows, Service, prepare
from benchmarks.talk import Partner
from lawbot.sandbox import Sandbox, Standing, VirtualPerson

PATIENT, HASTY = 120.0, 5.0
"""Seconds before a tap is tapped again: never, unless the service is killed."""
FLOOR = "1:raw"
TAPS = 50
"""About so many does a paper of twenty questions take."""


class Size(NamedTuple):
    """How many people, within how many seconds they begin, how often the service is killed."""

    people: int
    within: float
    kills: int


FULL = Size(people=300, within=10, kills=5)
QUICK = Size(people=8, within=0.5, kills=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a storm. Waits are seconds from the tap to the card."""

    name: str
    people: int
    seconds: float
    waits: tuple[float, ...]
    lost: int = 0
    """Answers told to be saved that the database did not have, after each kill and at the end."""
    doubled: int = 0
    """Rows of answers, and attempts, beyond those that people made."""
    wrong_scores: int = 0
    """Scores that differ from what the people's own taps earn."""
    new_papers: int = 0
    """Papers, and deadlines, that were others afterwards."""
    clock_off: float = 0.0
    """Seconds by which the time left was off, on the card of somebody who came back at the end."""
    again: int = 0
    """Taps that people repeated because no answer came."""
    cut: int = 0
    """People who waited for an answer when the service was killed."""

    @property
    def p50_ms(self) -> float:
        return median(self.waits) * 1e3

    @property
    def slowest_ms(self) -> float:
        return max(self.waits) * 1e3

    def as_figures(self) -> dict[str, object]:
        """All but the single waits."""
        found = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "waits"}
        more = {"taps": len(self.waits), "p50_ms": self.p50_ms, "slowest_ms": self.slowest_ms}
        return found | more


def measure(size: Size, say: Callable[[str], None]) -> list[Outcome]:
    """The bare floor twice, the storm, and the storm with kills."""
    say("风暴：裸往返")
    alone = asyncio.run(floor(size, "裸往返，一样先后开始"))
    busy = asyncio.run(floor(size._replace(within=0), "裸往返，同一刻开始"))
    say("风暴：人人同时开考")
    calm = asyncio.run(storm(size._replace(kills=0)))
    say("风暴：途中强制结束")
    return [alone, busy, calm, asyncio.run(storm(size))]


def goals(outcomes: Sequence[Outcome]) -> list[Goal]:
    """Nothing lost and nothing doubled, with kills and without; the median beside the floor's."""
    _, busy, *storms = outcomes
    found = [Goal("风暴：点到卡片的中位数 ÷ 同一刻开始的裸往返", storms[0].p50_ms / busy.p50_ms, 2)]
    for one in storms:
        wrong = one.wrong_scores + one.new_papers
        found += [
            Goal(f"{one.name}：说了已保存却没存住", one.lost, 0, "个答案"),
            Goal(f"{one.name}：多记", one.doubled, 0, "个答案"),
            Goal(f"{one.name}：试卷变了，或成绩和另算的不同", wrong, 0, "份"),
        ]
    return found


async def storm(size: Size) -> Outcome:
    """Let everybody sit the whole paper; look into the database after each kill and at the end."""
    patience = HASTY if size.kills else PATIENT
    with tempfile.TemporaryDirectory() as folder:
        async with Sandbox(rate=None, per_chat=None) as box:
            sitters = []
            for number in range(size.people + 1):
                phone = box.person(f"干部{number}")
                sitters.append(Sitter(f"{phone.user_id}", phone, number, patience))
            file = Rows(await prepare(Path(folder), box, [one.phone for one in sitters]))
            service = Service(Path(folder), box)
            await service.start()
            try:
                return await _storm(size, file, service, sitters)
            finally:
                await service.kill()


async def _storm(size: Size, rows: Rows, service: Service, sitters: list[Sitter]) -> Outcome:
    witness, *crowd = sitters
    await asyncio.gather(*(one.invited() for one in sitters))
    left_at = await witness.choose(await witness.begin(), 0)
    papers, lost, cut = rows.papers(), 0, 0
    random = Random(size.people)  # noqa: S311 - repeatable, not a secret
    began = asyncio.get_running_loop().time()
    sitting = asyncio.gather(*(_later(random.uniform(0, size.within), one.sit) for one in crowd))
    for number in range(size.kills):
        part = (number + 1) / (size.kills + 1)
        await _until(sitting, crowd, part * size.people * left_at.length)
        await service.kill()
        cut += sum(one.waits_for_an_answer for one in sitters)
        lost += rows.missing(sitters)
        await service.start()
    await sitting
    seconds = asyncio.get_running_loop().time() - began
    face, asked_at, shown_at = await witness.come_back()
    if face.chosen != left_at.chosen or face.place != left_at.place:
        lost += 1
    most = (rows.deadline(witness.number) - asked_at).total_seconds()
    least = (
        rows.deadline(witness.number) - shown_at
    ).total_seconds() - 1  # whole seconds are shown
    return Outcome(
        f"风暴，kill -9 {size.kills} 次" if size.kills else "风暴",
        size.people,
        seconds,
        tuple(wait for one in crowd for wait in one.waits),
        lost + rows.missing(sitters),
        rows.doubled(sitters),
        rows.wrong_scores(crowd),
        sum(rows.papers()[number] != paper for number, paper in papers.items()),
        max(0.0, face.left - most, least - face.left),
        sum(one.again for one in crowd),
        cut,
    )


async def _later(seconds: float, job: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(seconds)
    await job()


async def _until(
    sitting: asyncio.Future[list[None]], crowd: Sequence[Sitter], answers: float
) -> None:
    """Wait until so many questions have been answered by all together."""
    while sum(len(one.saved) for one in crowd) < answers and not sitting.done():  # noqa: ASYNC110 - phones tell nobody together
        await asyncio.sleep(0.01)


async def floor(size: Size, name: str) -> Outcome:
    """The same people at a bare loop: the two calls of a tap, and nothing stored."""
    async with Sandbox(rate=None, per_chat=None, token=FLOOR) as box:
        port = box.url.rpartition(":")[2]
        bot = await Partner.start("benchmarks.bots.floor", port, "0", "raw")
        phones = [box.person(f"干部{number}") for number in range(size.people)]
        lines = Lines("127.0.0.1", int(port))
        for phone in phones:
            box.world.chats[phone.user_id].standing = Standing.MEMBER
            await lines.post(f"/bot{FLOOR}/sendMessage", orjson.dumps(_card(phone.user_id)))
        random = Random(size.people)  # noqa: S311 - repeatable, not a secret
        waits: list[float] = []
        began = asyncio.get_running_loop().time()
        jobs = [_tap_on(phone, waits) for phone in phones]
        await asyncio.gather(*(_later(random.uniform(0, size.within), job) for job in jobs))
        seconds = asyncio.get_running_loop().time() - began
        await bot.stop()
    return Outcome(name, size.people, seconds, tuple(waits))


def _tap_on(phone: VirtualPerson, waits: list[float]) -> Callable[[], Awaitable[None]]:
    async def tap() -> None:
        clock = asyncio.get_running_loop().time
        for number in range(TAPS):
            label = rows(-1)[number % 2][0][0]
            began = clock()
            since = await phone.press(label)
            await phone.wait_for(lambda m, on=f"✓ {label}": on in m.labels, PATIENT, since)  # type: ignore[misc]  # bound now
            waits.append(clock() - began)

    return tap


def _card(chat: int) -> dict[str, object]:
    keyboard = [[{"text": t, "callback_data": data} for t, data in row] for row in rows(-1)]
    markup = {"inline_keyboard": keyboard}
    return {"chat_id": chat, "text": CARD, "parse_mode": "HTML", "reply_markup": markup}
