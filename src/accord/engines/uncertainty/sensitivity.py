"""What decides a simulated finish: the activities, by three indices, and the risks, by what they change.

The durations are not kept from the simulation but drawn again, some activities at a time: they depend on nothing but
seed, iteration and uid.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled
from accord.engines.uncertainty.lanes import Results
from accord.engines.uncertainty.outcome import Outcome
from accord.engines.uncertainty.quantile_tables import Doubles
from accord.engines.uncertainty.random_numbers import LANES
from accord.engines.uncertainty.sampling import Minutes, Sampler, draw_block, scratch_for

Ints = NDArray[np.int64]
_TOGETHER = 128  # activities drawn again at a time


@dataclass(frozen=True, slots=True)
class RiskEffect:
    """What a risk does: in ``share`` of the iterations it struck; how much later the finish then is in the mean and
    at the 80th percentile, and how much dearer, than where it did not strike. None where it struck always or never.
    """

    uid: int
    share: float
    finish_mean: float | None
    finish_p80: float | None
    cost_mean: float | None
    cost_p80: float | None


def risk_effects(uids: Sequence[int], results: Results) -> tuple[RiskEffect, ...]:
    """The bars of a tornado, in the order given."""
    return tuple(_effect(uid, results, results.struck[place] > 0) for place, uid in enumerate(uids))


def _effect(uid: int, results: Results, hit: NDArray[np.bool_]) -> RiskEffect:
    share = float(hit.mean())
    if not 0 < share < 1:
        return RiskEffect(uid, share, None, None, None, None)
    changes: list[float] = []
    for samples in (results.finish, results.cost):
        struck, spared = Outcome(samples[hit]), Outcome(samples[~hit])
        changes += [struck.mean - spared.mean, float(struck.percentile(80) - spared.percentile(80))]
    return RiskEffect(uid, share, *changes)


def correlate(sampler: Sampler, ranks: Doubles, first: int, last: int) -> tuple[Doubles, Doubles]:
    """Of the activities ``first`` up to ``last``, Spearman's correlation of duration and finish (nan where one of them
    never varies) and the standard deviation of the duration; ``ranks`` are those of the finish.
    """
    correlation, deviation = np.empty((2, last - first), np.float64)
    centred = ranks - ranks.mean()
    spread = float(centred @ centred)
    for at in range(first, last, _TOGETHER):
        to = min(at + _TOGETHER, last)
        for place, values in enumerate(_draw_again(sampler, at, to, len(ranks)), start=at - first):
            own = rank(values)
            own -= own.mean()
            apart = float(own @ own)
            correlation[place] = own @ centred / math.sqrt(apart * spread) if apart > 0 and spread > 0 else math.nan
            deviation[place] = values.std()
    return correlation, deviation


def _draw_again(sampler: Sampler, first: int, last: int, iterations: int) -> Minutes:
    """The durations of some activities in all iterations, [activity - first, iteration]."""
    scratch, drawn = scratch_for(sampler), np.empty((last - first, LANES), np.int32)
    cost, struck = np.empty(LANES), np.empty((len(sampler.risk), LANES), np.uint8)
    blocks = -(-iterations // LANES)
    durations = np.empty((last - first, blocks * LANES), np.int32)
    for block in range(blocks):
        draw_block(sampler, scratch, block, first, last, drawn, cost, struck)
        durations[:, block * LANES : (block + 1) * LANES] = drawn
    return durations[:, :iterations]


def rank(values: NDArray[Any]) -> Doubles:
    """The rank of each value from 0, equal values sharing the mean of theirs."""
    low, high = int(values.min()), int(values.max())
    if high - low < 16 * len(values):
        # Minutes repeat: counting them is quicker than sorting.
        ranks = np.empty(len(values), np.float64)
        _count_ranks((values - low).astype(np.int32), np.zeros(high - low + 2, np.int64), ranks)
        return ranks
    from scipy.stats import rankdata

    return cast(Doubles, rankdata(values) - 1)


@compiled
def _count_ranks(values: Minutes, below: Ints, ranks: Doubles) -> None:
    """Ranks of values from 0; ``below`` has room for how many lie below each value and the one after."""
    for value in values:
        below[value + 1] += 1
    for place in range(1, len(below)):
        below[place] += below[place - 1]
    for place in range(len(values)):
        at = values[place]
        ranks[place] = (below[at] + below[at + 1] - 1) / 2


def at_places(rows: Minutes, places: Sequence[int]) -> Ints:
    """Of each row the values that would stand at ``places`` if it were sorted, [row, place]."""
    return np.partition(rows, places, axis=1)[:, list(places)].astype(np.int64)
