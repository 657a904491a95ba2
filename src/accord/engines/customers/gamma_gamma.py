"""How much a customer spends per purchase: the Gamma-Gamma model.

A customer's purchases scatter around its own mean as a gamma distribution of shape p; those means scatter over
customers so that the scale is again gamma, with shape q and scale γ. A mean seen over few purchases is pulled
towards that of all customers, one seen over many is believed. Spend is taken to be independent of frequency.

Sources: P. Fader, B. Hardie, "The Gamma-Gamma model of monetary value" (2013); P. Fader, B. Hardie, K. Lee,
RFM and CLV: using iso-value curves for customer base analysis, Journal of Marketing Research 42 (2005) 415-430.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, gammaln

from accord.engines.customers.likelihood import Matrix, NotEnoughData, maximise, sample_of, trigamma
from accord.engines.customers.purchase_summary import PurchaseSummary
from accord.engines.texts import gettext_lazy

Floats = NDArray[np.float64]

FEWEST_REPEATERS = 5


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """A fitted Gamma-Gamma model. ``gamma`` is in the currency of the data; p and q are pure numbers."""

    p: float
    q: float
    gamma: float
    log_likelihood: float = float("nan")
    standard_errors: tuple[float, float, float] | None = None
    customers: int = 0
    converged: bool = True
    log_covariance: Matrix | None = None

    @property
    def population_mean(self) -> float:
        """Mean spend per purchase over all customers, p·γ/(q−1); infinite where q ≤ 1 (a tail without a mean).

        >>> round(GammaGamma(6.2488, 3.7446, 15.4477).population_mean, 2)
        35.17
        """
        return self.p * self.gamma / (self.q - 1) if self.q > 1 else float("inf")

    def expected_spend(self, x: ArrayLike, mean: ArrayLike) -> Floats:
        """E[mean spend | x purchases of mean ``mean``] = p(γ + x·mean)/(px + q − 1), per purchase, in currency.

        A weighing of what the customer showed and the population mean. With x = 0 the answer is the population
        mean; it is ``nan`` where the tail is so heavy (px + q ≤ 1) that no mean exists.

        >>> GammaGamma(6.2488, 3.7446, 15.4477).expected_spend([0, 2, 20], [0, 22.35, 22.35]).round(2).tolist()
        [35.17, 24.66, 22.63]
        """
        x, mean = np.asarray(x, dtype=np.float64), np.asarray(mean, dtype=np.float64)
        weight = self.p * x + self.q - 1
        # A mean without purchases says nothing, whatever number stands there.
        seen = np.where(x > 0, x * mean, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            spend: Floats = np.where(weight > 0, self.p * (self.gamma + seen) / weight, np.nan)
        return spend


def fit_gamma_gamma(summary: PurchaseSummary) -> GammaGamma | NotEnoughData:
    """Fit Gamma-Gamma by maximum likelihood to the repeat customers of ``summary`` with a mean spend above zero.

    Returns :class:`NotEnoughData` where the summary has no spend, has fewer than 5 such customers, all of them
    spend the same (there is then no distribution to fit), or the fit ends at its boundary (q ≤ 1 included: the
    population would have no mean).
    """
    if summary.mean_spend is None:
        return NotEnoughData(gettext_lazy("the data have no amounts"))
    usable = summary.repeaters & (summary.mean_spend > 0)
    x, mean = summary.frequency[usable], summary.mean_spend[usable]
    if len(x) < FEWEST_REPEATERS:
        return NotEnoughData(
            gettext_lazy(
                "%(customers)s repeat customers with spend; at least %(fewest)s are needed",
                customers=len(x),
                fewest=FEWEST_REPEATERS,
            )
        )
    if np.ptp(mean) <= 1e-9 * mean.max():
        return NotEnoughData(gettext_lazy("all %(customers)s repeat customers spend the same amount", customers=len(x)))
    # In units of the average spend the start is good for every currency.
    unit = float(mean.mean())
    mean = mean / unit
    start: tuple[float, ...] = (4.0, 4.0, 0.75)
    sample = sample_of(len(x))
    if sample is not None:
        rehearsal = GammaGammaLikelihood(x[sample], mean[sample])
        start = maximise(rehearsal, start, len(x[sample])).proper_or(start)
    top = maximise(GammaGammaLikelihood(x, mean), start, len(x))
    p, q, gamma = top.parameters
    if top.at_boundary or q <= 1:
        return NotEnoughData(
            gettext_lazy(
                "the amounts of %(customers)s repeat customers don't fit a Gamma-Gamma model (the fit ends at its "
                "boundary)",
                customers=len(x),
            )
        )
    errors = top.standard_errors
    return GammaGamma(
        p,
        q,
        gamma * unit,
        # A density of money divided by `unit` is `unit` times as high.
        log_likelihood=top.log_likelihood - len(x) * float(np.log(unit)),
        standard_errors=None if errors is None else (errors[0], errors[1], errors[2] * unit),
        customers=len(x),
        converged=top.converged,
        log_covariance=top.log_covariance,
    )


class GammaGammaLikelihood:
    """Log-likelihood, gradient and Hessian of (p, q, γ), called as a function; all x ≥ 1 and all means above zero.

    ln L = lnΓ(px+q) − lnΓ(px) − lnΓ(q) + q ln γ + (px−1) ln z + px ln x − (px+q) ln(γ + xz).

    Rows are sorted by x, so that gamma terms and the sums of ln(γ + xz) are taken once per distinct x.
    """

    def __init__(self, x: ArrayLike, mean: ArrayLike) -> None:
        x, mean = np.asarray(x, dtype=np.float64), np.asarray(mean, dtype=np.float64)
        # Short integers sort in linear time, and a frequency rarely needs more.
        key = x.astype(np.uint16) if len(x) and x.max() < 2**16 else x
        order = np.argsort(key, kind="stable")
        x, mean = x[order], mean[order]
        self.starts = np.flatnonzero(np.diff(x, prepend=0.0))
        self.x, self.count = x[self.starts], np.diff(self.starts, append=len(x))
        self.total = float(len(x))
        self.spend = x * mean
        sum_log_mean = np.add.reduceat(np.log(mean), self.starts)
        self.sum_log_mean = float(sum_log_mean.sum())
        self.sum_x_log_spend = float(self.x @ (sum_log_mean + self.count * np.log(self.x)))

    def __call__(self, parameters: Floats) -> tuple[float, Floats, Floats]:
        p, q, gamma = parameters
        x, n, N = self.x, self.count, self.total
        whole = gamma + self.spend
        inverse = 1 / whole
        sum_log, sum_inverse, sum_square = (
            np.add.reduceat(terms, self.starts) for terms in (np.log(whole), inverse, inverse * inverse)
        )
        px = p * x
        value = (
            n @ (gammaln(px + q) - gammaln(px))
            + N * (q * np.log(gamma) - gammaln(q))
            + p * self.sum_x_log_spend
            - self.sum_log_mean
            - (px + q) @ sum_log
        )
        psi, psi_1 = digamma(px + q), trigamma(px + q)
        gradient = np.array(
            [
                (n * x) @ (psi - digamma(px)) + self.sum_x_log_spend - x @ sum_log,
                n @ psi + N * (np.log(gamma) - digamma(q)) - sum_log.sum(),
                N * q / gamma - (px + q) @ sum_inverse,
            ]
        )
        pq, p_gamma, q_gamma = (n * x) @ psi_1, -(x @ sum_inverse), N / gamma - sum_inverse.sum()
        hessian = np.array(
            [
                [(n * x * x) @ (psi_1 - trigamma(px)), pq, p_gamma],
                [pq, n @ psi_1 - N * trigamma(q), q_gamma],
                [p_gamma, q_gamma, (px + q) @ sum_square - N * q / gamma**2],
            ]
        )
        return float(value), gradient, hessian
