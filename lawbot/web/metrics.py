"""Figures for Prometheus: what is queued, how fast it leaves, what became of it, how long it took.

Counts only: no name, no address, no text.
"""

import asyncio
from collections import deque
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from lawcore.delivery.gate import Gate
from lawcore.delivery.model import DeliveryState, Outcome

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
Counts = Mapping[DeliveryState, int]
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
A_MINUTE = 60
"""Seconds that the rate is measured over."""


class Metrics:
    """The figures of one process. `rate`: how many messages to many may leave in a second."""

    def __init__(self, gate: Gate, rate: int) -> None:
        self._gate = gate
        # steady seconds in which tries came to their outcome, and how many did in each
        self._lately: deque[list[int]] = deque(maxlen=A_MINUTE + 1)
        self._registry = CollectorRegistry()
        self._sends = Counter(
            "lawbot_sends", "Tries by outcome", ["outcome"], registry=self._registry
        )
        self._latency = Histogram(
            "lawbot_send_seconds", "From leaving to the answer", buckets=SECONDS,
            registry=self._registry,
        )  # fmt: skip
        allowed = Gauge(
            "lawbot_rate_allowed", "Messages to many a second at most", registry=self._registry
        )
        allowed.set(rate)
        self._rate = Gauge(
            "lawbot_rate", "Tries a second over the last minute", registry=self._registry
        )
        self._queue = Gauge(
            "lawbot_deliveries", "Deliveries by state", ["state"], registry=self._registry
        )
        self._groups = Gauge(
            "lawbot_group_posts", "Posts to groups by state", ["state"], registry=self._registry
        )
        self._shut = Gauge(
            "lawbot_gate_shut_seconds", "The service wants nothing for", registry=self._registry
        )
        self._waiting = Gauge(
            "lawbot_gate_waiting", "Messages that wait for the pace", registry=self._registry
        )
        self._leader = Gauge("lawbot_leader", "1 where it does the rounds", registry=self._registry)

    def sent(self, outcome: Outcome, seconds: float) -> None:
        """A try came to its outcome."""
        second = int(_now())
        if not self._lately or self._lately[-1][0] != second:
            self._lately.append([second, 0])
        self._lately[-1][1] += 1
        self._sends.labels(outcome.kind.value).inc()
        self._latency.observe(seconds)

    def leads(self, leads: bool) -> None:
        """Whether this process does the rounds."""
        self._leader.set(leads)

    def write(self, counts: Counts, posts: Counts) -> bytes:
        """All figures now, as Prometheus reads them; `counts` and `posts` are the database's."""
        for state in DeliveryState:
            self._queue.labels(state.value).set(counts.get(state, 0))
            self._groups.labels(state.value).set(posts.get(state, 0))
        since = _now() - A_MINUTE
        self._rate.set(sum(tries for second, tries in self._lately if second > since) / A_MINUTE)
        self._shut.set(self._gate.shut_for)
        self._waiting.set(self._gate.waiting)
        return generate_latest(self._registry)


def _now() -> float:
    """Steady seconds."""
    return asyncio.get_running_loop().time()
