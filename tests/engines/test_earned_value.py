"""Earned value and earned schedule: the golden figures, a real project's thirteen months, and what must always hold."""

import csv
import doctest
import os
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.engines.money import earned_value
from accord.engines.money.earned_value import (
    MEASURES,
    NO_ACTUAL_COST,
    EarnedSchedule,
    earned_schedule,
    measure,
    of_series,
)

SHARED = Path(os.environ.get("ACCORD_SHARED_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
CHECK_IN = SHARED / "05_project_control" / "evm_revamp_checkin" / "pv_ev_ac_cumulative_keur.csv"

PLANNED = [10_000, 20_000, 40_000, 70_000, 100_000]
EARNED = [8_000, 22_000, 35_000]
ACTUAL = [9_000, 21_000, 36_000]

money = st.decimals(1, 10**9, places=2)


GOLDEN = {
    "bac": "100000",
    "pv": "40000",
    "ev": "35000",
    "ac": "36000",
    "sv": "-5000",
    "cv": "-1000",
    "spi": "0.875",
    "cpi": "0.972222",
    "eac": "102857.14",
    "eac_at_budget": "101000",
    "eac_with_schedule": "112408.16",
    "etc": "66857.14",
    "vac": "-2857.14",
    "tcpi": "1.015625",
    "cv_percent": "-0.028571",
    "sv_percent": "-0.125",
    "tcpi_eac": "0.972222",
}


@pytest.mark.parametrize("name", MEASURES)
def test_golden_figures(name):
    value, _ = of_series(PLANNED, EARNED, ACTUAL)
    expected = Decimal(GOLDEN[name])
    assert round(value.figures()[name], -expected.as_tuple().exponent) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("earned", "2.75"), ("sv_t", "-0.25"), ("spi_t", "0.916667"), ("ieac_t", "5.454545"), ("forecast", "5.25"),
     ("tspi", "1.125"), ("actual_time", "3"), ("planned_duration", "5")],
)  # fmt: skip
def test_golden_figures_in_time(name, expected):
    _, schedule = of_series(PLANNED, EARNED, ACTUAL)
    assert round(getattr(schedule, name), -Decimal(expected).as_tuple().exponent) == Decimal(expected)


def test_what_is_unknown_stays_unknown():
    value, _ = of_series(PLANNED, EARNED)
    assert value.missing == (NO_ACTUAL_COST,)
    known = {name for name, figure in value.figures().items() if figure is not None}
    assert known == {"bac", "pv", "ev", "sv", "sv_percent", "spi"}
    assert value.spi == Decimal("0.875")


def test_nothing_done_yet_divides_by_nothing():
    value = measure(bac=100, pv=0, ev=0, ac=0)
    assert (value.cpi, value.spi, value.eac, value.sv_percent, value.cv) == (None, None, None, None, 0)
    assert (value.eac_at_budget, value.tcpi) == (100, 1)


def test_budget_used_up():
    value = measure(bac=100, pv=100, ev=90, ac=100)
    assert value.tcpi is None and value.eac is not None


@pytest.mark.parametrize("name", ["bac", "pv", "ev"])
def test_negative_budgets_are_refused(name):
    with pytest.raises(ValueError, match=f"{name} is negative"):
        measure(**{"bac": 1, "pv": 1, "ev": 1, "ac": 1, name: -1})


@pytest.mark.parametrize(
    ("planned", "earned", "actual", "message"),
    [
        ([], [1], None, "at least one period"),
        ([1], [], None, "at least one period"),
        ([1, 2], [1, 2], [1], "2 periods of earned value but 1 of actual cost"),
        ([5, 4], [1], None, "planned value falls"),
        ([0, 0], [0], None, "zero throughout"),
    ],
)
def test_series_of_other_shapes_are_refused(planned, earned, actual, message):
    with pytest.raises(ValueError, match=message):
        of_series(planned, earned, actual)


def test_where_the_plan_stands_still_the_later_moment_counts():
    _, schedule = of_series([10, 20, 20, 20, 30], [5, 12, 20])
    assert schedule.earned == 4  # PV is still 20 at the end of period 4
    _, beyond = of_series([10, 20, 20, 20, 30], [5, 12, 20, 25])
    assert beyond.earned == Decimal("4.5")


def test_earned_schedule_ends_with_the_planned_duration():
    _, done = of_series([10, 30, 30, 30], [2, 10, 20, 30])
    assert (done.planned_duration, done.earned, done.sv_t, done.tspi) == (2, 2, -2, None)
    _, idle = of_series([0, 0, 10], [0, 0])
    assert idle.earned == 0 and idle.spi_t == 0 and idle.ieac_t is None


@pytest.mark.skipif(not CHECK_IN.is_file(), reason="the shared data are not on this machine")
def test_a_real_project_that_came_in_late_and_under_cost():
    with CHECK_IN.open() as stream:
        rows = [{name: Decimal(cell) for name, cell in row.items()} for row in csv.DictReader(stream)]
    planned, earned, actual = ([row[name] for row in rows] for name in ("PV_cum", "EV_cum", "AC_cum"))
    value, schedule = of_series(planned, earned, actual)
    assert value.sv == 0 and value.spi == 1  # in money the delay has vanished at the end …
    assert (schedule.planned_duration, schedule.earned, schedule.sv_t) == (9, 9, -4)  # … in time it has not
    assert value.cv == Decimal("360.738") - Decimal("349.379")
    _, sixth = of_series(planned, earned[:6], actual[:6])
    # PV(5) = 218.141 <= EV(6) = 268.763 < PV(6) = 302.478
    assert round(sixth.earned, 4) == Decimal("5.6002") and round(sixth.forecast, 4) == Decimal("9.3998")


@given(money, money, money, money)
def test_identities(bac, pv, ev, ac):
    value = measure(bac=bac, pv=pv, ev=ev, ac=ac)
    assert value.cv == ev - ac and value.sv == ev - pv
    assert value.eac == pytest.approx(bac * ac / ev) and value.vac == bac - value.eac
    assert value.etc == pytest.approx(value.eac - ac)
    assert value.eac_at_budget - value.ac == bac - ev
    assert abs(value.cpi * ac - ev) < Decimal("1e-6")
    assert (value.cpi < 1) == (value.cv < 0) and (value.spi < 1) == (value.sv < 0)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any), st.integers(0, 12_000), st.integers(0, 20))
def test_planned_value_at_the_earned_schedule_is_the_earned_value(steps, ev, now):
    curve = [(Decimal(period), Decimal(sum(steps[:period]))) for period in range(1, len(steps) + 1)]
    bac = curve[-1][1]
    result = earned_schedule(curve, Decimal(ev), Decimal(now))
    assert 0 <= result.earned <= result.planned_duration <= len(steps)
    points = [(Decimal(0), Decimal(0)), *curve]
    before = max(point for point in points if point[0] <= result.earned)
    after = min((point for point in points if point[0] >= result.earned), default=before)
    share = (result.earned - before[0]) / (after[0] - before[0]) if after[0] > before[0] else 0
    assert abs(before[1] + share * (after[1] - before[1]) - min(Decimal(ev), bac)) < Decimal("1e-9") or ev == 0


@given(st.integers(0, 20), st.integers(1, 20), st.integers(0, 20))
def test_measures_in_time_agree(now, duration, earned):
    result = EarnedSchedule(Decimal(now), Decimal(duration), Decimal(min(earned, duration)))
    assert result.forecast == duration - result.sv_t
    assert (result.tspi is None) == (now >= duration)


def test_examples_of_the_documentation():
    assert doctest.testmod(earned_value).failed == 0
