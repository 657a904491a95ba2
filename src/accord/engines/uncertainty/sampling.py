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
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled
from accord.engines.uncertainty.quantile_tables import (
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
    score_grid,
    tables,
    unit_of,
)
from accord.engines.uncertainty.random_numbers import LANES, Words, draw_words, seed_words
from accord.engines.uncertainty.three_point import Z90, Estimate, Shape

Minutes = NDArray[np.int32]
Places = NDArray[np.int32]

# In place of a table: nothing to draw, or a triangle, whose quantiles cost less than reading them.
CERTAIN, TRIANGLE = -1, -2
# What a stream of random words is for.
ACTIVITY, GROUP, STRIKE, IMPACT = 1, 2, 3, 4
_FRACTION_BITS = 23 - CELL_BITS
_FRACTION = (1 << _FRACTION_BITS) - 1
_SMALLEST = 2.0**-OCTAVES
NOTHING = Estimate.fixed(0)
_TOGETHER = 64  # activities drawn at a time: what passes between the steps stays in the nearest cache
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
    """Estimates as the loops read them: ``table`` is a row, `CERTAIN` where the origin is all, or `TRIANGLE`."""

    table: Places  # [i] row of `Sampler.by_chance`, or of `by_score` for activities in a group
    mode: Floats  # [i] of a triangle, between 0 and 1
    origin: Floats
    scale: Floats


