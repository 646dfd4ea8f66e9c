"""An exam held in the small town: opened, sat and closed by the core's own calls."""

from datetime import datetime, timedelta
from typing import Any

from lawcore.exams import hall, office
from lawcore.exams.model import Card, ExamState
from lawcore.ids import ExamId

from .conftest import Town, blueprint, phone, small_bank


async def open_exam(town: Town, opens_at: datetime | None = None, owner: str = "console") -> ExamId:
    """Create an exam of a day and open it; 005 is exempt for illness."""

    def job(books: Any, at: datetime) -> ExamId:
        begin = opens_at or at
        key = office.create(
            books,
            blueprint(),
            small_bank(),
            title="第四季度考法",
            opens_at=begin,
            closes_at=begin + timedelta(days=1),
            minutes=60,
            seed=7,
            actor=owner,
            at=at,
        )
        office.open_exam(books, key, actor="console", at=begin)
        office.exempt(books, key, "005", "病假", actor="王所长", at=at)
        return key

    return await town.act(job)


async def sit(town: Town, exam: ExamId, number: int, answers: int, *, hand_in: bool = True) -> None:
    """The person at `number` answers the first `answers` questions rightly."""

    def job(books: Any, at: datetime) -> None:
        card = hall.begin(books, exam, phone(number), 1, at=at)
        assert isinstance(card, Card)
        pool, token = books.exams.pool(exam), card.attempt.token
        for place, item in enumerate(card.attempt.paper[:answers]):
            for option, own in enumerate(item.order):
                if own in pool[item.question].key:
                    hall.choose(books, token, phone(number), place, option, True, 1, at=at)
        if hand_in:
            hall.submit(books, token, phone(number), 1, at=at)

    await town.act(job)


async def close_exam(town: Town, exam: ExamId) -> None:
    await town.act(lambda books, at: office.close_exam(books, exam, actor="console", at=at))
    found = await town.look(lambda books: books.exams.exam(exam))
    assert found is not None
    assert found.state is ExamState.CLOSED
