"""MS Project XML read into a plan: every unit and every style of the format, from small documents."""

import gzip
from datetime import date, datetime
from decimal import Decimal

import pytest

from accord.engines.planning.plan import (
    BaselineValues,
    Constraint,
    LagUnit,
    Link,
    LinkType,
    RateLine,
    ResourceKind,
    Segment,
    Spend,
)
from accord.exchange.mspdi import read_plan

MONDAY = "2026-01-05T08:00:00"


def test_project_fields(document, make_task):
    plan = read_plan(
        document(
            [make_task(1)],
            FinishDate="2026-03-31T17:00:00",
            ScheduleFromStart=0,
            StatusDate="2026-02-01T17:00:00",
            CurrentDate="2026-02-02T08:00:00",
            CurrencyCode="CHF",
            MinutesPerDay=450,
            MinutesPerWeek=2250,
            DaysPerMonth=19,
            CriticalSlackLimit=2,
            HonorConstraints=0,
            MultipleCriticalPaths=1,
            SplitsInProgressTasks=0,
            BaselineForEarnedValue=3,
        )
    )
    assert (plan.name, plan.start, plan.finish) == ("Sample", datetime(2026, 1, 5, 8), datetime(2026, 3, 31, 17))
    assert plan.schedule_from_finish and plan.multiple_critical_paths
    assert not plan.honor_constraints and not plan.splits_in_progress_tasks
    assert (plan.status_date, plan.current_date) == (datetime(2026, 2, 1, 17), datetime(2026, 2, 2, 8))
    assert (plan.currency, plan.minutes_per_day, plan.minutes_per_week, plan.days_per_month) == ("CHF", 450, 2250, 19)
    assert plan.critical_slack_limit == 2 * 450  # written in days
    assert plan.earned_value_baseline == 3
    assert plan.remarks == ()


def test_outline_gives_each_task_its_parent(document, make_task):
    levels = [(0, 0), (1, 1), (2, 2), (3, 3), (4, 2), (5, 1)]
    plan = read_plan(document([make_task(uid, OutlineLevel=level) for uid, level in levels]))
    assert {task.uid: task.parent for task in plan.tasks} == {0: None, 1: 0, 2: 1, 3: 2, 4: 1, 5: 0}


def test_blank_rows_are_skipped_with_what_belongs_to_them(document, make_task):
    blank = {"UID": 2, "IsNull": 1, "OutlineLevel": 0}
    plan = read_plan(
        document(
            [make_task(1), blank, make_task(3, OutlineLevel=2)],
            assignments=[
                {"UID": 1, "TaskUID": 2, "ResourceUID": -65535},
                {"UID": 2, "TaskUID": 3, "ResourceUID": -65535},
            ],
        )
    )
    assert [(task.uid, task.parent) for task in plan.tasks] == [(1, None), (3, 1)]
    assert [(row.task, row.resource) for row in plan.assignments] == [(3, None)]


def test_task_fields(document, make_task):
    plan = read_plan(
        document(
            [
                make_task(
                    7,
                    WBS="1.2",
                    Duration="PT12H30M0S",
                    DurationFormat=8,
                    Milestone=1,
                    Manual=1,
                    Active=0,
                    ConstraintType=4,
                    ConstraintDate=MONDAY,
                    Deadline="2026-01-09T17:00:00",
                    CalendarUID=1,
                    IgnoreResourceCalendar=1,
                    Priority=700,
                    LevelingDelay=4800,
                    Start=MONDAY,
                    Finish="2026-01-06T12:30:00",
                    PercentComplete=40,
                    ActualStart=MONDAY,
                    ActualDuration="PT5H0M0S",
                    RemainingDuration="PT7H30M0S",
                    Stop="2026-01-05T14:00:00",
                    Resume="2026-01-06T08:00:00",
                    Work="PT25H0M0S",
                    ActualWork="PT10H0M0S",
                    Cost="123456",
                    ActualCost="50000.5",
                    FixedCost="1000",
                    Notes="as agreed & signed",
                    TotalSlack=-4800,
                    FreeSlack=15,
                    Critical=1,
                    LateStart=MONDAY,
                    BCWS="1000.00",
                )
            ]
        )
    )
    (task,) = plan.tasks
    assert (task.uid, task.wbs, task.duration, task.elapsed, task.milestone) == (7, "1.2", 750, True, True)
    assert task.manual and not task.active and task.ignore_resource_calendars
    assert (task.constraint, task.constraint_date) == (Constraint.START_NO_EARLIER_THAN, datetime(2026, 1, 5, 8))
    assert (task.deadline, task.calendar, task.priority, task.levelling_delay) == (
        datetime(2026, 1, 9, 17),
        1,
        700,
        480,
    )
    assert (task.percent_complete, task.actual_duration, task.remaining_duration) == (40, 300, 450)
    assert (task.stop, task.resume) == (datetime(2026, 1, 5, 14), datetime(2026, 1, 6, 8))
    assert (task.work, task.actual_work) == (1500, 600)
    assert (task.cost, task.actual_cost, task.fixed_cost) == (Decimal("1234.56"), Decimal("500.005"), Decimal(10))
    assert task.notes == "as agreed & signed"
    assert (task.stored.total_float, task.stored.free_float, task.stored.critical) == (-480, 2, True)
    assert (task.stored.start, task.stored.late_start, task.stored.bcws) == (task.start, task.start, Decimal(10))


