"""How many purchases to expect, and whether a client is still one: the BG/NBD model.

While alive, a customer buys as a Poisson process with rate λ; after every purchase he leaves for good with
probability p. Over customers λ is Gamma(r, α) and p is Beta(a, b), independently. Nobody tells when he leaves,
so the model is for firms without a contract, where a silent client may be gone or merely slow.

Source: P. Fader, B. Hardie, K. Lee, "Counting your customers" the easy way: an alternative to the Pareto/NBD
model, Marketing Science 24 (2005) 275-284.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, expit, gammaln

from accord.engines.likelihood import NotEnoughData, maximise
from accord.engines.purchase_summary import PurchaseSummary

Floats = NDArray[np.float64]

# Four parameters from fewer customers than this would be an opinion, not an estimate.
FEWEST_CUSTOMERS = 10
FEWEST_REPEATERS = 5
# Nodes of the integral over p: a relative error below 1e-9 for horizons up to ten years (see the tests).
_NODES = 64


@dataclass(frozen=True, slots=True)
class BgNbd:
    """A fitted BG/NBD model. ``alpha`` is in time units (``unit_days`` days each); r, a and b are pure numbers.

    All times given to its methods are in the same units; arguments broadcast against each other.
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

    def probability_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """P(alive at T | x, t_x, T) = 1 / (1 + [x > 0] · a/(b+x−1) · ((α+T)/(α+t_x))^(r+x)).

        A customer who never bought again is alive for certain under this model: one can leave only after a
        repeat purchase (a known trait, not an error).

        >>> model = BgNbd(0.24259, 4.4136, 0.79293, 2.42593)
        >>> model.probability_alive([2, 2, 0], [30.43, 5.0, 0], 38.86).round(3).tolist()
        [0.727, 0.124, 1.0]
        """
        x, t_x, T = (np.asarray(value, dtype=np.float64) for value in (x, t_x, T))
        log_odds = (
            (self.r + x) * (np.log(self.alpha + T) - np.log(self.alpha + t_x))
            + np.log(self.a)
            - np.log(np.where(x > 0, self.b + x - 1, 1.0))
        )
        alive: Floats = np.where(x > 0, expit(-log_odds), 1.0)
        return alive

    def expected_purchases(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """E[purchases in (T, T + horizon] | x, t_x, T], the conditional expectation of the 2005 paper (its eq. 10).

        The paper's closed form holds 1/(a−1) and a hypergeometric function, of which a = 1 is a pole and which the
        usual libraries answer with nan for large parameters. The same quantity is P(alive) · E[(1 − (1 + p·h/(α+T))^−(r+x)) / p] with p distributed as
        Beta(a, b+x), an integral that Gaussian quadrature does for every a.

        >>> model = BgNbd(0.24259, 4.4136, 0.79293, 2.42593)
        >>> float(model.expected_purchases(39, 2, 30.43, 38.86).round(3))
        1.226
        """
        horizon, x, t_x, T = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (horizon, x, t_x, T)))
        return self.probability_alive(x, t_x, T) * self.expected_purchases_if_alive(horizon, x, T)

    def expected_purchases_if_alive(self, horizon: ArrayLike, x: ArrayLike, T: ArrayLike) -> Floats:
        """The integral over p; it depends on few distinct (horizon, x, T), so each is computed once."""
        rows, back = distinct(horizon, x, T)
        h, x_, T_ = rows
        values = np.empty(len(h))
        for frequency in np.unique(x_):
            here = x_ == frequency
            p, weight = beta_quadrature(self.a, self.b + frequency, _NODES)
            reach = h[here] / (self.alpha + T_[here])
            gone = -np.expm1(-(self.r + frequency) * np.log1p(np.multiply.outer(reach, p)))
            values[here] = gone @ (weight / p)
        result: Floats = values[back].reshape(horizon.shape)
        return result

    def expected_purchases_of_newcomer(self, horizon: ArrayLike) -> Floats:
        """E[purchases in (0, horizon]] of a customer drawn at random at his first purchase (not counted)."""
        return self.expected_purchases(horizon, 0.0, 0.0, 0.0)


