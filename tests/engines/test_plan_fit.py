"""What is said where a plan's records do not fit the date that it is asked about."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from accord.engines.calendars.working_time import CalendarSpec, WeekSpec
from accord.engines.money.plan_value import of_plan, status_moment
from accord.engines.planning.plan import BaselineValues, Plan, Task
from accord.engines.planning.plan_fit import in_the_past, misfits, open_before
from accord.engines.uncertainty.plan_simulation import simulate_plan

WEEK = WeekSpec((((480, 720), (780, 1020)),) * 5 + ((), ()))
MONDAY = datetime(2026, 1, 5, 8)
FRIDAY = datetime(2026, 1, 9, 17)


def plan_of(*tasks: Task, **more: object) -> Plan:
    return Plan("wall", MONDAY, 1, (CalendarSpec(1, "Standard", WEEK),), tasks, **more)  # type: ignore[arg-type]


def work(**more: object) -> Task:
    baseline = BaselineValues(0, MONDAY, FRIDAY, 2400, 2400, Decimal(400))
    return Task(1, "dig", duration=2400, start=MONDAY, finish=FRIDAY, baselines=(baseline,), **more)  # type: ignore[arg-type]


def test_records_of_the_day_asked_about_fit():
    done = work(percent_complete=60, actual_start=MONDAY, actual_cost=Decimal(200))
    plan = plan_of(done, status_date=datetime(2026, 1, 7, 17))
    assert misfits(plan, status_moment(plan, None, date(2026, 3, 1))[0]) == ()
    assert misfits(plan_of(work()), datetime(2026, 1, 7)) == ()
    ahead = replace(done, percent_complete=90)  # done early, not recorded later
    assert misfits(plan_of(ahead), datetime(2026, 1, 7)) == ()


def test_work_begun_or_ended_after_the_status_date():
    later = work(percent_complete=100, actual_start=datetime(2026, 1, 13, 8), actual_cost=Decimal(400))
    value = of_plan(plan_of(later), datetime(2026, 1, 12, 17))
    assert value.total.missing and "recorded after the status date" in value.total.missing[-1]
    ended = work(percent_complete=100, actual_start=MONDAY, actual_finish=FRIDAY, actual_cost=Decimal(440))
    value = of_plan(plan_of(ended), datetime(2026, 1, 6))
    assert "1 task has progress or cost recorded after the status date" in value.total.missing[-1]
    assert of_plan(plan_of(ended), datetime(2026, 1, 10)).total.missing == ()


def test_a_status_date_beside_the_plans_own():
    begun = work(percent_complete=60, actual_start=MONDAY)
    plan = plan_of(begun, status_date=datetime(2026, 1, 8, 17))
    (said,) = misfits(plan, datetime(2026, 1, 7))
    assert said.startswith("progress of 1 task is as of 2026-01-08")
    (said,) = misfits(plan, datetime(2026, 1, 10))
    assert said.endswith("what was done since then is not recorded")
    assert misfits(plan, datetime(2026, 1, 9)) == ()  # the end of the same day
    done = replace(begun, percent_complete=100, actual_finish=datetime(2026, 1, 6, 17))
    assert misfits(replace(plan, tasks=(done,)), datetime(2026, 3, 1)) == ()


def test_a_status_date_before_the_plan():
    assert misfits(plan_of(work()), datetime(2025, 12, 1)) == (
        "the status date is before the plan's start, 2026-01-05",
    )


@pytest.mark.parametrize(
    ("now", "not_before", "is_past"),
    [
        (None, None, False),
        (datetime(2026, 1, 5, 17), None, False),  # the same day
        (datetime(2026, 1, 6, 0), None, False),  # its end
        (datetime(2026, 1, 7, 9), None, True),
        (datetime(2026, 1, 7, 9), datetime(2026, 1, 7, 9), False),
        (datetime(2026, 1, 9, 9), datetime(2026, 1, 7, 9), True),
    ],
)
def test_a_simulation_that_starts_in_the_past_says_so(now, not_before, is_past):
    found = simulate_plan(plan_of(work()), iterations=1_000, now=now, not_before=not_before)
    assert any("starts in the past" in remark for remark in found.remarks) == is_past


def test_begun_done_and_inactive_work_is_not_waiting():
    starts = dict.fromkeys(range(5), MONDAY)
    tasks = [
        Task(1, "begun", actual_start=MONDAY),
        Task(2, "done", percent_complete=100),
        Task(3, "off", active=False),
        Task(4, "open"),
    ]
    assert open_before(plan_of(*tasks), starts, datetime(2026, 2, 1)) == 1
    assert "1 task has not started but is planned before 2026-02-01" in in_the_past(
        plan_of(*tasks), starts, datetime(2026, 2, 1)
    )
