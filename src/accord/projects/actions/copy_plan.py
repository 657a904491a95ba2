"""Beginning a project with the plan of another one, or with a template."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, can, require
from accord.core.event_kinds import RecordEvent
from accord.core.events import record_event
from accord.core.fetch import fetch
from accord.engines.planning.plan_outline import PlanCycleError
from accord.engines.planning.scheduling import ScheduleError
from accord.people.models import Calendar, JobRole
from accord.projects.actions.schedule import Rescheduled, schedule
from accord.projects.events import PlanEvent
from accord.projects.models import (
    Assignment,
    CharterItem,
    Deliverable,
    Link,
    Objective,
    PlanTemplate,
    Project,
    Resource,
    Risk,
    Task,
)
from accord.projects.outline import GAP
from accord.projects.plan_content import (
    COPIED,
    FORM,
    RISK_COSTS,
    RISK_FIGURES,
    RISK_TEXTS,
    DateOffsets,
    clock_of,
    content_of,
)
from accord.projects.schedule_errors import message_of

__all__ = ["content_for", "content_of", "save_template", "start_from"]


@transaction.atomic
def save_template(*, project: Project, name: str, description: str, by: Any) -> PlanTemplate:
    """Keep the plan of ``project`` for new projects. Later changes to the project do not reach the template."""
    require(by, Permission.CHANGE, project)
    content = content_of(project)
    if not content["tasks"]:
        raise ValidationError(gettext("This plan has no tasks. Add tasks before you save it as a template."))
    template = PlanTemplate(name=name, description=description, content=content)
    template.full_clean()
    require(by, Permission.CREATE, template)
    template.save(force_insert=True)
    record_event(
        by=by, kind=RecordEvent.CREATED, subject=template, after={"name": name, "tasks": len(content["tasks"])}
    )
    record_event(by=by, kind=PlanEvent.SAVED_AS_TEMPLATE, subject=project, after={"template": name})
    return template


def content_for(source: str, by: Any) -> dict[str, Any]:
    """The content that ``template:1`` or ``project:1`` names, as far as ``by`` may see it.

    Raises ``ValidationError`` alike for what does not exist and what is not theirs. Somebody who may not see a
    project's money gets its plan without any.
    """
    kind, _, key = source.partition(":")
    try:
        if kind == "template" and key.isdigit():
            return dict(fetch(PlanTemplate, by, pk=int(key)).content)
        if kind == "project" and key.isdigit():
            project = fetch(Project, by, "account", pk=int(key))
            return content_of(project, with_costs=can(by, Permission.VIEW_MONEY, project))
    except Http404:
        pass
    raise ValidationError(gettext("This template or project no longer exists."))


@transaction.atomic
def start_from(*, content: dict[str, Any], project: Project, by: Any) -> Rescheduled:
    """Fill the empty plan of ``project`` with ``content`` (see :mod:`accord.projects.plan_content`), from its start on.

    A day stays as long as the project's calendar makes it, and durations stay the hours that they are: five days of
    eight hours take a little longer where a day has seven. Whoever may start or change the project may do it, once:
    ``PermissionDenied`` where it has tasks already. Raises ``ValidationError`` where the content is of another form
    than this release writes, or cannot be computed.
    """
    require(
        by, Permission.CHANGE if by is not None and can(by, Permission.CHANGE, project) else Permission.CREATE, project
    )
    if content.get("form") != FORM:
        raise ValidationError(
            gettext("This template was saved by an older version of Accord. Save it again from its project.")
        )
    project = Project.objects.select_for_update().select_related("account").get(pk=project.pk)
    if Task.all_objects.filter(project=project).exists():
        raise PermissionDenied(gettext("This project already has a plan."))
    project.plan_options = content["plan_options"]
    project.save(update_fields=["plan_options", "updated_at"])
    clock = clock_of(project)
    deliverables = _charter(content, project, clock)
    tasks = _tasks(content["tasks"], project, deliverables, clock)
    _links(content["links"], project, tasks)
    roles = _roles(content["roles"], project)
    _assignments(content["assignments"], project, tasks, roles)
    _risks(content["risks"], project, tasks, clock, by)
    record_event(by=by, kind=PlanEvent.CREATED, subject=project, after={"tasks": len(tasks)})
    try:
        return schedule(plan=project.plan, by=None)
    except (ScheduleError, PlanCycleError) as error:
        text = gettext("The plan can't be scheduled from this start date. %(error)s") % {
            "error": message_of(error, project.plan)
        }
        raise ValidationError(text) from error


def _charter(content: dict[str, Any], project: Project, clock: DateOffsets) -> list[Deliverable]:
    Objective.objects.bulk_create(
        Objective(project=project, name=o["name"], measure=o["measure"], target=o["target"], due_on=clock.day(o["due"]))
        for o in content["objectives"]
    )
    CharterItem.objects.bulk_create(
        CharterItem(project=project, kind=item["kind"], text=item["text"]) for item in content["charter"]
    )
    return Deliverable.objects.bulk_create(
        Deliverable(
            project=project,
            name=d["name"],
            description=d["description"],
            criteria=d["criteria"],
            due_on=clock.day(d["due"]),
            order=number * GAP,
        )
        for number, d in enumerate(content["deliverables"], 1)
    )


def _tasks(
    rows: list[dict[str, Any]], project: Project, deliverables: list[Deliverable], clock: DateOffsets
) -> dict[int, Task]:
    """The tasks by their uid in the content, a level of the outline at a time: parents are stored first."""
    calendars = set(Calendar.objects.filter(shared=True).values_list("pk", flat=True))
    tasks: dict[int, Task] = {}
    for number, row in enumerate(rows, 1):
        copied = {name: row[name] for name in COPIED if name in row}  # an older template lacks newer fields
        task = Task(project=project, uid=number, order=number * GAP, **copied)
        task.fixed_cost = Decimal(row.get("fixed_cost", "0"))
        task.fixed_cost_accrual = row.get("fixed_cost_accrual", task.fixed_cost_accrual)
        task.constraint_date = clock.moment(row["constraint_at"])
        task.deadline = clock.moment(row["deadline_at"])
        task.calendar_id = row["calendar"] if row["calendar"] in calendars else None
        if row["deliverable"] is not None:
            task.deliverable = deliverables[row["deliverable"]]
        if task.manual and (start := clock.moment(row["start_at"])) is not None:
            task.start, task.finish = start, clock.calendar.add(start, task.duration_minutes)
        tasks[row["uid"]] = task
    waiting = rows
    while waiting:
        level = [r for r in waiting if r["parent"] is None or tasks[r["parent"]].pk]
        for row in level:
            tasks[row["uid"]].parent = tasks[row["parent"]] if row["parent"] is not None else None
        Task.all_objects.bulk_create([tasks[row["uid"]] for row in level], batch_size=200)
        stored = {row["uid"] for row in level}
        waiting = [row for row in waiting if row["uid"] not in stored]
    return tasks


def _links(rows: list[dict[str, Any]], project: Project, tasks: dict[int, Task]) -> None:
    Link.objects.bulk_create(
        [
            Link(
                project=project,
                predecessor=tasks[row["predecessor"]],
                successor=tasks[row["successor"]],
                type=row["type"],
                lag=row["lag"],
                lag_unit=row["lag_unit"],
            )
            for row in rows
        ],
        batch_size=500,
    )


def _roles(rows: list[dict[str, Any]], project: Project) -> dict[int, Resource]:
    roles = {}
    known = set(JobRole.objects.values_list("pk", flat=True))  # a template may name one that was deleted since
    for row in rows:
        role = Resource(
            project=project,
            uid=row["uid"],
            name=row["name"],
            kind=row["kind"],
            group=row["group"],
            max_units=row["max_units"],
            material_label=row["material_label"],
            job_role_id=row["job_role"] if row.get("job_role") in known else None,
            rate=Decimal(row.get("rate", "0")),
            cost_per_use=Decimal(row.get("cost_per_use", "0")),
        )
        roles[row["uid"]] = role
    Resource.objects.bulk_create(roles.values(), batch_size=200)
    return roles


def _assignments(
    rows: list[dict[str, Any]], project: Project, tasks: dict[int, Task], roles: dict[int, Resource]
) -> None:
    Assignment.objects.bulk_create(
        [
            Assignment(
                project=project,
                uid=number,
                task=tasks[row["task"]],
                resource=roles[row["role"]],
                units=row["units"],
                work_minutes=row["work_minutes"],
                cost=Decimal(row.get("cost", "0")),
            )
            for number, row in enumerate(rows, 1)
        ],
        batch_size=200,
    )


def _risks(rows: list[dict[str, Any]], project: Project, tasks: dict[int, Task], clock: DateOffsets, by: Any) -> None:
    """All are open again, whatever became of them: that is what the next project wants to know."""
    figures = (*RISK_FIGURES, *RISK_COSTS)
    columns = {column.name: column for column in Risk._meta.concrete_fields}
    for number, row in enumerate(rows, 1):
        risk = Risk(project=project, number=number, raised_by=by, **{name: row[name] for name in RISK_TEXTS})
        for name in figures:
            if name in row:
                setattr(risk, name, columns[name].to_python(row[name]))
        risk.due_on = clock.day(row["review"])
        editing.create(risk, by=None, many={"tasks": [tasks[uid] for uid in row["tasks"]]})
