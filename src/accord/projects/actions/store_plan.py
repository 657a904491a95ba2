"""Keeping a whole plan that was read from a file or generated."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.access import Permission, can, require
from accord.core.bulk import update_rows
from accord.core.events import record_event
from accord.core.money import round_half_up
from accord.engines.planning import plan as engine
from accord.people.models import Calendar, Person
from accord.projects.actions.report_progress import Progress, progress_of, report_progress
from accord.projects.actions.staff_project import admit_person
from accord.projects.events import PlanEvent
from accord.projects.fields import BY_NAME, FIELDS, Kind, TaskField
from accord.projects.forecast import forecast_finish, store_finish
from accord.projects.models import Assignment, Baseline, BaselineTask, Link, Project, Resource, Task
from accord.projects.outline import GAP
from accord.projects.queries import PLAN_OPTIONS, calendar_source

TASK_FIELDS = [f.name for f in Task._meta.concrete_fields if f.name not in {"id", "created_at", "project", "uid"}]


@dataclass(frozen=True, slots=True)
class Stored:
    """How many tasks were made, kept with new values, and taken away."""

    created: int
    updated: int
    deleted: int


@transaction.atomic
def store_plan(*, project: Project, plan: engine.Plan, by: Any, calendars: dict[int, Calendar] | None = None) -> Stored:
    """Write ``plan`` into ``project``, matching tasks by uid; the dates are the plan's own, nothing is recomputed.

    ``calendars`` maps calendar uids of the plan to calendars that exist already; all others are stored as the
    project's own. Resources meet people of the firm by e-mail address, who can see the project from then on. Whoever
    may start the project may store its first plan. Tasks that the plan no longer has are put
    aside (``deleted_at``), because time may have been booked on them.
    """
    may_change = by is None or can(by, Permission.CHANGE, project)
    is_first = not may_change and not Task.all_objects.filter(project=project).exists()
    require(by, Permission.CREATE if is_first else Permission.CHANGE, project)
    kept_calendars = _calendars(project, plan, calendars or {})
    _project(project, plan, kept_calendars)
    tasks, stored, progress = _tasks(project, plan, kept_calendars)
    report_progress(project=project, tasks=tasks.values(), before=progress, by=by)
    _links(project, plan, tasks)
    planned = Resource.objects.filter(project=project, person__isnull=False)
    known = set(planned.values_list("person", flat=True))
    resources = _resources(project, plan, kept_calendars)
    for row in planned.exclude(person__in=known).select_related("person__user"):
        if row.person is not None:
            admit_person(project=project, person=row.person, by=by)
    _assignments(project, plan, tasks, resources)
    _baselines(project, plan, tasks)
    store_finish(project.plan, forecast_finish(tasks.values()) or plan.finish)
    record_event(
        by=by,
        kind=PlanEvent.IMPORTED,
        subject=project,
        after={"tasks": len(tasks), "created": stored.created, "updated": stored.updated, "deleted": stored.deleted},
    )
    return stored


def _calendars(project: Project, plan: engine.Plan, given: dict[int, Calendar]) -> dict[int, Calendar]:
    source = calendar_source(project)
    known = {c.external_id: c for c in Calendar.objects.filter(source=source)}
    kept = dict(given)
    for spec in plan.calendars:
        if spec.uid in given:
            continue
        row = known.get(str(spec.uid)) or Calendar(source=source, external_id=str(spec.uid), shared=False)
        row.take(spec)
        row.save()
        kept[spec.uid] = row
    for spec in plan.calendars:
        if spec.uid not in given and (base := kept.get(spec.base) if spec.base is not None else None) is not None:
            Calendar.objects.filter(pk=kept[spec.uid].pk).update(base=base)
    return kept


def _project(project: Project, plan: engine.Plan, calendars: dict[int, Calendar]) -> None:
    project.start = plan.start
    project.status_date = plan.status_date or plan.current_date or project.status_date
    project.calendar = calendars.get(plan.calendar)
    project.minutes_per_day = plan.minutes_per_day
    project.plan_options = {name: getattr(plan, name) for name in PLAN_OPTIONS}
    project.schedule_from_finish = plan.schedule_from_finish
    if plan.schedule_from_finish:
        project.target_finish = plan.finish
    project.version += 1
    project.save()


def _tasks(
    project: Project, plan: engine.Plan, calendars: dict[int, Calendar]
) -> tuple[dict[int, Task], Stored, dict[int, Progress]]:
    """The rows by uid, how many were touched, and what the progress of those that were known was before."""
    known = {task.uid: task for task in Task.all_objects.filter(project=project)}
    progress = {task.pk: progress_of(task) for task in known.values()}
    real = [task for task in plan.tasks if task.uid != 0]  # 0 is MS Project's project summary: the project itself
    parents = {task.parent for task in real if task.parent}
    place: dict[int | None, int] = defaultdict(int)
    codes = own_codes(real)
    owners = _owners(real)
    now = timezone.now()
    made: list[Task] = []
    changed: list[Task] = []
    rows: dict[int, Task] = {}
    for task in real:
        row = known.get(task.uid)
        is_new = row is None
        if row is None:
            row = Task(project=project, uid=task.uid)
        place[task.parent or None] += GAP
        _fill(row, task, calendars, is_summary=task.uid in parents, order=place[task.parent or None])
        row.wbs_code = codes[task.uid]
        _set_owner(row, task.milestone_owner, owners)
        row.deleted_at = None
        row.updated_at = now
        if not is_new:
            row.version += 1
        (made if is_new else changed).append(row)
        rows[task.uid] = row
    Task.all_objects.bulk_create(made, batch_size=200)
    for task in real:
        rows[task.uid].parent = rows.get(task.parent) if task.parent else None
    update_rows(changed, TASK_FIELDS)
    update_rows([row for row in made if row.parent_id], ["parent"])
    gone = [row.pk for uid, row in known.items() if uid not in rows and row.deleted_at is None]
    Task.all_objects.filter(pk__in=gone).update(deleted_at=now)
    return rows, Stored(len(made), len(changed), len(gone)), progress


def _fill(row: Task, task: engine.Task, calendars: dict[int, Calendar], *, is_summary: bool, order: int) -> None:
    row.order = order
    row.kind = _kind(row, task, is_summary=is_summary)
    for each in FIELDS:
        if each.engine and each.kind is not Kind.RECORD:
            setattr(row, each.name, _stored(each, getattr(task, each.engine)))
        elif each.computed:
            setattr(row, each.name, getattr(task.stored, each.computed))
    row.name = task.name[:300] or gettext("(no name)")
    row.critical = bool(task.stored.critical)
    row.calendar = calendars.get(task.calendar) if task.calendar is not None else None


def _owners(tasks: list[engine.Task]) -> dict[str, Person]:
    """The people whom the plan names as owners, by what it calls them; nobody where several have the name."""
    named = {task.milestone_owner for task in tasks} - {""}
    if not named:
        return {}
    found: dict[str, list[Person]] = defaultdict(list)
    emails = {name.lower() for name in named}
    for person in Person.objects.filter(Q(name__in=named) | Q(email__in=emails), left_on=None):
        for key in {person.name, person.email.lower()}:
            found[key].append(person)
    known = {name: found.get(name) or found.get(name.lower(), []) for name in named}
    return {name: people[0] for name, people in known.items() if len(people) == 1}


def _set_owner(row: Task, named: str, owners: dict[str, Person]) -> None:
    """The milestone's owner; one whom nobody here is called stays readable in the notes, none leaves who it was."""
    is_known = row.kind == Task.Kind.MILESTONE and named in owners
    if is_known:
        row.milestone_owner = owners[named]
    elif row.kind != Task.Kind.MILESTONE:
        row.milestone_owner = None
    if named and not is_known:
        row.notes = "\n\n".join(filter(None, [row.notes, f"{BY_NAME['milestone_owner'].custom}: {named}"]))


