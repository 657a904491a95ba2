"""Drawing what is uncertain: durations, causes that activities share, risks that strike, and what it all costs.

An activity's draw is a random word (`random_numbers`) looked up in its quantile table (`quantile_tables`). Activities
of a group share a cause: their scores are z = √ρ · z_group + √(1 − ρ) · z_own, and the amount is the quantile at Φ(z)
(a one-factor Gaussian copula; any two of the group correlate with ρ in their scores, and their own distributions stay
as estimated). A risk strikes with its probability; each of the activities it strikes takes its whole impact, and
durations end at zero. Time and money of one strike are drawn at the same percentile: what is bad is bad in both.

All compiled functions work on one block of `LANES` iterations. A block's draws depend on nothing but the seed, the
number of the block and the uids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled
from accord.engines.quantile_tables import (
    CELL_BITS,
    FIRST_NODE,
    OCTAVES,
    SCORE_CELLS,
    SCORES,
    SIDE,
    Doubles,
    Floats,
    Unit,
    chance_grid,
    normal_table,
    score_grid,
    tables,
    unit_of,
)
from accord.engines.random_numbers import LANES, Words, draw_words, seed_words
from accord.engines.three_point import Estimate

Minutes = NDArray[np.int32]
Places = NDArray[np.int32]

# What a stream of random words is for.
ACTIVITY, GROUP, STRIKE, IMPACT = 1, 2, 3, 4
_FRACTION_BITS = 23 - CELL_BITS
_FRACTION = (1 << _FRACTION_BITS) - 1
_SMALLEST = 2.0**-OCTAVES
NOTHING = Estimate.fixed(0)
_MOST = 1 << 30  # minutes: a duration that can still be added up in 32 bits


@dataclass(frozen=True, slots=True)
class Risk:
    """An event that may strike: ``probability``, impact on each activity it ``strikes`` (working minutes) and on cost.

    A threat has positive impacts, an opportunity negative ones. A risk that strikes no activity costs money only.
    """

    uid: int
    probability: float
    minutes: Estimate = NOTHING
    money: Estimate = NOTHING
    strikes: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"risk {self.uid}: {self.probability:g} is not a probability from 0 to 1")


class Amounts(NamedTuple):
    """Estimates as the loops read them: ``table`` is -1 where ``origin`` is certain."""

    table: Places  # [i] row of `Sampler.by_chance`, or of `by_score` for activities in a group
    origin: Floats
    scale: Floats


class Sampler(NamedTuple):
    """All that is drawn from. Activities are in the caller's order."""

    seed: Words
    stream: Words  # [i] the activities' uids
    duration: Amounts  # [i] minutes
    certain: Minutes  # [i] minutes where the duration is certain
    group: Places  # [i] or -1
    common: Floats  # [group] √ρ
    own: Floats  # [group] √(1 − ρ)
    by_chance: Floats  # [table, node]
    by_score: Floats  # [table, node]
    normal: Floats  # [node]
    risk: Words  # [risk] uids
    threshold: NDArray[np.uint64]  # [risk] probability × 2^32
    impact: Amounts  # [risk] minutes
    money: Amounts  # [risk]
    first_struck: Places  # [risk] and one closing entry
    struck: Places  # the activities each risk strikes
    exposed: NDArray[np.uint8]  # [i] whether any risk strikes it
    rate: Doubles  # [i] money per minute
    cost: Doubles  # [1] what is certain


def make_sampler(
    *,
    seed: int,
    uids: Sequence[int],
    durations: Sequence[Estimate],
    groups: Sequence[int],
    rho: Sequence[float],
    risks: Sequence[Risk],
    struck: Sequence[Sequence[int]],
    rates: Sequence[float],
    cost: float,
) -> Sampler:
    """Pack what is to be drawn: ``groups`` [activity] is a place in ``rho`` or -1, ``struck`` [risk] places of
    activities, ``rates`` [activity] money per minute.
    """
    chances, scores = _Units(), _Units()
    duration = _amounts(
        [(estimate, chances if group < 0 else scores) for estimate, group in zip(durations, groups, strict=True)]
    )
    impact = _amounts([(risk.minutes, chances) for risk in risks])
    money = _amounts([(risk.money, chances) for risk in risks])
    exposed = np.zeros(len(uids), np.uint8)
    for places in struck:
        exposed[list(places)] = 1
    return Sampler(
        seed=seed_words(seed),
        stream=_words(uids),
        duration=duration,
        certain=np.array([round(max(0.0, row.most_likely)) if row.certain else 0 for row in durations], np.int32),
        group=np.array(groups, np.int32),
        common=np.sqrt(np.array(rho, np.float32)),
        own=np.sqrt(1 - np.array(rho, np.float32)),
        by_chance=tables(list(chances), chance_grid()),
        by_score=tables(list(scores), score_grid()),
        normal=normal_table(),
        risk=_words([risk.uid for risk in risks]),
        threshold=np.array([round(risk.probability * 2**32) for risk in risks], np.uint64),
        impact=impact,
        money=money,
        first_struck=np.cumsum([0, *map(len, struck)]).astype(np.int32),
        struck=np.array([place for places in struck for place in places], np.int32),
        exposed=exposed,
        rate=np.array(rates, np.float64),
        cost=np.array([cost], np.float64),
    )


