"""活动台账: what was held for the people of the township, one row an event.

A row is never changed. A correction is a new row that points at the old one, which then counts no
more; a withdrawal is a correction that counts for nothing. A joint event is one row of its
organiser with partners beside it, so it counts once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from lawcore.clock import local_day
from lawcore.errors import BadInput, NotFound, WrongState
from lawcore.ids import ActivityId, LawKey, ObservanceKey, UnitId

_MATERIAL = re.compile(r"(.+?)[\s×xX*：:]*([0-9]+)\s*[份本册张件个]?")
MOST_YUAN = Decimal(10_000_000)


class Form(StrEnum):
    """Where it was held."""

    OFFLINE = "offline"
    ONLINE = "online"


FORM_WORDS = {Form.OFFLINE: "线下", Form.ONLINE: "线上"}


@dataclass(frozen=True, slots=True)
class Material:
    """What was handed out, and how many of it."""

    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Activity:
    """One event as it is filed. `attendances` is 人次; None where nobody counted: that is not 0."""

    day: date
    name: str
    organiser: UnitId
    form: Form
    filed_by: str
    observance: ObservanceKey | None = None
    topic: str = ""
    laws: tuple[LawKey, ...] = ()
    place: str = ""
    partners: tuple[UnitId, ...] = ()
    category: str = ""
    """One of the 六进 categories of the content pack, or nothing."""
    audience: str = ""
    attendances: int | None = None
    materials: tuple[Material, ...] = ()
    pushes: int = 0
    """推送条数: what was put online."""
    cost: Decimal | None = None
    """Yuan; optional (法治宣传教育法 55)."""
    evidence: tuple[str, ...] = ()
    """Numbers of files or photos; never required."""
    corrects: ActivityId | None = None
    withdrawn: bool = False
    """With `corrects`: the old row counts no more and nothing stands in its place."""
    reason: str = ""
    """With `corrects`: why. Empty where a file corrected, which has no column for it."""

    @property
    def copies(self) -> int:
        """份: all that was handed out."""
        return sum(material.count for material in self.materials)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An activity in the ledger."""

    id: ActivityId
    activity: Activity
    filed_at: datetime
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    corrected_by: ActivityId | None = None
    """The row that has taken its place."""

    @property
    def number(self) -> str:
        """How people name the row: ``H12``."""
        return f"H{self.id}"


class ActivityBook(Protocol):
    """What this room needs of storage."""

    def add(self, activity: Activity, at: datetime) -> ActivityId: ...

    def get(self, key: ActivityId) -> Recorded | None: ...

    def review(self, key: ActivityId, by: str, at: datetime) -> None: ...


def record(book: ActivityBook, activity: Activity, *, at: datetime) -> ActivityId:
    """File an activity. Raises BadInput for what cannot be true."""
    check(activity, local_day(at))
    return book.add(activity, at)


def correct(
    book: ActivityBook, key: ActivityId, better: Activity, *, at: datetime, reason: str = ""
) -> ActivityId:
    """File `better` in the place of row `key`, which stays readable and counts no more.

    Raises NotFound, or WrongState if it was corrected before: the newer row is to be corrected.
    """
    old = _standing(book, key)
    return record(book, replace(better, corrects=old.id, reason=reason), at=at)


def withdraw(
    book: ActivityBook, key: ActivityId, by: str, *, at: datetime, reason: str = ""
) -> ActivityId:
    """Take row `key` out of all counts; it stays readable. Raises as `correct` does."""
    gone = replace(get(book, key).activity, withdrawn=True, filed_by=by)
    return correct(book, key, gone, at=at, reason=reason)


def review(book: ActivityBook, key: ActivityId, by: str, *, at: datetime) -> Recorded:
    """Note that `by` has checked row `key`.

    Raises NotFound; BadInput if `by` filed it: who files does not review; WrongState if it was
    reviewed or corrected before.
    """
    old = _standing(book, key)
    if old.reviewed_by is not None:
        raise WrongState(f"{old.number} 已由 {old.reviewed_by} 审核过。")
    check_reviewer(old.activity, by)
    book.review(key, by, at)
    return get(book, key)


def get(book: ActivityBook, key: ActivityId) -> Recorded:
    """Row `key`, or NotFound."""
    found = book.get(key)
    if found is None:
        raise NotFound(f"台账里没有编号 H{key} 的活动，请核对编号。")
    return found


def chain(book: ActivityBook, key: ActivityId) -> tuple[Recorded, ...]:
    """Row `key` with those it corrects and those that correct it, the oldest first."""
    found = [get(book, key)]
    while (older := found[0].activity.corrects) is not None:
        found.insert(0, get(book, older))
    while (newer := found[-1].corrected_by) is not None:
        found.append(get(book, newer))
    return tuple(found)


def check(activity: Activity, today: date) -> None:
    """Raise BadInput for what cannot be true of an activity."""
    if not activity.name.strip():
        raise BadInput("活动名称是空的，请写上。")
    if activity.day > today:
        raise BadInput(f"{activity.day} 还没有到，台账只记已经办过的活动。")
    if activity.organiser in activity.partners:
        raise BadInput("主办单位不用再写进参与单位。")
    if len(set(activity.partners)) != len(activity.partners):
        raise BadInput("参与单位写重了。")
    counts = (activity.attendances or 0, activity.pushes, *(m.count for m in activity.materials))
    if any(not 0 <= count < 10**9 for count in counts):
        raise BadInput("人次、份数、条数要写 0 到 999999999 的整数。")
    if activity.copies >= 10**9:
        raise BadInput("各种资料的份数加起来超过了 999999999，请核对。")
    if any(not material.title.strip() for material in activity.materials):
        raise BadInput("每种资料都要写名称。")
    if activity.cost is not None and not 0 <= activity.cost < MOST_YUAN:
        raise BadInput(f"费用要在 0 到 {MOST_YUAN} 元之间。")


def check_reviewer(activity: Activity, by: str) -> None:
    """Raise BadInput if the reviewer is the filer."""
    if by == activity.filed_by:
        raise BadInput("填报人和审核人不能是同一个人。")


def materials_of(text: str) -> tuple[Material, ...]:
    """Read ``民法典读本 200；反诈手册 300``. Raises BadInput for a part without a number."""
    found = []
    for part in re.split(r"[；;\n]+", text):
        if not part.strip():
            continue
        match = _MATERIAL.fullmatch(part.strip())
        if match is None:
            raise BadInput(f"“{part.strip()}”没有写份数，写成“名称 份数”")
        found.append(Material(match[1].strip(), int(match[2])))
    return tuple(found)


def materials_text(materials: Sequence[Material]) -> str:
    """``民法典读本 200；反诈手册 300``."""
    return "；".join(f"{material.title} {material.count}" for material in materials)


def _standing(book: ActivityBook, key: ActivityId) -> Recorded:
    old = get(book, key)
    if old.corrected_by is not None:
        raise WrongState(f"{old.number} 已由 H{old.corrected_by} 更正，请更正新的那一条。")
    if old.activity.withdrawn:
        raise WrongState(f"{old.number} 是一条撤销记录，不用再改。")
    return old
