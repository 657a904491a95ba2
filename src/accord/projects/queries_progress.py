"""Progress as it was: the ledger read back as of any day."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accord.core.fields import wall_time
from accord.projects.fields import PROGRESS
from accord.projects.models import NOTHING_YET, ProgressEntry, Project, Task
from accord.projects.queries import PlanParts


def progress_of_task(task: Task, user: Any) -> QuerySet[ProgressEntry]:
    """What was said of the progress of ``task``, newest first."""
    rows = ProgressEntry.objects.visible_to(user).filter(task=task)
    return rows.select_related("by", "project").order_by("-as_of", "-pk")


@dataclass(frozen=True, slots=True)
class PastPlan:
    """Today's plan with the progress of another day, and the tasks of which nobody reported how far they were then."""

    parts: PlanParts
    unreported: tuple[str, ...]


def plan_as_of(project: Project, moment: datetime) -> PastPlan:
    """Today's plan with the progress that was known of each task at ``moment``.

    Of a task that was in the plan by then, what nobody had reported was not known to be done. Of one that came later,
    from a file, its actual dates tell what they can: nothing was done before its start, all since its finish, and in
    between nobody knows. Dates, links and assignments are today's. One query more than the plan takes.
    """
    parts = PlanParts.stored(project.plan)
    known, later = _said(project, moment)
    parents = {task.parent_id for task in parts.tasks}
    then: list[Task] = []
    unreported: list[str] = []
    for task in parts.tasks:
        if task.pk in parents or task.kind == Task.Kind.LEVEL_OF_EFFORT or not task.active:
            then.append(task)
            continue
        first = None if wall_time(task.created_at) <= moment else later.get(task.pk)
        values = known.get(task.pk) or _before_reports(first, moment)
        if values is None:
            unreported.append(task.name)
            values = NOTHING_YET
        was = copy(task)
        for name in PROGRESS:
            setattr(was, name, values[name])
        then.append(was)
    return PastPlan(PlanParts(then, parts.links, parts.assignments), tuple(unreported))


def _said(project: Project, moment: datetime) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]:
    """By task, the newest entry up to ``moment`` and the first one after it."""
    known: dict[int, dict[str, Any]] = {}
    later: dict[int, dict[str, Any]] = {}
    for row in ProgressEntry.objects.filter(project=project).order_by("as_of", "pk").values("task", "as_of", *PROGRESS):
        if row["as_of"] <= moment:
            known[row["task"]] = row
        else:
            later.setdefault(row["task"], row)
    return known, later


def _before_reports(first: dict[str, Any] | None, moment: datetime) -> dict[str, Any] | None:
    """What the ``first`` report tells of an earlier ``moment``; ``None`` where the task was under way."""
    if first is None or first["actual_start"] is None or first["actual_start"] >= moment:
        return NOTHING_YET
    return first if first["actual_finish"] is not None and first["actual_finish"] <= moment else None
