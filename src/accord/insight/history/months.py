"""Months that end on the day of the analysis, so that the newest day is part of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np
from numpy.typing import NDArray

DAYS = 365.25 / 12
MOST = 120  # ten years: what is older says little about today

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Months:
    """``count`` months, the last of which ends with ``as_of``; later ones have the numbers from ``count`` on."""

    as_of: date
    count: int

    @classmethod
    def since(cls, first: date, as_of: date) -> Months:
        """As many as reach back to ``first``, at most ten years."""
        return cls(as_of, min(max(ceil(((as_of - first).days + 1) / DAYS), 1), MOST))

    @property
    def today(self) -> int:
        return self.count - 1

    @property
    def origins(self) -> list[int]:
        """The days, a quarter apart, at which signals are read: none in the first quarter, where there is no past."""
        return sorted(range(self.today - 3, 2, -3))

    def index(self, day: date) -> int:
        """The month that ``day`` lies in; below 0 for one before the first."""
        return self.count - 1 - int(np.floor((self.as_of - day).days / DAYS))

    def indexes(self, days: Ints) -> Ints:
        """:meth:`index` of many days, as ordinals."""
        return self.count - 1 - np.floor((self.as_of.toordinal() - days) / DAYS).astype(np.int64)

    def last_day(self, month: int) -> date:
        """The day with which a month ends: what is known at it is dated on or before this day."""
        return self.as_of - timedelta(days=ceil((self.count - 1 - month) * DAYS))
