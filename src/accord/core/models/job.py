"""Background jobs: who is running what, and what runs by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone


class JobLease(models.Model):
    """A job being run, and the worker running it. The row is there exactly as long as the job runs.

    ``missed`` counts how often in succession a look found no heartbeat; the heartbeat sets it back to 0. It is
    counted rather than timed, so that neither a clock that jumps nor a database that was locked makes a living worker
    look dead.
    """

    result = models.OneToOneField(
        "django_tasks_database.DBTaskResult", on_delete=models.CASCADE, primary_key=True, related_name="lease"
    )
    worker = models.CharField(max_length=64)
    beat_at = models.DateTimeField(default=timezone.now)
    missed = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.result_id} with {self.worker}"


class ScheduledJob(models.Model):
    """A job that runs at every multiple of ``every`` since 1970 UTC: hourly on the hour, daily at midnight UTC.

    The rooms' code declares name, task and interval; ``enabled`` belongs to the administrator.
    """

    name = models.CharField(max_length=100, unique=True)
    task = models.CharField(max_length=200)
    every = models.DurationField()
    enabled = models.BooleanField(default=True)
    next_run_at = models.DateTimeField(default=timezone.now)
    last_run_at = models.DateTimeField(null=True)
    last_result = models.UUIDField(null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def slot_after(self, moment: datetime) -> datetime:
        """The first multiple of the interval after ``moment``, however many were missed before it."""
        epoch = datetime(1970, 1, 1, tzinfo=moment.tzinfo)
        return epoch + ((moment - epoch) // self.every + 1) * self.every

    def put_back_by(self, now: datetime) -> bool:
        """Whether the clock was put back so far that waiting for ``next_run_at`` would skip runs."""
        return self.next_run_at - now > 2 * self.every


class WorkerPresence(models.Model):
    """A worker that was there a moment ago, with a job in hand or without."""

    NOTED_EVERY = timedelta(seconds=15)
    COUNTS_FOR = timedelta(seconds=90)  # a worker may wait for a locked database, and then for its turn

    name = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def note(cls, name: str) -> None:
        """Say that the worker is there; a write every few heartbeats only."""
        now = timezone.now()
        if cls.objects.filter(name=name, seen_at__range=(now - cls.NOTED_EVERY, now)).exists():
            return
        cls.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
        cls.objects.update_or_create(name=name, defaults={"seen_at": now})

    @classmethod
    def is_any(cls) -> bool:
        """Whether a worker is there."""
        return cls.objects.filter(seen_at__gt=timezone.now() - cls.COUNTS_FOR).exists()


class HealthCheck(models.Model):
    """One row that the health check writes, to find out whether the database can be written."""

    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.at.isoformat()

    @classmethod
    def note(cls) -> None:
        """Write it."""
        cls.objects.update_or_create(pk=1, defaults={"at": timezone.now()})
