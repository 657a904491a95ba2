"""The finish with a common factor and the project's own pace."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.engines.uncertainty.common_factor import CommonFactor, learned, with_pace
from accord.engines.uncertainty.finish_forecast import (
    TASK_SPREAD,
    Progress,
    forecast_finish,
    log_variance,
    times_factor,
)

NOTHING = Progress([], [], 0.0)


def test_of_a_certain_rest_the_quantiles_are_those_of_the_factor() -> None:
    sample = np.sort(times_factor(np.full(50, 100.0), learned([])))
    for p in (0.1, 0.5, 0.8, 0.9):
        assert sample[int(p * len(sample))] == pytest.approx(100 * learned([]).quantile(p), rel=0.002)


def test_both_spreads_add_in_logs() -> None:
    """A lognormal rest of .3 and a factor of .4 make one of .5, whatever the order of the sample."""
    random = np.random.default_rng(1)
    rest = np.exp(0.3 * random.standard_normal(4000))
    logs = np.log(times_factor(rest, CommonFactor(0.0, 0.16, 1e9)))
    assert logs.std() == pytest.approx(0.5, abs=0.015)
    assert np.array_equal(np.sort(logs), np.sort(np.log(times_factor(np.sort(rest), CommonFactor(0.0, 0.16, 1e9)))))


def test_the_pace_is_weighed_by_what_is_done() -> None:
    """By hand: half of four equal tasks done in 1.5 times their time."""
    progress = Progress([10.0] * 4, [1, 1, 0, 0], 30.0)
    found = forecast_finish(30.0, 20.0, np.full(9, 20.0), np.full(9, 20.0), learned([]), progress)
    own = with_pace(learned([]), [10.0] * 4, [1, 1, 0, 0], 1.5)
    assert found.path_pace == 30 + 20 * 1.5
    assert found.shrunk_pace == pytest.approx(30 + 20 * math.exp(own.mean))
    assert found.p50_alone == found.p80_alone == 50
    assert found.p50 == pytest.approx(found.shrunk_pace, abs=0.02)


def test_without_progress_the_plan_goes_on_as_it_is() -> None:
    found = forecast_finish(0.0, 20.0, np.full(9, 20.0), np.full(9, 20.0), learned([]), NOTHING)
    assert (NOTHING.pace, found.path_pace) == (None, 20.0)
    assert Progress([10.0], [0.5], 0.0).pace is None


@given(
    st.lists(st.floats(0.1, 1e4), min_size=2, max_size=60),
    st.lists(st.floats(0.5, 2), max_size=12),
    st.floats(0, 1000),
)
def test_quantiles_rise_and_lie_ahead(rest: list[float], ratios: list[float], now: float) -> None:
    sample = np.array(rest)
    found = forecast_finish(now, float(sample.mean()), sample, sample, learned(ratios), NOTHING)
    assert now <= found.p50_alone <= found.p80_alone
    assert now < found.p50 < found.p80


def test_the_usual_spread_is_a_lognormal_of_45_percent() -> None:
    estimate = TASK_SPREAD.of(100)
    assert estimate.log_deviation == pytest.approx(0.45)
    assert math.log(estimate.pessimistic / 100) == pytest.approx(-math.log(estimate.optimistic / 100))


def test_what_is_certain_has_no_variance() -> None:
    assert log_variance(np.full(5, 3.0)) == 0 == log_variance(np.zeros(5))
    assert log_variance(np.array([1.0, math.e])) == pytest.approx(0.25)
