"""What the sender needs of others: a channel, a desk to work at, an office with a database."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from lawcore.delivery.book import DeliveryBook
from lawcore.delivery.model import Delivery, Letter, Outcome
from lawcore.people.model import Address

T = TypeVar("T")


class Channel(Protocol):
    """A way to reach an address. Errors of the service end here, as outcomes."""

    @property
    def newest(self) -> int:
        """The highest message number seen; 0 if none was."""
        ...

    async def send(self, address: Address, letter: Letter) -> Outcome: ...


class Desk(Protocol):
    """The book of deliveries and what is needed to word them, in one transaction."""

    @property
    def deliveries(self) -> DeliveryBook: ...

    def letter(self, delivery: Delivery) -> Letter | None:
        """The letter of a delivery; None if what it was about no longer holds."""
        ...

    def as_it_stands(self, delivery: Delivery) -> Letter | None:
        """The letter as it stands in the chat if it was sent; None if that cannot be told."""
        ...

    def trouble(self, delivery: Delivery, at: datetime) -> None:
        """Too many sends of what `delivery` belongs to went wrong: it stops, an admin is told."""
        ...

    def interrupted(self, at: datetime) -> None:
        """A crash left deliveries in doubt: an admin is told."""
        ...


class Office(Protocol):
    """A store that runs a job on the desk in one transaction and returns after the commit."""

    async def write(self, job: Callable[[Desk], T]) -> T: ...
