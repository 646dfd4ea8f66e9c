"""Our bot with an exam under way. ``python -m benchmarks.bots.ours PORT N MORE``.

The real dispatcher, session, House and SqliteStore (synchronous=FULL); N cadres sit the shipped
quarterly exam, each at another question, and change their answer with every press. MORE handlers
that do not match stand before ours.
"""

import asyncio
import sys
import tempfile
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from aiogram import Dispatcher, Router
from pydantic import SecretStr
from sqlalchemy import text

from benchmarks.bots.serving import Presses, serve
from lawbot.house import House
from lawbot.settings import Settings
from lawbot.telegram import app, buttons
from lawbot.telegram.filters import Pressed
from lawbot.telegram.numbers import Numbers
from lawbot.wiring import open_house
from lawcore.content import Pack
from lawcore.delivery.gate import Gate
from lawcore.delivery.pace import Pace
from lawcore.exams import hall, office
from lawcore.exams.model import Card
from lawcore.ids import BlueprintKey
from lawcore.participation import enrol
from lawcore.people.model import Address, CadreCategory, CadreRow, Role, Roster, UnitKind, UnitRow
from lawcore.questions.question import QuestionKind
from lawcore.storage import Books

FIRST = 1001


def settings(port: int, folder: str) -> Settings:
    return Settings(
        database_url=f"sqlite:///{Path(folder, 'bench.db')}",
        telegram_token=SecretStr("3:ours"),
        telegram_api_url=f"http://127.0.0.1:{port}",
    )


async def hold_exam(house: House, number: int) -> Presses:
    """Enrol `number` cadres, open an exam and let all begin."""
    await house.act(lambda books, at: _enrol(books, number, at))
    await house.act(lambda books, at: _open(books, house.pack, at))
    people: Presses = {}
    for person in range(FIRST, FIRST + number):
        people[person] = await house.act(partial(_begin, person=person))
    return people


def _enrol(books: Books, number: int, at: datetime) -> None:
    units = (
        UnitRow("C", "县", UnitKind.COUNTY, None),
        UnitRow("T", "镇", UnitKind.TOWN, "C"),
        UnitRow("D", "司法所", UnitKind.DEPARTMENT, "T"),
    )
    people = range(FIRST, FIRST + number)
    cadres = [CadreRow(f"{one}", f"{one}", "D", "科员", CadreCategory.STAFF) for one in people]
    books.people.save_roster(Roster(units, tuple(cadres)), at)
    for one in people:
        code = enrol.new_code()
        enrol.invite(books.people, Role.CADRE, f"{one}", code, at=at)
        enrol.start(books.people, books.ledger, _phone(one), code, at=at)


def _open(books: Books, pack: Pack, at: datetime) -> None:
    exam = office.create(
        books,
        pack.blueprints[BlueprintKey("quarterly")],
        tuple(pack.questions.values()),
        title="第四季度学法用法考试",
        opens_at=at,
        closes_at=at + timedelta(days=1),
        minutes=120,
        seed=7,
        actor="benchmark",
        at=at,
    )
    office.open_exam(books, exam, actor="benchmark", at=at)


def _begin(books: Books, at: datetime, person: int) -> list[str]:
    """Begin, answer the first ten, turn to a place of one's own; the presses from there on."""
    exam = books.exams.exams()[0].id
    card = hall.begin(books, exam, _phone(person), 1, at=at)
    if not isinstance(card, Card):
        raise TypeError("an exam that has just begun is over")
    token, length = card.attempt.token, len(card.attempt.paper)
    for place in range(10):
        hall.choose(books, token, _phone(person), place, 0, True, 1, at=at)
    place = 10 + person % (length - 10)
    card = hall.turn(books, token, _phone(person), place, 1, at=at)
    if not isinstance(card, Card):
        raise TypeError("an exam that has just begun is over")
    # every press changes the answer: the other option, or the same option on and off
    ways = ((0, 1), (1, 1)) if card.question.kind is not QuestionKind.MULTIPLE else ((0, 1), (0, 0))
    return [f"{buttons.CHOOSE}:{token}:{place}:{option}:{on}" for option, on in ways]


def _phone(person: int) -> Address:
    return Address("telegram", f"{person}")


def put_before(dispatcher: Dispatcher, more: int) -> None:
    """Put `more` handlers that never match before all others."""
    router = Router(name="more")

    async def never() -> None: ...

    for number in range(more):
        router.callback_query.register(never, Pressed(f"more{number}"))
    dispatcher.include_router(router)
    dispatcher.sub_routers.insert(0, dispatcher.sub_routers.pop())


async def main(port: int, number: int, more: int) -> None:
    """Poll for updates as ``lawbot run`` does."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = settings(port, folder)
        house = await open_house(chosen)
        people = await hold_exam(house, number)
        before = await house.look(_steps)
        gate, numbers = Gate(Pace(chosen.telegram_rate)), Numbers()
        dispatcher = app.make_dispatcher(house, numbers, "http://127.0.0.1:8080")
        put_before(dispatcher, more)
        bot = app.make_bot(chosen, gate, numbers)

        async def stored() -> int:
            return await house.look(_steps) - before

        try:
            await serve(people, app.poll(bot, dispatcher, asyncio.Event(), lambda: None), stored)
        finally:
            await house.store.close()


def _steps(books: Books, _: datetime) -> int:
    return int(books._sql.execute(text("SELECT count(*) FROM steps")).scalar_one())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
