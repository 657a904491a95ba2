"""Between plans of one length: what has priority starts earlier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled
from accord.engines.levelling_arrays import Arrays, Places, Work
from accord.engines.levelling_search import generate, settled

_MOST = 400  # activities that are tried, those of the highest priority first


def polished(arrays: Arrays, plan: tuple[Places, Places], makespan: int) -> tuple[Places, Places]:
    """The plan with Σ priority × start lowered, no longer than before; deterministic.

    The activities are generated in the order of their starts, where those of one start come by priority; then each in
    turn, from the highest priority down, is tried at the head of the list, and stays there if the sum falls.
    """
    weights = np.array([max(1, activity.priority) for activity in arrays.activities], np.int64)
    starts, finishes = plan[0].copy(), plan[1].copy()
    tried = np.argsort(-weights, kind="stable")[:_MOST].astype(np.int32)
    _polish(arrays.work, weights, tried, makespan, starts, finishes)
    return starts, finishes


@compiled
def _polish(
    work: Work, weights: NDArray[np.int64], tried: Places, makespan: int, starts: Places, finishes: Places
) -> None:
    count = len(starts)
    profile, reach = work.free.copy(), np.zeros(2, np.int32)
    found, ends = starts.copy(), finishes.copy()
    seen, stack = np.empty(count, np.bool_), np.empty(count + 1, np.int32)
    order = np.argsort(starts.astype(np.int64) * 1024 - np.minimum(weights, 1000), kind="mergesort").astype(np.int32)
    list_ = order.copy()
    sum_ = (weights * starts).sum()
    for k in range(-1, len(tried)):
        list_[:] = order
        if k >= 0:
            # To the head; what it waits for is fetched before it.
            i = tried[k]
            at = 1
            list_[0] = i
            for j in order:
                if j != i:
                    list_[at] = j
                    at += 1
        settled(work, list_, seen, stack)
        value = generate(work, list_, 0, profile, reach, found, ends)
        if value <= makespan:
            total = (weights * found).sum()
            if total < sum_ or (k < 0 and total <= sum_):
                sum_ = total
                order[:] = list_
                starts[:] = found
                finishes[:] = ends
