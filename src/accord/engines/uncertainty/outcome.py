"""What a simulation found of one amount: the sample, and how to read it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

PERCENTILES = (5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95)


class Outcome:
    """A sample, in the order of the iterations.

    >>> found = Outcome(np.array([30, 10, 20, 40]))
    >>> found.percentile(50), found.percentile(80), found.probability(30), found.mean
    (20, 40, 0.75, 25.0)
    """

    def __init__(self, samples: NDArray[Any]) -> None:
        self.samples = samples

    @cached_property
    def ordered(self) -> NDArray[Any]:
        return np.sort(self.samples)

    @property
    def mean(self) -> float:
        return float(self.samples.mean())

    @property
    def deviation(self) -> float:
        """The sample's standard deviation; 0 of a single iteration."""
        return float(self.samples.std(ddof=1)) if len(self.samples) > 1 else 0.0

    def percentile(self, percent: float) -> Any:
        """The least value of the sample that at least so many percent of it do not exceed."""
        return self.ordered[place_of(percent, len(self.samples))].item()

    def percentiles(self, percents: Sequence[int] = PERCENTILES) -> dict[int, Any]:
        return {percent: self.percentile(percent) for percent in percents}

    def probability(self, most: float) -> float:
        """The share of the sample at or below a value."""
        return float(np.searchsorted(self.ordered, most, side="right")) / len(self.samples)

    def histogram(self, bins: int = 20) -> tuple[list[float], list[int]]:
        """The edges of equally wide bins from least to most, and how many of the sample fall into each."""
        counts, edges = np.histogram(self.samples, bins)
        return edges.tolist(), counts.tolist()


def place_of(percent: float, count: int) -> int:
    """Where in a sorted sample a percentile stands."""
    if not 0 <= percent <= 100:
        raise ValueError(f"there is no percentile {percent:g}")
    # Rounded first: 70 % of 10 must not become the eighth by an error in the sixteenth digit.
    return max(0, math.ceil(round(percent * count / 100, 9)) - 1)
