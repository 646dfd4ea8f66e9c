"""内容: what the program says and asks, whether it still holds, and a check of any draft.

No question stands here with its key: who reads this page may be a candidate.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web

from lawbot.house import House
from lawbot.web.circle import Circle
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawcore.content import Item
from lawcore.content.impact import ROOM_WORDS, impact
from lawcore.content.overdue import overdue
from lawcore.errors import Fault
from lawcore.law.law import Law
from lawcore.law.registry import Change, ChangeKind

AHEAD = timedelta(days=365)
SHOWN = 60
"""Lines of a list on the page; the command line lists them all."""
LONGEST_DRAFT = 20_000
CHANGE_WORDS = {
    ChangeKind.COMMENCED: "开始施行",
    ChangeKind.AMENDED: "新的文本开始施行",
    ChangeKind.ENDED: "不再有效",
}


@dataclass(frozen=True, slots=True)
class State:
    """How the pack stands on a day."""

    faults: tuple[Fault, ...]
    overdue: tuple[Fault, ...]
    held: tuple[Item, ...]
    changes: tuple[Change, ...]
    rooms: tuple[tuple[str, int, str], ...]
    kinds: tuple[tuple[str, int], ...]


async def show(visit: Visit) -> web.Response:
    """The checker's findings; it reads the whole pack, so not on the loop."""
    state = await asyncio.to_thread(_state, visit.house, visit.today)
    return visit.page("content.html", state=state, shown=SHOWN, rooms=ROOM_WORDS,
                      change_words=CHANGE_WORDS)  # fmt: skip


async def law(visit: Visit) -> web.Response:
    """A law: its versions, and everything that cites it."""
    name, day = visit.asked("name"), visit.asked("day")
    found = visit.house.pack.registry.find(name) if name else None
    on = _day(day) or visit.today
    items = await asyncio.to_thread(_impact, visit.house, found, on)
    near = visit.house.pack.registry.near(name) if name and found is None else ()
    return visit.page("law.html", law=found, name=name, day=on, items=items, near=near,
                      rooms=ROOM_WORDS)  # fmt: skip


async def draft(visit: Visit) -> web.Response:
    """An empty field for a draft."""
    return visit.page("draft.html", text="", faults=None, longest=LONGEST_DRAFT)


async def check_draft(visit: Visit) -> web.Response:
    """What is wrong with a draft, sentence by sentence; it is not kept."""
    text = visit.typed("text")[:LONGEST_DRAFT]
    faults = await asyncio.to_thread(visit.house.inspection.faults_of_text, text, visit.today)
    return visit.page("draft.html", text=text, faults=faults, longest=LONGEST_DRAFT)


def _state(house: House, day: date) -> State:
    pack = house.pack
    return State(
        house.inspection.faults_of_pack(day),
        overdue(pack, day),
        house.inspection.held(day),
        pack.registry.changes(day, day + AHEAD),
        (
            ("法律法规", len(pack.registry), "部"),
            ("普法日", len(pack.observances), "个"),
            ("手机文稿", len(pack.messages), "份"),
            ("广播稿", len(pack.loudspeaker), "份"),
            ("明白纸", len(pack.leaflets), "份"),
            ("题目", len(pack.questions), "道"),
            ("试卷方案", len(pack.blueprints), "个"),
        ),
        tuple(Counter(question.kind.label for question in pack.questions.values()).items()),
    )


def _impact(house: House, found: Law | None, day: date) -> tuple[Item, ...]:
    return impact(house.pack, found.key, day) if found else ()


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


ROUTES: tuple[Route, ...] = (
    get("/content", show, Circle.STAFF),
    get("/content/law", law, Circle.STAFF),
    get("/content/draft", draft, Circle.STAFF),
    post("/content/draft", check_draft, Circle.STAFF),
)
