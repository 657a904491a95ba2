"""What makes the forecast quick for many clients changes none of its figures."""

from dataclasses import fields, replace

import numpy as np
import pytest

from accord.engines.customers import backtest as scores
from accord.engines.customers import half_forecast
from accord.engines.customers.client_fits import Stage
from accord.engines.customers.client_forecast import forecast_clients
from accord.engines.customers.client_history import as_known
from accord.engines.customers.project_clients import rhythm
from tests.engines.client_histories import firm


def fresh(clients):
    """The same clients, of whom nothing is remembered."""
    return replace(clients)


def test_intervals_are_those_of_the_drawn_rows_themselves():
    draw = np.random.default_rng(3)
    p = draw.choice([0.1, 0.2, 0.2, 0.5, 0.7], 150)
    y, base = (draw.random(150) < p).astype(float), np.full(150, 0.3)
    found = scores.score(y, p, base, np.zeros(150), seed=5)
    again = np.random.default_rng(5)
    rows = [again.integers(0, 150, 150) for _ in range(400)]
    areas = [scores._auc(y[each], p[each]) for each in rows if 0 < y[each].sum() < 150]
    skills = [scores._skill(y[each], p[each], base[each]) for each in rows]
    assert (found.auc.low, found.auc.high) == tuple(np.quantile(areas, [0.1, 0.9]))
    assert (found.skill.low, found.skill.high) == tuple(np.quantile(skills, [0.1, 0.9]))


def test_a_remembered_rhythm_is_that_of_clients_looked_at_anew():
    history = firm(seed=4)
    buyers = history.projects.clients
    for origin in history.origins:
        rhythm(buyers, origin)
    for origin in history.origins[3::4]:
        known = as_known(history, origin)
        then = known.projects.clients
        assert max(then.rhythms) <= origin
        for past in known.origins:
            remembered, anew = rhythm(then, past), rhythm(fresh(then), past)
            for column in fields(anew):
                np.testing.assert_array_equal(getattr(remembered, column.name), getattr(anew, column.name))


def test_a_month_not_known_yet_is_not_remembered():
    buyers = firm(seed=4).projects.clients
    rhythm(buyers, buyers.months)
    assert buyers.months not in buyers.rhythms


def test_portions_change_nothing(monkeypatch):
    history = firm(contracts=23, projects=31)
    whole = forecast_clients(history)
    monkeypatch.setattr(half_forecast, "PORTION", 7)
    parts = forecast_clients(history)
    for one, other in ((whole.contracts, parts.contracts), (whole.projects, parts.projects)):
        for name in ("chance", "low", "high", "value", "health"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12)


def test_who_watches_sees_the_work_go_on_and_can_end_it():
    history = firm()
    told = []
    forecast_clients(history, watch=lambda stage, done, total: told.append((stage, done, total)))
    clients = len(history.contracts.clients) + len(history.projects.clients)
    fitting = [done for stage, done, _ in told if stage == Stage.FITTING]
    forecast = [(done, total) for stage, done, total in told if stage == Stage.FORECASTING]
    assert fitting == list(range(len(fitting))) and len(fitting) > 2
    assert forecast == sorted(forecast) and forecast[0] == (0, clients) and forecast[-1] == (clients, clients)

    class Enough(Exception):
        pass

    def stop(stage, done, total):
        if stage == Stage.FORECASTING and done > clients / 2:
            raise Enough

    with pytest.raises(Enough):
        forecast_clients(history, watch=stop)
