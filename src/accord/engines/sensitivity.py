"""What decides a simulated finish: the activities, by three indices, and the risks, by what they change.

The durations are not kept from the simulation but drawn again, some activities at a time: they depend on nothing but
seed, iteration and uid. Percentiles are found by counting, ranks likewise where the values allow it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled
from accord.engines.lanes import Results
from accord.engines.outcome import Outcome
from accord.engines.quantile_tables import Doubles
from accord.engines.random_numbers import LANES
from accord.engines.sampling import Minutes, Sampler, draw_common, draw_durations, scratch_for, strike

Ints = NDArray[np.int64]
_TOGETHER = 64  # activities drawn again at a time


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
    for at in range(first, last, _TOGETHER):
        to = min(at + _TOGETHER, last)
        durations = np.empty((to - at, -(-len(ranks) // LANES) * LANES), np.int32)
        _draw_again(sampler, at, to, durations)
        part = slice(at - first, to - first)
        _measure(durations[:, : len(ranks)], ranks, correlation[part], deviation[part])
    return correlation, deviation


@compiled
def _draw_again(sampler: Sampler, first: int, last: int, durations: Minutes) -> None:
    """The durations of some activities in all iterations, [activity - first, iteration]."""
    scratch = scratch_for(sampler)
    drawn = np.empty((last - first, LANES), np.int32)
    cost = np.zeros(LANES, np.float64)
    struck = np.empty((len(sampler.risk), LANES), np.uint8)
    for block in range(durations.shape[1] // LANES):
        draw_common(sampler, scratch, block)
        draw_durations(sampler, scratch, block, first, last, drawn)
        strike(sampler, scratch, block, first, last, drawn, cost, struck)
        durations[:, block * LANES : (block + 1) * LANES] = drawn


@compiled
def _measure(durations: Minutes, ranks: Doubles, correlation: Doubles, deviation: Doubles) -> None:
    """Rank correlation with the finish and standard deviation of each row."""
    count = durations.shape[1]
    middle = (count - 1) / 2
    spread = 0.0
    for iteration in range(count):
        spread += (ranks[iteration] - middle) ** 2
    for row in range(len(durations)):
        values = durations[row]
        own = rank(values)
        mean = values.mean()
        together = apart = square = 0.0
        for iteration in range(count):
            together += (own[iteration] - middle) * (ranks[iteration] - middle)
            apart += (own[iteration] - middle) ** 2
            square += (values[iteration] - mean) ** 2
        deviation[row] = math.sqrt(square / count)
        correlation[row] = together / math.sqrt(apart * spread) if apart > 0 and spread > 0 else math.nan


@compiled
def rank(values: NDArray[Any]) -> Doubles:
    """The rank of each value from 0, equal values sharing the mean of theirs."""
    count = len(values)
    ranks = np.empty(count, np.float64)
    low, high = np.int64(values.min()), np.int64(values.max())
    if high - low < 16 * count:
        # Minutes repeat: counting them is quicker than sorting.
        below = np.zeros(high - low + 2, np.int64)
        for value in values:
            below[value - low + 1] += 1
        for place in range(1, len(below)):
            below[place] += below[place - 1]
        for place in range(count):
            at = values[place] - low
            ranks[place] = (below[at] + below[at + 1] - 1) / 2
        return ranks
    order = np.argsort(values)
    at = 0
    while at < count:
        to = at + 1
        while to < count and values[order[to]] == values[order[at]]:
            to += 1
        for place in range(at, to):
            ranks[order[place]] = (at + to - 1) / 2
        at = to
    return ranks


@compiled
def at_places(values: Minutes, places: Ints, found: Ints) -> None:
    """Of each row the values that would stand at ``places`` if it were sorted: ``found`` [row, place]."""
    count = values.shape[1]
    bins = 1024
    for number in range(len(values)):
        row = values[number]
        low, high = np.int64(row.min()), np.int64(row.max())
        width = (high - low) // bins + 1
        filled = np.zeros(bins, np.int64)
        for value in row:
            filled[(value - low) // width] += 1
        for wanted in range(len(places)):
            before = 0
            chosen = 0
            while before + filled[chosen] <= places[wanted]:
                before += filled[chosen]
                chosen += 1
            if width == 1:
                found[number, wanted] = low + chosen
                continue
            inside = np.empty(filled[chosen], np.int32)
            at = 0
            for place in range(count):
                if (row[place] - low) // width == chosen:
                    inside[at] = row[place]
                    at += 1
            inside.sort()
            found[number, wanted] = inside[places[wanted] - before]
