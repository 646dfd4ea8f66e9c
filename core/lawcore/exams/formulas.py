"""The statistics of an exam, by the formulas that Moodle uses; sample variances (n − 1).

All take marks as floats. Where a figure is not defined (no variance, too few people) it is None.
"""

from collections.abc import Sequence
from math import sqrt

Marks = Sequence[float]


def mean(values: Marks) -> float:
    return sum(values) / len(values)


def covariance(one: Marks, two: Marks) -> float:
    """Sample covariance of two lists of equal length, at least 2."""
    first, second = mean(one), mean(two)
    pairs = zip(one, two, strict=True)
    return sum((x - first) * (y - second) for x, y in pairs) / (len(one) - 1)


def deviation(values: Marks) -> float:
    """Sample standard deviation."""
    return sqrt(covariance(values, values))


def discrimination(item: Marks, rest: Marks) -> float | None:
    """Item–rest correlation in percent: 100·cov(x, T−x)/√(var(x)·var(T−x))."""
    spread = covariance(item, item) * covariance(rest, rest)
    return 100 * covariance(item, rest) / sqrt(spread) if spread > 0 else None


def efficiency(item: Marks, rest: Marks) -> float | None:
    """Covariance in percent of the largest that these marks allow (both lists sorted)."""
    most = covariance(sorted(item), sorted(rest))
    return 100 * covariance(item, rest) / most if most > 0 else None


def consistency(items: Sequence[Marks]) -> float | None:
    """Cronbach's α in percent over items that all have answered: `items[i][person]`."""
    totals = [sum(marks) for marks in zip(*items, strict=True)]
    if len(items) < 2 or len(totals) < 3:
        return None
    whole = covariance(totals, totals)
    if whole == 0:
        return None
    parts = sum(covariance(item, item) for item in items)
    count = len(items)
    return 100 * count / (count - 1) * (1 - parts / whole)


def error_ratio(alpha: float) -> float | None:
    """100·√(1 − α) in percent; None for an α above 1, which no data give."""
    return 100 * sqrt(1 - alpha / 100) if alpha <= 100 else None


def weights(items: Sequence[Marks]) -> list[float | None]:
    """The share of each item in the spread of the total, in percent; None for a negative one."""
    totals = [sum(marks) for marks in zip(*items, strict=True)]
    spreads = [covariance(item, totals) for item in items]
    whole = sum(sqrt(spread) for spread in spreads if spread > 0)
    return [100 * sqrt(spread) / whole if spread >= 0 and whole > 0 else None for spread in spreads]


def skewness(values: Marks) -> float | None:
    """k3/k2^1.5; needs three values that differ."""
    n = len(values)
    if n < 3 or covariance(values, values) == 0:
        return None
    k3 = n * n * _moment(values, 3) / ((n - 1) * (n - 2))
    return float(k3 / covariance(values, values) ** 1.5)


def kurtosis(values: Marks) -> float | None:
    """k4/k2²; needs four values that differ."""
    n = len(values)
    if n < 4 or covariance(values, values) == 0:
        return None
    m2, m4 = _moment(values, 2), _moment(values, 4)
    k4 = n * n * ((n + 1) * m4 - 3 * (n - 1) * m2**2) / ((n - 1) * (n - 2) * (n - 3))
    return float(k4 / covariance(values, values) ** 2)


def _moment(values: Marks, order: int) -> float:
    middle = mean(values)
    return float(sum((value - middle) ** order for value in values) / len(values))
