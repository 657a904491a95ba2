"""What the figures said month by month, and what they say now."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from accord.cli.demo_firm.delivery import as_of, plan_today
from accord.cli.demo_firm.plans import Calendars
from accord.cli.demo_firm.world import CENT, Job, World
from accord.engines.plan import Plan
from accord.engines.plan_value import of_plan
from accord.insight.actions.analyse_customers import analyse_customers
from accord.insight.actions.measure_project import measure_project
from accord.insight.models import ProjectMeasure
from accord.money.models import Expense

INDEX = Decimal("0.0001")


def measure_projects(world: World, calendars: Calendars) -> None:
    """Measure at each month's end what still runs, at its end what is over, and by the action what stands today."""
    spent: dict[int, list[tuple[date, Decimal]]] = {}
    for project, day, amount in Expense.objects.values_list("project", "day", "amount"):
        spent.setdefault(project, []).append((day, amount))
    rows = []
    for job in world.jobs:
        bought = spent.get(job.row.pk, [])
        if job.brief.state == "closed":
            rows.append(_measure(job, plan_today(world, job), job.ended, bought, latest=True))
        elif job.brief.state != "planned" and job.brief.service != "support":
            for day in _month_ends(job.start, world.today, 10 if world.scale >= 1 else 4):
                then = as_of(world, job, datetime.combine(day, datetime.min.time()) + timedelta(days=1), calendars)
                rows.append(_measure(then, plan_today(world, then), day, bought, latest=False))
    ProjectMeasure.objects.bulk_create(rows, batch_size=500)
    for job in world.jobs:
        if job.brief.state != "closed":
            measure_project(project=job.row, day=world.today)


def value_customers(world: World) -> None:
    """Lifetime value and churn a year ago, half a year ago and now, so that a forecast can be compared."""
    for days in (365, 182, 0) if world.scale >= 1 else (0,):
        analyse_customers(as_of=world.back(days), by=None)


def _month_ends(first: date, today: date, most: int) -> list[date]:
    """The last month's ends since ``first``."""
    days: list[date] = []
    day = today.replace(day=1) - timedelta(days=1)
    while day > first + timedelta(days=7) and len(days) < most:
        days.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return days


def _measure(job: Job, plan: Plan, day: date, bought: list[tuple[date, Decimal]], *, latest: bool) -> ProjectMeasure:
    """The same measurement as ``measure_project`` makes, of a plan in memory."""
    moment = datetime.combine(day, datetime.min.time()) + timedelta(days=1)
    hours = [(job.who[resource].rate(on)[0], minutes) for _, resource, on, minutes in job.booked if on <= day]
    cost = sum((rate * minutes / 60 for rate, minutes in hours), Decimal(0)) + sum(
        (a for on, a in bought if on <= day), Decimal(0)
    )
    total = of_plan(plan, moment, cost if cost else None).total
    parents = {t.parent for t in plan.tasks}
    leaves = [t for t in plan.tasks if t.uid not in parents]
    done = sum(t.percent_complete * t.duration for t in leaves)
    agreed = [b.finish for t in plan.tasks for b in t.baselines if b.finish]

    def cents(value: Decimal | None) -> Decimal | None:
        return None if value is None else value.quantize(CENT)

    def index(value: Decimal | None) -> Decimal | None:
        return None if value is None else value.quantize(INDEX)

    return ProjectMeasure(
        project=job.row,
        day=day,
        status_date=moment,
        latest=latest,
        bac=cents(total.bac),
        pv=cents(total.pv),
        ev=cents(total.ev),
        ac=cents(total.ac),
        cv=cents(total.cv),
        sv=cents(total.sv),
        cpi=index(total.cpi),
        spi=index(total.spi),
        eac=cents(total.eac),
        percent_complete=Decimal(str(done / sum(t.duration for t in leaves))).quantize(CENT),
        finish=plan.finish,
        baseline_finish=max(agreed, default=None),
        missing=list(total.missing),
    )
