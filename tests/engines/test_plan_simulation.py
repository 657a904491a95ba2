"""Simulating whole plans: what goes as planned is the schedule, and what does not is told in dates and money."""

from __future__ import annotations

import doctest
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from accord.engines.calendars.working_time import compile_calendars, datetime_of, minute_of
from accord.engines.planning.plan import (
    Assignment,
    Constraint,
    LagUnit,
    Link,
    LinkType,
    Plan,
    Resource,
    ResourceKind,
    Segment,
    Task,
)
from accord.engines.planning.scheduling import Schedule, ScheduleError, schedule
from accord.engines.uncertainty import plan_simulation
from accord.engines.uncertainty.plan_simulation import PlanSimulation, Risk, Spread, Uncertainty, simulate_plan
from accord.engines.uncertainty.three_point import Estimate, Shape
from accord.exchange.mspdi import read_plan
from tests.engines.test_scheduling import DAY, MONDAY, day, plan, task
from tests.engines.test_scheduling_properties import any_plans, simple_plans

UNSURE = Uncertainty(spread=Spread(-0.2, 0.6))


def attempt(given: Plan) -> Schedule | None:
    try:
        return schedule(given)
    except ScheduleError:
        return None


DATED = {
    Constraint.ALAP,
    Constraint.MUST_START_ON,
    Constraint.MUST_FINISH_ON,
    Constraint.START_NO_LATER_THAN,
    Constraint.FINISH_NO_LATER_THAN,
}


def drivers(given: Plan) -> Schedule | None:
    """The schedule in which only what drives the finish is critical; None where dates of the plan's own hide it."""
    summaries = {row.parent for row in given.tasks}
    if (
        given.schedule_from_finish
        or any(row.constraint in DATED for row in given.tasks)
        or any(row.manual and row.uid in summaries for row in given.tasks)
    ):
        return None
    tasks = tuple(replace(row, deadline=None) for row in given.tasks)
    return schedule(replace(given, tasks=tasks, critical_slack_limit=0, multiple_critical_paths=False))


def assert_as_scheduled(found: PlanSimulation, planned: Schedule, given: Plan) -> None:
    assert {datetime_of(moment) for moment in found.moments.samples.tolist()} == {planned.finish}
    assert found.planned_finish == planned.finish
    assert list(found.tasks) == list(planned.tasks)
    driving = drivers(given)
    for uid, row in found.tasks.items():
        assert row.p50 == row.p80 == row.planned == planned.tasks[uid].finish, uid
        assert row.criticality is None or driving is None or row.criticality == driving.tasks[uid].critical, uid


def test_the_worked_example() -> None:
    assert doctest.testmod(plan_simulation).failed == 0


@settings(max_examples=80, deadline=None)
@given(any_plans())
def test_any_plan_that_goes_as_planned_is_its_schedule(given: Plan) -> None:
    planned = attempt(given)
    assume(planned is not None and planned.tasks)
    assert planned is not None
    assert_as_scheduled(simulate_plan(given, iterations=3, threads=1), planned, given)


@settings(max_examples=40, deadline=None)
@given(simple_plans())
def test_simple_plans_too(given: Plan) -> None:
    assert_as_scheduled(simulate_plan(given, iterations=3, threads=1), schedule(given), given)


def test_real_plans_that_go_as_planned_are_their_schedules(shared_data: Path) -> None:
    folder = shared_data / "04_project_files"
    paths = sorted(path for kind in ("mspdi_native", "mspdi_converted") for path in (folder / kind).glob("*.xml*"))
    assert len(paths) >= 20
    for path in paths:
        given = read_plan(path)
        assert_as_scheduled(simulate_plan(given, iterations=2, threads=1), schedule(given), given)


def test_a_real_plan_s_cost_as_planned_is_what_its_file_says(shared_data: Path) -> None:
    given = read_plan(shared_data / "04_project_files/mspdi_converted/Software_Development_baseline_actuals.xml")
    found = simulate_plan(given, iterations=2)
    assert found.planned_cost == 149_000 and found.cost is not None
    assert found.cost.samples == pytest.approx([149_000] * 2)


