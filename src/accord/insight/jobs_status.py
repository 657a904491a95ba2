"""Jobs of status reports; ``jobs.py`` says when they run."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task


@task
def draft_status_reports() -> int:
    """Create the status reports that are due by their schedules; returns how many.

    Each project's day is claimed in the transaction that creates its report, so that repeating it is harmless.
    """
    from accord.insight.actions.send_status_reports import draft_due_reports

    return draft_due_reports(today=timezone.localdate())


@task
def send_status_reports() -> int:
    """Send published status reports to their recipients; returns how many. Each email is claimed before it is sent."""
    from accord.insight.actions.send_status_reports import send_waiting_reports

    return send_waiting_reports(now=timezone.now())
