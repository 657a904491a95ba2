"""Purchases and silent departures, newcomers included: the MBG/NBD model.

As :mod:`~accord.engines.customers.bg_nbd`, but a customer may leave after every purchase, the first one too. Under
BG/NBD a customer who never came back is alive for certain; here a long silence counts against a newcomer as well.

While alive, a customer buys as a Poisson process with rate λ ~ Gamma(r, α); after each purchase, the first included, it
leaves for good with probability p ~ Beta(a, b).

Source: E. Batislam, M. Denizel, A. Filiztekin, Empirical validation and comparison of models for customer base
analysis, International Journal of Research in Marketing 24 (2007) 201-209.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from accord.engines.customers.bg_nbd import SMALLEST_DROPOUT, BgNbdLikelihood, purchases_if_alive, too_little
from accord.engines.customers.likelihood import LogNormalPrior, Matrix, NotEnoughData, maximise, sample_of
from accord.engines.customers.purchase_summary import PurchaseSummary
from accord.engines.texts import gettext_lazy

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MbgNbd:
    """A fitted MBG/NBD model. ``alpha`` is in time units (``unit_days`` days each); r, a and b are pure numbers.

    All times given to its methods are in the same units; arguments broadcast against each other. ``log_likelihood`` is
    that of the data alone, also where a prior had its say in the parameters.
    """

    r: float
    alpha: float
    a: float
    b: float
    unit_days: float = 7.0
    log_likelihood: float = float("nan")
    standard_errors: tuple[float, float, float, float] | None = None
    customers: int = 0
    converged: bool = True
    log_covariance: Matrix | None = None

    def probability_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """P(alive at T | x, t_x, T) = 1 / (1 + a/(b+x) · ((α+T)/(α+t_x))^(r+x)).

        >>> MbgNbd(1.5, 9.0, 0.4, 3.0).probability_alive(3, 10, [10, 20]).round(6).tolist()
        [0.9375, 0.691085]
        """
        x, t_x, T = (np.asarray(value, dtype=np.float64) for value in (x, t_x, T))
        log_odds = (self.r + x) * np.log((self.alpha + T) / (self.alpha + t_x)) + np.log(self.a / (self.b + x))
        alive: Floats = expit(-log_odds)
        return alive

    def expected_purchases(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """E[purchases in (T, T + horizon] | x, t_x, T] = P(alive) · E[(1 − (1 + p·h/(α+T))^−(r+x)) / p].

        Of a customer alive after x + 1 purchases p is Beta(a, b+x+1); the integral is done by Gaussian quadrature, as
        for BG/NBD.
        """
        return self.probability_alive(x, t_x, T) * self.expected_purchases_if_alive(horizon, x, T)

    def expected_purchases_if_alive(self, horizon: ArrayLike, x: ArrayLike, T: ArrayLike) -> Floats:
        """E[purchases in (T, T + horizon] | x, T, alive at T]."""
        return purchases_if_alive(self.r, self.alpha, self.a, self.b + 1, horizon, x, T)

    def expected_purchases_of_newcomer(self, horizon: ArrayLike) -> Floats:
        """E[purchases in (0, horizon]] of a customer drawn at random at the first purchase (not counted)."""
        return self.expected_purchases(horizon, 0.0, 0.0, 0.0)

    def probability_of_purchase_next(self, unit: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """P(at least one purchase in (T, T + unit] | x, t_x, T) = P(alive) · (1 − ((α+T)/(α+T+unit))^(r+x)).

        Exact, as nobody can leave before the next purchase.

        >>> MbgNbd(1.5, 9.0, 0.4, 3.0).probability_of_purchase_next(1, 3, 10, [10, 20]).round(6).tolist()
        [0.193235, 0.097782]
        """
        x, t_x, T, unit = (np.asarray(value, dtype=np.float64) for value in (x, t_x, T, unit))
        some: Floats = -np.expm1(-(self.r + x) * np.log1p(unit / (self.alpha + T)))
        return self.probability_alive(x, t_x, T) * some


def fit_mbg_nbd(summary: PurchaseSummary, prior: LogNormalPrior | None = None) -> MbgNbd | NotEnoughData:
    """Fit MBG/NBD to a summary by maximum likelihood, or to the mode of the posterior where a prior is given.

    ``prior`` is on the logarithms of (r, α, a, b), α in the summary's time unit. With a prior few customers are enough,
    even none: the prior then speaks. Without one :class:`NotEnoughData` gives the reason when there are fewer than 10
    customers, fewer than 5 who came back, or when the fit ends at its boundary.
    """
    if prior is None and (reason := too_little(summary)) is not None:
        return NotEnoughData(reason)
    if prior is not None and len(prior.means) != 4:
        raise ValueError("the prior of an MBG/NBD model has four means: of the logarithms of r, alpha, a and b")
    x, t_x, T, grid = summary.frequency, summary.recency, summary.age, 1 / summary.unit_days
    start: tuple[float, ...]
    if prior is None:
        start = (0.5, float(T.mean()) / 2, 1.0, 2.0)
    else:
        start = tuple(np.exp(prior.means).tolist())
    sample = sample_of(len(summary))
    if sample is not None:
        rehearsal = MbgNbdLikelihood(x[sample], t_x[sample], T[sample], grid)
        start = maximise(rehearsal, start, len(x[sample])).proper_or(start)
    likelihood = MbgNbdLikelihood(x, t_x, T, grid)
    top = maximise(likelihood if prior is None else prior.added_to(likelihood), start, max(len(summary), 1))
    r, alpha, a, b = top.parameters
    if not top.converged or (prior is None and not SMALLEST_DROPOUT < a / (a + b) < 1 - SMALLEST_DROPOUT):
        return NotEnoughData(
            gettext_lazy(
                "the purchases of %(customers)s customers don't fit an MBG/NBD model (the fit ends at its boundary)",
                customers=len(summary),
            )
        )
    errors = top.standard_errors
    return MbgNbd(
        r,
        alpha,
        a,
        b,
        unit_days=summary.unit_days,
        log_likelihood=top.log_likelihood if prior is None else likelihood(np.array(top.parameters))[0],
        standard_errors=None if errors is None else (errors[0], errors[1], errors[2], errors[3]),
        customers=len(summary),
        converged=top.converged,
        log_covariance=top.log_covariance,
    )


class MbgNbdLikelihood(BgNbdLikelihood):
    """Log-likelihood, gradient and Hessian of (r, α, a, b), called as a function.

    ln L = lnΓ(r+x) − lnΓ(r) + r ln α + lnΓ(a+b) + lnΓ(b+x+1) − lnΓ(b) − lnΓ(a+b+x+1)
           + ln( (α+T)^−(r+x) + a/(b+x) · (α+t_x)^−(r+x) ).
    """

    FIRST = 1
