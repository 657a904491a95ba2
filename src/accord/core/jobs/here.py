"""A job done by the process that asks for it, while somebody waits: leased like every other.

Should the process die in the middle, a worker finds the lease without heartbeat and does the job instead.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import structlog
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connection, transaction
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from accord.core.jobs.leases import BEAT, beat, notify_interrupted
from accord.core.models import JobLease

log = structlog.get_logger("accord.jobs")


def start(task: Task[..., Any], *args: Any, here: bool) -> Held | None:
    """Enqueue the job; with ``here`` it is this process's already, which then does it: ``with held: …``.

    Call it in the transaction that says the job is to be done, and do it after that transaction.
    """
    with transaction.atomic():
        made = task.enqueue(*args)
        if not here:
            return None
        result = DBTaskResult.objects.get(pk=made.id)
        name = f"here-{uuid4().hex}"
        result.claim(name)
        JobLease.objects.create(result=result, worker=name)
    return Held(result, name)


class Held:
    """A job in the hands of this process. It is not tried again when it fails: whoever waits is told."""

    def __init__(self, result: DBTaskResult[..., Any], name: str) -> None:
        self.result, self.name = result, name
        self.ended = threading.Event()
        self.pulse = threading.Thread(target=_pulse, args=(result.pk, name, self.ended), daemon=True)

    def __enter__(self) -> Self:
        self.pulse.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.ended.set()
        self.pulse.join()
        with transaction.atomic():
            lease = JobLease.objects.select_for_update().filter(pk=self.result.pk, worker=self.name).first()
            if lease is None:
                log.warning("job was taken by a worker", job=str(self.result.pk))
                return
            if error is None:
                self.result.set_successful(None)
            else:
                self.result.set_failed(error)
                notify_interrupted(self.result, given_up=f"It was interrupted ({type(error).__name__}).")
            lease.delete()


def _pulse(pk: UUID, name: str, ended: threading.Event) -> None:
    """Say that this process lives, as long as it works on the job."""
    try:
        while not ended.wait(BEAT):
            try:
                close_old_connections()
                beat(pk, name)
            except DatabaseTrouble as trouble:
                log.info("heartbeat delayed", error=str(trouble))
                connection.close()
    finally:
        connection.close()
