"""The calendar: one year of all rules of the shipped content, in this process."""

import time
from collections.abc import Iterable
from statistics import median

from benchmarks.measure import Goal
from lawcore.calendar.observance import Observance, occasions
from lawcore.content import read_pack

YEARS = range(2027, 2047)
TIMES = 10


def goals() -> list[Goal]:
    """The median year as the rounds see it: asked before, so its lunar dates are known."""
    rules = tuple(read_pack(None).observances.values())
    _years(rules)
    took = [one for _ in range(TIMES) for one in _years(rules)]
    return [Goal(f"历法：{len(rules)} 条规则排一年", median(took) * 1e6, 400, "µs")]


def _years(rules: Iterable[Observance]) -> list[float]:
    took = []
    for year in YEARS:
        start = time.perf_counter()
        occasions(rules, (), year)
        took.append(time.perf_counter() - start)
    return took