def criticality(given: Plan) -> dict[int, float | None]:
    return {uid: row.criticality for uid, row in simulate_plan(given, iterations=3, threads=1).tasks.items()}


class TestCriticalityIsDrivingTheFinish:
    """Task 1 takes five days and ends the plan; task 2 takes two, and so has three days of float."""

    def test_not_a_deadline(self) -> None:
        assert criticality(plan(task(1, 5), task(2, 2, deadline=day(5, 17)))) == {1: 1, 2: 0}

    def test_not_a_date_that_work_has_to_keep(self) -> None:
        held = task(2, 2, constraint=Constraint.FINISH_NO_LATER_THAN, constraint_date=day(6, 17))
        assert criticality(plan(task(1, 5), held)) == {1: 1, 2: 0}

    def test_not_what_is_put_as_late_as_possible(self) -> None:
        assert criticality(plan(task(1, 5), task(2, 2, constraint=Constraint.ALAP))) == {1: 1, 2: 0}

    def test_not_the_end_of_another_path(self) -> None:
        assert criticality(plan(task(1, 5), task(2, 2), multiple_critical_paths=True)) == {1: 1, 2: 0}

    @pytest.mark.parametrize("more", [{}, {"honor_constraints": False, "multiple_critical_paths": True}])
    def test_not_little_float(self, more: dict[str, bool]) -> None:
        assert criticality(plan(task(1, 5), task(2, 2), critical_slack_limit=4 * DAY, **more)) == {1: 1, 2: 0}

    def test_not_in_a_plan_that_is_late_for_its_own_finish(self) -> None:
        late = plan(task(1, 5), task(2, 2), schedule_from_finish=True, finish=day(9, 17))
        assert criticality(late) == {1: 1, 2: 0}

    def test_a_date_that_keeps_the_last_task_waiting_drives_and_nothing_before_it(self) -> None:
        waiting = task(2, 1, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=day(15))
        assert criticality(plan(task(1, 5), waiting, links=[Link(1, 2)])) == {1: 0, 2: 1}

    def test_level_of_effort_is_left_out(self) -> None:
        steering = Task(9, "steering", level_of_effort=True, duration=20 * DAY)
        given = plan(task(1, 5), task(2, 2), steering)
        assert criticality(given) == {1: 1, 2: 0}
        struck = Uncertainty({9: Estimate(1, 2, 3)}, groups={9: "g"}, risks=(Risk(1, 0.5, strikes=(9,)),))
        assert simulate_plan(given, struck, iterations=3).planned_finish == day(9, 17)


@st.composite
def plain_plans(draw: st.DrawFn) -> Plan:
    """Plans in one calendar that both ways of sweeping can take, with summaries, links on them and milestones."""
    tasks = [task(90, 0), task(91, 0)]
    for uid in range(1, draw(st.integers(2, 9))):
        days = draw(st.sampled_from([0, 0.5, 1, 2.25, 4]))
        tasks.append(task(uid, days, parent=draw(st.sampled_from([None, 90, 91]))))
    # Summaries before their tasks, and those that have none at the end.
    tasks.sort(key=lambda row: (row.parent or (row.uid if row.uid >= 90 else 99), row.uid < 90, row.uid))
    places = st.integers(0, len(tasks) - 1)
    kinds = st.sampled_from([LinkType.FS, LinkType.FS, LinkType.SS, LinkType.FF])
    links = [
        Link(tasks[min(pair)].uid, tasks[max(pair)].uid, draw(kinds), draw(st.sampled_from([0, 0, 300, -120])))
        for pair in draw(st.lists(st.tuples(places, places), max_size=10))
        if tasks[max(pair)].parent != tasks[min(pair)].uid and pair[0] != pair[1]
    ]
    return plan(*tasks, links=links, start=draw(st.sampled_from([MONDAY, day(3), day(5, 12), day(6, 17)])))


