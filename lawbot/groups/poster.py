"""Posting to groups: claim, commit, post, record; as careful as with messages to people.

A crash leaves a row that says how far it came: it becomes `unknown`, for a person to look into the
group, and is never posted again silently.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import aiohttp

from lawbot.groups import mail, webhook
from lawbot.groups.dingtalk import DINGTALK
from lawbot.groups.feishu import FEISHU
from lawbot.groups.model import Directory, GroupEntry, GroupKind
from lawbot.groups.pace import WINDOW, MinutePace
from lawbot.groups.splitting import split
from lawbot.groups.wecom import WECOM
from lawbot.house import House
from lawcore.campaigns.message import for_village
from lawcore.clock import local_day
from lawcore.delivery.groups import GroupPost, Posted, conclude_post
from lawcore.delivery.hours import next_allowed
from lawcore.delivery.model import DeliveryState, Outcome, OutcomeKind
from lawcore.ids import GroupPostId
from lawcore.people.model import UnitKind
from lawcore.storage import Books

BATCH = 20
"""Posts claimed at once."""
STALE_AFTER = timedelta(minutes=2)
"""A row `sending` for longer was left by a crash: each part has far less time."""

PACED = "每个群每分钟最多发 20 条，稍后接着发"
STOPPING = "程序正在停止，下次接着发"
NOT_LISTED = "群文件里已没有这个群"
STOPPED = "这次宣传已取消、已更正或已结束"

SERVICES = {
    GroupKind.WECOM: WECOM,
    GroupKind.DINGTALK: DINGTALK,
    GroupKind.FEISHU: FEISHU,
}


class _Letter(NamedTuple):
    post: GroupPost
    title: str
    text: str
    lately: int
    """Posts of this robot in the last minute, whichever process made them."""


class Poster:
    """Posts what is due to the groups of one file."""

    def __init__(self, house: House, directory: Directory) -> None:
        self.groups = tuple(entry.group for entry in directory.groups.values())
        self._house = house
        self._directory = directory
        self._paces = {name: MinutePace() for name in directory.groups}
        self._held: set[GroupPostId] = set()
        self._stopping = False

    def stop(self) -> None:
        """Let what is on its way come home; post nothing more."""
        self._stopping = True

    async def run_once(self) -> int:
        """Post everything that is due now; return how many posts were tried. Nights are quiet."""
        tried = 0
        while not self._stopping:
            at = self._house.clock.now()
            if next_allowed(at) != at:
                break
            letters = await self._house.act(self._claim)
            if letters is None:
                break
            tried += len(letters)
            async with aiohttp.ClientSession() as session:
                await self._send_all(session, letters)
        return tried

    async def sweep(self) -> int:
        """Rows that a crash left `sending` become `unknown`."""
        held = frozenset(self._held)
        return await self._house.act(
            lambda books, at: books.group_posts.sweep(at - STALE_AFTER, held, at)
        )

    def _claim(self, books: Books, at: datetime) -> list[_Letter] | None:
        """The letters of what is due; None if nothing is. What cannot be posted ends here."""
        lately = books.group_posts.lately(at - timedelta(seconds=WINDOW))
        claimed = books.group_posts.claim(BATCH, at)
        letters = []
        for post in claimed:
            refusal = None if post.group in self._directory.groups else NOT_LISTED
            campaign = books.campaigns.get(post.campaign)
            text = books.campaigns.going_out(post.campaign, post.version, local_day(at))
            if refusal is None and campaign is not None and text is not None:
                worded = _worded(books, post, text)
                letters.append(_Letter(post, campaign.title, worded, lately.get(post.group, 0)))
                continue
            state, reason = DeliveryState.SKIPPED, refusal or STOPPED
            books.group_posts.record(Posted(post.id, state, reason, post.parts, post.tries, at, at))
        return letters if claimed else None

    async def _send_all(self, session: aiohttp.ClientSession, letters: Sequence[_Letter]) -> None:
        """Each group by itself; what goes to the same group leaves in order."""
        self._held.update(letter.post.id for letter in letters)
        queues: dict[str, list[_Letter]] = {}
        for letter in letters:
            queues.setdefault(letter.post.group, []).append(letter)
        try:
            async with asyncio.TaskGroup() as group:
                for queue in queues.values():
                    group.create_task(self._send_in_order(session, queue))
        finally:
            self._held.difference_update(letter.post.id for letter in letters)

    async def _send_in_order(
        self, session: aiohttp.ClientSession, letters: Sequence[_Letter]
    ) -> None:
        now = asyncio.get_running_loop().time()
        self._paces[letters[0].post.group].catch_up(letters[0].lately, now)
        for letter in letters:
            entry = self._directory.groups[letter.post.group]
            outcome, parts = await self._send(session, entry, letter)
            await self._conclude(letter.post, outcome, parts)

    async def _conclude(self, post: GroupPost, outcome: Outcome, parts: int) -> None:
        await self._house.act(
            lambda books, at: books.group_posts.record(conclude_post(post, outcome, parts, at))
        )

    async def _progress(self, post: GroupPost, parts: int) -> None:
        await self._house.act(lambda books, at: books.group_posts.progress(post.id, parts, at))

    async def _send(
        self, session: aiohttp.ClientSession, entry: GroupEntry, letter: _Letter
    ) -> tuple[Outcome, int]:
        """Post the parts that are not in the group yet: the outcome, and how many are then."""
        service = SERVICES.get(entry.kind)
        texts = split(letter.text, service.limit if service else None)
        pace = self._paces[entry.name]
        steady = asyncio.get_running_loop().time
        for part in range(letter.post.parts, len(texts)):
            if self._stopping:
                return Outcome(OutcomeKind.FLOOD, STOPPING), part
            if wait := pace.wait(steady()):
                return Outcome(OutcomeKind.FLOOD, PACED, wait=wait), part
            if part > letter.post.parts:
                await self._progress(letter.post, part)
            outcome = await self._post(session, entry, letter.title, texts[part])
            pace.answered(steady())
            if outcome.kind is OutcomeKind.FLOOD:
                pace.shut(outcome.wait, steady())
            if outcome.kind is not OutcomeKind.SENT:
                return outcome, part
        return Outcome(OutcomeKind.SENT), len(texts)

    async def _post(
        self, session: aiohttp.ClientSession, entry: GroupEntry, title: str, text: str
    ) -> Outcome:
        at = self._house.clock.now()
        if entry.kind is not GroupKind.MAIL:
            return await webhook.post(session, SERVICES[entry.kind], entry, text, at)
        if self._directory.mail is None:
            return Outcome(OutcomeKind.FAILED, "群文件里没有 [mail]")
        return await mail.send(self._directory.mail, entry, title, text, at)


def _worded(books: Books, post: GroupPost, text: str) -> str:
    """The text as this group reads it: with the name of its village, if it is a village's."""
    unit = books.people.unit(post.unit) if post.unit is not None else None
    village = unit.name if unit is not None and unit.kind is UnitKind.VILLAGE else "各村"
    return for_village(text, village)
