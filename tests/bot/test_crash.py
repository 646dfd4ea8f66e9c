"""kill -9 in the middle: nobody is lost, nobody is written to twice, no saved answer is gone."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from lawbot.house import House
from lawbot.rounds import plan
from lawbot.sandbox import Message, Sandbox, Standing, VirtualPerson
from lawbot.wiring import open_house
from lawcore.campaigns import office as publicity
from lawcore.clock import MovableClock, StillClock
from lawcore.exams import office as exams
from lawcore.ids import ObservanceKey
from lawcore.participation import enrol
from lawcore.people.model import Address, Role, Roster
from lawcore.storage import Books, Store
from tests.program import serving, until
from tests.stage import (
    PATIENCE,
    asked,
    is_card,
    local,
    options_of,
    place_of,
    right_of,
    settings_for,
    shipped,
    short_plan,
)

RESIDENTS = 80


@pytest.fixture
async def busy() -> AsyncIterator[Sandbox]:
    """A sandbox whose answers take their time: a kill always finds some on their way."""
    async with Sandbox(MovableClock(local("2026-12-04T09:00")), rate=None, per_chat=None) as box:
        box.delay(0.05, 0.4, seed=1)
        yield box


@contextlib.asynccontextmanager
async def office(box: Sandbox, url: str, at: str) -> AsyncIterator[House]:
    """The house without its bot, at a moment that stands still."""
    house = await open_house(settings_for(box, url), StillClock(local(at)))
    try:
        yield house
    finally:
        await house.store.close()


async def rows(store: Store, statement: str) -> list[tuple[Any, ...]]:
    """What the tables hold, read beside the program."""
    found = await store.read(lambda books: books._sql.execute(text(statement)).all())
    return [tuple(row) for row in found]


async def test_a_campaign_killed_in_the_middle_reaches_everybody_at_most_once(
    busy: Sandbox, database_url: str, small_town: Roster, tmp_path: Path, store: Store
) -> None:
    phones = [busy.person(f"村民{number}") for number in range(RESIDENTS)]

    def settle_down(books: Books, at: datetime) -> None:
        books.people.save_roster(small_town, at)
        for phone in phones:
            busy.world.chats[phone.user_id].standing = Standing.MEMBER
            address = Address("telegram", str(phone.user_id))
            enrol.start(books.people, books.ledger, address, "V1", at=at)

    def approve(books: Books, at: datetime) -> None:
        found = books.campaigns.of(ObservanceKey("constitution-day"), 2026)
        assert found is not None
        publicity.approve(books, found.id, None, faults_of=lambda *_: (), actor="console", at=at)

    async with office(busy, database_url, "2026-12-03T16:00") as house:
        await house.act(settle_down)
        await plan(house)
        await house.act(approve)
    async with serving(
        tmp_path, busy, database_url, clock_start="2026-12-04T09:00:00+08:00"
    ) as program:
        await until(lambda: received(phones).total() >= RESIDENTS // 3)
        program.kill()
        await program.ends()
    assert 0 < received(phones).total() < RESIDENTS
    done = "SELECT count(*) FROM campaigns WHERE state = 'done'"
    in_doubt = "SELECT count(*) FROM deliveries WHERE kind = 'campaign' AND state = 'sending'"
    assert await rows(store, in_doubt) != [(0,)], "the kill came in the middle of something"
    async with serving(
        tmp_path, busy, database_url, clock_start="2026-12-04T09:10:00+08:00"
    ) as program:
        async with asyncio.timeout(PATIENCE):
            while await rows(store, done) != [(1,)]:  # noqa: ASYNC110 - see `until`
                await asyncio.sleep(0.05)
        ended = await program.stops()
    assert (ended.code, ended.err) == (0, "")
    told = received(phones)
    assert max(told.values()) == 1, "nobody is written to twice"
    states = {
        int(str(address)): state
        for address, state in await rows(
            store,
            "SELECT a.address, d.state FROM deliveries d JOIN accounts a ON a.id = d.account_id"
            " WHERE d.kind = 'campaign'",
        )
    }
    assert len(states) == RESIDENTS
    for phone in phones:
        if states[phone.user_id] == "sent":
            assert told[phone.user_id] == 1, "what is called sent was sent"
        else:
            assert states[phone.user_id] == "unknown", "who may have got nothing is on the list"


def received(phones: list[VirtualPerson]) -> Counter[int]:
    return Counter(phone.user_id for phone in phones for m in phone.chat if "不再接收" in m.labels)


class Sitter:
    """A cadre who goes on until the paper is handed in, whatever the connection does."""

    def __init__(self, phone: VirtualPerson) -> None:
        self.phone = phone
        self.saved: list[tuple[str, str]] = []
        """Question and text of each option that the bot has called saved."""

    async def sit(self) -> None:
        card = await self._try("开始答题", is_card)
        for number in range(1, place_of(card).of + 1):
            for letter in right_of(card):
                label = options_of(card)[letter]
                card = await self._try(label, _holds(f"✓ {label}"))
                self.saved.append((asked(card).id, label.split(". ", 1)[1]))
            if number < place_of(card).of:
                card = await self._try("下一题", _holds_text(f"第 {number + 1}/"))
        await self._try("交卷", lambda m: "要交卷吗" in m.text)
        await self._try("确认交卷", lambda m: "已交卷" in m.text)

    async def _try(self, label: str, wanted: Callable[[Message], bool]) -> Message:
        """Press again when nothing comes for a while, as people do."""
        for _ in range(20):
            with contextlib.suppress(TimeoutError):
                await self.phone.press(label)
                return await self.phone.wait_for(wanted, 4.0)
        raise AssertionError(f"{label} was never answered")


def _holds(label: str) -> Callable[[Message], bool]:
    return lambda message: label in message.labels


def _holds_text(words: str) -> Callable[[Message], bool]:
    return lambda message: words in message.text


async def test_an_exam_killed_in_the_middle_loses_no_answer(
    busy: Sandbox, database_url: str, small_town: Roster, tmp_path: Path, store: Store
) -> None:
    sitters = [Sitter(busy.person(row.name)) for row in small_town.cadres[:6]]

    def hold_exam(books: Books, at: datetime) -> None:
        books.people.save_roster(small_town, at)
        for row, sitter in zip(small_town.cadres, sitters, strict=False):
            busy.world.chats[sitter.phone.user_id].standing = Standing.MEMBER
            address, code = Address("telegram", str(sitter.phone.user_id)), enrol.new_code()
            enrol.invite(books.people, Role.CADRE, row.number, code, at=at)
            enrol.start(books.people, books.ledger, address, code, at=at)
        exams.create(
            books,
            short_plan(),
            tuple(shipped().questions.values()),
            title="第四季度考法",
            opens_at=local("2026-12-08T09:00"),
            closes_at=local("2026-12-08T18:00"),
            minutes=None,
            seed=7,
            actor="console",
            at=at,
        )

    async with office(busy, database_url, "2026-12-07T16:00") as house:
        await house.act(hold_exam)
    async with serving(
        tmp_path, busy, database_url, clock_start="2026-12-08T09:00:00+08:00"
    ) as program:
        for sitter in sitters:
            await sitter.phone.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
        working = [asyncio.create_task(sitter.sit()) for sitter in sitters]
        await until(lambda: sum(len(s.saved) for s in sitters) >= 12)
        program.kill()
        await program.ends()
    before = {sitter.phone.user_id: list(sitter.saved) for sitter in sitters}
    kept = await chosen(store)
    for sitter in sitters:
        mine = kept.get(sitter.phone.user_id, set())
        assert set(before[sitter.phone.user_id]) <= mine, "what was called saved is on the disk"
    async with serving(tmp_path, busy, database_url, clock_start="2026-12-08T09:05:00+08:00"):
        await asyncio.gather(*working)
    ended = await rows(store, "SELECT state, answered, score FROM attempts")
    assert ended == [("submitted", 5, 1000)] * len(sitters)
    started = "SELECT count(*) FROM entries WHERE kind = 'attempt-started'"
    assert await rows(store, started) == [(len(sitters),)]
    assert Decimal(10) == short_plan().total


async def chosen(store: Store) -> dict[int, set[tuple[str, str]]]:
    """By person: question and text of every option chosen at some step."""
    found: dict[int, set[tuple[str, str]]] = {}
    statement = (
        "SELECT a.address, c.paper, s.place, s.choice FROM steps s"
        " JOIN attempts t ON t.id = s.attempt_id JOIN accounts a ON a.cadre_id = t.cadre_id"
        " JOIN candidates c ON c.exam_id = t.exam_id AND c.cadre_id = t.cadre_id"
    )
    bank = {str(key): question for key, question in shipped().questions.items()}
    for address, paper, place, choice in await rows(store, statement):
        key, order, _marks = json.loads(str(paper))[int(str(place))]
        for shown, own in enumerate(order):
            if int(str(choice)) >> shown & 1:
                text = bank[key].options[own]
                found.setdefault(int(str(address)), set()).add((key, text))
    return found
