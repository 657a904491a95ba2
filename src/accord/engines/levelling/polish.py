"""Between plans of one length: what has priority starts earlier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.engines.levelling.arrays import Arrays, Places
from accord.engines.levelling.search import in_order

_MOST = 300  # activities that are tried, those of the highest priority first


def polished(arrays: Arrays, plan: tuple[Places, Places], makespan: int) -> tuple[Places, Places]:
    """The plan with earlier starts, no longer than before; deterministic.

    Better is the plan whose activities of the highest priority start earlier in sum; if that is equal, those of the
    next, and so on. Activities are generated in the order of their starts, where of one start the higher priority
    comes first; then each in turn, from the highest down, is tried at the head of the list and stays if that is better.
    """
    priorities = np.array([activity.priority for activity in arrays.activities], np.int64)
    classes = np.unique(-priorities, return_inverse=True)[1]
    starts, finishes = plan
    order = np.lexsort((classes, starts)).astype(np.int32)
    best = _sums(classes, starts)
    for k in (None, *np.argsort(classes, kind="stable")[:_MOST].tolist()):
        tried = order if k is None else np.concatenate([[k], order[order != k]]).astype(np.int32)
        tried = tried.copy()
        found, ends = np.zeros_like(starts), np.zeros_like(finishes)
        value = in_order(arrays.work, tried, 0, found, ends, np.empty_like(tried))
        if value <= makespan and _sums(classes, found) < best:
            best = _sums(classes, found)
            starts, finishes, order = found, ends, tried
    return starts, finishes


def _sums(classes: NDArray[np.int64], starts: Places) -> list[int]:
    sums: list[int] = np.bincount(classes, weights=starts).astype(np.int64).tolist()
    return sums
