"""The genetic search: two populations that breed into each other, with restarts when they stall."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled
from accord.engines.levelling.arrays import Arrays, Places, Work
from accord.engines.levelling.bounds import steady
from accord.engines.levelling.search import (
    NEVER,
    crossed,
    generate,
    in_order,
    random_below,
    relaxed,
    settled,
    turned,
)

Ints = NDArray[np.int64]

# Entries of the state of a search.
RANDOM, BUILT, BEST, SIDE, NEXT, STALE, LEAST = 0, 1, 2, 3, 4, 5, 6

_LEAST, _MOST = 20, 1_000  # individuals of a population
_SIZE = 3.3  # of them for each activity, if there is one second
_PATIENCE, _SHORTEST = 1.25, 50  # generations without a shorter plan, by activity, until all is sown anew
_MOVING = 10  # of 1,024 places of a child's list
_LEAP = 10  # by at most so many places each


class Populations:
    """A search that can be run on and on, so many schedules at a time.

    ``starts`` and ``finishes`` are the best plan so far, by place; its value counts lateness too (`generate`), so that
    it is the length of a plan that keeps every date exactly if it is at most the horizon.
    """

    def __init__(self, arrays: Arrays, seed: int, seconds: float) -> None:
        self.work, self.mirror = arrays.work, arrays.mirror
        self.count = len(arrays.activities)
        # More time is better spent on more individuals than on more generations.
        size = max(_LEAST, min(_MOST, round(_SIZE * self.count * min(2.5, max(0.5, seconds**0.5)))))
        self.patience = max(_SHORTEST, round(_PATIENCE * self.count))
        self.lists = np.zeros((2, size, self.count), np.int32)
        self.worth = np.zeros((2, size), np.int64)
        self.best = np.zeros((2, self.count), np.int32)
        self.state = np.zeros(8, np.int64)
        self.state[RANDOM] = (88172645463325252 + (seed % (1 << 31)) * 2654435761) | 1
        self.state[BEST] = self.state[LEAST] = NEVER
        self.random = np.random.default_rng(seed % (1 << 31))
        self.steady = steady(arrays)
        self.keys, self.noise = self._latest_finishes()

    def _latest_finishes(self) -> tuple[Ints, int]:
        """The rule of the first population: latest finish first, from the critical path backwards."""
        starts, finishes = np.zeros(self.count, np.int32), np.zeros(self.count, np.int32)
        relaxed(self.mirror, 0, starts, finishes)
        keys = -starts[::-1].astype(np.int64)
        return keys, max(1, int(keys.max() - keys.min()) // 3)

    @property
    def value(self) -> int:
        return int(self.state[BEST])

    @property
    def built(self) -> int:
        return int(self.state[BUILT])

    def sow(self) -> None:
        """Fill the populations: the rule itself, and the rule with noise; each schedule justified twice."""
        self.state[LEAST], self.state[STALE], self.state[SIDE], self.state[NEXT] = NEVER, 0, 0, 0
        for k in range(self.lists.shape[1]):
            noise = self.noise * self.random.random(self.count) if k else 0
            self._seat(np.argsort(self.keys + noise, kind="stable").astype(np.int32), k)

    def run(self, schedules: int) -> None:
        """Build some more schedules."""
        if self.state[STALE] > self.patience * self.lists.shape[1]:
            self.sow()
        _breed(self.work, self.mirror, self.state, self.lists, self.worth, self.best, schedules, self._floor())

    def offer(self, starts: Places) -> None:
        """Take a plan from elsewhere into the population; it is generated anew in the order of its starts."""
        order = np.argsort(starts, kind="stable").astype(np.int32)
        self._seat(order, int(self.worth[0].argmax()))

    def _seat(self, order: Places, k: int) -> None:
        """Generate from a list forward and back, twice, and seat the result as individual ``k`` of both sides."""
        starts, finishes = np.zeros(self.count, np.int32), np.zeros(self.count, np.int32)
        for _ in range(2):
            self.worth[0, k] = in_order(self.work, order, 0, starts, finishes, self.lists[0, k])
            value = int(self.worth[0, k])
            if value < self.state[LEAST]:
                self.state[LEAST], self.state[STALE] = value, 0
            if value < self.state[BEST]:
                self.state[BEST] = value
                self.best[0], self.best[1] = starts, finishes
            back = self.lists[0, k].copy()
            self.worth[1, k] = in_order(self.mirror, back, self._floor(), starts, finishes, self.lists[1, k])
            order = self.lists[1, k].copy()
            self.state[BUILT] += 2

    def _floor(self) -> int:
        """Where the mirror begins: it matters only where time is not the same everywhere."""
        if self.steady or self.state[BEST] >= self.work.horizon:
            return 0
        return int(self.work.horizon - self.state[BEST])


@compiled
def _breed(
    work: Work,
    mirror: Work,
    state: Ints,
    lists: NDArray[np.int32],
    worth: Ints,
    best: NDArray[np.int32],
    schedules: int,
    floor: int,
) -> None:
    size, count = lists.shape[1], lists.shape[2]
    profile, back_profile = work.free.copy(), mirror.free.copy()
    reach, back_reach = np.zeros(2, np.int32), np.zeros(2, np.int32)
    starts, finishes = np.zeros(count, np.int32), np.zeros(count, np.int32)
    child, place, stack = np.empty(count, np.int32), np.empty(count, np.int32), np.empty(count + 1, np.int32)
    seen = np.empty(count, np.bool_)
    buckets = np.empty(work.horizon + 2, np.int32)
    until = state[BUILT] + schedules
    while state[BUILT] < until:
        side, one = state[SIDE], state[NEXT]
        other = random_below(state, size)
        rival = random_below(state, size)
        if worth[side, rival] < worth[side, other]:
            other = rival
        if other == one:
            other = (one + 1) % size
        width = count // 4 + random_below(state, max(1, count // 2))
        begin = random_below(state, max(1, count - width + 1))
        crossed(lists[side, one], lists[side, other], place, begin, begin + width, child)
        moved = False
        for i in range(count):
            if random_below(state, 1024) < _MOVING:
                j = min(count - 1, max(0, i + random_below(state, 2 * _LEAP + 1) - _LEAP))
                _move(child, i, j)
                moved = True
        state[BUILT] += 1
        state[STALE] += 1
        if side == 0:
            if moved or not work.listed:
                settled(mirror, child, seen, stack)
            value = generate(mirror, child, floor, back_profile, back_reach, starts, finishes)
            if value <= worth[1, one]:
                worth[1, one] = value
                turned(finishes, lists[1, one], buckets)
            if value < state[LEAST] and value < NEVER:
                # Too good to wait for its turn.
                turned(finishes, child, buckets)
                if not work.listed:
                    settled(work, child, seen, stack)
                value = generate(work, child, 0, profile, reach, starts, finishes)
                state[BUILT] += 1
                if value <= worth[0, one]:
                    worth[0, one] = value
                    turned(finishes, lists[0, one], buckets)
                _note(state, value, starts, finishes, best)
        else:
            if moved or not work.listed:
                settled(work, child, seen, stack)
            value = generate(work, child, 0, profile, reach, starts, finishes)
            if value <= worth[0, one]:
                worth[0, one] = value
                turned(finishes, lists[0, one], buckets)
            _note(state, value, starts, finishes, best)
        state[NEXT] = one + 1
        if state[NEXT] == size:
            state[NEXT] = 0
            state[SIDE] = 1 - side


@compiled
def _note(state: Ints, value: int, starts: Places, finishes: Places, best: NDArray[np.int32]) -> None:
    """Remember a plan if it is the shortest; LEAST is the shortest since the last sowing."""
    if value < state[LEAST]:
        state[LEAST] = value
        state[STALE] = 0
    if value < state[BEST]:
        state[BEST] = value
        best[0, :] = starts
        best[1, :] = finishes


@compiled
def _move(child: Places, i: int, j: int) -> None:
    moved = child[i]
    if j < i:
        for q in range(i, j, -1):
            child[q] = child[q - 1]
    else:
        for q in range(i, j):
            child[q] = child[q + 1]
    child[j] = moved