def test_absent_values_stay_unknown(document, make_task):
    (task,) = read_plan(document([make_task(1)])).tasks
    assert task.actual_cost is None and task.remaining_duration is None and task.stored.critical is None
    assert task.stored.total_float is None and task.baselines == () and task.physical_percent_complete is None


def test_a_date_without_a_dated_constraint_means_nothing(document, make_task):
    (task,) = read_plan(document([make_task(1, ConstraintType=0, ConstraintDate="1970-01-01T01:00:00")])).tasks
    assert (task.constraint, task.constraint_date) == (Constraint.ASAP, None)


@pytest.mark.parametrize(("code", "constraint"), list(enumerate(Constraint)))
def test_every_constraint(document, make_task, code, constraint):
    (task,) = read_plan(document([make_task(1, ConstraintType=code, ConstraintDate=MONDAY)])).tasks
    assert task.constraint is constraint


@pytest.mark.parametrize(("code", "kind"), list(enumerate([LinkType.FF, LinkType.FS, LinkType.SF, LinkType.SS])))
@pytest.mark.parametrize(
    ("lag", "lag_format", "minutes", "unit"),
    [
        (4800, 7, 480, LagUnit.WORKING),
        (-600, 5, -60, LagUnit.WORKING),
        (14400, 8, 1440, LagUnit.ELAPSED),
        (100800, 42, 10080, LagUnit.ELAPSED),
        (-50, 19, -50, LagUnit.PERCENT),
        (25, 52, 25, LagUnit.ELAPSED_PERCENT),
    ],
)
def test_every_link_type_and_lag(document, make_task, code, kind, lag, lag_format, minutes, unit):
    link = {"PredecessorUID": 1, "Type": code, "LinkLag": lag, "LagFormat": lag_format}
    plan = read_plan(document([make_task(1), make_task(2, PredecessorLink=link)]))
    assert plan.links == (Link(1, 2, kind, minutes, unit),)


def test_a_bare_link_is_finish_to_start_and_repeats_count_once(document, make_task):
    plan = read_plan(document([make_task(1), make_task(2, PredecessorLink=[{"PredecessorUID": 1}] * 2)]))
    assert plan.links == (Link(1, 2),)


def test_links_to_other_files_are_left_out_and_told(document, make_task):
    plan = read_plan(document([make_task(1, PredecessorLink={"PredecessorUID": 99, "CrossProject": 1})]))
    assert plan.links == ()
    assert plan.remarks == ("Skipped 1 link to a task of another project file.",)


def test_a_task_that_waits_for_another_file_keeps_its_date(document, make_task):
    link = {"PredecessorUID": 0, "CrossProject": 1}
    dates = {"Start": "2026-01-20T08:00:00", "Finish": "2026-01-20T17:00:00"}
    plan = read_plan(document([make_task(1, PredecessorLink=link, **dates)]))
    held = plan.tasks[0]
    assert (held.constraint, held.constraint_date) == (Constraint.START_NO_EARLIER_THAN, datetime(2026, 1, 20, 8))
    assert "“Task 1” (UID 1) from 2026-01-20 08:00" in plan.remarks[1]
    manual = read_plan(document([make_task(1, PredecessorLink=link, Manual=1, **dates)])).tasks[0]
    assert manual.constraint is Constraint.ASAP


