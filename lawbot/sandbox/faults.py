"""Misfortune on request: refusals, lost answers, slow answers."""

import asyncio
import random
from collections import deque
from dataclasses import dataclass

from lawbot.sandbox.answers import ApiError


@dataclass(frozen=True, slots=True)
class Loss:
    """The connection breaks; with `executed` the request was carried out before."""

    executed: bool


class Faults:
    """What shall go wrong next, by method ("*" = any method but getUpdates)."""

    def __init__(self) -> None:
        self._coming: dict[str, deque[ApiError | Loss]] = {}
        self._slow: tuple[float, float] | None = None
        self._dice = random.Random(0)  # noqa: S311 - repeatable on purpose

    def add(self, method: str, fault: ApiError | Loss, times: int) -> None:
        self._coming.setdefault(method.lower(), deque()).extend([fault] * times)

    def delay(self, shortest: float, longest: float, seed: int) -> None:
        """Answers (not long polls) take between `shortest` and `longest` seconds from now on."""
        self._slow = (shortest, longest) if longest > 0 else None
        self._dice = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def take(self, method: str) -> ApiError | Loss | None:
        """What happens to the request that just came."""
        if not self._coming or (method == "getupdates" and method not in self._coming):
            return None
        for key in (method, "*"):
            waiting = self._coming.get(key)
            if waiting:
                fault = waiting.popleft()
                if not waiting:
                    del self._coming[key]
                return fault
        return None

    async def slow_down(self) -> None:
        if self._slow:
            await asyncio.sleep(self._dice.uniform(*self._slow))
