"""Kaplan-Meier and Cox: equal to lifelines, right by hand, and refused where there is no answer."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.utils import concordance_index

from accord.engines.customers.concordance import concordance
from accord.engines.customers.cox import Cox, Ties, fit_cox
from accord.engines.customers.kaplan_meier import SurvivalCurve, kaplan_meier
from accord.engines.customers.likelihood import NotEnoughData

COLUMNS = ["fee", "seats", "late", "quiet"]
BETA = np.array([0.6, -0.3, 0.8, 0.0])

clients = st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=40)


def simulated(n, seed, whole=False, columns=4):
    """Clients with exponential lifetimes, observed for unlike times."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, columns)) * np.array([1, 2, 0.5, 10])[:columns] + np.array([0, 5, 1, 100])[:columns]
    life = random.exponential(20 * np.exp(-(x - np.array([0, 5, 1, 100])[:columns]) @ BETA[:columns]))
    seen = random.exponential(30, n)
    duration = np.minimum(life, seen)
    return (np.ceil(duration) if whole else duration), life <= seen, x


def lifelines_cox(duration, left, x):
    frame = pd.DataFrame(x, columns=COLUMNS[: x.shape[1]])
    frame["duration"], frame["left"] = duration, left
    return CoxPHFitter().fit(frame, "duration", "left", fit_options={"precision": 1e-13})


# Kaplan-Meier


@pytest.mark.parametrize("whole", [False, True])
def test_the_curve_is_that_of_lifelines(whole):
    duration, left, _ = simulated(400, seed=1, whole=whole)
    found, theirs = kaplan_meier(duration, left), KaplanMeierFitter().fit(duration, left)
    assert found.survival == pytest.approx(theirs.survival_function_at_times(found.time).values, abs=1e-12)
    interval = theirs.confidence_interval_.loc[found.time]
    assert found.low == pytest.approx(interval.iloc[:, 0].values, abs=1e-9)
    assert found.high == pytest.approx(interval.iloc[:, 1].values, abs=1e-9)
    assert found.median[0] == theirs.median_survival_time_
    table = theirs.event_table.loc[found.time]
    assert found.at_risk.tolist() == table.at_risk.tolist() and found.left.tolist() == table.observed.tolist()


@settings(max_examples=50)
@given(clients)
def test_the_curve_falls_within_its_interval(rows):
    found = kaplan_meier(*zip(*rows, strict=True))
    assert isinstance(found, SurvivalCurve)
    assert (np.diff(found.survival) <= 1e-12).all()
    assert ((found.low <= found.survival + 1e-12) & (found.survival <= found.high + 1e-12)).all()
    assert ((found.low >= 0) & (found.high <= 1)).all()
    assert found.clients == len(rows) and found.leavings == sum(left for _, left in rows)


def test_counts_are_repeated_rows():
    duration, left, count = [1, 2, 2, 5], [True, True, False, True], [3, 0, 2, 4]
    compressed = kaplan_meier(duration, left, count)
    written_out = kaplan_meier(np.repeat(duration, count), np.repeat(left, count))
    assert compressed.time.tolist() == written_out.time.tolist() == [1, 2, 5]
    assert compressed.survival.tolist() == written_out.survival.tolist()
    assert compressed.low == pytest.approx(written_out.low)


def test_the_curve_between_and_beyond_its_times():
    found = kaplan_meier([1, 3, 4], [True, False, False])
    share, low, high = found.at([0.5, 1, 2, 4, 4.1])
    assert share[:4] == pytest.approx([1, 2 / 3, 2 / 3, 2 / 3]) and np.isnan(share[4])
    assert np.isnan(low[4]) and np.isnan(high[4])
    assert found.at_risk_at([0, 1, 1.5, 3.5, 9]).tolist() == [3, 3, 2, 1, 0]
    assert found.median == (None, 1.0, None)
    assert found.restricted_mean(4) == pytest.approx(1 + 3 * 2 / 3)
    with pytest.raises(ValueError, match="no one was observed until 5"):
        found.restricted_mean(5)


def test_bad_durations_are_refused():
    assert isinstance(kaplan_meier([], []), NotEnoughData)
    for duration, words in (([-1.0], "below zero"), ([np.nan], "finite"), ([1.0, 2.0], "differ in length")):
        with pytest.raises(ValueError, match=words):
            kaplan_meier(duration, [True])


