"""Jobs whose worker is gone: noticed by their missing heartbeat, and run again or given up."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accord.core.models import JobLease

log = structlog.get_logger("accord.jobs")

BEAT = float(os.environ.get("ACCORD_JOB_BEAT", "3"))  # seconds between heartbeats, and between looks at those of others
LIMIT = 10  # looks in succession without a heartbeat after which a worker counts as gone
MOST_ATTEMPTS = 3


class WorkerLost(Exception):
    """The worker that ran the job has died."""


def beat(result_id: UUID, worker: str) -> bool:
    """Say that ``worker`` still runs the job; false when the job has been taken from it."""
    return bool(JobLease.objects.filter(pk=result_id, worker=worker).update(beat_at=timezone.now(), missed=0))


class Watch:
    """One worker's eye on the leases of all others.

    A look counts as missed only if no other watcher has counted since this one's look before, so that the count grows
    by about one a beat however many workers there are. Counting is a write: while the database is locked, and a living
    worker could not say so, nothing is counted.
    """

    def __init__(self) -> None:
        self.left: dict[UUID, tuple[str, int]] = {}

    def look(self, *, but: UUID | None = None) -> None:
        """Count missed heartbeats of all leases ``but`` one's own; take back the jobs of workers that are gone."""
        leases = list(JobLease.objects.exclude(pk=but))
        known, self.left = self.left, {lease.pk: (lease.worker, lease.missed) for lease in leases}
        for lease in leases:
            if known.get(lease.pk) != (lease.worker, lease.missed):
                continue
            with transaction.atomic():
                held = _hold(lease)
                if held is not None and held.missed + 1 >= LIMIT:
                    _take(held)
                elif held is not None:
                    held.missed += 1
                    held.save(update_fields=["missed"])
                    self.left[held.pk] = (held.worker, held.missed)


def take_back(worker: str) -> None:
    """Let the jobs of ``worker``, known to be dead, run again."""
    with transaction.atomic():
        for lease in JobLease.objects.filter(worker=worker):
            if held := _hold(lease):
                _take(held)


def _hold(lease: JobLease) -> JobLease | None:
    """Lock the lease if it is as it was. One that somebody else has locked shows life too: its job is about to end."""
    same = JobLease.objects.filter(pk=lease.pk, worker=lease.worker, missed=lease.missed)
    return same.select_for_update(skip_locked=True).first()


def _take(held: JobLease) -> None:
    run_again(held.result, WorkerLost(f"Worker {held.worker} died while running this job."), timedelta())
    log.warning("job taken back", job=str(held.pk), worker=held.worker)
    held.delete()


def run_again(result: DBTaskResult[..., Any], error: BaseException, pause: timedelta) -> None:
    """Make the job ready again after ``pause``, or let it fail with ``error`` when it had its attempts."""
    attempts = len(result.worker_ids)
    if attempts >= MOST_ATTEMPTS:
        error.add_note(f"This was attempt {attempts} of {MOST_ATTEMPTS}: given up.")
        result.set_failed(error)
        notify_interrupted(result, given_up=_reason(error))
        return
    result.status = TaskResultStatus.READY
    result.run_after = timezone.now() + pause
    result.save(update_fields=["status", "run_after"])
    notify_interrupted(result)


def notify_interrupted(result: DBTaskResult[..., Any], *, given_up: str = "") -> None:
    """Let the room that shows the job's state know (:func:`accord.core.jobs.when_interrupted`)."""
    try:
        handler = getattr(result.task.func, "interrupted", None)
        if handler is not None:
            with transaction.atomic():
                handler(*result.args_kwargs["args"], **result.args_kwargs["kwargs"], given_up=given_up)
    except DatabaseError:
        raise
    except Exception:  # a job of another version, or a record that is gone: the jobs after it go on
        log.exception("interruption not told", job=str(result.pk))


def _reason(error: BaseException) -> str:
    if isinstance(error, WorkerLost):
        return f"The process that ran it ended {MOST_ATTEMPTS} times, possibly because memory ran out."
    return f"It was interrupted {MOST_ATTEMPTS} times ({type(error).__name__})."
