"""What makes clients leave sooner: Cox's proportional hazards.

A client with the columns x leaves at time t with the hazard h₀(t) · exp(β·(x − x̄)); h₀ is left open and drops out
of the likelihood, so the coefficients need no assumption on how leaving depends on time. exp(β) is a column's hazard
ratio.

Sources: D. Cox, Regression models and life-tables, JRSS B 34 (1972) 187-220; B. Efron, The efficiency of Cox's
likelihood function for censored data, JASA 72 (1977) 557-565 (ties); N. Breslow, Covariance analysis of censored
survival data, Biometrics 30 (1974) 89-99 (ties, baseline hazard); F. Harrell et al., Evaluating the yield of medical
tests, JAMA 247 (1982) 2543-2546 (concordance).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord.engines.customers.concordance import concordance
from accord.engines.customers.cox_sums import arranged, baseline_sums, moments, sweep
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.texts import Text, gettext_lazy

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEWEST_LEAVINGS_PER_COLUMN = 2
_MOST_STEPS = 50
# On columns of standard deviation 1: a hazard ratio of e^12 between two ordinary clients means that a column tells
# exactly who leaves, and its coefficient would grow without end.
_LARGEST = 12.0
_CLOSE = 1e-4  # a step on such columns


class Ties(StrEnum):
    """What to do with clients who leave at the same time: Efron's better approximation, or Breslow's simpler one."""

    EFRON = "efron"
    BRESLOW = "breslow"


@dataclass(frozen=True, slots=True, eq=False)
class Cox:
    """A fitted model. ``coefficients``, ``standard_errors`` and ``covariance`` are per unit of each column.

    The baseline is that of a client with mean columns: ``hazard`` is its cumulative hazard at ``time`` (the times at
    which clients left).
    """

    columns: tuple[str, ...]
    coefficients: Floats
    standard_errors: Floats
    covariance: Floats
    means: Floats
    log_likelihood: float
    log_likelihood_without_columns: float
    clients: int
    leavings: int
    ties: Ties
    time: Floats
    hazard: Floats
    longest: float
    # Of the baseline, at each time: Σ d/S₀² and Σ d·(S₁/S₀ − x̄)/S₀, from which the errors of forecasts follow.
    _spread: Floats
    _pull: Floats

    @property
    def hazard_ratios(self) -> Floats:
        ratios: Floats = np.exp(self.coefficients)
        return ratios

    def hazard_ratio_intervals(self, confidence: float = 0.95) -> tuple[Floats, Floats]:
        """exp(β ± z · standard error)."""
        z = NormalDist().inv_cdf((1 + confidence) / 2)
        return (
            np.exp(self.coefficients - z * self.standard_errors),
            np.exp(self.coefficients + z * self.standard_errors),
        )

    @property
    def p_values(self) -> Floats:
        """Of Wald's test that a coefficient is zero, two-sided."""
        from scipy.special import ndtr

        values: Floats = 2 * ndtr(-np.abs(self.coefficients / self.standard_errors))
        return values

    @property
    def likelihood_ratio(self) -> tuple[float, int]:
        """Twice the rise of the log-likelihood over a model without columns, and its degrees of freedom (χ²)."""
        return 2 * (self.log_likelihood - self.log_likelihood_without_columns), len(self.columns)

    def concordance(self, duration: ArrayLike, left: ArrayLike, x: ArrayLike, count: ArrayLike | None = None) -> float:
        """Harrell's C on these clients, those of the fit or others."""
        return concordance(duration, left, np.asarray(x, dtype=np.float64) @ self.coefficients, count)

    def survival(self, time: ArrayLike, x: ArrayLike) -> Floats:
        """S(t | x) = exp(−H₀(t) · exp(β·(x − x̄))) for rows of columns; time and rows broadcast against each other.

        Beyond the last leaving observed the curve is flat, for want of anybody who left.
        """
        ratio = np.exp((np.asarray(x, dtype=np.float64) - self.means) @ self.coefficients)
        share: Floats = np.exp(-self._at(time)[0] * ratio)
        return share

    def chance_of_leaving(
        self, within: float, stayed: ArrayLike, x: ArrayLike, confidence: float = 0.8
    ) -> tuple[Floats, Floats, Floats]:
        """1 − S(stayed + within | x)/S(stayed | x): who has stayed that long leaves before that; with an interval.

        Where ``stayed + within`` passes what was observed, the last stretch observed, as long as ``within``, stands for
        what is to come. The interval comes from the errors of coefficients and baseline, on the scale of ln(hazard).
        """
        stayed = np.asarray(stayed, dtype=np.float64)
        begin = np.minimum(stayed, np.maximum(self.longest - within, 0.0))
        x = np.asarray(x, dtype=np.float64)
        before, after = self._at(begin), self._at(begin + within)
        hazard, spread, pull = (later - earlier for later, earlier in zip(after, before, strict=True))
        ratio = np.exp((x - self.means) @ self.coefficients)
        with np.errstate(divide="ignore", invalid="ignore"):
            # Var ln H = (Σ d/S₀² + q·V·q)/H₀², with q = Σ d (S₁/S₀ − x)/S₀.
            q = pull - hazard[..., None] * (x - self.means)
            variance = (spread + ((q @ self.covariance) * q).sum(axis=-1)) / hazard**2
        z = NormalDist().inv_cdf((1 + confidence) / 2)
        reach = np.exp(z * np.sqrt(np.where(hazard > 0, variance, 0.0)))
        chance, low, high = (-np.expm1(-hazard * ratio * factor) for factor in (1.0, 1 / reach, reach))
        return chance, low, high

    def _at(self, time: ArrayLike) -> tuple[Floats, Floats, Floats]:
        index = np.searchsorted(self.time, np.asarray(time, dtype=np.float64), side="right")
        hazard = np.concatenate([[0.0], self.hazard])[index]
        spread = np.concatenate([[0.0], self._spread])[index]
        pull = np.concatenate([np.zeros((1, len(self.columns))), self._pull])[index]
        return hazard, spread, pull


