"""Forecasts of duration and cost by every method, how right each was, and the forecast that the record earns."""

import csv
import doctest
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.engines.money import forecasts, scoreboard
from accord.engines.money.forecasts import STAGES, errors, is_finished, mape, periods
from accord.engines.money.scoreboard import mix, pinball, shares, standing
from accord.engines.uncertainty import common_factor
from accord.engines.uncertainty.common_factor import learned, reference_quantile, with_pace

RATIOS = [0.95, 1, 1, 1.05, 1.1, 1.1, 1.2, 1.3, 1.4, 1]


@pytest.mark.parametrize("module", [forecasts, scoreboard, common_factor])
def test_examples(module):
    assert doctest.testmod(module).failed == 0


def test_a_real_project_reproduces_method_by_method(shared_data):
    """Thirteen months instead of nine: MAPE early, middle, late, all."""
    path = shared_data / "05_project_control" / "evm_revamp_checkin" / "pv_ev_ac_cumulative_keur.csv"
    rows = [{name: Decimal(cell) for name, cell in row.items()} for row in csv.DictReader(path.open())]
    series = periods(*([row[name] for row in rows] for name in ("PV_cum", "EV_cum", "AC_cum")))
    found = {
        key: [round(100 * mape(each, stage), 1) for stage in (*STAGES, None)]
        for of in ("duration", "cost")
        for key, each in errors(series, of).items()
    }
    assert found["pace"] == pytest.approx([22.2, 26.3, 9.0, 15.2], abs=0.1)
    assert found["rest_as_planned"] == pytest.approx([29.2, 28.7, 13.5, 20.0], abs=0.1)
    assert found["rest_as_budgeted"] == pytest.approx([2.0, 2.0, 0.9, 1.4], abs=0.1)
    assert found["cost_efficiency"] == pytest.approx([4.3, 1.4, 0.9, 1.8], abs=0.1)
    assert found["both_efficiencies"] == pytest.approx([13.2, 6.6, 1.6, 5.3], abs=0.1)


def test_stages_are_thirds_of_the_budget():
    assert [period.stage for period in periods([30, 60, 90], [0, 30, 31, 60, 61, 90])] == [
        *("early", "early", "middle", "middle", "late", "late"),
    ]


def test_without_a_cost_only_the_duration_is_forecast():
    last = periods([10, 20], [5])[-1]
    assert last.duration == {"plan": 2, "pace": 4, "rest_as_planned": Decimal("2.5")}
    assert set(last.cost.values()) == {None}


def test_a_project_that_goes_on_has_no_errors_yet():
    series = periods([10, 20], [5], [6])
    assert not is_finished(series)
    with pytest.raises(ValueError, match="not finished"):
        errors(series, "cost")


def test_costs_that_come_after_the_end_count_in_the_outcome():
    """Finished in period 2, the last invoice came in period 3: two periods long, but the cost is that of the end."""
    series = periods([10, 20], [5, 20, 20], [5, 20, 25])
    assert errors(series, "duration")["plan"] == [("early", 0.0)]
    assert errors(series, "cost")["rest_as_budgeted"] == [("early", pytest.approx(abs(20 / 25 - 1)))]


def test_the_newest_project_counts_most():
    assert standing([0.1, 0.3], 0.2) > standing([0.3, 0.1], 0.2)
    assert standing([0.1] * 1000, 0.5) == pytest.approx((0.1 * 22.1 + 0.5 * 5) / 27.1, abs=0.002)


def test_whoever_is_never_wrong_takes_all():
    assert shares({"a": 0.0, "b": 0.1, "c": 0.0}) == {"a": 0.5, "b": 0.0, "c": 0.5}
    assert shares({}) == {}
    assert mix({"a": None}, {"a": 0.1}) is None


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.floats(1, 1e6), st.floats(0.001, 2)), min_size=1))
def test_a_mix_lies_among_its_forecasts(known):
    forecast = mix({key: value for key, (value, _) in known.items()}, {key: s for key, (_, s) in known.items()})
    values = [value for value, _ in known.values()]
    assert min(values) * (1 - 1e-9) <= forecast <= max(values) * (1 + 1e-9)


def test_pinball_is_least_at_the_quantile():
    outcomes = range(1, 101)
    losses = {forecast: sum(pinball(forecast, each, 0.8) for each in outcomes) for forecast in range(1, 101)}
    assert min(losses, key=losses.get) in (80, 81)


@pytest.mark.parametrize(
    ("ratios", "quantiles"),
    [([], (1.1, 1.4287, 1.6668)), (RATIOS, (1.1014, 1.2947, 1.4141)), (RATIOS * 8, (1.1017, 1.2342, 1.3103))],
)
def test_golden_quantiles_of_the_factor(ratios, quantiles):
    factor = learned(ratios)
    assert [round(factor.quantile(p), 4) for p in (0.5, 0.8, 0.9)] == list(quantiles)
    assert factor.projects == len(ratios)


def test_the_factor_of_ten_projects_is_the_published_one():
    factor = learned(RATIOS)
    assert (round(factor.mean, 6), round(math.sqrt(factor.variance), 6), factor.freedom) == (0.096554, 0.186998, 16)


def test_what_the_simulation_has_already_is_not_counted_twice():
    whole, part, all_of_it = learned([]), learned([], 0.03), learned([], 5.0)
    assert part.variance == pytest.approx(whole.variance - 0.03)
    assert all_of_it.variance == pytest.approx(whole.variance / 4)


def test_impossible_ratios_are_refused():
    for ratio in (0, -1, math.nan):
        with pytest.raises(ValueError, match="above zero"):
            learned([1, ratio])


def test_from_ten_projects_on_the_reference_class_speaks_too():
    few, many = RATIOS[:9], RATIOS
    assert reference_quantile(few, 0.8) == learned(few).quantile(0.8)
    own = sorted(many)[math.ceil(11 * 0.8) - 1]
    assert math.log(reference_quantile(many, 0.8)) == pytest.approx(
        math.log(learned(many).quantile(0.8)) * 2 / 3 + math.log(own) / 3
    )
    assert reference_quantile(many, 0.999) < learned(many).quantile(0.999)  # no further than the largest of its own


def test_the_more_is_done_the_more_the_own_pace_counts():
    usual = learned([])
    assert with_pace(usual, [10, 10], [0, 0], 1.5) == usual
    little, much = with_pace(usual, [10] * 30, [1] + [0] * 29, 1.5), with_pace(usual, [10] * 30, [1] * 29 + [0], 1.5)
    assert usual.mean < little.mean < much.mean < math.log(1.5)
    assert usual.variance > little.variance > much.variance >= usual.variance / 4
    assert much.freedom == pytest.approx(usual.freedom + 29)