# Cox


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("n", [150, 2000])
def test_coefficients_errors_and_baseline_are_those_of_lifelines(n, whole):
    duration, left, x = simulated(n, seed=n, whole=whole)
    found, theirs = fit_cox(duration, left, x, COLUMNS), lifelines_cox(duration, left, x)
    assert found.coefficients == pytest.approx(theirs.params_.values, abs=1e-6)
    assert found.standard_errors == pytest.approx(theirs.standard_errors_.values, abs=1e-6)
    assert found.covariance == pytest.approx(theirs.variance_matrix_.values, abs=1e-6)
    assert found.p_values == pytest.approx(theirs.summary.p.values, abs=1e-6)
    assert found.log_likelihood == pytest.approx(theirs.log_likelihood_, abs=1e-6)
    assert found.likelihood_ratio[0] == pytest.approx(theirs.log_likelihood_ratio_test().test_statistic, abs=1e-5)
    assert found.concordance(duration, left, x) == pytest.approx(theirs.concordance_index_, abs=1e-12)
    assert found.hazard == pytest.approx(theirs.baseline_cumulative_hazard_.loc[found.time].values[:, 0], rel=1e-5)
    low, high = found.hazard_ratio_intervals()
    assert low == pytest.approx(np.exp(theirs.confidence_intervals_.values[:, 0]), rel=1e-5)
    assert high == pytest.approx(np.exp(theirs.confidence_intervals_.values[:, 1]), rel=1e-5)
    times = found.time[[3, len(found.time) // 2, -2]]  # between them lifelines interpolates
    curves = theirs.predict_survival_function(pd.DataFrame(x[:5], columns=COLUMNS), times=times).values
    assert found.survival(times[:, None], x[:5]) == pytest.approx(curves, abs=1e-6)


def partial_likelihood(beta, duration, left, x, efron):
    """The formula, client by client, without sums carried along."""
    value = 0.0
    for t in np.unique(duration[left]):
        gone, at_risk = left & (duration == t), duration >= t
        weight = np.exp(x @ beta)
        value += (x[gone] @ beta).sum()
        for tied in range(gone.sum()):
            share = tied / gone.sum() if efron else 0.0
            value -= np.log(weight[at_risk].sum() - share * weight[gone].sum())
    return value


@pytest.mark.parametrize("ties", list(Ties))
def test_the_fit_is_the_top_of_the_printed_likelihood(ties):
    duration, left, x = simulated(120, seed=3, whole=True)
    found = fit_cox(duration, left, x, COLUMNS, ties=ties)
    top = partial_likelihood(found.coefficients, duration, left, x, ties is Ties.EFRON)
    # Coefficients are per unit of the columns, which shifts every η alike: the likelihood does not mind.
    assert found.log_likelihood == pytest.approx(top, abs=1e-8)
    for i, error in enumerate(found.standard_errors):
        for step in (-error / 10, error / 10):
            moved = found.coefficients.copy()
            moved[i] += step
            assert partial_likelihood(moved, duration, left, x, ties is Ties.EFRON) < top


def test_counts_are_repeated_clients():
    duration, left, x = simulated(80, seed=4, whole=True, columns=2)
    count = np.random.default_rng(1).integers(0, 4, 80)
    for ties in Ties:
        compressed = fit_cox(duration, left, x, COLUMNS[:2], count=count, ties=ties)
        rows = np.repeat(np.arange(80), count)
        written_out = fit_cox(duration[rows], left[rows], x[rows], COLUMNS[:2], ties=ties)
        assert compressed.coefficients == pytest.approx(written_out.coefficients, abs=1e-9)
        assert compressed.standard_errors == pytest.approx(written_out.standard_errors, abs=1e-9)
        assert compressed.hazard == pytest.approx(written_out.hazard)
        assert compressed.clients == count.sum() and compressed.leavings == count[left].sum()
        assert compressed.concordance(duration, left, x, count) == pytest.approx(
            written_out.concordance(duration[rows], left[rows], x[rows])
        )


def test_units_and_shifts_of_a_column_change_nothing_else():
    duration, left, x = simulated(500, seed=5)
    plain = fit_cox(duration, left, x, COLUMNS)
    other = fit_cox(duration, left, x * [1000, 1, 1, 1e-6] + [0, 1e6, 0, 0], COLUMNS)
    assert other.coefficients * [1000, 1, 1, 1e-6] == pytest.approx(plain.coefficients, rel=1e-6)
    assert other.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-7)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 6), st.booleans(), st.integers(0, 4)), min_size=2, max_size=30))
