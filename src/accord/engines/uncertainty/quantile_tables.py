"""Quantile functions as tables: a random word in, an amount out, without a transcendental function.

A table holds a distribution's quantiles at probabilities that halve toward both ends: 16 cells an octave, 19 octaves a
side, read off the bits of a 32-bit float. Between two nodes the quantile is taken as straight; the error is below
3e-4 of the distance between the outer estimates, in the last hundredth of either tail below 1e-3. Ends beyond 2⁻²⁰
(one in a million) are cut there. For correlated amounts, a second kind of table is read at a standard normal score.

Tables are of unit distributions: an amount is ``origin + scale × unit``, and all estimates of the same
proportions share one table.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from accord.engines.uncertainty.three_point import Z90, Estimate, Shape

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

CELL_BITS = 4
OCTAVES = 20
FIRST_NODE = (127 - OCTAVES) << CELL_BITS  # the leading bits of 2^-OCTAVES as a 32-bit float
CELLS = (OCTAVES - 1) << CELL_BITS  # from 2^-OCTAVES to 1/2
SIDE = CELLS + 2  # nodes, and one more to read beyond the last
SCORES = 5.0  # scores from -SCORES to SCORES
SCORE_CELLS = 640
_MODES = 128  # PERT-beta is tabulated for so many places of the mode and taken as straight between them


class Grid(NamedTuple):
    """Where a kind of table has its nodes: the probability of the nearer tail, whether that is the upper, the score."""

    tail: Doubles
    upper: NDArray[np.bool_]
    score: Doubles


class Unit(NamedTuple):
    """A unit distribution: its shape, and the place of its mode (of a lognormal: its σ)."""

    shape: Shape
    form: float


def unit_of(estimate: Estimate) -> tuple[Unit, float, float]:
    """The unit distribution of an uncertain estimate, its origin and its scale."""
    a, m, b = estimate.points
    if estimate.shape is Shape.LOGNORMAL:
        return Unit(estimate.shape, estimate.log_deviation), m, b - m
    return Unit(estimate.shape, (m - a) / (b - a)), a, b - a


@lru_cache(maxsize=1)
def chance_grid() -> Grid:
    """Nodes of tables that are read at a random word: the lower side, then the upper."""
    from scipy.special import ndtri

    node = np.minimum(np.arange(SIDE), CELLS)
    tail = np.exp2(node // 16 - OCTAVES) * (1 + node % 16 / 16)
    upper = np.repeat([False, True], SIDE)
    both = np.tile(tail, 2)
    return Grid(both, upper, np.where(upper, -ndtri(both), ndtri(both)))


@lru_cache(maxsize=1)
def score_grid() -> Grid:
    """Nodes of tables that are read at a score."""
    from scipy.special import ndtr

    score = np.linspace(-SCORES, SCORES, SCORE_CELLS + 1)
    return Grid(ndtr(-np.abs(score)), score > 0, score)


def tables(units: Sequence[Unit], grid: Grid) -> Floats:
    """The quantiles of unit distributions at the nodes of a grid, [unit, node]."""
    found = np.empty((len(units), len(grid.tail)), np.float32)
    for shape, fill in ((Shape.TRIANGULAR, _triangular), (Shape.PERT, _pert), (Shape.LOGNORMAL, _lognormal)):
        places = [place for place, unit in enumerate(units) if unit.shape is shape]
        if places:
            found[places] = fill(np.array([units[place].form for place in places])[:, None], grid)
    return found


def _triangular(mode: Doubles, grid: Grid) -> Floats:
    # The upper half of a distribution is the lower half of its mirror image.
    mode32, tail = np.where(grid.upper, 1 - mode, mode).astype(np.float32), grid.tail.astype(np.float32)
    low = np.where(tail <= mode32, np.sqrt(tail * mode32), 1 - np.sqrt((1 - tail) * (1 - mode32)))
    return cast(Floats, np.where(grid.upper, 1 - low, low))


def _pert(mode: Doubles, grid: Grid) -> Floats:
    family = _score_family() if len(grid.tail) == SCORE_CELLS + 1 else _chance_family()
    place = np.minimum((mode[:, 0] * _MODES).astype(np.int64), _MODES - 1)
    share = (mode * _MODES - place[:, None]).astype(np.float32)
    found = family[place]
    found += share * (family[place + 1] - found)
    return found


@lru_cache(maxsize=1)
def _chance_family() -> Floats:
    return _family(chance_grid())


@lru_cache(maxsize=1)
def _score_family() -> Floats:
    return _family(score_grid())


def _family(grid: Grid) -> Floats:
    """Quantiles of PERT-beta with the mode at 0, 1/128 … 1, [mode, node]."""
    from scipy.special import betaincinv

    mode = np.linspace(0, 1, _MODES + 1)[:, None]
    mode = np.where(grid.upper, 1 - mode, mode)
    low = betaincinv(1 + 4 * mode, 5 - 4 * mode, grid.tail)
    return cast(Floats, np.where(grid.upper, 1 - low, low).astype(np.float32))


def _lognormal(sigma: Doubles, grid: Grid) -> Floats:
    with np.errstate(invalid="ignore"):
        bent = np.expm1(sigma * grid.score) / np.expm1(sigma * Z90)
    return np.where(np.abs(sigma) < 1e-9, grid.score / Z90, bent).astype(np.float32)
