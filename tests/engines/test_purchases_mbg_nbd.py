"""MBG/NBD: published and recomputed figures, its likelihood by hand, priors, and parameters found again."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln, gammaln

from accord.engines.customers.likelihood import LogNormalPrior, NotEnoughData
from accord.engines.customers.mbg_nbd import MbgNbd, MbgNbdLikelihood, fit_mbg_nbd
from accord.engines.customers.purchase_summary import summary_of
from tests.engines.purchase_histories import bought_by_coin, four_parameters, histories

NAMES = ("r", "alpha", "a", "b")


def likelihood_by_hand(r, alpha, a, b, x, t_x, T):
    """Still here after x + 1 chances to leave, or gone after the last purchase: the two ways, added."""
    buys = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    stayed = betaln(a, b + x + 1) - betaln(a, b) - (r + x) * np.log(alpha + T)
    left = betaln(a + 1, b + x) - betaln(a, b) - (r + x) * np.log(alpha + t_x)
    return buys + np.logaddexp(stayed, left)


def test_golden_cdnow(shared_data: Path):
    rows = np.genfromtxt(
        shared_data / "02_customers/cdnow/cdnow_customers_summary_with_transactions.csv", delimiter=",", names=True
    )
    found = fit_mbg_nbd(summary_of(rows["x"], rows["t_x"], rows["T"]))
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx((0.52484, 6.18299, 0.89136, 1.61400), abs=5e-6)
    assert found.log_likelihood == pytest.approx(-9582.13, abs=5e-3)


def test_golden_purchase_next_month():
    model = MbgNbd(1.5, 9, 0.4, 3)
    assert model.probability_of_purchase_next(1, 3, 10, [10, 20]) == pytest.approx([0.193235, 0.097782], abs=5e-7)
    # Golden .691084 is cut, not rounded: 1/(1 + .4/6 · (29/19)^4.5) = .69108451.
    assert model.probability_alive(3, 10, [10, 20]) == pytest.approx([0.9375, 0.69108451], abs=5e-9)


@settings(max_examples=60)
@given(four_parameters, histories)
def test_likelihood_equals_both_ways_added(p, rows):
    x, t_x, T = map(np.array, zip(*rows, strict=True))
    value = MbgNbdLikelihood(x, t_x, T, grid=1 / 7)(p)[0]
    assert value == pytest.approx(sum(likelihood_by_hand(*p, *row) for row in rows), rel=1e-9, abs=1e-9)


@settings(max_examples=40)
@given(four_parameters, histories, st.booleans())
def test_gradient_and_hessian_equal_finite_differences(p, rows, with_prior):
    likelihood = MbgNbdLikelihood(*map(np.array, zip(*rows, strict=True)))
    if with_prior:
        likelihood = LogNormalPrior((0.4, 1.0, -0.9, 1.1), (1.0, 0.5, 2.0, 1.0)).added_to(likelihood)
    _, gradient, hessian = likelihood(p)
    for i in range(4):
        step = np.zeros(4)
        step[i] = 1e-5 * p[i]
        above, below = likelihood(p + step), likelihood(p - step)
        scale = 1 + abs(above[0]) / p[i]
        assert gradient[i] == pytest.approx((above[0] - below[0]) / (2 * step[i]), rel=1e-5, abs=1e-6 * scale)
        difference = (above[1] - below[1]) / (2 * step[i])
        assert hessian[i] == pytest.approx(difference, rel=1e-4, abs=1e-5 * (1 + np.abs(above[1]).max() / p[i]))


@settings(max_examples=30)
@given(four_parameters, histories)
def test_properties_of_every_forecast(p, rows):
    model = MbgNbd(*p)
    x, t_x, T = map(np.array, zip(*rows, strict=True))
    alive = model.probability_alive(x, t_x, T)
    assert ((alive >= 0) & (alive < 1)).all()  # a silent newcomer may be gone
    soon, later = model.expected_purchases(4, x, t_x, T), model.expected_purchases(40, x, t_x, T)
    assert (soon >= 0).all() and (later >= soon).all()
    # Somebody who buys at all buys at least once.
    assert (model.probability_of_purchase_next(4, x, t_x, T) <= soon * (1 + 1e-9) + 1e-12).all()
    assert model.expected_purchases(0, x, t_x, T).tolist() == [0] * len(rows)


def test_forecasts_are_what_happens():
    """Of simulated customers with a given history the share that buys again, and how often, is as forecast."""
    truth = MbgNbd(0.9, 40, 0.7, 2.5, unit_days=1)
    random = np.random.default_rng(3)
    rate, leave = random.gamma(truth.r, 1 / truth.alpha, 400_000), random.beta(truth.a, truth.b, 400_000)
    alive = random.random(400_000) > leave  # after the first purchase
    bought = np.zeros(400_000)
    now = np.zeros(400_000)
    while alive.any():
        now[alive] += random.exponential(1 / rate[alive])
        alive &= now <= 60
        bought[alive] += 1
        alive &= random.random(400_000) > leave
    assert bought.mean() == pytest.approx(float(truth.expected_purchases_of_newcomer(60)), abs=5 * bought.std() / 632)
    assert (bought > 0).mean() == pytest.approx(float(truth.probability_of_purchase_next(60, 0, 0, 0)), abs=4e-3)


def test_known_parameters_are_found_again():
    truth = MbgNbd(0.8, 30, 0.9, 3.5)
    found = fit_mbg_nbd(bought_by_coin(30_000, 0.8, 30, 0.9, 3.5, seed=5, at_first=True, days=True))
    assert isinstance(found, MbgNbd) and found.standard_errors is not None
    for name, error in zip(NAMES, found.standard_errors, strict=True):
        assert abs(getattr(found, name) - getattr(truth, name)) < 4 * error
        assert error < 0.15 * getattr(truth, name)


def test_a_prior_speaks_where_data_are_few_and_is_outvoted_where_they_are_many():
    prior = LogNormalPrior(tuple(np.log([1.5, 50.0, 0.4, 3.0])), (1, 1, 1, 1))
    nothing = fit_mbg_nbd(summary_of([], [], [], unit_days=1), prior)
    assert (nothing.r, nothing.alpha, nothing.a, nothing.b) == pytest.approx((1.5, 50, 0.4, 3))
    few = fit_mbg_nbd(bought_by_coin(4, 0.8, 30, 0.9, 3.5, seed=5, at_first=True), prior)
    assert isinstance(few, MbgNbd) and few.customers == 4
    many = bought_by_coin(50_000, 0.8, 30, 0.9, 3.5, seed=6, at_first=True)
    with_prior, without = fit_mbg_nbd(many, prior), fit_mbg_nbd(many)
    for name, error in zip(NAMES, without.standard_errors, strict=True):
        assert abs(getattr(with_prior, name) - getattr(without, name)) < error
    assert with_prior.log_likelihood <= without.log_likelihood  # both of the data alone


def test_a_prior_of_another_model_is_refused():
    with pytest.raises(ValueError, match="four means"):
        fit_mbg_nbd(summary_of([], [], []), LogNormalPrior((0.0,), (1.0,)))
    with pytest.raises(ValueError, match="as many"):
        LogNormalPrior((0.0, 1.0), (1.0,))
    with pytest.raises(ValueError, match="above zero"):
        LogNormalPrior((0.0,), (0.0,))


@pytest.mark.parametrize(
    ("x", "reason"),
    [
        ([1] * 9, "only 9 customers; at least 10"),
        ([1] * 4 + [0] * 96, "4 of 100 customers bought again; at least 5"),
    ],
)
def test_too_little_data_say_why(x, reason):
    x = np.array(x, dtype=float)
    found = fit_mbg_nbd(summary_of(x, x, np.full(len(x), 10.0)))
    assert isinstance(found, NotEnoughData) and reason in found.reason


def test_a_fit_at_its_boundary_is_refused():
    """Nobody ever leaves: all buy to the end of the observation."""
    x = np.arange(5.0, 45)
    found = fit_mbg_nbd(summary_of(x, np.full(40, 100.0), np.full(40, 100.0)))
    assert isinstance(found, NotEnoughData) and "boundary" in found.reason
