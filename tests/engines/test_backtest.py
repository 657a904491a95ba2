"""Scores of forecasts: each figure recomputed from its definition."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from accord.engines.customers.backtest import calibration, score

forecasts = st.lists(st.tuples(st.booleans(), st.floats(0.02, 0.98)), min_size=4, max_size=40).filter(
    lambda rows: 0 < sum(y for y, _ in rows) < len(rows)
)


@settings(max_examples=25, deadline=None)
@given(forecasts)
def test_brier_and_auc_by_counting(rows):
    y, p = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    found = score(y, p, np.full(len(y), 0.3), np.arange(len(y)) % 2)
    assert found.brier == pytest.approx(sum((a - b) ** 2 for a, b in zip(y, p, strict=True)) / len(y))
    assert found.base_brier == pytest.approx(((y - 0.3) ** 2).mean())
    assert found.skill.value == pytest.approx(1 - found.brier / found.base_brier)
    pairs = list(itertools.product(p[y == 1], p[y == 0]))
    assert found.auc is not None
    assert found.auc.value == pytest.approx(sum((a > b) + 0.5 * (a == b) for a, b in pairs) / len(pairs))
    assert found.auc.low <= found.auc.high and found.skill.low <= found.skill.high


def test_slope_by_an_independent_fit():
    draw = np.random.default_rng(1)
    p = draw.uniform(0.05, 0.6, 400)
    y = (draw.random(400) < p**1.4).astype(float)
    x = np.log(p / (1 - p))

    def deviance(theta):
        eta = theta[0] + theta[1] * x
        return (np.logaddexp(0, eta) - y * eta).sum()

    assert score(y, p, p, np.zeros(400)).slope == pytest.approx(
        minimize(deviance, [0.0, 1.0], tol=1e-10).x[1], abs=1e-4
    )


def test_slope_is_one_where_right_and_below_where_too_sure():
    draw = np.random.default_rng(2)
    truth = draw.normal(-1, 1, 5_000)
    y = (draw.random(5_000) < 1 / (1 + np.exp(-truth))).astype(float)
    for sureness, slope in ((1.0, 1.0), (2.0, 0.5)):
        found = score(y, 1 / (1 + np.exp(-sureness * truth)), np.full(5_000, 0.3), np.zeros(5_000))
        assert found.slope == pytest.approx(slope, abs=0.1)


@pytest.mark.parametrize("happened", [0, 1])
def test_no_discrimination_where_all_are_alike(happened):
    found = score([happened] * 40, [0.2] * 40, [0.3] * 40, [0, 1] * 20)
    assert found.auc is None and found.slope is None
    assert found.events == 40 * happened


def test_nothing_to_score():
    found = score([], [], [], [])
    assert (found.outcomes, found.enough, found.predicts, found.bins) == (0, False, True, ())


def outcomes(count=120, seed=3):
    draw = np.random.default_rng(seed)
    risk = draw.uniform(0.05, 0.6, count)
    return (draw.random(count) < risk).astype(float), risk


def test_forecasts_that_know_predict_and_shuffled_ones_do_not():
    y, risk = outcomes()
    day = np.arange(len(y)) % 3
    assert score(y, risk, np.full(len(y), y.mean()), day).predicts
    shuffled = score(y, np.random.default_rng(1).permutation(risk), np.full(len(y), y.mean()), day)
    assert shuffled.enough and not shuffled.predicts


def test_a_better_level_alone_does_not_predict():
    """A base rate that lags is beaten by everybody at the right level: that tells no clients apart."""
    y, risk = outcomes()
    found = score(y, y.mean() - 0.2 * (risk - risk.mean()), np.full(len(y), 0.9), np.arange(len(y)) % 3)
    assert found.skill.value > 0.3 and found.ranking <= 0 and not found.predicts


def test_ranking_by_hand():
    y, p, day = [1, 0, 1, 0], [0.6, 0.2, 0.5, 0.3], [0, 0, 1, 1]
    level = [0.4, 0.4, 0.4, 0.4]
    ours, flat = (sum((a - b) ** 2 for a, b in zip(y, q, strict=True)) for q in (p, level))
    assert score(y, p, [0.5] * 4, day).ranking == pytest.approx(1 - ours / flat)


@pytest.mark.parametrize(("count", "origins", "events"), [(29, 2, 10), (40, 1, 10), (40, 2, 4)])
def test_too_little_to_judge_by_is_no_verdict(count, origins, events):
    y = [1] * events + [0] * (count - events)
    found = score(y, [0.01] * events + [0.9] * (count - events), [0.3] * count, np.arange(count) % origins)
    assert found.skill.value < 0 and not found.enough and found.predicts


@settings(max_examples=25, deadline=None)
@given(forecasts)
def test_bins_hold_everybody_once_and_keep_equal_forecasts_together(rows):
    y, p = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    bins = calibration(y, np.round(p, 1))
    assert sum(each.count for each in bins) == len(y)
    assert sum(each.count * each.seen for each in bins) == pytest.approx(y.sum())
    assert sum(each.count * each.forecast for each in bins) == pytest.approx(np.round(p, 1).sum())
    assert all(a.forecast < b.forecast for a, b in itertools.pairwise(bins))
    assert all(each.low <= each.seen <= each.high for each in bins)
