"""Jobs whose worker is gone: noticed by their missing heartbeat, and run again or given up."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet
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
        """Count missed heartbeats once, of all leases ``but`` one's own, and take back the jobs of workers that are gone."""
        leases = list(JobLease.objects.exclude(pk=but))
        known, self.left = self.left, {lease.pk: (lease.worker, lease.missed) for lease in leases}
        for lease in leases:
            if known.get(lease.pk) != (lease.worker, lease.missed):
                continue
            if lease.missed + 1 >= LIMIT:
                take_back([lease])
            elif _same(lease).update(missed=lease.missed + 1):
                self.left[lease.pk] = (lease.worker, lease.missed + 1)


def take_back(leases: Iterable[JobLease]) -> None:
    """Let the jobs of workers that are gone run again, unless they show a sign of life in the meantime."""
    for lease in leases:
        with transaction.atomic():
            # A row locked by somebody else is a sign of life too: its worker is about to finish.
            held = _same(lease).select_for_update(skip_locked=True, of=("self",)).select_related("result").first()
            if held is not None:
                run_again(held.result, WorkerLost(f"Worker {held.worker} died while running this job."), timedelta())
                held.delete()
                log.warning("job taken back", job=str(held.pk), worker=held.worker)


def run_again(result: DBTaskResult[..., Any], error: BaseException, pause: timedelta) -> None:
    """Make the job ready again after ``pause``, or let it fail with ``error`` when it had its attempts."""
    attempts = len(result.worker_ids)
    if attempts >= MOST_ATTEMPTS:
        error.add_note(f"This was attempt {attempts} of {MOST_ATTEMPTS}: given up.")
        result.set_failed(error)
        return
    result.status = TaskResultStatus.READY
    result.run_after = timezone.now() + pause
    result.save(update_fields=["status", "run_after"])


def _same(lease: JobLease) -> QuerySet[JobLease]:
    return JobLease.objects.filter(pk=lease.pk, worker=lease.worker, missed=lease.missed)
