"""Gestures in one line."""

from __future__ import annotations

from typing import Any

from accord.people.models import User
from accord.projects.actions.edit_plan import Step, edit_plan
from accord.projects.models import Project, Task


def task(project: Project, name: str) -> Task:
    found: Task = Task.objects.get(project=project, name=name)
    return found


def update(plan: Project, by: User, called: str, **fields: Any) -> Step:
    """Set ``fields`` of the task ``called`` as one gesture."""
    row = task(plan, called)
    change = {"op": "update_task", "id": row.pk, "version": row.version, "fields": fields}
    return edit_plan(plan=plan.plan, by=by, changes=[change])


def gesture(plan: Project, by: User, op: str, called: str = "", **more: Any) -> Step:
    """One change of another kind."""
    row = task(plan, called) if called else None
    own = {"id": row.pk, "version": row.version} if row else {}
    return edit_plan(plan=plan.plan, by=by, changes=[{"op": op, **own, **more}])