def fit_cox(
    duration: ArrayLike,
    left: ArrayLike,
    x: ArrayLike,
    columns: Sequence[str],
    *,
    count: ArrayLike | None = None,
    ties: Ties = Ties.EFRON,
) -> Cox | NotEnoughData:
    """Fit to clients observed for ``duration``, who then had ``left`` or not, with one column of ``x`` per name.

    Newton's method on standardised columns. Clients are sorted once; each step is one sweep from the longest duration
    to the shortest, in which the sums over those at risk grow. ``count`` says for how many equal clients a row stands.

    Returns :class:`NotEnoughData` for fewer than two leavings per column, a column that never changes or is a
    combination of others, or one that separates exactly those who leave (the likelihood then has no top). Raises
    ``ValueError`` for columns of unlike length, and numbers that are not finite.
    """
    duration, left = np.asarray(duration, dtype=np.float64), np.asarray(left, dtype=bool)
    x = np.asarray(x, dtype=np.float64).reshape(len(duration), -1)
    count = np.ones(len(duration)) if count is None else np.asarray(count, dtype=np.float64)
    _check(duration, left, x, columns, count)
    leavings, clients = int(count[left].sum()), int(count.sum())
    if leavings < FEWEST_LEAVINGS_PER_COLUMN * max(len(columns), 1):
        return NotEnoughData(
            gettext_lazy(
                "%(left)s of %(clients)s clients have left; %(columns)s columns need at least %(fewest)s",
                left=leavings,
                clients=clients,
                columns=len(columns),
                fewest=FEWEST_LEAVINGS_PER_COLUMN * max(len(columns), 1),
            )
        )
    means, spread = moments(x, count)
    for name, sd, mean in zip(columns, spread, means, strict=True):
        if sd <= 1e-12 * max(abs(mean), 1.0):
            return NotEnoughData(gettext_lazy("the column %(column)s is the same for all clients", column=name))
    order = np.argsort(duration)[::-1]
    sorted_x = arranged(x, order, means, spread)
    time, event, n = duration[order], left[order], count[order]
    starts = np.concatenate([[0], np.flatnonzero(time[1:] != time[:-1]) + 1, [len(time)]])
    found = _climb(sorted_x, event, n, starts, ties is Ties.EFRON)
    if (reason := _no_top(found, spread, columns)) is not None:
        return NotEnoughData(reason)
    b, value, information, null = found
    inverse = np.linalg.inv(information)
    times, hazard, variance, pull = _baseline(b, sorted_x, event, n, starts, time)
    return Cox(
        columns=tuple(columns),
        coefficients=b / spread,
        standard_errors=np.sqrt(np.diag(inverse)) / spread,
        covariance=inverse / np.multiply.outer(spread, spread),
        means=means,
        log_likelihood=value,
        log_likelihood_without_columns=null,
        clients=clients,
        leavings=leavings,
        ties=ties,
        time=times,
        hazard=hazard,
        longest=float(time[0]),
        _spread=variance,
        _pull=pull * spread,
    )


def _check(duration: Floats, left: NDArray[np.bool_], x: Floats, columns: Sequence[str], count: Floats) -> None:
    if not len(duration) == len(left) == len(count) or x.shape[1] != len(columns):
        raise ValueError("durations, leavings, counts and columns differ in length")
    if not (np.isfinite(duration) & (duration >= 0)).all():
        raise ValueError("durations must be finite and not below zero")
    if not ((count >= 0) & (count == np.floor(count)) & np.isfinite(count)).all():
        raise ValueError("counts must be whole numbers from 0")
    if not np.isfinite(x).all():
        raise ValueError(
            f"the column {columns[int(np.argmin(np.isfinite(x).all(axis=0)))]} has values that are not finite"
        )


