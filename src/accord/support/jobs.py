"""Requests that run late are escalated."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from accord.core.jobs import Schedule, once
from accord.support.actions.handle_request import escalate


@task
@once
def watch_requests() -> int:
    """Requests whose time runs out climb their path; returns how many messages were written."""
    return escalate(now=timezone.now())


SCHEDULE: Schedule = {
    "escalate overdue requests": (watch_requests, timedelta(minutes=10)),
}