def fit_bg_nbd(summary: PurchaseSummary) -> BgNbd | NotEnoughData:
    """Fit BG/NBD to a summary by maximum likelihood.

    Equal rows are merged with a weight, gamma terms are computed once per distinct frequency and logarithms once
    per distinct time, so that a million customers cost about as much as their hundred thousand distinct histories.

    Returns :class:`NotEnoughData` with the reason when there are fewer than 10 customers, or fewer than 5 who
    came back, or when nobody has been observed for any time.
    """
    if (reason := _too_little(summary)) is not None:
        return NotEnoughData(reason)
    scale = float(summary.age.mean())
    likelihood = BgNbdLikelihood(summary.frequency, summary.recency, summary.age, 1 / summary.unit_days)
    top = maximise(likelihood, (0.5, scale / 2, 1.0, 2.0), len(summary))
    r, alpha, a, b = top.parameters
    errors = top.standard_errors
    return BgNbd(
        r,
        alpha,
        a,
        b,
        unit_days=summary.unit_days,
        log_likelihood=top.log_likelihood,
        standard_errors=None if errors is None else (errors[0], errors[1], errors[2], errors[3]),
        customers=len(summary),
        converged=top.converged,
    )


def _too_little(summary: PurchaseSummary) -> str | None:
    repeaters = int(summary.repeaters.sum())
    if len(summary) < FEWEST_CUSTOMERS:
        return f"{len(summary)} customers; at least {FEWEST_CUSTOMERS} are needed"
    if repeaters < FEWEST_REPEATERS:
        return f"{repeaters} of {len(summary)} customers bought again; at least {FEWEST_REPEATERS} are needed"
    return None


class BgNbdLikelihood:
    """Log-likelihood and gradient of (r, α, a, b), called as a function; the data are digested once.

    ln L = lnΓ(r+x) − lnΓ(r) + r ln α + lnΓ(a+b) + lnΓ(b+x) − lnΓ(b) − lnΓ(a+b+x)
           + ln( (α+T)^−(r+x) + [x > 0] · a/(b+x−1) · (α+t_x)^−(r+x) ).

    With δ = ln of the second term's ratio to the first, that last logarithm is −(r+x) ln(α+T) + ln(1 + e^δ), and
    every derivative is a weighing of the two terms by w = e^δ/(1+e^δ), the chance to have left at t_x.
    ``grid`` is the step on which the times probably lie (one day in the unit used); it only affects speed.
    """

    def __init__(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, grid: float = 1.0) -> None:
        (x, t_x, T), weight = weighted_rows(*(np.asarray(v, dtype=np.float64) for v in (x, t_x, T)), grid=grid)
        self.total = float(weight.sum())
        self.x, x_index = np.unique(x, return_inverse=True)
        self.x_weight = np.bincount(x_index, weight)
        once = x == 0
        self.once_T, index = np.unique(T[once], return_inverse=True)
        self.once_weight = np.bincount(index, weight[once], minlength=len(self.once_T))
        again = ~once
        self.weight = weight[again]
        self.row_x, self.row_x_index = x[again], x_index[again]
        self.T, self.T_index = np.unique(T[again], return_inverse=True)
        self.t_x, self.t_x_index = np.unique(t_x[again], return_inverse=True)

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = parameters
        x, n = self.x, self.x_weight
        value = n @ (gammaln(r + x) + gammaln(b + x) - gammaln(a + b + x)) + self.total * (
            r * np.log(alpha) + gammaln(a + b) - gammaln(r) - gammaln(b)
        )
        shared = self.total * digamma(a + b) - n @ digamma(a + b + x)
        d_r = n @ digamma(r + x) + self.total * (np.log(alpha) - digamma(r))
        d_alpha = self.total * r / alpha
        d_a = shared
        d_b = shared + n @ digamma(b + x) - self.total * digamma(b)

        log_once = self.once_weight @ np.log(alpha + self.once_T)
        value -= r * log_once
        d_r -= log_once
        d_alpha -= r * (self.once_weight @ (1 / (alpha + self.once_T)))

        log_T = np.log(alpha + self.T)[self.T_index]
        log_gap = log_T - np.log(alpha + self.t_x)[self.t_x_index]
        inverse_T = (1 / (alpha + self.T))[self.T_index]
        inverse_gap = (1 / (alpha + self.t_x))[self.t_x_index] - inverse_T
        # Frequency 0 never reaches the rows below; its b − 1 may be negative, hence the guard.
        left = np.where(x > 0, b + x - 1, 1.0)
        exponent = r + self.row_x
        delta = exponent * log_gap + (np.log(a) - np.log(left))[self.row_x_index]
        tail = np.exp(-np.abs(delta))
        gone = np.where(delta > 0, 1.0, tail) / (1 + tail)
        value += self.weight @ (np.maximum(delta, 0) + np.log1p(tail) - exponent * log_T)
        weighted_gone = self.weight * gone
        d_r += weighted_gone @ log_gap - self.weight @ log_T
        d_alpha -= (weighted_gone * exponent) @ inverse_gap + (self.weight * exponent) @ inverse_T
        d_a += weighted_gone.sum() / a
        d_b -= weighted_gone @ (1 / left)[self.row_x_index]
        return float(value), np.array([d_r, d_alpha, d_a, d_b])


