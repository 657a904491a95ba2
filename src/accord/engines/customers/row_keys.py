"""Rows of (x, t_x, T) on a grid of days as one integer each, in one pass: for files of many customers.

Apart from :mod:`~accord.engines.customers.bg_nbd`, which small firms fit without waiting for a compiler to load.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled


@compiled
def packed(
    x: NDArray[np.float64], t_x: NDArray[np.float64], T: NDArray[np.float64], grid: float
) -> tuple[NDArray[np.int64], int]:
    """A key for each row, and the span by which it divides: (x · span + t_x) · span + T, times in steps of ``grid``.

    No keys where a time is off the grid or the key would not fit.
    """
    most, longest = 0.0, 0.0
    for row in range(len(x)):
        most = max(most, x[row])
        longest = max(longest, T[row])
    span = int(np.rint(longest / grid)) + 1
    keys = np.empty(len(x), dtype=np.int64)
    if (most + 1.0) * span * span >= 2.0**62:
        return keys[:0], span
    near = 1e-12 * span * grid
    for row in range(len(x)):
        tick_x, tick_T = np.rint(t_x[row] / grid), np.rint(T[row] / grid)
        if abs(tick_x * grid - t_x[row]) > near or abs(tick_T * grid - T[row]) > near:
            return keys[:0], span
        keys[row] = (np.int64(x[row]) * span + np.int64(tick_x)) * span + np.int64(tick_T)
    return keys, span
