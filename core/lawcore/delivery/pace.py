"""When the next message may leave: at most `rate` messages in any second, whatever the jitter.

Message i+rate leaves no earlier than one second after the *answer* to message i: an answered
message has certainly been counted by the service. Half of the smallest round trip seen is taken
off, because so long at least the answer was on its way back; the other half is not, because the
next message may arrive faster than any before. After the first `rate` messages nothing is taken
off: they made the connections, so that their answers came faster than their round trips tell.
Times are seconds of any steady clock.
"""

from collections import deque


class Pace:
    """The pace of one bot. Not thread-safe: one sender asks it.

    `rate` is for messages to many. Answers to people may go up to `ceiling`, what the service
    allows at most, so that one who presses a button finds room although many are being written to.
    """

    def __init__(self, rate: int, ceiling: int | None = None) -> None:
        self._rate = rate
        self._ceiling = max(rate, ceiling or rate)
        self._answered: deque[float] = deque()
        self._in_flight = 0
        self._fastest = float("inf")
        self._gone = 0
        self._shut_until = 0.0

    def wait(self, now: float, *, urgent: bool = False) -> float | None:
        """Seconds until the next message may leave, 0 if at once; None: after the next answer."""
        if now < self._shut_until:
            return self._shut_until - now
        while self._answered and self._until(0) <= now:
            self._answered.popleft()
            self._gone += 1
        most = self._ceiling if urgent else self._rate
        too_many = self._in_flight + len(self._answered) - most
        if too_many < 0:
            return 0.0
        if too_many >= len(self._answered):
            return None
        return self._until(too_many) - now

    def left(self) -> None:
        """A message was sent off."""
        self._in_flight += 1

    def answered(self, left_at: float, now: float) -> None:
        """The answer to a message that left at `left_at` came, or its connection was given up."""
        self._in_flight -= 1
        self._fastest = min(self._fastest, now - left_at)
        self._answered.append(now)

    def shut(self, seconds: float, now: float) -> None:
        """The service asked to wait: nothing leaves for `seconds`."""
        self._shut_until = max(self._shut_until, now + seconds)

    def shut_for(self, now: float) -> float:
        """Seconds for which the service still wants nothing sent."""
        return max(0.0, self._shut_until - now)

    def _until(self, place: int) -> float:
        """How long the answer at `place` in the row keeps another message waiting."""
        known = self._gone + place >= self._rate and self._fastest < 1.0
        return self._answered[place] + 1.0 - (self._fastest / 2 if known else 0.0)
