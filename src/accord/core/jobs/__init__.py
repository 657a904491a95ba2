"""Background jobs: functions marked ``@task``, run by ``accord worker``.

A room keeps its jobs in ``<room>/jobs.py`` and says there which of them run by the clock::

    from django_tasks import task

    @task
    @once
    def send_reminders() -> None: ...

    SCHEDULE = {"invoice reminders": (send_reminders, timedelta(days=1))}

``send_reminders.enqueue()`` writes a row into the same database, so a job enqueued inside a transaction exists when,
and only when, that transaction commits: there is no moment in which a crash could lose or invent one.

A job runs **at least once**: a worker killed in the middle leaves a lease without heartbeat, and another worker runs
the job again, three times at most. So a job is either marked :func:`once`, and then its effect on the database lands
exactly once, or each of its steps must be harmless when repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from accord.core.files.orphans import remove_orphans, sweep
from accord.core.security import forget_old_answers, forget_old_security_events
from accord.core.throttling import forget_expired

Function = TypeVar("Function", bound=Callable[..., Any])
Schedule = dict[str, tuple[Task[..., Any], timedelta]]

KEPT = timedelta(days=30)


class TryLater(Exception):
    """Raised by a job that cannot be done now and may be done later: it is tried again after a pause."""


# What may be well when tried again; OSError has the network.
TRANSIENT = (TryLater, OperationalError, InterfaceError, OSError)


def once(function: Function) -> Function:
    """Run the job and mark it done in one transaction: whatever happens, its effect on the database lands once.

    On SQLite that transaction keeps every other writer waiting, so it is meant for jobs of a few seconds. What leaves
    the database (mail, files) is not undone by a rollback.
    """
    function.lands_once = True  # type: ignore[attr-defined]
    return function


def when_interrupted(handler: Callable[..., None]) -> Callable[[Function], Function]:
    """Have ``handler`` told, with the job's own arguments, when the job did not come to its end.

    For jobs whose state is shown by a row of their room. It is called in the transaction that makes the job ready
    again, then ``given_up`` is empty, or that ends it, then ``given_up`` says why, as a sentence. A job that has said
    itself how it ended is told too: change only what still seems to be going on.
    """

    def mark(function: Function) -> Function:
        function.interrupted = handler  # type: ignore[attr-defined]
        return function

    return mark


@task
@once
def forget_old_results() -> int:
    """Delete the results of jobs that ended long ago; returns how many."""
    deleted, _ = DBTaskResult.objects.filter(finished_at__lt=timezone.now() - KEPT).delete()
    return deleted


@task
@once
def forget_old_traces() -> int:
    """Delete old security events, counters of failures and stored answers of the API; returns how many."""
    return forget_old_security_events() + forget_expired() + forget_old_answers()


@task
@once
def remove_orphaned_files() -> int:
    """Delete the files of records that no longer exist; returns how many."""
    return remove_orphans()


@task
def sweep_file_contents() -> int:
    """Delete what interrupted uploads left in the storage; returns how many contents."""
    return sweep(timezone.now())


SCHEDULE: Schedule = {
    "delete files of deleted records": (remove_orphaned_files, timedelta(minutes=15)),
    "delete contents that no file uses": (sweep_file_contents, timedelta(days=1)),
    "forget old job results": (forget_old_results, timedelta(days=1)),
    "forget old security events and API answers": (forget_old_traces, timedelta(hours=6)),
}
