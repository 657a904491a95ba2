"""The engines behind Explore against plain recomputations."""

from __future__ import annotations

import doctest
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.engines.customers import cohort_values as cohorts_module
from accord.engines.customers import concentration as concentration_module
from accord.engines.customers import group_values as groups_module
from accord.engines.customers import next_purchases as next_module
from accord.engines.customers.cohort_values import cohort_values
from accord.engines.customers.concentration import concentration
from accord.engines.customers.group_values import common_spread, group_values, sum_interval
from accord.engines.customers.next_purchases import next_purchases
from accord.engines.customers.retention import Period, Purchase, cohort_table


@pytest.mark.parametrize("module", [concentration_module, cohorts_module, groups_module, next_module])
def test_examples(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@given(st.lists(st.floats(-1000, 1000, allow_nan=False).map(lambda each: round(each, 2)), max_size=60))
def test_concentration_is_what_sorting_and_adding_up_gives(amounts: list[float]) -> None:
    found = concentration(amounts)
    large = sorted((each for each in amounts if each > 0), reverse=True)
    assert found.count == len(large)
    assert found.total == pytest.approx(sum(large))
    assert found.losses == pytest.approx(sum(each for each in amounts if each < 0))
    if not large:
        assert (found.herfindahl, found.share_of_top(3), found.fewest_for(0.5)) == (None, None, 0)
        return
    for n in (1, 5, 10):
        assert found.share_of_top(n) == pytest.approx(sum(large[:n]) / sum(large))
    assert found.herfindahl == pytest.approx(sum((each / sum(large)) ** 2 for each in large))
    half = found.fewest_for(0.5)
    assert sum(large[:half]) >= sum(large) / 2 - 1e-6
    assert sum(large[: half - 1]) < sum(large) / 2 + 1e-6


def test_cohorts_of_orders_are_those_of_the_cohort_table() -> None:
    """Where everyone's first order falls on the first day of a quarter, calendar quarters and own quarters are one."""
    chance = Random(3)
    last = Period.QUARTER.number(date(2026, 12, 1))
    purchases, cohorts, histories = [], [], []
    for client in range(40):
        first = Period.QUARTER.number(date(2023, 1, 1)) + chance.randrange(8)
        orders = [1 if k == 0 else chance.randrange(3) for k in range(last - first + 1)]
        for k, count in enumerate(orders):
            day = Period.QUARTER.first_day(first + k)
            purchases += [Purchase(client, day, Decimal(1))] * count
        cohorts.append(Period.QUARTER.first_day(first))
        histories.append([(float(count),) for count in orders])
    found = {each.cohort: each for each in cohort_values(cohorts, histories)}
    for cohort in cohort_table(purchases, Period.QUARTER):
        mine = found[cohort.starts]
        assert mine.size == cohort.size
        sums = [float(each) for each in cohort.revenue]
        assert mine.sums[: len(sums), 0].tolist() == sums
        assert not mine.sums[len(sums) :].any()  # the table ends with the last purchase


def test_a_period_counts_only_who_has_had_all_of_it() -> None:
    year = [[(1.0,)] * 4, [(1.0,)] * 3, [None, (1.0,), (1.0,), (1.0,), *[(2.0,)] * 4]]
    (found,) = cohort_values(["a"] * 3, year, join=4)
    assert (found.size, found.counts) == (3, (1, 1))
    assert (found.mean(0, 0), found.mean(1, 0)) == (4.0, 8.0)
    assert found.cumulated(2, 0) is None


def test_next_purchases_by_counting_one_by_one() -> None:
    chance = Random(11)
    until, within = 2000, 365
    firsts = [
        (client, thing, chance.randrange(until)) for client in range(60) for thing in "ABCD" if chance.random() < 0.6
    ]
    day = {(client, thing): when for client, thing, when in firsts}
    found = {(each.first, each.then): each for each in next_purchases(firsts, until, within)}

    def counted(first: str, then: str) -> tuple[int, int]:
        starts = bought = 0
        for client in range(60):
            start, after = day.get((client, first)), day.get((client, then))
            if start is None or start > until - within or (after is not None and after <= start):
                continue
            starts += 1
            bought += after is not None and after <= start + within
        return starts, bought

    for first in "ABCD":
        for then in "ABCD":
            if first == then:
                continue
            starts, bought = counted(first, then)
            others = [counted(other, then) for other in "ABCD" if other not in (first, then)]
            pair = found.get((first, then))
            if pair is None:
                assert bought == 0
                continue
            assert (pair.buyers, pair.bought) == (starts, bought)
            n, k = sum(each[0] for each in others), sum(each[1] for each in others)
            assert (pair.base_buyers, pair.base) == (n, k / n)
            assert pair.interval.low <= pair.share <= pair.interval.high


def test_group_intervals_hold_sums_of_paths_with_a_common_part() -> None:
    """Simulated clients with an own and a common error: eight of ten sums lie within the interval."""
    draws = np.random.default_rng(5)
    n, paths = 120, 20_000
    value = draws.gamma(2.0, 5000.0, n)
    common = draws.normal(0, 0.1, paths)
    own = draws.normal(0, 1, (n, paths)) * (0.6 * value[:, None])
    futures = value[:, None] * (1 + common) + own
    total = futures.sum(axis=0)
    spread = futures.std(axis=1)
    low, high = np.quantile(total, [0.1, 0.9])
    shared = common_spread(float(value.sum()), low, high, float((spread**2).sum()))
    assert shared == pytest.approx(0.1, abs=0.02)
    names = ["ABC"[i % 3] if i % 7 else "D" for i in range(n)]
    for group in group_values(names, value.tolist(), spread.tolist(), shared):
        mine = futures[[name == group.group for name in names]].sum(axis=0)
        held = np.mean((mine >= group.low) & (mine <= group.high))
        assert 0.74 < held < 0.88, (group.group, held)


def test_a_certain_sum_has_no_interval() -> None:
    assert sum_interval(100.0, 0.0) == (100.0, 100.0)
    assert sum_interval(0.0, 5.0) == (0.0, 0.0)


def test_days_are_compared_as_numbers() -> None:
    start = date(2024, 1, 1)
    rows = [(n, "A", start.toordinal()) for n in range(5)] + [(0, "B", (start + timedelta(days=365)).toordinal())]
    (pair,) = next_purchases(rows, until=(start + timedelta(days=800)).toordinal(), within=365)
    assert (pair.first, pair.then, pair.buyers, pair.bought, pair.base) == ("A", "B", 5, 1, None)
