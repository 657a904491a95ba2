"""Clients who order projects: rhythm and window, rows, the quiet path, and lapsing by listing every future."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from accord.engines.customers.mbg_nbd import MbgNbd
from accord.engines.customers.monthly_hazard import NEVER, fading
from accord.engines.customers.project_clients import (
    LONGEST_WINDOW,
    SILENT_DEPARTURE,
    TERMS,
    OrderChance,
    ProjectClients,
    QuietPath,
    fit_orders,
    order_chance,
    order_rows,
    order_terms,
    quiet_path,
    rhythm,
    unheard,
)
from accord.engines.customers.signals import SIGNALS

MODEL = MbgNbd(1.5, 9.0, 0.4, 3.0, unit_days=365.25 / 12)


def clients(orders, months, running=(), origins=1, closed=None, until=-1):
    """``orders`` and ``running`` [client] list months."""
    n = len(orders)
    tables = np.zeros((2, n, months), bool)
    for table, listed in zip(tables, (orders, running), strict=True):
        for client, those in enumerate(listed):
            table[client, list(those)] = True
    first = np.array([min(those) if those else NEVER for those in orders])
    ends = np.full(n, NEVER) if closed is None else np.array(closed)
    return ProjectClients(np.zeros(n, np.int64), *tables, first, ends, np.full((origins, n), until))


def test_rhythm_by_hand():
    state = rhythm(clients([[0, 6, 12], [10]], 25, running=[[13, 14], []]), 24)
    assert state.repeats.tolist() == [2, 0] and state.last.tolist() == [12, 10]
    assert state.silence.tolist() == [10, 14], "silence runs from the end of the work"
    firm = (2 + 2.5) / (24.5 + 14.5 + 25)
    assert state.rate == pytest.approx([4.5 / (24.5 - 5 + 2.5 / firm), 2.5 / (14.5 - 7 + 2.5 / firm)])
    assert state.window.tolist() == [24, 24] and state.active.all()


@settings(max_examples=60)
@given(st.lists(st.sets(st.integers(0, 30), min_size=1, max_size=12), min_size=1, max_size=6))
def test_window_between_nine_months_and_two_years(orders):
    state = rhythm(clients(orders, 31), 30)
    assert ((state.window >= 9) & (state.window <= 24)).all()
    assert (state.active == (state.silence < state.window)).all()
    exact = np.clip(np.ceil(3 / state.rate), 9, 24)
    assert (state.window == exact).all()


def test_what_comes_later_does_not_matter():
    early = rhythm(clients([[0, 4], [3]], 40), 12)
    later = rhythm(clients([[0, 4, 20, 30], [3, 25], [18]], 40), 12)
    for name in ("repeats", "last", "quiet_since", "rate", "window", "active"):
        assert getattr(later, name)[:2].tolist() == getattr(early, name).tolist(), name
    assert not later.active[2]


def test_closed_by_hand_is_active_until_then():
    some = clients([[0]], 20, closed=[5])
    assert rhythm(some, 4).active.all() and not rhythm(some, 5).active.any()


def test_nothing_heard_ends_with_an_order_and_stops_at_eight_months():
    assert unheard(np.array([0.0, 4, 12, 12]), np.array([9.0, 9, 9, 2])).tolist() == [0, 1, 2, 0.5]


def test_base_terms_by_hand():
    terms = order_terms(MODEL, *(np.array([v]) for v in (3.0, 20.5, 10.5, 4.0, 1.0, 0.2, 2.0, 0.7)))
    chance = MODEL.probability_of_purchase_next(1, 3, 10, 20)
    overdue = np.log1p(0.2 * 10.5 - 1)
    by_hand = [1, np.log(chance / (1 - chance)), 1, overdue, np.log(5) - 1, overdue * np.log(3), 0.7]
    assert terms[0] == pytest.approx(by_hand) and len(by_hand) == TERMS


def test_rows_move_with_what_happened_and_signals_stay():
    some = clients([[0, 6, 14]], 30)
    signals = np.full((1, 1, len(SIGNALS)), 0.5)
    rows = order_rows(some, MODEL, [10], signals, np.array([[3.0]]), today=25)
    assert rows.event[0].nonzero()[0].tolist() == [3], "month 14 is the fourth after month 10"
    assert rows.weight.tolist() == [[1] * 12] and rows.signals.tolist() == [[0.5] * len(SIGNALS)]
    heard = rows.base[0, :, 6]
    assert heard == pytest.approx([0.75] * 4 + [0] * 8), "three months without contact, until the order"
    before, after = rows.base[0, 3, 1], rows.base[0, 4, 1]
    assert after > before, "an order makes the next one likelier"


def test_rows_end_where_the_client_lapses_or_is_closed_and_today():
    quiet = clients([[0, 1, 2, 3, 4, 5, 6, 7, 8]], 40)
    window = rhythm(quiet, 10).window[0]
    rows = order_rows(quiet, MODEL, [10], np.zeros((1, 1, len(SIGNALS))), np.zeros((1, 1)), today=39)
    assert rows.weight[0].sum() == window - 2, "silence is 2 months at the origin"
    closed = clients([[0, 8]], 40, closed=[14])
    rows = order_rows(closed, MODEL, [10], np.zeros((1, 1, len(SIGNALS))), np.zeros((1, 1)), today=39)
    assert rows.weight[0].tolist() == [1] * 3 + [0] * 9
    rows = order_rows(clients([[0, 8]], 40), MODEL, [10], np.zeros((1, 1, len(SIGNALS))), np.zeros((1, 1)), today=12)
    assert rows.weight[0].sum() == 2


def test_no_origins_give_the_prior():
    some = clients([[0, 5]], 12)
    fit = fit_orders(some, MODEL, [], np.zeros((0, 1, len(SIGNALS))), np.zeros((0, 1)), 11, 1)
    assert fit.mode[:TERMS] == pytest.approx([0, 1, 0, 0, 0, -0.15, -0.6]) and fit.rows == 0


def test_a_sample_of_the_rows_is_a_share_of_both_kinds():
    draw = np.random.default_rng(3)
    some = clients([sorted({0, *draw.integers(0, 40, 4)}) for _ in range(400)], 41, origins=6)
    origins = [9, 12, 15, 18, 21, 24]
    blank = np.zeros((6, 400, len(SIGNALS))), np.zeros((6, 400))
    every = order_rows(some, MODEL, origins, *blank, today=40)
    part = order_rows(some, MODEL, origins, *blank, today=40, most_rows=500)
    assert len(part) == 500 < len(every)
    assert part.weight.sum() == pytest.approx(every.weight.sum(), rel=0.1)
    assert part.events == pytest.approx(every.events, rel=0.1)


def random_path(seed, due, window):
    draw = np.random.default_rng(seed)
    n = len(due)
    path = QuietPath(
        np.zeros(n, np.int64),
        np.zeros((n, LONGEST_WINDOW, TERMS)),
        np.array(due),
        np.array(window),
        np.zeros((n, 3, LONGEST_WINDOW, TERMS)),
    )
    return OrderChance(path, draw.normal(-1.5, 1, (n, LONGEST_WINDOW)), draw.normal(-1, 1, (n, 3, LONGEST_WINDOW)))


def no_order_by_hand(log_odds, index, months):
    """Gone from month k on, or never: each with its chance, times the chance of silence until then."""
    hazard = expit(log_odds[:months] + fading(months) * index)
    silence = np.concatenate([[1.0], np.cumprod(1 - hazard)])
    d = SILENT_DEPARTURE
    gone = sum(d * (1 - d) ** (k - 2) * silence[k - 1] for k in range(2, months + 1))
    return gone + (1 - d) ** (months - 1) * silence[months]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 9_999), st.integers(1, 24), st.floats(-1, 1))
def test_no_order_by_listing_every_departure(seed, months, index):
    chance = random_path(seed, [30], [24])
    found = chance.no_order(np.array([index]), np.array([months]))
    assert found == pytest.approx([no_order_by_hand(chance.structural[0], index, months)], rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 9_999), st.integers(1, 14), st.integers(9, 11), st.floats(-1, 1))
def test_lapse_by_listing_every_first_order(seed, due, window, index):
    """No order until the silence is long enough; or a first order in each month, and silence for a window after it."""
    chance = random_path(seed, [due], [window])
    fade = fading(LONGEST_WINDOW)
    total = no_order_by_hand(chance.structural[0], index, due) if due <= 12 else 0.0
    for first in range(1, min(due - 1, 12 - window) + 1):
        hazard = expit(chance.structural[0] + fade * index)
        after = expit(chance.after[0, first - 1] + fade * index)
        total += np.prod(1 - hazard[: first - 1]) * hazard[first - 1] * np.prod(1 - after[first : first + window])
    assert chance.lapsed(np.array([index])) == pytest.approx([total], rel=1e-9)


def test_lapse_and_silence_by_simulation():
    """A thousand times a hundred futures, month by month, with departures: how often the silence lasts."""
    chance, draw = random_path(5, [30], [24]), np.random.default_rng(1)
    hazard = expit(chance.structural[0, :20])
    gone = np.cumsum(draw.random((100_000, 20)) < SILENT_DEPARTURE * (np.arange(20) > 0), axis=1) > 0
    ordered = (draw.random((100_000, 20)) < hazard) & ~gone
    seen = (~ordered.any(axis=1)).mean()
    assert chance.no_order(np.zeros(1), np.array([20]))[0] == pytest.approx(seen, abs=4 * np.sqrt(seen / 1e5) + 1e-4)


def test_chances_rise_with_time_and_fall_with_orders():
    chance = random_path(1, [4, 9, 30], [9, 12, 24])
    index = np.zeros(3)
    lapsed = np.stack([chance.lapsed(index, months) for months in (3, 6, 12)])
    assert (np.diff(lapsed, axis=0) >= -1e-12).all()
    assert (chance.no_order(index + 0.5, np.array([12, 12, 24])) < chance.no_order(index, np.array([12, 12, 24]))).all()


def test_quiet_path_of_a_client():
    some = clients([[0, 6, 12]], 31, running=[list(range(12, 31))], until=33)
    state = rhythm(some, 30)
    path = quiet_path(some, MODEL, state, some.running_until[0], np.array([2.0]), np.array([0]))
    assert path.lapses_in.tolist() == [33 + state.window[0] - 30], "silence begins when the running work ends"
    assert path.terms[0, :, 2].tolist() == [1] * 3 + [0] * 21
    assert path.terms[0, :5, 4] + 1 == pytest.approx(np.log1p([0, 0, 0, 0, 1]))
    assert path.terms[0, :, 6] == pytest.approx(np.full(24, 0.5)) and (path.after[..., 6] == 0).all()


def test_draws_at_the_mode_are_the_chance():
    some = clients([[0, 6, 12], [9]], 25, origins=3)
    signals = np.random.default_rng(2).normal(size=(3, 2, len(SIGNALS)))
    fit = fit_orders(some, MODEL, [12, 15, 18], signals, np.ones((3, 2)), 24, 1)
    path = quiet_path(some, MODEL, rhythm(some, 24), some.running_until[-1], np.ones(2), np.arange(2))
    one, many = order_chance(path, fit), order_chance(path, fit, fit.mode[None], np.zeros(1))
    index = signals[-1] @ fit.coefficients
    assert many.lapsed(index[:, None])[:, 0] == pytest.approx(one.lapsed(index))
    months = np.array([12, 20])
    assert many.no_order(index[:, None], months)[:, 0] == pytest.approx(one.no_order(index, months))