def both_ways(given: Plan, uncertainty: Uncertainty, monkeypatch: pytest.MonkeyPatch, **more: Any) -> Any:
    """The simulation as it comes, and by calendars alone."""
    taken: list[object] = []
    plain = plan_simulation.plain_lanes_of

    def watched(*arguments: Any) -> Any:
        taken.append(plain(*arguments))
        return taken[-1]

    with monkeypatch.context() as patch:
        patch.setattr(plan_simulation, "plain_lanes_of", watched)
        quick = simulate_plan(given, uncertainty, **more)
        patch.setattr(plan_simulation, "plain_lanes_of", lambda *arguments: None)
        exact = simulate_plan(given, uncertainty, **more)
    return quick, exact, taken[0] is not None


def assert_equal(one: PlanSimulation, other: PlanSimulation) -> None:
    assert (one.moments.samples == other.moments.samples).all()
    assert (one.working.samples == other.working.samples).all()
    assert (one.cost is None) == (other.cost is None)
    assert one.cost is None or other.cost is None or one.cost.samples == pytest.approx(other.cost.samples)
    assert (one.tasks, one.risks) == (other.tasks, other.risks)


@settings(max_examples=80, deadline=None)
@given(plain_plans(), st.integers(0, 1_000))
def test_both_ways_of_sweeping_tell_the_same(given: Plan, seed: int) -> None:
    leaves = [row.uid for row in given.tasks if row.uid < 90]
    risks = (Risk(1, 0.4, Estimate(60, 200, 900), Estimate.fixed(7), tuple(leaves[:2])),)
    groups = dict.fromkeys(leaves[::2], "crew")
    uncertainty = Uncertainty(spread=Spread(-0.3, 0.8), groups=groups, risks=risks)
    with pytest.MonkeyPatch.context() as monkeypatch:
        quick, exact, _ = both_ways(given, uncertainty, monkeypatch, iterations=70, seed=seed)
    assert_equal(quick, exact)


def test_plain_plans_are_swept_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = [task(1, 2), task(2, 3), task(3, 0), task(4, 1, parent=None)]
    given = plan(*tasks, links=[Link(1, 2), Link(2, 3), Link(1, 4, LinkType.SS, 300), Link(4, 2, LinkType.FF)])
    quick, exact, plain = both_ways(given, UNSURE, monkeypatch, iterations=500)
    assert plain
    assert_equal(quick, exact)
    assert quick.finish(10) < quick.finish(90)


