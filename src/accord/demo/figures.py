"""What the figures said month by month, and what they say now."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from accord.accounts.models import Account
from accord.demo.delivery import as_of, plan_today
from accord.demo.plans import Calendars
from accord.demo.world import Job, World
from accord.engines.money.plan_value import of_plan
from accord.engines.planning.plan import Plan
from accord.engines.texts import gettext_lazy
from accord.engines.uncertainty.plan_uncertainty import Uncertainty
from accord.insight.actions.keep_plan_forecast import keep_plan_forecast
from accord.insight.actions.measure_project import measure_project
from accord.insight.actions.rebuild_history import rebuild_history
from accord.insight.actions.score_forecasts import score_forecasts
from accord.insight.actions.update_client_figures import update_client_figures
from accord.insight.models import HealthOverride, PlanForecast, ProjectMeasure
from accord.insight.plan_forecasts import EARLY, plan_forecast, ratio_of
from accord.insight.queries import ProjectValue, measurement, project_value
from accord.money.queries import ActualCost
from accord.money.queries_expenses import counted_expenses
from accord.projects.models import Project, Task
from accord.projects.outline import Row
from accord.projects.queries import LoadedPlan

# Two simulations for each month's end of 150 projects took a minute: every third, and fewer draws, tell the same story.
_KEPT_EACH, _ITERATIONS = 3, 100


def measure_projects(world: World, calendars: Calendars) -> None:
    """Measure at each month's end, at its end what is over, and what stands today; then score what is closed."""
    spent: dict[int, list[tuple[date, Decimal]]] = {}
    for project, day, amount in counted_expenses().values_list("project", "day", "cost"):
        spent.setdefault(project, []).append((day, amount))
    rows, past, ended = [], [], []
    for job in world.jobs:
        bought = spent.get(job.row.pk, [])
        closed = job.brief.state == "closed"
        if closed:
            rows.append(_measure(job, job.current or job.plan, job.ended, bought, latest=True))
            ended.append(rows[-1])
        if job.brief.state != "planned" and job.brief.service != "support":
            kept: list[tuple[ProjectMeasure, Plan]] = []
            for day in _month_ends(job.start, job.ended if closed else world.today, 10 if world.scale >= 1 else 4):
                then = as_of(world, job, datetime.combine(day, time()) + timedelta(days=1), calendars)
                plan = plan_today(world, then)
                rows.append(_measure(then, plan, day, bought, latest=False))
                kept.append((rows[-1], plan))
            past += kept[::_KEPT_EACH]
    ProjectMeasure.objects.bulk_create(rows, batch_size=500)
    PlanForecast.objects.bulk_create(_forecasts(past, ended), batch_size=500)
    for job in world.jobs:
        if job.brief.state != "closed":
            value = project_value(job.row, None, world.today)
            measure = measure_project(project=job.row, day=world.today, value=value)
            if job.brief.state == "active":
                keep_plan_forecast(measure=measure, loaded=value.loaded)
    for project in Project.objects.filter(status=Project.Status.CLOSED).order_by("stopped_on", "pk"):
        score_forecasts(project=project)


def _forecasts(past: list[tuple[ProjectMeasure, Plan]], ended: list[ProjectMeasure]) -> list[PlanForecast]:
    """What each plan forecast then, with what had closed by that day."""
    first: dict[int, PlanForecast] = {}
    found = []
    for measure, plan in sorted(past, key=lambda each: each[0].day):
        known = [_ratio(last, first.get(last.project_id)) for last in ended if last.day < measure.day]
        begun = first.get(measure.project_id)
        row = plan_forecast(
            plan,
            measure,
            Uncertainty(),
            [ratio for ratio in known if ratio is not None],
            variance=begun.variance if begun else None,
            iterations=_ITERATIONS,
        )
        if row is not None:
            first.setdefault(measure.project_id, row)
            found.append(row)
    return found


def _ratio(last: ProjectMeasure, first: PlanForecast | None) -> float | None:
    early = first is not None and last.planned_weeks is not None and first.weeks <= EARLY * float(last.planned_weeks)
    return ratio_of(last, first.simulated if first is not None and early else None)


def value_customers(world: World) -> None:
    """What the figures say today, a week ago, and at each month's end of the year before; of one client somebody knows
    better.
    """
    known = Account.objects.filter(status=Account.Status.CLIENT, name__startswith="Solvane").first()
    if known is not None:
        HealthOverride.objects.create(
            account=known, health=58, until=world.back(-75), set_by=known.owner,
            reason="Their new head of purchasing wants three quotes for the next phase. Nothing is in writing yet.",
        )  # fmt: skip
    for days in (7, 0):
        update_client_figures(as_of=world.back(days), by=None)
    rebuild_history()


def _month_ends(first: date, today: date, most: int) -> list[date]:
    """The last month's ends since ``first``."""
    days: list[date] = []
    day = today.replace(day=1) - timedelta(days=1)
    while day > first + timedelta(days=7) and len(days) < most:
        days.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return days


def _measure(job: Job, plan: Plan, day: date, bought: list[tuple[date, Decimal]], *, latest: bool) -> ProjectMeasure:
    """The row that ``measure_project`` would have kept on ``day``, of the plan as it stood then."""
    moment = datetime.combine(day, time()) + timedelta(days=1)
    hours = [(job.who[resource].rate(on), minutes) for _, resource, on, minutes in job.booked if on <= day]
    booked = ActualCost(
        hours_cost=sum((cost * minutes / 60 for (cost, _), minutes in hours), Decimal(0)),
        billable_value=sum((price * minutes / 60 for (_, price), minutes in hours), Decimal(0)),
        minutes=sum(minutes for _, minutes in hours),
        expenses=sum((amount for on, amount in bought if on <= day), Decimal(0)),
        by_task={},
    )
    parents = {t.parent for t in plan.tasks}
    rows = [
        Row(
            Task(percent_complete=Decimal(str(t.percent_complete)), duration_minutes=t.duration),
            1,
            "",
            t.uid in parents,
        )
        for t in plan.tasks
    ]
    value = ProjectValue(
        value=of_plan(plan, moment, booked.total or None),
        loaded=LoadedPlan(plan, rows, [], {}, [], []),
        booked=booked,
        status_source=gettext_lazy("the end of the project") if latest else gettext_lazy("the end of the month"),
        not_on_a_task=Decimal(0),
    )
    measure = measurement(job.row, value, day)
    measure.finish, measure.latest = plan.finish, latest
    return measure