def _climb(
    x: Floats, event: NDArray[np.bool_], n: Floats, starts: Integers, efron: bool
) -> tuple[Floats, float, Floats, float]:
    """The coefficients at the top (or where the search stopped), its height, its information, and the height at 0."""
    b = np.zeros(x.shape[1])
    value, slope, information = sweep(b, x, event, n, starts, efron)
    null = value
    for _ in range(_MOST_STEPS):
        bends, axes = np.linalg.eigh(information)
        step = axes @ ((axes.T @ slope) / np.maximum(bends, 1e-12 * max(bends[-1], 1e-300)))
        rise = float(slope @ step)
        if np.abs(step).max() < _CLOSE or np.abs(b).max() > 2 * _LARGEST:
            # So close, a Newton step squares the error: it needs no look to confirm it.
            b, value = b + step, value + rise / 2
            break
        while True:
            there = sweep(b + step, x, event, n, starts, efron)
            if there[0] > value - 1e-12 * abs(value) or np.abs(step).max() < 1e-10:
                break
            step = step / 2
        b = b + step
        value, slope, information = there
    return b, value, information, null


def _separates(column: str) -> Text:
    return gettext_lazy(
        "the column %(column)s separates exactly those who leave, so its effect has no bound", column=column
    )


def _no_top(found: tuple[Floats, float, Floats, float], spread: Floats, columns: Sequence[str]) -> Text | None:
    """Why the likelihood has no proper top, naming the column at fault."""
    b, _, information, _ = found
    if np.abs(b).max(initial=0.0) > _LARGEST:
        return _separates(columns[int(np.abs(b).argmax())])
    bends, axes = np.linalg.eigh(information)
    if len(bends) and bends[0] < 1e-9 * bends[-1]:
        flat = np.abs(axes[:, 0])
        if np.count_nonzero(flat > 0.1 * flat.max()) == 1:
            return _separates(columns[int(flat.argmax())])
        names = ", ".join(name for name, part in zip(columns, flat, strict=True) if part > 0.1 * flat.max())
        return gettext_lazy(
            "the columns %(columns)s are combinations of each other; leave one of them out", columns=names
        )
    return None


def _baseline(
    b: Floats, x: Floats, event: NDArray[np.bool_], n: Floats, starts: Integers, time: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Times of leaving, and up to each: Σ d/S₀ (Breslow's cumulative hazard), Σ d/S₀², Σ d·S₁/S₀²."""
    leaving, s_0, s_1 = baseline_sums(b, x, event, n, starts)
    here = np.flatnonzero(leaving > 0)[::-1]
    d, s_0, s_1 = leaving[here], s_0[here], s_1[here]
    pull = (d / s_0**2)[:, None] * s_1
    return time[starts[:-1]][here], np.cumsum(d / s_0), np.cumsum(d / s_0**2), np.cumsum(pull, axis=0)


def proportionality(
    model: Cox, duration: ArrayLike, left: ArrayLike, x: ArrayLike, count: ArrayLike | None = None
) -> Floats:
    """p-values, one per column, of the test that its hazard ratio does not change with time.

    At each leaving the residual is x less its mean over those at risk; residuals scaled by the covariance are
    correlated with the rank of time (P. Grambsch, T. Therneau, Proportional hazards tests and diagnostics based on
    weighted residuals, Biometrika 81 (1994) 515-526). ``count`` as in :func:`fit_cox`.
    """
    duration, left = np.asarray(duration, dtype=np.float64), np.asarray(left, dtype=bool)
    x = np.asarray(x, dtype=np.float64) - model.means
    n = np.ones(len(duration)) if count is None else np.asarray(count, dtype=np.float64)
    order = np.argsort(duration)[::-1]
    time, event, x, n = duration[order], left[order], np.ascontiguousarray(x[order]), n[order]
    starts = np.concatenate([[0], np.flatnonzero(time[1:] != time[:-1]) + 1, [len(time)]])
    _, s_0, s_1 = baseline_sums(model.coefficients, x, event, n, starts)
    block = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    gone = event & (n > 0)
    residuals = x[gone] - (s_1 / s_0[:, None])[block[gone]]
    weight, total = n[gone], float(n[gone].sum())
    # Ranks of the leavings' times, ties sharing their mean.
    times, index = np.unique(time[gone], return_inverse=True)
    sizes = np.bincount(index, weight, minlength=len(times))
    rank = (np.cumsum(sizes) - (sizes - 1) / 2)[index]
    centred = rank - weight @ rank / total
    statistic = total * ((weight * centred) @ (residuals @ model.covariance)) ** 2
    # All left at one time: there is no other to compare with, and p is 1.
    statistic /= np.diag(model.covariance) * max(float(weight @ centred**2), 1e-300)
    from scipy.special import chdtrc

    values: Floats = chdtrc(1, statistic)
    return values