@pytest.mark.parametrize(
    "change",
    [
        {"tasks": [task(1, 2, constraint=Constraint.FINISH_NO_EARLIER_THAN, constraint_date=day(20))]},
        {"tasks": [task(1, 2, deadline=day(6))]},
        {"tasks": [task(1, 2, calendar=2)]},
        {"tasks": [task(1, 2, elapsed=True)]},
        {"tasks": [task(1, 2, actual_start=MONDAY, percent_complete=50)]},
        {"tasks": [task(1, 2, constraint=Constraint.ALAP), task(2, 3)]},
        {"tasks": [task(1, 2, levelling_delay=480)]},
        {"tasks": [task(1), task(2)], "links": [Link(1, 2, lag=50, unit=LagUnit.PERCENT)]},
        {"tasks": [task(1), task(2)], "links": [Link(1, 2, lag=50, unit=LagUnit.ELAPSED)]},
        {"tasks": [task(1), task(2, 0)], "links": [Link(1, 2, LinkType.SS)]},
        {"tasks": [task(1), task(2)], "links": [Link(1, 2, LinkType.SF)]},
        {"tasks": [task(1)], "multiple_critical_paths": True},
    ],
    ids=str,
)
def test_all_other_plans_by_the_passes_of_scheduling(change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    given = plan(*change.pop("tasks"), **change)
    assert not both_ways(given, UNSURE, monkeypatch, iterations=10)[2]


def test_the_simulated_date_is_the_schedule_of_the_durations_drawn() -> None:
    """A plan in which one drawn duration decides: its finish is what scheduling makes of that duration."""
    rows = [task(1, 3), task(2, 2, calendar=2), task(3, 4, calendar=4)]
    links = [Link(1, 2, lag=25, unit=LagUnit.PERCENT), Link(2, 3, lag=600, unit=LagUnit.ELAPSED)]
    for shape in (Shape.PERT, Shape.TRIANGULAR):
        estimate = Estimate(DAY, 3 * DAY, 9 * DAY, shape)
        found = simulate_plan(plan(*rows, links=links), Uncertainty({1: estimate}), iterations=40)
        first = simulate_plan(plan(rows[0]), Uncertainty({1: estimate}), iterations=40)
        for minutes, moment in zip(first.working.samples.tolist(), found.moments.samples.tolist(), strict=True):
            drawn = schedule(plan(replace(rows[0], duration=minutes), *rows[1:], links=links))
            assert minute_of(drawn.finish) == moment


def test_two_people_s_hours_stretch_alike() -> None:
    people = (Resource(1, "day"), Resource(2, "night", calendar=2))
    work = tuple(Assignment(uid, 1, uid, work=960) for uid in (1, 2))
    given = plan(task(1, 2), resources=people, assignments=work)
    doubled = plan(task(1, 4), resources=people, assignments=tuple(replace(row, work=2 * row.work) for row in work))
    found = simulate_plan(given, Uncertainty({1: Estimate.fixed(4 * DAY)}), iterations=5)
    assert found.finish(50) == schedule(doubled).finish > schedule(given).finish


def test_done_work_is_history_and_work_set_by_hand_stays() -> None:
    done = task(1, 2, actual_start=MONDAY, actual_finish=day(9, 17))
    put = task(2, 2, manual=True, start=day(12), finish=day(13, 17))
    wide = Estimate(DAY, 5 * DAY, 50 * DAY)
    risk = Risk(1, 1, Estimate.fixed(90 * DAY), Estimate.fixed(9), (1,))
    found = simulate_plan(plan(done, put), Uncertainty({1: wide, 2: wide}, risks=(risk,)), iterations=200)
    assert_as_scheduled(found, schedule(plan(done, put)), plan(done, put))
    assert found.estimated == () and found.remarks == (
        "Done or manually scheduled, so that their estimates change nothing: 1, 2",
    )
    assert found.risks[0].share == 0


def test_of_begun_work_the_rest_is_uncertain() -> None:
    begun = task(1, 4, actual_start=MONDAY, remaining_duration=DAY)
    found = simulate_plan(plan(begun), Uncertainty({1: Estimate(2 * DAY, 4 * DAY, 12 * DAY)}), iterations=2_000)
    # Three of four days are done; the last takes from half a day to three.
    assert day(8, 12) <= found.finish(0) < day(8, 15)
    assert day(9, 17) < found.finish(100) <= day(12, 17)


def test_pauses_of_split_work_stay() -> None:
    parts = (Segment(MONDAY, day(5, 17)), Segment(day(8), day(8, 17)))
    given = plan(task(1, 2, segments=parts))
    found = simulate_plan(given, Uncertainty({1: Estimate.fixed(3 * DAY)}), iterations=5)
    assert schedule(given).finish == day(8, 17)
    assert found.finish(50) == day(9, 17)


def test_constraints_hold_in_every_iteration() -> None:
    late = task(2, 1, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=day(19))
    found = simulate_plan(plan(task(1, 2), late, links=[Link(1, 2)]), UNSURE, iterations=500)
    assert found.finish(0) > day(19)
    must = task(2, 1, constraint=Constraint.MUST_FINISH_ON, constraint_date=day(6, 17))
    held = simulate_plan(plan(task(1, 9), must, links=[Link(1, 2)]), UNSURE, iterations=100)
    assert held.tasks[2].p50 == held.tasks[2].p80 == day(6, 17)
    assert held.tasks[1].criticality == 1


def test_work_not_done_goes_on_after_the_status_date() -> None:
    tasks = (task(1, 2, actual_start=MONDAY, remaining_duration=DAY), task(2, 1), task(3, 1, actual_finish=day(6, 17)))
    found = simulate_plan(plan(*tasks), iterations=3, not_before=day(14, 12))
    assert found.tasks[1].p50 == found.tasks[2].p50 == day(15, 12)
    assert found.tasks[3].p50 == day(6, 17)
    assert found.planned_finish == schedule(plan(*tasks)).finish


def test_a_plan_from_its_finish_begins_when_it_does_and_may_be_late() -> None:
    tasks = (task(1, 2, constraint=Constraint.ALAP), task(2, 3, constraint=Constraint.ALAP))
    given = plan(*tasks, links=[Link(1, 2)], schedule_from_finish=True, finish=day(16, 17))
    found = simulate_plan(given, UNSURE, iterations=2_000)
    assert found.start == schedule(given).start == day(12)
    assert found.planned_finish == day(16, 17)
    assert 0 < found.probability(date(2026, 1, 16)) < 0.5


def test_a_summary_finishes_with_the_last_of_its_tasks() -> None:
    tasks = (task(9), task(1, 3, parent=9), task(2, 3, parent=9), task(8, manual=True, finish=day(30, 17)))
    tasks += (task(3, 1, parent=8),)
    found = simulate_plan(plan(*tasks), UNSURE, iterations=2_000)
    assert found.tasks[9].p50 > max(found.tasks[1].p50, found.tasks[2].p50)
    assert found.tasks[9].criticality is None and found.tasks[9].p50 == found.finish(50)
    assert found.tasks[8].p50 == found.tasks[8].p80 == day(30, 17)


def test_probability_by_day_and_by_moment() -> None:
    found = simulate_plan(plan(task(1, 2)), UNSURE, iterations=2_000)
    assert (
        found.probability(date(2026, 1, 5)) < found.probability(date(2026, 1, 6)) < found.probability(date(2026, 1, 7))
    )
    assert (
        found.probability(found.finish(80)) >= 0.8 > found.probability(found.finish(80) - timedelta(minutes=1)) - 1e-9
    )
    assert list(found.finishes.values()) == sorted(found.finishes.values())
    assert found.finish(10) < found.mean_finish < found.finish(90)


def priced(**more: Any) -> Plan:
    people = (Resource(1, "expert"), Resource(2, "cement", kind=ResourceKind.MATERIAL))
    costs = (
        Assignment(1, 1, 1, work=960, cost=Decimal(1_600), actual_cost=more.pop("spent", None)),
        Assignment(2, 1, 2, cost=Decimal(300)),
    )
    phase = task(9, cost=Decimal(2_450), fixed_cost=Decimal(450))
    row = task(1, 2, parent=9, cost=Decimal(2_000), fixed_cost=Decimal(100), **more)
    return plan(phase, row, resources=people, assignments=costs)


def test_people_s_hours_cost_more_when_they_take_longer() -> None:
    found = simulate_plan(priced(), Uncertainty({1: Estimate.fixed(3 * DAY)}), iterations=3)
    assert found.planned_cost == 2_450 and found.cost is not None
    assert found.cost.samples == pytest.approx([2_450 + 800] * 3)
    half = priced(actual_start=MONDAY, remaining_duration=DAY, spent=Decimal(800))
    found = simulate_plan(half, Uncertainty({1: Estimate.fixed(4 * DAY)}), iterations=3)
    assert found.cost is not None and found.cost.samples == pytest.approx([2_450 + 800] * 3)


def test_cost_that_is_not_recorded_is_unknown() -> None:
    assert simulate_plan(plan(task(1)), UNSURE, iterations=3).cost is None
    risk = Risk(1, 1, money=Estimate.fixed(50))
    found = simulate_plan(plan(task(1)), Uncertainty(risks=(risk,)), iterations=3)
    assert found.cost is not None and found.cost.mean == 50


def test_who_was_estimated_and_who_assumed_is_named() -> None:
    given = plan(task(1), task(2), task(3, 0), task(4, actual_start=MONDAY, actual_finish=day(5, 17)))
    found = simulate_plan(given, replace(UNSURE, estimates={2: Estimate(1, 2, 3)}), iterations=3)
    assert (found.estimated, found.assumed, found.spread) == ((2,), (1,), UNSURE.spread)
    certain = simulate_plan(given, iterations=3)
    assert (certain.estimated, certain.assumed, certain.spread) == ((), (), None)


def test_risks_shift_a_plan_exactly_when_certain() -> None:
    risk = Risk(1, 1, Estimate.fixed(DAY), strikes=(1,))
    found = simulate_plan(plan(task(1, 4)), Uncertainty(risks=(risk,)), iterations=5)
    assert found.finish(50) == day(9, 17)


def test_threads_change_nothing() -> None:
    tasks = [task(uid, 1 + uid % 3, calendar=1 + uid % 3) for uid in range(1, 20)]
    given = plan(*tasks, links=[Link(uid, uid + 2) for uid in range(1, 18)])
    assert_equal(
        simulate_plan(given, UNSURE, iterations=500, threads=1), simulate_plan(given, UNSURE, iterations=500, threads=2)
    )


SUMMARY: Sequence[Task] = (task(9), task(1, parent=9), task(2, active=False))
BAD: dict[str, tuple[Uncertainty, str]] = {
    "unknown": (Uncertainty({7: Estimate.fixed(1)}), "an estimate names task 7, which does not exist"),
    "summary": (Uncertainty({9: Estimate.fixed(1)}), "an estimate names task 9, which is a summary"),
    "inactive": (Uncertainty({2: Estimate.fixed(1)}), "an estimate names task 2, which is inactive"),
    "negative": (Uncertainty({1: Estimate(-1, 1, 2)}), "the estimate of task 1 is negative"),
    "group": (Uncertainty(groups={7: "x"}), "a group names task 7"),
    "correlation": (Uncertainty(groups={1: "x"}, correlation={"x": 2}), "correlation of group 'x' is 2"),
    "nobody": (Uncertainty(correlation={"x": 0.5}), "no task is in group 'x'"),
    "risk": (Uncertainty(risks=(Risk(4, 0.5, strikes=(7,)),)), "risk 4 names task 7"),
}


@pytest.mark.parametrize("case", BAD, ids=str)
def test_uncertainty_that_does_not_fit_is_refused(case: str) -> None:
    uncertainty, message = BAD[case]
    with pytest.raises(ScheduleError, match=message):
        simulate_plan(plan(*SUMMARY), uncertainty, iterations=3)


def test_a_plan_without_tasks_is_refused() -> None:
    with pytest.raises(ScheduleError, match="no tasks to simulate"):
        simulate_plan(plan(), iterations=3)


@pytest.mark.parametrize(("low", "high"), [(-1.5, 0.2), (0.1, 0.2), (-0.2, -0.1)])
def test_a_spread_lies_around_the_plan(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="does not lie around what is planned"):
        Spread(low, high)


def test_calendars_are_honoured_in_every_iteration() -> None:
    given = plan(task(1, 3, calendar=4), task(2, 2, calendar=4), links=[Link(1, 2)])
    own = compile_calendars(given.calendars)[4]
    for moment in simulate_plan(given, UNSURE, iterations=300).moments.samples.tolist():
        assert own.finish_at(own.index(moment)) == moment
        assert datetime_of(moment).weekday() not in (2, 5, 6)
        assert datetime_of(moment) > datetime(2026, 1, 5)
