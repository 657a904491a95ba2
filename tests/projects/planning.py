"""Edits in one line."""

from __future__ import annotations

from typing import Any

from accord.people.models import Person, User
from accord.projects.actions.edit_plan import Step, edit_plan
from accord.projects.actions.schedule import schedule
from accord.projects.models import Assignment, Plan, Project, Resource, Task
from tests.factories import create_project

DAY = 420


def task(project: Project, name: str) -> Task:
    found: Task = Task.objects.get(project=project, name=name)
    return found


def task_of(plan: Plan, name: str) -> Task:
    """The task of any plan, current or what-if."""
    found: Task = Task.all_objects.get(plan=plan, name=name, deleted_at=None)
    return found


def edit_task(plan: Plan, by: User, called: str, op: str = "update_task", **more: Any) -> Step:
    """One change of a task of any plan."""
    row = task_of(plan, called)
    return edit_plan(plan=plan, by=by, changes=[{"op": op, "id": row.pk, "version": row.version, **more}])


def update(plan: Project, by: User, called: str, **fields: Any) -> Step:
    """Set ``fields`` of the task ``called`` as one edit."""
    row = task(plan, called)
    change = {"op": "update_task", "id": row.pk, "version": row.version, "fields": fields}
    return edit_plan(plan=plan.plan, by=by, changes=[change])


def edit(plan: Project, by: User, op: str, called: str = "", **more: Any) -> Step:
    """One change of another kind."""
    row = task(plan, called) if called else None
    own = {"id": row.pk, "version": row.version} if row else {}
    return edit_plan(plan=plan.plan, by=by, changes=[{"op": op, **own, **more}])


def crowded(name: str, manager: User, person: Person, tasks: int) -> Project:
    """A project in which ``person`` is to do ``tasks`` days' work on the same day."""
    project = create_project(name, manager=manager, status=Project.Status.ACTIVE)
    resource = Resource.objects.create(project=project, uid=1, name=person.name, person=person)
    for n in range(1, tasks + 1):
        row = Task.objects.create(project=project, uid=n, name=f"{name} {n}", order=n * 1024, duration_minutes=DAY)
        Assignment.objects.create(project=project, uid=n, task=row, resource=resource, work_minutes=DAY)
    schedule(plan=project.plan, by=None)
    return project
