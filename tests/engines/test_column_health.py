"""Health from any columns: what it says of clients, when it says nothing, and that its points add up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit, log1p

from accord.engines.customers.column_health import ColumnHealth, column_health, fit_columns
from accord.engines.customers.likelihood import NotEnoughData


def table(n=400, columns=3, strength=1.0, seed=1):
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(n, columns)) * [1, 10, 0.1][:columns] + [0, 50, 3][:columns]
    eta = -1.2 + strength * (x[:, 0] - (x[:, 1] - 50) / 20)
    return x, draw.random(n) < expit(eta)


def health_of_table(*args, **kwargs) -> ColumnHealth:
    found = column_health(*table(*args, **kwargs))
    assert isinstance(found, ColumnHealth)
    return found


def test_the_mode_is_that_of_a_general_optimiser():
    x, left = table()
    found = fit_columns(x, left, np.zeros(3, bool))
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    sd = 0.5 * found.fit.departure

    def loss(theta):
        eta = theta[0] + z @ theta[1:]
        likelihood = (left * eta - np.logaddexp(0, eta)).sum()
        base = 2.0**2 + 0.25**2  # the intercept and the only segment
        return -likelihood + (theta[0] - np.log(1 / 3)) ** 2 / 2 / base + (theta[1:] ** 2).sum() / 2 / sd**2

    theta = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-8}).x
    assert found.fit.coefficients == pytest.approx(theta[1:], abs=1e-5)
    assert found.fit.mode[:2].sum() == pytest.approx(theta[0], abs=1e-5)


@given(seed=st.integers(0, 50), strength=st.floats(0.3, 2))
@settings(max_examples=15, deadline=None)
def test_points_add_up_and_a_typical_client_has_seventy(seed, strength):
    found = column_health(*table(strength=strength, seed=seed))
    assert isinstance(found, ColumnHealth)
    assert found.points.sum(axis=1) == pytest.approx(found.health - 70, abs=1e-9)
    order = np.argsort(found.chance)
    assert (np.diff(found.health[order]) <= 1e-9).all(), "health is a falling scale of the chance"
    assert (found.low <= found.chance).all() and (found.chance <= found.high).all()


def test_only_those_still_here_have_a_health():
    x, left = table()
    found = column_health(x, left)
    assert isinstance(found, ColumnHealth)
    assert found.rows.tolist() == np.flatnonzero(~left).tolist()
    assert found.predicts and found.score.auc.value > 0.7


def test_columns_that_say_nothing_rank_nobody():
    draw = np.random.default_rng(3)
    found = column_health(draw.normal(size=(300, 4)), draw.random(300) < 0.3)
    assert isinstance(found, ColumnHealth)
    assert not found.predicts and found.score.enough
    assert found.chance == pytest.approx(np.full(len(found.rows), found.base_rate))
    assert (found.points == 0).all() and found.health == pytest.approx(np.full(len(found.rows), 70.0))


def test_a_skewed_column_counts_as_its_logarithm_where_that_says_more():
    draw = np.random.default_rng(5)
    days = draw.lognormal(3, 1.5, 2_000)
    left = draw.random(2_000) < expit(log1p(days) - 4)
    assert fit_columns(days[:, None], left).logged.tolist() == [True]
    straight = draw.uniform(0, 6, 2_000)
    left = draw.random(2_000) < expit(straight - 3)
    assert fit_columns(straight[:, None], left).logged.tolist() == [False]


def test_intervals_shrink_with_what_is_known():
    few, many = (health_of_table(n=n, seed=2) for n in (60, 4_000))
    assert (many.high - many.low).mean() < 0.4 * (few.high - few.low).mean()


@pytest.mark.parametrize("left", [[True] * 3 + [False] * 40, [True] * 40 + [False] * 2, [True] * 8 + [False] * 8])
def test_too_few_are_refused_with_the_number_needed(left):
    found = column_health(np.arange(len(left), dtype=float)[:, None], left)
    assert isinstance(found, NotEnoughData) and "at least 20" in found.reason


@pytest.mark.parametrize(("x", "words"), [([[1.0]] * 3, "length"), ([[np.nan]] * 40, "finite")])
def test_columns_that_cannot_be_are_refused(x, words):
    with pytest.raises(ValueError, match=words):
        column_health(x, [True, False] * 20)
