"""How reliable past lifetime values were: nothing later enters the forecast, and what came is what was brought."""

import numpy as np
import pytest

from accord.engines.customers.client_fits import Settings
from accord.engines.customers.client_forecast import forecast_at
from accord.engines.customers.client_history import as_known
from accord.engines.customers.client_value_check import value_score
from tests.engines.client_histories import firm, with_other_future


def places(history):
    contracts, projects = len(history.contracts.clients), len(history.projects.clients)
    return np.arange(contracts), contracts + np.arange(projects)


def margins(history):
    return np.concatenate([history.contracts.margin, history.projects.margin])


def test_nothing_later_than_the_day_enters_the_forecast():
    history = firm(30, 40, seed=3)
    origin = history.today - 24
    settings = Settings(horizon=24)
    first = forecast_at(history, origin, settings, draws=40)
    other = forecast_at(with_other_future(history, origin), origin, settings, draws=40)
    for one, two in zip(first, other, strict=True):
        assert np.array_equal(one.rows, two.rows) and np.array_equal(one.paths, two.paths)


def test_what_came_is_the_discounted_margin_of_the_same_clients():
    history = firm(30, 40, seed=4)
    found = value_score(history, *places(history), margins(history))
    assert found is not None and (found.months, found.origin) == (24, history.today - 24)
    contracts, projects = forecast_at(history, found.origin, Settings(horizon=24))
    clients = np.concatenate([contracts.rows, 30 + projects.rows])
    assert found.clients == len(clients)
    came = sum(
        margins(history)[client, found.origin + month] / 1.1 ** (month / 12)
        for client in clients
        for month in range(1, 25)
    )
    assert found.actual == pytest.approx(came)
    assert found.forecast == pytest.approx(contracts.value.sum() + projects.value.sum(), rel=0.02)
    assert found.low < found.forecast < found.high and 0 <= found.held <= found.clients


def test_a_client_with_a_contract_and_orders_is_one():
    history = firm(30, 40, seed=4)
    under, ordering = places(history)
    merged = np.where(ordering < 40, ordering - 30, ordering)  # ten of them hold a contract as well
    apart = value_score(history, under, ordering, margins(history))
    found = value_score(history, under, merged, margins(history))
    assert apart is not None and found is not None
    assert apart.clients - 10 <= found.clients < apart.clients
    assert found.forecast == pytest.approx(apart.forecast, rel=0.02)


def test_intervals_hold_about_four_times_in_five():
    held = total = 0
    for seed in range(6):
        history = firm(60, 60, seed=seed)
        found = value_score(history, *places(history), margins(history))
        assert found is not None
        held, total = held + found.held, total + found.clients
    assert 0.65 < held / total < 0.92


@pytest.mark.parametrize(("contracts", "today"), [(4, 48), (40, 14)])
def test_too_little_past_has_no_score(contracts, today):
    history = firm(contracts, 3, today, seed=1)
    assert value_score(history, *places(history), margins(history)) is None


def test_a_short_past_is_judged_by_one_year():
    history = firm(40, 40, 30, seed=1)
    found = value_score(history, *places(history), margins(history))
    assert found is not None and found.months == 12
    assert as_known(history, found.origin).today == found.origin
