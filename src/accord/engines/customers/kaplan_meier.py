"""How long clients stay, without a model: the Kaplan-Meier curve.

Who has not left yet is counted among those at risk for as long as it was seen, and says nothing beyond.

Sources: E. Kaplan, P. Meier, Nonparametric estimation from incomplete observations, JASA 53 (1958) 457-481; the
interval is that of J. Kalbfleisch, R. Prentice, *The Statistical Analysis of Failure Time Data* (1980), on the scale of
ln(−ln S), which stays within 0 and 1 and holds at small numbers better than the plain one.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.texts import TextError, gettext_lazy

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurve:
    """The share still here after each time at which somebody left or was last seen; the arrays are parallel.

    ``at_risk`` are those observed until just before the time, ``left`` of whom left at it.
    """

    time: Floats
    survival: Floats
    low: Floats
    high: Floats
    at_risk: Floats
    left: Floats
    confidence: float

    @property
    def clients(self) -> float:
        return float(self.at_risk[0])

    @property
    def leavings(self) -> float:
        return float(self.left.sum())

    def at(self, time: ArrayLike) -> tuple[Floats, Floats, Floats]:
        """Survival at any time with its interval; ``nan`` beyond the last time observed."""
        time = np.asarray(time, dtype=np.float64)
        index = np.searchsorted(self.time, time, side="right")
        beyond = time > self.time[-1]
        found = (np.concatenate([[1.0], column])[index] for column in (self.survival, self.low, self.high))
        survival, low, high = (np.where(beyond, np.nan, column) for column in found)
        return survival, low, high

    def at_risk_at(self, time: ArrayLike) -> Floats:
        """How many were observed until just before the time: the evidence left for what follows."""
        index = np.searchsorted(self.time, np.asarray(time, dtype=np.float64))
        count: Floats = np.append(self.at_risk, 0.0)[index]
        return count

    @property
    def median(self) -> tuple[float | None, float | None, float | None]:
        """The first time at which no more than half are here, and its interval; ``None`` where that was not seen."""
        crossed = (np.flatnonzero(curve <= 0.5) for curve in (self.survival, self.low, self.high))
        when, low, high = (float(self.time[each[0]]) if len(each) else None for each in crossed)
        return when, low, high

    def restricted_mean(self, until: float) -> float:
        """Mean time here within ``until``: the area below the curve. ``until`` may not lie beyond what was observed."""
        if until > self.time[-1]:
            raise TextError(
                gettext_lazy(
                    "no one was observed until %(until)g; the last observation ends at %(last)g",
                    until=until,
                    last=float(self.time[-1]),
                )
            )
        before = self.time < until
        steps = np.diff(np.concatenate([[0.0], self.time[before], [until]]))
        return float(steps @ np.concatenate([[1.0], self.survival[before]]))


def kaplan_meier(
    duration: ArrayLike, left: ArrayLike, count: ArrayLike | None = None, confidence: float = 0.95
) -> SurvivalCurve | NotEnoughData:
    """The survival curve of clients observed for ``duration``, at whose end they had ``left`` or were still here.

    S(t) = Π over times ≤ t of (1 − dᵢ/nᵢ). With Greenwood's V = Σ dᵢ/(nᵢ(nᵢ − dᵢ)) the interval is S^exp(±z√V / ln S).
    ``count`` says for how many clients a row stands. Raises ``ValueError`` for durations below zero or not finite.

    >>> found = kaplan_meier([1, 2, 2, 3, 4], [True, True, False, False, True])
    >>> found.survival.round(3).tolist(), found.low.round(3).tolist()
    ([0.8, 0.6, 0.6, 0.0], [0.204, 0.126, 0.126, 0.0])
    """
    duration, left = np.asarray(duration, dtype=np.float64), np.asarray(left, dtype=bool)
    count = np.ones(len(duration)) if count is None else np.asarray(count, dtype=np.float64)
    if not len(duration) == len(left) == len(count):
        raise ValueError("durations, leavings and counts differ in length")
    if not (np.isfinite(duration) & (duration >= 0)).all():
        raise TextError(gettext_lazy("durations must be finite and not below zero"))
    if not (np.isfinite(count) & (count >= 0)).all():
        raise TextError(gettext_lazy("counts must be finite and not below zero"))
    if not count.sum() > 0:
        return NotEnoughData(gettext_lazy("no client was observed"))
    seen = count > 0
    time, index = np.unique(duration[seen], return_inverse=True)
    gone, ended = (
        np.bincount(index, weight, minlength=len(time)).astype(np.float64)
        for weight in (count[seen] * left[seen], count[seen])
    )
    at_risk = ended[::-1].cumsum()[::-1]
    survival = np.cumprod(1 - gone / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(gone / (at_risk * (at_risk - gone))))
        reach = NormalDist().inv_cdf((1 + confidence) / 2) * spread / np.log(survival)
        low, high = survival ** np.exp(-reach), survival ** np.exp(reach)
    # Nobody has left yet, or all have: the curve is known to be there, its interval is not defined.
    sure = (survival == 1) | (survival == 0)
    return SurvivalCurve(
        time,
        survival,
        np.where(sure, survival, low),
        np.where(sure, survival, high),
        at_risk,
        gone,
        confidence,
    )