class Sampler(NamedTuple):
    """All that is drawn from. Activities are in the caller's order."""

    seed: Words
    stream: Words  # [i] the activities' uids
    duration: Amounts  # [i] minutes
    certain: Minutes  # [i] minutes where the duration is certain
    chance_table: Places  # [i] the duration's table, or for activities in a group the normal's
    group: Places  # [i] or -1
    common: Floats  # [group] √ρ, times z₉₀
    own: Floats  # [group] √(1 − ρ), times z₉₀
    group_stream: Words  # [group]
    group_table: Places  # [group] the normal's
    by_chance: Floats  # [table, node]; the first is the standard normal's
    by_score: Floats  # [table, node]
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
    normal = chances[Unit(Shape.LOGNORMAL, 0.0)]
    duration = _amounts(
        [(estimate, chances if group < 0 else scores) for estimate, group in zip(durations, groups, strict=True)],
        [group < 0 for group in groups],
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
        chance_table=np.where(
            (np.array(groups, np.int32) < 0) | (duration.table == CERTAIN), duration.table, normal
        ).astype(np.int32),
        group=np.array(groups, np.int32),
        # The unit distribution of a normal is its score by the 90th percentile's.
        common=(Z90 * np.sqrt(np.array(rho, np.float64))).astype(np.float32),
        own=(Z90 * np.sqrt(1 - np.array(rho, np.float64))).astype(np.float32),
        group_stream=_words(range(len(rho))),
        group_table=np.full(len(rho), normal, np.int32),
        by_chance=tables(list(chances), chance_grid()),
        by_score=tables(list(scores), score_grid()),
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


class _Units(dict[Unit, int]):
    """Unit distributions, numbered as they are asked for."""

    def __missing__(self, unit: Unit) -> int:
        self[unit] = len(self)
        return self[unit]


def _amounts(estimates: Sequence[tuple[Estimate, _Units]], triangles: Sequence[bool] | None = None) -> Amounts:
    """``triangles``: where the closed form may stand for a table (everywhere, if omitted)."""
    table = np.full(len(estimates), CERTAIN, np.int32)
    mode, origin, scale = np.zeros((3, len(estimates)), np.float32)
    for place, (estimate, units) in enumerate(estimates):
        if estimate.certain:
            origin[place] = estimate.most_likely
            continue
        unit, origin[place], scale[place] = unit_of(estimate)
        if unit.shape is Shape.TRIANGULAR and (triangles is None or triangles[place]):
            table[place], mode[place] = TRIANGLE, unit.form
        else:
            table[place] = units[unit]
    return Amounts(table, mode, origin, scale)


def _words(uids: Sequence[int]) -> Words:
    return np.array([uid & 0xFFFFFFFF for uid in uids], np.uint32)


class Scratch(NamedTuple):
    """One thread's working memory; rows are activities, groups or risks, whichever are drawn."""

    words: Words  # [row, LANES]
    value: Floats  # [row, LANES]
    common: Floats  # [group, LANES]
    tail: Floats  # [LANES]
    node: Places  # [LANES]
    pair: Floats  # [2 × LANES] two neighbouring nodes of a table for each lane, as one load fetches them


def scratch_for(sampler: Sampler) -> Scratch:
    groups = len(sampler.common)
    rows = max(_TOGETHER, groups, len(sampler.risk))
    return Scratch(
        np.zeros((rows, LANES), np.uint32),
        np.zeros((rows, LANES), np.float32),
        np.zeros((groups, LANES), np.float32),
        np.zeros(LANES, np.float32),
        np.zeros(LANES, np.int32),
        np.zeros(2 * LANES, np.float32),
    )


@compiled
def _look_up(tables: Floats, rows: Places, modes: Floats, first: int, last: int, scratch: Scratch) -> None:
    """The quantiles at the random words of the scratch, into its values, for ``first`` up to ``last``.

    ``rows`` are rows of ``tables`` (over `chance_grid`), `CERTAIN` or `TRIANGLE`. In steps, because only reading the
    table cannot be done eight lanes at a time.
    """
    word, value = scratch.words.view(np.int32), scratch.value
    tail, node, pair = scratch.tail, scratch.node, scratch.pair
    # The leading bits of a float are its octave and its place there.
    bits = tail.view(np.int32)
    for i in range(first, last):
        row = np.uint32(i - first)
        if rows[i] == TRIANGLE:
            _triangle(scratch.words, value, row, modes[i])
        if rows[i] < 0:
            continue
        table = np.uint32(rows[i])
        for lane in range(LANES):
            # Words from 2^31 are the upper half: their complement counts from the other end.
            near = np.int32(word[row, lane] ^ (word[row, lane] >> np.int32(31)))
            chance = (np.float32(near) + np.float32(0.5)) * np.float32(2.0**-32)
            tail[lane] = chance if chance > np.float32(_SMALLEST) else np.float32(_SMALLEST)
        for lane in range(LANES):
            cell = np.int32(np.int32(bits[lane] >> np.int32(_FRACTION_BITS)) - np.int32(FIRST_NODE))
            node[lane] = np.int32(cell + np.int32((word[row, lane] >> np.int32(31)) & np.int32(SIDE)))
        _read(tables, table, node, pair)
        for lane in range(LANES):
            share = np.float32(np.int32(bits[lane] & np.int32(_FRACTION))) * np.float32(2.0**-_FRACTION_BITS)
            value[row, lane] = pair[2 * lane] + share * (pair[2 * lane + 1] - pair[2 * lane])


@compiled
def _triangle(words: Words, value: Floats, row: np.uint32, mode: np.float32) -> None:
    """Quantiles of the triangle between 0 and 1, by their closed form."""
    rest = np.float32(1) - mode
    for lane in range(LANES):
        chance = np.float32(np.int32(words[row, lane] >> np.uint32(8))) * np.float32(2.0**-24) + np.float32(2.0**-25)
        lower = chance < mode
        far = np.float32(np.sqrt(chance * mode if lower else (np.float32(1) - chance) * rest))
        value[row, lane] = far if lower else np.float32(1) - far


@compiled
def _read(tables: Floats, table: np.uint32, node: Places, pair: Floats) -> None:
    for lane in range(LANES):
        at = np.uint64(np.uint32(node[lane]))
        low = tables[table, at]
        high = tables[table, at + np.uint64(1)]
        pair[2 * lane] = low
        pair[2 * lane + 1] = high


@compiled
def _correlate(sampler: Sampler, scratch: Scratch, first: int, last: int) -> None:
    """For activities in groups: from their own scores in the scratch's values to quantiles at the joint ones."""
    value, node, pair = scratch.value, scratch.node, scratch.pair
    for i in range(first, last):
        group, row = sampler.group[i], np.uint32(i - first)
        if group < 0 or sampler.duration.table[i] < 0:
            continue
        own = sampler.own[group]
        for lane in range(LANES):
            score = scratch.common[group, lane] + own * value[row, lane]
            place = (score + np.float32(SCORES)) * np.float32(SCORE_CELLS / (2 * SCORES))
            place = place if place > np.float32(0) else np.float32(0)
            place = place if place < np.float32(SCORE_CELLS - 0.001) else np.float32(SCORE_CELLS - 0.001)
            node[lane] = np.int32(place)
            value[row, lane] = place - np.float32(node[lane])
        _read(sampler.by_score, np.uint32(sampler.duration.table[i]), node, pair)
        for lane in range(LANES):
            value[row, lane] = pair[2 * lane] + value[row, lane] * (pair[2 * lane + 1] - pair[2 * lane])


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
    groups, risks = len(sampler.common), len(sampler.risk)
    value, duration = scratch.value, sampler.duration
    draw_words(sampler.seed, block, sampler.group_stream, GROUP, 0, groups, scratch.words)
    _look_up(sampler.by_chance, sampler.group_table, sampler.common, 0, groups, scratch)
    for group in range(groups):
        for lane in range(LANES):
            scratch.common[group, lane] = value[group, lane] * sampler.common[group]
    for at in range(first, last, _TOGETHER):
        to = min(at + _TOGETHER, last)
        draw_words(sampler.seed, block, sampler.stream, ACTIVITY, at, to, scratch.words)
        _look_up(sampler.by_chance, sampler.chance_table, duration.mode, at, to, scratch)
        _correlate(sampler, scratch, at, to)
        for i in range(at, to):
            own, row = np.uint32(i - at), np.uint32(i - first)
            if duration.table[i] == CERTAIN:
                for lane in range(LANES):
                    durations[row, lane] = sampler.certain[i]
                continue
            origin, scale = duration.origin[i], duration.scale[i]
            for lane in range(LANES):
                drawn = origin + scale * value[own, lane] + np.float32(0.5)
                drawn = drawn if drawn > np.float32(0) else np.float32(0)
                durations[row, lane] = np.int32(drawn if drawn < np.float32(_MOST) else np.float32(_MOST))
    for lane in range(LANES):
        cost[lane] = sampler.cost[0]
    if risks > 0:
        _strike(sampler, scratch, block, first, last, durations, cost, struck)
    for i in range(first, last):
        rate = sampler.rate[i]
        if rate != 0:
            for lane in range(LANES):
                cost[lane] += rate * durations[i - first, lane]


@compiled
def _strike(
    sampler: Sampler,
    scratch: Scratch,
    block: int,
    first: int,
    last: int,
    durations: Minutes,
    cost: Doubles,
    struck: NDArray[np.uint8],
) -> None:
    """Let the risks strike: on the activities ``first`` up to ``last``, and on the cost."""
    risks, value = len(sampler.risk), scratch.value
    draw_words(sampler.seed, block, sampler.risk, STRIKE, 0, risks, scratch.words)
    for risk in range(risks):
        threshold = sampler.threshold[risk]
        for lane in range(LANES):
            struck[risk, lane] = np.uint64(scratch.words[risk, lane]) < threshold
    draw_words(sampler.seed, block, sampler.risk, IMPACT, 0, risks, scratch.words)
    _look_up(sampler.by_chance, sampler.money.table, sampler.money.mode, 0, risks, scratch)
    for risk in range(risks):
        # What is certain has no scale, whatever stands in the scratch.
        origin, scale = np.float64(sampler.money.origin[risk]), np.float64(sampler.money.scale[risk])
        for lane in range(LANES):
            cost[lane] += struck[risk, lane] * (origin + scale * np.float64(value[risk, lane]))
    _look_up(sampler.by_chance, sampler.impact.table, sampler.impact.mode, 0, risks, scratch)
    for risk in range(risks):
        start, delta = sampler.impact.origin[risk], sampler.impact.scale[risk]
        for place in range(sampler.first_struck[risk], sampler.first_struck[risk + 1]):
            i = sampler.struck[place]
            if first <= i < last:
                for lane in range(LANES):
                    minutes = np.int32(np.floor(start + delta * value[risk, lane] + np.float32(0.5)))
                    durations[i - first, lane] += np.int32(struck[risk, lane]) * minutes
    for i in range(first, last):
        if sampler.exposed[i]:
            for lane in range(LANES):
                durations[i - first, lane] = max(durations[i - first, lane], np.int32(0))
