"""Intervals for shares, and for ratios of sums over few clients.

Sources: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209-212;
B. Efron, R. Tibshirani, *An Introduction to the Bootstrap* (1993), chapter 13 (percentile intervals).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

RESAMPLES = 4_000
# From so many clients on the ratio is as good as normal, and resamples would fill the memory.
_MANY = 1_000
_CELLS = 1_000_000  # draws of one interval: many clients need fewer resamples
_SEED = 1  # the same data give the same interval


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low`` to ``high``, made of ``n`` observations."""

    low: float
    high: float
    n: int


def wilson(part: int, n: int, confidence: float = 0.95) -> Interval | None:
    """Wilson's interval for a share ``part / n``: inside 0 to 1, honest for few. ``None`` of none.

    >>> found = wilson(8, 10)
    >>> round(found.low, 3), round(found.high, 3)
    (0.49, 0.943)
    """
    if not n:
        return None
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), part / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    margin = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Interval(max(0.0, centre - margin), min(1.0, centre + margin), n)


def ratio_of_sums(parts: Sequence[float], wholes: Sequence[float], confidence: float = 0.95) -> Interval | None:
    """An interval for Σ parts / Σ wholes over the same clients, by drawing clients anew (percentile bootstrap).

    Where every client has the same ratio, drawing shows no spread: the client not seen yet that would differ is then
    allowed for as Wilson allows for an event that has not happened. From 1,000 clients on the linearised standard error
    takes the place of the draws. Some wholes may be 0 (who pays nothing yet). ``None`` for fewer than two clients.

    >>> found = ratio_of_sums([100.0] * 20, [100.0] * 20)
    >>> round(found.low, 3), found.high, found.n
    (0.839, 1.0, 20)
    """
    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    n = len(whole)
    if n < 2 or not (whole >= 0).all() or not whole.any():
        return None
    each = part[whole > 0] / whole[whole > 0]
    if len(each) == n and np.ptp(each) <= 1e-12:
        unseen = wilson(0, n, confidence)
        assert unseen is not None
        return Interval(float(each[0]) * (1 - unseen.high), float(each[0]), n)
    if n >= _MANY:
        ratio, z = float(part.sum() / whole.sum()), NormalDist().inv_cdf((1 + confidence) / 2)
        reach = z * float(np.std(part - ratio * whole)) * sqrt(n) / float(whole.sum())
        return Interval(ratio - reach, ratio + reach, n)
    resamples = min(max(_CELLS // n, RESAMPLES // 4), RESAMPLES)
    drawn = np.random.default_rng(_SEED).integers(0, n, (resamples, n))
    sums = whole[drawn].sum(axis=1)
    ratios = part[drawn].sum(axis=1)[sums > 0] / sums[sums > 0]
    tail = 100 * (1 - confidence) / 2
    low, high = np.percentile(ratios, [tail, 100 - tail])
    return Interval(float(low), float(high), n)
