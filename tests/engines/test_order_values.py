"""Values of orders and margins: golden figures, shrinkage, parameters found again, no boundary."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.customers.order_values import (
    ALIKE,
    MARGIN_BETWEEN,
    MARGIN_MEAN,
    MARGIN_WITHIN,
    Shrunk,
    fit_shrunk,
    moments,
    yearly_margins,
)


def test_golden_orders():
    firm = Shrunk(np.log(9_000), 0.36, 0.64)
    mean, variance = firm.posterior([1, 5], [np.log(37_890)] * 2)
    assert mean[0] == pytest.approx(10.024956, abs=5e-7)
    assert firm.expected_amount(mean, variance) == pytest.approx([30337.99, 40515.53], abs=0.005)


def test_without_orders_a_client_is_the_firm_s():
    firm = Shrunk(2.0, 0.3, 0.5)
    assert [float(v[0]) for v in firm.posterior([0], [np.nan])] == [2.0, 0.5]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 4), st.floats(-3, 3)), min_size=1, max_size=40))
def test_moments_by_hand(rows):
    client, values = (np.array(column) for column in zip(*rows, strict=True))
    n, mean, squares = moments(client, values, 5)
    for each in range(5):
        own = values[client == each]
        assert n[each] == len(own)
        if len(own):
            assert mean[each] == pytest.approx(own.mean()) and squares[each] == pytest.approx(
                ((own - own.mean()) ** 2).sum(), abs=1e-9
            )


def test_parameters_are_found_again():
    draw = np.random.default_rng(1)
    client = np.repeat(np.arange(2_000), draw.integers(1, 8, 2_000))
    own = draw.normal(9.0, 0.9, 2_000)
    firm = fit_shrunk(*moments(client, draw.normal(own[client], 0.4), 2_000))
    assert (firm.mu, firm.between, firm.within) == pytest.approx((9.0, 0.81, 0.16), abs=0.06)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0, 15)), max_size=20))
def test_never_at_a_boundary(rows):
    """Equal orders, one order, no orders: both variances stay away from 0."""
    client, values = (
        (np.array(column) for column in zip(*rows, strict=True)) if rows else (np.zeros(0, int), np.zeros(0))
    )
    firm = fit_shrunk(*moments(client, values, 6))
    assert firm.within > 0.02 and firm.between > 0.05 and np.isfinite(firm.mu)


def test_one_large_order_is_drawn_to_the_firm():
    client = np.concatenate([np.repeat(np.arange(30), 4), [30]])
    logs = np.concatenate([np.random.default_rng(2).normal(9, 0.6, 120), [np.log(200_000)]])
    n, mean, squares = moments(client, logs, 31)
    firm = fit_shrunk(n, mean, squares)
    own, _ = firm.posterior(n, mean)
    assert firm.mu < own[30] < mean[30] and mean[30] - own[30] > 1
    assert np.abs(own[:30] - mean[:30]).max() < 0.5


def test_margins_of_the_prior_where_nothing_was_earned():
    mean, variance = yearly_margins(np.zeros((2, 24)), np.zeros((2, 24)))
    assert mean == pytest.approx([MARGIN_MEAN] * 2)
    assert variance == pytest.approx([MARGIN_BETWEEN + MARGIN_WITHIN * ALIKE / 3] * 2)


@settings(max_examples=30)
@given(st.integers(0, 999))
def test_how_often_one_bills_does_not_matter(seed):
    draw = np.random.default_rng(seed)
    monthly = draw.uniform(1, 5, (6, 48))
    kept = monthly * draw.normal(0.35, 0.1, (6, 1))
    for period in (3, 6, 12):
        billed = [np.zeros_like(monthly), np.zeros_like(monthly)]
        for table, month in zip(billed, (monthly, kept), strict=True):
            table[:, period - 1 :: period] = month.reshape(6, -1, period).sum(axis=2)
        for one, other in zip(yearly_margins(monthly, kept), yearly_margins(*billed), strict=True):
            assert one == pytest.approx(other, rel=1e-9)


def test_where_no_costs_are_known_revenue_is_margin():
    revenue = np.array([[100.0, 0.0, 50.0], [0.0, 0.0, 0.0]])
    mean, variance = yearly_margins(revenue, revenue)
    assert mean.tolist() == [1, 1] and variance.tolist() == [0, 0]


def test_a_long_steady_margin_is_believed_and_a_short_one_less():
    revenue = np.ones((30, 60))
    rate = np.full(30, 0.3)
    rate[:2] = 0.6
    revenue[1, :-12] = 0
    mean, variance = yearly_margins(revenue, revenue * rate[:, None])
    assert 0.3 < mean[1] < mean[0] < 0.6 and variance[1] > variance[0]


def test_a_nearer_horizon_has_the_wider_spread():
    revenue = np.ones((5, 36))
    margin = revenue * np.random.default_rng(1).normal(0.3, 0.1, (5, 36))
    assert (yearly_margins(revenue, margin, 1.0)[1] > yearly_margins(revenue, margin, 5.0)[1]).all()
