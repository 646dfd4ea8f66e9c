"""Checking what a report states against its ledger: each claim counted again, each doubt named."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lawcore.calendar.observance import Occasion
from lawcore.ids import ObservanceKey
from lawcore.reports.annual import Annual


@dataclass(frozen=True, slots=True)
class Claim:
    """A number of the report: the words, the figure it is about, and whether it says “余”."""

    where: str
    words: str
    figure: str
    value: int
    rounded: bool
    parts: tuple[str, ...] = ()
    """Figures that the report adds up to this one."""


@dataclass(frozen=True, slots=True)
class ClaimedDay:
    """A date that the report gives to an observance: ``4.25``."""

    where: str
    words: str
    observance: ObservanceKey
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class ClaimedRate:
    """A rate of an exam; numerator and denominator are None where the report gives none."""

    title: str
    percent: str
    attended: int | None = None
    due: int | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything a report states that can be checked."""

    numbers: tuple[Claim, ...]
    days: tuple[ClaimedDay, ...]
    rates: tuple[ClaimedRate, ...]


class Checked(NamedTuple):
    """A claim and what the ledger counts."""

    claim: Claim
    counted: int

    @property
    def equal(self) -> bool:
        return self.claim.value == self.counted


@dataclass(frozen=True, slots=True)
class Recounted:
    """A report held against its ledger: its numbers again, its rates, and every doubt."""

    numbers: tuple[Checked, ...]
    rates: tuple[ClaimedRate, ...]
    findings: tuple[str, ...]


def hold_against(
    annual: Annual, claims: Claims, occasions: Mapping[ObservanceKey, Occasion]
) -> Recounted:
    """Count every claim again and name every doubt."""
    return Recounted(recount(annual, claims), claims.rates, findings(annual, claims, occasions))


def recount(annual: Annual, claims: Claims) -> tuple[Checked, ...]:
    """Each claimed number beside the number that the ledger gives."""
    return tuple(Checked(claim, annual.now.value(claim.figure)) for claim in claims.numbers)


def findings(
    annual: Annual, claims: Claims, occasions: Mapping[ObservanceKey, Occasion]
) -> tuple[str, ...]:
    """Every doubt, in sentences."""
    return (
        *_differing(annual, claims),
        *_days(claims, occasions),
        *_joint(annual, claims),
        *_attendances(annual),
        *_rates(claims),
        *_rounded(annual, claims),
    )


def _differing(annual: Annual, claims: Claims) -> Iterator[str]:
    for checked in recount(annual, claims):
        if not checked.equal:
            claim = checked.claim
            yield (
                f"数对不上：{claim.where}写“{claim.words}”，台账是{checked.counted}"
                f"（编号{claim.figure}）。"
            )


def _days(claims: Claims, occasions: Mapping[ObservanceKey, Occasion]) -> Iterator[str]:
    given: dict[ObservanceKey, list[ClaimedDay]] = defaultdict(list)
    for day in claims.days:
        given[day.observance].append(day)
    for key, days in given.items():
        occasion = occasions.get(key)
        right = (occasion.start.month, occasion.start.day) if occasion and occasion.start else None
        wrong = [day for day in days if right and (day.month, day.day) != right]
        if len({(day.month, day.day) for day in days}) > 1:
            said = "，".join(f"{day.where}写{day.words}" for day in days)
            yield f"同一个日子写了两个日期：{said}。{_right(occasion)}"
        elif wrong:
            yield f"日期不对：{wrong[0].where}写{wrong[0].words}。{_right(occasion)}"


def _right(occasion: Occasion | None) -> str:
    if occasion is None or occasion.start is None:
        return "日历里没有这个日子，请核对。"
    observance = occasion.observance
    return f"“{observance.title}”是{occasion.date_text}，依据：{observance.source}。"


def _joint(annual: Annual, claims: Claims) -> Iterator[str]:
    values = {claim.figure: claim.value for claim in claims.numbers}
    for claim in claims.numbers:
        parts = [values[part] for part in claim.parts if part in values]
        is_events = claim.figure == "A1"
        if is_events and parts and sum(parts) == claim.value and not annual.now.value("A5"):
            added = "＋".join(str(part) for part in parts)
            yield (
                f"{claim.where}“{claim.words}”正好是{added}：这样就没有一场是联合举办的，"
                "只在村里办的也都要算在前一部分里；是不是这样，原文没有说明。"
            )


def _attendances(annual: Annual) -> Iterator[str]:
    now = annual.now
    if now.value("A21") and now.value("A26") == now.value("A21") and now.value("A12"):
        yield (
            f"人次只有镇、村的{now.value('A11')}场有（{now.value('A12')}人次）；"
            f"部门的{now.value('A21')}场没有人次，全部活动的人次不能说明。"
        )


def _rates(claims: Claims) -> Iterator[str]:
    bare = [rate for rate in claims.rates if rate.attended is None or rate.due is None]
    if bare:
        titles = "、".join(f"{rate.title}（{rate.percent}）" for rate in bare)
        yield f"参考率没有分子和分母：{titles}；应考、实考各多少人没有记录，不能说明。"


def _rounded(annual: Annual, claims: Claims) -> Iterator[str]:
    rounded: Sequence[Checked] = [c for c in recount(annual, claims) if c.claim.rounded]
    if rounded:
        said = "、".join(f"“{c.claim.words}”（台账{c.counted}）" for c in rounded)
        yield f"带“余”的数没有准确数，“余”是说比它多：{said}。"
