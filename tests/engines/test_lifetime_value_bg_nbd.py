"""BG/NBD: the published conditional expectation, its likelihood row by row, and parameters found again."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import beta as beta_function
from scipy.special import hyp2f1

from accord.engines.customers.bg_nbd import BgNbd, BgNbdLikelihood, beta_quadrature, distinct, fit_bg_nbd, weighted_rows
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.customers.purchase_summary import summary_of

PUBLISHED = BgNbd(r=0.24259, alpha=4.41360, a=0.79293, b=2.42593)

positive = st.floats(0.05, 20)
parameters = st.tuples(positive, positive, positive, positive).map(np.array)
# (x, t_x, T) with t_x in (0, T] for repeaters and 0 for the others.
histories = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 200), st.integers(0, 100)).map(
        lambda row: (row[0], row[1] / 7 if row[0] else 0.0, (row[1] + row[2]) / 7)
    ),
    min_size=1,
    max_size=8,
)


def simulated(customers, model, seed):
    """Customers who buy and leave as the model says; times in whole days, as invoices have them."""
    random = np.random.default_rng(seed)
    rate, leave = random.gamma(model.r, 1 / model.alpha, customers), random.beta(model.a, model.b, customers)
    age = random.integers(150, 400, customers).astype(float)
    x, last, now = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    active = np.arange(customers)
    while len(active):
        now[active] += random.exponential(1 / rate[active])
        active = active[now[active] <= age[active]]
        x[active] += 1
        last[active] = now[active]
        active = active[random.random(len(active)) > leave[active]]
    return summary_of(x, np.where(x > 0, np.clip(np.ceil(last), 1, age), 0), age, unit_days=1)


def likelihood_by_hand(r, alpha, a, b, x, t_x, T):
    """Eq. 6 of the 2005 paper as it is printed, not in logarithms."""
    from scipy.special import gamma

    A = beta_function(a, b + x) / beta_function(a, b) * gamma(r + x) * alpha**r / gamma(r)
    stayed = (1 / (alpha + T)) ** (r + x)
    left = beta_function(a + 1, b + x - 1) / beta_function(a, b + x) * (1 / (alpha + t_x)) ** (r + x) if x else 0
    return np.log(A * (stayed + left))


def test_published_conditional_expectation():
    assert float(PUBLISHED.expected_purchases(39, 2, 30.43, 38.86)) == pytest.approx(1.226, abs=5e-4)


@settings(max_examples=60, deadline=None)
@given(parameters, histories)
def test_likelihood_equals_the_printed_formula(p, rows):
    x, t_x, T = map(np.array, zip(*rows, strict=True))
    value = BgNbdLikelihood(x, t_x, T, grid=1 / 7)(p)[0]
    assert value == pytest.approx(sum(likelihood_by_hand(*p, *row) for row in rows), rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(parameters, histories)
def test_gradient_and_hessian_equal_finite_differences(p, rows):
    likelihood = BgNbdLikelihood(*map(np.array, zip(*rows, strict=True)))
    _, gradient, hessian = likelihood(p)
    for i in range(4):
        step = np.zeros(4)
        step[i] = 1e-5 * p[i]
        above, below = likelihood(p + step), likelihood(p - step)
        scale = 1 + abs(above[0]) / p[i]
        assert gradient[i] == pytest.approx((above[0] - below[0]) / (2 * step[i]), rel=1e-5, abs=1e-6 * scale)
        difference = (above[1] - below[1]) / (2 * step[i])
        assert hessian[i] == pytest.approx(difference, rel=1e-4, abs=1e-5 * (1 + np.abs(above[1]).max() / p[i]))


def test_known_parameters_are_found_again():
    truth = BgNbd(r=0.8, alpha=30, a=0.9, b=3.5, unit_days=1)
    found = fit_bg_nbd(simulated(30_000, truth, seed=5))
    assert isinstance(found, BgNbd) and found.converged and found.standard_errors is not None
    for name, error in zip(("r", "alpha", "a", "b"), found.standard_errors, strict=True):
        assert abs(getattr(found, name) - getattr(truth, name)) < 4 * error
        assert error < 0.1 * getattr(truth, name)


def test_the_fit_is_the_top_in_any_unit_of_time():
    days = simulated(3_000, BgNbd(r=0.8, alpha=30, a=0.9, b=3.5), seed=6)
    weeks = summary_of(days.frequency, days.recency / 7, days.age / 7, unit_days=7)
    in_days, in_weeks = fit_bg_nbd(days), fit_bg_nbd(weeks)
    assert in_days.alpha == pytest.approx(7 * in_weeks.alpha, rel=1e-6)
    assert (in_days.r, in_days.a, in_days.b) == pytest.approx((in_weeks.r, in_weeks.a, in_weeks.b), rel=1e-5)
    # The density of a purchase per week is seven times that per day.
    assert in_weeks.log_likelihood == pytest.approx(in_days.log_likelihood + days.frequency.sum() * np.log(7), rel=1e-9)
    likelihood = BgNbdLikelihood(days.frequency, days.recency, days.age)
    top = np.array([in_days.r, in_days.alpha, in_days.a, in_days.b])
    for step in np.eye(4) * 0.01:
        assert likelihood(top * (1 + step))[0] < in_days.log_likelihood > likelihood(top * (1 - step))[0]


def test_a_sample_for_the_start_does_not_move_the_answer(monkeypatch):
    summary = simulated(5_000, BgNbd(r=0.8, alpha=30, a=0.9, b=3.5), seed=7)
    direct = fit_bg_nbd(summary)
    monkeypatch.setattr("accord.engines.customers.likelihood._SAMPLE", 300)
    rehearsed = fit_bg_nbd(summary)
    assert (rehearsed.r, rehearsed.alpha, rehearsed.a, rehearsed.b) == pytest.approx(
        (direct.r, direct.alpha, direct.a, direct.b), rel=1e-6
    )


@pytest.mark.parametrize(
    ("a", "x", "horizon"), [(0.79, 0, 39), (0.79, 2, 39), (1.0, 3, 104), (2.5, 29, 520), (0.05, 1, 4)]
)
def test_expected_purchases_equal_the_integral_over_both_heterogeneities(a, x, horizon):
    model = BgNbd(0.24, 4.4, a, 2.4)

    def integrand(u):
        # p = u^(1/a) takes the pole of the beta density at 0 away.
        p = u ** (1 / a)
        density = (1 - p) ** (model.b + x - 1) / beta_function(a, model.b + x) / a
        return density * -np.expm1(-(model.r + x) * np.log1p(p * horizon / (model.alpha + 38.86))) / p

    expected = quad(integrand, 0, 1, epsabs=0, epsrel=1e-11, limit=400)[0]
    assert float(model.expected_purchases_if_alive(horizon, x, 38.86)) == pytest.approx(expected, rel=1e-8)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.1, 5), st.floats(1, 50), st.floats(0.2, 5), st.floats(0.3, 10), st.integers(0, 60), st.floats(0.1, 1)
)
def test_expected_purchases_equal_the_closed_form(r, alpha, a, b, x, last):
    if abs(a - 1) < 1e-2:
        return
    model, age, horizon = BgNbd(r, alpha, a, b), 52.0, 39.0
    t_x = last * age if x else 0.0
    inner = hyp2f1(r + x, b + x, a + b + x - 1, horizon / (alpha + age + horizon))
    closed = (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / (alpha + age + horizon)) ** (r + x) * inner)
    if x:
        closed /= 1 + a / (b + x - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x)
    assert float(model.expected_purchases(horizon, x, t_x, age)) == pytest.approx(closed, rel=1e-7, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(parameters, histories)
def test_properties_of_every_forecast(p, rows):
    model = BgNbd(*p)
    x, t_x, T = map(np.array, zip(*rows, strict=True))
    alive = model.probability_alive(x, t_x, T)
    assert ((alive >= 0) & (alive <= 1)).all() and (alive[x == 0] == 1).all()
    soon, later = model.expected_purchases(4, x, t_x, T), model.expected_purchases(40, x, t_x, T)
    assert (soon >= 0).all() and (later >= soon).all()
    # Without drop-out λ has mean (r+x)/(α+T): leaving can only lower what follows.
    assert (later <= 40 * (model.r + x) / (model.alpha + T) * (1 + 1e-9)).all()
    assert model.expected_purchases(0, x, t_x, T).tolist() == [0] * len(rows)


def test_a_newcomer_is_a_customer_of_no_history():
    assert float(PUBLISHED.expected_purchases_of_newcomer(39)) == pytest.approx(
        float(PUBLISHED.expected_purchases(39, 0, 0, 0))
    )


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 500), st.floats(0.01, 500), st.integers(0, 6))
def test_beta_quadrature_has_the_moments_of_the_beta_distribution(a, b, power):
    nodes, weights = beta_quadrature(a, b, 16)
    assert ((nodes > 0) & (nodes < 1)).all()
    assert weights @ nodes**power == pytest.approx(np.prod([(a + k) / (a + b + k) for k in range(power)]), rel=1e-9)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories, st.booleans(), st.booleans())
def test_merging_equal_rows_loses_none(monkeypatch, rows, on_grid, many):
    monkeypatch.setattr("accord.engines.customers.bg_nbd._MANY", 1 if many else 10**9)
    x, t_x, T = (np.array(column, dtype=float) for column in zip(*(rows * 2), strict=True))
    if not on_grid:
        T = T + 0.01234
    merged, weight = weighted_rows(x, t_x, T, grid=1 / 7)
    assert weight.sum() == len(x) and (weight >= 2).all()
    again = np.repeat(np.array(merged).T, weight.astype(int), axis=0)
    assert np.array(sorted(map(tuple, again))) == pytest.approx(np.array(sorted(zip(x, t_x, T, strict=True))))


def test_distinct_rows_rebuild_their_columns():
    columns = np.array([[1.0, 2, 1, 1], [3.0, 4, 3, 5]])
    rows, back = distinct(*columns)
    assert len(rows[0]) == 3
    assert [row[back].tolist() for row in rows] == columns.tolist()


@pytest.mark.parametrize(
    ("x", "reason"),
    [
        ([], "only 0 customers; at least 10"),
        ([1] * 9, "only 9 customers; at least 10"),
        ([1] * 4 + [0] * 96, "4 of 100 customers bought again; at least 5"),
    ],
)
def test_too_little_data_say_why(x, reason):
    x = np.array(x, dtype=float)
    found = fit_bg_nbd(summary_of(x, x, np.full(len(x), 10.0)))
    assert isinstance(found, NotEnoughData) and reason in found.reason
