"""Health from any columns: the chance that a client has left, given what a table says of it, with its reasons.

The fitter is that of :mod:`~accord.engines.customers.monthly_hazard` with one month, which makes it a logistic
regression: normal priors of mean 0 on the standardised columns, whose width the evidence chooses. A table of sixty rows
says little, and the answer stays near the base rate; one of thousands is read as it is. A column that is never below
zero counts as its logarithm where the evidence prefers that. Nothing is ranked where the columns have not told clients
apart that the fit had not seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from accord.engines.customers.backtest import Score, score
from accord.engines.customers.client_health import TYPICAL_HEALTH, contributions, health_of, health_slope
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.customers.monthly_hazard import HazardFit, HazardPrior, HazardRows, fit_hazard
from accord.engines.texts import gettext_lazy

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FOLDS = 5
FEWEST_CLIENTS, FEWEST_LEAVINGS = 20, 5
_WIDTH = 0.5  # log-odds for one standard deviation of a column, at the widest
_FEW_VALUES = 10  # a column with no more of them is a scale of answers
_USUAL_CHANCE, _USUAL_SPREAD = 0.25, 2.0


@dataclass(frozen=True, slots=True, eq=False)
class ColumnFit:
    """A hazard of standardised columns, of which some (``logged`` [column]) count as log(1 + x)."""

    fit: HazardFit
    logged: Bools
    middle: Floats
    spread: Floats

    def standard(self, x: Floats) -> Floats:
        return (_logged(x, self.logged) - self.middle) / self.spread

    def index(self, x: Floats) -> Floats:
        """Effects [row, column] in log-odds; a row's index is their sum."""
        return self.standard(x) * self.fit.coefficients

    def chance(self, index: Floats) -> Floats:
        return np.asarray(expit(self.fit.mode[0] + self.fit.mode[1] + index), dtype=np.float64)

    def drawn(self, x: Floats, draws: int, seed: int) -> Floats:
        """Chances [row, draw] by the posterior."""
        parameters = self.fit.draws(draws, seed)
        index = self.standard(x) @ self.fit.coefficients_of(parameters).T
        return np.asarray(expit(parameters[:, 0] + parameters[:, 1] + index), dtype=np.float64)


def _logged(x: Floats, logged: Bools) -> Floats:
    return np.where(logged, np.log1p(np.maximum(x, 0.0)), x)


def fit_columns(x: Floats, left: Bools, logged: Bools | None = None) -> ColumnFit:
    """Fit who ``left`` [row] to the columns ``x`` [row, column]; which are ``logged`` is chosen unless it is said."""
    if logged is not None:
        return _fitted(x, left, logged)
    best = _fitted(x, left, np.zeros(x.shape[1], bool))
    for column in np.flatnonzero((x.min(axis=0) >= 0) & [len(np.unique(each)) > _FEW_VALUES for each in x.T]):
        tried = best.logged.copy()
        tried[column] = True
        fit = _fitted(x, left, tried)
        best = fit if fit.fit.evidence > best.fit.evidence else best
    return best


def _fitted(x: Floats, left: Bools, logged: Bools) -> ColumnFit:
    x = _logged(x, logged)
    middle, spread = x.mean(axis=0), x.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    rows, columns = x.shape
    prior = HazardPrior(
        base_mean=np.array([logit(_USUAL_CHANCE)]),
        base_sd=np.array([_USUAL_SPREAD]),
        score=(0.0, 1.0),
        weights=np.zeros(columns),
        weight_sds=np.full(columns, _WIDTH),
    )
    signals = np.ascontiguousarray((x - middle) / spread)
    one = np.ones((rows, 1))
    data = HazardRows(one[:, :, None], np.zeros(rows, np.int64), signals, one, left[:, None].astype(np.float64))
    return ColumnFit(fit_hazard(data, prior, 1), logged, middle, spread)


