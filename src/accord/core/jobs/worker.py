"""The worker: takes one job after another, says every few seconds that it lives, and looks whether the others do."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import structlog
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connection, transaction
from django_tasks import TaskContext
from django_tasks_db.models import DBTaskResult

from accord.core.jobs import TRANSIENT
from accord.core.jobs.leases import BEAT, Watch, beat, notify_interrupted, run_again, take_back
from accord.core.jobs.schedule import declared, enqueue_due, store
from accord.core.models import JobLease, WorkerPresence
from accord.core.subscribers import unit_of_work

log = structlog.get_logger("accord.jobs")

POLL = 1.0
PAUSE = timedelta(seconds=10)  # before the second attempt; four times as long before each further one


class LeaseLost(Exception):
    """Another worker took the job, because this one gave no sign of life for too long."""


class Worker:
    """Runs jobs until told to stop: ``Worker().run()``.

    ``run`` may be stopped by setting :attr:`stopping` (from a signal handler too): the job in hand is finished first.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name or uuid4().hex
        self.stopping = False
        self.running: UUID | None = None  # the id of the result in hand
        self.silent = False  # a job that lands once holds a lock, which is its sign of life
        self.watch = Watch()

    def run(self, *, died: str = "", drain: bool = False) -> None:
        """Work until :attr:`stopping`, or with ``drain`` until nothing is ready.

        ``died`` names a worker known to be dead, whose jobs are taken back at once.
        """
        log.info("worker started", worker=self.name)
        with self._pulse():
            while not self.stopping:
                with self._patience():
                    store(declared())
                    WorkerPresence.note(self.name)
                    take_back(died)
                    break
            while not self.stopping:
                worked = False
                with self._patience():
                    worked = self.step()
                if not worked and drain:
                    break
                if not worked and not self.stopping:
                    time.sleep(POLL)
        with self._patience():
            WorkerPresence.objects.filter(name=self.name).delete()
        log.info("worker stopped", worker=self.name)

    def step(self) -> bool:
        """Enqueue what is due by the clock and run one job; false when there was none."""
        close_old_connections()
        enqueue_due()
        result = self._claim()
        if result is None:
            return False
        structlog.contextvars.bind_contextvars(job=str(result.pk), task=result.task_path)
        try:
            with unit_of_work():
                self._work(result)
        finally:
            self.running, self.silent = None, False
            structlog.contextvars.unbind_contextvars("job", "task")
            close_old_connections()
        return True

    def _claim(self) -> DBTaskResult[..., Any] | None:
        """Take the next job that is ready. An idle look is a read: it keeps no writer waiting."""
        ready = DBTaskResult.objects.ready().filter(backend_name="default")
        if not ready.exists():
            return None
        with transaction.atomic():
            result = ready.get_locked()
            if result is not None:
                result.claim(self.name)
                JobLease.objects.create(result=result, worker=self.name)
                self.running = result.pk
        return result

    def _work(self, result: DBTaskResult[..., Any]) -> None:
        started = time.monotonic()
        attempt = len(result.worker_ids)
        try:
            try:
                task = result.task
                self.silent = getattr(task.func, "lands_once", False)
                if self.silent:
                    with self._owning(result):
                        result.set_successful(_call(task, result))
                else:
                    value = _call(task, result)
                    with self._owning(result):
                        result.set_successful(value)
            except LeaseLost:
                raise
            except TRANSIENT as error:
                with self._owning(result):
                    run_again(result, error, PAUSE * 4 ** (attempt - 1))
                log.warning("job interrupted", attempt=attempt, error=repr(error))
            except Exception as error:
                with self._owning(result):
                    result.set_failed(error)
                    notify_interrupted(result, given_up=f"It came to an unforeseen end ({type(error).__name__}).")
                log.exception("job failed", attempt=attempt)
            except BaseException as error:  # told to leave at once
                with self._owning(result):
                    run_again(result, error, timedelta())
                raise
            else:
                log.info("job done", attempt=attempt, ms=round((time.monotonic() - started) * 1000))
        except LeaseLost:
            log.warning("job was taken by another worker; what this one made of it is not recorded", attempt=attempt)

    @contextlib.contextmanager
    def _owning(self, result: DBTaskResult[..., Any]) -> Iterator[None]:
        """A transaction in which the job is this worker's for certain, and at whose end it is nobody's."""
        with transaction.atomic():
            lease = JobLease.objects.select_for_update().filter(pk=result.pk, worker=self.name).first()
            if lease is None:
                raise LeaseLost
            yield
            lease.delete()

    @contextlib.contextmanager
    def _patience(self) -> Iterator[None]:
        """Outlive a database that is locked, restarted or gone for a while."""
        try:
            yield
        except DatabaseTrouble as error:
            log.warning("database unavailable to worker", error=str(error))
            connection.close()
            time.sleep(POLL)

    @contextlib.contextmanager
    def _pulse(self) -> Iterator[None]:
        """A thread that beats for the job in hand and looks at the others."""
        ended = threading.Event()

        def live() -> None:
            while not ended.wait(BEAT):
                try:
                    close_old_connections()
                    running = self.running
                    if running and not self.silent and not beat(running, self.name) and running == self.running:
                        log.warning("job no longer ours", job=str(running))
                    self.watch.look(but=running)
                    WorkerPresence.note(self.name)
                except DatabaseTrouble as error:
                    log.info("heartbeat delayed", error=str(error))
                    connection.close()
            connection.close()

        thread = threading.Thread(target=live, name="pulse", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(timeout=BEAT)


def _call(task: Any, result: DBTaskResult[..., Any]) -> Any:
    """The job's return value."""
    context = [TaskContext(task_result=cast(Any, result.task_result))] if task.takes_context else []
    return task.call(*context, *result.args_kwargs["args"], **result.args_kwargs["kwargs"])
