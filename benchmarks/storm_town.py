"""The town of a storm: cadres, an exam, the process that serves it, and what its file holds."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from benchmarks.sitters import Sitter
from lawbot.sandbox import Sandbox, Standing, VirtualPerson
from lawbot.settings import Settings
from lawbot.wiring import open_house
from lawcore.clock import SystemClock
from lawcore.content import Pack, read_pack
from lawcore.exams import office
from lawcore.ids import BlueprintKey
from lawcore.participation import enrol
from lawcore.people.model import Address, CadreCategory, CadreRow, Role, Roster, UnitKind, UnitRow
from lawcore.storage import Books
from lawcore.storage.opening import upgrade

PLAN = BlueprintKey("village")
MINUTES = 90
RATE = "200"
STARTING = 120.0
"""Seconds for a start on a busy machine."""


async def prepare(folder: Path, box: Sandbox, phones: Sequence[VirtualPerson]) -> Path:
    """A migrated file with a cadre for each phone, bound to it, and an exam that is open."""
    file = folder / "storm.db"
    url = f"sqlite:///{file}"
    await upgrade(url)
    for phone in phones:
        box.world.chats[phone.user_id].standing = Standing.MEMBER
    settings = Settings(
        database_url=url,
        telegram_token=SecretStr(box.token),
        telegram_api_url=box.url,
        _env_file=None,
    )
    house = await open_house(settings, SystemClock())
    await house.act(lambda books, at: _enrol(books, phones, at))
    await house.act(lambda books, at: _open(books, house.pack, at))
    await house.store.close()
    return file


def _enrol(books: Books, phones: Sequence[VirtualPerson], at: datetime) -> None:
    units = (
        UnitRow("C", "县", UnitKind.COUNTY, None),
        UnitRow("T", "镇", UnitKind.TOWN, "C"),
        UnitRow("V", "东河村", UnitKind.VILLAGE, "T"),
    )
    numbers = [f"{phone.user_id}" for phone in phones]
    cadres = [CadreRow(one, one, "V", "村干部", CadreCategory.VILLAGE) for one in numbers]
    books.people.save_roster(Roster(units, tuple(cadres)), at)
    for one in numbers:
        code = enrol.new_code()
        enrol.invite(books.people, Role.CADRE, one, code, at=at)
        enrol.start(books.people, books.ledger, Address("telegram", one), code, at=at)


def _open(books: Books, pack: Pack, at: datetime) -> None:
    exam = office.create(
        books,
        pack.blueprints[PLAN],
        tuple(pack.questions.values()),
        title="一村一考",
        opens_at=at,
        closes_at=at + timedelta(days=1),
        minutes=MINUTES,
        seed=7,
        actor="benchmark",
        at=at,
    )
    office.open_exam(books, exam, actor="benchmark", at=at)


class Service:
    """``lawbot run`` as a process that is killed and started again."""

    def __init__(self, folder: Path, box: Sandbox) -> None:
        self._folder = folder
        self._settings = {
            "LAWBOT_DATABASE_URL": f"sqlite:///{folder / 'storm.db'}",
            "LAWBOT_TELEGRAM_TOKEN": box.token,
            "LAWBOT_TELEGRAM_API_URL": box.url,
            "LAWBOT_TELEGRAM_RATE": RATE,
            "LAWBOT_WEB_PORT": "0",
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Run and wait until it says that it serves. Raises RuntimeError when it ends instead."""
        with (self._folder / "service.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "lawbot", "run"),
                cwd=self._folder,
                env={"LANG": "C.UTF-8", "PATH": os.defpath} | self._settings,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self._process = process
        if process.stdout is None:
            raise RuntimeError("the process was started without a pipe")
        async with asyncio.timeout(STARTING):
            while "已启动" not in (line := (await process.stdout.readline()).decode()):
                if not line:
                    raise RuntimeError((self._folder / "service.log").read_text())

    async def kill(self) -> None:
        """End it as kill -9 does: no warning, nothing is brought home."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
            await asyncio.sleep(0.1)  # what it had sent is still on its way to the phones


class Rows:
    """The file of the storm, read past the program."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def missing(self, sitters: Sequence[Sitter]) -> int:
        """Answers that people were told to be saved and that are not the last row of their place.

        One that is on its way may be there or not: nobody has been told yet.
        """
        told = {one.number: one.told() for one in sitters}
        rows = self._steps()
        found = 0
        for one in sitters:
            last = dict(rows[one.number])
            for place, choice in told[one.number].items():
                held = (place, last.get(place))
                found += held[1] != choice and held != one.may_be_saved()
        return found

    def doubled(self, sitters: Sequence[Sitter]) -> int:
        """Rows of answers and attempts that nobody made; to be asked when all is still."""
        rows = self._steps()
        attempts = int(self._read("SELECT count(*) FROM attempts")[0][0])
        begun = "SELECT count(*) FROM entries WHERE kind = 'attempt-started'"
        entries = int(self._read(begun)[0][0])
        beyond = sum(abs(len(rows[one.number]) - one.changes) for one in sitters)
        return beyond + abs(attempts - len(sitters)) + abs(entries - len(sitters))

    def wrong_scores(self, sitters: Sequence[Sitter]) -> int:
        """Scores other than those that the taps earn by the bank: all right or nothing."""
        found = self._read(
            "SELECT number, score FROM attempts JOIN cadres ON cadres.id = cadre_id"
            " WHERE state = 'submitted'"
        )
        scores = {number: Decimal(score) / 100 for number, score in found}
        return sum(scores.get(one.number) != earned(one) for one in sitters)

    def papers(self) -> dict[str, tuple[str, str]]:
        """By 工号: the paper, and when its time is up if it has begun."""
        found = self._read(
            "SELECT number, paper, coalesce(deadline_at, '') FROM candidates"
            " JOIN cadres ON cadres.id = candidates.cadre_id"
            " LEFT JOIN attempts ON attempts.cadre_id = candidates.cadre_id AND number = ?",
            min(number for (number,) in self._read("SELECT number FROM cadres")),
        )
        return {number: (paper, f"{deadline}") for number, paper, deadline in found}

    def deadline(self, number: str) -> datetime:
        """When the time of this candidate is up."""
        ((written,),) = self._read(
            "SELECT deadline_at FROM attempts JOIN cadres ON cadres.id = cadre_id WHERE number = ?",
            number,
        )
        return datetime.fromisoformat(written).replace(tzinfo=UTC)

    def _steps(self) -> dict[str, list[tuple[int, int]]]:
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, place, choice in self._read(
            "SELECT number, place, choice FROM steps JOIN attempts ON attempts.id = attempt_id"
            " JOIN cadres ON cadres.id = cadre_id ORDER BY steps.id"
        ):
            found[number].append((place, choice))
        return found

    def _read(self, statement: str, *values: Any) -> list[Any]:
        with closing(sqlite3.connect(self._file)) as file:
            return file.execute(statement, values).fetchall()


def earned(sitter: Sitter) -> Decimal:
    """What the taps of this person earn, by the bank and not by the program's own grading."""
    total = Decimal(0)
    for place, face in sitter.faces.items():
        chosen = {
            text for at, text in enumerate(face.options) if sitter.saved.get(place, 0) >> at & 1
        }
        if chosen and chosen == _right()[face.stem, frozenset(face.options)]:
            total += face.marks
    return total


@cache
def _right() -> dict[tuple[str, frozenset[str]], set[str]]:
    return {
        (one.stem, frozenset(one.options)): {one.options[own] for own in one.key}
        for one in read_pack(None).questions.values()
    }
