"""Figures for Prometheus: what is queued, what became of it, how long the service took.

Counts only: no name, no address, no text.
"""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from lawcore.delivery.gate import Gate
from lawcore.delivery.model import DeliveryState, Outcome

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
Counts = Mapping[DeliveryState, int]
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The figures of one process."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._registry = CollectorRegistry()
        self._sends = Counter(
            "lawbot_sends", "Tries by outcome", ["outcome"], registry=self._registry
        )
        self._latency = Histogram(
            "lawbot_send_seconds", "From leaving to the answer", buckets=SECONDS,
            registry=self._registry,
        )  # fmt: skip
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
        self._shut.set(self._gate.shut_for)
        self._waiting.set(self._gate.waiting)
        return generate_latest(self._registry)
