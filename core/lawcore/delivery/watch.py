"""When so many sends of a campaign go wrong that it stops by itself.

Only what is not the recipient's own counts: the service is down, the line is broken, the message
is refused. Who has stopped the bot is no reason to stop the others.
"""

from collections import defaultdict, deque

from lawcore.delivery.model import Delivery, DeliveryKind, Outcome, OutcomeKind

LOOKED_AT = 100
TOO_MANY = 20
"""So many of the last LOOKED_AT sends of a campaign."""


class Watch:
    """Counts the trouble of each campaign, in the memory of one sender."""

    def __init__(self) -> None:
        self._last: dict[int, deque[bool]] = defaultdict(lambda: deque(maxlen=LOOKED_AT))

    def sees(self, delivery: Delivery, outcome: Outcome) -> bool:
        """Count an outcome; True when it is the one too many. Counting then begins anew."""
        if delivery.kind is not DeliveryKind.CAMPAIGN:
            return False
        if outcome.kind in {OutcomeKind.FLOOD, OutcomeKind.MOVED}:
            return False
        last = self._last[delivery.subject]
        last.append(outcome.is_trouble)
        if sum(last) < TOO_MANY:
            return False
        del self._last[delivery.subject]
        return True
