"""What the relationship needs from time to time."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from accord.accounts.actions.handle_request import escalate
from accord.accounts.actions.know_people import tell_of_silence
from accord.core.jobs import Schedule, once


@task
@once
def watch_sponsors() -> int:
    """Account managers hear of sponsors who have gone silent; returns how many messages were written."""
    return tell_of_silence(
        today=timezone.localdate(), page=lambda account: reverse("account-people", args=[account.pk])
    )


@task
@once
def watch_requests() -> int:
    """Requests whose time runs out climb their path; returns how many messages were written."""
    return escalate(now=timezone.now(), page=lambda request: reverse("request", args=[request.pk]))


SCHEDULE: Schedule = {
    "watch silent sponsors": (watch_sponsors, timedelta(days=1)),
    "watch requests": (watch_requests, timedelta(minutes=10)),
}
