"""How many purchases to expect, and whether a client is still one: the BG/NBD model.

While alive, a customer buys as a Poisson process with rate λ; after every purchase it leaves for good with
probability p. Over customers λ is Gamma(r, α) and p is Beta(a, b), independently. Nobody tells when they leave,
so the model is for firms without a contract, where a silent client may be gone or merely slow.

Source: P. Fader, B. Hardie, K. Lee, "Counting your customers" the easy way: an alternative to the Pareto/NBD
model, Marketing Science 24 (2005) 275-284.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import eigh_tridiagonal
from scipy.special import digamma, expit, gammaln

from accord.engines.customers.likelihood import Matrix, NotEnoughData, maximise, sample_of, trigamma
from accord.engines.customers.purchase_summary import PurchaseSummary
from accord.engines.texts import Text, gettext_lazy, ngettext_lazy

Floats = NDArray[np.float64]

# Four parameters from fewer customers than this would be an opinion, not an estimate.
FEWEST_CUSTOMERS = 10
FEWEST_REPEATERS = 5
SMALLEST_DROPOUT = 1e-3  # mean chance of leaving after a purchase
# Nodes of the integral over p: a relative error below 1e-9 for horizons up to ten years (see the tests).
_NODES = 64
# Rows looked at together: their columns stay in the processor's cache.
_BLOCK = 8192
_MANY = 100_000  # rows from which on a compiled loop packs them sooner than numpy, its loading included


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
    log_covariance: Matrix | None = None

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

        The paper's closed form has a pole at a = 1, and its hypergeometric function answers nan for large parameters
        in the usual libraries. The same quantity is P(alive) · E[(1 − (1 + p·h/(α+T))^−(r+x)) / p] with p distributed
        as Beta(a, b+x): an integral without a pole, done by Gaussian quadrature.

        >>> model = BgNbd(0.24259, 4.4136, 0.79293, 2.42593)
        >>> float(model.expected_purchases(39, 2, 30.43, 38.86).round(3))
        1.226
        """
        return self.probability_alive(x, t_x, T) * self.expected_purchases_if_alive(horizon, x, T)

    def expected_purchases_if_alive(self, horizon: ArrayLike, x: ArrayLike, T: ArrayLike) -> Floats:
        """E[purchases in (T, T + horizon] | x, T, alive at T]: the integral over p of :meth:`expected_purchases`.

        It depends on few distinct (horizon, x, T), so each is computed once.
        """
        return purchases_if_alive(self.r, self.alpha, self.a, self.b, horizon, x, T)

    def expected_purchases_of_newcomer(self, horizon: ArrayLike) -> Floats:
        """E[purchases in (0, horizon]] of a customer drawn at random at the first purchase (not counted)."""
        return self.expected_purchases(horizon, 0.0, 0.0, 0.0)


def purchases_if_alive(
    r: float, alpha: float, a: float, b: float, horizon: ArrayLike, x: ArrayLike, T: ArrayLike
) -> Floats:
    """E[(1 − (1 + p·h/(α+T))^−(r+x)) / p] with p ~ Beta(a, b+x): purchases within ``horizon`` of whoever is alive."""
    columns = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (horizon, x, T)))
    (h, frequency, age), back = distinct(*columns)
    reach = h / (alpha + age)
    values = np.empty(len(h))
    for k in np.unique(frequency):
        here = frequency == k
        p, weight = beta_quadrature(a, b + k, _NODES)
        gone = -np.expm1(-(r + k) * np.log1p(np.multiply.outer(reach[here], p)))
        values[here] = gone @ (weight / p)
    result: Floats = values[back].reshape(columns[0].shape)
    return result


def fit_bg_nbd(summary: PurchaseSummary) -> BgNbd | NotEnoughData:
    """Fit BG/NBD to a summary by maximum likelihood.

    A million customers cost about as much as the hundred thousand distinct histories they have.

    Returns :class:`NotEnoughData` with the reason when there are fewer than 10 customers, or fewer than 5 who
    came back, when no one has been observed for any time, or when the fit ends at its boundary.
    """
    if (reason := too_little(summary)) is not None:
        return NotEnoughData(reason)
    x, t_x, T, grid = summary.frequency, summary.recency, summary.age, 1 / summary.unit_days
    start: tuple[float, ...] = (0.5, float(T.mean()) / 2, 1.0, 2.0)
    sample = sample_of(len(summary))
    if sample is not None:
        rehearsal = BgNbdLikelihood(x[sample], t_x[sample], T[sample], grid)
        start = maximise(rehearsal, start, len(x[sample])).proper_or(start)
    top = maximise(BgNbdLikelihood(x, t_x, T, grid), start, len(summary))
    r, alpha, a, b = top.parameters
    # Large a and b with a share between are the proper case of one dropout probability for all; a share of nothing or
    # of everything says that nobody ever leaves, or everybody at once, which no history can show.
    if not top.converged or not SMALLEST_DROPOUT < a / (a + b) < 1 - SMALLEST_DROPOUT:
        return NotEnoughData(
            gettext_lazy(
                "the purchases of %(customers)s customers don't fit a BG/NBD model (the fit ends at its boundary)",
                customers=len(summary),
            )
        )
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
        log_covariance=top.log_covariance,
    )


