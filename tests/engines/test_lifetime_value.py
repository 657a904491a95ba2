"""The value of a customer, and the golden figures of the CDNOW data (read from the shared folder when it is there)."""

import doctest
import os
from datetime import datetime
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from accord.engines.customers.lifetime_value import (
    DAYS_PER_MONTH,
    BgNbd,
    CustomerValues,
    GammaGamma,
    NotEnoughData,
    fit_bg_nbd,
    fit_gamma_gamma,
    lifetime_value,
    purchase_summary,
    summary_of,
    value_customers,
)

SHARED = Path(os.environ.get("ACCORD_SHARED_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
CDNOW = SHARED / "02_customers" / "cdnow"
needs_cdnow = pytest.mark.skipif(not CDNOW.is_dir(), reason="the shared data are not on this machine")

PURCHASES = BgNbd(0.24259, 4.4136, 0.79293, 2.42593)
SPEND = GammaGamma(6.2488, 3.7446, 15.4477)


@pytest.fixture(scope="module")
def transactions():
    rows = [line.split() for line in (CDNOW / "CDNOW_sample.txt").read_text().splitlines() if line.strip()]
    return {
        "customer": [row[1] for row in rows],
        "date": [datetime.strptime(row[2], "%Y%m%d").date() for row in rows],
        "amount": [float(row[4]) for row in rows],
    }


@pytest.fixture(scope="module")
def cdnow(transactions):
    return purchase_summary(transactions, ends=datetime(1997, 9, 30).date())


@pytest.fixture(scope="module")
def cdnow_file():
    """The summary as published, weeks and dollars rounded to two decimals."""
    rows = np.genfromtxt(CDNOW / "cdnow_customers_summary_with_transactions.csv", delimiter=",", names=True)
    return summary_of(rows["x"], rows["t_x"], rows["T"], rows["zbar"])


@needs_cdnow
def test_golden_bg_nbd(cdnow):
    model = fit_bg_nbd(cdnow)
    assert len(cdnow) == 2357
    assert (round(model.r, 5), round(model.alpha, 4), round(model.a, 5), round(model.b, 5)) == pytest.approx(
        (0.24259, 4.4136, 0.79293, 2.42593), abs=2.5e-5
    )
    assert model.log_likelihood == pytest.approx(-9582.429, abs=5e-4)
    assert float(model.expected_purchases(39, 2, 30.43, 38.86)) == pytest.approx(1.226, abs=5e-4)


@needs_cdnow
def test_golden_gamma_gamma(cdnow_file):
    model = fit_gamma_gamma(cdnow_file)
    assert model.customers == 946
    assert (model.p, model.q, model.gamma) == pytest.approx((6.2488, 3.7446, 15.4477), abs=5e-5)
    assert model.log_likelihood == pytest.approx(-4055.923, abs=5e-4)
    assert model.population_mean == pytest.approx(35.17, abs=5e-3)


@needs_cdnow
def test_golden_holdout(cdnow, transactions):
    calibration = datetime(1997, 9, 30).date()
    bought = {
        pair for pair in zip(transactions["customer"], transactions["date"], strict=True) if pair[1] > calibration
    }
    number = {customer: i for i, customer in enumerate(cdnow.customers)}
    actual = np.zeros(len(cdnow))
    for customer, _ in bought:
        actual[number[customer]] += 1
    forecast = fit_bg_nbd(cdnow).expected_purchases(39, cdnow.frequency, cdnow.recency, cdnow.age)
    assert actual.sum() == 1882
    assert np.abs(forecast - actual).mean() == pytest.approx(0.786, abs=1e-3)
    assert np.sqrt(((forecast - actual) ** 2).mean()) == pytest.approx(1.608, abs=1e-3)
    assert forecast.sum() == pytest.approx(1653, abs=0.6)
    same_rate = cdnow.frequency / cdnow.age * 39
    assert np.abs(same_rate - actual).mean() == pytest.approx(1.024, abs=1e-3)
    assert np.sqrt(((same_rate - actual) ** 2).mean()) == pytest.approx(2.212, abs=1e-3)


@needs_cdnow
def test_the_published_summary_is_the_one_computed(cdnow, cdnow_file):
    assert cdnow.frequency.tolist() == cdnow_file.frequency.tolist()
    assert np.abs(cdnow.recency - cdnow_file.recency).max() <= 0.0051
    assert np.abs(cdnow.age - cdnow_file.age).max() <= 0.0051
    assert np.abs(cdnow.mean_spend - cdnow_file.mean_spend).max() <= 0.0051


def people(seed=1, customers=400):
    random = np.random.default_rng(seed)
    x = random.poisson(1.2, customers).astype(float)
    age = random.integers(100, 300, customers) / 7
    recency = np.where(x > 0, np.ceil(age * random.random(customers) * 7) / 7, 0)
    spend = np.where(x > 0, random.gamma(5, 20, customers), 0)
    return summary_of(x, np.minimum(recency, age), age, spend)


def test_value_is_the_discounted_sum_month_by_month():
    summary = people()
    expected = np.zeros(len(summary))
    before = np.zeros(len(summary))
    for month in range(1, 19):
        by_then = PURCHASES.expected_purchases(
            month * DAYS_PER_MONTH / 7, summary.frequency, summary.recency, summary.age
        )
        expected += (by_then - before) / 1.15 ** (month / 12)
        before = by_then
    expected *= 0.4 * SPEND.expected_spend(summary.frequency, summary.mean_spend)
    value = lifetime_value(PURCHASES, SPEND, summary, horizon_months=18, discount_rate=0.15, margin=0.4)
    assert value == pytest.approx(expected, rel=1e-9)


def test_without_discount_value_is_purchases_times_spend():
    summary = people()
    value = lifetime_value(PURCHASES, SPEND, summary, horizon_months=12, discount_rate=0)
    purchases = PURCHASES.expected_purchases(365.25 / 7, summary.frequency, summary.recency, summary.age)
    assert value == pytest.approx(purchases * SPEND.expected_spend(summary.frequency, summary.mean_spend))
    assert (lifetime_value(PURCHASES, SPEND, summary, discount_rate=0.1) < value).all()
    assert (lifetime_value(PURCHASES, SPEND, summary, horizon_months=24, discount_rate=0) > value).all()


def test_value_customers_agrees_with_its_parts():
    summary = people()
    found = value_customers(summary, horizon_months=6, discount_rate=0.08, margin=0.5)
    assert isinstance(found, CustomerValues) and isinstance(found.spend, GammaGamma)
    assert found.purchases == fit_bg_nbd(summary) and found.spend == fit_gamma_gamma(summary)
    assert found.value == pytest.approx(lifetime_value(found.purchases, found.spend, summary, 6, 0.08, 0.5))
    assert len(found.value) == len(found.probability_alive) == len(summary)


def test_customers_without_spend_have_purchases_but_no_value():
    summary = people()
    found = value_customers(summary_of(summary.frequency, summary.recency, summary.age))
    assert isinstance(found, CustomerValues)
    assert found.value is None and isinstance(found.spend, NotEnoughData) and (found.expected_purchases > 0).all()


def test_too_few_customers_are_not_valued():
    assert isinstance(value_customers(people(customers=9)), NotEnoughData)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"horizon_months": 0}, "at least one month"),
        ({"discount_rate": -1}, "above -100 %"),
        ({"discount_rate": float("nan")}, "above"),
    ],
)
def test_senseless_questions_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        lifetime_value(PURCHASES, SPEND, people(), **arguments)


def test_units_of_time_may_not_be_mixed():
    with pytest.raises(ValueError, match="7 days, the summary in 1 days"):
        lifetime_value(PURCHASES, SPEND, summary_of([1], [1], [2], [3], unit_days=1))


@pytest.mark.parametrize(
    "name",
    [
        "likelihood",
        "purchase_summary",
        "bg_nbd",
        "gamma_gamma",
        "lifetime_value",
        "retention",
        "satisfaction",
        "shifted_beta_geometric",
    ],
)
def test_the_worked_examples_are_true(name):
    result = doctest.testmod(import_module(f"accord.engines.{name}"))
    assert result.attempted and not result.failed
