"""What the outcome of a try makes of a delivery."""

from datetime import datetime, timedelta

from lawcore.delivery.model import (
    Delivery,
    DeliveryState,
    Outcome,
    OutcomeKind,
    Recorded,
)

MOST_TRIES = 24
"""Tries that failed on the way until a delivery is `failed`: an outage of an hour loses nobody."""
FIRST_GAP = 5.0
LONGEST_GAP = 300.0
"""Seconds between two tries: twice as long each time, up to the longest."""

_ENDS = {
    OutcomeKind.SENT: DeliveryState.SENT,
    OutcomeKind.BLOCKED: DeliveryState.BLOCKED,
    OutcomeKind.FAILED: DeliveryState.FAILED,
    OutcomeKind.UNKNOWN: DeliveryState.UNKNOWN,
}


def conclude(delivery: Delivery, outcome: Outcome, at: datetime, jitter: float) -> Recorded:
    """What the outcome of a try makes of the delivery.

    A flood is not a failed try. A try that failed on the way is repeated with growing gaps, up to
    MOST_TRIES; then the delivery is `failed`. `jitter` in [0, 1) takes up to a quarter off the gap,
    so that many who failed together do not come back together.
    """
    due_at = None
    tries = delivery.tries + (outcome.kind is not OutcomeKind.FLOOD)
    state = _ENDS.get(outcome.kind, DeliveryState.QUEUED)
    match outcome.kind:
        case OutcomeKind.FLOOD:
            due_at = at + timedelta(seconds=outcome.wait)
        case OutcomeKind.LATER | OutcomeKind.MOVED if tries >= MOST_TRIES:
            state = DeliveryState.FAILED
        case OutcomeKind.MOVED:
            due_at = at
        case OutcomeKind.LATER:
            gap = min(FIRST_GAP * 2**tries, LONGEST_GAP) * (1 - jitter / 4)
            due_at = at + timedelta(seconds=gap)
    return Recorded(
        delivery.id,
        delivery.account,
        state,
        outcome.reason,
        outcome.message,
        at,
        tries,
        due_at,
        outcome.moved_to,
    )


def ended(delivery: Delivery, state: DeliveryState, reason: str, at: datetime) -> Recorded:
    """The end of a delivery that is not tried."""
    return Recorded(delivery.id, delivery.account, state, reason, None, at, delivery.tries)
