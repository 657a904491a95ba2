"""What customers who came in the same period bring in each period since: sums, and means per customer.

Time counts from each customer's own first order, not by the calendar: the first year of one who came in December is as
long as that of one who came in January. A customer counts in a period once all of it has passed.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CohortValues:
    """One cohort: ``sums`` [period, measure] over the ``counts`` [period] customers who have had all of the period."""

    cohort: Hashable
    size: int
    counts: tuple[int, ...]
    sums: Floats

    def mean(self, period: int, measure: int) -> float | None:
        """Per customer in one period; None where nobody has had it."""
        count = self.counts[period] if period < len(self.counts) else 0
        return float(self.sums[period, measure]) / count if count else None

    def cumulated(self, period: int, measure: int) -> float | None:
        """Per customer up to the end of a period: the sum of the means, each over those who have had the period."""
        found = [self.mean(k, measure) for k in range(period + 1)]
        return None if None in found else sum(each for each in found if each is not None)


def cohort_values(
    cohorts: Sequence[Hashable], histories: Sequence[Sequence[Sequence[float] | None]], *, join: int = 1, most: int = 40
) -> list[CohortValues]:
    """Add up ``histories``, one for each customer, by their ``cohorts``, in the order of the cohorts.

    A history has for each period since the first order its measures, or None where the period is not observed; ``join``
    consecutive periods are taken together (four quarters are a year), up to ``most`` of the result.

    >>> found = cohort_values(["2024", "2024", "2025"], [[(1, 10.0), (2, 30.0)], [(3, 20.0)], [(1, 5.0)]])
    >>> [(each.cohort, each.size, each.counts) for each in found]
    [('2024', 2, (2, 1)), ('2025', 1, (1,))]
    >>> found[0].mean(0, 1), found[0].mean(1, 1), found[0].cumulated(1, 1)
    (15.0, 30.0, 45.0)
    """
    groups: dict[Hashable, list[int]] = {}
    for place, cohort in enumerate(cohorts):
        groups.setdefault(cohort, []).append(place)
    found = []
    for cohort, places in sorted(groups.items(), key=lambda each: str(each[0])):
        joined = [_joined(histories[place], join, most) for place in places]
        length = max((len(history) for history in joined), default=0)
        measures = max((len(row) for history in joined for row in history if row is not None), default=0)
        sums, counts = np.zeros((length, measures)), [0] * length
        for history in joined:
            for period, row in enumerate(history):
                if row is not None:
                    sums[period] += row
                    counts[period] += 1
        found.append(CohortValues(cohort, len(places), tuple(counts), sums))
    return found


def _joined(history: Sequence[Sequence[float] | None], join: int, most: int) -> list[Sequence[float] | None]:
    """Whole groups of ``join`` periods; one that isn't observed in all its parts is None."""
    found: list[Sequence[float] | None] = []
    for first in range(0, min(len(history) // join, most) * join, join):
        parts = [part for part in history[first : first + join] if part is not None]
        found.append(tuple(map(sum, zip(*parts, strict=True))) if len(parts) == join else None)
    return found
