"""The lifetime value of groups of customers: sum, median, and an interval of the sum.

What makes the forecasts of single customers wrong is partly their own and partly common to all (the year, the
parameters). Own parts cancel in a sum, the common part doesn't. Of the firm's total the whole spread is known: what
its customers' own spreads don't explain is taken to be common, in proportion to each one's value:

    Var(group) = Σ own² + common² · value²,    common² = max(0, Var(total) − Σ own² of all) / total²

The sum is taken to be log-normal with this mean and variance (above zero, and skewed where few customers make it).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist, median

Z80 = NormalDist().inv_cdf(0.9)


@dataclass(frozen=True, slots=True)
class GroupValue:
    """One group; ``low`` to ``high`` holds the sum with a probability of 80 %."""

    group: Hashable
    count: int
    total: float
    middle: float
    low: float
    high: float


def common_spread(total: float, low: float, high: float, own_variance: float) -> float:
    """The relative spread that all customers share, from the total's 80 % interval and the sum of their own variances.

    >>> round(common_spread(1000, 1000 - 128.155, 1000 + 128.155, 60.0**2), 3)
    0.08
    """
    if total <= 0:
        return 0.0
    whole = ((high - low) / (2 * Z80)) ** 2
    return sqrt(max(whole - own_variance, 0.0)) / total


def sum_interval(total: float, variance: float) -> tuple[float, float]:
    """The 80 % interval of a log-normal sum with this mean and variance.

    >>> [round(edge, 1) for edge in sum_interval(100.0, 100.0)]
    [87.6, 113.1]
    """
    if total <= 0 or variance <= 0:
        return total, total
    s2 = log(1 + variance / total**2)
    middle = log(total) - s2 / 2
    return exp(middle - Z80 * sqrt(s2)), exp(middle + Z80 * sqrt(s2))


def group_values(
    groups: Sequence[Hashable], values: Sequence[float], own: Sequence[float], common: float
) -> list[GroupValue]:
    """Add up ``values`` by ``groups`` with the customers' ``own`` spreads; the largest sum first.

    >>> found = group_values(["A", "A", "B"], [60.0, 40.0, 50.0], [6.0, 8.0, 0.0], 0.1)
    >>> [(each.group, each.count, each.total, each.middle) for each in found]
    [('A', 2, 100.0, 50.0), ('B', 1, 50.0, 50.0)]
    >>> round(found[0].low, 1), round(found[0].high, 1)
    (82.7, 118.6)
    """
    members: dict[Hashable, list[int]] = {}
    for place, group in enumerate(groups):
        members.setdefault(group, []).append(place)
    found = []
    for group, places in members.items():
        total = sum(values[place] for place in places)
        variance = sum(own[place] ** 2 for place in places) + (common * total) ** 2
        low, high = sum_interval(total, variance)
        found.append(GroupValue(group, len(places), total, float(median(values[place] for place in places)), low, high))
    return sorted(found, key=lambda each: (-each.total, str(each.group)))
