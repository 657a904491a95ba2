"""How long clients under contract stay: the shifted-beta-geometric (sBG) model.

At every renewal a client leaves with its own probability θ; θ is Beta(α, β) over clients. The shaky leave first, so
the retention rate of those who remain rises with time although nobody grows more loyal: a straight extrapolation of
early churn therefore undervalues old clients.

Sources: P. Fader, B. Hardie, How to project customer retention, Journal of Interactive Marketing 21 (2007) 76-90;
the same, Customer-base valuation in a contractual setting, Marketing Science 29 (2010) 85-93.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, digamma, gammaln, hyp2f1

from accord.engines.customers.likelihood import Matrix, NotEnoughData, drawn_parameters, maximise, trigamma
from accord.engines.texts import TextError, gettext_lazy

Floats = NDArray[np.float64]

FEWEST_CLIENTS = 10
_DRAWS = 2_000
_SEED = 1  # the same data give the same interval


@dataclass(frozen=True, slots=True)
class Tenures:
    """How long clients stayed, counted in renewals.

    ``lost[t − 1]`` clients left at the t-th renewal; ``active[t]`` clients have renewed t times and are still here,
    so that nothing is known of their later renewals. Counts may be fractions of a large cohort.
    """

    lost: tuple[float, ...]
    active: tuple[float, ...]

    def __post_init__(self) -> None:
        if any(not (count >= 0 and np.isfinite(count)) for count in (*self.lost, *self.active)):
            raise TextError(gettext_lazy("counts of clients must be finite and not below zero"))

    @property
    def clients(self) -> float:
        return sum(self.lost) + sum(self.active)

    @classmethod
    def of_survivors(cls, survivors: Sequence[float]) -> Tenures:
        """From one cohort's survivors after 0, 1, 2 ... renewals. Raises ``ValueError`` if they ever grow.

        >>> Tenures.of_survivors([1000, 631, 468])
        Tenures(lost=(369, 163), active=(0, 0, 468))
        """
        if not survivors:
            raise TextError(gettext_lazy("a survival table needs at least one period"))
        lost = tuple(before - after for before, after in pairwise(survivors))
        for period, count in enumerate(lost, start=1):
            if count < 0:
                raise TextError(
                    gettext_lazy(
                        "survivors grow in period %(period)s, from %(before)g to %(after)g",
                        period=period,
                        before=survivors[period - 1],
                        after=survivors[period],
                    )
                )
        return cls(lost, (0,) * len(lost) + (survivors[-1],))

    @classmethod
    def of_clients(cls, clients: Iterable[tuple[float, bool]]) -> Tenures:
        """From each client's (periods stayed, has left).

        Who left within the t-th period did not renew at its end: the loss counts as the t-th renewal's. Who is
        here in the middle of a period has renewed as often as it has whole periods behind it.

        >>> Tenures.of_clients([(0.5, True), (2.0, True), (1.5, False)])
        Tenures(lost=(1, 1), active=(0, 1))
        """
        lost: dict[int, int] = {}
        active: dict[int, int] = {}
        for stayed, left in clients:
            if not stayed >= 0:
                raise TextError(gettext_lazy("a client cannot have stayed %(periods)g periods", periods=stayed))
            if left:
                renewal = max(1, int(np.ceil(stayed)))
                lost[renewal] = lost.get(renewal, 0) + 1
            else:
                active[int(stayed)] = active.get(int(stayed), 0) + 1
        return cls(
            tuple(lost.get(t, 0) for t in range(1, max(lost, default=0) + 1)),
            tuple(active.get(t, 0) for t in range(max(active, default=-1) + 1)),
        )


@dataclass(frozen=True, slots=True)
class ShiftedBetaGeometric:
    """A fitted sBG model. Time is counted in renewals (whole contract periods)."""

    alpha: float
    beta: float
    log_likelihood: float = float("nan")
    standard_errors: tuple[float, float] | None = None
    clients: float = 0
    converged: bool = True
    log_covariance: Matrix | None = None

    def survival(self, t: ArrayLike) -> Floats:
        """S(t) = B(α, β+t) / B(α, β): the share of a cohort still here after t renewals.

        >>> ShiftedBetaGeometric(0.6681, 3.8061).survival([8, 12]).round(3).tolist()
        [0.46, 0.378]
        """
        t = np.asarray(t, dtype=np.float64)
        share: Floats = np.exp(betaln(self.alpha, self.beta + t) - betaln(self.alpha, self.beta))
        return share

    def survival_interval(
        self, t: ArrayLike, confidence: float = 0.8, after: float = 0
    ) -> tuple[Floats, Floats] | None:
        """An interval for S(t)/S(after) from 2,000 draws of the parameters around their estimate.

        It is the uncertainty of the curve; how many of a few clients stay varies more. ``None`` where the data leave
        the parameters open.

        >>> model = fit_sbg(Tenures.of_survivors([1000, 869, 743, 653, 593, 551, 517, 491]))
        >>> low, high = model.survival_interval([8, 12])
        >>> low.round(2).tolist(), high.round(2).tolist()
        ([0.44, 0.35], [0.48, 0.4])
        """
        if self.log_covariance is None:
            return None
        drawn = drawn_parameters((self.alpha, self.beta), self.log_covariance, _DRAWS, np.random.default_rng(_SEED))
        alpha, beta = drawn[:, :1], drawn[:, 1:]
        shares = np.exp(betaln(alpha, beta + np.atleast_1d(t)) - betaln(alpha, beta + after))
        low, high = np.quantile(shares, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
        return low, high

    def retention_rate(self, t: ArrayLike) -> Floats:
        """r(t) = S(t)/S(t−1) = (β+t−1)/(α+β+t−1): the share of those asked that renew at the t-th time, t ≥ 1."""
        t = np.asarray(t, dtype=np.float64)
        rate: Floats = (self.beta + t - 1) / (self.alpha + self.beta + t - 1)
        return rate

    def discounted_residual_lifetime(self, renewals: ArrayLike, discount_rate: float) -> Floats:
        """DERL: renewals still to come from a client who has renewed ``renewals`` times, discounted per period.

        DERL(n) = Σ_{t ≥ n+1} S(t)/S(n) · (1+d)^−(t−n−1) = (β+n)/(α+β+n) · ₂F₁(1, β+n+1; α+β+n+1; 1/(1+d)).

        The next renewal is due now and is not discounted (Fader & Hardie 2010). Times the margin per period it is
        the client's residual value. Raises ``ValueError`` unless the rate is above zero: without discounting the
        sum is infinite for α ≤ 1.

        >>> float(ShiftedBetaGeometric(0.6681, 3.8061).discounted_residual_lifetime(7, 0.10).round(2))
        7.53
        """
        if not discount_rate > 0:
            raise ValueError("the discount rate per period must be above zero")
        n = np.asarray(renewals, dtype=np.float64)
        rest = self.alpha + self.beta + n
        lifetime: Floats = (self.beta + n) / rest * hyp2f1(1, self.beta + n + 1, rest + 1, 1 / (1 + discount_rate))
        return lifetime


def fit_sbg(tenures: Tenures) -> ShiftedBetaGeometric | NotEnoughData:
    """Fit sBG by maximum likelihood; clients still here enter as survivors of the renewals behind them.

    ln L = Σ_t lost(t) ln P(T = t) + Σ_t active(t) ln S(t), with P(T = t) = B(α+1, β+t−1)/B(α, β).

    Returns :class:`NotEnoughData` for fewer than 10 clients at risk, if none or all left, or if only one renewal has
    been seen (one rate cannot tell two parameters).

    >>> model = fit_sbg(Tenures.of_survivors([1000, 869, 743, 653, 593, 551, 517, 491]))
    >>> round(model.alpha, 4), round(model.beta, 4), round(model.log_likelihood, 3)
    (0.6681, 3.8061, -1611.158)
    """
    at_risk = tenures.clients - sum(tenures.active[:1])
    lost = sum(tenures.lost)
    if at_risk < FEWEST_CLIENTS:
        return NotEnoughData(
            gettext_lazy(
                "%(clients)g clients came to a renewal; at least %(fewest)s are needed",
                clients=at_risk,
                fewest=FEWEST_CLIENTS,
            )
        )
    if lost == 0:
        return NotEnoughData(gettext_lazy("none of %(clients)g clients has left", clients=at_risk))
    if lost == at_risk:
        return NotEnoughData(gettext_lazy("all %(clients)g clients have left", clients=at_risk))
    if sum(tenures.lost[1:]) + sum(tenures.active[2:]) == 0:
        return NotEnoughData(gettext_lazy("only one renewal has been seen; at least two are needed"))
    top = maximise(_SbgLikelihood(tenures), (1.0, 2.0), at_risk)
    alpha, beta = top.parameters
    errors = top.standard_errors
    return ShiftedBetaGeometric(
        alpha,
        beta,
        log_likelihood=top.log_likelihood,
        standard_errors=None if errors is None else (errors[0], errors[1]),
        clients=tenures.clients,
        converged=top.converged,
        log_covariance=top.log_covariance,
    )


class _SbgLikelihood:
    """Both kinds of rows are ln B(α+i, β+j) − ln B(α, β): (1, t−1) for one lost at t, (0, t) for one active."""

    def __init__(self, tenures: Tenures) -> None:
        lost, active = np.array(tenures.lost, dtype=np.float64), np.array(tenures.active[1:], dtype=np.float64)
        self.i = np.concatenate([np.ones(len(lost)), np.zeros(len(active))])
        self.j = np.concatenate([np.arange(len(lost)), np.arange(1, len(active) + 1)]).astype(np.float64)
        self.n = np.concatenate([lost, active])

    def __call__(self, parameters: Floats) -> tuple[float, Floats, Floats]:
        alpha, beta = parameters
        a, b, n = alpha + self.i, beta + self.j, self.n
        value = n @ (gammaln(a) + gammaln(b) - gammaln(a + b) - betaln(alpha, beta))
        sum_, whole = digamma(a + b), digamma(alpha + beta)
        gradient = np.array(
            [
                n @ (digamma(a) - sum_ - digamma(alpha) + whole),
                n @ (digamma(b) - sum_ - digamma(beta) + whole),
            ]
        )
        shared = n @ (trigamma(alpha + beta) - trigamma(a + b))
        hessian = np.full((2, 2), shared)
        hessian[0, 0] += n @ (trigamma(a) - trigamma(alpha))
        hessian[1, 1] += n @ (trigamma(b) - trigamma(beta))
        return float(value), gradient, hessian