def most_of(sampler: Sampler) -> Doubles:
    """The most minutes each activity can take, [activity]; all risks count as if they made it longer."""
    most = sampler.certain.astype(np.float64)
    duration, impact = sampler.duration, sampler.impact
    for ends, grouped in ((sampler.by_chance[:, SIDE], False), (sampler.by_score[:, -1], True)):
        rows = np.flatnonzero(((sampler.group >= 0) == grouped) & (duration.table >= 0))
        most[rows] = duration.origin[rows] + duration.scale[rows].astype(np.float64) * ends[duration.table[rows]]
    for risk, table in enumerate(impact.table):
        ends = sampler.by_chance[table, [0, SIDE]] if table >= 0 else np.zeros(2, np.float32)
        struck = sampler.struck[sampler.first_struck[risk] : sampler.first_struck[risk + 1]]
        most[struck] += np.abs(impact.origin[risk] + float(impact.scale[risk]) * ends).max()
    return most


def least_of(sampler: Sampler) -> Doubles:
    """The least minutes each activity can take, [activity]; 0 where a risk may shorten it."""
    least = sampler.certain.astype(np.float64)
    duration = sampler.duration
    for ends, grouped in ((sampler.by_chance[:, 0], False), (sampler.by_score[:, 0], True)):
        rows = np.flatnonzero(((sampler.group >= 0) == grouped) & (duration.table >= 0))
        least[rows] = duration.origin[rows] + duration.scale[rows].astype(np.float64) * ends[duration.table[rows]]
    return cast(Doubles, np.where(sampler.exposed > 0, 0, np.floor(least + 0.5)))


class _Units(dict[Unit, int]):
    """Unit distributions, numbered as they are asked for."""

    def __missing__(self, unit: Unit) -> int:
        self[unit] = len(self)
        return self[unit]


def _amounts(estimates: Sequence[tuple[Estimate, _Units]]) -> Amounts:
    table = np.full(len(estimates), -1, np.int32)
    origin, scale = np.zeros((2, len(estimates)), np.float32)
    for place, (estimate, units) in enumerate(estimates):
        if estimate.certain:
            origin[place] = estimate.most_likely
        else:
            unit, origin[place], scale[place] = unit_of(estimate)
            table[place] = units[unit]
    return Amounts(table, origin, scale)


def _words(uids: Sequence[int]) -> Words:
    return np.array([uid & 0xFFFFFFFF for uid in uids], np.uint32)


class Scratch(NamedTuple):
    """One thread's working memory, [LANES] each."""

    words: Words
    tail: Floats
    node: Places
    low: Floats
    high: Floats
    value: Floats
    common: Floats  # [group, LANES]


def scratch_for(sampler: Sampler) -> Scratch:
    return Scratch(
        np.empty(LANES, np.uint32),
        np.empty(LANES, np.float32),
        np.empty(LANES, np.int32),
        np.empty(LANES, np.float32),
        np.empty(LANES, np.float32),
        np.empty(LANES, np.float32),
        np.empty((len(sampler.common), LANES), np.float32),
    )


@compiled
def _look_up(table: Floats, scratch: Scratch) -> None:
    """The quantiles at the random words of the scratch, into its values; ``table`` is over `chance_grid`.

    In steps, because only reading the table cannot be done eight lanes at a time.
    """
    word, tail, node = scratch.words.view(np.int32), scratch.tail, scratch.node
    low, high, value = scratch.low, scratch.high, scratch.value
    for lane in range(LANES):
        # Words from 2^31 are the upper half: their complement counts from the other end.
        near = np.int32(word[lane] ^ (word[lane] >> np.int32(31)))
        chance = (np.float32(near) + np.float32(0.5)) * np.float32(2.0**-32)
        tail[lane] = chance if chance > np.float32(_SMALLEST) else np.float32(_SMALLEST)
    # The leading bits of a float are its octave and its place there.
    bits = tail.view(np.int32)
    for lane in range(LANES):
        cell = np.int32(np.int32(bits[lane] >> np.int32(_FRACTION_BITS)) - np.int32(FIRST_NODE))
        node[lane] = np.int32(cell + np.int32((word[lane] >> np.int32(31)) & np.int32(SIDE)))
    for lane in range(LANES):
        at = np.uint64(np.uint32(node[lane]))
        low[lane] = table[at]
        high[lane] = table[at + np.uint64(1)]
    for lane in range(LANES):
        share = np.float32(np.int32(bits[lane] & np.int32(_FRACTION))) * np.float32(2.0**-_FRACTION_BITS)
        value[lane] = low[lane] + share * (high[lane] - low[lane])


