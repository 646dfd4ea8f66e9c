"""Before an exam is created: whether its plan can be filled, and who would sit it."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from lawcore.exams import office
from lawcore.exams.hall import Hall
from lawcore.ids import UnitId
from lawcore.people.model import Role
from lawcore.questions.blueprint import Blueprint
from lawcore.questions.question import Question


@dataclass(frozen=True, slots=True)
class Forecast:
    """People who would be on the roster now; of them those bound to no chat account."""

    candidates: int
    unbound: int


def forecast(
    hall: Hall,
    plan: Blueprint,
    bank: Sequence[Question],
    *,
    seed: int,
    categories: AbstractSet[str],
    units: AbstractSet[UnitId],
    posts: AbstractSet[str],
) -> Forecast:
    """Who would sit it, if it were created so and opened now; nothing is written.

    Raises BadInput naming every short cell, as the creation itself does.
    """
    office.pool_for(hall, plan, bank, seed)
    found = office.would_sit(hall, categories=categories, units=units, posts=posts)
    bound = {one.cadre for one in hall.people.accounts_with([Role.CADRE])}
    return Forecast(len(found), sum(cadre.id not in bound for cadre in found))
