"""How often a client decided to buy, told from invoices: one decision is often billed many times.

Invoices of one project are one decision, whenever they come. Invoices without a project are one decision as long as
each follows the one before within :data:`GAP`: a delivery that was billed in parts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

GAP = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Order:
    """One invoice of a client, for a project or for none."""

    client: int
    project: int | None
    day: date


def count_decisions(orders: Iterable[Order]) -> Counter[int]:
    """The number of purchase decisions of each client.

    >>> jan, feb, mar = date(2026, 1, 5), date(2026, 1, 12), date(2026, 3, 2)
    >>> count_decisions([Order(1, 7, jan), Order(1, 7, mar), Order(2, None, jan), Order(2, None, feb),
    ...                  Order(2, None, mar)])
    Counter({2: 2, 1: 1})
    """
    projects: dict[int, set[int]] = defaultdict(set)
    days: dict[int, set[date]] = defaultdict(set)
    for order in orders:
        if order.project is not None:
            projects[order.client].add(order.project)
        else:
            days[order.client].add(order.day)
    found = Counter({client: len(keys) for client, keys in projects.items()})
    for client, single in days.items():
        ordered = sorted(single)
        found[client] += 1 + sum(later - earlier > GAP for earlier, later in pairwise(ordered))
    return found
