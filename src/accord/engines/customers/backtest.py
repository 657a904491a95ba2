"""How good forecasts of yes-or-no events were: discrimination, calibration and skill, with their uncertainty.

Brier: G. Brier, Monthly Weather Review 78 (1950). The area under the ROC curve is the chance that one who left was
ranked above one who stayed (J. Hanley, B. McNeil, Radiology 143, 1982).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit
from scipy.stats import rankdata

from accord.engines.customers.intervals import wilson

Floats = NDArray[np.float64]

FEWEST_OUTCOMES = 30
FEWEST_ORIGINS = 2
FEWEST_EVENTS = 5
_BINS = 6
_RESAMPLES = 400


@dataclass(frozen=True, slots=True)
class Range:
    """A figure with the interval that holds it four times in five."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Clients whose forecasts lay together: how many, what was forecast on average, and what share it was."""

    count: int
    forecast: float
    seen: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Score:
    """Forecasts beside what happened. ``skill`` is 1 − Brier / Brier of the base rate: 0 is no better than that.

    ``auc`` and ``slope`` (of the logistic regression of what happened on the forecast's log-odds; 1 is right, below 1
    too sure of itself) are ``None`` where all left or none did. ``ranking`` is the skill against everybody at the mean
    forecast of the day: what telling clients apart has gained, whatever the level. ``plain_brier`` is that of a plain
    forecast beside it, which knows no more than when the client was last heard of.
    """

    outcomes: int
    events: int
    origins: int
    brier: float
    base_brier: float
    skill: Range
    auc: Range | None
    slope: float | None
    bins: tuple[CalibrationBin, ...]
    ranking: float = 0.0
    plain_brier: float | None = None

    @property
    def enough(self) -> bool:
        """Whether there is enough to judge by: two origins, thirty outcomes, five events."""
        return self.origins >= FEWEST_ORIGINS and self.outcomes >= FEWEST_OUTCOMES and self.events >= FEWEST_EVENTS

    @property
    def predicts(self) -> bool:
        """False where signals have not predicted leaving: enough outcomes, and no skill, or none from telling clients
        apart (a base rate that lags behind is easily beaten by the level alone)."""
        return not self.enough or (self.skill.value > 0 and self.ranking > 0)

    @property
    def tells_apart(self) -> bool:
        """Whether those who left had the higher forecasts, whatever the level of all of them was."""
        return not self.enough or self.ranking > 0


def score(
    happened: ArrayLike,
    forecast: ArrayLike,
    base: ArrayLike,
    origin: ArrayLike,
    plain: ArrayLike | None = None,
    seed: int = 1,
) -> Score:
    """Score forecasts [row] of events ``happened`` [row, 0 or 1] against the ``base`` rate known on the day [row].

    ``origin`` [row] says which rows were forecast on the same day; resamples for the intervals (80 %) are of rows
    within their origins. ``plain`` [row] is the forecast to compare with.

    >>> s = score([1, 0, 1, 0], [0.9, 0.2, 0.6, 0.4], [0.5] * 4, [0, 0, 1, 1])
    >>> round(s.brier, 4), round(s.skill.value, 2), s.auc.value
    (0.0925, 0.63, 1.0)
    """
    y, p, q, day = (np.asarray(v, dtype=np.float64) for v in (happened, forecast, base, origin))
    if not len(y):
        nothing = Range(0.0, 0.0, 0.0)
        return Score(0, 0, 0, 0.0, 0.0, nothing, None, None, ())
    both = 0 < y.sum() < len(y)
    skills, areas = _resampled(y, p, q, seed)
    _, at = np.unique(day, return_inverse=True)
    level = (np.bincount(at, p) / np.bincount(at))[at]
    return Score(
        outcomes=len(y),
        events=int(y.sum()),
        origins=len(np.unique(day)),
        brier=float(((y - p) ** 2).mean()),
        base_brier=float(((y - q) ** 2).mean()),
        skill=_range(_skill(y, p, q), skills),
        auc=_range(_auc(y, p), areas) if both else None,
        slope=_slope(y, p) if both else None,
        bins=tuple(calibration(y, p)),
        ranking=_skill(y, p, level),
        plain_brier=None if plain is None else float(((y - np.asarray(plain, dtype=np.float64)) ** 2).mean()),
    )


