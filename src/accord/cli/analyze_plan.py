"""``accord analyze schedule``, ``earned-value`` and ``quality``: a project file in, its figures out."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from accord.cli.lazy import BadInput
from accord.cli.plan_file import JSON, PLAN, moment_of, print_remarks, read_file, with_notes
from accord.cli.tables import UNKNOWN, amount, minute, print_json, print_table, working_days

if TYPE_CHECKING:
    from decimal import Decimal

    from accord.engines.money.plan_value import PlanValue
    from accord.engines.planning.plan import Plan
    from accord.engines.planning.schedule_quality import Assessment, Point
    from accord.engines.planning.scheduling import Schedule


@click.command()
@PLAN
@JSON
def schedule(plan: Path, as_json: bool) -> None:
    """Reschedule a project plan (MS Project XML, also gzipped).

    Lists every task of the file, summary tasks and the project summary included, with its early and late dates,
    its float in working time and whether it is critical. Times are the plan's own wall clock.
    """
    from accord.engines.planning.scheduling import ScheduleError
    from accord.engines.planning.scheduling import schedule as reschedule

    source = read_file(plan)
    try:
        result = reschedule(source)
    except ScheduleError as error:
        raise BadInput(f"{plan.name}: {error}") from None
    if as_json:
        print_json(with_notes(_schedule_document(source, result), source))
    else:
        _print_schedule(source, result)


@click.command("earned-value")
@PLAN
@click.option(
    "--status-date",
    metavar="DATE",
    callback=moment_of,
    help="Status date; overrides the one in the plan.",
)
@click.option(
    "--per-period/--cumulative",
    default=None,
    help="How the amounts of a table are meant; by default found from whether they ever fall.",
)
@click.option("--decimal", type=click.Choice(["point", "comma"]), help="Decimal mark of a table.")
@JSON
def earned_value(
    plan: Path, status_date: date | datetime | None, per_period: bool | None, decimal: str | None, as_json: bool
) -> None:
    """Earned value of a project plan (MS Project XML, also gzipped) against its baseline, or of a table (CSV).

    A table has a row for each period, with columns for planned value (PV), earned value (EV) and actual cost (AC); of
    a finished project the errors of every forecast are shown as well.

    Without --status-date the plan's status date counts, else its current date (as in MS Project), else today; the
    one used is printed. What the file does not record is shown as unknown with the reason, never as zero.
    """
    from accord.cli.earned_value_table import TABLES, analyze_table

    if plan.suffix.lower() in TABLES:
        if status_date is not None:
            raise BadInput(f"{plan.name}: a table has no dates; its status is the last period with earned value.")
        analyze_table(plan, per_period=per_period, decimal=decimal, as_json=as_json)
        return
    from accord.engines.calendars.working_time import CalendarError
    from accord.engines.money.plan_value import of_plan, status_moment

    source = read_file(plan)
    moment, origin = status_moment(source, status_date, date.today())
    try:
        result = of_plan(source, moment)
    except CalendarError as error:
        raise BadInput(f"{plan.name}: {error}") from None
    if as_json:
        print_json(with_notes(_value_document(source, result, origin), source))
    else:
        _print_value(source, result, origin)


@click.command()
@PLAN
@click.option(
    "--status-date",
    metavar="DATE",
    callback=moment_of,
    help="Status date; overrides the one in the plan.",
)
@JSON
def quality(plan: Path, status_date: date | datetime | None, as_json: bool) -> None:
    """Assess a schedule's quality by the DCMA's 14 points (MS Project XML, also gzipped).

    Each point with what it counted, its threshold, whether it passed, failed or could not be measured and why, and
    the tasks found. The plan is rescheduled first; the status date is chosen as for earned-value.
    """
    from accord.engines.money.plan_value import status_moment
    from accord.engines.planning.schedule_quality import assess
    from accord.engines.planning.scheduling import ScheduleError
    from accord.engines.planning.scheduling import schedule as reschedule

    source = read_file(plan)
    moment, origin = status_moment(source, status_date, date.today())
    try:
        result = assess(source, reschedule(source), moment)
    except ScheduleError as error:
        raise BadInput(f"{plan.name}: {error}") from None
    if as_json:
        print_json(with_notes(_quality_document(source, result, origin), source))
    else:
        _print_quality(source, result, origin)


def _schedule_document(plan: Plan, result: Schedule) -> dict[str, Any]:
    return {
        "start": result.start,
        "finish": result.finish,
        "tasks": [
            {
                "uid": task.uid,
                "name": task.name,
                "early_start": row.early_start,
                "early_finish": row.early_finish,
                "late_start": row.late_start,
                "late_finish": row.late_finish,
                "total_float_minutes": row.total_float,
                "free_float_minutes": row.free_float,
                "critical": row.critical,
            }
            for task in plan.tasks
            if (row := result.tasks.get(task.uid)) is not None
        ],
    }


def _print_schedule(plan: Plan, result: Schedule) -> None:
    rows = [
        [
            str(task.uid),
            "  " * max(task.outline_level - 1, 0) + task.name,
            minute(row.early_start),
            minute(row.early_finish),
            minute(row.late_start),
            minute(row.late_finish),
            working_days(row.total_float, plan.minutes_per_day),
            working_days(row.free_float, plan.minutes_per_day),
            "yes" if row.critical else "",
        ]
        for task in plan.tasks
        if (row := result.tasks.get(task.uid)) is not None
    ]
    headings = ("UID", "Task", "Early start", "Early finish", "Late start", "Late finish", "Float", "Free", "Critical")
    right = {"UID", "Float", "Free"}
    critical = sum(row.critical for row in result.tasks.values())
    print_table(
        f"{plan.name}: {minute(result.start)} to {minute(result.finish)}",
        [(heading, "right" if heading in right else "left") for heading in headings],
        rows,
        f"{len(rows)} {'task' if len(rows) == 1 else 'tasks'}, {critical} critical",
    )
    print_remarks(plan)


def _day(moment: datetime) -> str:
    """A moment, or the day that ends with it."""
    from accord.engines.money.plan_value import last_day

    if moment.time() == time.min:
        return last_day(moment).isoformat()
    return moment.isoformat()


def _value_document(plan: Plan, result: PlanValue, origin: str) -> dict[str, Any]:
    schedule = result.schedule
    return {
        "name": plan.name,
        "currency": plan.currency or None,
        "status_date": _day(result.status_date),
        "status_date_is": origin,
        "baseline": result.baseline,
        **result.total.figures(),
        "missing": list(result.total.missing),
        "earned_schedule_weeks": schedule and schedule.figures(),
        "tasks": [
            {
                "uid": row.uid,
                "name": row.name,
                "percent_complete": row.percent_complete,
                "bac": row.bac,
                "pv": row.pv,
                "ev": row.ev,
                "ac": row.ac,
                "cv": row.cv,
                "sv": row.sv,
            }
            for row in result.rows
        ],
    }


def _print_value(plan: Plan, result: PlanValue, origin: str) -> None:
    total = result.total
    money = f" {plan.currency}" if plan.currency else ""
    lines: list[tuple[str, str, str]] = [
        ("Budget at completion (BAC)", amount(total.bac), f"baseline {result.baseline}"),
        ("Planned value (PV)", amount(total.pv), "budgeted cost of work scheduled"),
        ("Earned value (EV)", amount(total.ev), "budgeted cost of work performed"),
        ("Actual cost (AC)", amount(total.ac), "actual cost of work performed"),
        ("Cost variance (CV)", amount(total.cv), "EV - AC"),
        ("Schedule variance (SV)", amount(total.sv), "EV - PV"),
        ("Cost performance index (CPI)", amount(total.cpi, 3), "EV / AC"),
        ("Schedule performance index (SPI)", amount(total.spi, 3), "EV / PV"),
        ("Estimate at completion (EAC)", amount(total.eac), "BAC / CPI"),
        ("… rest as budgeted", amount(total.eac_at_budget), "AC + BAC - EV"),
        ("… at cost and schedule pace", amount(total.eac_with_schedule), "AC + (BAC - EV) / (CPI x SPI)"),
        ("Estimate to complete (ETC)", amount(total.etc), "EAC - AC"),
        ("Variance at completion (VAC)", amount(total.vac), "BAC - EAC"),
        ("To-complete performance index (TCPI)", amount(total.tcpi, 3), "(BAC - EV) / (BAC - AC)"),
    ]
    if result.schedule:
        time_based = result.schedule
        lines += [
            ("Earned schedule (ES)", _weeks(time_based.earned), f"of {_weeks(time_based.planned_duration)} planned"),
            ("Schedule variance SV(t)", _weeks(time_based.sv_t), f"ES - AT, AT = {_weeks(time_based.actual_time)}"),
            ("Schedule performance SPI(t)", amount(time_based.spi_t, 3), "ES / AT"),
            ("Expected duration", _weeks(time_based.forecast), "AT + PD - ES"),
        ]
    print_table(
        f"{plan.name}: earned value{money} through {_day(result.status_date)} ({origin})",
        [("Measure", "left"), ("Value", "right"), ("Meaning", "left")],
        [list(line) for line in lines],
    )
    columns = ("UID", "Task", "Done", "BAC", "PV", "EV", "AC", "CV", "SV")
    counted = [row for row in result.rows if row.bac or row.ac]
    if counted:
        print_table(
            "Tasks with budget or actual cost",
            [(heading, "left" if heading == "Task" else "right") for heading in columns],
            [
                [
                    str(row.uid),
                    row.name,
                    f"{row.percent_complete:g} %",
                    *map(amount, (row.bac, row.pv, row.ev, row.ac, row.cv, row.sv)),
                ]
                for row in counted
            ],
        )
    for reason in total.missing:
        click.echo(f"Unknown: {reason}.")
    print_remarks(plan)


def _quality_document(plan: Plan, result: Assessment, origin: str) -> dict[str, Any]:
    return {
        "name": plan.name,
        "status_date": _day(result.status_date),
        "status_date_is": origin,
        "baseline": result.baseline,
        "points": [
            {
                "number": point.number,
                "key": point.key,
                "name": point.name,
                "definition": point.definition,
                "numerator": point.numerator,
                "denominator": point.denominator,
                "figure": point.figure,
                "threshold": point.threshold,
                "threshold_is": "at least" if point.at_least else "at most",
                "verdict": point.verdict,
                "reason": point.reason or None,
                "tasks": list(point.tasks),
                "findings": [{"uid": finding.uid, "note": finding.note} for finding in point.findings],
            }
            for point in result.points
        ],
    }


def _print_quality(plan: Plan, result: Assessment, origin: str) -> None:
    from accord.engines.planning.schedule_quality import Verdict

    names = {task.uid: task.name for task in plan.tasks}
    rows = [
        [
            str(point.number),
            point.name,
            _figure(point, point.figure),
            f"{point.numerator:g} of {point.denominator:g}" if point.figure is not None else "",
            f"{'≥' if point.at_least else '≤'} {_figure(point, point.threshold)}",
            point.verdict.value,
            point.reason or point.definition,
        ]
        for point in result.points
    ]
    headings = ("No", "Point", "Figure", "Counted", "Threshold", "Verdict", "What")
    right = {"No", "Figure", "Counted", "Threshold"}
    print_table(
        f"{plan.name}: schedule quality through {_day(result.status_date)} ({origin})",
        [(heading, "right" if heading in right else "left") for heading in headings],
        rows,
        ", ".join(f"{result.count(verdict)} {verdict.value}" for verdict in Verdict),
    )
    found = [
        [point.name, str(finding.uid), names[finding.uid], finding.note]
        for point in result.points
        if point.verdict is Verdict.FAILED
        for finding in point.findings
    ]
    if found:
        columns = [("Point", "left"), ("UID", "right"), ("Task", "left"), ("Found", "left")]
        print_table("Findings of the failed checks", columns, found)
    print_remarks(plan)


def _figure(point: Point, value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return f"{value:.2f}" if point.is_index else f"{value:.1%}".replace(".0%", "%")


def _weeks(value: Decimal) -> str:
    return f"{value:,.2f} weeks"
