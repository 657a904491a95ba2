"""Monte Carlo simulation: beside the passes and beside closed forms, and what holds for any network."""

from __future__ import annotations

import doctest
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from accord.engines.calendars.working_time import WorkCalendar
from accord.engines.planning import passes
from accord.engines.planning.critical_path import tables_from
from accord.engines.planning.network import CycleError, arrange, kind_of, lag_of
from accord.engines.planning.plan import LagUnit, Link, LinkType
from accord.engines.uncertainty import lanes, monte_carlo, outcome
from accord.engines.uncertainty.monte_carlo import (
    Activity,
    Figures,
    Group,
    Risk,
    Simulation,
    UncertainNetwork,
    simulate,
)
from accord.engines.uncertainty.sensitivity import at_places, rank
from accord.engines.uncertainty.three_point import Estimate, Shape

N = 2_000


def three(low: int, likely: int, high: int, shape: Shape = Shape.PERT) -> Estimate:
    return Estimate(low, likely, high, shape)


def chain(*durations: Estimate, **more: Any) -> UncertainNetwork:
    activities = tuple(Activity(uid, duration) for uid, duration in enumerate(durations, start=1))
    links = tuple(Link(uid, uid + 1) for uid in range(1, len(durations)))
    return UncertainNetwork(activities, links, **more)


def figures(found: Simulation) -> dict[int, Figures]:
    return {row.uid: row for row in found.activities}


