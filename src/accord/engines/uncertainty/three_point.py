"""Three-point estimates: what people say of an uncertain amount, and the distribution it stands for.

====================  ===========================================================================================
``TRIANGULAR``        density rising from *optimistic* to *most likely*, falling to *pessimistic*; the ends are bounds
``PERT``              beta between the same bounds, mean (a + 4m + b) / 6 (λ = 4): α = 1 + 4(m−a)/(b−a), β = 6 − α
``LOGNORMAL``         *optimistic* is the 10th percentile, *most likely* the median, *pessimistic* the 90th: the
                      ends are no bounds. Three conditions fix a shifted lognormal (mirrored where the left tail is the
                      longer, normal where both are alike)
``FIXED``             certain: the most likely value
====================  ===========================================================================================

The lognormal, with r = (b − m) / (m − a), z₉₀ = Φ⁻¹(.9) and σ = ln r / z₉₀, has the quantiles
m + (b − m)(e^{σz} − 1) / (e^{σz₉₀} − 1) for z = Φ⁻¹(p).

PERT-beta: Malcolm et al. 1959, λ after D. Vose, Risk Analysis, 2008. Lognormal from percentiles: three-parameter
lognormal, J. Aitchison and J. A. C. Brown 1957.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

Z90 = NormalDist().inv_cdf(0.9)
_WIDEST = 2.0  # one side of the median 13 times the other; beyond, a few draws in a million decide the mean


class Shape(StrEnum):
    """How probability lies between the three points."""

    TRIANGULAR = "triangular"
    PERT = "pert"
    LOGNORMAL = "lognormal"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Estimate:
    """Three points in one unit, in order; a lognormal needs all three apart. May be negative (an opportunity's impact).

    Raises `ValueError` for points that are out of order or no numbers.

    >>> estimate = Estimate(4, 6, 14)
    >>> estimate.mean, round(estimate.deviation, 3), Estimate.fixed(3).deviation
    (7.0, 1.732, 0.0)
    """

    optimistic: float
    most_likely: float
    pessimistic: float
    shape: Shape = Shape.PERT

    def __post_init__(self) -> None:
        a, m, b = self.points
        if not all(map(math.isfinite, self.points)):
            raise ValueError(f"the estimates {a:g}, {m:g}, {b:g} are not all numbers")
        if not a <= m <= b:
            raise ValueError(
                f"the estimates {a:g}, {m:g}, {b:g} must increase from optimistic to most likely to pessimistic"
            )
        if self.shape is Shape.LOGNORMAL and not (a < m < b or a == m == b):
            raise ValueError(f"the estimates {a:g}, {m:g}, {b:g} must differ: a lognormal has them as P10, P50 and P90")
        if self.shape is Shape.LOGNORMAL and a < b and abs(self.log_deviation) > _WIDEST:
            raise ValueError(f"the estimates {a:g}, {m:g}, {b:g} are too skewed for a lognormal distribution; use PERT")

    @classmethod
    def fixed(cls, value: float) -> Estimate:
        return cls(value, value, value, Shape.FIXED)

    @property
    def points(self) -> tuple[float, float, float]:
        return self.optimistic, self.most_likely, self.pessimistic

    @property
    def certain(self) -> bool:
        return self.shape is Shape.FIXED or self.optimistic == self.pessimistic

    def scaled(self, factor: float) -> Estimate:
        """The same estimate of ``factor`` times as much, factor ≥ 0."""
        if factor == 0:
            return Estimate.fixed(0)
        return Estimate(self.optimistic * factor, self.most_likely * factor, self.pessimistic * factor, self.shape)

    @property
    def log_deviation(self) -> float:
        """σ of the lognormal: positive with a long right tail, negative mirrored, 0 for the normal."""
        return math.log((self.pessimistic - self.most_likely) / (self.most_likely - self.optimistic)) / Z90

    @property
    def mean(self) -> float:
        a, m, b = self.points
        if self.certain:
            return m
        match self.shape:
            case Shape.TRIANGULAR:
                return (a + m + b) / 3
            case Shape.LOGNORMAL:
                sigma = self.log_deviation
                return m if _is_normal(sigma) else m + (b - m) * math.expm1(sigma**2 / 2) / math.expm1(sigma * Z90)
            case _:
                return (a + 4 * m + b) / 6

    @property
    def deviation(self) -> float:
        a, m, b = self.points
        if self.certain:
            return 0.0
        match self.shape:
            case Shape.TRIANGULAR:
                return math.sqrt((a * a + m * m + b * b - a * m - a * b - m * b) / 18)
            case Shape.LOGNORMAL:
                sigma = self.log_deviation
                if _is_normal(sigma):
                    return (b - m) / Z90
                spread = math.sqrt(math.expm1(sigma**2)) * math.exp(sigma**2 / 2)
                return abs((b - m) / math.expm1(sigma * Z90)) * spread
            case _:
                return math.sqrt((self.mean - a) * (b - self.mean) / 7)


def _is_normal(sigma: float) -> bool:
    return abs(sigma) < 1e-9
