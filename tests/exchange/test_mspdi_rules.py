"""What the reader makes of availability, accrual, overtime, placeholders, progress and overlapping exceptions."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from accord.engines.calendars.working_time import compile_calendars
from accord.engines.planning.plan import Accrual, Availability
from accord.engines.planning.scheduling import schedule
from accord.exchange.mspdi import read_plan
from tests.exchange.test_mspdi_calendars import period, times

JANUARY = {"Start": "2026-01-08T08:00:00", "Finish": "2026-01-09T17:00:00"}


def at(day: int, hour: int = 8) -> datetime:
    return datetime(2026, 1, day, hour)


def test_availability_accrual_and_overtime(document, make_task):
    bounds = [("1984-01-01T00:00:00", "2026-01-11T23:59:00", 1), ("2026-01-19T00:00:00", "2049-12-31T23:59:00", 0.5)]
    periods = [{"AvailableFrom": a, "AvailableTo": b, "AvailableUnits": u} for a, b, u in bounds]
    resource = {"UID": 1, "Name": "Ada", "AccrueAt": 2, "AvailabilityPeriods": {"AvailabilityPeriod": periods}}
    work = {"UID": 1, "TaskUID": 1, "ResourceUID": 1, "Work": "PT8H0M0S", "OvertimeWork": "PT2H0M0S"}
    plan = read_plan(
        document([make_task(1, FixedCost=100, FixedCostAccrual=1)], resources=[resource], assignments=[work])
    )
    (ada,), (assignment,) = plan.resources, plan.assignments
    assert ada.availability == (
        Availability(None, date(2026, 1, 11), 1.0),
        Availability(date(2026, 1, 19), None, 0.5),
    )
    assert (ada.accrual, plan.tasks[0].fixed_cost_accrual) == (Accrual.END, Accrual.START)
    assert (assignment.work, assignment.overtime) == (480, 120)


@pytest.mark.parametrize(
    "row",
    [
        {"AvailableFrom": "1984-01-01T00:00:00", "AvailableTo": "2049-12-31T23:59:00", "AvailableUnits": 1},
        {"AvailableFrom": "2026-02-01T00:00:00", "AvailableTo": "2026-01-01T00:00:00", "AvailableUnits": 1},
        {"AvailableFrom": "soon", "AvailableUnits": "many"},
    ],
)
def test_periods_that_say_nothing(document, make_task, row):
    resource = {"UID": 1, "Name": "Ada", "AvailabilityPeriods": {"AvailabilityPeriod": row}}
    assert read_plan(document([make_task(1)], resources=[resource])).resources[0].availability == ()


def test_progress_without_an_actual_start_stays_where_it_is(document, make_task):
    begun = make_task(1, PercentComplete=50, Duration="PT16H0M0S", **JANUARY)
    done = make_task(2, PercentComplete=100, Duration="PT16H0M0S", **JANUARY)
    plan = read_plan(document([begun, done]))
    assert [(task.actual_start, task.actual_finish) for task in plan.tasks] == [(at(8), None), (at(8), at(9, 17))]
    found = schedule(plan)
    assert {(row.start, row.finish) for row in found.tasks.values()} == {(at(8), at(9, 17))}


def test_a_summary_s_progress_is_that_of_its_tasks(document, make_task):
    summary = make_task(1, Summary=1, PercentComplete=50, **JANUARY)
    plan = read_plan(document([summary, make_task(2, OutlineLevel=2)]))
    assert plan.tasks[0].actual_start is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"Start": "2026-01-07T08:00:00", "Duration": "PT16H0M0S"}, (at(7), at(8, 17))),
        ({"Start": "2026-01-07T08:00:00"}, (at(7), at(7, 17))),
        ({"Finish": "2026-01-09T17:00:00"}, (at(9), at(9, 17))),
        ({"ManualFinish": "2026-01-09T17:00:00", "ManualDuration": "PT16H0M0S"}, (at(8), at(9, 17))),
        ({"Duration": "PT16H0M0S"}, (at(5), at(6, 17))),
        ({"Start": "TBD", "Finish": "2026-01-09T17:00:00"}, (at(9), at(9, 17))),
        ({"Start": "2026-01-07T08:00:00", "Duration": "a few days"}, (at(7), at(7, 17))),
        ({}, (at(5), at(5, 17))),
    ],
)
def test_manual_placeholders(document, make_task, fields, expected):
    task = {key: value for key, value in make_task(1).items() if key != "Duration"} | {"Manual": 1} | fields
    row = schedule(read_plan(document([task]))).tasks[1]
    assert (row.start, row.finish) == expected


def test_the_words_of_a_placeholder_are_kept(document, make_task):
    texts = {"StartText": "after the fair", "FinishText": "TBD", "Duration": "a few days"}
    (task,) = read_plan(document([make_task(1, Manual=1, Notes="Ask Ben.", **texts)])).tasks
    assert task.notes == "Ask Ben.\nStart: after the fair\nFinish: TBD\nDuration: a few days"


FRIDAYS = {"Type": 6, "Period": 1, "DaysOfWeek": 32, "DayWorking": 0, **period("2026-01-01", "2026-03-31")}
MONTHLY = {"Type": 4, "Period": 1, "MonthDay": 9, **period("2026-01-01", "2026-03-31")}
YEARLY = {"Type": 2, "Month": 0, "MonthDay": 9, **period("2026-01-01", "2028-03-31")}
FOURTH_DAYS = {"Type": 1, "Period": 4, **period("2026-01-05", "2026-03-31")}
ONCE = {"Type": 1, "Period": 1, **period("2026-01-09", "2026-01-09")}


def works(exception: dict) -> dict:
    return {**exception, "DayWorking": 1, **times(("09:00:00", "11:00:00"))}


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [(FRIDAYS, MONTHLY), (MONTHLY, YEARLY), (YEARLY, FOURTH_DAYS), (FOURTH_DAYS, ONCE), (FRIDAYS, ONCE)],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_which_of_two_exceptions_counts(document, make_task, standard_calendar, weaker, stronger, swapped):
    """All of them cover Friday 9 January: what does not recur first, then by days, by years, by months, by weeks."""
    both = [{**weaker, "DayWorking": 0}, works(stronger)]
    calendar = {**standard_calendar, "Exceptions": {"Exception": both[::-1] if swapped else both}}
    plan = read_plan(document([make_task(1)], calendars=[calendar]))
    assert compile_calendars(plan.calendars)[1].intervals(date(2026, 1, 9)) == ((540, 660),)
