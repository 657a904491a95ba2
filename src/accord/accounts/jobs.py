"""Silence of a sponsor is noticed."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from accord.accounts.actions.save_relationships import notify_of_silence
from accord.core.jobs import Schedule, once


@task
@once
def watch_sponsors() -> int:
    """Account managers hear of sponsors who have gone silent; returns how many messages were written."""
    return notify_of_silence(today=timezone.localdate())


SCHEDULE: Schedule = {
    "notify about silent sponsors": (watch_sponsors, timedelta(days=1)),
}
