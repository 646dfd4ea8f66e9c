"""Candidates who sit an exam as fast as their phone shows the next card, and what they were told.

A tap is over when the card shows it and, for an answer, when 已保存 has come. Who is left without
either taps again, as people do.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random

from lawbot.sandbox import Message, VirtualPerson
from lawcore.clock import SystemClock

SAVED = "已保存"
_FACE = re.compile(r"第 (\d+)/(\d+) 题 · (\S+) · (\S+) 分")
_LEFT = re.compile(r"剩余 (\d+) 分 (\d\d) 秒")


@dataclass(frozen=True, slots=True)
class Face:
    """What a card shows: its place from 0, and which options are ticked, as a bit mask."""

    place: int
    length: int
    multiple: bool
    marks: Decimal
    stem: str
    options: tuple[str, ...]
    chosen: int
    left: int
    """Seconds."""


def face_of(message: Message) -> Face | None:
    """Read a card; None for any other message."""
    found, left = _FACE.search(message.text), _LEFT.search(message.text)
    if found is None or left is None:
        return None
    labels = [label for label in message.labels if ". " in label]
    return Face(
        int(found[1]) - 1,
        int(found[2]),
        found[3] == "多选题",
        Decimal(found[4]),
        message.text.split("\n\n")[1],
        tuple(label.removeprefix("✓ ").split(". ", 1)[1] for label in labels),
        sum(1 << place for place, label in enumerate(labels) if label.startswith("✓ ")),
        int(left[1]) * 60 + int(left[2]),
    )


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """An answer that was tapped and not yet told to be saved."""

    place: int
    choice: int
    since: int


class Sitter:
    """One candidate. `patience` is how many seconds pass before a tap is tapped again."""

    def __init__(self, number: str, phone: VirtualPerson, seed: int, patience: float) -> None:
        self.number = number
        self.phone = phone
        self.faces: dict[int, Face] = {}
        """The cards by place as they were met first: the paper."""
        self.saved: dict[int, int] = {}
        """By place: the last choice that was told to be saved."""
        self.changes = 0
        """Taps that changed an answer and were told to be saved."""
        self.waits: list[float] = []
        """Seconds from each tap to its card."""
        self.again = 0
        self._random = Random(seed)  # noqa: S311 - repeatable, not a secret
        self._patience = patience
        self._card: Message | None = None
        self._under_way: _UnderWay | None = None

    @property
    def waits_for_an_answer(self) -> bool:
        """Whether an answer was tapped and is not yet told to be saved."""
        return self._under_way is not None

    async def invited(self) -> None:
        """Ask for the exam; its card offers to begin."""
        since = await self.phone.say("/exam")
        self._card = await self.phone.wait_for(lambda m: "开始答题" in m.labels, 120, since)

    async def begin(self) -> Face:
        """Start the clock; the first card."""
        return await self._see("开始答题", lambda face: face.place == 0)

    async def come_back(self) -> tuple[Face, datetime, datetime]:
        """Ask for the exam again, in the middle of it: its card, and between when it was made."""
        asked_at = SystemClock().now()
        since = await self.phone.say("/exam")
        card = await self.phone.wait_for(lambda m: face_of(m) is not None, 120, since)
        face = face_of(card)
        if face is None:
            raise RuntimeError("a card is no card any more")
        return face, asked_at, card.at

    async def sit(self) -> None:
        """The whole paper, from the first tap to the last."""
        face = await self.begin()
        for place in range(face.length):
            for option in self._picks(face):
                face = await self.choose(face, option)
            if place + 1 < face.length:
                face = await self._turn(place + 1)
        await self._tap("交卷", lambda message: "要交卷吗" in message.text)
        await self._tap("确认交卷", lambda message: "已交卷" in message.text)

    async def choose(self, face: Face, option: int) -> Face:
        """Tap an option of the card that is shown."""
        bit = 1 << option
        choice = face.chosen ^ bit if face.multiple else bit
        label = f"{'✓ ' if face.chosen & bit else ''}{'ABCDEFGH'[option]}. {face.options[option]}"
        self._under_way = _UnderWay(face.place, choice, self.phone.mark)
        shown = await self._see(
            label, lambda now: (now.place, now.chosen) == (face.place, choice), saved=True
        )
        self.saved[face.place] = choice
        self.changes += 1
        self._under_way = None
        return shown

    def told(self) -> dict[int, int]:
        """By place: what the phone has been told to be saved by now."""
        last = self._under_way
        if last is None:
            return self.saved
        heard = any(a.text == SAVED for a in self.phone.alerts if a.revision > last.since)
        seen = (
            face_of(message)
            for message in self.phone.chat
            if message.from_bot and message.revision > last.since
        )
        shown = any(
            face and (face.place, face.chosen) == (last.place, last.choice) for face in seen
        )
        return {**self.saved, last.place: last.choice} if heard or shown else self.saved

    def may_be_saved(self) -> tuple[int, int] | None:
        """Place and choice of an answer that is under way: saved or not, nobody has said yet."""
        return (self._under_way.place, self._under_way.choice) if self._under_way else None

    async def _turn(self, place: int) -> Face:
        return await self._see("下一题", lambda face: face.place == place)

    async def _see(
        self, label: str, wanted: Callable[[Face], bool], *, saved: bool = False
    ) -> Face:
        def shows(message: Message) -> bool:
            face = face_of(message)
            return face is not None and wanted(face)

        face = face_of(await self._tap(label, shows, saved=saved))
        if face is None:
            raise RuntimeError("a card is no card any more")
        first = self.faces.setdefault(face.place, face)
        if (first.stem, first.options, first.marks) != (face.stem, face.options, face.marks):
            raise RuntimeError(f"{self.number}: question {face.place + 1} is another one now")
        return face

    async def _tap(
        self, label: str, wanted: Callable[[Message], bool], *, saved: bool = False
    ) -> Message:
        card, since, began, taps = self._card, self.phone.mark, time.perf_counter(), 0
        while True:
            await self.phone.press(label, card)
            taps += 1
            try:
                shown = await self.phone.wait_for(wanted, self._patience, since)
                waited = time.perf_counter() - began
                if saved:
                    await self._hear(since, taps)
                break
            except TimeoutError:
                self.again += 1
        self._card = shown
        self.waits.append(waited)
        return shown

    async def _hear(self, since: int, taps: int) -> None:
        """Wait for 已保存; after several taps for the words to the last of them, if they come."""
        await self.phone.wait_for_alert(lambda alert: alert.text == SAVED, self._patience, since)
        if taps == 1:
            return
        alerts = self.phone.alerts
        try:
            await self.phone.wait_for_alert(
                lambda _: sum(alert.revision > since for alert in alerts) >= taps,
                self._patience,
                since,
            )
        except TimeoutError:
            return  # some of them died with the service

    def _picks(self, face: Face) -> Iterator[int]:
        """What to tap: several of a multiple choice; of the others one, now and then another."""
        places = range(len(face.options))
        many = self._random.randint(1, 3) if face.multiple else self._random.choice((1, 1, 1, 2))
        yield from self._random.sample(places, min(many, len(places)))
