"""Customers drawn from the buying models themselves, and rows for tests that need any history."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from accord.engines.customers.purchase_summary import PurchaseSummary, summary_of

positive = st.floats(0.05, 20)
four_parameters = st.tuples(positive, positive, positive, positive).map(np.array)
# (x, t_x, T) with t_x in (0, T] for repeaters and 0 for the others.
histories = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 200), st.integers(0, 100)).map(
        lambda row: (row[0], row[1] / 7 if row[0] else 0.0, (row[1] + row[2]) / 7)
    ),
    min_size=1,
    max_size=8,
)


def bought_by_coin(
    customers: int, r: float, alpha: float, a: float, b: float, seed: int, *, at_first: bool, days: bool = False
) -> PurchaseSummary:
    """BG/NBD customers, or MBG/NBD ones where a customer may leave ``at_first`` too; times as they fall, or in days."""
    random = np.random.default_rng(seed)
    rate, leave = random.gamma(r, 1 / alpha, customers), random.beta(a, b, customers)
    age = random.integers(150, 400, customers).astype(float)
    x, last, now = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    active = np.arange(customers)
    if at_first:
        active = active[random.random(customers) > leave]
    while len(active):
        now[active] += random.exponential(1 / rate[active])
        active = active[now[active] <= age[active]]
        x[active] += 1
        last[active] = now[active]
        active = active[random.random(len(active)) > leave[active]]
    recency = np.clip(np.ceil(last), 1, age) if days else last
    return summary_of(x, np.where(x > 0, recency, 0), age, unit_days=1)


def bought_until_death(
    customers: int, r: float, alpha: float, s: float, beta: float, seed: int
) -> tuple[PurchaseSummary, np.ndarray]:
    """Pareto/NBD customers and how often each buys in the 100 units after its observation."""
    random = np.random.default_rng(seed)
    rate, end = random.gamma(r, 1 / alpha, customers), random.exponential(1 / random.gamma(s, 1 / beta, customers))
    age = random.uniform(150, 400, customers)
    x, later, last, now = (np.zeros(customers) for _ in range(4))
    active = np.arange(customers)
    while len(active):
        now[active] += random.exponential(1 / rate[active])
        active = active[now[active] <= np.minimum(age[active] + 100, end[active])]
        seen = active[now[active] <= age[active]]
        x[seen] += 1
        last[seen] = now[seen]
        later[active[now[active] > age[active]]] += 1
    return summary_of(x, last, age, unit_days=1), later