def test_concordance_is_that_of_lifelines(rows):
    duration, left, risk = map(np.array, zip(*rows, strict=True))
    found = concordance(duration, left, risk)
    try:
        expected = concordance_index(duration, -risk, left)
    except ZeroDivisionError:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(expected, abs=1e-12)


def test_the_chance_of_leaving_is_that_of_the_curve_and_goes_on_beyond_it():
    duration, left, x = simulated(3000, seed=6)
    found = fit_cox(duration, left, x, COLUMNS)
    chance, low, high = found.chance_of_leaving(5, [0, 3, 10], x[:3])
    before, after = found.survival([0, 3, 10], x[:3]), found.survival([5, 8, 15], x[:3])
    assert chance == pytest.approx(1 - after / before)
    assert (low < chance).all() and (chance < high).all()
    # The baseline is constant here, so that what lies beyond the observations is like what lies before.
    beyond = found.chance_of_leaving(5, 10_000, x[:3])[0]
    assert (beyond > 0).all() and (beyond < 1).all()
    assert beyond.tolist() == found.chance_of_leaving(5, found.longest - 5, x[:3])[0].tolist()


@pytest.mark.slow
def test_intervals_of_coefficients_and_chances_hold_what_they_say():
    client, within = np.array([0.5, 6.0]), 8.0
    truth = 1 - np.exp(-within / 20 * np.exp((client - [0, 5]) @ BETA[:2]))
    held, covered = 0, 0
    for seed in range(400):
        duration, left, x = simulated(250, seed=seed, columns=2)
        found = fit_cox(duration, left, x, COLUMNS[:2])
        low, high = found.hazard_ratio_intervals(0.8)
        held += np.mean((low <= np.exp(BETA[:2])) & (np.exp(BETA[:2]) <= high))
        _, low, high = found.chance_of_leaving(within, 0, client, confidence=0.8)
        covered += low <= truth <= high
    assert 0.75 <= held / 400 <= 0.85
    assert 0.75 <= covered / 400 <= 0.85


def test_what_has_no_answer_is_refused_with_its_reason():
    duration, left, x = simulated(200, seed=7)

    def reason(x=x, left=left, columns=COLUMNS):
        found = fit_cox(duration, left, x, columns)
        assert isinstance(found, NotEnoughData)
        return found.reason

    assert reason(left=np.zeros(200, dtype=bool)) == "0 of 200 clients have left; 4 columns need at least 8"
    assert reason(x=np.column_stack([x[:, :3], np.full(200, 7.0)])) == "the column quiet is the same for all clients"
    twin = np.column_stack([x[:, :3], 2 * x[:, 0] + 1])
    assert reason(x=twin) == "the columns fee, quiet are combinations of each other; leave one of them out"
    # Whoever has the mark leaves first, whoever has it not never leaves.
    told = np.column_stack([x[:, :3], left])
    assert reason(x=told) == "the column quiet separates exactly those who leave, so its effect has no bound"


@pytest.mark.parametrize(
    ("duration", "x", "words"),
    [
        ([1.0, np.inf], [[1.0], [2.0]], "durations must be finite"),
        ([1.0, 2.0], [[1.0], [np.nan]], "the column fee has values that are not finite"),
        ([1.0, 2.0], [[1.0, 2.0], [2.0, 1.0]], "differ in length"),
    ],
)
def test_bad_numbers_are_refused(duration, x, words):
    with pytest.raises(ValueError, match=words):
        fit_cox(duration, [True, False], x, ["fee"])


def test_a_fit_carries_its_counts():
    duration, left, x = simulated(300, seed=8)
    found = fit_cox(duration, left, x, COLUMNS)
    assert isinstance(found, Cox) and (found.clients, found.leavings) == (300, left.sum())
    assert found.time[-1] <= found.longest == duration.max()
