"""A township on stage: the real bot over HTTP, phones in the sandbox, a database of its own."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from pydantic import SecretStr
from sqlalchemy import and_, func, or_, select, text

from lawbot.house import House
from lawbot.sandbox import Alert, Message, Sandbox, VirtualPerson
from lawbot.sandbox.markup import Button
from lawbot.settings import Settings
from lawbot.wiring import Service
from lawcore.campaigns import office as publicity
from lawcore.clock import TOWNSHIP_ZONE
from lawcore.content import Inspection, Pack, read_categories, read_pack
from lawcore.delivery.model import DeliveryKind, DeliveryState, Tally
from lawcore.exams import office as exam_office
from lawcore.ids import BlueprintKey, CampaignId, ExamId, ObservanceKey
from lawcore.participation import enrol
from lawcore.people.model import Role
from lawcore.questions.blueprint import Blueprint, PaperKind, Section
from lawcore.questions.question import Question, QuestionKind
from lawcore.storage import Books, open_store
from lawcore.storage.tables import deliveries

T = TypeVar("T")
Wanted = Callable[[Message], Any]

TOWNSHIP = "示范镇"
CATEGORIES = read_categories()
PATIENCE = 20.0
"""Seconds until a wait is called broken; the machine may be busy."""
_PLACE = re.compile(r"第 (\d+)/(\d+) 题")


def local(written: str) -> datetime:
    """A moment of the township: ``local("2026-12-04T09:00")``."""
    return datetime.fromisoformat(written).replace(tzinfo=TOWNSHIP_ZONE)


@cache
def shipped() -> Pack:
    """The content as it ships."""
    return read_pack(None)


def settings_for(box: Sandbox, url: str, **changes: Any) -> Settings:
    """What a service of this sandbox and database is started with."""
    given: dict[str, Any] = {
        "database_url": url,
        "telegram_token": SecretStr(box.token),
        "telegram_api_url": box.url,
        "telegram_rate": 30,
        "township": TOWNSHIP,
        "_env_file": None,
    }
    return Settings(**given | changes)


class Stage:
    """The sandbox, the running bot and what the township's office does beside it."""

    def __init__(self, box: Sandbox, house: House, service: Service) -> None:
        self.box = box
        self.house = house
        self.service = service

    # -- time --------------------------------------------------------------------------------

    async def move_to(self, written: str) -> None:
        """Move the clock and let the bot do what is due by then."""
        await self.box.move_to(local(written))
        await self.rest()

    async def pass_time(self, gap: timedelta) -> None:
        await self.wait(gap)
        await self.rest()

    async def wait(self, gap: timedelta) -> None:
        """Let time pass in which nobody and nothing stirs."""
        await self.box.move_to(self.house.clock.now() + gap)

    async def rest(self) -> None:
        """Do the rounds until nothing that is due is under way."""
        async with asyncio.timeout(PATIENCE):
            await self.service.catch_up()
            while await self.look(self._due):
                await self.service.catch_up()

    def _due(self, books: Books) -> int:
        sending = deliveries.c.state == DeliveryState.SENDING.value
        queued = and_(
            deliveries.c.state == DeliveryState.QUEUED.value,
            deliveries.c.due_at <= self.house.clock.now(),
        )
        counted = select(func.count()).select_from(deliveries).where(or_(sending, queued))
        return books._sql.execute(counted).scalar_one()

    # -- books -------------------------------------------------------------------------------

    async def act(self, job: Callable[[Books, datetime], T]) -> T:
        return await self.house.act(job)

    async def look(self, job: Callable[[Books], T]) -> T:
        return await self.house.look(lambda books, _: job(books))

    async def rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """What the tables hold, past the books."""
        found = await self.look(lambda books: books._sql.execute(text(statement), values).all())
        return [tuple(row) for row in found]

    async def count(self, statement: str, **values: object) -> int:
        return int((await self.rows(statement, **values))[0][0])

    async def until(self, statement: str, count: int = 1, **values: object) -> None:
        """Wait until `statement` counts so many."""
        async with asyncio.timeout(PATIENCE):
            while await self.count(statement, **values) < count:  # noqa: ASYNC110 - a database
                await asyncio.sleep(0.01)  # tells nobody that it has changed

    async def tally(self, observance: str, year: int = 2026) -> Tally:
        """The deliveries of a campaign."""

        def job(books: Books) -> Tally:
            campaign = books.campaigns.of(ObservanceKey(observance), year)
            assert campaign is not None
            return books.deliveries.tally(DeliveryKind.CAMPAIGN, campaign.id)

        return await self.look(job)

    async def campaign(self, observance: str, year: int = 2026) -> CampaignId:
        found = await self.look(lambda books: books.campaigns.of(ObservanceKey(observance), year))
        assert found is not None
        return found.id

    async def approve(self, observance: str, year: int = 2026) -> CampaignId:
        """Draft what is due and approve this one, as ``lawbot campaign approve`` does."""
        await self.service.catch_up()
        key = await self.campaign(observance, year)
        await self.act(
            lambda books, at: publicity.approve(
                books,
                key,
                None,
                faults_of=self.house.inspection.knowing(books.notices.all()),
                actor="console",
                at=at,
            )
        )
        return key

    # -- people ------------------------------------------------------------------------------

    async def code(self, role: Role, number: str | None = None) -> str:
        """A one-time code, as ``lawbot invite`` prints it."""
        code = enrol.new_code()
        await self.act(lambda books, at: enrol.invite(books.people, role, number, code, at=at))
        return code

    async def appoint(
        self, name: str, role: Role, number: str | None = None, user_id: int | None = None
    ) -> VirtualPerson:
        """Somebody who has bound by a one-time code."""
        phone = self.box.person(name, user_id)
        said = await ask(phone, f"/start {await self.code(role, number)}")
        assert "绑定成功" in said.text
        return phone

    async def resident(self, name: str, village: str = "V1") -> VirtualPerson:
        """Somebody who has joined by the poster of a village."""
        phone = self.box.person(name)
        assert "您已加入" in (await ask(phone, f"/start {village}")).text
        return phone

    async def residents(self, count: int, villages: Sequence[str] = ("V1",)) -> list[VirtualPerson]:
        """Many who join at once, in turn in these villages."""
        phones = [self.box.person(f"村民{number + 1}") for number in range(count)]
        for number, phone in enumerate(phones):
            await phone.say(f"/start {villages[number % len(villages)]}")
        for phone in phones:
            await phone.wait_for(lambda message: "您已加入" in message.text, PATIENCE)
        return phones

    async def cadres(self) -> dict[str, VirtualPerson]:
        """All cadres in post of the small town, bound, by number."""
        found = await self.look(lambda books: books.people.cadres())
        return {
            cadre.number: await self.appoint(cadre.name, Role.CADRE, cadre.number)
            for cadre in found
            if cadre.active
        }

    # -- exams -------------------------------------------------------------------------------

    async def exam(
        self, opens: str, closes: str, plan: Blueprint | None = None, seed: int = 7
    ) -> ExamId:
        """Create an exam of the real bank."""
        pack = self.house.pack
        return await self.act(
            lambda books, at: exam_office.create(
                books,
                plan or short_plan(),
                tuple(pack.questions.values()),
                title="第四季度考法",
                opens_at=local(opens),
                closes_at=local(closes),
                minutes=None,
                seed=seed,
                actor="console",
                at=at,
            )
        )


