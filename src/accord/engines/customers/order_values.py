"""What an order is worth, and what of it is margin: each client's own past, drawn towards the firm's where it is short.

The logarithms of a client's orders scatter around the client's mean with variance σ², and these means around the firm's
with variance τ². Both have a prior of four degrees of freedom, so no data can push them to a boundary (where the
Gamma-Gamma model sat in 9 of 24 small firms of the trial). Hierarchical normal model: A. Gelman et al., Bayesian Data
Analysis, 3rd ed. (2013), ch. 5; the variances are found by expectation-maximisation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

PRIOR_DEGREES = 4.0
WITHIN, BETWEEN = 0.6**2, 0.8**2
MARGIN_WITHIN, MARGIN_BETWEEN = 0.08**2, 0.12**2
MARGIN_MEAN, MARGIN_MEAN_SD = 0.35, 0.20
ALIKE = 2.5  # see yearly_margins
_STEPS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """A hierarchical normal model: ``mu`` is the firm's mean, ``within`` σ² and ``between`` τ².

    >>> import math
    >>> firm = Shrunk(math.log(9_000), 0.36, 0.64)
    >>> mean, variance = firm.posterior([1, 5], [math.log(37_890)] * 2)
    >>> [round(float(m), 6) for m in mean][0], [round(float(v), 2) for v in firm.expected_amount(mean, variance)]
    (10.024956, [30337.99, 40515.53])
    """

    mu: float
    within: float
    between: float

    def posterior(self, n: ArrayLike, mean: ArrayLike) -> tuple[Floats, Floats]:
        """Mean and variance of a client's own mean, from ``n`` observations of ``mean`` (any number where n is 0).

        m = v(μ/τ² + n·ȳ/σ²), v = 1/(1/τ² + n/σ²).
        """
        n = np.asarray(n, dtype=np.float64)
        seen = np.where(n > 0, n * np.asarray(mean, dtype=np.float64), 0.0)
        variance = 1 / (1 / self.between + n / self.within)
        return variance * (self.mu / self.between + seen / self.within), variance

    def expected_amount(self, mean: ArrayLike, variance: ArrayLike) -> Floats:
        """E[exp(y)] of one more observation, exp(m + (v + σ²)/2): where the logarithms of amounts are modelled."""
        amount: Floats = np.exp(np.asarray(mean) + (np.asarray(variance) + self.within) / 2)
        return amount


def fit_shrunk(
    n: ArrayLike,
    mean: ArrayLike,
    squares: ArrayLike,
    within: float = WITHIN,
    between: float = BETWEEN,
    prior_mean: tuple[float, float] | None = None,
) -> Shrunk:
    """The model of clients with ``n`` observations, their ``mean`` and sum of ``squares`` about it.

    ``within`` and ``between`` are the prior's variances; ``prior_mean`` is mean and sd of the firm's mean, where
    nothing else is known (without it and without observations, μ is 0).
    """
    n, mean, squares = (np.asarray(v, dtype=np.float64) for v in (n, mean, squares))
    seen = n > 0
    n, mean, squares = n[seen], mean[seen], squares[seen]
    mu0, precision0 = (0.0, 0.0) if prior_mean is None else (prior_mean[0], prior_mean[1] ** -2)
    if not len(n):
        return Shrunk(mu0, within, between)
    sigma2, tau2, mu = within, between, float(mean.mean())
    for _ in range(_STEPS):
        variance = 1 / (1 / tau2 + n / sigma2)
        own = variance * (mu / tau2 + n * mean / sigma2)
        before = mu, sigma2, tau2
        mu = (own.sum() / tau2 + mu0 * precision0) / (len(n) / tau2 + precision0)
        tau2 = (PRIOR_DEGREES * between + ((own - mu) ** 2 + variance).sum()) / (PRIOR_DEGREES + len(n))
        residual = squares + n * ((mean - own) ** 2 + variance)
        sigma2 = (PRIOR_DEGREES * within + residual.sum()) / (PRIOR_DEGREES + n.sum())
        if np.allclose(before, (mu, sigma2, tau2), rtol=1e-8):
            break
    return Shrunk(float(mu), float(sigma2), float(tau2))


def moments(
    client: ArrayLike, values: ArrayLike, clients: int, weights: ArrayLike | None = None
) -> tuple[Floats, Floats, Floats]:
    """Number, mean and sum of squares about the mean of ``values`` [row] of each client (0 where there are none)."""
    client = np.asarray(client, dtype=np.int64)
    values = np.asarray(values, dtype=np.float64)
    weight = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    n = _sum(client, weight, clients)
    total = _sum(client, weight * values, clients)
    mean = np.divide(total, n, out=np.zeros(clients), where=n > 0)
    return n, mean, _sum(client, weight * (values - mean[client]) ** 2, clients)


def _sum(client: NDArray[np.int64], values: Floats, clients: int) -> Floats:
    return np.bincount(client, values, minlength=clients).astype(np.float64)


def yearly_margins(revenue: Floats, margin: Floats, horizon_years: float = 3.0) -> tuple[Floats, Floats]:
    """Mean and variance of the margin rate [client] that each client will have over the horizon.

    From ``revenue`` and ``margin`` [client, month], the last month last. The rate of a year is one observation, however
    often it was billed: those of its months are much alike, and a few tell nearly as much as twelve. What the rate may
    drift over the horizon is part of the variance. Neighbouring years are alike too: with a correlation of .45 the mean
    of three scatters 1.75 times as much as that of independent ones, and what is seen of the scatter within a client is
    1.4 times too small, together `ALIKE`. Where no costs are known, margin is revenue for all: the rate is 1.
    """
    clients, months = revenue.shape
    if revenue.any() and np.array_equal(revenue, margin):
        return np.ones(clients), np.zeros(clients)
    years = -(-months // 12)
    missing = years * 12 - months
    blocks = [np.pad(table, ((0, 0), (missing, 0))).reshape(clients, years, 12) for table in (revenue, margin)]
    earned, kept = (block.sum(axis=2) for block in blocks)
    client, year = np.nonzero(earned > 0)
    rates = kept[client, year] / earned[client, year]
    n, mean, squares = moments(client, rates, clients)
    firm = fit_shrunk(n, mean, squares, MARGIN_WITHIN, MARGIN_BETWEEN, (MARGIN_MEAN, MARGIN_MEAN_SD))
    own, _ = firm.posterior(n, mean)
    _, unsure = firm.posterior(n / ALIKE, mean)
    return own, unsure + firm.within * ALIKE / horizon_years
