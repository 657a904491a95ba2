"""Agreeing on the plan as it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accord.core.access import Permission, require
from accord.core.events import record_event
from accord.projects.events import BaselineEvent
from accord.projects.models import Baseline, BaselineTask, Plan, Project, Task


@transaction.atomic
def take_baseline(*, project: Project, by: Any, name: str = "", taken_at: datetime | None = None) -> Baseline:
    """Keep dates, work and cost of every task as baseline 0, which progress is measured against.

    The one before it moves to the next free number, so that no agreement is ever lost.
    """
    require(by, Permission.CHANGE, project)
    earlier = Baseline.objects.filter(project=project, number=0).first()
    if earlier is not None:
        highest = Baseline.objects.filter(project=project).aggregate(top=Max("number"))["top"]
        Baseline.objects.filter(pk=earlier.pk).update(number=highest + 1)
    baseline = Baseline.objects.create(
        project=project, number=0, name=name or "Baseline", taken_at=taken_at or timezone.now()
    )
    rows = [
        BaselineTask(
            baseline=baseline,
            task=task,
            start=task.start,
            finish=task.finish,
            duration_minutes=task.duration_minutes,
            work_minutes=task.work_minutes,
            cost=task.cost,
        )
        for task in Task.objects.filter(project=project)
    ]
    BaselineTask.objects.bulk_create(rows, batch_size=500)
    Plan.objects.current_of(project.pk).touch()
    record_event(
        by=by,
        kind=BaselineEvent.TAKEN,
        subject=project,
        after={"baseline": baseline.name, "id": baseline.pk, "tasks": len(rows)},
    )
    return baseline
