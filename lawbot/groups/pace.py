"""When the next post of one robot may leave: at most 20 in any minute, as the services document."""

from collections import deque

MOST = 20
WINDOW = 60.0
"""Seconds."""


class MinutePace:
    """The pace of one robot, whose posts leave one after the other. Times are steady seconds."""

    def __init__(self) -> None:
        self._answered: deque[float] = deque(maxlen=MOST)
        self._shut_until = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next post may leave, 0 if at once."""
        free = self._answered[0] + WINDOW if len(self._answered) == MOST else now
        return max(free - now, self._shut_until - now, 0.0)

    def answered(self, now: float) -> None:
        """The answer to a post came: the service has certainly counted it."""
        self._answered.append(now)

    def catch_up(self, posted: int, now: float) -> None:
        """Take over from another process, which made so many posts in the last minute.

        Who posted here lately itself knows better when each of them left.
        """
        if not self._answered or self._answered[-1] + 2 * WINDOW < now:
            self._answered.extend([now] * posted)

    def shut(self, seconds: float, now: float) -> None:
        """The service asked to wait."""
        self._shut_until = max(self._shut_until, now + seconds)
