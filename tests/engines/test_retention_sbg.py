"""sBG: the figures of Fader & Hardie (2007) and what must hold for every cohort."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.customers.shifted_beta_geometric import ShiftedBetaGeometric, Tenures, fit_sbg

# Survivors of 1,000 customers after 0 to 7 years: Table 1 of the paper.
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]


@pytest.mark.parametrize(
    ("survivors", "alpha", "beta", "log_likelihood", "projected"),
    [
        (REGULAR, 0.7041, 1.1820, -1680.265, [22.0, 20.4, 19.1, 18.0, 17.0]),
        (HIGH_END, 0.6681, 3.8061, -1611.158, [46.0, 43.6, 41.4, 39.5, 37.8]),
    ],
)
def test_golden(survivors, alpha, beta, log_likelihood, projected):
    model = fit_sbg(Tenures.of_survivors(survivors))
    assert isinstance(model, ShiftedBetaGeometric) and model.converged
    assert (model.alpha, model.beta) == pytest.approx((alpha, beta), abs=5e-5)
    assert model.log_likelihood == pytest.approx(log_likelihood, abs=5e-4)
    assert (100 * model.survival(range(8, 13))).round(1).tolist() == projected


def test_golden_residual_lifetime():
    model = fit_sbg(Tenures.of_survivors(HIGH_END))
    assert float(model.discounted_residual_lifetime(7, 0.10)) == pytest.approx(7.530, abs=5e-4)


shapes = st.floats(0.2, 20)


@settings(max_examples=50, deadline=None)
@given(shapes, shapes)
def test_survival_is_the_product_of_retention_rates_which_rise(alpha, beta):
    model = ShiftedBetaGeometric(alpha, beta)
    rates = model.retention_rate(range(1, 30))
    assert model.survival(range(30)) == pytest.approx(np.concatenate([[1], np.cumprod(rates)]))
    assert (np.diff(rates) > 0).all()


@settings(max_examples=30, deadline=None)
@given(shapes, shapes, st.integers(0, 10), st.floats(0.05, 1))
def test_residual_lifetime_is_the_discounted_sum(alpha, beta, renewals, rate):
    model = ShiftedBetaGeometric(alpha, beta)
    ahead = np.arange(1, 2000)
    terms = model.survival(renewals + ahead) / model.survival(renewals) * (1 + rate) ** (1.0 - ahead)
    assert float(model.discounted_residual_lifetime(renewals, rate)) == pytest.approx(terms.sum(), rel=1e-8)


def test_known_parameters_are_found_again_from_clients_still_here():
    random = np.random.default_rng(11)
    leave = random.beta(0.9, 4.0, 20_000)
    renewal = random.geometric(leave)
    seen = random.integers(0, 12, 20_000)
    model = fit_sbg(Tenures.of_clients((float(min(r, s)), bool(r <= s)) for r, s in zip(renewal, seen, strict=True)))
    assert isinstance(model, ShiftedBetaGeometric)
    for value, truth, error in zip((model.alpha, model.beta), (0.9, 4.0), model.standard_errors, strict=True):
        assert abs(value - truth) < 4 * error < truth


def test_a_cohort_counted_by_survivors_or_by_client_is_the_same():
    clients = [(1.0, True)] * 369 + [(2.0, True)] * 163 + [(2.0, False)] * 468
    assert Tenures.of_clients(clients) == Tenures.of_survivors([1000, 631, 468])


def test_who_has_not_come_to_a_renewal_says_nothing():
    cohort = Tenures.of_survivors(REGULAR)
    newcomers = Tenures(cohort.lost, (500, *cohort.active[1:]))
    assert fit_sbg(newcomers).alpha == pytest.approx(fit_sbg(cohort).alpha, rel=1e-9)


@pytest.mark.parametrize(
    ("survivors", "reason"),
    [
        ([9, 8, 7], "9 clients came to a renewal; at least 10"),
        ([100], "0 clients came"),
        ([100, 100, 100], "none of 100 clients has left"),
        ([100, 50, 0], "all 100 clients have left"),
        ([100, 60], "only one renewal"),
    ],
)
def test_too_little_data_say_why(survivors, reason):
    found = fit_sbg(Tenures.of_survivors(survivors))
    assert isinstance(found, NotEnoughData) and reason in found.reason


def test_impossible_tables_are_refused():
    with pytest.raises(ValueError, match="grow in period 2, from 50 to 60"):
        Tenures.of_survivors([100, 50, 60])
    with pytest.raises(ValueError, match="at least one period"):
        Tenures.of_survivors([])
    with pytest.raises(ValueError, match="finite"):
        Tenures((float("nan"),), (1,))
    with pytest.raises(ValueError, match="cannot have stayed"):
        Tenures.of_clients([(-1.0, True)])
    with pytest.raises(ValueError, match="above zero"):
        ShiftedBetaGeometric(1, 1).discounted_residual_lifetime(1, 0)