def calibration(happened: ArrayLike, forecast: ArrayLike, bins: int = _BINS) -> list[CalibrationBin]:
    """Forecasts in ``bins`` groups of about the same size, equal forecasts together; intervals are Wilson's (80 %)."""
    y, p = (np.asarray(v, dtype=np.float64) for v in (happened, forecast))
    edges = np.unique(np.quantile(p, np.linspace(0, 1, bins + 1)[1:-1]))
    group = np.searchsorted(edges, p, side="left")
    found = []
    for each in np.unique(group):
        inside = group == each
        n, k = int(inside.sum()), int(y[inside].sum())
        share = wilson(k, n, 0.80)
        assert share is not None  # a group has at least one client
        found.append(CalibrationBin(n, float(p[inside].mean()), k / n, share.low, share.high))
    return found


def _range(value: float, samples: list[float]) -> Range:
    low, high = np.quantile(samples, [0.1, 0.9]) if samples else (value, value)
    return Range(value, float(low), float(high))


def _skill(y: Floats, p: Floats, q: Floats) -> float:
    base = float(((y - q) ** 2).mean())
    return 1 - float(((y - p) ** 2).mean()) / base if base > 0 else 0.0


def _resampled(y: Floats, p: Floats, q: Floats, seed: int) -> tuple[list[float], list[float]]:
    """(Skill, area under the curve) of resamples; the area only of those in which some left and some stayed.

    A resample is how often each row is in it, so that ranks are looked up once: :func:`_auc` of the drawn rows is the
    same number.
    """
    draw = np.random.default_rng(seed)
    error, base = (y - p) ** 2, (y - q) ** 2
    order = np.argsort(p, kind="stable")
    _, group = np.unique(p[order], return_inverse=True)
    left = y[order]
    skills, areas = [], []
    for _ in range(_RESAMPLES):
        drawn = draw.integers(0, len(y), len(y))
        worse, best = float(base[drawn].mean()), float(error[drawn].mean())
        skills.append(1 - best / worse if worse > 0 else 0.0)
        times = np.bincount(drawn, minlength=len(y))[order]
        ones = float((times * left).sum())
        if 0 < ones < len(y):
            alike = np.bincount(group, times)
            ranks = np.cumsum(alike) - (alike - 1) / 2
            mine = float((np.bincount(group, times * left) * ranks).sum())
            areas.append(float((mine - ones * (ones + 1) / 2) / (ones * (len(y) - ones))))
    return skills, areas


def _auc(y: Floats, p: Floats) -> float:
    ranks, ones = rankdata(p), float(y.sum())
    return float((ranks[y > 0].sum() - ones * (ones + 1) / 2) / (ones * (len(y) - ones)))


def _slope(y: Floats, p: Floats) -> float | None:
    """Cox's calibration slope, by Newton's method; ``None`` where the forecasts do not differ or separate perfectly."""
    x = logit(np.clip(p, 1e-6, 1 - 1e-6))
    if np.ptp(x) < 1e-9:
        return None
    design = np.stack([np.ones_like(x), x], axis=1)
    theta = np.array([0.0, 1.0])
    for _ in range(30):
        fitted = expit(design @ theta)
        bend = design.T @ (design * (fitted * (1 - fitted))[:, None])
        if np.linalg.cond(bend) > 1e12:
            return None
        step = np.linalg.solve(bend, design.T @ (y - fitted))
        theta = theta + step
        if np.abs(step).max() < 1e-9:
            return float(theta[1])
    return None
