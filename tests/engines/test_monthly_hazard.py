"""Monthly hazards: derivatives, an independent fit, the prior alone, the choice of freedom, sampled rows."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit, logit

from accord.engines.customers.monthly_hazard import (
    HazardPrior,
    HazardRows,
    _Likelihood,
    fading,
    fit_hazard,
    sample_rows,
)

SIGNALS, TERMS, MONTHS, SEGMENTS = 3, 2, 4, 2
TRUE = np.array([0.9, -0.4, 0.0])


def prior(departures=(0.05, 0.2, 0.5, 1.0)):
    return HazardPrior(
        np.array([-2.0, -1.0]),
        np.array([0.6, 0.4]),
        (0.5, 0.25),
        np.array([1.0, 0.2, -0.3]),
        np.array([0.5, 0.3, 0.2]),
        departures=departures,
    )


def rows(count, seed, months=MONTHS):
    """Clients of two kinds whose hazards follow ``TRUE``."""
    draw = np.random.default_rng(seed)
    base = np.repeat(np.eye(2)[draw.integers(0, 2, count)][:, None, :], months, axis=1)
    segment = draw.integers(0, SEGMENTS, count)
    signals = draw.normal(size=(count, SIGNALS))
    eta = base @ [-2.2, -1.4] + np.array([0.1, -0.1])[segment][:, None] + fading(months) * (signals @ TRUE)[:, None]
    event = (draw.random((count, months)) < expit(eta)).astype(float)
    alive = np.cumsum(event, axis=1) - event == 0
    return HazardRows(base, segment, signals, alive * draw.choice([0.25, 1.0], (count, 1)), event)


def posterior_by_hand(theta, data, p, departure):
    """The logarithm of likelihood times prior, written down as it is defined."""
    base, own, c, delta = theta[:TERMS], theta[TERMS : TERMS + SEGMENTS], theta[TERMS + SEGMENTS], theta[-SIGNALS:]
    months = data.base.shape[1]
    index = data.signals @ (c * p.weights + delta)
    eta = data.base @ base + own[data.segment][:, None] + np.exp(-np.arange(months) / 12) * index[:, None]
    fits = (data.weight * (data.event * eta - np.logaddexp(0, eta))).sum()
    mean = np.concatenate([p.base_mean, np.zeros(SEGMENTS), [p.score[0]], np.zeros(SIGNALS)])
    sd = np.concatenate([p.base_sd, np.full(SEGMENTS, p.segment_sd), [p.score[1]], departure * p.weight_sds])
    return fits - 0.5 * (((theta - mean) / sd) ** 2).sum()


def test_fading_halves_in_about_eight_months():
    assert fading(13)[[0, 12]] == pytest.approx([1, np.exp(-1)])


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 30))
def test_gradient_and_hessian_equal_finite_differences(seed, count):
    likelihood = _Likelihood(rows(count, seed), prior(), SEGMENTS)
    theta = np.random.default_rng(seed).normal(0, 0.5, TERMS + SEGMENTS + 1 + SIGNALS)
    _, gradient, hessian = likelihood(theta)
    for i in range(len(theta)):
        step = np.zeros(len(theta))
        step[i] = 1e-5
        (up, up_slope, _), (down, down_slope, _) = likelihood(theta + step), likelihood(theta - step)
        assert gradient[i] == pytest.approx((up - down) / 2e-5, rel=1e-5, abs=1e-5)
        assert -hessian[i] == pytest.approx((up_slope - down_slope) / 2e-5, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("departure", [0.05, 1.0])
def test_equals_an_independent_fit(departure):
    data, p = rows(300, 4), prior((departure,))
    found = fit_hazard(data, p, SEGMENTS)
    theirs = minimize(lambda theta: -posterior_by_hand(theta, data, p, departure), np.zeros(len(found.mode)), tol=1e-10)
    assert found.mode == pytest.approx(theirs.x, abs=2e-4)
    assert posterior_by_hand(found.mode, data, p, departure) >= -theirs.fun - 1e-9


def test_the_prior_alone():
    none = np.zeros((0, MONTHS))
    nothing = HazardRows(np.zeros((0, MONTHS, 2)), np.zeros(0, int), np.zeros((0, SIGNALS)), none, none)
    found = fit_hazard(nothing, prior(), SEGMENTS)
    assert found.mode == pytest.approx([-2, -1, 0, 0, 0.5, 0, 0, 0])
    assert found.coefficients == pytest.approx([0.5, 0.1, -0.15])
    assert found.shrinkage == pytest.approx([1, 1])
    assert (found.events, found.rows) == (0, 0)


def test_few_data_keep_the_score_and_many_find_the_truth():
    few, many = (fit_hazard(rows(count, 7), prior(), SEGMENTS) for count in (15, 8_000))
    assert few.departure < many.departure
    assert np.abs(few.coefficients - 0.5 * prior().weights).max() < 0.35
    sd = np.sqrt(np.diag(many.covariance))[-SIGNALS:]
    assert np.abs(many.coefficients - TRUE).max() < 4 * sd.max()
    assert (many.shrinkage < 0.2).all() and (few.shrinkage > many.shrinkage).all()


def test_the_scale_of_departures_has_the_most_evidence():
    data = rows(2_000, 3)
    alone = [fit_hazard(data, prior((scale,)), SEGMENTS) for scale in (0.05, 0.2, 0.5, 1.0)]
    best = max(alone, key=lambda fit: fit.evidence)
    found = fit_hazard(data, prior(), SEGMENTS)
    assert found.departure == best.departure and found.mode == pytest.approx(best.mode, abs=1e-4)


def test_months_without_weight_do_not_matter():
    data = rows(200, 5)
    changed = HazardRows(
        np.where(data.weight[..., None] > 0, data.base, 99.0),
        data.segment,
        data.signals,
        data.weight,
        np.where(data.weight > 0, data.event, 1.0),
    )
    assert fit_hazard(changed, prior(), SEGMENTS).mode == pytest.approx(fit_hazard(data, prior(), SEGMENTS).mode)


def test_expert_weights_are_where_the_coefficients_start():
    none = np.zeros((0, MONTHS))
    nothing = HazardRows(np.zeros((0, MONTHS, 2)), np.zeros(0, int), np.zeros((0, SIGNALS)), none, none)
    heavier = replace(prior(), weights=np.array([2.0, 0.2, -0.3]))
    assert fit_hazard(nothing, heavier, SEGMENTS).coefficients == pytest.approx([1.0, 0.1, -0.15])


def test_draws_have_the_posterior_mean_and_covariance():
    found = fit_hazard(rows(500, 2), prior(), SEGMENTS)
    draws = found.draws(20_000, seed=3)
    sd = np.sqrt(np.diag(found.covariance))
    assert np.abs((draws.mean(axis=0) - found.mode) / sd).max() < 0.05
    assert np.cov(draws.T) == pytest.approx(found.covariance, abs=0.05 * sd.max() ** 2)
    assert found.draws(5, seed=3) == pytest.approx(found.draws(5, seed=3))


@settings(max_examples=60)
@given(st.lists(st.booleans(), max_size=300), st.integers(2, 80), st.integers(0, 99))
def test_sampled_rows_count_for_all(eventful, budget, seed):
    eventful = np.array(eventful, dtype=bool)
    kept, counts_for = sample_rows(eventful, budget, seed)
    assert len(kept) == min(budget - budget % 2 if _both_large(eventful, budget) else budget, len(eventful))
    assert len(np.unique(kept)) == len(kept) and (counts_for >= 1).all()
    for kind in (True, False):
        total = int((eventful == kind).sum())
        assert counts_for[eventful[kept] == kind].sum() == pytest.approx(total)
    if eventful.sum() <= budget // 2:
        assert (counts_for[eventful[kept]] == 1).all()


def _both_large(eventful, budget):
    return len(eventful) > budget and min(eventful.sum(), (~eventful).sum()) > budget // 2


def test_sampling_is_unbiased():
    data = rows(4_000, 6)
    whole, theta = _Likelihood(data, prior(), SEGMENTS), np.array([-2.0, -1.2, 0.1, 0, 0.4, 0.1, 0, 0])
    values = np.array([_Likelihood(data.sample(800, seed), prior(), SEGMENTS)(theta)[0] for seed in range(200)])
    assert abs(values.mean() - whole(theta)[0]) < 3.5 * values.std() / np.sqrt(200)
    exact = fit_hazard(data, prior((1.0,)), SEGMENTS)
    modes = np.array([fit_hazard(data.sample(800, seed), prior((1.0,)), SEGMENTS).mode for seed in range(60)])
    assert np.abs((modes.mean(axis=0) - exact.mode) / np.sqrt(np.diag(exact.covariance))).max() < 0.35


def test_log_odds_of_typical_clients():
    found = fit_hazard(rows(0, 1), prior(), SEGMENTS)
    base, segment = np.repeat(np.eye(2)[[0, 1]][:, None, :], MONTHS, axis=1), np.array([0, 1])
    assert found.structural(base, segment) == pytest.approx(np.array([[-2.0] * MONTHS, [-1.0] * MONTHS]))
    many = found.structural(base, segment, np.stack([found.mode, found.mode + 1]))
    assert many.shape == (2, MONTHS, 2) and many[..., 1] - many[..., 0] == pytest.approx(2 * np.ones((2, MONTHS)))
    assert logit(0.5) == 0
