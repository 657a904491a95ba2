"""The forecast of a firm's clients: contributions, health, leakage, what it says where there is little to go by."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from accord.engines.customers import client_fit_quality
from accord.engines.customers.backtest import score
from accord.engines.customers.client_backtest import MONTHS, Backtest, backtest
from accord.engines.customers.client_fits import Settings, rhythm_model
from accord.engines.customers.client_forecast import HORIZONS, forecast_clients
from accord.engines.customers.client_health import contributions, health_of, health_slope
from accord.engines.customers.client_history import as_known
from accord.engines.customers.client_outcomes import clients_lapsed, contracts_lost, no_new_orders
from accord.engines.customers.project_clients import rhythm
from accord.engines.customers.signals import SIGNALS, WEIGHTS, Component, as_promised
from tests.engines.client_histories import firm, with_other_future

DRAWS = 60


@pytest.fixture(scope="module")
def history():
    return firm(seed=3)


@pytest.fixture(scope="module")
def forecast(history):
    return forecast_clients(history, draws=DRAWS)


def halves(found):
    return (found.contracts, found.projects)


def equal(one, other):
    """Whether every figure of two halves is the same."""
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in (
            "rows",
            "chance",
            "low",
            "high",
            "within",
            "quiet",
            "lapse",
            "contributions",
            "rhythm",
            "health",
            "value",
            "paths",
        )
    )


def test_golden_contributions():
    base, parts = contributions(lambda eta: expit(logit(0.15) + eta), np.array([[0.55, 0.40, -0.30]]), np.zeros(3))
    assert base == pytest.approx([0.15])
    assert parts[0] == pytest.approx([0.086846, 0.063161, -0.047371], abs=5e-7)
    assert base + parts.sum() == pytest.approx([0.252636], abs=5e-7)


@settings(max_examples=80)
@given(st.lists(st.floats(-2, 2), min_size=4, max_size=4), st.lists(st.floats(-1, 1), min_size=4, max_size=4))
def test_contributions_add_up_and_have_the_sign_of_their_effect(effects, typical):
    effects, typical = np.array([effects]), np.array(typical)

    def chance(eta):
        return 1 - (1 - expit(-3 + eta)) ** 12

    base, parts = contributions(chance, effects, typical)
    assert base + parts.sum(axis=1) == pytest.approx(chance(effects.sum(axis=1)), abs=1e-9)
    assert (np.sign(parts) * np.sign(effects - typical) >= 0).all()


def test_contributions_of_the_typical_client_are_none_and_opposites_do_not_blow_up():
    effects = np.array([[0.3, 0.3], [1.3, -0.7]])
    _, parts = contributions(expit, effects, np.array([0.3, 0.3]))
    assert parts[0].tolist() == [0, 0] and parts[1] == pytest.approx(
        expit(0.6) * expit(-0.6) * np.array([1, -1]), abs=1e-7
    )


def test_everything_adds_up(forecast):
    for half in halves(forecast):
        total = half.typical + half.rhythm + half.contributions.sum(axis=1)
        assert total == pytest.approx(half.chance, abs=1e-9)
        assert 70 + half.health_rhythm + half.health_points.sum(axis=1) == pytest.approx(half.health, abs=1e-9)


@settings(max_examples=60)
@given(st.floats(0.005, 0.8), st.lists(st.floats(0, 1), min_size=2, max_size=10, unique=True))
def test_health_falls_as_the_chance_rises_and_is_70_at_the_typical_one(typical, chances):
    chances = np.sort(chances)
    health = health_of(chances, typical)
    assert (np.diff(health) <= 0).all() and (health >= 0).all() and (health <= 100).all()
    assert health_of(np.array([typical]), typical) == pytest.approx([70])
    step = (health_of(np.array([typical + 1e-6]), typical) - health_of(np.array([typical - 1e-6]), typical)) / 2e-6
    assert health_slope(np.array([typical]), typical) == pytest.approx(step, rel=1e-5)


def test_health_and_chance_never_disagree(forecast):
    chance = np.concatenate([half.chance for half in halves(forecast)])
    health = np.concatenate([half.health for half in halves(forecast)])
    assert (np.diff(health[np.argsort(chance, kind="stable")]) <= 1e-9).all()
    assert np.median(health) == pytest.approx(70, abs=1)


def test_intervals_hold_the_figure_and_chances_rise_with_time(forecast):
    for half in halves(forecast):
        assert ((half.low >= 0) & (half.low <= half.chance) & (half.chance <= half.high) & (half.high <= 1)).all()
        assert (np.diff(half.within, axis=1) >= -1e-12).all() and half.within.shape[1] == len(HORIZONS)
        assert (half.within[:, -1] == half.chance).all()
        assert ((half.value_low <= half.value_median) & (half.value_median <= half.value_high)).all()
    mean, low, high = forecast.total
    assert low < mean < high
    assert mean == pytest.approx(sum(half.value.sum() for half in halves(forecast)), rel=1e-9)


def test_only_active_clients_are_forecast(history, forecast):
    assert forecast.contracts.rows.tolist() == np.flatnonzero(history.contracts.clients.active(history.today)).tolist()
    state = rhythm(history.projects.clients, history.today)
    assert forecast.projects.rows.tolist() == np.flatnonzero(state.active).tolist()
    assert (forecast.projects.months == np.maximum(12, state.window[forecast.projects.rows])).all()


@pytest.mark.parametrize("origin", [27, 36])
def test_nothing_from_after_the_origin_is_known(history, origin):
    assert origin in history.origins
    one, other = (
        forecast_clients(as_known(each, origin), draws=DRAWS) for each in (history, with_other_future(history, origin))
    )
    assert all(equal(a, b) for a, b in zip(halves(one), halves(other), strict=True))
    assert one.total == other.total and one.model == other.model
    assert one.contract_fit.score == other.contract_fit.score


def test_the_other_future_is_another(history):
    changed = forecast_clients(with_other_future(history, 36), draws=DRAWS)
    assert not equal(changed.projects, forecast_clients(history, draws=DRAWS).projects)


def test_reproducible(history, forecast):
    again = forecast_clients(history, draws=DRAWS)
    assert all(equal(a, b) for a, b in zip(halves(forecast), halves(again), strict=True))
    other = forecast_clients(history, draws=DRAWS, seed=2)
    assert np.array_equal(other.contracts.chance, forecast.contracts.chance), "the chance itself is not drawn"
    assert not np.array_equal(other.projects.paths, forecast.projects.paths)


def test_signals_that_do_not_predict_give_everybody_the_base_rate(history, monkeypatch):
    y = [1] * 10 + [0] * 30
    wrong = score(y, [0.01] * 10 + [0.9] * 30, [0.25] * 40, [0, 1] * 20)
    right = score(y, [0.9] * 10 + [0.01] * 30, [0.25] * 40, [0, 1] * 20)
    assert not wrong.predicts and right.predicts

    def found_by(lost, quiet, lapsed):
        tested = Backtest(dict.fromkeys(MONTHS, lost), quiet, dict.fromkeys(MONTHS, lapsed))
        monkeypatch.setattr(client_fit_quality, "backtest", lambda *_: tested)

    found_by(wrong, wrong, right)
    found = forecast_clients(history, draws=DRAWS)
    for half, fit in zip(halves(found), (found.contract_fit, found.project_fit), strict=True):
        assert not fit.ranks and half.quiet == pytest.approx(np.full(len(half.rows), fit.base_rate))
        assert half.chance == pytest.approx(1 - (1 - fit.base_rate) ** (12 / half.months))
        assert (half.contributions == 0).all() and len(np.unique(half.health)) == len(np.unique(half.months))
        assert half.typical + half.rhythm == pytest.approx(half.chance)
    assert len(np.unique(found.contracts.within)) == 3
    assert len(np.unique(found.projects.lapse)) > 3, "lapsing was predicted, and is shown"
    assert len(np.unique(found.projects.value)) > 3
    found_by(right, right, right)
    assert forecast_clients(history, draws=DRAWS).contract_fit.ranks


def test_base_rates_by_counting(history):
    clients, today = history.contracts.clients, history.today
    pairs = [(s, c) for s in history.origins if s + 12 <= today for c in np.flatnonzero(clients.active(s))]
    left = sum(clients.lost[c] <= s + 12 for s, c in pairs)
    lost = contracts_lost(clients, history.origins)
    assert lost.base_rate(today) == pytest.approx((left + 1) / (len(pairs) + 8))
    assert 0 < clients_lapsed(history.projects.clients, history.origins).base_rate(today) < 1


@pytest.mark.parametrize("today", [30, 48])
def test_what_the_last_contact_alone_says_by_counting(history, today):
    clients, origins = history.contracts.clients, history.origins
    outcomes = contracts_lost(clients, origins, 6)
    contact = history.contracts.signals[: len(origins), :, 0]
    edges = [np.log1p(months) - 0.35 for months in (1, 3, 6)]
    heard = {c: sum(contact[-1, c] > edge for edge in edges) for c in range(len(clients))}
    base = outcomes.base_rate(today)
    told = outcomes.by_last_contact(today, contact, contact[-1])
    for c in range(0, len(clients), 7):
        alike = [
            clients.lost[other] <= s + 6
            for at, s in enumerate(origins)
            if s + 6 <= today
            for other in np.flatnonzero(clients.active(s))
            if sum(contact[at, other] > edge for edge in edges) == heard[c]
        ]
        assert told[c] == pytest.approx((sum(alike) + 8 * base) / (len(alike) + 8))


def test_lapses_and_silence_of_the_past_by_walking(history):
    buyers, s = history.projects.clients, 24
    state = rhythm(buyers, s)
    soon, late = (clients_lapsed(buyers, [s], months) for months in (3, 12))
    lapsed, quiet = late.left[0], no_new_orders(buyers, [s])
    assert (soon.left <= late.left).all() and (soon.known == s + 3).all()
    for c in range(len(buyers)):
        since, gone = state.quiet_since[c], False
        for month in range(s + 1, s + 13):
            if buyers.ordered[c, month] or buyers.running[c, month]:
                since = month
            gone = gone or month - since >= state.window[c]
        assert lapsed[c] == gone
        months = max(12, state.window[c])
        assert quiet.known[0, c] == s + months
        assert quiet.left[0, c] == (not buyers.ordered[c, s + 1 : s + months + 1].any())


def test_backtest_scores_every_active_client_of_its_origins(history):
    tested = backtest(history)
    lost, quiet, lapsed = tested.lost[12], tested.quiet, tested.lapsed[12]
    assert tested.lost[3].events <= tested.lost[6].events <= lost.events
    assert lost.plain_brier is not None and 0 < lost.plain_brier < 1
    assert lost.origins >= 2 and lapsed.origins >= 2
    usable = [s for s in history.origins if s + 12 <= history.today and sum(o <= s - 3 for o in history.origins) >= 2]
    step = -(-len(usable) // 8)
    taken = usable[::-1][::step]
    assert lost.outcomes == sum(int(history.contracts.clients.active(s).sum()) for s in taken)
    assert lapsed.outcomes == sum(int(rhythm(history.projects.clients, s).active.sum()) for s in taken)
    assert quiet.outcomes < lapsed.outcomes, "windows that have not ended do not count"


def test_heavier_weights_are_the_prior_s(history):
    heavier = tuple((WEIGHTS * np.where(np.arange(len(SIGNALS)) == 0, 3, 1)).tolist())
    usual, changed = (
        forecast_clients(history, settings, DRAWS) for settings in (Settings(), Settings(weights=heavier))
    )
    assert changed.contract_fit.fit.coefficients[0] > usual.contract_fit.fit.coefficients[0]


def test_a_nearer_horizon_and_a_higher_rate_are_worth_less(history, forecast):
    short, dear = (forecast_clients(history, s, DRAWS) for s in (Settings(horizon=12), Settings(discount_rate=0.4)))
    assert short.total[0] < 0.6 * forecast.total[0] and dear.total[0] < forecast.total[0]


@pytest.mark.parametrize(("contracts", "projects"), [(0, 0), (1, 0), (0, 1), (1, 1), (0, 20), (20, 0)])
@pytest.mark.parametrize("today", [4, 30])
def test_few_clients_or_none_have_a_forecast(contracts, projects, today):
    found = forecast_clients(firm(contracts, projects, today, seed=5), draws=DRAWS)
    for half, fit in zip(halves(found), (found.contract_fit, found.project_fit), strict=True):
        for name in ("chance", "low", "high", "within", "health", "value", "contributions"):
            assert np.isfinite(getattr(half, name)).all(), name
        assert fit.mostly_expectation
    assert np.isfinite(found.total).all()
    if contracts + projects == 0:
        assert found.total == (0, 0, 0) and found.contract_fit.prior_share == pytest.approx(1)


def test_twenty_clients_lean_on_the_prior_more_than_many():
    few, many = (forecast_clients(firm(n, n, seed=4), draws=DRAWS) for n in (10, 150))
    assert few.contract_fit.prior_share > many.contract_fit.prior_share
    assert many.contract_fit.prior_share < 0.2 and not many.contract_fit.mostly_expectation


def test_notice_given_is_not_in_the_forecast():
    history = firm(10, 0, seed=6)
    clients = history.contracts.clients
    first = int(np.flatnonzero(clients.active(history.today))[0])
    lost = np.array(clients.lost)
    lost[first] = history.today
    noticed = replace(history, contracts=replace(history.contracts, clients=replace(clients, lost=lost)))
    assert first not in forecast_clients(noticed, draws=DRAWS).contracts.rows


def test_the_rhythm_model_needs_no_clients():
    model = rhythm_model(firm(3, 0, seed=1).projects.clients, 48)
    assert model.r == pytest.approx(1.5, rel=0.2) and model.b == pytest.approx(3, rel=0.2)


def test_as_promised_caps_delivery_and_nothing_else():
    signals = np.random.default_rng(1).normal(size=(50, len(SIGNALS)))
    capped = as_promised(signals)
    for k, signal in enumerate(SIGNALS):
        if signal.component is Component.DELIVERY:
            assert (capped[:, k] == np.minimum(signals[:, k], 0)).all()
        else:
            assert (capped[:, k] == signals[:, k]).all()