def too_little(summary: PurchaseSummary) -> Text | None:
    """Why so few customers cannot carry a model of how often they buy and when they leave, or ``None``."""
    repeaters = int(summary.repeaters.sum())
    if len(summary) < FEWEST_CUSTOMERS:
        return ngettext_lazy(
            "only %(count)s customer; at least %(fewest)s are needed",
            "only %(count)s customers; at least %(fewest)s are needed",
            len(summary),
            fewest=FEWEST_CUSTOMERS,
        )
    if repeaters < FEWEST_REPEATERS:
        return gettext_lazy(
            "%(repeaters)s of %(customers)s customers bought again; at least %(fewest)s are needed",
            repeaters=repeaters,
            customers=len(summary),
            fewest=FEWEST_REPEATERS,
        )
    return None


class BgNbdLikelihood:
    """Log-likelihood, gradient and Hessian of (r, α, a, b), called as a function; the data are digested once.

    ln L = lnΓ(r+x) − lnΓ(r) + r ln α + lnΓ(a+b) + lnΓ(b+x) − lnΓ(b) − lnΓ(a+b+x)
           + ln( (α+T)^−(r+x) + [x > 0] · a/(b+x−1) · (α+t_x)^−(r+x) ).

    With δ the logarithm of the second term's ratio to the first, the last line is −(r+x) ln(α+T) + ln(1 + e^δ), and
    w = e^δ/(1+e^δ) is the chance that the customer left at t_x. Hence ∇ ln(1+e^δ) = w∇δ and
    ∇² ln(1+e^δ) = w∇²δ + w(1−w) ∇δ∇δᵀ. Equal rows are merged with a weight, gamma terms are computed once per
    distinct frequency, logarithms and reciprocals once per distinct time. ``grid`` is the step on which times
    probably lie (a day in the unit used); it only affects speed.

    ``FIRST`` counts the chances to leave at the first purchase: none here, one in the modified model, whose likelihood
    is this one with b + 1 in place of b wherever x stands beside it, and with rows of x = 0 among those that may have
    left.
    """

    FIRST: ClassVar[int] = 0

    def __init__(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, grid: float = 1.0) -> None:
        (x, t_x, T), weight = weighted_rows(*(np.asarray(v, dtype=np.float64) for v in (x, t_x, T)), grid=grid)
        self.total = float(weight.sum())
        self.x, x_index = np.unique(x, return_inverse=True)
        self.x_weight = np.bincount(x_index, weight)
        again = x + self.FIRST > 0
        self.once_T, index = np.unique(T[~again], return_inverse=True)
        self.once_weight = np.bincount(index, weight[~again], minlength=len(self.once_T))
        self.weight, self.row_x, self.x_index = weight[again], x[again], x_index[again]
        self.T, self.T_index = np.unique(T[again], return_inverse=True)
        self.t_x, self.t_x_index = np.unique(t_x[again], return_inverse=True)

    def __call__(self, parameters: Floats) -> tuple[float, Floats, Floats]:
        blocks = (slice(start, start + _BLOCK) for start in range(0, len(self.weight), _BLOCK))
        again = (self._again_terms(rows, *parameters) for rows in blocks)
        parts = self._gamma_terms(*parameters), self._once_terms(*parameters), *again
        values, gradients, hessians = zip(*parts, strict=True)
        return float(sum(values)), np.sum(gradients, axis=0), np.sum(hessians, axis=0)

    def _gamma_terms(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Floats, Floats]:
        """Everything before the last logarithm."""
        x, chances, n, N = self.x, self.x + self.FIRST, self.x_weight, self.total
        value = n @ (gammaln(r + x) + gammaln(b + chances) - gammaln(a + b + chances)) + N * (
            r * np.log(alpha) + gammaln(a + b) - gammaln(r) - gammaln(b)
        )
        shared = N * digamma(a + b) - n @ digamma(a + b + chances)
        gradient = np.array(
            [
                n @ digamma(r + x) + N * (np.log(alpha) - digamma(r)),
                N * r / alpha,
                shared,
                shared + n @ digamma(b + chances) - N * digamma(b),
            ]
        )
        shared = N * trigamma(a + b) - n @ trigamma(a + b + chances)
        hessian = np.zeros((4, 4))
        hessian[0, 0] = n @ trigamma(r + x) - N * trigamma(r)
        hessian[0, 1] = hessian[1, 0] = N / alpha
        hessian[1, 1] = -N * r / alpha**2
        hessian[2:, 2:] = shared
        hessian[3, 3] += n @ trigamma(b + chances) - N * trigamma(b)
        return float(value), gradient, hessian

    def _once_terms(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Floats, Floats]:
        """−r ln(α+T) of those who never came back."""
        n = self.once_weight
        log_T, inverse = n @ np.log(alpha + self.once_T), n @ (1 / (alpha + self.once_T))
        hessian = np.zeros((4, 4))
        hessian[0, 1] = hessian[1, 0] = -inverse
        hessian[1, 1] = r * (n @ (1 / (alpha + self.once_T) ** 2))
        return float(-r * log_T), np.array([-log_T, -r * inverse, 0.0, 0.0]), hessian

    def _again_terms(self, rows: slice, r: float, alpha: float, a: float, b: float) -> tuple[float, Floats, Floats]:
        """−(r+x) ln(α+T) + ln(1 + e^δ) of those who did, with δ = (r+x) ln((α+T)/(α+t_x)) + ln a − ln(b+x−1)."""
        chances = self.x + self.FIRST
        n, k, x_index = self.weight[rows], r + self.row_x[rows], self.x_index[rows]
        T_index, t_x_index = self.T_index[rows], self.t_x_index[rows]
        log_T, inverse_T = np.log(alpha + self.T)[T_index], (1 / (alpha + self.T))[T_index]
        log_gap = log_T - np.log(alpha + self.t_x)[t_x_index]
        inverse_t_x = (1 / (alpha + self.t_x))[t_x_index]
        # Frequency 0 has no row here; its b − 1 may be negative, hence the guard.
        rest = np.where(chances > 0, b + chances - 1, 1.0)
        inverse_rest = (1 / rest)[x_index]

        delta = k * log_gap + (np.log(a) - np.log(rest))[x_index]
        tail = np.exp(-np.abs(delta))
        value = n @ (np.maximum(delta, 0) + np.log(1 + tail) - k * log_T)
        w = n * (np.where(delta > 0, 1.0, tail) / (1 + tail))
        d_delta = np.array([log_gap, k * (inverse_T - inverse_t_x), np.full_like(k, 1 / a), -inverse_rest])
        n_k_inverse_T = n * k * inverse_T
        gradient = d_delta @ w - np.array([n @ log_T, n_k_inverse_T.sum(), 0.0, 0.0])

        hessian = (d_delta * (w - w * w / n)) @ d_delta.T
        hessian[0, 1] += w @ (inverse_T - inverse_t_x) - n @ inverse_T
        hessian[1, 0] = hessian[0, 1]
        hessian[1, 1] += (w * k) @ (inverse_t_x**2 - inverse_T**2) + n_k_inverse_T @ inverse_T
        hessian[2, 2] -= w.sum() / a**2
        hessian[3, 3] += w @ inverse_rest**2
        return float(value), gradient, hessian