def _stored(each: TaskField, value: Any) -> Any:
    """A value of the engines as its column holds it."""
    if each.kind is Kind.CHOICE:
        return value.value
    if each.kind is Kind.PERCENT:
        return None if value is None else _percent(value)
    if each.kind is Kind.PARTS:
        return [{"start": s.start.isoformat(), "finish": s.finish.isoformat(), "value": s.value} for s in value]
    return value


def own_codes(tasks: list[engine.Task]) -> dict[int, str]:
    """The WBS codes that somebody chose, by uid: empty where the outline alone gives the same one."""
    shown: dict[int | None, str] = {}
    below: dict[int | None, int] = defaultdict(int)
    codes: dict[int, str] = {}
    for task in tasks:
        parent = task.parent or None
        below[parent] += 1
        number = f"{shown[parent]}.{below[parent]}" if parent in shown else str(below[parent])
        codes[task.uid] = "" if task.wbs in ("", number) else task.wbs[:255]
        shown[task.uid] = codes[task.uid] or number
    return codes


def _kind(row: Task, task: engine.Task, *, is_summary: bool) -> Task.Kind:
    """MS Project knows no level of effort: a task that was made one here stays one when its file is imported again."""
    if is_summary:
        return Task.Kind.SUMMARY
    if task.level_of_effort or (row.kind == Task.Kind.LEVEL_OF_EFFORT and not task.milestone):
        return Task.Kind.LEVEL_OF_EFFORT
    return Task.Kind.MILESTONE if task.milestone else Task.Kind.TASK


def _percent(value: float) -> Decimal:
    return round_half_up(Decimal(str(value)), 2)


