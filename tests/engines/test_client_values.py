"""Simulated values: means against closed forms, reproducible, whatever the number of threads."""

import numpy as np
import pytest
from scipy.special import logit

from accord.engines import parallel
from accord.engines.customers import client_values
from accord.engines.customers.client_values import (
    Margins,
    OrderSizes,
    OrderState,
    contract_values,
    departures,
    order_values,
    paths_for,
)
from accord.engines.customers.contract_clients import ContractTerms, contract_value
from accord.engines.customers.mbg_nbd import MbgNbd
from accord.engines.customers.monthly_hazard import NEVER, HazardRows, fit_hazard
from accord.engines.customers.order_terms import TERMS, order_prior, order_terms, unheard
from accord.engines.customers.signals import SIGNALS

PATHS = 20_000
MODEL = MbgNbd(1.5, 9.0, 0.4, 3.0, unit_days=365.25 / 12)
FULL = np.ones((1, 36))


def contracts(may, hazard, after, ends=NEVER, margin=(0.4, 0.0), seed=2, indexation=0.0, paths=PATHS):
    return contract_values(
        may,
        np.full((len(may), 1), logit(hazard)),
        np.zeros((len(may), 1)),
        ContractTerms(np.full(len(may), 3000.0), np.full(len(may), after), np.full(len(may), ends)),
        Margins(np.full(len(may), margin[0]), np.full(len(may), margin[1])),
        np.zeros((1, 3)),
        indexation,
        paths,
        seed=seed,
    )


def no_data_fit():
    none = np.zeros((0, 12))
    return fit_hazard(
        HazardRows(np.zeros((0, 12, TERMS)), np.zeros(0, int), np.zeros((0, len(SIGNALS))), none, none),
        order_prior(),
        1,
    )


def orders(clients=1, departure=0.0, paths=PATHS, seed=1, months=36, size=(9.0, 0.0, 0.0), margin=(0.4, 0.0), **state):
    where = {
        "repeats": 3,
        "since_first": 20,
        "since_last": 4,
        "silence": 2,
        "planned": 0,
        "rate": 0.15,
        "contact_age": 1,
    }
    columns = {name: np.full(clients, float(value)) for name, value in (where | state).items()}
    fit = no_data_fit()
    return order_values(
        OrderState(np.zeros(clients, np.int64), **columns),
        MODEL,
        fit,
        np.zeros((clients, len(SIGNALS))),
        OrderSizes(np.full(clients, size[0]), np.full(clients, size[1]), size[2]),
        Margins(np.full(clients, margin[0]), np.full(clients, margin[1])),
        fit.mode[None],
        np.zeros((1, 3)),
        np.array([departure]),
        months,
        paths,
        seed=seed,
    )


@pytest.mark.parametrize(
    ("due", "hazard", "after"), [(range(36), 0.015, 0), (range(36), 0.05, 2), ((3, 15, 27), 0.2, 2)]
)
def test_mean_of_contracts_equals_the_closed_form(due, hazard, after):
    may = np.zeros((1, 36), bool)
    may[0, list(due)] = True
    paths = contracts(may, hazard, after)
    terms = ContractTerms(np.array([3000.0]), np.array([after]), np.array([NEVER]))
    exact = contract_value(may, np.full((1, 36), hazard), terms, np.array([0.4]))[0]
    assert paths.mean() == pytest.approx(exact, abs=4 * paths.std() / np.sqrt(PATHS) + 0.002 * exact)


def test_indexation_raises_the_fee():
    may = np.zeros((1, 36), bool)
    flat, raised = contracts(may, 0.1, 0).mean(), contracts(may, 0.1, 0, indexation=0.02).mean()
    months = np.arange(1, 37) / 12
    assert raised / flat == pytest.approx((1.02 / 1.1) ** months @ np.ones(36) / (1.1**-months).sum(), rel=2e-3)


def test_notice_given_is_paid_to_its_end_and_nothing_more():
    paths = contracts(np.ones((1, 36), bool), 0.9, 0, ends=4)
    assert paths.mean() == pytest.approx(1200 * (1.1 ** (-np.arange(1, 5) / 12)).sum(), rel=1e-3)


def test_unsure_margins_widen_the_interval_and_keep_the_mean():
    may = np.zeros((1, 36), bool)
    sure, unsure = contracts(may, 0.1, 0), contracts(may, 0.1, 0, margin=(0.4, 0.1**2))
    assert unsure.mean() == pytest.approx(sure.mean(), rel=0.01) and unsure.std() > 5 * sure.std()