def weighted_rows(x: Floats, t_x: Floats, T: Floats, *, grid: float) -> tuple[tuple[Floats, Floats, Floats], Floats]:
    """Merge equal rows: the distinct (x, t_x, T) and how often each occurs.

    Times that are whole multiples of ``grid`` (days) pack into one integer per row, which sorts fastest.
    """
    if len(x) >= _MANY:
        from accord.engines.customers.row_keys import packed

        key, span = packed(x, t_x, T, grid)
        if len(key):
            return _unpacked(key, span, grid)
    elif len(x):
        ticks_x, ticks_T = np.rint(t_x / grid), np.rint(T / grid)
        span = int(ticks_T.max()) + 1
        off_grid = max(np.abs(ticks_x * grid - t_x).max(), np.abs(ticks_T * grid - T).max())
        if off_grid <= 1e-12 * span * grid and (float(x.max()) + 1) * span * span < 2**62:
            key = (x * span + ticks_x).astype(np.int64) * span + ticks_T.astype(np.int64)
            return _unpacked(key, span, grid)
    rows, back = distinct(x, t_x, T)
    return (rows[0], rows[1], rows[2]), np.bincount(back, minlength=len(rows[0])).astype(np.float64)


def _unpacked(key: NDArray[np.int64], span: int, grid: float) -> tuple[tuple[Floats, Floats, Floats], Floats]:
    """The distinct keys as rows again, with how often each occurs."""
    key, count = np.unique(key, return_counts=True)
    key, day_T = np.divmod(key, span)
    frequency, day_x = np.divmod(key, span)
    return (frequency.astype(np.float64), day_x * grid, day_T * grid), count.astype(np.float64)


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
    values, vectors = eigh_tridiagonal(diagonal, np.sqrt(square))
    return np.maximum(values, np.finfo(np.float64).tiny), vectors[0] ** 2