@dataclass(frozen=True, slots=True, eq=False)
class ColumnHealth:
    """What the columns say of the clients still here (``rows`` of what was given); arrays are parallel to them.

    The typical client has the mean effect of every column, the chance ``typical`` and health 70; ``points`` [client,
    column] add up to ``health`` less 70. ``score`` is that of chances by fits that had not seen their client; where it
    has no skill, all have the ``base_rate`` and nothing is ranked.
    """

    fit: ColumnFit
    rows: NDArray[np.intp]
    chance: Floats
    low: Floats
    high: Floats
    health: Floats
    points: Floats
    typical: float
    base_rate: float
    score: Score

    @property
    def predicts(self) -> bool:
        return self.score.enough and self.score.predicts

    @property
    def mostly_expectation(self) -> bool:
        """Too few clients or leavings for the columns to have said much."""
        return not self.score.enough


def column_health(x: ArrayLike, left: ArrayLike, draws: int = 400, seed: int = 1) -> ColumnHealth | NotEnoughData:
    """Health of the clients that have not ``left`` [row], from the columns ``x`` [row, column].

    Raises ``ValueError`` for columns that are not finite or of another length.

    >>> draw = np.random.default_rng(1)
    >>> silent = draw.integers(0, 12, 200)
    >>> found = column_health(silent[:, None], draw.random(200) < expit(silent / 2 - 3))
    >>> here = silent[found.rows]
    >>> bool(found.health[here == 11].max() < 50 < found.health[here == 0].min()), found.predicts
    (True, True)
    """
    x, left = np.asarray(x, dtype=np.float64), np.asarray(left, dtype=bool)
    if x.ndim != 2 or len(x) != len(left):
        raise ValueError("columns and leavings differ in length")
    if not np.isfinite(x).all():
        raise ValueError("columns must be finite")
    clients, leavings = len(left), int(left.sum())
    if clients < FEWEST_CLIENTS or not FEWEST_LEAVINGS <= leavings <= clients - FEWEST_LEAVINGS:
        return NotEnoughData(
            gettext_lazy(
                "%(clients)s clients, %(left)s left; at least %(fewest)s are needed, %(fewest_left)s who left and "
                "%(fewest_left)s who stayed",
                clients=clients,
                left=leavings,
                fewest=FEWEST_CLIENTS,
                fewest_left=FEWEST_LEAVINGS,
            )
        )
    rate = leavings / clients
    tested = _tested(x, left)
    fit = fit_columns(x, left)
    rows = np.flatnonzero(~left)
    effects = fit.index(x[rows])
    middle = effects.mean(axis=0)
    chance = fit.chance(effects.sum(axis=1))
    base, parts = contributions(fit.chance, effects, middle)
    low, high = np.quantile(fit.drawn(x[rows], draws, seed), [0.1, 0.9], axis=1)
    if tested.enough and not tested.predicts:
        chance, base, parts = np.full(len(rows), rate), np.full(len(rows), rate), np.zeros_like(parts)
    typical = float(base[0])
    health, way = health_of(chance, typical), chance - base
    near = np.abs(way) < 1e-9
    change = health - 100 * TYPICAL_HEALTH
    slope = np.where(near, health_slope(chance, typical), change / np.where(near, 1.0, way))
    return ColumnHealth(
        fit,
        rows,
        chance,
        np.minimum(low, chance),
        np.maximum(high, chance),
        health,
        parts * slope[:, None],
        typical,
        rate,
        tested,
    )


def held_out(x: Floats, left: Bools) -> Floats:
    """The chance of each row by a fit that has not seen it: five folds, row mod 5."""
    fold, chance = np.arange(len(left)) % FOLDS, np.empty(len(left))
    for number in range(FOLDS):
        out = fold == number
        fit = fit_columns(x[~out], left[~out])
        chance[out] = fit.chance(fit.index(x[out]).sum(axis=1))
    return chance


def _tested(x: Floats, left: Bools) -> Score:
    """Against the rate of the other folds, which is what one would say without any column."""
    fold = np.arange(len(left)) % FOLDS
    others = np.array([left[fold != number].mean() for number in range(FOLDS)])
    return score(left, held_out(x, left), others[fold], fold)
