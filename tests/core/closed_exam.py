"""An exam that was held, closed and revealed, and what its people then see."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from lawcore.delivery.model import DeliveryKind
from lawcore.exams import hall, makeup, office, regrade, review, tending
from lawcore.exams.model import Attempt, Card, Finished
from lawcore.exams.review import Page, Sealed
from lawcore.ids import CadreId, ExamId, QuestionKey
from lawcore.people.model import Role
from lawcore.questions.blueprint import Blueprint, Common, PaperKind

from .conftest import Town, blueprint, phone, small_bank

EVERYTHING = tuple(Common(QuestionKey(f"s{n}"), Decimal(2)) for n in range(1, 6))
WRONG = QuestionKey("s3")
PLAN = blueprint(PaperKind.FIXED, sections=(), common=EVERYTHING, pass_mark=Decimal(6))
"""Five single-choice questions at 2: 10 marks, 6 pass. The key of each is its first option."""
NO_PASS: dict[str, Any] = {"pass_mark": Decimal(1)}


async def hold(
    town: Town, plan: Blueprint = PLAN, reveal: timedelta | None = None, **changes: Any
) -> ExamId:
    """Open an exam of a day; `reveal` is how long after its end."""

    def job(books: Any, at: datetime) -> ExamId:
        closes = at + timedelta(days=1)
        key = office.create(
            books,
            plan,
            small_bank(),
            title="四季度考法",
            opens_at=at,
            closes_at=closes,
            minutes=60,
            seed=7,
            reveal_at=closes + reveal if reveal else None,
            actor="console",
            at=at,
            **changes,
        )
        office.open_exam(books, key, actor="console", at=at)
        return key

    return await town.act(job)


async def answer(town: Town, key: ExamId, number: int, owns: list[int | None]) -> str:
    """The person picks these options, in the bank's numbering; the token of the attempt."""

    def job(books: Any, at: datetime) -> str:
        card = hall.begin(books, key, phone(number), 1, at=at)
        assert isinstance(card, Card)
        token = card.attempt.token
        for place, own in enumerate(owns):
            if own is not None:
                shown = card.attempt.paper[place].order.index(own)
                hall.choose(books, token, phone(number), place, shown, True, 1, at=at)
        hall.submit(books, token, phone(number), 1, at=at)
        return token

    return await town.act(job)


async def sat(town: Town, plan: Blueprint = PLAN, **changes: Any) -> tuple[ExamId, dict[int, str]]:
    """001 has all right, 002 two and three times the third option, 003 answers one."""
    key = await hold(town, plan, **changes)
    for number in (1, 2, 3):
        await town.appoint(number, Role.CADRE, f"00{number}")
    tokens = {
        1: await answer(town, key, 1, [0, 0, 0, 0, 0]),
        2: await answer(town, key, 2, [0, 0, 2, 2, 2]),
        3: await answer(town, key, 3, [2, None, None, None, None]),
    }
    return key, tokens


async def page(town: Town, token: str, number: int, place: int = 0) -> Page:
    found = await seen(town, token, number, place)
    assert isinstance(found, Page)
    return found


async def seen(town: Town, token: str, number: int, place: int) -> Page | Sealed:
    return await town.look(lambda books: review.page(books, token, phone(number), place))


async def cadre(town: Town, number: str) -> CadreId:
    found = await town.look(lambda books: books.people.cadre_by_number(number))
    assert found is not None
    return found.id


async def result(town: Town, key: ExamId, number: int) -> Attempt:
    who = await cadre(town, f"00{number}")
    found = await town.look(lambda books: hall.result(books, key, who))
    assert isinstance(found, Finished)
    return found.attempt


async def told(town: Town, kind: DeliveryKind) -> int:
    rows = await town.rows("SELECT count(*) FROM deliveries WHERE kind = :kind", kind=kind.value)
    return int(rows[0][0])


async def tend(town: Town, gap: timedelta) -> None:
    town.clock.pass_time(gap)
    await town.act(lambda books, at: tending.tend(books, at=at))


async def propose(town: Town, key: ExamId, letters: str, by: str = "李四") -> None:
    await town.act(lambda b, at: regrade.propose(b, key, WRONG, letters, actor=by, at=at))


async def apply(
    town: Town, key: ExamId, letters: str, by: str = "王五", *, lower: bool = False
) -> int:
    changes = await town.act(
        lambda b, at: regrade.apply(b, key, WRONG, letters, allow_lower=lower, actor=by, at=at)
    )
    return len(changes)


async def make_up(town: Town, first: ExamId, **changes: Any) -> ExamId:
    return await town.act(
        lambda books, at: makeup.create(
            books,
            first,
            small_bank(),
            opens_at=at,
            closes_at=at + timedelta(days=1),
            seed=11,
            actor="console",
            at=at,
            **changes,
        )
    )
