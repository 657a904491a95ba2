"""Earned value of plans: where PV, EV and AC of each task come from, and that the rows are the totals."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.calendars.working_time import CalendarSpec, ExceptionSpec, WeekSpec
from accord.engines.money.earned_value import NO_ACTUAL_COST, NO_BASELINE
from accord.engines.money.plan_value import of_plan, status_moment
from accord.engines.planning.plan import Accrual, Assignment, BaselineValues, Plan, Resource, ResourceKind, Spend, Task

OFFICE = ((480, 720), (780, 1020))
STANDARD = CalendarSpec(1, "Standard", WeekSpec((OFFICE,) * 5 + ((), ())))
WEEKEND = CalendarSpec(2, "Weekend", WeekSpec(((),) * 5 + (OFFICE, OFFICE)))
MONDAY, FRIDAY = datetime(2026, 1, 5, 8), datetime(2026, 1, 9, 17)


def at(day: int, hour: int = 17) -> datetime:
    return datetime(2026, 1, day, hour)


def baseline(start, finish, cost, number=0, spread=()) -> BaselineValues:
    amount = None if cost is None else Decimal(cost)
    return BaselineValues(number, start, finish, None, None, amount, spread)


def task(uid, start=MONDAY, finish=FRIDAY, cost=1000, **fields) -> Task:
    """A task from Monday 5 to Friday 9 January 2026 with a budget of 1,000."""
    return Task(uid, f"Task {uid}", baselines=(baseline(start, finish, cost),), **fields)


def plan_of(*tasks, **fields) -> Plan:
    return Plan("Sample", MONDAY, 1, (STANDARD, WEEKEND), tuple(tasks), **fields)


def row_at(moment, one: Task, **fields):
    (row,) = of_plan(plan_of(one, **fields), moment).rows
    return row


@pytest.mark.parametrize(
    ("moment", "pv"),
    [
        (at(4), 0),
        (MONDAY, 0),
        (at(5, 12), 100),
        (at(5, 13), 100),
        (at(6), 400),
        (at(9, 16), 975),
        (at(9), 1000),
        (at(12), 1000),
    ],
)
def test_planned_value_follows_working_time(moment, pv):
    assert row_at(moment, task(1)).pv == pv


def test_the_task_s_own_calendar_counts():
    over_the_weekend = task(1, start=MONDAY, finish=at(11), calendar=2)
    assert row_at(at(9), over_the_weekend).pv == 0
    assert row_at(at(10), over_the_weekend).pv == 500
    holiday = replace(STANDARD, exceptions=(ExceptionSpec(date(2026, 1, 6), date(2026, 1, 6)),))
    plan = replace(plan_of(task(1)), calendars=(holiday,))
    assert of_plan(plan, at(6)).total.pv == 250  # one of four working days


def test_elapsed_tasks_run_around_the_clock():
    elapsed = task(1, start=at(5, 0), finish=at(9, 0), elapsed=True)
    assert row_at(at(6, 12), elapsed).pv == 375


def test_a_milestone_falls_due_at_once():
    milestone = task(1, start=at(7), finish=at(7), milestone=True)
    assert (row_at(at(7, 16), milestone).pv, row_at(at(7), milestone).pv) == (0, 1000)
    assert row_at(at(7), replace(milestone, percent_complete=100)).ev == 1000


def test_cost_over_time_from_the_file_is_taken_and_the_rest_spread_evenly():
    spread = (Spend(at(7, 8), at(7), Decimal(500)),)
    front = Task(1, "Task 1", baselines=(baseline(MONDAY, at(9), 1000, spread=spread),))
    assert [row_at(at(day), front).pv for day in (5, 6, 7, 9)] == [100, 200, 800, 1000]
    # 40 % of the baseline's duration ends on Tuesday evening, when 200 was due
    assert row_at(at(9), replace(front, percent_complete=40)).ev == 200
    assert row_at(at(9), replace(front, percent_complete=100)).ev == 1000


def test_earned_value_is_percent_complete_of_the_budget():
    assert row_at(at(9), task(1, percent_complete=30)).ev == 300
    assert row_at(MONDAY, task(1, percent_complete=30)).ev == 300
    assert row_at(at(9), task(1, percent_complete=30, physical_percent_complete=12.5)).ev == 125


def test_totals_are_the_sums_of_their_rows():
    plan = plan_of(
        task(1, cost="333.33", percent_complete=33, actual_cost=Decimal("0.10")),
        task(2, cost="66.67", percent_complete=10, actual_cost=Decimal("0.20")),
        task(3, cost="0.01"),
    )
    value = of_plan(plan, at(7, 11))
    assert value.total.bac == Decimal("400.01") and value.total.ac == Decimal("0.30")
    for name in ("bac", "pv", "ev", "ac"):
        assert getattr(value.total, name) == sum(getattr(row, name) for row in value.rows)


def test_a_summary_counts_only_for_cost_of_its_own():
    summary = Task(
        1, "Phase", baselines=(baseline(MONDAY, at(9), 1300),), fixed_cost=Decimal(300), actual_cost=Decimal(450)
    )
    part = task(2, parent=1, actual_cost=Decimal(400))
    value = of_plan(plan_of(summary, part), at(9))
    assert [(row.uid, row.bac, row.ac) for row in value.rows] == [(1, 300, 50), (2, 1000, 400)]
    assert value.total.bac == 1300 and value.total.ac == 450
    bare = of_plan(plan_of(replace(summary, fixed_cost=Decimal(0)), part), at(9))
    assert [row.uid for row in bare.rows] == [2]
    staffed = plan_of(
        replace(summary, fixed_cost=Decimal(0)), part, assignments=(Assignment(1, 1, None, baseline_cost=Decimal(300)),)
    )
    assert [row.uid for row in of_plan(staffed, at(9)).rows] == [1, 2]


def test_inactive_tasks_do_not_count():
    value = of_plan(plan_of(task(1), task(2, active=False, actual_cost=Decimal(5))), at(9))
    assert [row.uid for row in value.rows] == [1] and value.total.bac == 1000


def test_the_baseline_of_the_plan_counts():
    one = Task(1, "Task 1", baselines=(baseline(MONDAY, at(9), 1000), baseline(MONDAY, at(9), 700, number=2)))
    value = of_plan(plan_of(one, earned_value_baseline=2), at(9))
    assert (value.baseline, value.total.bac) == (2, 700)


def test_no_baseline_is_unknown_not_zero():
    value = of_plan(plan_of(Task(1, "Task 1", percent_complete=50)), at(9))
    assert value.total.missing == (NO_BASELINE, NO_ACTUAL_COST)
    assert set(value.total.figures().values()) == {None}
    assert value.schedule is None and value.curve == () and value.rows[0].bac is None


def test_reasons_for_what_is_missing():
    free = of_plan(plan_of(task(1, cost=None, actual_cost=Decimal(3))), at(9)).total
    assert free.bac is None and free.missing == ("the baseline has no cost",)
    undated = of_plan(plan_of(task(1, start=None, finish=None, actual_cost=Decimal(3)), task(2)), at(9)).total
    assert (undated.bac, undated.pv, undated.ev) == (2000, None, None)
    assert undated.missing == ("no baseline dates on 1 task with a baseline cost",)
    added = of_plan(plan_of(task(1, actual_cost=Decimal(3)), Task(2, "Extra"), Task(3, "More")), at(9)).total
    assert added.missing == ("no baseline on 2 tasks: their cost is counted but not their progress",)


@pytest.mark.parametrize(
    ("costs", "percent", "known"),
    [((None, None), 0, None), ((0, 0), 0, 0), ((0, 0), 10, None), ((0, None), 10, None), ((5, None), 10, 5)],
)
def test_zero_cost_is_a_record_only_before_work_begins(costs, percent, known):
    tasks = [
        task(uid, actual_cost=None if cost is None else Decimal(cost), percent_complete=percent)
        for uid, cost in enumerate(costs, 1)
    ]
    total = of_plan(plan_of(*tasks), at(9)).total
    assert total.ac == known
    assert (NO_ACTUAL_COST in total.missing) == (known is None)


def test_actual_cost_from_elsewhere():
    plan = plan_of(task(1, percent_complete=50, actual_cost=Decimal(9)), task(2, percent_complete=50))
    lump = of_plan(plan, at(9), Decimal(800))
    assert lump.total.ac == 800 and lump.total.cpi == Decimal("1.25") and lump.rows[0].ac is None
    by_task = of_plan(plan, at(9), {1: Decimal(300), 99: Decimal(100)})
    assert by_task.total.ac == 400 and [row.ac for row in by_task.rows] == [300, 0]
    assert by_task.rows[0].cv == 200 and by_task.rows[0].cpi == Decimal(500) / 300


def test_earned_schedule_in_weeks():
    # Two weeks of even spending; half done at the end of the first week is half a baseline earned.
    two_weeks = task(1, finish=at(16), percent_complete=50)
    value = of_plan(plan_of(two_weeks), at(16))
    assert value.baseline_start == MONDAY and value.curve[-1][1] == 1000
    assert value.curve[0] == (1, 500)
    assert value.schedule.earned == 1
    assert value.schedule.actual_time == value.schedule.planned_duration == Decimal(11 * 24 + 9) / (7 * 24)
    before = of_plan(plan_of(two_weeks), MONDAY - timedelta(days=3)).schedule
    assert before.actual_time == 0 and before.spi_t is None


def test_a_credit_in_the_baseline_leaves_time_unknown():
    value = of_plan(plan_of(task(1), task(2, cost=-100)), at(9))
    assert value.total.bac == 900 and value.schedule is None


def test_status_moment_takes_the_first_that_is_known():
    today = date(2026, 5, 1)
    plan = plan_of(status_date=datetime(2026, 2, 1, 17), current_date=datetime(2026, 3, 1, 8))
    assert status_moment(plan, date(2026, 4, 1), today) == (datetime(2026, 4, 2), "as asked")
    assert status_moment(plan, datetime(2026, 4, 1, 12), today)[0] == datetime(2026, 4, 1, 12)
    assert status_moment(plan, None, today)[0] == datetime(2026, 2, 1, 17)
    assert status_moment(replace(plan, status_date=None), None, today)[0] == datetime(2026, 3, 2)
    assert status_moment(plan_of(), None, today) == (datetime(2026, 5, 2), "today; the plan has no status date")


moments = st.integers(0, 210 * 24 * 60).map(lambda minutes: datetime(2025, 12, 1) + timedelta(minutes=minutes))


@st.composite
def plans(draw):
    tasks = []
    for uid in range(1, draw(st.integers(1, 6)) + 1):
        start = draw(moments)
        finish = start + timedelta(minutes=draw(st.integers(0, 60 * 24 * 60)))
        cost = draw(st.decimals(0, 10_000, places=2))
        percent = draw(st.integers(0, 100))
        calendar = draw(st.sampled_from([None, 1, 2]))
        tasks.append(task(uid, start, finish, cost, percent_complete=percent, calendar=calendar))
    return plan_of(*tasks)


@settings(max_examples=50, deadline=None)
@given(plans(), moments, moments)
def test_planned_value_never_falls_and_ends_at_the_budget(plan, one, other):
    first, second = sorted((one, other))
    early, late = of_plan(plan, first), of_plan(plan, second)
    for before, after in zip(early.rows, late.rows, strict=True):
        assert 0 <= before.pv <= after.pv <= after.bac
        assert before.ev == after.ev <= before.bac
    assert all(row.pv == row.bac for row in of_plan(plan, datetime(2030, 1, 1)).rows)


@settings(max_examples=30, deadline=None)
@given(plans())
def test_the_curve_is_the_planned_value_week_by_week(plan):
    value = of_plan(plan, datetime(2026, 3, 1))
    for weeks, planned in value.curve:
        moment = value.baseline_start + timedelta(minutes=round(weeks * 7 * 24 * 60))
        assert planned == of_plan(plan, moment).total.pv


class TestAccrual:
    """A fixed cost of 1,000 on a task of five days, asked for half way."""

    @pytest.mark.parametrize(
        ("accrual", "pv", "ev"),
        [(Accrual.START, 1000, 1000), (Accrual.PRORATED, 500, 400), (Accrual.END, 0, 0)],
    )
    def test_a_fixed_cost_falls_due_as_it_accrues(self, accrual, pv, ev):
        one = task(1, fixed_cost=Decimal(1000), fixed_cost_accrual=accrual, percent_complete=40)
        row = row_at(at(7, 12), one)
        assert (row.pv, row.ev) == (pv, ev)

    def test_before_it_starts_and_after_it_ends(self):
        first = task(1, fixed_cost=Decimal(1000), fixed_cost_accrual=Accrual.START)
        last = replace(first, fixed_cost_accrual=Accrual.END)
        assert (row_at(at(4), first).pv, row_at(MONDAY, first).pv) == (0, 1000)
        assert (row_at(at(9, 16), last).pv, row_at(at(9), last).pv) == (0, 1000)
        done = replace(last, percent_complete=100)
        assert (row_at(at(9), last).ev, row_at(at(9), done).ev) == (0, 1000)

    def test_only_the_fixed_part_of_the_cost(self):
        one = task(1, fixed_cost=Decimal(400), fixed_cost_accrual=Accrual.END)
        assert row_at(at(7, 12), one).pv == 300

    def test_a_resource_accrues_too(self):
        hired = Resource(1, "Crane", accrual=Accrual.START)
        bought = Resource(2, "Steel", kind=ResourceKind.MATERIAL, accrual=Accrual.END)
        costs = [(1, Decimal(600)), (2, Decimal(400))]
        work = tuple(Assignment(n, 1, n, work=2400, cost=c, baseline_cost=c) for n, c in costs)
        row = row_at(at(7, 12), task(1), resources=(hired, bought), assignments=work)
        assert row.pv == 600


class TestPeoplesHours:
    """A task of 800 over three weeks; the person on it is away in the second."""

    AWAY = CalendarSpec(
        3, "Ada", WeekSpec((None,) * 7), base=1, exceptions=(ExceptionSpec(date(2026, 1, 12), date(2026, 1, 16)),)
    )

    ADA = (Resource(1, "Ada", calendar=3),)

    def plan(self, *work: Assignment, resources=ADA, **fields) -> Plan:
        one = task(1, finish=at(23), cost=800, **fields)
        calendars = (STANDARD, WEEKEND, self.AWAY)
        return Plan("Sample", MONDAY, 1, calendars, (one,), resources=resources, assignments=work)

    def pv(self, plan: Plan) -> Decimal | None:
        return of_plan(plan, at(16)).total.pv

    def test_half_the_work_lies_before_the_end_of_the_second_week(self):
        assert self.pv(self.plan(Assignment(1, 1, 1, work=4800, baseline_cost=Decimal(800)))) == 400

    def test_without_people_the_task_s_calendar_counts(self):
        assert self.pv(self.plan()) == Decimal("533.33")

    def test_where_resource_calendars_are_ignored(self):
        work = Assignment(1, 1, 1, work=4800, baseline_cost=Decimal(800))
        assert self.pv(self.plan(work, calendar=1, ignore_resource_calendars=True)) == Decimal("533.33")

    def test_each_person_s_part_in_their_own_hours(self):
        people = (Resource(1, "Ada", calendar=3), Resource(2, "Ben"))
        work = tuple(Assignment(n, 1, n, work=4800, baseline_cost=Decimal(c)) for n, c in ((1, 300), (2, 300)))
        # 300 half due; 300 of Ben and 200 of no person two thirds due.
        assert self.pv(self.plan(*work, resources=people)) == Decimal("483.33")

    def test_the_task_s_calendar_and_the_person_s_together(self):
        weekend_too = replace(self.AWAY, uid=4, week=WeekSpec((None,) * 5 + (OFFICE, OFFICE)))
        plan = self.plan(Assignment(1, 1, 1, baseline_cost=Decimal(800)), calendar=2)
        plan = replace(plan, calendars=(*plan.calendars, weekend_too), resources=(Resource(1, "Ada", calendar=4),))
        assert self.pv(plan) == 400  # one of two weekends

    def test_who_never_works_in_the_baseline_s_time(self):
        plan = self.plan(Assignment(1, 1, 1, baseline_cost=Decimal(800)))
        away = replace(self.AWAY, exceptions=(ExceptionSpec(date(2026, 1, 1), date(2026, 1, 31)),))
        assert self.pv(replace(plan, calendars=(STANDARD, WEEKEND, away))) == Decimal("533.33")


def test_level_of_effort_is_earned_as_planned():
    one = task(1, level_of_effort=True)
    row = row_at(at(7), one)
    assert row.pv == row.ev == 600 and row.sv == 0
