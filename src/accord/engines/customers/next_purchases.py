"""What customers who bought one thing buy next: counts, an interval, and how much that differs from any other start.

A start is a customer's first purchase of a thing, at least ``within`` days before the end of what is observed, so that
everyone had as long. Of the starts from A of customers who did not have B by then, how many bought B within
``within`` days? The base rate is the same share over starts from everything else, and lift the share over it.

Interval: Wilson's, as in :mod:`accord.engines.customers.intervals`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np

from accord.engines.customers.intervals import Interval, wilson

FEWEST = 5  # starts, below which a share says too little


@dataclass(frozen=True, slots=True)
class NextPurchase:
    """Of ``buyers`` who bought ``first`` (and not ``then`` before), ``bought`` bought ``then`` in time.

    ``base`` is the share after any other thing, of ``base_buyers`` starts; None where there were none.
    """

    first: Hashable
    then: Hashable
    buyers: int
    bought: int
    interval: Interval
    base: float | None
    base_buyers: int

    @property
    def share(self) -> float:
        return self.bought / self.buyers

    @property
    def lift(self) -> float | None:
        """How many times as likely as after any other thing; None where that has never happened."""
        return self.share / self.base if self.base else None

    @property
    def is_enough(self) -> bool:
        return self.buyers >= FEWEST


def next_purchases(
    firsts: Iterable[tuple[Hashable, Hashable, int]], until: int, within: int, confidence: float = 0.8
) -> list[NextPurchase]:
    """Every pair of which at least one customer bought the second after the first, the surest first.

    ``firsts`` are (customer, thing, day of the first purchase of it); days are numbers, observed up to ``until``.

    >>> bought = [(n, "Audit", 0) for n in range(6)] + [(n, "Support", 100) for n in range(3)] + [(9, "Training", 0)]
    >>> found = {(each.first, each.then): each for each in next_purchases(bought, until=1000, within=365)}
    >>> pair = found["Audit", "Support"]
    >>> pair.buyers, pair.bought, pair.base, pair.base_buyers, pair.is_enough
    (6, 3, 0.0, 1, True)
    """
    days: dict[tuple[Hashable, Hashable], int] = {}
    for customer, thing, day in firsts:
        days[customer, thing] = min(day, days.get((customer, thing), day))
    customers = {customer: i for i, customer in enumerate(dict.fromkeys(customer for customer, _ in days))}
    things = sorted({thing for _, thing in days}, key=str)
    places = {thing: k for k, thing in enumerate(things)}
    first = np.full((len(customers), len(things)), np.inf)
    for (customer, thing), day in days.items():
        first[customers[customer], places[thing]] = day
    started = first <= until - within
    found = []
    for then, thing in enumerate(things):
        bought = first[:, [then]]
        open_starts = started & ~(bought <= first)
        in_time = open_starts & (bought <= first + within)
        n, k = open_starts.sum(axis=0), in_time.sum(axis=0)
        for start, other in enumerate(things):
            if start == then or not k[start]:
                continue
            rest, rest_bought = int(n.sum() - n[start]), int(k.sum() - k[start])
            interval = wilson(int(k[start]), int(n[start]), confidence)
            assert interval is not None
            found.append(
                NextPurchase(
                    other, thing, int(n[start]), int(k[start]), interval, rest_bought / rest if rest else None, rest
                )
            )
    return sorted(found, key=lambda each: (not each.is_enough, -each.interval.low, -each.bought, str(each.first)))
