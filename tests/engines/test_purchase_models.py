"""The choice between buying models, the ranges of their forecasts, and whether purchases are random at all."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from accord.engines.customers.forecast_ranges import forecast_ranges, played
from accord.engines.customers.gamma_gamma import GammaGamma, fit_gamma_gamma
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.customers.mbg_nbd import MbgNbd
from accord.engines.customers.purchase_models import (
    ModelName,
    compare_on_holdout,
    fit_model,
    log_likelihood_of,
    most_likely,
    name_of,
    parameters_of,
)
from accord.engines.customers.purchase_rhythm import regularity, seasonality
from accord.engines.customers.purchase_summary import purchase_summary, summary_of
from tests.engines.purchase_histories import bought_by_coin, bought_until_death

FIRST = date(2024, 1, 1)


def transactions(customers, seed, days=700):
    """Customers who leave by the coin and buy at random; rows as a file has them."""
    random = np.random.default_rng(seed)
    rows = []
    for customer in range(customers):
        now, rate, leave = random.uniform(0, 200), random.gamma(0.8, 1 / 40), random.beta(0.9, 2.5)
        while now < days:
            rows.append((f"C{customer}", FIRST + timedelta(int(now)), random.gamma(3, 20)))
            if random.random() < leave:
                break
            now += 1 + random.exponential(1 / rate)
    names, dates, amounts = zip(*rows, strict=True)
    return {"customer": names, "date": dates, "amount": amounts}


def test_golden_comparison_on_cdnow(shared_data):
    text = (shared_data / "02_customers/cdnow/CDNOW_sample.txt").read_text()
    rows = [line.split() for line in text.splitlines() if line.strip()]
    bought = {
        "customer": [row[1] for row in rows],
        "date": [datetime.strptime(row[2], "%Y%m%d").date() for row in rows],
    }
    calibration = purchase_summary(bought, amount=None, ends=date(1997, 9, 30))
    found = compare_on_holdout(calibration, purchase_summary(bought, amount=None, ends=date(1998, 6, 30)))
    scores = {score.name: score for score in found.scores}
    assert (found.customers, found.actual) == (2357, 1882)
    assert scores[ModelName.BG_NBD].mae <= 0.786 and scores[ModelName.PARETO_NBD].mae <= 0.755
    assert scores[None].mae == pytest.approx(1.024, abs=1e-3) and scores[None].log_likelihood is None
    assert scores[ModelName.PARETO_NBD].rmse == pytest.approx(1.603, abs=1e-3)
    assert found.best is ModelName.PARETO_NBD and found.beats_base and not found.refused
    assert found.is_tie and found.chosen is ModelName.BG_NBD  # one standard error apart: the known one is kept


def test_the_comparison_is_of_the_same_customers():
    rows = transactions(600, seed=1)
    cut = FIRST + timedelta(400)
    calibration, whole = purchase_summary(rows, ends=cut), purchase_summary(rows, ends=FIRST + timedelta(700))
    found = compare_on_holdout(calibration, whole)
    assert found.customers == len(calibration) and (found.calibration_ends, found.ends) == (cut, whole.ends)
    known = set(calibration.customers)
    later = {(c, d) for c, d in zip(rows["customer"], rows["date"], strict=True) if d > cut and c in known}
    assert found.actual == len(later)
    best = min((score for score in found.scores if score.name), key=lambda score: score.rmse)
    assert found.best is best.name


def test_without_held_out_purchases_there_is_no_comparison():
    rows = transactions(300, seed=2)
    whole = purchase_summary(rows)
    almost = purchase_summary(rows, ends=whole.ends - timedelta(1))
    found = compare_on_holdout(almost, whole)
    assert isinstance(found, NotEnoughData) and "at least 20 are needed" in found.reason
    with pytest.raises(ValueError, match="must end before"):
        compare_on_holdout(whole, whole)


def test_the_most_likely_model_of_a_summary():
    summary = bought_by_coin(4000, 0.8, 30, 0.9, 2.5, seed=3, at_first=False, days=True)
    model, refused = most_likely(summary)
    assert name_of(model) is ModelName.BG_NBD and not refused
    assert log_likelihood_of(model, summary) == pytest.approx(model.log_likelihood)
    at_any_time, _ = most_likely(bought_until_death(8000, 0.8, 30, 0.9, 90, seed=3)[0])
    assert name_of(at_any_time) is ModelName.PARETO_NBD
    nothing, refused = most_likely(summary_of([0], [0], [1]))
    assert isinstance(nothing, NotEnoughData) and "only 1 customer" in refused[ModelName.PARETO_NBD]


@pytest.mark.parametrize("name", list(ModelName))
def test_played_futures_average_to_the_forecast(name):
    truth = {
        ModelName.BG_NBD: (0.8, 30, 0.9, 2.5),
        ModelName.MBG_NBD: (0.8, 30, 0.9, 2.5),
        ModelName.PARETO_NBD: (0.8, 30, 0.9, 90),
    }[name]
    if name is ModelName.PARETO_NBD:
        summary = bought_until_death(1000, *truth, seed=4)[0]
    else:
        summary = bought_by_coin(1000, *truth, seed=4, at_first=name is ModelName.MBG_NBD)
    model = fit_model(name, summary)
    random = np.random.default_rng(5)
    bought, alive = zip(*(played(model, summary, 90, random) for _ in range(400)), strict=True)
    x, t_x, T = summary.frequency, summary.recency, summary.age
    assert np.mean(bought) == pytest.approx(model.expected_purchases(90, x, t_x, T).mean(), rel=0.01)
    assert np.mean(alive) == pytest.approx(model.probability_alive(x, t_x, T).sum(), rel=0.01)


@pytest.mark.slow
def test_ranges_of_the_total_hold_what_they_say():
    held = covered = 0
    for seed in range(150):
        summary, later = bought_until_death(600, 0.8, 30, 0.9, 90, seed=seed)
        ranges = forecast_ranges(fit_model(ModelName.PARETO_NBD, summary), summary, 100, most_draws=200)
        low, high = ranges.total_purchases
        held += low <= later.sum() <= high
        low, high = ranges.purchases
        covered += np.mean((low <= later) & (later <= high))
    assert 0.70 <= held / 150 <= 0.90  # its standard error is 3.3 %
    assert covered / 150 >= 0.80  # counts: what lies on an end is inside


def test_ranges_of_value():
    rows = transactions(500, seed=6)
    summary = purchase_summary(rows)
    spend, model = fit_gamma_gamma(summary), fit_model(ModelName.MBG_NBD, summary)
    assert isinstance(spend, GammaGamma) and isinstance(model, MbgNbd)
    found = forecast_ranges(model, summary, 365, spend, np.full(len(summary), 0.5))
    expected = 0.5 * model.expected_purchases(365, summary.frequency, summary.recency, summary.age)
    expected = expected * spend.expected_spend(summary.frequency, summary.mean_spend)
    assert found.total_value[0] < expected.sum() < found.total_value[1]
    assert (found.value[0] <= found.value[1]).all() and (found.purchases[0] >= 0).all()
    again = forecast_ranges(model, summary, 365, spend, np.full(len(summary), 0.5))
    assert again.total_value == found.total_value  # the same file, the same ranges
    unknown = MbgNbd(*parameters_of(model).values())
    assert forecast_ranges(unknown, summary, 365) is None


def test_random_purchases_are_not_called_regular_nor_seasonal():
    random = np.random.default_rng(7)
    customers, days = [], []
    for customer in range(200):
        when = np.cumsum(random.exponential(random.gamma(3, 20) + 3, 40))
        days += [FIRST + timedelta(int(t)) for t in when if t < 1000]
        customers += [customer] * int((when < 1000).sum())
    found = regularity(customers, days)
    assert found.low <= 1.1 and found.shape == pytest.approx(1, abs=0.12) and not found.is_regular
    season = seasonality(days, FIRST + timedelta(999))
    assert not season.is_seasonal and season.months == 32


def test_a_clock_is_regular():
    random = np.random.default_rng(8)
    customers, days = [], []
    for customer in range(60):
        when = np.cumsum(random.gamma(9, 30 / 9, 30))
        days += [FIRST + timedelta(int(t)) for t in when]
        customers += [customer] * 30
    found = regularity(customers, days)
    assert found.is_regular and found.shape == pytest.approx(9, rel=0.25)
    assert found.variation == pytest.approx(1 / 3, rel=0.15)
    assert regularity(customers[:40], days[:40]) is None


@pytest.mark.parametrize("growth", [0.0, 1.0, -1.0])
def test_a_season_is_found_in_any_trend(growth):
    random = np.random.default_rng(9)
    days = []
    for offset in range(3 * 365):
        day = FIRST + timedelta(offset)
        level = np.exp(growth * offset / 1095) * (2.0 if day.month == 12 else 1.0)
        days += [day] * random.poisson(3 * level)
    found = seasonality(days, FIRST + timedelta(1095))
    assert found.is_seasonal and found.index[11] == max(found.index) and 1.6 < found.index[11] < 2.3
    assert seasonality(days[:300]) is None  # less than two years
    assert seasonality([]) is None
