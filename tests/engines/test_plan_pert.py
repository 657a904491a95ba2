"""Classic PERT of a plan: beside PERT itself where both apply, and what only a plan has."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from accord.engines.calendars.working_time import CalendarSpec, WeekSpec
from accord.engines.planning.plan import Link, LinkType, Plan, Task
from accord.engines.uncertainty.pert import PertActivity, pert
from accord.engines.uncertainty.plan_pert import plan_pert
from accord.engines.uncertainty.three_point import Estimate

START = datetime(2026, 1, 5)
AROUND = (CalendarSpec(1, "Always", WeekSpec((((0, 1440),),) * 7)),)
DAY = 1440
LINKS = (Link(1, 2), Link(1, 3), Link(2, 4), Link(3, 4))
POINTS = {1: (1, 2, 3), 2: (2, 4, 12), 3: (1, 5, 6), 4: (3, 3, 3)}


def plan(*tasks: Task, links: tuple[Link, ...] = LINKS) -> Plan:
    return Plan("plan", START, 1, AROUND, tasks, links)


def estimates() -> dict[int, Estimate]:
    return {uid: Estimate(*(point * DAY for point in points)) for uid, points in POINTS.items()}


def tasks() -> list[Task]:
    return [Task(uid, f"task {uid}", duration=points[1] * DAY) for uid, points in POINTS.items()]


def test_it_is_pert_where_there_is_nothing_but_work() -> None:
    classic = pert([PertActivity(uid, *points) for uid, points in POINTS.items()], LINKS)
    found = plan_pert(plan(*tasks()), estimates())
    assert found.mean == START + timedelta(days=classic.mean)
    assert found.deviation == pytest.approx(classic.deviation * DAY)
    assert found.path == (1, 2)  # task 4 is on it too, but certain
    for days in (8, 10, 12):
        assert found.probability(START + timedelta(days=days)) == pytest.approx(classic.probability(days))
    assert found.deadline(0.8) - START == pytest.approx(timedelta(days=classic.deadline(0.8)), abs=timedelta(minutes=1))


def test_of_equal_paths_the_wider_counts() -> None:
    wide = estimates() | {3: Estimate(0, 4.5 * DAY, 12 * DAY)}  # as long in the mean as task 2
    assert plan_pert(plan(*tasks()), wide).path == (1, 3)
    assert plan_pert(plan(*tasks()), wide).deviation > plan_pert(plan(*tasks()), estimates()).deviation


def test_done_work_is_certain_and_of_begun_work_the_rest_varies() -> None:
    whole, begun = tasks()[0], estimates()
    done = replace(whole, actual_start=START, actual_finish=START + timedelta(days=2), percent_complete=100)
    assert plan_pert(plan(done, links=()), begun).deviation == 0
    half = replace(
        whole, actual_start=START, percent_complete=50, actual_duration=DAY, remaining_duration=DAY,
        stop=START + timedelta(days=1), resume=START + timedelta(days=1),
    )  # fmt: skip
    found = plan_pert(plan(half, links=()), begun)
    assert found.deviation == pytest.approx(plan_pert(plan(whole, links=()), begun).deviation / 2)


def test_nothing_uncertain_is_kept_or_not() -> None:
    found = plan_pert(plan(*tasks()), {})
    assert (found.deviation, found.path) == (0, ())
    assert (found.probability(found.mean), found.probability(found.mean - timedelta(minutes=1))) == (1, 0)


def test_the_path_goes_through_summaries_and_other_links() -> None:
    rows = (
        Task(1, "phase"), Task(2, "inner", parent=1, duration=DAY), Task(3, "after", duration=DAY),
        Task(4, "with it", duration=3 * DAY),
    )  # fmt: skip
    links = (Link(1, 3), Link(3, 4, LinkType.SS))
    wide = {2: Estimate(0, DAY, 2 * DAY), 4: Estimate(2 * DAY, 3 * DAY, 4 * DAY)}
    assert plan_pert(plan(*rows, links=links), wide).path == (2, 4)
