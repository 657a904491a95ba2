"""How well a risk ranks clients by how soon they left: Harrell's C.

Source: F. Harrell et al., Evaluating the yield of medical tests, JAMA 247 (1982) 2543-2546.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord.engines.compiled import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def concordance(duration: ArrayLike, left: ArrayLike, risk: ArrayLike, count: ArrayLike | None = None) -> float:
    """Of pairs of which one is known to have left first, the share in which it had the higher risk (ties count half).

    ``nan`` where there is no such pair.

    >>> concordance([1, 2, 3], [True, True, False], [3.0, 2.0, 1.0])
    1.0
    """
    duration = np.asarray(duration, dtype=np.float64)
    order = np.argsort(duration)[::-1]
    n = np.ones(len(duration)) if count is None else np.asarray(count, dtype=np.float64)
    rank = np.unique(np.asarray(risk, dtype=np.float64), return_inverse=True)[1].astype(np.int64)
    right, tied, pairs = _pairs(duration[order], np.asarray(left, dtype=bool)[order], rank[order], n[order])
    return (right + tied / 2) / pairs if pairs else float("nan")


@compiled
def _pairs(time: Floats, event: NDArray[np.bool_], rank: Integers, n: Floats) -> tuple[float, float, float]:
    """Concordant, tied and all comparable pairs, from the longest duration down; a Fenwick tree counts by rank.

    Whoever left is compared with all who were seen longer, and with those last seen at that time.
    """
    size = rank.max() + 1 if len(rank) else 0
    tree, at_rank = np.zeros(size + 1), np.zeros(size)
    right, tied, pairs, seen = 0.0, 0.0, 0.0, 0.0
    begin = 0
    while begin < len(time):
        end = begin
        while end < len(time) and time[end] == time[begin]:
            end += 1
        for turn in range(3):
            for row in range(begin, end):
                if turn == 1 and event[row]:
                    lower, i = 0.0, rank[row]
                    while i > 0:
                        lower += tree[i]
                        i -= i & -i
                    right += n[row] * lower
                    tied += n[row] * at_rank[rank[row]]
                    pairs += n[row] * seen
                elif (turn == 0 and not event[row]) or (turn == 2 and event[row]):
                    i = rank[row] + 1
                    while i <= size:
                        tree[i] += n[row]
                        i += i & -i
                    at_rank[rank[row]] += n[row]
                    seen += n[row]
        begin = end
    return right, tied, pairs
