"""The most and the least that each activity can take, without a draw."""

from __future__ import annotations

from typing import cast

import numpy as np

from accord.engines.uncertainty.quantile_tables import SIDE, Doubles
from accord.engines.uncertainty.sampling import TRIANGLE, Sampler


def most_of(sampler: Sampler) -> Doubles:
    """The most minutes each activity can take, [activity]; all risks count as if they made it longer."""
    most = _ends(sampler, 1)
    impact = sampler.impact
    for risk, table in enumerate(impact.table):
        units = sampler.by_chance[table, [0, SIDE]] if table >= 0 else np.array([0, 1], np.float32)
        struck = sampler.struck[sampler.first_struck[risk] : sampler.first_struck[risk + 1]]
        most[struck] += np.abs(impact.origin[risk] + float(impact.scale[risk]) * units).max()
    return most


def least_of(sampler: Sampler) -> Doubles:
    """The least minutes each activity can take, [activity]; 0 where a risk may shorten it."""
    return cast(Doubles, np.where(sampler.exposed > 0, 0, np.floor(_ends(sampler, 0) + 0.5)))


def _ends(sampler: Sampler, upper: int) -> Doubles:
    """The least or the most minutes of each activity without risks."""
    ends = sampler.certain.astype(np.float64)
    duration = sampler.duration
    by_chance, by_score = sampler.by_chance[:, SIDE * upper], sampler.by_score[:, -upper]
    for units, grouped in ((by_chance, False), (by_score, True)):
        rows = np.flatnonzero(((sampler.group >= 0) == grouped) & (duration.table >= 0))
        ends[rows] = duration.origin[rows] + duration.scale[rows].astype(np.float64) * units[duration.table[rows]]
    rows = np.flatnonzero(duration.table == TRIANGLE)
    ends[rows] = duration.origin[rows] + duration.scale[rows].astype(np.float64) * upper
    return ends
