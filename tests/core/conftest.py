"""A small town at work, and the content it works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from sqlalchemy import text

from lawcore.calendar.observance import Observance, Occasion, Verification
from lawcore.calendar.rules import Day, MonthDay
from lawcore.campaigns.message import Message
from lawcore.clock import StillClock
from lawcore.ids import BlueprintKey, Citation, LawKey, ObservanceKey, QuestionKey, UnitId
from lawcore.participation import enrol
from lawcore.people.model import Account, Address, Role, Roster
from lawcore.questions.blueprint import Blueprint, PaperKind, Section
from lawcore.questions.question import JUDGE_OPTIONS, Audience, Question, QuestionKind, Topic
from lawcore.storage import Books, Store

T = TypeVar("T")

CONSTITUTION = LawKey("宪法")
CIVIL_CODE = LawKey("民法典")
CHECKED = date(2026, 11, 1)


def phone(number: int) -> Address:
    """The chat of a person."""
    return Address("telegram", str(number))


@dataclass(frozen=True, slots=True)
class Town:
    """The small town in a store: acts and looks at the time of its clock."""

    store: Store
    clock: StillClock

    async def act(self, job: Callable[[Books, datetime], T]) -> T:
        return await self.store.write(lambda books: job(books, self.clock.now()))

    async def look(self, job: Callable[[Books], T]) -> T:
        return await self.store.read(job)

    async def unit(self, code: str) -> UnitId:
        unit = await self.look(lambda books: books.people.unit_by_code(code))
        assert unit is not None
        return unit.id

    async def account(self, number: int) -> Account:
        found = await self.look(lambda books: books.people.account(phone(number)))
        assert found is not None
        return found

    async def start(self, number: int, payload: str = "") -> enrol.Enrolment:
        """The person at `number` sends /start."""
        return await self.act(
            lambda books, at: enrol.start(books.people, books.ledger, phone(number), payload, at=at)
        )

    async def leave(self, number: int) -> None:
        await self.act(
            lambda books, at: enrol.leave(books.people, books.ledger, phone(number), at=at)
        )

    async def invite(self, role: Role, person: str | None = None) -> str:
        code = enrol.new_code()
        await self.act(lambda books, at: enrol.invite(books.people, role, person, code, at=at))
        return code

    async def appoint(self, number: int, role: Role, person: str | None = None) -> Account:
        """Invite somebody who accepts at once."""
        return (await self.start(number, await self.invite(role, person))).account

    async def rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """What the tables hold, past the books."""
        found = await self.look(lambda books: books._sql.execute(text(statement), values).all())
        return [tuple(row) for row in found]

    async def ledger(self) -> list[str]:
        """The kinds of all ledger lines in order."""
        return [kind for (kind,) in await self.rows("SELECT kind FROM entries ORDER BY id")]


@pytest.fixture
def town(store: Store, clock: StillClock, roster: Roster) -> Town:
    """The small town at 10:00 of 2026-11-24."""
    assert roster.units
    return Town(store, clock)


def observance(key: str = "constitution-day", **changes: Any) -> Observance:
    """国家宪法日, or what `changes` make of it."""
    standard: dict[str, Any] = {
        "key": ObservanceKey(key),
        "title": "国家宪法日",
        "rule": Day(MonthDay(12, 4)),
        "source": "法律规定",
        "basis": (),
        "laws": (CONSTITUTION,),
        "departments": ("司法所",),
        "audience": ("居民",),
        "lead_days": 10,
        "hour": time(9, 0),
        "verification": Verification.STATUTE,
        "checked": CHECKED,
    }
    return Observance(**standard | changes)


def occasion(day: date = date(2026, 12, 4), end: date | None = None, **changes: Any) -> Occasion:
    """An occasion on `day`."""
    return Occasion(observance(**changes), day.year, day, end or day, False)


def message(key: str = "constitution-day", wording: str = "{township}邀您学宪法。") -> Message:
    return Message(ObservanceKey(key), wording, (), (), CHECKED)


def question(
    key: str,
    kind: QuestionKind = QuestionKind.SINGLE,
    right: frozenset[int] = frozenset({0}),
    law: LawKey = CONSTITUTION,
    difficulty: int = 1,
) -> Question:
    options = JUDGE_OPTIONS if kind is QuestionKind.JUDGE else ("甲", "乙", "丙", "丁")
    return Question(
        QuestionKey(key),
        kind,
        f"{key}？",
        options,
        right,
        "见法条。",
        (Citation(law, 1),),
        Topic.CONSTITUTION if law == CONSTITUTION else Topic.CIVIL_CODE,
        frozenset({Audience.LEADING}),
        difficulty,
        False,
        CHECKED,
    )


def small_bank() -> tuple[Question, ...]:
    """Six single, four multiple and four true-or-false questions."""
    both = frozenset({0, 2})
    return (
        *(question(f"s{n}", law=CIVIL_CODE if n > 3 else CONSTITUTION) for n in range(1, 7)),
        *(question(f"m{n}", QuestionKind.MULTIPLE, both) for n in range(1, 5)),
        *(question(f"j{n}", QuestionKind.JUDGE) for n in range(1, 5)),
    )


def blueprint(paper: PaperKind = PaperKind.PER_PERSON, **changes: Any) -> Blueprint:
    """Three single at 2, two multiple at 1.5 and two true-or-false at 0.5: 10 marks, 6 pass."""
    standard: dict[str, Any] = {
        "id": BlueprintKey("quarterly"),
        "title": "季度考法",
        "minutes": 60,
        "pass_mark": Decimal(6),
        "paper": paper,
        "categories": frozenset(),
        "sections": (
            Section(QuestionKind.SINGLE, 3, Decimal(2)),
            Section(QuestionKind.MULTIPLE, 2, Decimal("1.5")),
            Section(QuestionKind.JUDGE, 2, Decimal("0.5")),
        ),
    }
    return Blueprint(**standard | changes)
