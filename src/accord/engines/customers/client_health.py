"""Health from a chance of leaving, and how much of either each signal makes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TYPICAL_HEALTH = 0.70


def health_of(chance: Floats, typical: float) -> Floats:
    """0 to 100 from a chance of leaving: the odds of staying against those of the firm's typical client, who has 70.

    One fixed, falling scale of the chance, so that the two can never disagree.

    >>> health_of(np.array([0.10, 0.30, 0.02, 1.0]), 0.10).round(1).tolist()
    [70.0, 37.7, 92.7, 0.0]
    """
    odds = np.where(chance < 1, chance / np.maximum(1 - chance, 1e-15), np.inf)
    return 100 / (1 + odds / _anchor(typical))


def chance_of_health(health: float, typical: float) -> float:
    """The chance of leaving that has this ``health`` (above 0): the inverse of :func:`health_of`.

    >>> round(chance_of_health(70, 0.10), 12), round(chance_of_health(100, 0.10), 12)
    (0.1, 0.0)
    """
    odds = _anchor(typical) * (100 / health - 1)
    return odds / (1 + odds)


def _anchor(typical: float) -> float:
    """The odds of leaving at which health is 50."""
    return typical / (1 - typical) * TYPICAL_HEALTH / (1 - TYPICAL_HEALTH)


def health_slope(chance: Floats, typical: float) -> Floats:
    """The derivative of :func:`health_of`: points for one unit of chance.

    >>> health_slope(np.array([0.10]), 0.10).round(1).tolist()
    [-233.3]
    """
    anchor = _anchor(typical)
    slope: Floats = -100 * anchor / (anchor * (1 - chance) + chance) ** 2
    return slope


def contributions(chance: Callable[[Floats], Floats], effects: Floats, typical: Floats) -> tuple[Floats, Floats]:
    """How much of ``chance`` each signal makes: (with typical signals [client], contributions [client, signal]).

    ``effects`` [client, signal] are β_k·x_k and ``typical`` [signal] those of the typical client. Along the straight
    line from one to the other each signal gets its part of the way: β_k(x_k − x̄_k) · ∫ dP/dη. The integral of a
    derivative along a line is the secant, so that the parts add up exactly.

    >>> from scipy.special import expit, logit
    >>> base, parts = contributions(lambda eta: expit(logit(0.15) + eta), np.array([[0.55, 0.40, -0.30]]), np.zeros(3))
    >>> base.round(2).tolist(), parts.round(6).tolist()
    ([0.15], [[0.086846, 0.063161, -0.047371]])
    """
    gaps = effects - typical
    way = gaps.sum(axis=1)
    start = np.full(len(effects), float(typical.sum()))
    base, end = chance(start), chance(start + way)
    small = np.abs(way) < 1e-5
    step = np.where(small, 1e-4, way)
    middle = start + way / 2
    tangent = (chance(middle + step / 2) - chance(middle - step / 2)) / step
    secant = np.where(small, tangent, (end - base) / step)
    return base, gaps * secant[:, None]
