"""Jobs that run by the clock: what the rooms declare, kept in a table, and the claiming of due runs."""

from __future__ import annotations

from importlib import import_module
from uuid import UUID

import structlog
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string, module_has_submodule
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accord.core.jobs import Schedule
from accord.core.models import ScheduledJob

log = structlog.get_logger("accord.jobs")


def declared() -> Schedule:
    """What all rooms declare in their ``jobs.SCHEDULE``. Raises ``ValueError`` for a name taken twice."""
    found: Schedule = {}
    for app in apps.get_app_configs():
        if app.name.startswith("accord.") and app.module and module_has_submodule(app.module, "jobs"):
            schedule: Schedule = getattr(import_module(f"{app.name}.jobs"), "SCHEDULE", {})
            if taken := found.keys() & schedule.keys():
                raise ValueError(f"{app.name}.jobs schedules a name that another room has: {', '.join(sorted(taken))}")
            found |= schedule
    return found


@transaction.atomic
def store(schedule: Schedule) -> None:
    """Make the table say what ``schedule`` says. New jobs are due at once; ``enabled`` is left as it is."""
    for name, (task, every) in schedule.items():
        values = {"task": task.module_path, "every": every, "next_run_at": timezone.now()}
        job, new = ScheduledJob.objects.get_or_create(name=name, defaults=values)
        if not new and (job.task, job.every) != (task.module_path, every):
            job.task, job.every = task.module_path, every
            job.next_run_at = min(job.next_run_at, job.slot_after(timezone.now()))
            job.save(update_fields=["task", "every", "next_run_at"])
    ScheduledJob.objects.exclude(name__in=list(schedule)).delete()


def enqueue_due() -> list[str]:
    """Enqueue every run that is due and return the names; however many runs were missed, there is one.

    The claim of a run is one conditional UPDATE in the transaction that enqueues it, so of several workers exactly one
    enqueues it. A run is not enqueued while the one before it is still waiting or running.
    """
    now = timezone.now()
    enqueued = []
    for job in ScheduledJob.objects.filter(enabled=True):
        if job.put_back_by(now):
            claim(job, last_run_at=job.last_run_at)
        elif job.next_run_at <= now:
            with transaction.atomic():
                if claim(job, last_run_at=now) and not _unfinished(job.last_result):
                    result = import_string(job.task).enqueue()
                    ScheduledJob.objects.filter(pk=job.pk).update(last_result=result.id)
                    enqueued.append(job.name)
    if enqueued:
        log.info("scheduled", jobs=enqueued)
    return enqueued


def claim(job: ScheduledJob, **values: object) -> bool:
    """Set the next run to the next slot; false when another worker did so first."""
    row = ScheduledJob.objects.filter(pk=job.pk, next_run_at=job.next_run_at)
    return bool(row.update(next_run_at=job.slot_after(timezone.now()), **values))


def _unfinished(result_id: UUID | None) -> bool:
    if result_id is None:
        return False
    waiting = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return DBTaskResult.objects.filter(pk=result_id, status__in=waiting).exists()