@pytest.mark.parametrize("module", [monte_carlo, outcome])
def test_the_worked_examples(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


@st.composite
def any_estimates(draw: st.DrawFn) -> Estimate:
    shape = draw(st.sampled_from(Shape))
    low = draw(st.integers(0, 500))
    if shape is Shape.FIXED:
        return Estimate.fixed(low)
    return Estimate(low, low + draw(st.integers(50, 100)), low + draw(st.integers(110, 400)), shape)


@st.composite
def any_networks(draw: st.DrawFn, certain: bool = False) -> UncertainNetwork:
    activities = []
    for uid in range(1, draw(st.integers(1, 8)) + 1):
        duration = Estimate.fixed(draw(st.integers(0, 400))) if certain else draw(any_estimates())
        progress = draw(st.sampled_from(["", "", "", "begun", "done"]))
        started = draw(st.integers(-300, 300)) if progress else None
        activities.append(
            Activity(
                uid,
                duration,
                group=draw(st.sampled_from([None, "crew"])),
                fixed_cost=draw(st.integers(0, 50)),
                cost_per_minute=draw(st.sampled_from([0, 1.5])),
                started=started,
                finished=None if progress != "done" or started is None else started + draw(st.integers(0, 300)),
                resumes=None if progress != "begun" or started is None else started + draw(st.integers(0, 300)),
            )
        )
    uids = st.integers(1, len(activities))
    links = tuple(
        Link(min(pair), max(pair), draw(st.sampled_from(LinkType)), lag, unit)
        for pair in draw(st.lists(st.tuples(uids, uids), max_size=12))
        if pair[0] != pair[1]
        for lag, unit in [draw(st.sampled_from([(0, LagUnit.WORKING), (70, LagUnit.ELAPSED), (-40, LagUnit.WORKING)]))]
    )
    risks = tuple(
        Risk(number, draw(st.floats(0, 1)), Estimate(-20, 50, 90), Estimate(0, 10, 20), (draw(uids),))
        for number in range(0 if certain else draw(st.integers(0, 2)))
    )
    return UncertainNetwork(tuple(activities), links, (Group("crew", draw(st.floats(0, 1))),), risks)


def passed(network: UncertainNetwork) -> tuple[int, list[bool]]:
    """Finish and critical marks of a certain network by the passes that scheduling uses, in round-the-clock minutes."""
    rows, links = network.activities, network.links
    durations = [
        round(row.duration.most_likely) if row.finished is None else row.finished - (row.started or 0) for row in rows
    ]
    net = arrange(
        len(rows),
        np.array([link.predecessor - 1 for link in links], np.int64),
        np.array([link.successor - 1 for link in links], np.int64),
        np.array([kind_of(link) for link in links], np.int8),
        np.array([round(lag_of(link, durations[link.predecessor - 1])) for link in links], np.int64),
    )
    start = 1_000_000
    progress = np.tile(np.array(passes.UNTOUCHED, np.int64), (len(rows), 1))
    for place, row in enumerate(rows):
        if row.started is not None:
            progress[place, passes.STARTED] = start + row.started
            progress[place, passes.RESUMES] = start + (row.started if row.resumes is None else row.resumes)
        if row.finished is not None:
            progress[place, passes.FINISHED] = start + row.finished
    count, zeros = len(rows), np.zeros(len(rows), np.int64)
    work = passes.Work(
        zeros, zeros, np.arange(count + 1), zeros, zeros, np.array(durations)[net.order],
        np.tile(np.array(passes.FREE, np.int64), (count, 1)), progress[net.order],
    )  # fmt: skip
    tables = tables_from((WorkCalendar.around_the_clock(),), start)
    early = passes.forward(tables, net, work, start)
    finish = max(start, int(early[:, passes.FINISH].max()))
    late = passes.backward(tables, net, work, finish, early[:0])
    total, _ = passes.floats(tables, net, work, early, late)
    done = np.array([row.finished is not None for row in rows])
    return finish - start, ((total[net.rank] <= 0) & ~done).tolist()


@settings(max_examples=200, deadline=None)
@given(any_networks(certain=True))
def test_a_certain_network_finishes_as_scheduling_says(network: UncertainNetwork) -> None:
    found = simulate(network, iterations=65)
    finish, critical = passed(network)
    assert set(found.finish.samples.tolist()) == {finish}
    assert [row.criticality for row in found.activities] == critical


@settings(max_examples=40, deadline=None)
@given(any_networks(), st.integers(0, 2**64 - 1))
def test_any_network(network: UncertainNetwork, seed: int) -> None:
    found = simulate(network, iterations=300, seed=seed, threads=2)
    for amount in (found.finish, found.cost):
        values = list(amount.percentiles().values())
        assert values == sorted(values)
        assert amount.percentile(0) <= values[0] and values[-1] <= amount.percentile(100)
        assert amount.probability(values[5]) >= 0.5
    for row in found.activities:
        assert 0 <= row.criticality <= 1
        assert row.cruciality is None or -1 - 1e-9 <= row.cruciality <= 1 + 1e-9
        assert row.p50 is not None and row.p80 is not None and row.p50 <= row.p80 <= found.finish.percentile(80)
    for effect, risk in zip(found.risks, network.risks, strict=True):
        assert 0 <= effect.share <= 1
        assert risk.probability not in (0, 1) or effect.finish_mean is None
    # One thread tells the same, and so does asking for less.
    again = simulate(network, iterations=300, seed=seed, threads=1)
    assert (again.finish.samples == found.finish.samples).all() and (again.cost.samples == found.cost.samples).all()
    assert (again.activities, again.risks) == (found.activities, found.risks)
    less = simulate(network, iterations=300, seed=seed, by_activity=False)
    assert (less.finish.samples == found.finish.samples).all()
    assert [row.criticality for row in less.activities] == [row.criticality for row in found.activities]
    # More iterations begin with these.
    more = simulate(network, iterations=301, seed=seed)
    assert (more.finish.samples[:300] == found.finish.samples).all()


def test_another_seed_is_another_sample() -> None:
    network = chain(three(10, 200, 900), three(10, 200, 900))
    assert (simulate(network, seed=1).finish.samples != simulate(network, seed=2).finish.samples).any()


def test_a_chain_adds_means_and_variances() -> None:
    parts = [three(1_000, 2_000, 6_000), three(1_000, 5_000, 6_000, Shape.TRIANGULAR)]
    parts.append(three(1_000, 2_000, 5_000, Shape.LOGNORMAL))
    found = simulate(chain(*parts), iterations=50_000)
    deviation = math.sqrt(sum(part.deviation**2 for part in parts))
    assert found.finish.mean == pytest.approx(sum(part.mean for part in parts), abs=5 * deviation / math.sqrt(50_000))
    assert found.finish.deviation == pytest.approx(deviation, rel=0.02)
    for row, part in zip(found.activities, parts, strict=True):
        assert row.criticality == 1
        assert row.sensitivity == pytest.approx(part.deviation / deviation, rel=0.03)


def test_two_alike_paths_finish_later_than_either() -> None:
    """Merge bias: the later of two normal durations is σ/√π later in the mean (Clark 1961)."""
    normal = three(9_000, 10_000, 11_000, Shape.LOGNORMAL)
    found = simulate(UncertainNetwork((Activity(1, normal), Activity(2, normal))), iterations=50_000)
    assert found.finish.mean == pytest.approx(10_000 + normal.deviation / math.sqrt(math.pi), abs=15)
    assert [row.criticality for row in found.activities] == pytest.approx([0.5, 0.5], abs=0.02)


def test_correlation_widens_a_chain_and_leaves_its_mean() -> None:
    parts = [three(1_000, 2_000, 6_000)] * 6
    widths = []
    for rho in (0.0, 0.3, 0.7, 1.0):
        loose = chain(*parts, groups=(Group("weather", rho),))
        tied = replace(loose, activities=tuple(replace(row, group="weather") for row in loose.activities))
        found = simulate(tied, iterations=20_000)
        assert found.finish.mean == pytest.approx(6 * parts[0].mean, rel=0.02)
        widths.append(found.finish.deviation)
    assert widths == sorted(widths)
    assert widths[0] == pytest.approx(math.sqrt(6) * parts[0].deviation, rel=0.03)
    assert widths[-1] == pytest.approx(6 * parts[0].deviation, rel=0.03)


def test_cruciality_is_spearman_s_correlation_and_sensitivity_its_definition() -> None:
    network = chain(three(100, 200, 900), three(100, 150, 200), Estimate.fixed(30))
    found = figures(simulate(network, iterations=N, seed=4))
    total = simulate(network, iterations=N, seed=4).finish
    for uid in (1, 2):
        alone = simulate(UncertainNetwork((network.activities[uid - 1],)), iterations=N, seed=4).finish
        assert found[uid].cruciality == pytest.approx(stats.spearmanr(alone.samples, total.samples).statistic)
        assert found[uid].sensitivity == pytest.approx(alone.samples.std() / total.samples.std())
    assert found[3].cruciality is None and found[3].sensitivity == 0
    certain = simulate(chain(Estimate.fixed(30)), iterations=N).activities[0]
    assert (certain.criticality, certain.cruciality, certain.sensitivity, certain.p80) == (1, None, None, 30)


def test_percentiles_of_activities_are_those_of_their_finishes() -> None:
    network = chain(three(100, 200, 900), three(100, 1_500, 20_000))
    found = figures(simulate(network, iterations=N, seed=4))
    first = simulate(UncertainNetwork(network.activities[:1]), iterations=N, seed=4).finish
    assert (found[1].p50, found[1].p80) == (first.percentile(50), first.percentile(80))
    last = simulate(network, iterations=N, seed=4).finish
    assert (found[2].p50, found[2].p80) == (last.percentile(50), last.percentile(80))


def test_a_risk_that_never_strikes_changes_nothing() -> None:
    network = chain(three(100, 200, 900), three(100, 200, 900))
    never = replace(network, risks=(Risk(1, 0, three(100, 200, 300), three(1, 2, 3), (1, 2)),))
    plain, found = simulate(network, iterations=N), simulate(never, iterations=N)
    assert (plain.finish.samples == found.finish.samples).all() and (found.cost.samples == 0).all()
    assert plain.activities == found.activities
    assert (found.risks[0].share, found.risks[0].finish_mean) == (0, None)


@pytest.mark.parametrize("impact", [250, -60])
def test_a_risk_that_always_strikes_shifts_exactly(impact: int) -> None:
    network = chain(three(100, 200, 900), three(100, 200, 900))
    always = replace(network, risks=(Risk(1, 1, Estimate.fixed(impact), Estimate.fixed(-7), (2,)),))
    plain, found = simulate(network, iterations=N), simulate(always, iterations=N)
    assert (found.finish.samples == plain.finish.samples + impact).all()
    assert (found.cost.samples == -7).all()
    assert (found.risks[0].share, found.risks[0].finish_mean) == (1, None)


def test_the_tornado_tells_what_a_risk_changes() -> None:
    network = chain(three(1_000, 1_200, 1_500), three(1_000, 1_200, 1_500))
    risks = (
        Risk(1, 0.4, Estimate.fixed(500), Estimate.fixed(100), (1,)),
        Risk(2, 0.4, Estimate.fixed(-300), strikes=(2,)),
        Risk(3, 0.4, money=Estimate.fixed(40)),
    )
    found = simulate(replace(network, risks=risks), iterations=40_000)
    assert [effect.finish_mean for effect in found.risks] == pytest.approx([500, -300, 0], abs=15)
    assert [effect.cost_mean for effect in found.risks] == pytest.approx([100, 0, 40], abs=2)
    assert found.risks[0].finish_p80 is not None and found.risks[0].finish_p80 > 300
    assert found.cost.mean == pytest.approx(0.4 * 140, rel=0.05)


def test_costs_follow_the_durations() -> None:
    activities = (
        Activity(1, three(100, 200, 900), fixed_cost=40, cost_per_minute=2),
        Activity(2, Estimate.fixed(99), fixed_cost=5),
    )
    found = simulate(UncertainNetwork(activities, (Link(1, 2),)), iterations=N)
    assert (found.cost.samples == 45 + 2 * (found.finish.samples - 99)).all()
    assert found.cost.probability(found.cost.percentile(80)) >= 0.8


def test_a_lag_in_percent_is_of_the_duration_drawn() -> None:
    half = UncertainNetwork(
        (Activity(1, three(100, 200, 900)), Activity(2, Estimate.fixed(0))),
        (Link(1, 2, LinkType.SS, 50, LagUnit.PERCENT), Link(1, 2, LinkType.FS, 100, LagUnit.PERCENT)),
    )
    whole = simulate(UncertainNetwork(half.activities[:1]), iterations=N)
    assert (simulate(half, iterations=N).finish.samples == 2 * whole.finish.samples).all()
    assert [row.criticality for row in simulate(half, iterations=N).activities] == [1, 1]


def test_done_work_is_struck_by_nothing() -> None:
    done = Activity(1, three(100, 200, 900), started=-50, finished=120)
    network = UncertainNetwork((done,), risks=(Risk(1, 1, Estimate.fixed(500), Estimate.fixed(9), (1,)),))
    found = simulate(network, iterations=N)
    assert set(found.finish.samples) == {120} and set(found.cost.samples) == {0} and found.risks[0].share == 0


BAD: dict[str, tuple[UncertainNetwork, str]] = {
    "twice": (UncertainNetwork((Activity(1, Estimate.fixed(1)),) * 2), "two activities have the same uid"),
    "link": (UncertainNetwork((Activity(1, Estimate.fixed(1)),), (Link(1, 8),)), "a link names activity 8"),
    "group": (UncertainNetwork((Activity(1, Estimate.fixed(1), group="x"),)), "in group 'x', which does not exist"),
    "negative": (UncertainNetwork((Activity(1, Estimate(-1, 2, 3)),)), "activity 1 has a negative duration"),
    "backwards": (UncertainNetwork((Activity(1, Estimate.fixed(1), started=9, finished=5),)), "finished before it"),
    "struck": (chain(Estimate.fixed(1), risks=(Risk(3, 0.5, strikes=(4,)),)), "risk 3 affects activity 4"),
    "risks": (chain(Estimate.fixed(1), risks=(Risk(3, 0.5), Risk(3, 0.1))), "two risks have the same uid"),
    "endless": (chain(*[Estimate(1, 2, 900_000_000)] * 2), "together reach beyond"),
    "lag": (UncertainNetwork(chain(*[Estimate.fixed(1)] * 2).activities, (Link(1, 2, lag=1e12),)), "lag lies more"),
}


@pytest.mark.parametrize("case", BAD, ids=str)
def test_what_is_no_network_is_refused(case: str) -> None:
    network, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        simulate(network, iterations=10)


def test_a_cycle_is_named() -> None:
    loop = replace(chain(*[Estimate.fixed(1)] * 3), links=(Link(2, 3), Link(3, 2)))
    with pytest.raises(CycleError) as cycle:
        simulate(loop)
    assert sorted(cycle.value.uids) == [2, 3]


@pytest.mark.parametrize("iterations", [0, -5, 1_000_001])
def test_iterations_have_bounds(iterations: int) -> None:
    with pytest.raises(ValueError, match="iterations are not between 1 and"):
        simulate(chain(Estimate.fixed(1)), iterations=iterations)


def test_a_group_s_correlation_is_from_nothing_to_all() -> None:
    with pytest.raises(ValueError, match="group crew: the correlation"):
        Group("crew", 1.5)


def test_nothing_to_do_is_done_at_once() -> None:
    found = simulate(UncertainNetwork(()), iterations=10)
    assert found.finish.percentile(80) == 0 and found.activities == ()


@given(st.lists(st.integers(-(1 << 30), 1 << 30) | st.integers(0, 30), min_size=1, max_size=60))
def test_ranks_and_order_statistics_beside_scipy_and_sorting(values: list[int]) -> None:
    row = np.array(values, np.int32)
    assert rank(row) == pytest.approx(stats.rankdata(row) - 1)
    places = [0, len(values) // 2, len(values) - 1]
    assert at_places(row[None], places).tolist() == [[sorted(values)[place] for place in places]]


def test_lanes_stay_within_32_bits() -> None:
    """The bound that networks are held to leaves room for every sum that the sweeps make."""
    assert 2 * monte_carlo._REACH + abs(lanes.NONE) < 2**32
    far = chain(Estimate.fixed(500_000_000), Estimate.fixed(500_000_000))
    assert simulate(far, iterations=10).finish.percentile(50) == 1_000_000_000
