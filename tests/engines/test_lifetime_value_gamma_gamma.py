"""Gamma-Gamma: the published population mean, its likelihood, and parameters found again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from accord.engines.customers.gamma_gamma import GammaGamma, GammaGammaLikelihood, fit_gamma_gamma
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.customers.purchase_summary import summary_of

PUBLISHED = GammaGamma(p=6.2488, q=3.7446, gamma=15.4477)

positive = st.floats(0.1, 20)
parameters = st.tuples(positive, positive, positive).map(np.array)
spends = st.lists(st.tuples(st.integers(1, 30), st.floats(0.01, 1e4)), min_size=1, max_size=8)


def spending(customers, model, seed):
    random = np.random.default_rng(seed)
    x = random.poisson(2, customers).astype(float)
    scale = random.gamma(model.q, 1 / model.gamma, customers)
    mean = np.where(x > 0, random.gamma(model.p * np.maximum(x, 1)) / np.maximum(x, 1) / scale, 0)
    return summary_of(x, np.where(x > 0, 1.0, 0), np.ones(customers), mean)


def test_published_population_mean():
    assert PUBLISHED.population_mean == pytest.approx(35.17, abs=5e-3)


@settings(max_examples=60, deadline=None)
@given(parameters, spends)
def test_likelihood_equals_the_printed_formula(p_q_gamma, rows):
    p, q, gamma = p_q_gamma
    expected = sum(
        gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
        + (p * x - 1) * np.log(z) + p * x * np.log(x) - (p * x + q) * np.log(gamma + x * z)
        for x, z in rows
    )  # fmt: skip
    value = GammaGammaLikelihood(*zip(*rows, strict=True))(p_q_gamma)[0]
    assert value == pytest.approx(expected, rel=1e-8, abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(parameters, spends)
def test_gradient_and_hessian_equal_finite_differences(p, rows):
    likelihood = GammaGammaLikelihood(*zip(*rows, strict=True))
    _, gradient, hessian = likelihood(p)
    for i in range(3):
        step = np.zeros(3)
        step[i] = 1e-5 * p[i]
        above, below = likelihood(p + step), likelihood(p - step)
        difference = (above[0] - below[0]) / (2 * step[i])
        assert gradient[i] == pytest.approx(difference, rel=1e-5, abs=1e-6 * (1 + abs(above[0]) / p[i]))
        difference = (above[1] - below[1]) / (2 * step[i])
        assert hessian[i] == pytest.approx(difference, rel=1e-4, abs=1e-5 * (1 + np.abs(above[1]).max() / p[i]))


def test_known_parameters_are_found_again():
    truth = GammaGamma(p=5.0, q=4.0, gamma=300.0)
    found = fit_gamma_gamma(spending(20_000, truth, seed=3))
    assert isinstance(found, GammaGamma) and found.converged and found.standard_errors is not None
    for name, error in zip(("p", "q", "gamma"), found.standard_errors, strict=True):
        assert abs(getattr(found, name) - getattr(truth, name)) < 4 * error
        assert error < 0.1 * getattr(truth, name)


def test_the_unit_of_money_only_scales_gamma():
    pounds = spending(2_000, GammaGamma(5.0, 4.0, 300.0), seed=4)
    pence = summary_of(pounds.frequency, pounds.recency, pounds.age, pounds.mean_spend * 100)
    in_pounds, in_pence = fit_gamma_gamma(pounds), fit_gamma_gamma(pence)
    assert (in_pence.p, in_pence.q) == pytest.approx((in_pounds.p, in_pounds.q), rel=1e-6)
    assert in_pence.gamma == pytest.approx(100 * in_pounds.gamma, rel=1e-6)
    likelihood = GammaGammaLikelihood(pounds.frequency[pounds.repeaters], pounds.mean_spend[pounds.repeaters])
    value = likelihood(np.array([in_pounds.p, in_pounds.q, in_pounds.gamma]))[0]
    assert in_pounds.log_likelihood == pytest.approx(value, rel=1e-10)
    assert in_pence.log_likelihood == pytest.approx(value - in_pence.customers * np.log(100), rel=1e-10)


@given(st.integers(0, 100), st.floats(0.01, 1e5))
def test_expected_spend_lies_between_what_was_seen_and_the_population(x, mean):
    low, high = sorted((mean, PUBLISHED.population_mean))
    spend = float(PUBLISHED.expected_spend(x, mean))
    assert low * (1 - 1e-9) <= spend <= high * (1 + 1e-9)
    if not x:
        assert spend == pytest.approx(PUBLISHED.population_mean)


def test_a_tail_without_a_mean_is_said_so():
    heavy = GammaGamma(p=0.2, q=0.5, gamma=10)
    assert heavy.population_mean == float("inf")
    assert np.isnan(heavy.expected_spend([0, 2], [0, 5])).all()
    assert np.isfinite(heavy.expected_spend(3, 5))


def test_too_little_data_say_why():
    five = [1.0] * 5
    without = fit_gamma_gamma(summary_of(five, five, five))
    same = fit_gamma_gamma(summary_of(five, five, five, [20.0] * 5))
    few = fit_gamma_gamma(summary_of(five, five, five, [1.0, 2, 3, 4, 0]))
    assert all(isinstance(found, NotEnoughData) for found in (without, same, few))
    assert "no amounts" in without.reason and "same amount" in same.reason and "4 repeat customers" in few.reason
