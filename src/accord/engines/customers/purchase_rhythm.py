"""Whether purchases come at random, as the buying models assume, or by the clock or the season.

Two questions to a file of transactions. Regularity: for Poisson purchases the gap between two of them is exponential,
so the share M of the first of two neighbouring gaps in both is uniform on 0 to 1, whatever the customer's own rate;
with gaps of gamma shape k it is Beta(k, k), of variance 1/(4(2k+1)). Seasonality: whether months of the year differ by
more than the months' own scatter around a smooth trend allows.

Source: R. Wheat, D. Morrison, Estimating purchase regularity with two interpurchase times, Journal of Marketing
Research 27 (1990) 87-93.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import f as f_distribution

Floats = NDArray[np.float64]

FEWEST_PAIRS = 30
FEWEST_MONTHS = 24
FEWEST_A_MONTH = 10
_REGULAR_SHAPE = 1.5  # coefficient of variation .82: from here on silence says more than the models believe
_SIGNIFICANT = 0.01
_LARGE = 0.2  # a month 20 % above or below the trend


@dataclass(frozen=True, slots=True)
class Regularity:
    """Shape of the gaps between purchases: 1 is random, above is regular; with an interval of 90 %."""

    shape: float
    low: float
    high: float
    pairs: int

    @property
    def variation(self) -> float:
        """Coefficient of variation of a customer's gaps, 1/√k: 1 when purchases come at random."""
        return float(self.shape**-0.5)

    @property
    def is_regular(self) -> bool:
        return self.low > 1 and self.shape >= _REGULAR_SHAPE


@dataclass(frozen=True, slots=True)
class Seasonality:
    """Each month of the year relative to the trend (1 is as the trend), and how likely chance alone made it so."""

    index: tuple[float, ...]
    p_value: float
    months: int

    @property
    def is_seasonal(self) -> bool:
        return self.p_value < _SIGNIFICANT and max(self.index) - min(self.index) > 2 * _LARGE


def regularity(customers: Sequence[Any], days: Sequence[date]) -> Regularity | None:
    """From all purchase days: neighbouring gaps are taken in pairs that share none. ``None`` for under 30 pairs.

    >>> weekly = [date(2026, 1, 5) + timedelta(7 * k) for k in range(61)]
    >>> regularity(["A"] * 61, weekly).is_regular
    True
    """
    ordered = sorted({(str(customer), day.toordinal()) for customer, day in zip(customers, days, strict=True)})
    _, who = np.unique([customer for customer, _ in ordered], return_inverse=True)
    day = np.array([day for _, day in ordered], dtype=np.float64)
    starts = np.flatnonzero(np.diff(who, prepend=-1)) if len(who) else np.empty(0, dtype=np.intp)
    place = np.arange(len(who)) - np.repeat(starts, np.diff(np.append(starts, len(who))))
    last_of_pair = np.flatnonzero((place >= 2) & (place % 2 == 0))
    if len(last_of_pair) < FEWEST_PAIRS:
        return None
    first, second = day[last_of_pair - 1] - day[last_of_pair - 2], day[last_of_pair] - day[last_of_pair - 1]
    square = (first / (first + second) - 0.5) ** 2
    error = 1.645 * square.std() / np.sqrt(len(square))

    def shape(variance: float) -> float:
        # Weekly to the day has no variance at all; a thousandth stands for "like a clock".
        return float((1 / (4 * max(variance, 1e-3)) - 1) / 2)

    middle = float(square.mean())
    return Regularity(shape(middle), max(shape(middle + error), 0.0), shape(middle - error), len(square))


def seasonality(days: Sequence[date], ends: date | None = None) -> Seasonality | None:
    """From all purchase days, over whole months up to ``ends``: an F-test of twelve months over a quadratic trend.

    The logarithm of purchases per day is regressed on time, its square and the months of the year. ``None`` for less
    than 24 whole months or fewer than 10 purchases in the mean month: a trend can't then be told from a season.
    """
    if not days:
        return None
    first, last = min(days), ends or max(days)
    number = [day.year * 12 + day.month - 1 for day in days]
    begin = first.year * 12 + first.month - 1 + (first.day > 1)
    after = (last + timedelta(1)).year * 12 + (last + timedelta(1)).month - 1
    months = after - begin
    if months < FEWEST_MONTHS:
        return None
    count = np.bincount([n - begin for n in number if begin <= n < after], minlength=months).astype(np.float64)
    if count.mean() < FEWEST_A_MONTH:
        return None
    length = np.array([(_first_of(n + 1) - _first_of(n)).days for n in range(begin, after)], dtype=np.float64)
    level = np.log((count + 0.5) / length)
    time = np.linspace(-1, 1, months)
    trend = np.column_stack([np.ones(months), time, time**2])
    of_year = (np.arange(begin, after) % 12)[:, None] == np.arange(12)
    both = np.column_stack([trend, of_year[:, 1:] - of_year[:, :1] * 1.0])
    without, with_months = (
        float(((level - design @ np.linalg.lstsq(design, level, rcond=None)[0]) ** 2).sum()) for design in (trend, both)
    )
    free = months - both.shape[1]
    ratio = ((without - with_months) / 11) / max(with_months / free, 1e-12)
    effects = np.linalg.lstsq(both, level, rcond=None)[0][3:]
    index = np.exp(np.concatenate([[-effects.sum()], effects]))
    return Seasonality(tuple(index.tolist()), float(f_distribution.sf(ratio, 11, free)), months)


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
