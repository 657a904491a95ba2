"""PERT as first published: expected durations, the longest mean path, and the chance to meet a date.

From an optimistic estimate a, a most likely m and a pessimistic b, in any unit of time::

    mean = (a + 4m + b) / 6        variance = ((b − a) / 6)²

The project's mean and variance are the sums along the longest path of means, and its duration is taken as normal. That
leaves out every path but one: where several are nearly as long, the finish comes out too early (`monte_carlo` does
not have this bias; MacCrimmon and Ryavec 1964, Klingel 1966).

D. G. Malcolm, J. H. Roseboom, C. E. Clark and W. Fazar, Application of a Technique for Research and Development Program
Evaluation, Operations Research 7 (1959) 646-669.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from graphlib import CycleError as _Circle
from graphlib import TopologicalSorter
from statistics import NormalDist

from accord.engines.planning.network import CycleError
from accord.engines.planning.plan import Link, LinkType


@dataclass(frozen=True, slots=True)
class PertActivity:
    """Three estimates in one unit of time, 0 ≤ optimistic ≤ most likely ≤ pessimistic."""

    uid: int
    optimistic: float
    most_likely: float
    pessimistic: float


@dataclass(frozen=True, slots=True)
class PertRow:
    """An activity's mean and variance, and when it finishes if everything takes its mean."""

    uid: int
    mean: float
    variance: float
    finish: float
    critical: bool


@dataclass(frozen=True, slots=True)
class Pert:
    """The project's duration: ``mean`` and ``variance`` along ``path``, and the activities as given."""

    mean: float
    variance: float
    path: tuple[int, ...]
    activities: tuple[PertRow, ...]

    @property
    def deviation(self) -> float:
        return math.sqrt(self.variance)

    def probability(self, deadline: float) -> float:
        """The chance to need no longer than ``deadline``: Φ((deadline − mean) / deviation)."""
        if self.variance == 0:
            return float(deadline >= self.mean)
        return NormalDist(self.mean, self.deviation).cdf(deadline)

    def deadline(self, probability: float) -> float:
        """The duration that is kept with this chance, 0 < probability < 1."""
        if not 0 < probability < 1:
            raise ValueError(f"{probability} is not a probability between 0 and 1")
        return self.mean if self.variance == 0 else NormalDist(self.mean, self.deviation).inv_cdf(probability)


def pert(activities: Sequence[PertActivity], links: Sequence[Link] = ()) -> Pert:
    """Classic PERT of activities joined by finish-to-start links, whose lags are in the activities' unit.

    Of paths with equal mean the one of larger variance counts. Means are summed exactly, so that equal paths are equal.
    Raises `ValueError` for estimates out of order, a uid given twice, a link to nowhere or of another type, and
    `CycleError` for a cycle.

    >>> found = pert([PertActivity(1, 1, 2, 3), PertActivity(2, 2, 3.5, 8)], [Link(1, 2)])
    >>> found.mean, round(found.variance, 4), found.path, round(found.probability(7), 4)
    (6.0, 1.1111, (1, 2), 0.8286)
    """
    by_uid = {activity.uid: activity for activity in activities}
    if len(by_uid) < len(activities):
        raise ValueError("two activities have the same uid")
    means = {activity.uid: _mean(activity) for activity in activities}
    variances = {uid: ((Fraction(row.pessimistic) - Fraction(row.optimistic)) / 6) ** 2 for uid, row in by_uid.items()}
    entering = _entering(by_uid, links)
    # The longest mean until each activity's finish, the variance along it, and the activity before.
    reached: dict[int, tuple[Fraction, Fraction]] = {}
    before: dict[int, int | None] = {}
    for uid in _order(entering):
        length, variance, source = Fraction(0), Fraction(0), None
        for link in entering[uid]:
            mean_before, variance_before = reached[link.predecessor]
            if source is None or (mean_before + Fraction(link.lag), variance_before) > (length, variance):
                length, variance, source = mean_before + Fraction(link.lag), variance_before, link.predecessor
        if length < 0:
            # A lead reaches back before the project begins, and nothing begins earlier than that.
            length, variance, source = Fraction(0), Fraction(0), None
        reached[uid] = length + means[uid], variance + variances[uid]
        before[uid] = source
    path: list[int] = []
    at = max(reached, key=lambda uid: reached[uid], default=None)
    mean, variance = reached[at] if at is not None else (Fraction(0), Fraction(0))
    while at is not None:
        path.append(at)
        at = before[at]
    on_path = set(path)
    rows = tuple(
        PertRow(uid, float(means[uid]), float(variances[uid]), float(reached[uid][0]), uid in on_path) for uid in by_uid
    )
    return Pert(float(mean), float(variance), tuple(reversed(path)), rows)


def _mean(activity: PertActivity) -> Fraction:
    points = (activity.optimistic, activity.most_likely, activity.pessimistic)
    if not all(map(math.isfinite, points)) or not 0 <= points[0] <= points[1] <= points[2]:
        raise ValueError(
            f"activity {activity.uid}: the estimates {points[0]:g}, {points[1]:g}, {points[2]:g}"
            " must rise from optimistic over most likely to pessimistic"
        )
    a, m, b = map(Fraction, points)
    return (a + 4 * m + b) / 6


def _entering(uids: Iterable[int], links: Sequence[Link]) -> dict[int, list[Link]]:
    entering: dict[int, list[Link]] = {uid: [] for uid in uids}
    for link in links:
        for uid in (link.predecessor, link.successor):
            if uid not in entering:
                raise ValueError(f"a link names activity {uid}, which does not exist")
        if link.type is not LinkType.FS:
            raise ValueError(
                f"the link {link.predecessor} → {link.successor} is {link.type}: PERT knows finish to start"
            )
        entering[link.successor].append(link)
    return entering


def _order(entering: dict[int, list[Link]]) -> list[int]:
    try:
        return list(
            TopologicalSorter(
                {uid: [link.predecessor for link in links] for uid, links in entering.items()}
            ).static_order()
        )
    except _Circle as circle:
        raise CycleError(circle.args[1][:-1]) from None
