"""Medians of repetitions, and what is printed about them."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Run:
    """One repetition: the bot's processor time, the wall time, and each tap-to-answer, seconds."""

    presses: int
    cpu: float
    seconds: float
    waits: tuple[float, ...]

    @property
    def cpu_us(self) -> float:
        """Microseconds of the bot's processor per press."""
        return self.cpu / self.presses * 1e6

    @property
    def rate(self) -> float:
        """Presses a second."""
        return self.presses / self.seconds

    def wait_ms(self, share: float) -> float:
        """The wait that `share` of the presses did not exceed, milliseconds."""
        ranked = sorted(self.waits)
        return ranked[min(int(share * len(ranked)), len(ranked) - 1)] * 1e3


@dataclass(frozen=True, slots=True)
class Speed:
    """A bot: medians over its repetitions."""

    name: str
    cpu_us: float
    rate: float
    p50_ms: float
    p99_ms: float


def peak_megabytes() -> float:
    """The most memory this process has held; `getrusage` would count its parent's too (Linux)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmHWM in /proc/self/status")


def forget_peak() -> None:
    """From now on `peak_megabytes` counts anew from what is held at present (Linux)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def speed(name: str, runs: list[Run], bursts: list[Run]) -> Speed:
    """Medians of `runs` and, for the waits, of `bursts`."""
    return Speed(
        name,
        median(run.cpu_us for run in runs),
        median(run.rate for run in runs),
        median(burst.wait_ms(0.5) for burst in bursts),
        median(burst.wait_ms(0.99) for burst in bursts),
    )


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure beside the bound it is to keep."""

    name: str
    figure: float
    bound: float
    unit: str = "×"
    at_least: bool = False

    @property
    def kept(self) -> bool:
        return self.figure >= self.bound if self.at_least else self.figure <= self.bound

    @property
    def bound_text(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g} {self.unit}"

    @property
    def figure_text(self) -> str:
        return f"{self.figure:.2f} {self.unit}"