def weighted_rows(x: Floats, t_x: Floats, T: Floats, *, grid: float) -> tuple[tuple[Floats, Floats, Floats], Floats]:
    """Merge equal rows: the distinct (x, t_x, T) and how often each occurs.

    Times that are whole multiples of ``grid`` (days) pack into one integer per row, which sorts fastest.
    """
    if len(x):
        ticks_x, ticks_T = np.rint(t_x / grid), np.rint(T / grid)
        span = float(ticks_T.max()) + 1
        on_grid = np.allclose(ticks_x * grid, t_x, rtol=1e-12, atol=0) and np.allclose(ticks_T * grid, T, rtol=1e-12, atol=0)
        if on_grid and (float(x.max()) + 1) * span * span < 2**62:
            key = (x.astype(np.int64) * int(span) + ticks_x.astype(np.int64)) * int(span) + ticks_T.astype(np.int64)
            key, count = np.unique(key, return_counts=True)
            key, day_T = np.divmod(key, int(span))
            frequency, day_x = np.divmod(key, int(span))
            return (frequency.astype(np.float64), day_x * grid, day_T * grid), count.astype(np.float64)
    rows, back = distinct(x, t_x, T)
    return (rows[0], rows[1], rows[2]), np.bincount(back, minlength=len(rows[0])).astype(np.float64)


def distinct(*columns: Floats) -> tuple[list[Floats], NDArray[np.intp]]:
    """The distinct rows of equally shaped columns, and for each row (flattened) the number of its distinct row."""
    key = np.zeros(columns[0].size, dtype=np.int64)
    for column in columns:
        values, index = np.unique(column, return_inverse=True)
        # Renumbering after each column keeps the key far below the limit of an integer.
        key = np.unique(key * len(values) + index.ravel(), return_inverse=True)[1].ravel()
    first = np.unique(key, return_index=True)[1]
    return [column.ravel()[first] for column in columns], key


def beta_quadrature(a: float, b: float, nodes: int) -> tuple[Floats, Floats]:
    """Gauss nodes and weights on (0, 1) for the density of Beta(a, b): the weights sum to 1.

    Golub & Welsch (1969): the nodes are the eigenvalues of the symmetric tridiagonal matrix of the Jacobi
    recurrence, the weights the squared first components of its eigenvectors. Never overflows, unlike weights that
    carry the beta function along.

    >>> p, weight = beta_quadrature(2.0, 3.0, 8)
    >>> round(float(weight @ p), 12), round(float(weight @ p**2), 12)      # a/(a+b), a(a+1)/((a+b)(a+b+1))
    (0.4, 0.2)
    """
    k = np.arange(nodes, dtype=np.float64)
    total = a + b
    two_k = 2 * k + total
    with np.errstate(invalid="ignore", divide="ignore"):
        # Diagonal of the Jacobi matrix on (0, 1); the first entry is the mean, written apart as it may be 0/0.
        diagonal = 0.5 + (a - b) * (total - 2) / (2 * two_k * (two_k - 2))
    diagonal[0] = a / total
    k = k[1:]
    two_k = two_k[1:]
    with np.errstate(invalid="ignore", divide="ignore"):
        square = k * (k + a - 1) * (k + b - 1) * (k + total - 2) / ((two_k - 2) ** 2 * (two_k - 1) * (two_k - 3))
    square[0] = a * b / (total**2 * (total + 1))
    matrix = np.diag(diagonal) + np.diag(np.sqrt(square), 1) + np.diag(np.sqrt(square), -1)
    values, vectors = np.linalg.eigh(matrix)
    return np.maximum(values, np.finfo(np.float64).tiny), vectors[0] ** 2
