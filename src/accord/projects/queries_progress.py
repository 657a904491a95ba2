"""Progress as it was: the ledger read back as of any day."""

from __future__ import annotations

from copy import copy
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accord.projects.fields import PROGRESS
from accord.projects.models import NOTHING_YET, ProgressEntry, Project, Task
from accord.projects.queries import PlanParts


def progress_of_task(task: Task, user: Any) -> QuerySet[ProgressEntry]:
    """What was said of the progress of ``task``, newest first."""
    rows = ProgressEntry.objects.visible_to(user).filter(task=task)
    return rows.select_related("by", "project").order_by("-as_of", "-pk")


def parts_as_of(project: Project, moment: datetime) -> PlanParts:
    """Today's plan with the progress that was known of each task at ``moment``: nothing, before its first entry.

    Dates, links and assignments are today's. One query more than the plan takes.
    """
    parts = PlanParts.stored(project)
    rows = ProgressEntry.objects.filter(project=project, as_of__lte=moment).order_by("as_of", "pk")
    known = {row["task"]: row for row in rows.values("task", *PROGRESS)}
    parents = {task.parent_id for task in parts.tasks}
    then: list[Task] = []
    for task in parts.tasks:
        if task.pk in parents or task.kind == Task.Kind.LEVEL_OF_EFFORT:
            then.append(task)
            continue
        was = copy(task)
        for name in PROGRESS:
            setattr(was, name, known.get(task.pk, NOTHING_YET)[name])
        then.append(was)
    return PlanParts(then, parts.links, parts.assignments)
