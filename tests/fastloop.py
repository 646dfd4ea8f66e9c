"""Simulated time: seconds pass when there is nothing else to do."""

import asyncio


class FastLoop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer whenever there is nothing else to do."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 1000.0

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        timers = [timer.when() for timer in self._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]  # the base class hides it
        if timers and not self._ready:  # type: ignore[attr-defined]  # likewise
            self._now = max(self._now, min(timers))
        super()._run_once()  # type: ignore[misc]  # likewise
