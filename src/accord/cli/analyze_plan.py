"""``accord analyze schedule``, ``earned-value`` and ``quality``: a project file in, its figures out."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from accord.cli.lazy import BadInput
from accord.cli.plan_file import JSON, PLAN, moment_of, print_remarks, read_file, with_notes
from accord.cli.tables import UNKNOWN, amount, minute, print_json, print_table, working_days
from accord.cli.texts import gettext, ngettext, said

if TYPE_CHECKING:
    from decimal import Decimal

    from accord.engines.money.plan_value import PlanValue
    from accord.engines.planning.plan import Plan
    from accord.engines.planning.schedule_quality import Assessment, Point
    from accord.engines.planning.scheduling import Schedule


@click.command(
    help=gettext(
        "Reschedule a project plan (MS Project XML, also gzipped).\n\n"
        "Lists every task of the file, summary tasks and the project summary included, with its early and late dates, "
        "its float in working time and whether it is critical. Times are the plan's own wall clock."
    )
)
@PLAN
@JSON
def schedule(plan: Path, as_json: bool) -> None:
    from accord.engines.planning.scheduling import ScheduleError
    from accord.engines.planning.scheduling import schedule as reschedule

    source = read_file(plan)
    try:
        result = reschedule(source)
    except ScheduleError as error:
        raise BadInput(f"{plan.name}: {said(error)}") from None
    if as_json:
        print_json(with_notes(_schedule_document(source, result), source))
    else:
        _print_schedule(source, result)


@click.command(
    "earned-value",
    help=gettext(
        "Earned value of a project plan (MS Project XML, also gzipped) against its baseline, or of a table (CSV).\n\n"
        "A table has a row for each period, with columns for planned value (PV), earned value (EV) and actual cost "
        "(AC); of a finished project the errors of every forecast are shown as well.\n\n"
        "Without --status-date the plan's status date counts, else its current date (as in MS Project), else today; "
        "the one used is printed. What the file does not record is shown as unknown with the reason, never as zero."
    ),
)
@PLAN
@click.option(
    "--status-date",
    metavar="DATE",
    callback=moment_of,
    help=gettext("Status date; overrides the one in the plan."),
)
@click.option(
    "--per-period/--cumulative",
    default=None,
    help=gettext("How the amounts of a table are meant; by default found from whether they ever fall."),
)
@click.option("--decimal", type=click.Choice(["point", "comma"]), help=gettext("Decimal mark of a table."))
@JSON
def earned_value(
    plan: Path, status_date: date | datetime | None, per_period: bool | None, decimal: str | None, as_json: bool
) -> None:
    from accord.cli.earned_value_table import TABLES, analyze_table

    if plan.suffix.lower() in TABLES:
        if status_date is not None:
            message = gettext("%(file)s: a table has no dates; its status is the last period with earned value.")
            raise BadInput(message % {"file": plan.name})
        analyze_table(plan, per_period=per_period, decimal=decimal, as_json=as_json)
        return
    from accord.engines.calendars.working_time import CalendarError
    from accord.engines.money.plan_value import of_plan, status_moment

    source = read_file(plan)
    moment, origin = status_moment(source, status_date, date.today())
    try:
        result = of_plan(source, moment)
    except CalendarError as error:
        raise BadInput(f"{plan.name}: {said(error)}") from None
    if as_json:
        print_json(with_notes(_value_document(source, result, origin), source))
    else:
        _print_value(source, result, origin)


@click.command(
    help=gettext(
        "Assess a schedule's quality by the DCMA's 14 points (MS Project XML, also gzipped).\n\n"
        "Each point with what it counted, its threshold, whether it passed, failed or could not be measured and why, "
        "and the tasks found. The plan is rescheduled first; the status date is chosen as for earned-value."
    )
)
@PLAN
@click.option(
    "--status-date",
    metavar="DATE",
    callback=moment_of,
    help=gettext("Status date; overrides the one in the plan."),
)
@JSON
def quality(plan: Path, status_date: date | datetime | None, as_json: bool) -> None:
    from accord.engines.money.plan_value import status_moment
    from accord.engines.planning.schedule_quality import assess
    from accord.engines.planning.scheduling import ScheduleError
    from accord.engines.planning.scheduling import schedule as reschedule

    source = read_file(plan)
    moment, origin = status_moment(source, status_date, date.today())
    try:
        result = assess(source, reschedule(source), moment)
    except ScheduleError as error:
        raise BadInput(f"{plan.name}: {said(error)}") from None
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
            gettext("yes") if row.critical else "",
        ]
        for task in plan.tasks
        if (row := result.tasks.get(task.uid)) is not None
    ]
    columns = [
        (gettext("UID"), "right"),
        (gettext("Task"), "left"),
        (gettext("Early start"), "left"),
        (gettext("Early finish"), "left"),
        (gettext("Late start"), "left"),
        (gettext("Late finish"), "left"),
        (gettext("Float"), "right"),
        (gettext("Free"), "right"),
        (gettext("Critical"), "left"),
    ]
    critical = sum(row.critical for row in result.tasks.values())
    print_table(
        gettext("%(name)s: %(start)s to %(finish)s")
        % {"name": plan.name, "start": minute(result.start), "finish": minute(result.finish)},
        columns,
        rows,
        ngettext("%(count)s task, %(critical)s critical", "%(count)s tasks, %(critical)s critical", len(rows))
        % {"count": len(rows), "critical": critical},
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
    lines: list[tuple[str, str, str]] = [
        (
            gettext("Budget at completion (BAC)"),
            amount(total.bac),
            gettext("baseline %(baseline)s") % {"baseline": result.baseline},
        ),
        (gettext("Planned value (PV)"), amount(total.pv), gettext("budgeted cost of work scheduled")),
        (gettext("Earned value (EV)"), amount(total.ev), gettext("budgeted cost of work performed")),
        (gettext("Actual cost (AC)"), amount(total.ac), gettext("actual cost of work performed")),
        (gettext("Cost variance (CV)"), amount(total.cv), "EV - AC"),
        (gettext("Schedule variance (SV)"), amount(total.sv), "EV - PV"),
        (gettext("Cost performance index (CPI)"), amount(total.cpi, 3), "EV / AC"),
        (gettext("Schedule performance index (SPI)"), amount(total.spi, 3), "EV / PV"),
        (gettext("Estimate at completion (EAC)"), amount(total.eac), "BAC / CPI"),
        (gettext("… rest as budgeted"), amount(total.eac_at_budget), "AC + BAC - EV"),
        (gettext("… at cost and schedule pace"), amount(total.eac_with_schedule), "AC + (BAC - EV) / (CPI x SPI)"),
        (gettext("Estimate to complete (ETC)"), amount(total.etc), "EAC - AC"),
        (gettext("Variance at completion (VAC)"), amount(total.vac), "BAC - EAC"),
        (gettext("To-complete performance index (TCPI)"), amount(total.tcpi, 3), "(BAC - EV) / (BAC - AC)"),
    ]
    if result.schedule:
        time_based = result.schedule
        lines += [
            (
                gettext("Earned schedule (ES)"),
                _weeks(time_based.earned),
                gettext("of %(duration)s planned") % {"duration": _weeks(time_based.planned_duration)},
            ),
            (
                gettext("Schedule variance SV(t)"),
                _weeks(time_based.sv_t),
                f"ES - AT, AT = {_weeks(time_based.actual_time)}",
            ),
            (gettext("Schedule performance SPI(t)"), amount(time_based.spi_t, 3), "ES / AT"),
            (gettext("Expected duration"), _weeks(time_based.forecast), "AT + PD - ES"),
        ]
    if plan.currency:
        title = gettext("%(plan)s: earned value %(currency)s through %(day)s (%(origin)s)")
    else:
        title = gettext("%(plan)s: earned value through %(day)s (%(origin)s)")
    day = _day(result.status_date)
    print_table(
        title % {"plan": plan.name, "currency": plan.currency, "day": day, "origin": said(origin)},
        [(gettext("Measure"), "left"), (gettext("Value"), "right"), (gettext("Meaning"), "left")],
        [list(line) for line in lines],
    )
    columns = [(gettext("UID"), "right"), (gettext("Task"), "left"), (gettext("Done"), "right")]
    columns += [(name, "right") for name in ("BAC", "PV", "EV", "AC", "CV", "SV")]
    counted = [row for row in result.rows if row.bac or row.ac]
    if counted:
        print_table(
            gettext("Tasks with budget or actual cost"),
            columns,
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
        click.echo(gettext("Unknown: %(reason)s.") % {"reason": said(reason)})
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
            said(point.name),
            _figure(point, point.figure),
            gettext("%(numerator)s of %(denominator)s")
            % {"numerator": f"{point.numerator:g}", "denominator": f"{point.denominator:g}"}
            if point.figure is not None
            else "",
            f"{'≥' if point.at_least else '≤'} {_figure(point, point.threshold)}",
            gettext(point.verdict),
            said(point.reason or point.definition),
        ]
        for point in result.points
    ]
    headings = [
        (gettext("No"), "right"),
        (gettext("Point"), "left"),
        (gettext("Figure"), "right"),
        (gettext("Counted"), "right"),
        (gettext("Threshold"), "right"),
        (gettext("Verdict"), "left"),
        (gettext("What"), "left"),
    ]
    print_table(
        gettext("%(plan)s: schedule quality through %(day)s (%(origin)s)")
        % {"plan": plan.name, "day": _day(result.status_date), "origin": said(origin)},
        headings,
        rows,
        gettext("%(passed)s passed, %(failed)s failed, %(not_applicable)s not applicable")
        % {verdict.name.lower(): result.count(verdict) for verdict in Verdict},
    )
    found = [
        [said(point.name), str(finding.uid), names[finding.uid], said(finding.note)]
        for point in result.points
        if point.verdict is Verdict.FAILED
        for finding in point.findings
    ]
    if found:
        columns = [
            (gettext("Point"), "left"),
            (gettext("UID"), "right"),
            (gettext("Task"), "left"),
            (gettext("Found"), "left"),
        ]
        print_table(gettext("Findings of the failed checks"), columns, found)
    print_remarks(plan)


def _figure(point: Point, value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return f"{value:.2f}" if point.is_index else f"{value:.1%}".replace(".0%", "%")


def _weeks(value: Decimal) -> str:
    return gettext("%(value)s weeks") % {"value": f"{value:,.2f}"}
