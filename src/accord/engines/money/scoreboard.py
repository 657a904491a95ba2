"""Which forecast has been right in this firm, and the forecast which that record earns.

A method's **standing** is the mean error of its forecasts of finished projects, the newest counting most, beside its
published error as if it were five projects' worth. The firm's own forecast is the mean, in logs, of what the methods
say, each with the weight standing⁻⁶: with no record the published figures speak, and a method that has been twice as
wrong counts a sixty-fourth. Picking the best alone is as good below ten projects and worse beyond.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

HALF_LIFE = 15  # projects
PRIOR = 5  # projects that the published figure is worth
POWER = 6


def standing(errors: Sequence[float], published: float) -> float:
    """A method's error as the firm knows it: S = (Σ λ^age · e + 5 · published) / (Σ λ^age + 5), λ = ½^(1/15).

    ``errors`` are shares, one for each finished project, oldest first; the newest has age 0.

    >>> standing([], 0.2)
    0.2
    >>> round(standing([0.1], 0.2), 4)
    0.1833
    """
    weights = [math.pow(0.5, age / HALF_LIFE) for age in reversed(range(len(errors)))]
    known = sum(weight * error for weight, error in zip(weights, errors, strict=True))
    return (known + PRIOR * published) / (sum(weights) + PRIOR)


def shares(standings: Mapping[str, float]) -> dict[str, float]:
    """How much each method counts, adding up to one. A method that has never been wrong takes all.

    >>> {key: round(share, 3) for key, share in shares({"plan": 0.2, "pace": 0.1}).items()}
    {'plan': 0.015, 'pace': 0.985}
    """
    least = min(standings.values(), default=0.0)
    if least <= 0:
        perfect = [key for key, value in standings.items() if value <= 0]
        return {key: (1 / len(perfect) if key in perfect else 0.0) for key in standings}
    weights = {key: (least / value) ** POWER for key, value in standings.items()}
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()}


def mix(forecasts: Mapping[str, float | None], standings: Mapping[str, float]) -> float | None:
    """The forecast that the record earns: the geometric mean of what is known, by :func:`shares`.

    ``None`` where no method with a standing has a forecast. Forecasts are above zero.

    >>> round(mix({"plan": 10.0, "pace": 20.0, "other": None}, {"plan": 0.2, "pace": 0.2, "other": 0.1}), 3)
    14.142
    """
    known = {key: value for key, value in forecasts.items() if value is not None and key in standings}
    if not known:
        return None
    counted = shares({key: standings[key] for key in known})
    return math.exp(sum(counted[key] * math.log(value) for key, value in known.items()))


def pinball(forecast: float, actual: float, p: float) -> float:
    """The loss of a forecast of the quantile ``p``; least, on average, for the true quantile.

    >>> pinball(8, 10, 0.8), round(pinball(12, 10, 0.8), 3)
    (1.6, 0.4)
    """
    return p * (actual - forecast) if actual > forecast else (1 - p) * (forecast - actual)
