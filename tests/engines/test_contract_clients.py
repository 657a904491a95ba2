"""Clients under contract: when they can be lost, what counts, chances and values by hand."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from accord.engines.customers.contract_clients import (
    NEVER,
    ROLLING,
    TERM,
    ContractClients,
    ContractTerms,
    LeavingChance,
    columns,
    contract_rows,
    contract_value,
    drawn_chances,
    fit_contracts,
    leaving_chance,
)
from accord.engines.customers.monthly_hazard import fading
from accord.engines.customers.signals import SIGNALS

MONTHS = 100


def clients(kind, lost, decision=None, since=None):
    n = len(kind)
    decision = np.ones((n, MONTHS), bool) if decision is None else decision
    since = np.zeros(n, np.int64) if since is None else np.array(since)
    return ContractClients(np.array(kind), np.zeros(n, np.int64), since, np.array(lost), decision)


def yearly(n, first=11):
    """A decision in month 11, 23, …"""
    return np.tile((np.arange(MONTHS) - first) % 12 == 0, (n, 1))


def nothing_known(origins, n):
    return np.zeros((len(origins), n, len(SIGNALS)))


def test_golden_chance_and_values():
    rolling = LeavingChance(np.full((1, 12), logit(0.015)), np.ones((1, 12), bool))
    assert rolling(np.zeros(1)) == pytest.approx([0.165868], abs=5e-7)
    every, terms = np.ones((1, 36), bool), ContractTerms(np.array([3000.0]), np.array([-1]), np.array([NEVER]))
    assert contract_value(every, np.full((1, 36), 0.015), terms, np.array([0.4])) == pytest.approx(
        [29015.27], abs=0.005
    )
    some = np.zeros((1, 36), bool)
    some[0, [3, 15, 27]] = True
    terms = ContractTerms(np.array([3000.0]), np.array([2]), np.array([NEVER]))
    assert contract_value(some, np.full((1, 36), 0.2), terms, np.array([0.4])) == pytest.approx([27853.04], abs=0.005)


def test_active_between_its_start_and_its_loss():
    some = clients([ROLLING] * 3, [5, NEVER, 2], since=[0, 4, 0])
    assert some.active(3).tolist() == [True, False, False]
    assert some.active(4).tolist() == [True, True, False]
    assert some.active(5).tolist() == [False, True, False], "lost in the month in which it was said"


def test_a_term_is_at_risk_in_its_decision_month_only():
    rows = contract_rows(clients([TERM], [NEVER], yearly(1)), [6], nothing_known([6], 1), today=40)
    assert rows.weight.nonzero()[1].tolist() == [4], "month 11 is the fifth after month 6"
    rows = contract_rows(clients([TERM], [11], yearly(1)), [6], nothing_known([6], 1), today=40)
    assert rows.event[0].nonzero()[0].tolist() == [4] and rows.weight.sum() == 1


def test_months_after_the_loss_and_after_today_do_not_count():
    lost = contract_rows(clients([ROLLING], [8]), [5], nothing_known([5], 1), today=40)
    assert lost.weight.tolist() == [[1, 1, 1] + [0] * 9] and lost.event[0, 2] == 1
    recent = contract_rows(clients([ROLLING], [NEVER]), [5], nothing_known([5], 1), today=9)
    assert recent.weight.tolist() == [[1] * 4 + [0] * 8]


def test_each_real_month_counts_once():
    origins = list(range(0, 60, 3))
    rows = contract_rows(clients([ROLLING], [NEVER]), origins, nothing_known(origins, 1), today=90)
    month = (np.array(origins)[:, None] + np.arange(1, 13)).ravel()
    counted = np.bincount(month, rows.weight.ravel())
    assert counted[12:58] == pytest.approx(np.ones(46))


def test_a_decision_beyond_the_table_is_none():
    table = np.ones((2, 3), bool)
    assert columns(table, np.array([1, 2, 3])).tolist() == [[True, True, False]] * 2
    assert columns(table, np.array([[0, 1], [2, 5]])).tolist() == [[True, True], [True, False]]


@settings(max_examples=40)
@given(
    st.lists(st.floats(-4, 2), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.floats(-2, 2),
)
def test_chance_by_listing_every_way_to_stay(structural, may, index):
    """The sum over all months in which it could be lost first."""
    hazard = expit(np.array(structural) + fading(4) * index) * np.array(may)
    by_hand = sum(hazard[j] * np.prod(1 - hazard[:j]) for j in range(4))
    found = LeavingChance(np.array([structural]), np.array([may]))(np.array([index]), 4)
    assert found == pytest.approx([by_hand], abs=1e-12)


def test_a_term_without_a_decision_ahead_cannot_be_lost():
    held = clients([TERM, TERM], [NEVER] * 2, np.stack([np.zeros(MONTHS, bool), yearly(1)[0]]))
    fit = fit_contracts(held, [], nothing_known([], 2), 0, 1)
    chance = leaving_chance(held, fit, 6)(np.zeros(2))
    assert chance == pytest.approx([0, 0.15])


def test_without_a_past_the_prior_speaks():
    held = clients([ROLLING], [NEVER])
    fit = fit_contracts(held, [], nothing_known([], 1), 0, 1)
    assert leaving_chance(held, fit, 0)(np.zeros(1)) == pytest.approx([0.165868], abs=5e-7)
    assert fit.shrinkage == pytest.approx([1, 1])


def test_draws_at_the_mode_are_the_chance():
    held = clients([ROLLING, TERM], [NEVER] * 2, np.concatenate([np.ones((1, MONTHS), bool), yearly(1)]))
    origins = [3, 6, 9]
    signals = np.random.default_rng(1).normal(size=(3, 2, len(SIGNALS)))
    fit = fit_contracts(held, origins, signals, 30, 1)
    drawn = drawn_chances(held, fit, signals[-1], 30, 12, fit.mode[None], np.zeros(1))
    assert drawn[:, 0] == pytest.approx(leaving_chance(held, fit, 30)(signals[-1] @ fit.coefficients))


def test_more_losses_mean_a_higher_chance():
    origins = list(range(3, 36, 3))
    few, many = (
        fit_contracts(clients([ROLLING] * 40, lost), origins, nothing_known(origins, 40), 40, 1)
        for lost in ([NEVER] * 38 + [20] * 2, [NEVER] * 20 + [20] * 20)
    )
    assert few.mode[0] < many.mode[0] and many.shrinkage[0] < 0.5
    assert many.events == pytest.approx(20, rel=0.2), "each loss about once, though four origins saw it"


def test_a_sample_of_the_rows_gives_nearly_the_same_fit():
    draw, origins = np.random.default_rng(2), list(range(3, 48, 3))
    n = 1_500
    signals = draw.normal(0, 0.7, (len(origins), n, len(SIGNALS)))
    lost = np.where(draw.random(n) < 0.3, draw.integers(5, 48, n), NEVER)
    held = clients([ROLLING] * n, lost)
    whole = fit_contracts(held, origins, signals, 48, 1)
    some = fit_contracts(held, origins, signals, 48, 1, most_rows=6_000)
    assert some.rows == 6_000 < whole.rows
    assert (np.abs(some.mode - whole.mode) < 1.2 * np.sqrt(np.diag(whole.covariance))).all()


@settings(max_examples=30)
@given(st.lists(st.floats(0, 0.9), min_size=5, max_size=5), st.integers(-1, 3))
def test_value_by_listing_every_month_of_loss(hazard, after):
    """Lost in month j with its chance, then paid for ``after`` months more: all ways, added."""
    hazards = np.array(hazard)
    discount = 1.1 ** (-np.arange(1, 6) / 12)
    by_hand, stays = 0.0, 1.0
    for j in range(1, 6):
        by_hand += stays * hazards[j - 1] * discount[: max(min(j + after, 5), 0)].sum()
        stays *= 1 - hazards[j - 1]
    by_hand += stays * discount.sum()
    terms = ContractTerms(np.array([100.0]), np.array([after]), np.array([NEVER]))
    found = contract_value(np.ones((1, 5), bool), hazards[None], terms, np.array([0.5]))
    assert found == pytest.approx([50 * by_hand], rel=1e-12)


def test_notice_given_is_worth_what_is_still_contracted():
    terms = ContractTerms(np.array([100.0]), np.array([2]), np.array([3]))
    found = contract_value(np.ones((1, 12), bool), np.full((1, 12), 0.5), terms, np.array([1.0]))
    assert found == pytest.approx([100 * (1.1 ** (-np.arange(1, 4) / 12)).sum()])


def test_index_may_have_further_axes():
    chance = LeavingChance(np.full((2, 12), -3.0), np.ones((2, 12), bool))
    index = np.array([[0.0, 0.5], [1.0, -1.0]])
    for i, j in itertools.product(range(2), range(2)):
        assert chance(index)[i, j] == pytest.approx(chance(np.full(2, index[i, j]))[i])
