"""The approvers are told what of the content needs a person: a law that it cites has changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from lawcore.campaigns.book import Desk
from lawcore.campaigns.office import tell_admins
from lawcore.delivery.model import DeliveryKind
from lawcore.people.model import MAY_APPROVE

TOLD = "held_items"
"""The fact under which it is remembered what is held: a line each."""


class FactBook(Protocol):
    """What the program remembers."""

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, value: str) -> None: ...


class HoldingDesk(Desk, Protocol):
    """The books that this needs, in one transaction."""

    @property
    def facts(self) -> FactBook: ...


def tell_of_held(desk: HoldingDesk, names: Sequence[str], *, at: datetime) -> None:
    """`names` is all that is held back now; every approver gets one letter when it grows."""
    known = set(held_names(desk.facts))
    if known == set(names):
        return
    desk.facts.put(TOLD, "\n".join(sorted(names)))
    if set(names) - known:
        tell_admins(desk, DeliveryKind.HELD_ITEMS, 0, at, MAY_APPROVE)


def held_names(facts: FactBook) -> tuple[str, ...]:
    """What was held when it was last looked."""
    return tuple(name for name in (facts.get(TOLD) or "").split("\n") if name)