def test_first_month_of_orders_equals_the_hazard():
    _, expected = orders(months=1)
    fit, one = no_data_fit(), np.ones(1)
    heard = unheard(one, 4 * one)
    terms = order_terms(MODEL, 3 * one, 21 * one, 5 * one, 2 * one, 0 * one, 0.15 * one, one, heard)
    log_odds = terms @ fit.mode[:TERMS]
    assert expected[0, 0] == pytest.approx(1 / (1 + np.exp(-log_odds[0])), abs=4 * np.sqrt(0.2 / PATHS))


def test_second_month_by_both_ways():
    """After an order in the first month nothing is unheard any more; without one it still is."""
    _, expected = orders(months=2, paths=400_000, repeats=12, contact_age=9, since_last=8, silence=8)
    fit, one = no_data_fit(), np.ones(1)

    def hazard(repeats, since_first, since_last, silence, running, heard):
        columns = (repeats, since_first, since_last, silence, running, 0.15, 9.0, heard)
        terms = order_terms(MODEL, *(column * one for column in columns))
        return 1 / (1 + np.exp(-(terms @ fit.mode[:TERMS])[0]))

    first = hazard(12, 21, 9, 8, 0, 2.0)
    second = first * hazard(13, 22, 1, 0, 1, 0.0) + (1 - first) * hazard(12, 22, 10, 9, 0, 2.0)
    assert expected[0] == pytest.approx([first, second], abs=4 * np.sqrt(0.1 / 400_000))


def test_value_is_orders_times_size_times_margin():
    values, expected = orders(size=(9.0, 0.2, 0.3))
    discounted = expected[0] @ 1.1 ** (-np.arange(1, 37) / 12)
    exact = discounted * np.exp(9 + 0.25) * 0.4
    assert values.mean() == pytest.approx(exact, abs=4 * values.std() / np.sqrt(PATHS))


def test_departures_leave_the_first_month_alone_and_take_more_with_time():
    _, stays = orders()
    _, leaves = orders(departure=0.02)
    ratio = leaves[0] / stays[0]
    assert ratio[0] == 1 and ratio[1:6].mean() > 0.9
    assert ratio[24:].mean() == pytest.approx(np.mean(0.98 ** np.arange(24, 36)), abs=0.1)


def test_a_long_silence_without_contact_brings_less():
    _, heard = orders(since_last=10, silence=10, contact_age=0)
    _, silent = orders(since_last=10, silence=10, contact_age=9)
    assert silent[0, :6].sum() < 0.7 * heard[0, :6].sum()


def test_reproducible_by_seed():
    first, again, other = (orders(clients=5, paths=200, size=(9, 0.2, 0.3), seed=seed)[0] for seed in (1, 1, 2))
    assert (first == again).all() and (first != other).any()
    may = np.ones((5, 36), bool)
    first, again, other = (contracts(may, 0.03, 0, paths=200, seed=seed) for seed in (1, 1, 2))
    assert (first == again).all() and (first != other).any()


def test_clients_have_paths_of_their_own():
    values, _ = orders(clients=2, paths=300, size=(9, 0.2, 0.3))
    assert np.corrcoef(values)[0, 1] < 0.3


@pytest.mark.parametrize("threads", [1, 3])
def test_whatever_the_number_of_threads(threads, monkeypatch):
    usual = orders(clients=7, paths=100, size=(9, 0.2, 0.3))
    monkeypatch.setattr(client_values, "in_parts", lambda work, count, *_: parallel.in_parts(work, count, threads))
    split = orders(clients=7, paths=100, size=(9, 0.2, 0.3))
    assert (usual[0] == split[0]).all() and (usual[1] == split[1]).all()


def test_no_clients_have_no_values():
    assert orders(clients=0)[0].shape == (0, PATHS)
    assert contracts(np.ones((0, 36), bool), 0.1, 0).shape == (0, PATHS)


def test_departures_are_the_prior_without_a_past():
    drawn = departures(0, np.zeros(0), 20_000, 1)
    assert drawn.mean() == pytest.approx(0.01, rel=0.03) and (drawn > 0).all()


def test_departures_follow_the_back_cast_but_not_blindly():
    forecast = np.full(24, 50.0)
    none, some, many = (departures(actual, forecast, 4_000, 1).mean() for actual in (1_250, 1_100, 900))
    assert none < some < many
    exact = 0.0229  # at which Σ 50 (1 − d)^(j−1) = 930, near enough to 900
    assert 0.6 * exact < many < exact, "drawn to the prior: two years may have been bad ones"


def test_paths_are_fewer_where_clients_are_many():
    assert (paths_for(60), paths_for(100_000), paths_for(0)) == (1_000, 100, 1_000)