def _links(project: Project, plan: engine.Plan, tasks: dict[int, Task]) -> None:
    Link.objects.filter(project=project).delete()
    Link.objects.bulk_create(
        [
            Link(
                project=project,
                predecessor=tasks[link.predecessor],
                successor=tasks[link.successor],
                type=link.type.value,
                lag=link.lag,
                lag_unit=link.unit.value,
            )
            for link in plan.links
            if link.predecessor in tasks and link.successor in tasks
        ],
        batch_size=500,
    )


def _resources(project: Project, plan: engine.Plan, calendars: dict[int, Calendar]) -> dict[int, Resource]:
    known = {resource.uid: resource for resource in Resource.objects.filter(project=project)}
    emails = {r.email.lower() for r in plan.resources if r.email}
    persons = {p.email.lower(): p for p in Person.objects.filter(email__in=emails)} if emails else {}
    rows: dict[int, Resource] = {}
    for resource in plan.resources:
        row = known.get(resource.uid) or Resource(project=project, uid=resource.uid)
        row.name = resource.name[:200] or gettext("Resource %(uid)s") % {"uid": resource.uid}
        row.kind = resource.kind.value
        row.person = persons.get(resource.email.lower()) if resource.email else row.person
        row.email, row.group, row.max_units = resource.email, resource.group[:100], resource.max_units
        row.calendar = calendars.get(resource.calendar) if resource.calendar is not None else None
        row.rates = [
            {
                "starts": line.starts.isoformat() if line.starts else None,
                "ends": line.ends.isoformat() if line.ends else None,
                "standard": str(line.standard),
                "overtime": str(line.overtime),
                "per_use": str(line.per_use),
            }
            for line in resource.rates
        ]
        if resource.rates:
            row.rate, row.cost_per_use = resource.rates[0].standard, resource.rates[0].per_use
        row.material_label = resource.material_label[:40]
        row.accrual = resource.accrual.value
        row.availability = [
            {
                "starts": period.starts.isoformat() if period.starts else None,
                "ends": period.ends.isoformat() if period.ends else None,
                "units": period.units,
            }
            for period in resource.availability
        ]
        rows[resource.uid] = row
    Resource.objects.bulk_create([r for r in rows.values() if r.pk is None], batch_size=200)
    update_rows(
        [r for uid, r in rows.items() if uid in known],
        [
            "name",
            "kind",
            "person",
            "email",
            "group",
            "max_units",
            "calendar",
            "rates",
            "rate",
            "cost_per_use",
            "material_label",
            "accrual",
            "availability",
        ],
    )
    Resource.objects.filter(project=project).exclude(uid__in=rows).delete()
    return rows


def _assignments(project: Project, plan: engine.Plan, tasks: dict[int, Task], resources: dict[int, Resource]) -> None:
    Assignment.objects.filter(project=project).delete()
    Assignment.objects.bulk_create(
        [
            Assignment(
                project=project,
                uid=a.uid,
                task=tasks[a.task],
                resource=resources.get(a.resource) if a.resource is not None else None,
                units=a.units,
                work_minutes=a.work,
                actual_work_minutes=a.actual_work,
                remaining_work_minutes=a.remaining_work,
                cost=a.cost,
                actual_cost=a.actual_cost,
                delay_minutes=a.delay,
                start=a.start,
                finish=a.finish,
                contour=a.contour,
                baseline_cost=a.baseline_cost,
                baseline_work_minutes=a.baseline_work,
                overtime_minutes=a.overtime,
                actual_overtime_minutes=a.actual_overtime,
            )
            for a in plan.assignments
            if a.task in tasks
        ],
        batch_size=200,
    )


def _baselines(project: Project, plan: engine.Plan, tasks: dict[int, Task]) -> None:
    """Replace the baselines that the plan brings; those taken here under other numbers stay."""
    numbers = sorted({b.number for task in plan.tasks for b in task.baselines})
    Baseline.objects.filter(project=project, number__in=numbers).delete()
    for number in numbers:
        name = gettext("Baseline of the plan file") + (f" {number}" if number else "")
        baseline = Baseline.objects.create(project=project, number=number, name=name)
        BaselineTask.objects.bulk_create(
            [
                BaselineTask(
                    baseline=baseline,
                    task=tasks[task.uid],
                    start=b.start,
                    finish=b.finish,
                    duration_minutes=b.duration,
                    work_minutes=b.work,
                    cost=b.cost,
                    spread=[
                        {"start": s.start.isoformat(), "finish": s.finish.isoformat(), "cost": str(s.cost)}
                        for s in b.spread
                    ],
                )
                for task in plan.tasks
                for b in task.baselines
                if b.number == number and task.uid in tasks
            ],
            batch_size=300,
        )
