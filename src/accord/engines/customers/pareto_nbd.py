"""Purchases of customers who may leave at any moment: the Pareto/NBD model.

While alive, a customer buys as a Poisson process with rate λ ~ Gamma(r, α), and its remaining life is exponential with
rate μ ~ Gamma(s, β), whether it buys or not. BG/NBD and MBG/NBD let a customer leave only where it bought.

Source: D. Schmittlein, D. Morrison, R. Colombo, Counting your customers: who are they and what will they do next?,
Management Science 33 (1987) 1-24. The usual closed forms subtract two hypergeometric functions, which cancel and
overflow; here the chance of having left, an integral of positive terms, is computed as that integral.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, exprel, gammaln

from accord.engines.compiled import compiled
from accord.engines.customers.bg_nbd import too_little, weighted_rows
from accord.engines.customers.likelihood import Matrix, NotEnoughData, maximise, trigamma
from accord.engines.customers.purchase_summary import PurchaseSummary
from accord.engines.texts import gettext_lazy

Floats = NDArray[np.float64]

# Twelve nodes for stretches on which the integrand falls by e^−10 at most, or time by e^1.5: a relative error below
# 1e-12 (see the tests).
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_STEEPEST, _WIDEST = 10.0, 1.5
# Each row costs an integral, so a start is looked for on fewer rows than where a row costs a logarithm.
_SAMPLE = 4_000


@dataclass(frozen=True, slots=True)
class ParetoNbd:
    """A fitted Pareto/NBD model. ``alpha`` and ``beta`` are in time units (``unit_days`` days each).

    All times given to its methods are in the same units; arguments broadcast against each other.
    """

    r: float
    alpha: float
    s: float
    beta: float
    unit_days: float = 7.0
    log_likelihood: float = float("nan")
    standard_errors: tuple[float, float, float, float] | None = None
    customers: int = 0
    converged: bool = True
    log_covariance: Matrix | None = None

    def probability_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """P(alive at T | x, t_x, T): the chance to live until T without buying, among all ways to the same silence.

        >>> model = ParetoNbd(0.55328, 10.5776, 0.60620, 11.6675)
        >>> model.probability_alive([2, 2, 0], [30.43, 5, 0], 38.86).round(3).tolist()
        [0.869, 0.13, 0.295]
        """
        columns = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in (x, t_x, T)))
        rows = [np.ascontiguousarray(column.ravel()) for column in columns]
        alive = _chances_alive(self.r, self.alpha, self.s, self.beta, _NODES, _WEIGHTS, *rows)
        result: Floats = alive.reshape(columns[0].shape)
        return result

    def expected_purchases(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """E[purchases in (T, T + horizon] | x, t_x, T].

        >>> model = ParetoNbd(0.55328, 10.5776, 0.60620, 11.6675)
        >>> model.expected_purchases(39, 2, 30.43, 38.86).round(3).tolist()
        1.455
        """
        return self.probability_alive(x, t_x, T) * self.expected_purchases_if_alive(horizon, x, T)

    def expected_purchases_if_alive(self, horizon: ArrayLike, x: ArrayLike, T: ArrayLike) -> Floats:
        """(r+x)/(α+T) · (β+T)/(s−1) · (1 − ((β+T)/(β+T+h))^(s−1)): mean rate times mean time alive within h.

        At s = 1 the last two factors become (β+T) · ln(1 + h/(β+T)); the form used here passes through it.
        """
        x, T, h = (np.asarray(value, dtype=np.float64) for value in (x, T, horizon))
        reach = np.log1p(h / (self.beta + T))
        expected: Floats = (self.r + x) / (self.alpha + T) * (self.beta + T) * reach * exprel((1 - self.s) * reach)
        return expected

    def expected_purchases_of_newcomer(self, horizon: ArrayLike) -> Floats:
        """E[purchases in (0, horizon]] of a customer drawn at random at the first purchase (not counted)."""
        return self.expected_purchases_if_alive(horizon, 0.0, 0.0)


def fit_pareto_nbd(summary: PurchaseSummary) -> ParetoNbd | NotEnoughData:
    """Fit Pareto/NBD to a summary by maximum likelihood.

    Returns :class:`NotEnoughData` with the reason when there are fewer than 10 customers, fewer than 5 who came back,
    or when the fit ends at its boundary (nobody leaves, or all buy or leave at the same rate).
    """
    if (reason := too_little(summary)) is not None:
        return NotEnoughData(reason)
    x, t_x, T, grid = summary.frequency, summary.recency, summary.age, 1 / summary.unit_days
    start: tuple[float, ...] = (0.5, float(T.mean()) / 3, 0.5, float(T.mean()) / 3)
    if len(x) >= 4 * _SAMPLE:
        part = slice(None, None, len(x) // _SAMPLE)
        rehearsal = ParetoNbdLikelihood(x[part], t_x[part], T[part], grid)
        start = maximise(rehearsal, start, len(x[part])).proper_or(start)
    top = maximise(ParetoNbdLikelihood(x, t_x, T, grid), start, len(summary))
    if top.at_boundary or top.standard_errors is None:
        return NotEnoughData(
            gettext_lazy(
                "the purchases of %(customers)s customers don't fit a Pareto/NBD model (the fit ends at its boundary)",
                customers=len(summary),
            )
        )
    r, alpha, s, beta = top.parameters
    errors = top.standard_errors
    return ParetoNbd(
        r,
        alpha,
        s,
        beta,
        unit_days=summary.unit_days,
        log_likelihood=top.log_likelihood,
        standard_errors=(errors[0], errors[1], errors[2], errors[3]),
        customers=len(summary),
        converged=top.converged,
        log_covariance=top.log_covariance,
    )


class ParetoNbdLikelihood:
    """Log-likelihood, gradient and Hessian of (r, α, s, β), called as a function; the data are digested once.

    ln L = lnΓ(r+x) − lnΓ(r) + r ln α + s ln β + ln( e^A + s·J ), where e^A = (α+T)^−(r+x) (β+T)^−s is the way of who is
    still here, and J = ∫ (α+t)^−(r+x) (β+t)^−(s+1) dt from t_x to T that of who left at t. Both derivatives are taken
    under the integral: with ℓ the logarithm of the integrand, ∂J = ∫ e^ℓ ∂ℓ and ∂²J = ∫ e^ℓ (∂²ℓ + ∂ℓ∂ℓᵀ).
    Equal rows are merged with a weight; customers who never came back differ only in T.
    """

    def __init__(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, grid: float = 1.0) -> None:
        rows, self.weight = weighted_rows(*(np.asarray(v, dtype=np.float64) for v in (x, t_x, T)), grid=grid)
        self.rows = tuple(np.ascontiguousarray(column) for column in rows)
        self.total = float(self.weight.sum())
        self.x, index = np.unique(self.rows[0], return_inverse=True)
        self.x_weight = np.bincount(index, self.weight, minlength=len(self.x))

    def __call__(self, parameters: Floats) -> tuple[float, Floats, Floats]:
        r, alpha, s, beta = parameters.tolist()
        value, gradient, hessian = _ways(r, alpha, s, beta, _NODES, _WEIGHTS, self.weight, *self.rows)
        x, n, N = self.x, self.x_weight, self.total
        value += n @ gammaln(r + x) + N * (r * np.log(alpha) + s * np.log(beta) - gammaln(r))
        gradient += [
            n @ digamma(r + x) + N * (np.log(alpha) - digamma(r)),
            N * r / alpha,
            N * np.log(beta),
            N * s / beta,
        ]
        hessian[0, 0] += n @ trigamma(r + x) - N * trigamma(r)
        hessian[0, 1] += N / alpha
        hessian[1, 0] += N / alpha
        hessian[1, 1] -= N * r / alpha**2
        hessian[2, 3] += N / beta
        hessian[3, 2] += N / beta
        hessian[3, 3] -= N * s / beta**2
        return float(value), gradient, hessian


@compiled
def _ways(
    r: float,
    alpha: float,
    s: float,
    beta: float,
    nodes: Floats,
    weights: Floats,
    weight: Floats,
    x: Floats,
    t_x: Floats,
    T: Floats,
) -> tuple[float, Floats, Floats]:
    """Σ weight · ln(e^A + s·J) with its gradient and Hessian.

    The integral runs over w = ln(m + t), m the smaller of α and β, in which the integrand has no singularity nearer
    than π; stretches are short enough for the nodes, and none is added once nothing is left to add.
    """
    value, gradient, hessian = 0.0, np.zeros(4), np.zeros((4, 4))
    first, second, slope = np.zeros(4), np.zeros((4, 4)), np.zeros(4)
    least = min(alpha, beta)
    for row in range(len(x)):
        k = r + x[row]
        begin, whole = log(least + t_x[row]), log((least + T[row]) / (least + t_x[row]))
        # All is relative to the integrand at t_x, so that nothing overflows.
        reference = begin - k * log(alpha + t_x[row]) - (s + 1) * log(beta + t_x[row])
        in_alpha, in_beta = alpha + T[row], beta + T[row]
        log_alpha, log_beta = log(in_alpha), log(in_beta)
        here = exp(-k * log_alpha - s * log_beta - reference)
        slope[0], slope[1], slope[2], slope[3] = -log_alpha, -k / in_alpha, -log_beta, -s / in_beta
        for i in range(4):
            first[i] = here * slope[i]
            for j in range(i + 1):
                second[i, j] = here * slope[i] * slope[j]
        second[1, 0] -= here / in_alpha
        second[1, 1] += here * k / in_alpha**2
        second[3, 2] -= here / in_beta
        second[3, 3] += here * s / in_beta**2
        likelihood = here
        stretches = int(max(whole / _WIDEST, whole * (k + s + 1) / _STEEPEST)) + 1
        half = whole / stretches / 2
        for stretch in range(stretches):
            middle = begin + (2 * stretch + 1) * half
            largest = 0.0
            for node in range(len(nodes)):
                w = middle + half * nodes[node]
                t = exp(w) - least
                in_alpha, in_beta = alpha + t, beta + t
                if alpha <= beta:
                    log_alpha, log_beta = w, log(in_beta)
                else:
                    log_alpha, log_beta = log(in_alpha), w
                part = s * half * weights[node] * exp(w - k * log_alpha - (s + 1) * log_beta - reference)
                largest = max(largest, part)
                likelihood += part
                d_alpha, d_s, d_beta = -k / in_alpha, 1 / s - log_beta, -(s + 1) / in_beta
                first[0] -= part * log_alpha
                first[1] += part * d_alpha
                first[2] += part * d_s
                first[3] += part * d_beta
                second[0, 0] += part * log_alpha * log_alpha
                second[1, 0] += part * (-log_alpha * d_alpha - 1 / in_alpha)
                second[1, 1] += part * (d_alpha * d_alpha + k / (in_alpha * in_alpha))
                second[2, 0] -= part * log_alpha * d_s
                second[2, 1] += part * d_alpha * d_s
                second[2, 2] += part * (d_s * d_s - 1 / (s * s))
                second[3, 0] -= part * log_alpha * d_beta
                second[3, 1] += part * d_alpha * d_beta
                second[3, 2] += part * (d_s * d_beta - 1 / in_beta)
                second[3, 3] += part * (d_beta * d_beta + (s + 1) / (in_beta * in_beta))
            if k > 1 and largest * (stretches - stretch) < likelihood * 1e-17:
                break
        n = weight[row]
        value += n * (log(likelihood) + reference)
        for i in range(4):
            first[i] /= likelihood
            gradient[i] += n * first[i]
            for j in range(i + 1):
                hessian[i, j] += n * (second[i, j] / likelihood - first[i] * first[j])
    for i in range(4):
        for j in range(i):
            hessian[j, i] = hessian[i, j]
    return value, gradient, hessian


@compiled
def _chances_alive(
    r: float, alpha: float, s: float, beta: float, nodes: Floats, weights: Floats, x: Floats, t_x: Floats, T: Floats
) -> Floats:
    """e^A / (e^A + s·J) of each row, with J relative to e^A: no chance can then be lost to rounding."""
    alive = np.empty(len(x))
    least = min(alpha, beta)
    for row in range(len(x)):
        k = r + x[row]
        begin, whole = log(least + t_x[row]), log((least + T[row]) / (least + t_x[row]))
        reference = begin - k * log(alpha + t_x[row]) - (s + 1) * log(beta + t_x[row])
        here = exp(-k * log(alpha + T[row]) - s * log(beta + T[row]) - reference)
        gone = 0.0
        stretches = int(max(whole / _WIDEST, whole * (k + s + 1) / _STEEPEST)) + 1
        half = whole / stretches / 2
        for stretch in range(stretches):
            middle = begin + (2 * stretch + 1) * half
            largest = 0.0
            for node in range(len(nodes)):
                w = middle + half * nodes[node]
                t = exp(w) - least
                part = s * half * weights[node] * exp(w - k * log(alpha + t) - (s + 1) * log(beta + t) - reference)
                largest = max(largest, part)
                gone += part
            if k > 1 and largest * (stretches - stretch) < gone * 1e-17:
                break
        alive[row] = here / (here + gone)
    return alive
