"""How much of a sum few customers make: cumulated shares, the largest ones' share, and the Herfindahl index.

Only amounts above zero share in the sum: a loss is no part of what is brought. What is below zero is added up apart.

Sources: M. O. Lorenz, "Methods of measuring the concentration of wealth", Publications of the American Statistical
Association 9 (1905); O. C. Herfindahl (1950), *Concentration in the steel industry*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Concentration:
    """``order`` are the places of those above zero, the largest first, ``cumulated`` [place] their cumulated share.

    ``herfindahl`` is the sum of the squared shares: 1/n for n equal ones, 1 for a single one; None of none.
    """

    order: NDArray[np.int64]
    cumulated: Floats
    total: float
    losses: float
    losing: int
    herfindahl: float | None

    @property
    def count(self) -> int:
        return len(self.order)

    @property
    def effective(self) -> float | None:
        """As many equal customers would be as concentrated."""
        return None if self.herfindahl is None else 1 / self.herfindahl

    def share_of_top(self, n: int) -> float | None:
        """What the ``n`` largest bring of all; None of none."""
        return float(self.cumulated[min(n, self.count) - 1]) if self.count and n > 0 else None

    def fewest_for(self, share: float) -> int:
        """How many of the largest it takes to reach ``share`` of the sum; 0 of none."""
        return int(np.searchsorted(self.cumulated, share - 1e-12) + 1) if self.count else 0


def concentration(amounts: Sequence[float]) -> Concentration:
    """Measure how ``amounts``, one for each customer, are shared out.

    >>> found = concentration([50, 10, 30, 10, 0, -20])
    >>> found.order.tolist(), [round(float(share), 2) for share in found.cumulated]
    ([0, 2, 1, 3], [0.5, 0.8, 0.9, 1.0])
    >>> found.fewest_for(0.5), found.fewest_for(0.8), found.share_of_top(5), round(found.herfindahl, 2)
    (1, 2, 1.0, 0.36)
    >>> found.losing, found.losses, concentration([]).share_of_top(1)
    (1, -20.0, None)
    """
    values = np.asarray(amounts, dtype=np.float64)
    positive = np.flatnonzero(values > 0)
    order = positive[np.argsort(-values[positive], kind="stable")]
    total = float(values[order].sum())
    shares = values[order] / total if len(order) else np.zeros(0)
    losing = values[values < 0]
    return Concentration(
        order=order,
        cumulated=np.minimum(np.cumsum(shares), 1.0),
        total=total,
        losses=float(losing.sum()),
        losing=len(losing),
        herfindahl=float((shares**2).sum()) if len(order) else None,
    )
