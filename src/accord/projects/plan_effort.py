"""Who works on a task, how much, and what that does to its duration and cost: `engines.effort` on rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from accord.core.money import rounded
from accord.engines.planning import effort
from accord.engines.planning.effort import Effort, Load, Share
from accord.engines.planning.plan import ResourceKind
from accord.projects.models import Assignment, Resource, Task
from accord.projects.plan_rows import Invalid, PlanRows

MOST_WORK = 100 * 366 * 24 * 60


def duration_changed(rows: PlanRows, task: Task, before: int) -> None:
    """The task's duration was set: the work of its people, or their units, follow."""
    load = _load(rows, task, before)
    _take(rows, task, effort.with_duration(load, Effort(task.effort), task.duration_minutes))


def set_work(rows: PlanRows, task: Task, value: Any) -> None:
    """Set the work of a whole task, in minutes."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_WORK:
        raise Invalid(
            gettext("%(task)s: enter the work as whole minutes, 0 or more.") % {"task": task.name}, field="work_minutes"
        )
    if task.pk in rows.parents():
        raise Invalid(
            gettext("%(task)s: a summary's work is the total of its tasks. Change those.") % {"task": task.name},
            field="work_minutes",
        )
    load = _load(rows, task, task.duration_minutes)
    if not load.shares:
        task.work_minutes = value
        if Effort(task.effort) is not Effort.DURATION and value:
            task.duration_minutes = value
        return
    overtime = sum(a.overtime_minutes for a in rows.assignments_of(task))
    _take(rows, task, effort.with_work(load, Effort(task.effort), max(0, value - overtime)))


def assign(rows: PlanRows, task: Task, wanted: list[dict[str, Any]]) -> None:
    """Let exactly ``wanted`` (``[{"resource", "units"}]``) work on the task."""
    units = _units(wanted)
    resources = {r.pk: r for r in Resource.all_objects.filter(plan=rows.plan, pk__in=units)}
    if missing := set(units) - set(resources):
        raise Invalid(
            gettext("Resource %(missing)s doesn't belong to this project.") % {"missing": min(missing)},
            field="assignments",
        )
    load = _load(rows, task, task.duration_minutes)
    current = {a.resource_id: a for a in rows.assignments_of(task)}
    for key, assignment in current.items():
        if key not in units:
            rows.drop(assignment)
    newcomers = [pk for pk in units if pk not in current]
    for number, pk in enumerate(newcomers, rows.next_assignment_uid() if newcomers else 0):
        row = Assignment(**rows.plan.place, uid=number, task=task, resource=resources[pk], units=units[pk])
        row.cost = _cost(row, rows.project.currency)
        rows.add(row)
    for pk in set(units) & set(current):
        if current[pk].units != units[pk] and not _is_work(resources[pk]):
            rows.touch(current[pk])
            current[pk].units = units[pk]
            current[pk].cost = _cost(current[pk], rows.project.currency)
    people = {pk: units[pk] for pk in units if _is_work(resources[pk])}
    _take(rows, task, effort.staff(load, Effort(task.effort), people, effort_driven=task.effort_driven))


def _units(wanted: list[dict[str, Any]]) -> dict[int, float]:
    try:
        units = {int(row["resource"]): float(row.get("units", 1)) for row in wanted}
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(gettext("Send each resource with its units, such as 1 or 0.5."), field="assignments") from error
    if any(not 0 < each <= 100 for each in units.values()):
        raise Invalid(gettext("Units are more than 0 and at most 100."), field="assignments")
    return units


def _load(rows: PlanRows, task: Task, duration: int) -> Load:
    people = [a for a in rows.assignments_of(task) if a.resource_id and _is_work(a.resource)]
    # Overtime takes none of the duration: only the rest of the work is units times duration.
    return Load(
        duration,
        {a.resource_id: Share(a.units, max(0, a.work_minutes - a.overtime_minutes)) for a in people if a.resource_id},
    )


def _take(rows: PlanRows, task: Task, load: Load) -> None:
    """Bring the task and its assignments to ``load``."""
    if load.duration != task.duration_minutes:
        rows.touch(task)
        task.duration_minutes = load.duration
        if task.percent_complete:
            task.remaining_duration = max(0, load.duration - (task.actual_duration or 0))
    for assignment in rows.assignments_of(task):
        share = load.shares.get(assignment.resource_id) if assignment.resource_id else None
        if share is None:
            continue
        work = share.work + min(assignment.overtime_minutes, assignment.work_minutes)
        if (share.units, work) == (assignment.units, assignment.work_minutes):
            continue
        rows.touch(assignment)
        before = assignment.work_minutes
        assignment.units, assignment.work_minutes = share.units, work
        assignment.remaining_work_minutes = None
        # A cost that the plan's file gave may follow rates that changed over time: it grows in step with the work.
        assignment.cost = (
            rounded(assignment.cost * work / before, rows.project.currency)
            if before and assignment.cost
            else _cost(assignment, rows.project.currency)
        )


def _is_work(resource: Resource | None) -> bool:
    return resource is None or resource.kind == ResourceKind.WORK


def _cost(assignment: Assignment, currency: str) -> Decimal:
    """Planned cost: hours (or units of material) × rate, overtime at its own rate, plus the cost of one use."""
    resource = assignment.resource
    if resource is None:
        return Decimal(0)
    amount = Decimal(assignment.work_minutes) / 60 if _is_work(resource) else Decimal(str(assignment.units))
    overtime = Decimal(assignment.overtime_minutes) / 60 if _is_work(resource) else Decimal(0)
    dearer = overtime * (_overtime_rate(resource) - resource.rate)
    return rounded(amount * resource.rate + dearer + resource.cost_per_use, currency)


def _overtime_rate(resource: Resource) -> Decimal:
    """That of the plan's file; a resource that was given none works overtime at its usual rate."""
    given = Decimal(resource.rates[0].get("overtime", "0")) if resource.rates else Decimal(0)
    return given or resource.rate
