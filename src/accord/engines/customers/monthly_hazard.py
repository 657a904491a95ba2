"""The chance that something happens in a month, given what was known on an earlier day: one fitter for two hazards.

A row is a client as known at an origin s, looked at in the months j = 1 … M that follow. In each of them

    logit h(s, j) = b(s, j)·θ + u_segment + γ(j)·(c·(w·x) + δ·x),        γ(j) = exp(−(j−1)/12).

b are base terms (intercepts, rhythm, silence), x the client's signals frozen at s, w the weights that a person set and
can read. c is one scale of the whole expert score; δ are departures of single weights from it. γ says that what is
known today fades. Everything has a normal prior, so a firm with twenty clients gets the experts' answer and one with
two thousand its own: how far δ may go is itself chosen by the evidence (D. MacKay, "Bayesian interpolation", Neural
Computation 4, 1992, with Laplace's approximation).

Discrete-time hazards: J. Singer, J. Willett, "It's about time", Journal of Educational Statistics 18 (1993).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord.engines.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FADING_MONTHS = 12.0
MONTHS_AHEAD = 12
NEVER = 1_000_000  # the month of what has not happened
DEPARTURES = (0.05, 0.2, 0.5, 1.0)
_MOST_STEPS = 50


def fading(months: int) -> Floats:
    """γ(1 … months): how much of a signal known at the origin still counts in each month ahead."""
    return np.exp(-np.arange(months) / FADING_MONTHS)


def month_share(origins: list[int]) -> float:
    """What each month of a row counts: rows of neighbouring ``origins`` overlap, and each real month counts once."""
    return float(np.diff(origins).mean()) / MONTHS_AHEAD if len(origins) > 1 else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class HazardRows:
    """What a hazard is fitted to: ``base`` [row, month, term], ``segment`` [row], ``signals`` [row, signal].

    ``weight`` [row, month] is 0 where the event could not happen or was not observed; ``event`` [row, month] is 1
    where it did. Origins a quarter apart overlap, so each counts a quarter (the callers' doing).
    """

    base: Floats
    segment: Ints
    signals: Floats
    weight: Floats
    event: Floats

    def __len__(self) -> int:
        return len(self.segment)

    @property
    def events(self) -> float:
        """Weighted number of events: each real one counts about once."""
        return float((self.weight * self.event).sum())

    def sample(self, rows: int, seed: int) -> HazardRows:
        """At most ``rows`` rows whose likelihood is an unbiased estimate of that of all (:func:`sample_rows`)."""
        eventful = np.asarray(((self.event > 0) & (self.weight > 0)).any(axis=1))
        kept, counts_for = sample_rows(eventful, rows, seed)
        return HazardRows(
            self.base[kept],
            self.segment[kept],
            self.signals[kept],
            self.weight[kept] * counts_for[:, None],
            self.event[kept],
        )


def sample_rows(eventful: Bools, rows: int, seed: int) -> tuple[Ints, Floats]:
    """(At most ``rows`` rows, for how many each counts): the rare ones all, up to half, and a share of the others.

    ``eventful`` [row] says in which an event happened. Rows with and without one are drawn apart, each counts for those
    of its kind that were not drawn (D. Horvitz, D. Thompson, 1952; case-cohort sampling: R. Prentice, 1986).

    >>> kept, counts_for = sample_rows(np.arange(1_000) % 100 == 0, 100, seed=1)
    >>> len(kept), counts_for.sum().item(), sorted(set(counts_for.round(6).tolist()))
    (100, 1000.0, [1.0, 11.0])
    """
    if rows >= len(eventful):
        return np.arange(len(eventful)), np.ones(len(eventful))
    draw = np.random.default_rng(seed)
    groups = [np.flatnonzero(eventful), np.flatnonzero(~eventful)]
    few = min(len(group) for group in groups)
    sizes = [min(len(group), max(rows // 2, rows - few)) for group in groups]
    drawn = [draw.choice(group, size, replace=False) for group, size in zip(groups, sizes, strict=True)]
    weight = [np.full(n, len(group) / n if n else 0.0) for group, n in zip(groups, sizes, strict=True)]
    kept, counts_for = np.concatenate(drawn), np.concatenate(weight)
    order = np.argsort(kept)
    return kept[order], counts_for[order]


@dataclass(frozen=True, slots=True, eq=False)
class HazardPrior:
    """Normal priors: ``base_mean``, ``base_sd`` [term]; ``score``, mean and sd of c; ``weights`` and their sds
    [signal].

    ``departure_share`` scales the sds of δ (orders follow signals half as freely as departures do).
    """

    base_mean: Floats
    base_sd: Floats
    score: tuple[float, float]
    weights: Floats
    weight_sds: Floats
    segment_sd: float = 0.25
    departure_share: float = 1.0
    departures: tuple[float, ...] = DEPARTURES


@dataclass(frozen=True, slots=True, eq=False)
class HazardFit:
    """The mode of the posterior and its covariance, in the order base terms, segments, c, δ.

    ``departure`` is the scale of δ that the evidence chose; ``shrinkage`` [base term] is posterior over prior variance
    (1: the data have said nothing); ``events`` and ``rows`` say what the fit stands on.
    """

    prior: HazardPrior
    segments: int
    mode: Floats
    covariance: Floats
    departure: float
    evidence: float
    events: float
    rows: int

    @property
    def shrinkage(self) -> Floats:
        terms = len(self.prior.base_mean)
        result: Floats = np.diag(self.covariance)[:terms] / self.prior.base_sd**2
        return result

    @property
    def coefficients(self) -> Floats:
        """β = c·w + δ [signal]: log-odds of the first month for one unit of each signal."""
        return self.coefficients_of(self.mode)

    def coefficients_of(self, parameters: ArrayLike) -> Floats:
        """β of one or many parameter vectors [..., parameter] → [..., signal]."""
        parameters = np.asarray(parameters, dtype=np.float64)
        first = len(self.prior.base_mean) + self.segments
        result: Floats = parameters[..., first, None] * self.prior.weights + parameters[..., first + 1 :]
        return result

    def structural(self, base: Floats, segment: Ints, parameters: ArrayLike | None = None) -> Floats:
        """b·θ + u [row, month] (or [row, month, draw]): the log-odds of a client whose signals are all typical."""
        theta = self.mode if parameters is None else np.asarray(parameters, dtype=np.float64)
        terms = len(self.prior.base_mean)
        segments = theta[..., terms : terms + self.segments]
        own = np.moveaxis(segments, -1, 0)[segment]
        result: Floats = base @ np.moveaxis(theta[..., :terms], -1, 0) + own[:, None]
        return result

    def draws(self, count: int, seed: int) -> Floats:
        """``count`` parameter vectors from the normal approximation of the posterior [draw, parameter]."""
        normal = np.random.default_rng(seed).standard_normal((count, len(self.mode)))
        result: Floats = self.mode + normal @ np.linalg.cholesky(self.covariance).T
        return result


def fit_hazard(rows: HazardRows, prior: HazardPrior, segments: int) -> HazardFit:
    """The posterior of a hazard; without rows it is the prior.

    For each scale of the departures the mode is found by Newton's method (the surface is concave) from the mode of the
    one before, and the scale with the highest Laplace evidence is taken.

    >>> prior = HazardPrior(np.array([-1.7346]), np.array([0.6]), (0.55, 0.25), np.array([1.0]), np.array([0.5]))
    >>> none = np.zeros((0, 12))
    >>> nothing = HazardRows(np.zeros((0, 12, 1)), np.zeros(0, int), np.zeros((0, 1)), none, none)
    >>> fit = fit_hazard(nothing, prior, 1)
    >>> fit.coefficients.round(2).tolist(), fit.shrinkage.round(2).tolist()
    ([0.55], [1.0])
    """
    best: HazardFit | None = None
    start: Floats | None = None
    likelihood = _Likelihood(rows, prior, segments)
    for departure in prior.departures:
        mean, variance = _normal_prior(prior, segments, departure)
        mode, value, hessian = _newton(likelihood, mean, variance, mean if start is None else start)
        _, log_determinant = np.linalg.slogdet(hessian)
        evidence = value - 0.5 * (log_determinant + np.log(variance).sum())
        fit = HazardFit(
            prior,
            segments,
            mode,
            np.asarray(np.linalg.inv(hessian), dtype=np.float64),
            departure,
            evidence,
            rows.events,
            len(rows),
        )
        start = mode
        if best is None or evidence > best.evidence + 1e-9:
            best = fit
    assert best is not None
    return best


def _normal_prior(prior: HazardPrior, segments: int, departure: float) -> tuple[Floats, Floats]:
    signals = len(prior.weights)
    mean = np.concatenate([prior.base_mean, np.zeros(segments), [prior.score[0]], np.zeros(signals)])
    sd = np.concatenate(
        [
            prior.base_sd,
            np.full(segments, prior.segment_sd),
            [prior.score[1]],
            departure * prior.departure_share * prior.weight_sds,
        ]
    )
    return mean, sd**2


def _newton(likelihood: _Likelihood, mean: Floats, variance: Floats, start: Floats) -> tuple[Floats, float, Floats]:
    """The mode of likelihood times prior; its logarithm there (without constants) and the negative Hessian."""

    def look(theta: Floats) -> tuple[float, Floats, Floats]:
        value, gradient, hessian = likelihood(theta)
        away = theta - mean
        value -= 0.5 * float(away @ (away / variance))
        return value, gradient - away / variance, hessian + np.diag(1 / variance)

    theta = start
    value, gradient, hessian = look(theta)
    for _ in range(_MOST_STEPS):
        step = np.linalg.solve(hessian, gradient)
        gain = float(gradient @ step)
        if gain < 1e-10:
            break
        while True:
            tried = theta + step
            there = look(tried)
            if there[0] >= value - 1e-12 * abs(value) or np.abs(step).max() < 1e-10:
                break
            step = step / 2
        theta, (value, gradient, hessian) = tried, there
    return theta, value, hessian


class _Likelihood:
    """Log-likelihood, gradient and negative Hessian of (θ, u, c, δ), one pass over the rows.

    A month's column is (b, 1 of the segment, γ·x); what the months of a row share is added up as scalars first, so the
    outer product of the signals is taken once per row. c and δ both act through β = c·w + δ, so theirs follow by the
    chain rule.
    """

    def __init__(self, rows: HazardRows, prior: HazardPrior, segments: int) -> None:
        self.rows, self.segments = rows, segments
        self.terms, self.signals = len(prior.base_mean), len(prior.weights)
        self.fade = fading(rows.base.shape[1])
        inner = self.terms + segments + self.signals
        outer = inner + 1
        self.map = np.zeros((inner, outer))
        self.map[: self.terms + segments, : self.terms + segments] = np.eye(self.terms + segments)
        self.map[self.terms + segments :, self.terms + segments] = prior.weights
        self.map[self.terms + segments :, self.terms + segments + 1 :] = np.eye(self.signals)

    def __call__(self, parameters: Floats) -> tuple[float, Floats, Floats]:
        inner = self.map @ parameters
        size = len(inner)
        gradient, hessian = np.zeros(size), np.zeros((size, size))
        rows = self.rows
        value = _sweep(
            rows.base,
            rows.segment,
            rows.signals,
            rows.weight,
            rows.event,
            self.fade,
            inner[: self.terms],
            inner[self.terms : self.terms + self.segments],
            inner[self.terms + self.segments :],
            gradient,
            hessian,
        )
        hessian += np.tril(hessian, -1).T
        return value, self.map.T @ gradient, self.map.T @ hessian @ self.map


@compiled
def _sweep(
    base: Floats,
    segment: Ints,
    signals: Floats,
    weight: Floats,
    event: Floats,
    fade: Floats,
    theta: Floats,
    own: Floats,
    beta: Floats,
    gradient: Floats,
    hessian: Floats,
) -> float:
    """Add up the likelihood; the lower half of the negative Hessian is filled."""
    rows, months, terms = base.shape
    count, first = signals.shape[1], terms + len(own)
    total = 0.0
    mixed = np.empty(terms)
    for row in range(rows):
        score = 0.0
        for k in range(count):
            score += beta[k] * signals[row, k]
        u = own[segment[row]]
        at = terms + segment[row]
        slope, faded_slope, bend, faded_bend, twice_bend = 0.0, 0.0, 0.0, 0.0, 0.0
        mixed[:] = 0.0
        for month in range(months):
            w = weight[row, month]
            if w == 0.0:
                continue
            eta = u + fade[month] * score
            for p in range(terms):
                eta += base[row, month, p] * theta[p]
            small = np.exp(-abs(eta))
            chance = 1.0 / (1.0 + small) if eta >= 0 else small / (1.0 + small)
            y = event[row, month]
            total += w * (y * eta - max(eta, 0.0) - np.log1p(small))
            g, v = w * (y - chance), w * chance * (1.0 - chance)
            slope += g
            faded_slope += fade[month] * g
            bend += v
            faded_bend += fade[month] * v
            twice_bend += fade[month] * fade[month] * v
            for p in range(terms):
                b = base[row, month, p]
                if b == 0.0:
                    continue
                gradient[p] += g * b
                hessian[at, p] += v * b
                mixed[p] += v * fade[month] * b
                for q in range(p + 1):
                    hessian[p, q] += v * b * base[row, month, q]
        if bend == 0.0:
            continue
        gradient[at] += slope
        hessian[at, at] += bend
        for k in range(count):
            x = signals[row, k]
            if x == 0.0:
                continue
            gradient[first + k] += faded_slope * x
            hessian[first + k, at] += faded_bend * x
            for p in range(terms):
                hessian[first + k, p] += mixed[p] * x
            for m in range(k + 1):
                hessian[first + k, first + m] += twice_bend * x * signals[row, m]
    return total
