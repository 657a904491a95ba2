"""Jobs that tests give to a worker. Each tells by an event that its effect landed, and by a file that it began."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django_tasks import TaskContext, task

from accord.core.events import record_event
from accord.core.jobs import TryLater, once


def land(effect: str) -> None:
    record_event(by=None, kind=effect, subject=ContentType.objects.get(app_label="core", model="event"))


def begin(folder: str) -> None:
    """Leave a trace outside the database, and take so long that somebody can interrupt."""
    Path(folder, f"began-{os.getpid()}").touch()
    while not Path(folder, "go").exists():
        time.sleep(0.02)


@task
def add(a: int, b: int) -> int:
    return a + b


@task
@once
def land_once(folder: str) -> None:
    land("landed once")
    begin(folder)


@task
def land_if_not_yet(folder: str) -> None:
    """At least once, and harmless when repeated."""
    from accord.core.models import Event

    if not Event.objects.filter(kind="landed").exists():
        land("landed")
    begin(folder)


@task
def fall() -> None:
    os.kill(os.getpid(), 9)


@task
def break_down() -> None:
    raise ValueError("nothing to be done about this")


@task(takes_context=True)
def need_patience(context: TaskContext, attempts: int) -> int:
    if context.attempt < attempts:
        raise TryLater("not yet")
    return context.attempt


@task
def answer_nonsense() -> object:
    return object()


@task
@once
def land_and_break() -> None:
    land("landed in vain")
    raise ValueError("after all")


@task
def leave() -> None:
    sys.exit(3)
