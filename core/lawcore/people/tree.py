"""The tree of units: county, town, village, department."""

from collections.abc import Iterable, Sequence

from lawcore.ids import UnitId
from lawcore.people.model import Unit, UnitKind


def under(units: Sequence[Unit], tops: Iterable[UnitId]) -> frozenset[UnitId]:
    """`tops` and every unit below them."""
    found = set(tops)
    while more := {u.id for u in units if u.parent in found and u.id not in found}:
        found |= more
    return frozenset(found)


def villages(units: Sequence[Unit], top: UnitId | None = None) -> tuple[Unit, ...]:
    """All villages, or those below `top`, in the order of their codes."""
    inside = under(units, [top]) if top is not None else {unit.id for unit in units}
    found = [u for u in units if u.kind is UnitKind.VILLAGE and u.id in inside]
    return tuple(sorted(found, key=lambda unit: unit.code))


def town(units: Sequence[Unit]) -> Unit | None:
    """The town that the service works for: the topmost unit of that kind."""
    return next((unit for unit in units if unit.kind is UnitKind.TOWN), None)
