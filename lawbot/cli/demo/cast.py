"""The people of the story: residents who join, cadres who know more or less law.

They know only what their phone shows. A cadre who has studied finds the right answer in the bank
by the wording of the question, as a person would in memory.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from random import Random

from lawbot.sandbox import VirtualPerson
from lawbot.sandbox.chats import Message
from lawcore.people.model import Cadre
from lawcore.questions.question import Question, QuestionKind

_PLACE = re.compile(r"第 (\d+)/(\d+) 题")
PATIENCE = 60.0
"""Seconds a virtual person waits for an answer before the story is called broken."""


class Fate(Enum):
    """What a cadre does in the exam."""

    SITS = "sits"
    ABSENT = "absent"
    EXEMPT = "exempt"
    PHONE_DIES = "phone dies"


@dataclass(frozen=True, slots=True)
class Sitter:
    """A cadre with a phone and a share of right answers."""

    cadre: Cadre
    phone: VirtualPerson
    fate: Fate
    knows: float
    random: Random


class Memory:
    """The law as it can be learnt from the bank: which option texts answer which question."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._by_stem: Mapping[str, Question] = {question.stem: question for question in questions}

    def wanted(self, card: Message, sitter: Sitter) -> list[str]:
        """The labels that this cadre will press on this card."""
        question = self._asked(card)
        options = {label: label.split(". ", 1)[1] for label in card.labels if ". " in label}
        right = {question.options[own] for own in question.key}
        sure = [label for label, text in options.items() if text in right]
        if sitter.random.random() < sitter.knows:
            return sure
        if question.kind is QuestionKind.MULTIPLE:
            return sorted(sitter.random.sample(sorted(options), 2))
        return [sitter.random.choice(sorted(options))]

    def _asked(self, card: Message) -> Question:
        for part in card.text.split("\n\n"):
            if part in self._by_stem:
                return self._by_stem[part]
        raise LookupError(f"a card with no question of the bank: {card.text[:80]}")


async def join(phone: VirtualPerson, code: str, village: str, *, by_poster: bool) -> None:
    """Join by the code on the poster, or by choosing the village."""
    if by_poster:
        since = await phone.say(f"/start {code}")
    else:
        since = await phone.say("/start")
        await phone.wait_for(lambda message: "请选" in message.text, PATIENCE, since)
        since = await phone.press(village)
    await phone.wait_for(lambda message: "已加入" in message.text, PATIENCE, since)


async def bind(phone: VirtualPerson, code: str) -> None:
    """Bind by a one-time code."""
    since = await phone.say(f"/start {code}")
    await phone.wait_for(lambda message: "绑定成功" in message.text, PATIENCE, since)


async def sit(sitter: Sitter, memory: Memory, done: Callable[[], None]) -> None:
    """Sit the whole paper; a phone that dies half-way is followed by another device."""
    since = await sitter.phone.press("开始答题")
    card = await _card(sitter.phone, 1, since)
    length = _places(card)[1]
    for place in range(1, length + 1):
        if sitter.fate is Fate.PHONE_DIES and place == length // 2:
            since = await sitter.phone.say("/exam")
            card = await _card(sitter.phone, place, since)
        await _answer(sitter, memory, card)
        done()
        if place < length:
            since = await sitter.phone.press("下一题")
            card = await _card(sitter.phone, place + 1, since)
    since = await sitter.phone.press("交卷")
    await sitter.phone.wait_for(lambda message: "要交卷吗" in message.text, PATIENCE, since)
    since = await sitter.phone.press("确认交卷")
    await sitter.phone.wait_for(lambda message: "已交卷" in message.text, PATIENCE, since)


async def _answer(sitter: Sitter, memory: Memory, card: Message) -> None:
    for label in memory.wanted(card, sitter):
        since = await sitter.phone.press(label)
        await sitter.phone.wait_for(partial(_shows, f"✓ {label}"), PATIENCE, since)


def _shows(label: str, message: Message) -> bool:
    return label in message.labels


async def _card(phone: VirtualPerson, place: int, since: int) -> Message:
    return await phone.wait_for(lambda message: f"第 {place}/" in message.text, PATIENCE, since)


def _places(card: Message) -> tuple[int, int]:
    found = _PLACE.search(card.text)
    if found is None:
        raise LookupError(f"a card without its place: {card.text[:80]}")
    return int(found[1]), int(found[2])


async def together(jobs: Sequence[Callable[[], Awaitable[None]]], at_once: int) -> None:
    """Run coroutine functions, `at_once` at a time."""
    room = asyncio.Semaphore(at_once)

    async def one(job: Callable[[], Awaitable[None]]) -> None:
        async with room:
            await job()

    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(one(job))