@compiled
def _at_scores(table: Floats, scratch: Scratch) -> None:
    """The quantiles at the scores in the scratch's values, in their place; ``table`` is over `score_grid`."""
    node, low, high, value = scratch.node, scratch.low, scratch.high, scratch.value
    for lane in range(LANES):
        place = (value[lane] + np.float32(SCORES)) * np.float32(SCORE_CELLS / (2 * SCORES))
        place = place if place > np.float32(0) else np.float32(0)
        place = place if place < np.float32(SCORE_CELLS - 0.001) else np.float32(SCORE_CELLS - 0.001)
        node[lane] = np.int32(place)
        value[lane] = place - np.float32(node[lane])
    for lane in range(LANES):
        at = np.uint64(np.uint32(node[lane]))
        low[lane] = table[at]
        high[lane] = table[at + np.uint64(1)]
    for lane in range(LANES):
        value[lane] = low[lane] + value[lane] * (high[lane] - low[lane])


@compiled
def draw_block(
    sampler: Sampler,
    scratch: Scratch,
    block: int,
    first: int,
    last: int,
    durations: Minutes,
    cost: Doubles,
    struck: NDArray[np.uint8],
) -> None:
    """Draw one block of the activities ``first`` up to ``last``: ``durations`` [activity - first, LANES] with risks.

    ``cost`` [LANES] is the project's if all activities are drawn; ``struck`` [risk, LANES] says which risks did strike.
    """
    for group in range(len(sampler.common)):
        draw_words(sampler.seed, block, group, GROUP, scratch.words)
        _look_up(sampler.normal, scratch)
        for lane in range(LANES):
            scratch.common[group, lane] = scratch.value[lane] * sampler.common[group]
    for i in range(first, last):
        _draw_duration(sampler, scratch, block, i, durations[i - first])
    for lane in range(LANES):
        cost[lane] = sampler.cost[0]
    for risk in range(len(sampler.risk)):
        _strike(sampler, scratch, block, risk, cost, struck[risk])
        start, delta = sampler.impact.origin[risk], sampler.impact.scale[risk]
        for place in range(sampler.first_struck[risk], sampler.first_struck[risk + 1]):
            i = sampler.struck[place]
            if first <= i < last:
                for lane in range(LANES):
                    minutes = np.int32(np.floor(start + delta * scratch.value[lane] + np.float32(0.5)))
                    durations[i - first, lane] += np.int32(struck[risk, lane]) * minutes
    for i in range(first, last):
        rate = sampler.rate[i]
        if sampler.exposed[i]:
            for lane in range(LANES):
                durations[i - first, lane] = max(durations[i - first, lane], np.int32(0))
        if rate != 0:
            for lane in range(LANES):
                cost[lane] += rate * durations[i - first, lane]


@compiled
def _draw_duration(sampler: Sampler, scratch: Scratch, block: int, i: int, minutes: Minutes) -> None:
    """One activity's minutes before any risk, [LANES]; the groups' common scores are in the scratch."""
    table, value = sampler.duration.table[i], scratch.value
    if table < 0:
        for lane in range(LANES):
            minutes[lane] = sampler.certain[i]
        return
    draw_words(sampler.seed, block, sampler.stream[i], ACTIVITY, scratch.words)
    group = sampler.group[i]
    # One call for either table: each call site costs seconds of compiling.
    _look_up(sampler.by_chance[table] if group < 0 else sampler.normal, scratch)
    if group >= 0:
        own = sampler.own[group]
        for lane in range(LANES):
            value[lane] = scratch.common[group, lane] + own * value[lane]
        _at_scores(sampler.by_score[table], scratch)
    origin, scale = sampler.duration.origin[i], sampler.duration.scale[i]
    for lane in range(LANES):
        drawn = origin + scale * value[lane] + np.float32(0.5)
        drawn = drawn if drawn > np.float32(0) else np.float32(0)
        minutes[lane] = np.int32(drawn if drawn < np.float32(_MOST) else np.float32(_MOST))


@compiled
def _strike(sampler: Sampler, scratch: Scratch, block: int, risk: int, cost: Doubles, hit: NDArray[np.uint8]) -> None:
    """Where a risk strikes [LANES], what that costs, and in the scratch's values its impact in units of the table."""
    draw_words(sampler.seed, block, sampler.risk[risk], STRIKE, scratch.words)
    threshold = sampler.threshold[risk]
    for lane in range(LANES):
        hit[lane] = np.uint64(scratch.words[lane]) < threshold
    draw_words(sampler.seed, block, sampler.risk[risk], IMPACT, scratch.words)
    for number in range(2):
        # Money first; the impact on time stays in the scratch.
        table = sampler.impact.table[risk] if number else sampler.money.table[risk]
        if table >= 0:
            _look_up(sampler.by_chance[table], scratch)
        for lane in range(LANES):
            scratch.value[lane] = scratch.value[lane] if table >= 0 else np.float32(0)
        if number == 0:
            origin, scale = np.float64(sampler.money.origin[risk]), np.float64(sampler.money.scale[risk])
            for lane in range(LANES):
                cost[lane] += hit[lane] * (origin + scale * np.float64(scratch.value[lane]))