def test_baselines_in_order_with_cost_over_time(document, make_task):
    baselines = [
        {"Number": 10, "Cost": 5},
        {
            "Number": 0,
            "Start": MONDAY,
            "Finish": "2026-01-06T17:00:00",
            "Duration": "PT16H0M0S",
            "Work": "PT32H0M0S",
            "Cost": "20000",
            "TimephasedData": {"Type": 10, "Start": MONDAY, "Finish": "2026-01-06T08:00:00", "Value": "15000"},
        },
    ]
    (task,) = read_plan(document([make_task(1, Baseline=baselines)])).tasks
    first, tenth = task.baselines
    start, finish = datetime(2026, 1, 5, 8), datetime(2026, 1, 6, 17)
    assert first == BaselineValues(
        0, start, finish, 960, 1920, Decimal(200), (Spend(start, datetime(2026, 1, 6, 8), Decimal(150)),)
    )
    assert tenth == BaselineValues(10, None, None, None, None, Decimal("0.05"))


def test_baseline_cost_over_time_of_assignments_serves_their_task(document, make_task):
    row = {"Type": 5, "Start": MONDAY, "Finish": "2026-01-05T17:00:00", "Value": "100"}
    other = {"Type": 17, "Start": MONDAY, "Finish": "2026-01-05T17:00:00", "Value": "900"}
    plan = read_plan(
        document(
            [make_task(1, Baseline=[{"Number": 0, "Cost": "100"}, {"Number": 1, "Cost": "900"}])],
            assignments=[{"UID": 1, "TaskUID": 1, "TimephasedData": [row, other]}],
        )
    )
    (task,) = plan.tasks
    assert [[spend.cost for spend in baseline.spread] for baseline in task.baselines] == [[Decimal(1)], [Decimal(9)]]


def test_resources_and_their_rates(document, make_task):
    table = [
        {"RatesFrom": "2026-07-01T00:00:00", "RatesTo": "2049-12-31T23:59:00", "RateTable": 0, "StandardRate": "120"},
        {
            "RatesFrom": "1984-01-01T00:00:00",
            "RatesTo": "2026-07-01T00:00:00",
            "RateTable": 0,
            "StandardRate": "99.99999999999999",
            "OvertimeRate": 150,
            "CostPerUse": 2500,
        },
        {"RateTable": 1, "StandardRate": "50"},
    ]
    plan = read_plan(
        document(
            [make_task(1)],
            resources=[
                {"UID": 0, "Type": 1},
                {
                    "UID": 1,
                    "Name": "Ana",
                    "Type": 1,
                    "MaxUnits": "0.5",
                    "CalendarUID": 1,
                    "EmailAddress": "a@b.c",
                    "Group": "Design",
                    "Rates": {"Rate": table},
                },
                {"UID": 2, "Name": "Cement", "Type": 0, "MaterialLabel": "ton", "StandardRate": "80"},
                {"UID": 3, "Name": "Travel", "Type": 0, "IsCostResource": 1, "CalendarUID": -1},
            ],
        )
    )
    ana, cement, travel = plan.resources
    assert (ana.name, ana.kind, ana.max_units, ana.calendar) == ("Ana", ResourceKind.WORK, 0.5, 1)
    assert (ana.email, ana.group) == ("a@b.c", "Design")
    assert ana.rates == (
        RateLine(None, date(2026, 7, 1), Decimal(100), Decimal(150), Decimal(25)),
        RateLine(date(2026, 7, 1), None, Decimal(120)),
    )
    assert (cement.kind, cement.material_label, cement.rates[0].standard) == (ResourceKind.MATERIAL, "ton", Decimal(80))
    assert (travel.kind, travel.rates, travel.calendar) == (ResourceKind.COST, (), None)
    assert plan.remarks == ("Skipped 1 resource's cost rate table B to E.",)


