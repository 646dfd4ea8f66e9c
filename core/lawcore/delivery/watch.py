"""When so many sends of a campaign go wrong that it stops by itself.

Only what is not the recipient's own counts: the service is down, the line is broken, the message
is refused. Who has stopped the bot is no reason to stop the others. What happened to the last sends
is kept in the database, so that it is counted over all senders.
"""

from collections.abc import Iterable, Sequence

from lawcore.delivery.model import Delivery, DeliveryKind, Outcome, OutcomeKind

LOOKED_AT = 100
TOO_MANY = 20
"""So many of the last LOOKED_AT sends of a campaign."""

_UNDECIDED = frozenset({OutcomeKind.FLOOD, OutcomeKind.MOVED})


def troubles(tried: Iterable[tuple[Delivery, Outcome]]) -> list[tuple[Delivery, list[bool]]]:
    """For each campaign one of its deliveries, and whether its sends were trouble, in order."""
    found: dict[int, tuple[Delivery, list[bool]]] = {}
    for delivery, outcome in tried:
        if delivery.kind is DeliveryKind.CAMPAIGN and outcome.kind not in _UNDECIDED:
            _, sends = found.setdefault(delivery.subject, (delivery, []))
            sends.append(outcome.is_trouble)
    return list(found.values())


def look_back(last: str, fresh: Sequence[bool]) -> tuple[str, bool]:
    """What to keep of the last sends, and whether one of `fresh` was the one too many.

    A send is a 1 if it was trouble, else a 0; nothing is kept before the first 1. After the one too
    many counting begins anew.
    """
    too_many = False
    for trouble in fresh:
        last = (last + "01"[trouble])[-LOOKED_AT:].lstrip("0")
        if last.count("1") >= TOO_MANY:
            last, too_many = "", True
    return last, too_many