@contextlib.asynccontextmanager
async def running(
    box: Sandbox, url: str, pack: Pack | None = None, **changes: Any
) -> AsyncIterator[Stage]:
    """A bot that runs on the database at `url`, with the shipped content or another."""
    settings, pack = settings_for(box, url, **changes), pack or shipped()
    inspection = Inspection(pack, None)
    store = await open_store(url)
    house = House(store, pack, box.clock, settings.township, inspection, CATEGORIES)
    service = Service(settings, house)
    stop, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.ensure_future(service.run(stop, lambda _name: ready.set()))
    listening = asyncio.ensure_future(ready.wait())
    try:
        await asyncio.wait({serving, listening}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            await serving
        yield Stage(box, house, service)
    finally:
        stop.set()
        listening.cancel()
        await serving
        await house.store.close()


async def ask(phone: VirtualPerson, words: str) -> Message:
    """Say something and wait for what the bot says to it."""
    since = await phone.say(words)
    return await phone.wait_for(bool, PATIENCE, since)


async def press(
    phone: VirtualPerson, label: str, wanted: Wanted = bool, message: Message | None = None
) -> Message:
    """Press a button and wait for what the phone shows then."""
    since = await phone.press(label, message)
    return await phone.wait_for(wanted, PATIENCE, since)


async def told(phone: VirtualPerson, label: str, message: Message | None = None) -> Alert:
    """Press a button and wait for the words that answer it."""
    since = await phone.press(label, message)
    return await phone.wait_for_alert(lambda alert: True, PATIENCE, since)


async def forge(phone: VirtualPerson, data: str, message: Message | None = None) -> Alert:
    """Press a button that the bot never showed; return what the bot answered."""
    since = phone.press_button(message or phone.last, Button("forged", data))
    return await phone.wait_for_alert(lambda alert: True, PATIENCE, since)


def data_of(message: Message, label: str) -> str:
    """What the button with this label sends."""
    found = [b.data for row in message.buttons for b in row if b.label == label]
    assert found, f"no {label} among {message.labels}"
    assert found[0] is not None
    return found[0]


# -- the exam as a phone shows it ----------------------------------------------------------------


def short_plan(paper: PaperKind = PaperKind.PER_PERSON, minutes: int = 30) -> Blueprint:
    """Two single at 3, two multiple at 1.5, one true-or-false at 1: 10 marks, 6 pass."""
    sections = (
        Section(QuestionKind.SINGLE, 2, Decimal(3)),
        Section(QuestionKind.MULTIPLE, 2, Decimal("1.5")),
        Section(QuestionKind.JUDGE, 1, Decimal(1)),
    )
    return Blueprint(
        BlueprintKey("short"), "短卷", minutes, Decimal(6), paper, frozenset(), sections
    )


@dataclass(frozen=True, slots=True)
class Place:
    """第 3/5 题."""

    now: int
    of: int


def place_of(card: Message) -> Place:
    found = _PLACE.search(card.text)
    assert found is not None, card.text
    return Place(int(found[1]), int(found[2]))


def asked(card: Message) -> Question:
    """The question of the bank whose stem stands on the card."""
    stems = {question.stem: question for question in shipped().questions.values()}
    for part in card.text.split("\n\n"):
        if part in stems:
            return stems[part]
    raise AssertionError(f"no question of the bank: {card.text}")


def options_of(card: Message) -> dict[str, str]:
    """The option buttons, chosen or not: ``{"A": "✓ A. 正确"}`` by letter."""
    found = [label for label in card.labels if ". " in label]
    return {label.removeprefix("✓ ")[0]: label for label in found}


def right_of(card: Message) -> list[str]:
    """The letters that are right on this card."""
    question = asked(card)
    right = {question.options[own] for own in question.key}
    return [
        letter for letter, label in options_of(card).items() if label.split(". ", 1)[1] in right
    ]


def is_card(message: Message) -> bool:
    return _PLACE.search(message.text) is not None


async def begin(phone: VirtualPerson) -> Message:
    """Press 开始答题 and wait for the first card."""
    return await press(phone, "开始答题", is_card)


async def choose(phone: VirtualPerson, letter: str) -> Message:
    """Press the option and wait until the card shows it the other way."""
    card = next(message for message in reversed(phone.chat) if is_card(message))
    label = options_of(card)[letter]
    after = label.removeprefix("✓ ") if label.startswith("✓ ") else f"✓ {label}"
    return await press(phone, label, lambda message: after in message.labels, card)


async def answer(phone: VirtualPerson, card: Message, *, rightly: bool) -> Message:
    """Answer the question on the card, rightly or wrongly; the card as it is then."""
    right = right_of(card)
    wrong = [letter for letter in options_of(card) if letter not in right] or right[:1]
    for letter in right if rightly else wrong[:1]:
        card = await choose(phone, letter)
    return card


async def sit(phone: VirtualPerson, right: int, *, blank: int = 0, hand_in: bool = True) -> None:
    """Sit the paper: the first `right` questions rightly, the last `blank` not at all."""
    card = await begin(phone)
    length = place_of(card).of
    for number in range(1, length + 1):
        if number <= length - blank:
            card = await answer(phone, card, rightly=number <= right)
        if number < length:
            card = await press(phone, "下一题", is_card)
    if hand_in:
        await press(phone, "交卷", lambda message: "要交卷吗" in message.text)
        await press(phone, "确认交卷", lambda message: "已交卷" in message.text)