def test_assignment_fields(document, make_task):
    (row,) = read_plan(
        document(
            [make_task(1)],
            resources=[{"UID": 4, "Name": "Ana"}],
            assignments=[
                {
                    "UID": 9,
                    "TaskUID": 1,
                    "ResourceUID": 4,
                    "Units": "0.75",
                    "Work": "PT6H0M0S",
                    "ActualWork": "PT2H0M0S",
                    "RemainingWork": "PT4H0M0S",
                    "Cost": "60000",
                    "ActualCost": "20000",
                    "Delay": 600,
                    "WorkContour": 2,
                    "Start": MONDAY,
                    "Finish": "2026-01-05T17:00:00",
                    "Baseline": {"Number": 0, "Cost": "55000", "Work": "PT5H30M0S"},
                }
            ],
        )
    ).assignments
    assert (row.task, row.resource, row.units, row.work, row.actual_work, row.remaining_work) == (
        1,
        4,
        0.75,
        360,
        120,
        240,
    )
    assert (row.cost, row.actual_cost, row.delay, row.contour) == (Decimal(600), Decimal(200), 60, 2)
    assert (row.baseline_cost, row.baseline_work) == (Decimal(550), 330)


def _work(kind, day, minutes):
    value = {"Value": f"PT{minutes // 60}H{minutes % 60}M0S"} if minutes else {}
    start, finish = f"2026-01-{day:02}T08:00:00", f"2026-01-{day:02}T17:00:00"
    return {"Type": kind, "Start": start, "Finish": finish, **value}


def test_a_pause_in_working_time_splits_a_task_and_a_weekend_does_not(document, make_task):
    # Thursday 8, Friday 9, (weekend,) Monday 12; a pause on Tuesday 13; Wednesday 14
    rows = [_work(2, 8, 480), _work(1, 9, 480), _work(1, 12, 480), _work(1, 13, 0), _work(1, 14, 480)]
    whole = [_work(1, 8, 480), _work(1, 9, 480), _work(1, 12, 480)]
    plan = read_plan(
        document(
            [make_task(1), make_task(2)],
            assignments=[
                {"UID": 1, "TaskUID": 1, "TimephasedData": rows},
                {"UID": 2, "TaskUID": 2, "TimephasedData": whole},
            ],
        )
    )
    split, unbroken = plan.tasks
    assert split.segments == (
        Segment(datetime(2026, 1, 8, 8), datetime(2026, 1, 12, 17)),
        Segment(datetime(2026, 1, 14, 8), datetime(2026, 1, 14, 17)),
    )
    assert unbroken.segments == ()


def test_physical_progress_and_tasks_of_other_files(document, make_task):
    first, second = read_plan(
        document([make_task(1, EarnedValueMethod=1, PhysicalPercentComplete=35), make_task(2, ExternalTask=1)])
    ).tasks
    assert first.physical_percent_complete == 35 and second.manual


def test_a_file_without_calendars_gets_the_usual_week_and_says_so(document, make_task):
    plan = read_plan(document([make_task(1)], calendars=[]))
    assert plan.calendar == plan.calendars[0].uid == 1
    assert plan.calendars[0].week.days[0] == ((480, 720), (780, 1020))
    assert "has no calendar" in plan.remarks[0]


def test_gzip_path_and_bytes_give_the_same_plan(document, make_task, tmp_path):
    data = document([make_task(1)])
    packed = tmp_path / "plan.xml.gz"
    packed.write_bytes(gzip.compress(data))
    plain = tmp_path / "plan.xml"
    plain.write_bytes(data)
    assert read_plan(data) == read_plan(packed) == read_plan(plain) == read_plan(gzip.compress(data))


def test_encodings_with_a_mark_are_read(document, make_task):
    data = document([make_task(1, Name="Genève")])
    text = data.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert read_plan(b"\xef\xbb\xbf" + data) == read_plan(data) == read_plan(text.encode("utf-16"))


def test_elements_of_other_namespaces_are_passed_over(document, make_task):
    data = document([make_task(1)])
    foreign = data.replace(b"</Task>", b'<x:Name xmlns:x="urn:x">Other</x:Name></Task>')
    assert read_plan(foreign) == read_plan(data)


def test_the_root_task_names_a_project_without_title(document, make_task):
    root = make_task(0, OutlineLevel=0, Name="Atlas")
    assert read_plan(document([root], Title="")).name == "Atlas"
    assert read_plan(document([make_task(1)], Title="", Name="atlas.xml")).name == "atlas"


def test_start_falls_back_to_the_first_task(document, make_task):
    plan = read_plan(document([make_task(1, Start="2026-02-02T09:00:00"), make_task(2, Start=MONDAY)], StartDate=""))
    assert plan.start == datetime(2026, 1, 5, 8)
