"""What timesheets do by the clock."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from accord.core.jobs import Schedule, once
from accord.money.actions.remind_missing import remind_missing


@task
@once
def remind_of_timesheets() -> int:
    """Reminders to those who haven't submitted last week; returns how many people were reminded."""
    return remind_missing(today=timezone.localdate())


SCHEDULE: Schedule = {"remind of timesheets": (remind_of_timesheets, timedelta(hours=12))}
